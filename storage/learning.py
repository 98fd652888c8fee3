"""How far people are in their lessons, their goes at a quiz, and the first answers (T43).

Rows carry the person who speaks; what is read back is the canonical person's, so linking two apps
joins their learning and unlinking parts it again without rewriting a row (design §5).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, case, func, literal, or_, select, update

from storage.database import Transaction, upsert
from storage.tables import AnswerRow, Attempt, LessonProgress, Person


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one canonical person is in one lesson."""

    lesson_id: str
    page: int
    """The page opened last, from 1; one more than the pages = the try-it and the questions."""
    updated_at: datetime
    finished_at: datetime | None
    """When it was finished for the first time."""

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to one question."""

    option: int
    correct: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A finished go at a lesson's questions."""

    lesson_id: str
    finished_at: datetime
    right: int
    answered: int


def is_person(canonical_id: int) -> ColumnElement[bool]:
    """Rows of `persons` that are this canonical person now."""
    return or_(Person.id == canonical_id, Person.canonical_id == canonical_id)


# --- progress ------------------------------------------------------------------------------------


async def reach(
    tx: Transaction, *, person_id: int, lesson_id: str, page: int, now: datetime
) -> None:
    """Remember the page just opened; a lesson once finished stays finished."""
    statement = upsert(tx, LessonProgress).values(
        person_id=person_id, lesson_id=lesson_id, page=page, updated_at=now
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "lesson_id"], set_={"page": page, "updated_at": now}
        )
    )


async def progress_of(tx: Transaction, canonical_id: int) -> dict[str, Progress]:
    """By lesson id: the page opened last on any linked account, and the first finish."""
    statement = (
        select(
            LessonProgress.lesson_id,
            LessonProgress.page,
            LessonProgress.updated_at,
            LessonProgress.finished_at,
        )
        .join(Person, Person.id == LessonProgress.person_id)
        .where(is_person(canonical_id))
        .order_by(LessonProgress.updated_at, LessonProgress.person_id)
    )
    return _latest(Progress(*row) for row in await tx.execute(statement))


def _latest(rows: Iterable[Progress]) -> dict[str, Progress]:
    found: dict[str, Progress] = {}
    for row in rows:
        before = found.get(row.lesson_id)
        ends = [p.finished_at for p in (before, row) if p is not None and p.finished_at]
        first_end = min(ends, default=None)
        found[row.lesson_id] = Progress(row.lesson_id, row.page, row.updated_at, first_end)
    return found


# --- attempts ------------------------------------------------------------------------------------


async def begin(
    tx: Transaction,
    *,
    person_id: int,
    unit_id: int | None,
    lesson_id: str,
    content_version: str,
    now: datetime,
) -> int:
    """Open an attempt; `unit_id` is the hamlet of this moment, and stays so after a move."""
    statement = upsert(tx, Attempt).values(
        person_id=person_id,
        unit_id=unit_id,
        lesson_id=lesson_id,
        content_version=content_version,
        started_at=now,
    )
    return int((await tx.execute(statement.returning(Attempt.id))).scalar_one())


async def under_way(
    tx: Transaction, canonical_id: int, *, lesson_id: str, content_version: str
) -> int | None:
    """The newest attempt at exactly this content that was begun and not finished."""
    statement = (
        select(Attempt.id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            is_person(canonical_id),
            Attempt.lesson_id == lesson_id,
            Attempt.content_version == content_version,
            Attempt.finished_at.is_(None),
        )
        .order_by(Attempt.id.desc())
        .limit(1)
    )
    found: int | None = await tx.scalar(statement)
    return found


async def answer(
    tx: Transaction,
    attempt_id: int,
    *,
    question_id: str,
    option: int,
    correct: bool,
    now: datetime,
) -> Answer | None:
    """Keep the first answer and return it (T43); None if the attempt was erased meanwhile."""
    given = select(
        literal(attempt_id),
        literal(question_id),
        literal(option),
        literal(correct),
        literal(now, AnswerRow.at.type),
    ).where(select(Attempt.id).where(Attempt.id == attempt_id).exists())
    statement = upsert(tx, AnswerRow).from_select(
        ["attempt_id", "question_id", "option", "correct", "at"], given
    )
    await tx.execute(statement.on_conflict_do_nothing())
    return (await answers(tx, attempt_id)).get(question_id)


async def answers(tx: Transaction, attempt_id: int) -> Mapping[str, Answer]:
    """The first answers of one attempt by question id."""
    statement = select(AnswerRow.question_id, AnswerRow.option, AnswerRow.correct).where(
        AnswerRow.attempt_id == attempt_id
    )
    return {row[0]: Answer(row[1], row[2]) for row in await tx.execute(statement)}


async def finish(tx: Transaction, attempt_id: int, *, page: int, now: datetime) -> None:
    """Close the attempt and its lesson, each at the first time only."""
    closed = (
        await tx.execute(
            update(Attempt)
            .where(Attempt.id == attempt_id, Attempt.finished_at.is_(None))
            .values(finished_at=now)
            .returning(Attempt.person_id, Attempt.lesson_id)
        )
    ).first()
    if closed is None:
        return
    statement = upsert(tx, LessonProgress).values(
        person_id=closed[0], lesson_id=closed[1], page=page, updated_at=now, finished_at=now
    )
    first = func.coalesce(LessonProgress.finished_at, statement.excluded.finished_at)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "lesson_id"],
            set_={"page": page, "updated_at": now, "finished_at": first},
        )
    )


async def last_result(tx: Transaction, canonical_id: int) -> Result | None:
    """The attempt this person finished last; None if there is none."""
    right = func.coalesce(func.sum(case((AnswerRow.correct, 1), else_=0)), 0).cast(Integer)
    statement = (
        select(Attempt.lesson_id, Attempt.finished_at, right, func.count(AnswerRow.question_id))
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(AnswerRow, AnswerRow.attempt_id == Attempt.id)
        .where(is_person(canonical_id), Attempt.finished_at.is_not(None))
        .group_by(Attempt.id, Attempt.lesson_id, Attempt.finished_at)
        .order_by(Attempt.finished_at.desc(), Attempt.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    if row is None or row[1] is None:
        return None
    return Result(row[0], row[1], int(row[2]), int(row[3]))
