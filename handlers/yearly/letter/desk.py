"""Who writes the commune's own report: officers and admins, each in their own communes (T13)."""

from handlers import places
from handlers.flow import Turn
from handlers.messages import Choice
from handlers.roles import DESK, communes_of


async def choices(turn: Turn) -> list[Choice]:
    """My communes by name, for who has several."""
    mine = communes_of(turn.actor.grants, *DESK)
    names = [await places.commune_name(turn.tx, one, on=turn.today) for one in mine]
    return [Choice(str(one), name) for one, name in zip(mine, names, strict=True)]
