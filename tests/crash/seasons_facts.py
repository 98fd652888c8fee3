"""What is true in a season, moment by moment, as plain values: the memory of the oracle.

Nothing here asks the program: whatever is done to it (`seasons_deeds`) is written here, too. Times
are those that the wall clock showed, local and without a zone; `at` counts what happened, in order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from tests.crash.seasons_commune import PLACES

REPORT: Final = "report"
NAMES: Final = "names"
DUE: Final = date(2026, 12, 14)
"""The last day on time (R19: "trước ngày 15/12")."""


class Form(NamedTuple):
    """A quick form."""

    title: str
    due: date
    made: date
    units: frozenset[str]
    answered: frozenset[str] = frozenset()
    is_open: bool = True


class Nudge(NamedTuple):
    """An officer asked by hand that these units be reminded."""

    at: int
    moment: datetime
    unit: str
    about: str


@dataclass(frozen=True, slots=True)
class World:
    """Everything that decides whom a reminder is for. Units are named by code."""

    days_off: frozenset[date] = frozenset()
    roles: frozenset[tuple[str, str, str]] = frozenset()
    """(person, role, unit)"""
    muted: frozenset[str] = frozenset()
    """Persons who said "dừng nhắc" on their own app."""
    gone: frozenset[str] = frozenset()
    """Persons whose own app refuses us (T58)."""
    links: frozenset[tuple[str, str]] = frozenset()
    standing: Mapping[str, str] = field(default_factory=dict)
    """Of units: "sent", "returned", "paper", "exempt"; nothing = they owe."""
    until: Mapping[str, date] = field(default_factory=dict)
    claims: Mapping[str, date] = field(default_factory=dict)
    """Units that say they have handed in on paper, since when, and nobody has looked yet."""
    paused: frozenset[str] = frozenset()
    """Units that are held back; "" = all of them."""
    ended: Mapping[str, date] = field(default_factory=dict)
    is_frozen: bool = False
    forms: Mapping[str, Form] = field(default_factory=dict)

    # --- persons ---------------------------------------------------------------------------------

    def human(self, person: str) -> frozenset[str]:
        """All persons that are the same human."""
        joined = {person}
        for _ in self.links:
            joined |= {one for pair in self.links if joined & set(pair) for one in pair}
        return frozenset(joined)

    def is_muted(self, person: str) -> bool:
        return bool(self.human(person) & self.muted)

    def is_reached(self, person: str) -> bool:
        """Whether something unasked may and can be said to this human."""
        human = self.human(person)
        return not human & self.muted and bool(human - self.gone)

    def holders(self, unit: str, *roles: str) -> set[frozenset[str]]:
        return {self.human(p) for p, role, u in self.roles if u == unit and role in roles}

    def reached(self, unit: str, *roles: str) -> set[frozenset[str]]:
        return {one for one in self.holders(unit, *roles) if self.is_reached(min(one))}

    def audience(self, unit: str, about: str, *, with_head: bool) -> set[frozenset[str]]:
        """Who is to hear of it and can (design §5)."""
        if about == NAMES:
            officers = self.holders("", "officer") or self.holders("", "admin")
            return {one for one in officers if self.is_reached(min(one))}
        reporters, heads = self.reached(unit, "reporter"), self.reached(unit, "head")
        return reporters | heads if with_head or not reporters else reporters

    # --- what is owed ----------------------------------------------------------------------------

    def owes(self, unit: str, about: str, day: date) -> bool:
        """Whether this unit is still asked for this on that day; of `NAMES`, whether any is."""
        if about == NAMES:
            return bool(self.missing(day)) or bool(self.looked_for(day))
        if self._is_over(unit, day):
            return False
        if about == REPORT:
            return not self.is_frozen and self._is_asked(unit) and unit not in self.claims
        form = self.forms.get(about)
        return form is not None and form.is_open and unit in form.units - form.answered

    def is_held(self, unit: str) -> bool:
        """Whether an officer holds back what goes there by itself."""
        return bool({"", unit} & self.paused)

    def _is_open(self, unit: str) -> bool:
        return self.standing.get(unit, "owes") in ("owes", "returned")

    def _is_asked(self, unit: str) -> bool:
        """What was returned to a business it completes or not: it is only invited (design §5)."""
        if self.duty(unit) == "encouraged":
            return self.standing.get(unit, "owes") == "owes"
        return self._is_open(unit)

    def _is_over(self, unit: str, day: date) -> bool:
        return unit in self.ended and day >= self.ended[unit]

    def _counts(self, unit: str, day: date) -> bool:
        """A past period asks those that were there on its last day."""
        return not self._is_over(unit, min(day, DUE))

    def missing(self, day: date) -> set[str]:
        """Whose names the officers are to hear."""
        if self.is_frozen:
            return set()
        duties = ("required", "requested")
        asked = {unit for unit, place in PLACES.items() if place.duty in duties}
        return {unit for unit in asked if self._is_open(unit) and self._counts(unit, day)}

    def looked_for(self, day: date) -> set[str]:
        """Units whose paper an officer has still to look for."""
        if self.is_frozen:
            return set()
        return {unit for unit in self.claims if self._is_open(unit) and self._counts(unit, day)}

    def due(self, unit: str, about: str) -> date:
        if about in self.forms:
            return self.forms[about].due
        return max(DUE, self.until.get(unit, DUE)) if about == REPORT else DUE

    def duty(self, unit: str) -> str:
        return PLACES[unit].duty if unit in PLACES else ""

    def things(self) -> Iterable[tuple[str, str]]:
        """Every (unit, about) that there is."""
        yield "", NAMES
        for unit in PLACES:
            yield unit, REPORT
        for about, form in self.forms.items():
            for unit in form.units:
                yield unit, about


class Call(NamedTuple):
    """One call of a platform."""

    since: int
    """What had happened when the message began to be claimed, and when it was (`World`s)."""
    until: int
    at: int
    moment: datetime
    process: str
    person: str
    text: str
    buttons: tuple[str, ...]
    arrived: bool


class Trouble(NamedTuple):
    """Somebody may miss something, and it is no fault of the program's."""

    moment: datetime
    persons: frozenset[str]
    """Empty: everybody."""
    lasts: timedelta | None
    """None: what was on its way is in doubt or refused; the next stage covers it (R9)."""


@dataclass(slots=True)
class Record:
    """Everything that happened in one season."""

    worlds: list[tuple[int, datetime, World]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    nudges: list[Nudge] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    up: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When at least one process ran and looked."""
    jumps: list[tuple[datetime, datetime]] = field(default_factory=list)
    """From what to what the wall clock was put."""
    began: datetime = datetime.min  # noqa: DTZ901 - local, as everything here
    at: int = 0

    @property
    def world(self) -> World:
        return self.worlds[-1][2]

    def count(self) -> int:
        self.at += 1
        return self.at

    def changes(self, moment: datetime, **what: object) -> None:
        world = replace(self.world, **what) if self.worlds else World(**what)  # type: ignore[arg-type]
        self.worlds.append((self.count(), moment, world))

    def between(self, since: int, until: int) -> list[World]:
        """The world at one count and everything it became up to another."""
        before = [world for at, _, world in self.worlds if at <= since][-1:]
        return before + [world for at, _, world in self.worlds if since < at <= until]

    def during(self, first: datetime, last: datetime) -> list[World]:
        """The same by the clock; only where it never jumped."""
        before = [world for _, moment, world in self.worlds if moment < first][-1:]
        return before + [world for _, moment, world in self.worlds if first <= moment <= last]
