"""Every participation figure counted again in plain Python, from nothing but the raw rows.

Nothing is taken from `completions`, `attempts.answered` or `persons.canonical_id`: who is whom
follows from the open links.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from storage.database import Transaction
from storage.statistics import BASIC, Figures, Modules, Period, Scope, Source, Table
from storage.tables import (
    Activity,
    ActivityUnit,
    AnswerRow,
    Attempt,
    Attendance,
    Consent,
    Headcount,
    Person,
    SamePerson,
    Unit,
)

TOTAL: Final = -1
Row = Any


class End(NamedTuple):
    """A human's attempt that first made a module whole."""

    human: int
    module: str
    attempt: Row


class Asked(NamedTuple):
    scope: Scope
    period: Period
    source: Source | None
    modules: Modules
    now: datetime


@dataclass(frozen=True)
class Raw:
    """All rows as they are stored now."""

    rows: Mapping[str, Sequence[Row]]

    def __getattr__(self, table: str) -> Sequence[Row]:
        return self.rows[table]

    @cached_property
    def human_of(self) -> dict[int, int]:
        """Person -> the smallest id of all that are linked with it."""
        human = {person.id: person.id for person in self.persons}
        for link in self.same_person:
            if link.until is None:
                low, high = sorted((human[link.a], human[link.b]))
                human = {person: low if its == high else its for person, its in human.items()}
        return human

    @cached_property
    def agreed(self) -> set[int]:
        """Persons who count: they or a linked one agree, and they were not erased."""
        yes = {
            self.human_of[row.person_id]
            for row in self.consents
            if row.purpose == "learning" and row.withdrawn_at is None
        }
        return {p.id for p in self.persons if p.erased_at is None and self.human_of[p.id] in yes}

    @cached_property
    def answers_of(self) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {attempt.id: [] for attempt in self.attempts}
        for answer in self.answers:
            found[answer.attempt_id].append(answer)
        return found

    def ends(self, modules: Modules) -> list[End]:
        """What everybody has completed, with or without consent."""
        key = repr(sorted(modules.items()))
        if key not in self._ends:
            self._ends[key] = self._count_ends(modules)
        return self._ends[key]

    @cached_property
    def _ends(self) -> dict[str, list[End]]:
        return {}

    def _count_ends(self, modules: Modules) -> list[End]:
        finished = [attempt for attempt in self.attempts if attempt.finished_at is not None]
        found = []
        for human in {self.human_of[attempt.person_id] for attempt in finished}:
            theirs = [a for a in finished if self.human_of[a.person_id] == human]
            theirs.sort(key=lambda attempt: (attempt.finished_at, attempt.id))
            for module, lessons in modules.items():
                last = _completing(theirs, set(lessons))
                if last is not None:
                    found.append(End(human, module, last))
        return found


def _completing(attempts: Sequence[Row], missing: set[str]) -> Row | None:
    if not missing:
        return None
    for attempt in attempts:
        missing = missing - {attempt.lesson_id}
        if not missing:
            return attempt
    return None


_TABLES: Final = (Activity, ActivityUnit, AnswerRow, Attempt, Attendance, Consent, Headcount)


async def read(tx: Transaction) -> Raw:
    rows: dict[str, Sequence[Row]] = {}
    for table in (*_TABLES, Person, SamePerson, Unit):
        columns = table.__table__.c
        rows[table.__tablename__] = (await tx.execute(select(*columns))).all()
    return Raw(rows)


# --- figures -------------------------------------------------------------------------------------


def recount(raw: Raw, asked: Asked) -> dict[int | None, Figures]:
    """Unit (None: not known) -> figures; the key -1 holds the total. Only where there are any."""
    units = units_of(raw, asked.scope)
    communes = [unit for unit in raw.units if unit.commune_id is None]
    is_whole = asked.scope.only is None and not asked.scope.kind
    places: set[int | None] = {unit.id for unit in units}
    if is_whole and len(communes) == 1:
        places.add(None)
    found: dict[int | None, Figures] = {}
    for place in places:
        figures = {**_people(raw, asked, {place}), **_held(raw, asked, {place})}
        people = _living(raw, asked, place)
        if any(figures.values()):
            found[place] = Figures(**figures, **people)
    totals = {**_people(raw, asked, places), **_held(raw, asked, places)}
    found[TOTAL] = Figures(**totals, **_all_living(raw, asked, units))
    return found


def units_of(raw: Raw, scope: Scope) -> list[Row]:
    return [
        unit
        for unit in raw.units
        if scope.commune_id in (unit.id, unit.commune_id)
        and (scope.only is None or unit.id in scope.only)
        and (not scope.kind or unit.kind == scope.kind)
    ]


def _people(raw: Raw, asked: Asked, places: Collection[int | None]) -> dict[str, int]:
    here = [
        attempt
        for attempt in raw.attempts
        if attempt.unit_id in places and attempt.person_id in raw.agreed and _is_of(attempt, asked)
    ]
    seen = [attempt for attempt in here if _is_in(attempt.finished_at, asked.period)]
    answers = [answer for attempt in seen for answer in raw.answers_of[attempt.id]]
    ends = [
        end
        for end in raw.ends(asked.modules)
        if end.attempt.unit_id in places
        and end.human in raw.agreed
        and _is_of(end.attempt, asked)
        and _is_in(end.attempt.finished_at, asked.period)
    ]
    active = [a for a in here if any(_is_recent(r.at, asked) for r in raw.answers_of[a.id])]
    return {
        "learners": len({raw.human_of[attempt.person_id] for attempt in seen}),
        "active": len({raw.human_of[attempt.person_id] for attempt in active}),
        "lessons": len(seen),
        "completers": len({end.human for end in ends if end.module != BASIC}),
        "basic": len({end.human for end in ends if end.module == BASIC}),
        "answers": len(answers),
        "right": sum(answer.correct for answer in answers),
    }


def _is_of(attempt: Row, asked: Asked) -> bool:
    source = Source.ALONE if attempt.activity_id is None else Source.SESSION
    return asked.source in (None, source)


def _is_in(at: datetime | None, period: Period) -> bool:
    return at is not None and period.start <= at < period.end


def _is_recent(at: datetime, asked: Asked) -> bool:
    """In the thirty days before the period's end; before now, and now, if that is earlier."""
    if asked.period.end <= asked.now:
        return asked.period.end - timedelta(days=30) <= at < asked.period.end
    return asked.now - timedelta(days=30) < at <= asked.now


def _held(raw: Raw, asked: Asked, places: Collection[int | None]) -> dict[str, int]:
    there = {row.activity_id for row in raw.activity_units if row.unit_id in places}
    held = [
        activity
        for activity in raw.activities
        if activity.id in there
        and activity.state == "recorded"
        and asked.period.first <= activity.held_on <= asked.period.last
    ]
    heads = [_heads(raw, activity) for activity in held]
    return {
        "sessions": sum(activity.sessions for activity in held if activity.kind == "class"),
        "activities": len(held),
        "heads": sum(count for count in heads if count is not None),
        "unknown_heads": heads.count(None),
    }


def _heads(raw: Raw, activity: Row) -> int | None:
    came = {
        raw.human_of[row.person_id] for row in raw.attendances if row.activity_id == activity.id
    }
    joined = len(came) + activity.nameless
    heads: int | None = activity.heads
    return joined or None if heads is None else heads + joined


def _living(raw: Raw, asked: Asked, place: int | None) -> dict[str, Any]:
    """The newest adults and households of one unit known on the period's last day."""
    known = [r for r in raw.headcounts if r.unit_id == place and r.since <= asked.period.last]
    known.sort(key=lambda row: row.since)
    adults = [row.adults for row in known if row.adults is not None]
    homes = [row.households for row in known if row.households is not None]
    return {
        "adults": adults[-1] if adults else None,
        "households": homes[-1] if homes else None,
    }


def _all_living(raw: Raw, asked: Asked, units: Sequence[Row]) -> dict[str, Any]:
    """Of all hamlets on the period's last day; unknown if it is of one of them."""
    day = asked.period.last
    last = [
        _living(raw, asked, unit.id)
        for unit in units
        if unit.kind == "xom"
        and (unit.since is None or unit.since <= day)
        and (unit.until is None or unit.until > day)
    ]
    return {name: _sum([one[name] for one in last]) for name in ("adults", "households")}


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) or None if len(known) == len(numbers) else None


def as_counted(table: Table) -> dict[int | None, Figures]:
    """The table in the shape of `recount`: without lines that are all zero."""
    lines = {row.unit_id: row.figures for row in table.rows if _has_any(row.figures)}
    return {**lines, TOTAL: table.total}


def _has_any(figures: Figures) -> bool:
    names = set(figures.__slots__) - {"adults", "households"}
    return any(getattr(figures, name) for name in names)
