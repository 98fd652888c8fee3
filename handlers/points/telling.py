"""Who raised a point hears what UBND xã decided, once; nobody reads the words of others (T57).

A unit reads back its own words, never those of the units it was merged with.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from handlers import reach, words
from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.points import saying
from handlers.points.remarks import Remark
from handlers.points.sheet import Sheet
from handlers.reporting.flow import WHO
from handlers.reporting.letter.writing import one_line
from storage import roles, tickets
from storage.points import PointInfo

_OWN: Final = 120


@dataclass(slots=True)
class _Round:
    """One decision being told; `persons` heard of it already (canonical ids)."""

    turn: Turn
    sheet: Sheet
    point: PointInfo
    decision: str
    on: date
    persons: set[int] = field(default_factory=set)

    def message(self, text_id: str, **values: str) -> Outgoing:
        council = str(self.sheet.gathered.settings.get("name") or "xã")
        return self.turn.message(
            text_id,
            council=council,
            day=words.say_short_date(self.on),
            decision=self.decision,
            **values,
        )

    def tell(self, person: int, canonical: int, message: Outgoing) -> None:
        """Once for each person and decision, however often this is asked for."""
        if canonical in self.persons:
            return
        self.persons.add(canonical)
        said = f"{self.decision}|{self.on}|{self.turn.now.isoformat()}"
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        key = f"point:{self.point.id}:{digest}:{canonical}"
        self.turn.tell(person, message, key=key)


async def tell_all(
    turn: Turn, sheet: Sheet, number: int, *, decision: str, on: date
) -> list[Outgoing]:
    """Tell units and askers; what the officer hears of who was not reached."""
    point = sheet.point(number)
    if point is None:
        return []
    telling = _Round(turn, sheet, point, one_line(decision), on)
    silent = await _tell_units(telling)
    await _tell_askers(telling)
    lost = await reach.unreachable(turn, list(telling.persons))
    said = [turn.message("points.told", count=len(telling.persons) - len(lost))]
    silent += [turn.text_of("points.persons_lost", count=len(lost))] if lost else []
    if silent:
        said.append(turn.message("points.not_told", whose=saying.names(turn, silent)))
    return said


async def _tell_units(telling: _Round) -> list[str]:
    """Whoever reports for each unit; names of the units for which nobody does."""
    turn, sheet = telling.turn, telling.sheet
    holders = await roles.holding(turn.tx, sheet.spot.commune, tuple(WHO))
    own = {one.unit_id: one for one in reversed(sheet.sources(telling.point))}
    silent = []
    for unit in dict.fromkeys(telling.point.sources.get("units", ())):
        here = [one for one in holders if one.unit_id == unit]
        name = sheet.names.get(unit, "")
        message = telling.message(
            "difficulties.decided_unit", unit=name, own=_own(turn, own.get(unit))
        )
        for one in here:
            telling.tell(one.person_id, one.canonical_id, message)
        silent += [name] if name and not here else []
    return silent


def _own(turn: Turn, remark: Remark | None) -> str:
    """The words of who is told, cut; "" where they have changed since."""
    if remark is None:
        return ""
    return f" {turn.text_of('difficulties.own_words', text=words.cut(remark.text, _OWN))}"


async def _tell_askers(telling: _Round) -> None:
    """A ticket gets its answer: an open one is closed by it, an answered one hears the outcome."""
    turn, communes = telling.turn, [telling.sheet.spot.commune]
    for number in telling.point.sources.get("tickets", ()):
        ticket = await tickets.find(turn.tx, number, communes)
        if ticket is None:  # erased with its person
            continue
        await tickets.answer(
            turn.tx,
            ticket.id,
            communes,
            text=telling.decision,
            by=turn.actor.person_id,
            now=turn.now,
        )
        canonical = await roles.canonical_of(turn.tx, ticket.person_id) or ticket.person_id
        own = words.cut(one_line(ticket.question), _OWN)
        message = telling.message("difficulties.decided_asker", own=own)
        telling.tell(ticket.person_id, canonical, message)
