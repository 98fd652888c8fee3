"""How many people learn where: the one source of every participation figure (design §5).

These are real figures, small cells included: for scoped officers, leaders, heads and helpers. What
is public or goes to a group hides cells under 5 and their complements first (T45), elsewhere.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from storage import units
from storage.database import Transaction, long
from storage.tables import AnswerRow, Attempt, Consent, Person, Unit, UnitAlias

Modules = Mapping[str, Collection[str]]
"""Module id -> the ids of all lessons it offers."""

Counted = dict[int, dict[str, int]]
"""Place (`_NOWHERE` for no hamlet) -> figures by name."""

Query = Select[*tuple[Any, ...]]

_NOWHERE: Final = 0  # place of a person whose hamlet is not known


class Period(NamedTuple):
    """Local days `first` to `last`; the same as the moments from `start` up to before `end`."""

    first: date
    last: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted for one hamlet or for all together."""

    learners: int = 0
    """Người học: distinct canonical persons with consent who finished a lesson in the period."""
    lessons: int = 0
    """Lượt học: finished attempts."""
    completers: int = 0
    """Persons who in the period came to have finished every lesson of a module."""
    answers: int = 0
    right: int = 0
    adults: int | None = None
    """Newest figure known on the period's last day; None = unknown."""

    @property
    def share(self) -> Fraction | None:
        """Tỷ lệ in percent; None = "chưa có mẫu số"."""
        return Fraction(100 * self.learners, self.adults) if self.adults else None

    @property
    def right_share(self) -> Fraction | None:
        """Right answers in percent; None without answers."""
        return Fraction(100 * self.right, self.answers) if self.answers else None


@dataclass(frozen=True, slots=True)
class HamletRow:
    """One hamlet; `unit_id` None is everybody whose hamlet is not known."""

    unit_id: int | None
    code: str
    name: str
    aliases: tuple[str, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class HamletTable:
    """All rows, and the total computed by itself: who moved counts in both hamlets, once in it."""

    period: Period
    rows: tuple[HamletRow, ...]
    total: Figures

    @property
    def without_adults(self) -> int:
        """How many hamlets have no denominator; if any, the total has none either."""
        return sum(row.unit_id is not None and row.figures.adults is None for row in self.rows)


async def hamlet_table(
    tx: Transaction,
    *,
    commune_id: int,
    period: Period,
    modules: Modules,
    only: Collection[int] | None = None,
) -> HamletTable:
    """Participation per hamlet. `only`: the hamlets that may be seen; None = the whole commune."""
    inside = await _inside(tx, commune_id)
    allowed = Attempt.unit_id.in_(only) if only is not None else true()
    seen = and_(_in(period), inside, allowed)
    counted: Counted = defaultdict(dict)
    total = await _learners(tx, seen, counted)
    total |= await _answers(tx, seen, counted)
    total |= await _completers(tx, _completed(inside, modules, period, only), counted)
    rows = await _rows(tx, commune_id, period, only, counted)
    known = [row.figures.adults for row in rows if row.unit_id is not None]
    adults = None if None in known else sum(n for n in known if n is not None)
    return HamletTable(period, rows, Figures(**total, adults=adults or None))


# --- who and where counts ------------------------------------------------------------------------


async def _inside(tx: Transaction, commune_id: int) -> ColumnElement[bool]:
    """Attempts of this commune (T13). Those without any hamlet belong to the only commune."""
    own = select(Unit.id).where(or_(Unit.commune_id == commune_id, Unit.id == commune_id))
    communes = select(func.count()).select_from(Unit).where(Unit.commune_id.is_(None))
    mine = Attempt.unit_id.in_(own)
    return or_(mine, Attempt.unit_id.is_(None)) if await tx.scalar(communes) == 1 else mine


def _counts() -> ColumnElement[bool]:
    """Persons who agree now, themselves or on a linked app, and were not erased."""
    linked = aliased(Person)
    others = or_(
        linked.id == Person.canonical_id,
        linked.canonical_id == func.coalesce(Person.canonical_id, Person.id),
    )
    by_link = select(Consent.id).join(linked, linked.id == Consent.person_id).where(others)
    agreed = or_(
        select(Consent.id).where(Consent.person_id == Person.id, _AGREES).exists(),
        by_link.where(_AGREES).exists(),
    )
    return and_(Person.erased_at.is_(None), agreed)


_AGREES: Final = and_(Consent.purpose == "learning", Consent.withdrawn_at.is_(None))
_CANONICAL: Final = func.coalesce(Person.canonical_id, Person.id).label("person")
_PLACE: Final = case((Unit.kind == units.HAMLET, Unit.id), else_=_NOWHERE).label("place")


def _in(period: Period) -> ColumnElement[bool]:
    return and_(Attempt.finished_at >= period.start, Attempt.finished_at < period.end)


def _finished(*columns: Any) -> Query:
    """Attempts of persons who count. Few joins, all by key: planners know little of a subquery."""
    return (
        select(*columns)
        .select_from(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(Unit, Unit.id == Attempt.unit_id)
        .where(_counts())
    )


# --- what is counted: into `counted` by place, and returned for all together ---------------------


async def _learners(tx: Transaction, seen: ColumnElement[bool], counted: Counted) -> dict[str, int]:
    found = _finished(_PLACE, _CANONICAL, func.count()).where(seen).group_by(_PLACE, _CANONICAL)
    persons: set[int] = set()
    lessons = 0
    for place, person, count in await long(tx, found):
        here = counted[place]
        here["learners"] = here.get("learners", 0) + 1
        here["lessons"] = here.get("lessons", 0) + count
        persons.add(person)
        lessons += count
    return {"learners": len(persons), "lessons": lessons}


async def _answers(tx: Transaction, seen: ColumnElement[bool], counted: Counted) -> dict[str, int]:
    right = func.sum(case((AnswerRow.correct, 1), else_=0))
    found = (
        _finished(_PLACE, func.count(), right)
        .join(AnswerRow, AnswerRow.attempt_id == Attempt.id)
        .where(seen)
        .group_by(_PLACE)
    )
    rows = [(place, int(n), int(good)) for place, n, good in await long(tx, found)]
    for place, answers, good in rows:
        counted[place] |= {"answers": answers, "right": good}
    return {"answers": sum(row[1] for row in rows), "right": sum(row[2] for row in rows)}


async def _completers(tx: Transaction, found: Query, counted: Counted) -> dict[str, int]:
    ends = {(place, person) for place, person in await long(tx, found)}
    for place, _ in ends:
        counted[place]["completers"] = counted[place].get("completers", 0) + 1
    return {"completers": len({person for _, person in ends})}


def _completed(
    inside: ColumnElement[bool], modules: Modules, period: Period, only: Collection[int] | None
) -> Query:
    """(place, person) of who in the period came to have finished every lesson of a module.

    Lessons finished earlier or in another hamlet count towards the module; the place is the one
    where the last of them was finished.
    """
    first = _first_finishes(inside, modules, period).subquery()
    of_module = [first.c.person, first.c.module]
    latest_first = [first.c.finished_at.desc(), first.c.id.desc()]
    ranked = select(
        first,
        func.count().over(partition_by=of_module).label("lessons"),
        func.row_number().over(partition_by=of_module, order_by=latest_first).label("from_last"),
    ).subquery()
    sizes = {name: len(set(lessons)) for name, lessons in modules.items() if lessons}
    found = select(ranked.c.place, ranked.c.person).where(
        ranked.c.from_last == 1,
        ranked.c.lessons == case(sizes or {"": 0}, value=ranked.c.module, else_=-1),
        ranked.c.finished_at >= period.start,
    )
    return found if only is None else found.where(ranked.c.unit_id.in_(only))


def _first_finishes(inside: ColumnElement[bool], modules: Modules, period: Period) -> Query:
    """Everybody's first finish of each lesson of a module, up to the end of the period."""
    module_of = {lesson: name for name, lessons in modules.items() for lesson in lessons}
    time = func.row_number().over(
        partition_by=[_CANONICAL.element, Attempt.lesson_id],
        order_by=[Attempt.finished_at, Attempt.id],
    )
    module = case(module_of or {"": ""}, value=Attempt.lesson_id, else_="")
    finished = (
        _finished(
            *(Attempt.id, Attempt.unit_id, Attempt.finished_at, _CANONICAL, _PLACE),
            module.label("module"),
            time.label("time"),
        )
        .where(inside, Attempt.finished_at < period.end, Attempt.lesson_id.in_(module_of))
        .subquery()
    )
    return select(finished).where(finished.c.time == 1)


# --- the rows ------------------------------------------------------------------------------------


async def _rows(
    tx: Transaction,
    commune_id: int,
    period: Period,
    only: Collection[int] | None,
    counted: Counted,
) -> tuple[HamletRow, ...]:
    """Every hamlet of the period, and those that have figures though they are no more."""
    adults = await units.adults_on(tx, on=period.last)
    aliases = await _aliases(tx, commune_id)
    rows = [
        HamletRow(
            unit_id=unit.id,
            code=unit.code,
            name=unit.name,
            aliases=tuple(aliases.get(unit.id, ())),
            figures=Figures(**counted.get(unit.id, {}), adults=adults.get(unit.id)),
        )
        for unit in await _hamlets(tx, commune_id, only)
        if unit.id in counted or _existed(unit.since, unit.until, period)
    ]
    if _NOWHERE in counted:
        rows.append(HamletRow(None, "", "", (), Figures(**counted[_NOWHERE])))
    return tuple(rows)


def _existed(since: date | None, until: date | None, period: Period) -> bool:
    """True if the unit existed on a day of the period; `until` is the first day it is no more."""
    return (since is None or since <= period.last) and (until is None or until > period.first)


async def _hamlets(tx: Transaction, commune_id: int, only: Collection[int] | None) -> Sequence[Any]:
    statement = (
        select(Unit.id, Unit.code, Unit.name, Unit.since, Unit.until)
        .where(Unit.commune_id == commune_id, Unit.kind == units.HAMLET)
        .order_by(Unit.code)
    )
    if only is not None:
        statement = statement.where(Unit.id.in_(only))
    return (await tx.execute(statement)).all()


async def _aliases(tx: Transaction, commune_id: int) -> Mapping[int, list[str]]:
    statement = (
        select(UnitAlias.unit_id, UnitAlias.alias)
        .join(Unit, Unit.id == UnitAlias.unit_id)
        .where(Unit.commune_id == commune_id)
        .order_by(UnitAlias.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for unit_id, alias in await tx.execute(statement):
        found[unit_id].append(alias)
    return found
