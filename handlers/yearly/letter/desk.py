"""Who writes the commune's own report: officers and admins, each in their own communes (T13)."""

from handlers.flow import Turn
from handlers.messages import Choice
from handlers.roles import DESK, communes_of
from storage import units


def mine(turn: Turn) -> tuple[int, ...]:
    return communes_of(turn.actor.grants, *DESK)


async def choices(turn: Turn) -> list[Choice]:
    """My communes by name, for who has several."""
    return [Choice(str(one), await _name(turn, one)) for one in mine(turn)]


async def _name(turn: Turn, commune: int) -> str:
    settings = await units.settings_of(turn.tx, commune)
    unit = await units.by_id(turn.tx, commune, on=turn.today)
    return str(settings.get("name") or (unit.name if unit else commune))
