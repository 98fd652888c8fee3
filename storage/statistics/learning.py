"""What people learnt: attempts, answers, and modules completed.

One statement for all of it. Rows are first brought down to one for each unit and person, by
indexes alone; only those are looked at for who the person is and whether it agrees, which both
databases then do once, not once a figure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from storage.database import Transaction, long
from storage.lists import within
from storage.statistics.figures import BASIC, Modules, Period, Source
from storage.statistics.humans import HUMAN, counts
from storage.statistics.places import Places
from storage.tables import AnswerRow, Attempt, Completion, Person, UtcTime

_NOWHERE: Final = 0  # no unit has this id
_PEOPLE: Final = ("learners", "active", "completers", "basic")  # each person once
_SUMS: Final = ("lessons", "answers", "right")
_YES: Final[ColumnElement[int]] = literal_column("1", Integer)
_NO: Final[ColumnElement[int]] = literal_column("0", Integer)
ACTIVE: Final = timedelta(days=30)

Counted = Sequence[Mapping[Any, Any]]
"""Figures by name; `unit_id` says where, `is_total` that it is all of them together."""


async def learned(
    tx: Transaction,
    places: Places,
    period: Period,
    *,
    modules: Modules,
    now: datetime,
    source: Source | None,
) -> Counted:
    """All figures of people by unit, and of all together."""
    until = min(period.end, now + timedelta.resolution)  # an answer of this very moment counts
    statement = _learned(source).params(
        start=period.start,
        end=period.end,
        since=until - ACTIVE,
        until=until,
        units=places.ids,
        places=[*places.ids, *([_NOWHERE] if places.with_unknown else [])],
        with_unknown=places.with_unknown,
        modules=list(modules),
    )
    return [row._mapping for row in await long(tx, statement)]


@cache
def _learned(source: Source | None) -> Any:
    rows = union_all(*_finished(source), _answered(source), *_completed(source)).subquery()
    who = (
        select(rows.c.unit_id, HUMAN, *_each(func.max, rows), *_sums(rows))
        .join(Person, Person.id == rows.c.person_id)
        .where(counts())
        .group_by(rows.c.unit_id, HUMAN)
        .cte("who")
    )
    anywhere = select(*_each(func.max, who), *_sums(who)).group_by(who.c.human).subquery("anywhere")
    by_unit = select(who.c.unit_id, null().label("is_total"), *_each(_sum, who), *_sums(who))
    total: Any = select(null(), literal_column("1"), *_each(_sum, anywhere), *_sums(anywhere))
    return union_all(by_unit.group_by(who.c.unit_id), total)


def _each(function: Any, rows: Any) -> Sequence[ColumnElement[int]]:
    return [function(rows.c[name]).label(name) for name in _PEOPLE]


def _sums(rows: Any) -> Sequence[ColumnElement[int]]:
    return [_sum(rows.c[name]).label(name) for name in _SUMS]


def _sum(column: Any) -> ColumnElement[int]:
    """PostgreSQL's sum of long integers is a decimal, and slow to carry on with."""
    return cast(func.sum(column), BigInteger)


# --- one row for each unit and person ------------------------------------------------------------


def _row(unit_id: Any, person_id: Any, **figures: Any) -> Select[*tuple[Any, ...]]:
    """Figures that are not named are 0."""
    values = [figures.get(name, _NO).label(name) for name in (*_PEOPLE, *_SUMS)]
    return select(unit_id.label("unit_id"), person_id.label("person_id"), *values)


_WITH_UNKNOWN: Final = bindparam("with_unknown", type_=Boolean)


def _places(unit_id: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Known and unknown units, each by itself: an index serves either, but not "or"."""
    return within(unit_id, "units"), and_(unit_id.is_(None), _WITH_UNKNOWN)


def _is_in(column: Any, start: str = "start", end: str = "end") -> ColumnElement[bool]:
    first, after = (bindparam(name, type_=UtcTime()) for name in (start, end))
    return and_(column >= first, column < after)


def _of(source: Source | None) -> ColumnElement[bool]:
    if source is None:
        return true()
    is_alone = Attempt.activity_id.is_(None)
    return is_alone if source is Source.ALONE else ~is_alone


def _finished(source: Source | None) -> list[Any]:
    """Lessons and their answers; in the order of `ix_attempts_counted`, so nothing is sorted."""
    found = _row(
        Attempt.unit_id,
        Attempt.person_id,
        learners=_YES,
        lessons=func.count(),
        answers=_sum(Attempt.answered),
        right=_sum(Attempt.correct),
    ).where(_is_in(Attempt.finished_at), _of(source))
    return [
        found.where(place).group_by(Attempt.unit_id, Attempt.person_id)
        for place in _places(Attempt.unit_id)
    ]


def _answered(source: Source | None) -> Any:
    """Who answered, by the time of the answers: units are looked at only after that."""
    answered = select(AnswerRow.attempt_id).where(_is_in(AnswerRow.at, "since", "until"))
    # Not the bare column: by its index SQLite would read every attempt there ever was.
    is_here = within(func.coalesce(Attempt.unit_id, _NOWHERE, type_=BigInteger), "places")
    return (
        _row(Attempt.unit_id, Attempt.person_id, active=_YES)
        .where(Attempt.id.in_(answered), is_here, _of(source))
        .distinct()
    )


def _completed(source: Source | None) -> list[Any]:
    is_basic = case((Completion.module == BASIC, _YES), else_=_NO)
    either = {"completers": _YES - is_basic, "basic": is_basic}
    found = _row(Completion.unit_id, Completion.person_id, **either).where(
        _is_in(Completion.at), within(Completion.module, "modules"), _by_an_attempt(source)
    )
    return [found.where(place) for place in _places(Completion.unit_id)]


def _by_an_attempt(source: Source | None) -> ColumnElement[bool]:
    """The lesson that completed the module was of this source."""
    if source is None:
        return true()
    speaker = aliased(Person)
    theirs: Select[int] = (
        select(Attempt.id)
        .join(speaker, speaker.id == Attempt.person_id)
        .where(
            or_(speaker.id == Completion.person_id, speaker.canonical_id == Completion.person_id),
            Attempt.finished_at == Completion.at,
            Attempt.unit_id.is_not_distinct_from(Completion.unit_id),
            _of(source),
        )
    )
    return theirs.correlate(Completion).exists()
