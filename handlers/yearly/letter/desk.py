"""Who writes the commune's own report: officers and admins, each in their own communes (T13)."""

from handlers.flow import Turn
from handlers.messages import Choice
from handlers.roles import communes_of
from handlers.yearly.looking import WRITERS
from storage import units
from storage.people import Actor


def desk_role(actor: Actor, commune_id: int) -> str:
    """The role in which somebody writes there now; "" if in none (A3)."""
    return next(
        (g.role for g in actor.grants if g.role in WRITERS and g.commune_id == commune_id), ""
    )


def mine(turn: Turn) -> tuple[int, ...]:
    return communes_of(turn.actor.grants, *WRITERS)


async def choices(turn: Turn) -> list[Choice]:
    """My communes by name, for who has several."""
    return [Choice(str(one), await _name(turn, one)) for one in mine(turn)]


async def _name(turn: Turn, commune: int) -> str:
    settings = await units.settings_of(turn.tx, commune)
    unit = await units.by_id(turn.tx, commune, on=turn.today)
    return str(settings.get("name") or (unit.name if unit else commune))
