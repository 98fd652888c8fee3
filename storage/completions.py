"""Who has finished every lesson of a module: kept beside the attempts, so that counting is quick.

A summary, never a source. It is rewritten for a human in the transaction that changes what it is
made of (a lesson finished, a link, the end of one), and counted anew every night.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, Select, bindparam, delete, func, or_, select, update

from storage.database import Database, Transaction, prepared
from storage.linking import canonical
from storage.lists import within
from storage.tables import AnswerRow, Attempt, Completion, Person

Modules = Mapping[str, Collection[str]]
"""Module id -> the ids of all its lessons."""

HUMANS: Final = 200
"""Counted in one transaction."""
_ATTEMPTS: Final = 5_000


class Done(NamedTuple):
    """One human and one module: a row as it is stored."""

    person_id: int
    module: str
    unit_id: int | None
    at: datetime


# --- one human -----------------------------------------------------------------------------------


_GROUPS: Final = select(Person.id, canonical(Person)).where(
    or_(
        within(Person.id, "humans"),
        within(Person.canonical_id, "humans"),
    )
)
_CANONICAL: Final = select(canonical(Person)).where(within(Person.id, "persons"))
_FINISHED: Final = (
    select(canonical(Person), Attempt.lesson_id, Attempt.unit_id, Attempt.finished_at)
    .join(Person, Person.id == Attempt.person_id)
    .where(within(Attempt.person_id, "persons"), Attempt.finished_at.is_not(None))
    .order_by(Attempt.finished_at, Attempt.id)
)
_STORED: Final = select(
    Completion.person_id, Completion.module, Completion.unit_id, Completion.at
).where(within(Completion.person_id, "persons"))
_WRITE: Final = prepared(
    Completion,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["person_id", "module"],
        set_={"unit_id": insert.excluded.unit_id, "at": insert.excluded.at},
    ),
)


async def refresh(tx: Transaction, persons: Iterable[int], modules: Modules) -> int:
    """Write anew what these humans have completed; how many rows were not as they should be.

    `persons`: any of the persons who are them now, after a link or its end everybody concerned.
    """
    humans = set((await tx.execute(_CANONICAL, {"persons": list(persons)})).scalars())
    group = [row[0] for row in await tx.execute(_GROUPS, {"humans": sorted(humans)})]
    stored, due = await _compare(tx, group, modules)
    for gone in {(row.person_id, row.module) for row in stored - due} - _keys(due):
        where = (Completion.person_id == gone[0], Completion.module == gone[1])
        await tx.execute(delete(Completion).where(*where))
    if new := [row._asdict() for row in due - stored]:
        await tx.execute(_WRITE(tx), new)
    return len(_keys(stored ^ due))


def _keys(rows: Iterable[Done]) -> set[tuple[int, str]]:
    return {(row.person_id, row.module) for row in rows}


async def _compare(
    tx: Transaction, persons: Sequence[int], modules: Modules
) -> tuple[set[Done], set[Done]]:
    """What is stored for these persons, whole humans, and what is due."""
    asked = {"persons": persons}
    stored = {Done(*row) for row in await tx.execute(_STORED, asked)}
    finished: dict[int, list[tuple[str, int | None, datetime]]] = defaultdict(list)
    for human, lesson, unit_id, at in await tx.execute(_FINISHED, asked):
        if at is not None:  # never None here, as `_FINISHED` asks
            finished[human].append((lesson, unit_id, at))
    due = {
        Done(human, *end) for human, lessons in finished.items() for end in _ends(lessons, modules)
    }
    return stored, due


def _ends(
    finished: Iterable[tuple[str, int | None, datetime]], modules: Modules
) -> Iterator[tuple[str, int | None, datetime]]:
    """(module, unit, time) of the attempt that first made a module whole, in order of time."""
    missing = {module: set(lessons) for module, lessons in modules.items() if lessons}
    for lesson, unit_id, at in finished:
        for module, left in list(missing.items()):
            left.discard(lesson)
            if not left:
                del missing[module]
                yield module, unit_id, at


# --- everybody, every night ----------------------------------------------------------------------


async def recount(database: Database, modules: Modules) -> int:
    """Count everything anew and put right what differs; how many rows did.

    Looking takes no lock; only who differs is written, some at a time. Raises `Unavailable`.
    """
    return await _recount_answers(database) + await _recount_modules(database, modules)


_AFTER: Final = bindparam("after", type_=BigInteger)
_SOME_HUMANS: Final = (
    select(Person.id)
    .where(Person.id > _AFTER, Person.canonical_id.is_(None))
    .order_by(Person.id)
    .limit(HUMANS)
)


async def _recount_modules(database: Database, modules: Modules) -> int:
    after, differed = 0, 0
    while True:
        async with database.reading() as tx:
            humans = list((await tx.execute(_SOME_HUMANS, {"after": after})).scalars())
            wrong = await _wrong(tx, humans, modules)
        if wrong:
            async with database.transaction() as tx:
                await _hold(tx, wrong)
                differed += await refresh(tx, wrong, modules)
        if len(humans) < HUMANS:
            return differed
        after = humans[-1]


async def _wrong(tx: Transaction, humans: Collection[int], modules: Modules) -> list[int]:
    rows = (await tx.execute(_GROUPS, {"humans": humans})).all()
    stored, due = await _compare(tx, [person for person, _ in rows], modules)
    human_of = {row[0]: row[1] for row in rows}
    return sorted({human_of[row.person_id] for row in stored ^ due})


async def _hold(tx: Transaction, humans: Collection[int]) -> None:
    """Nobody's turn among these humans until we commit; SQLite has us alone."""
    rows = select(Person.id).where(within(Person.id, "humans")).order_by(Person.id)
    await tx.execute(rows.with_for_update(), {"humans": humans})


_NEWEST: Final = select(func.max(Attempt.id))


def _miscounted() -> Select[int]:
    given = (
        select(
            AnswerRow.attempt_id,
            func.count().label("answered"),
            func.count().filter(AnswerRow.correct).label("correct"),
        )
        .where(AnswerRow.attempt_id > _AFTER, AnswerRow.attempt_id <= _AFTER + _ATTEMPTS)
        .group_by(AnswerRow.attempt_id)
        .subquery()
    )
    counted = (func.coalesce(given.c.answered, 0), func.coalesce(given.c.correct, 0))
    return (
        select(Attempt.id)
        .outerjoin(given, given.c.attempt_id == Attempt.id)
        .where(Attempt.id > _AFTER, Attempt.id <= _AFTER + _ATTEMPTS)
        .where(Attempt.finished_at.is_not(None))
        .where(or_(Attempt.answered != counted[0], Attempt.correct != counted[1]))
    )


_MISCOUNTED: Final = _miscounted()
_GIVEN: Final = select(func.count()).where(AnswerRow.attempt_id == Attempt.id)
_COUNT: Final = (
    update(Attempt)
    .where(within(Attempt.id, "attempts"), Attempt.finished_at.is_not(None))
    .values(
        answered=_GIVEN.scalar_subquery(),
        correct=_GIVEN.where(AnswerRow.correct).scalar_subquery(),
    )
)


async def _recount_answers(database: Database) -> int:
    async with database.reading() as tx:
        newest = await tx.scalar(_NEWEST) or 0
    differed = 0
    for after in range(0, newest, _ATTEMPTS):
        async with database.reading() as tx:
            wrong = [row[0] for row in await tx.execute(_MISCOUNTED, {"after": after})]
        if wrong:
            async with database.transaction() as tx:
                await tx.execute(_COUNT, {"attempts": wrong})
        differed += len(wrong)
    return differed
