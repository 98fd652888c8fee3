"""What a unit hears of what the office does about its report, and whether anybody there does."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from handlers import reach
from handlers.flow import Turn
from handlers.messages import Notice, Outgoing
from handlers.office.owing import Obligation
from handlers.reporting.flow import WHO
from handlers.roles import once_each
from storage import roles

_ANSWERS: Final = ("reminded", "answer")
"""Flow and step that hear what is pressed under a reminder."""
_UNSEEN: Final = {
    "required": ("chasing.now", "chasing.paper_sent", "chasing.meet"),
    "requested": ("chasing.fill", "chasing.letter_sent", "chasing.contact"),
}


async def tell_unit(
    turn: Turn, one: Obligation, what: str, *, key: str, values: Mapping[str, str], period: str = ""
) -> list[Outgoing]:
    """Tell all who report for the unit, each once; what the officer reads if none hears it (R13).

    `period`: its key, where the unit may answer as it answers a reminder.
    Whoever is asked kindly hears no word of duty or lateness (design §5).
    """
    persons = await _persons(turn, one)
    manner = "told" if one.duty == "required" else "kindly"
    message = turn.message(f"chasing.{manner}_{what}", **values)
    if what == "unseen" and period:
        message = _answered(turn, message, one, period)
    for person in persons:
        turn.tell(person, message, key=f"{key}:{person}")
    if not persons:
        return [turn.message("chasing.told_nobody")]
    lost = await reach.unreachable(turn, persons)
    if len(lost) < len(persons):
        return []
    why = turn.text_of(f"call.{next(iter(lost.values())).name.lower()}")
    return [turn.message("chasing.told_unheard", unit=one.name, why=why)]


def _answered(turn: Turn, message: Outgoing, one: Obligation, period: str) -> Outgoing:
    choices = _UNSEEN["required" if one.duty == "required" else "requested"]
    asked = turn.message("chasing.unseen_said_to", choices=choices, said=message.text)
    return replace(asked, notice=Notice(*_ANSWERS, f"{one.unit.id}:{period}"))


async def is_heard(turn: Turn, one: Obligation) -> bool:
    """Whether somebody who reports for the unit can be told now."""
    persons = await _persons(turn, one)
    return len(await reach.unreachable(turn, persons)) < len(persons)


async def _persons(turn: Turn, one: Obligation) -> list[int]:
    held = await roles.holding(turn.tx, one.unit.commune_id, tuple(WHO))
    mine = (h for h in held if h.unit_id == one.unit.id)
    return once_each(h for h in mine if h.canonical_id != turn.actor.canonical_id)
