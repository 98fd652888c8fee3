"""What a unit hears of what the office does about its report, and whether anybody there does."""

from collections.abc import Mapping

from handlers import reach
from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.office.owing import Obligation
from handlers.reporting.flow import WHO
from handlers.roles import once_each
from storage import roles


async def tell_unit(
    turn: Turn, one: Obligation, what: str, *, key: str, values: Mapping[str, str]
) -> list[Outgoing]:
    """Tell all who report for the unit, each once; what the officer reads if none hears it (R13).

    Whoever is asked kindly hears no word of duty or lateness (design §5).
    """
    persons = await _persons(turn, one)
    manner = "told" if one.duty == "required" else "kindly"
    message = turn.message(f"chasing.{manner}_{what}", **values)
    for person in persons:
        turn.tell(person, message, key=f"{key}:{person}")
    if not persons:
        return [turn.message("chasing.told_nobody")]
    lost = await reach.unreachable(turn, persons)
    if len(lost) < len(persons):
        return []
    why = turn.text_of(f"call.{next(iter(lost.values())).name.lower()}")
    return [turn.message("chasing.told_unheard", unit=one.name, why=why)]


async def is_heard(turn: Turn, one: Obligation) -> bool:
    """Whether somebody who reports for the unit can be told now."""
    persons = await _persons(turn, one)
    return len(await reach.unreachable(turn, persons)) < len(persons)


async def _persons(turn: Turn, one: Obligation) -> list[int]:
    held = await roles.holding(turn.tx, one.unit.commune_id, tuple(WHO))
    mine = (h for h in held if h.unit_id == one.unit.id)
    return once_each(h for h in mine if h.canonical_id != turn.actor.canonical_id)
