"""How far people are in their lessons, their goes at a quiz, and the first answers (T43).

Rows carry the person who speaks; what is read back is the canonical person's, so linking two apps
joins their learning and unlinking parts it again without rewriting a row (design §5).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Integer,
    String,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from storage.database import Transaction, prepared
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


def is_person(canonical_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Rows of `persons` that are this canonical person now."""
    return or_(Person.id == canonical_id, Person.canonical_id == canonical_id)


_IS_CANONICAL: Final = is_person(bindparam("canonical", type_=BigInteger))


# --- progress ------------------------------------------------------------------------------------


_KEY: Final = ("person_id", "lesson_id")
_REACH: Final = prepared(
    LessonProgress,
    lambda insert: insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={"page": insert.excluded.page, "updated_at": insert.excluded.updated_at},
    ),
)


async def reach(
    tx: Transaction, *, person_id: int, lesson_id: str, page: int, now: datetime
) -> None:
    """Remember the page just opened; a lesson once finished stays finished."""
    row = {"person_id": person_id, "lesson_id": lesson_id, "page": page, "updated_at": now}
    await tx.execute(_REACH(tx), row)


_PROGRESS: Final = (
    select(
        LessonProgress.lesson_id,
        LessonProgress.page,
        LessonProgress.updated_at,
        LessonProgress.finished_at,
    )
    .join(Person, Person.id == LessonProgress.person_id)
    .where(_IS_CANONICAL)
    .order_by(LessonProgress.updated_at, LessonProgress.person_id)
)


async def progress_of(tx: Transaction, canonical_id: int) -> dict[str, Progress]:
    """By lesson id: the page opened last on any linked account, and the first finish."""
    rows = await tx.execute(_PROGRESS, {"canonical": canonical_id})
    return _latest(Progress(*row) for row in rows)


def _latest(rows: Iterable[Progress]) -> dict[str, Progress]:
    found: dict[str, Progress] = {}
    for row in rows:
        before = found.get(row.lesson_id)
        ends = [p.finished_at for p in (before, row) if p is not None and p.finished_at]
        first_end = min(ends, default=None)
        found[row.lesson_id] = Progress(row.lesson_id, row.page, row.updated_at, first_end)
    return found


# --- attempts ------------------------------------------------------------------------------------


_BEGIN: Final = prepared(Attempt, lambda insert: insert.returning(Attempt.id))


async def begin(
    tx: Transaction,
    *,
    person_id: int,
    unit_id: int | None,
    lesson_id: str,
    content_version: str,
    now: datetime,
    activity_id: int | None = None,
) -> int:
    """Open an attempt; `unit_id` is the hamlet of this moment, and stays so after a move.

    `activity_id`: the session it is begun at; None = by oneself.
    """
    row = {
        "person_id": person_id,
        "unit_id": unit_id,
        "lesson_id": lesson_id,
        "content_version": content_version,
        "started_at": now,
        "activity_id": activity_id,
    }
    return int((await tx.execute(_BEGIN(tx), row)).scalar_one())


_UNDER_WAY: Final = (
    select(Attempt.id)
    .join(Person, Person.id == Attempt.person_id)
    .where(
        _IS_CANONICAL,
        Attempt.lesson_id == bindparam("lesson"),
        Attempt.content_version == bindparam("content"),
        Attempt.finished_at.is_(None),
    )
    .order_by(Attempt.id.desc())
    .limit(1)
)


async def under_way(
    tx: Transaction, canonical_id: int, *, lesson_id: str, content_version: str
) -> int | None:
    """The newest attempt at exactly this content that was begun and not finished."""
    asked = {"canonical": canonical_id, "lesson": lesson_id, "content": content_version}
    found: int | None = await tx.scalar(_UNDER_WAY, asked)
    return found


_IS_OF: Final = (
    select(Attempt.id)
    .join(Person, Person.id == Attempt.person_id)
    .where(_IS_CANONICAL, Attempt.id == bindparam("attempt"))
)


async def is_of(tx: Transaction, attempt_id: int, canonical_id: int) -> bool:
    """True while the attempt is this human's: an app that was linked may be another's again."""
    asked = {"canonical": canonical_id, "attempt": attempt_id}
    return await tx.scalar(_IS_OF, asked) is not None


def _first_answer(insert: Any) -> Any:
    given = select(
        bindparam("attempt", type_=BigInteger),
        bindparam("question", type_=String),
        bindparam("chosen", type_=Integer),
        bindparam("is_right", type_=Boolean),
        bindparam("now", type_=AnswerRow.at.type),
    ).where(select(Attempt.id).where(Attempt.id == bindparam("attempt")).exists())
    columns = ["attempt_id", "question_id", "option", "correct", "at"]
    return insert.from_select(columns, given).on_conflict_do_nothing()


_ANSWER: Final = prepared(AnswerRow, _first_answer)


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
    row = {
        "attempt": attempt_id,
        "question": question_id,
        "chosen": option,
        "is_right": correct,
        "now": now,
    }
    await tx.execute(_ANSWER(tx), row)
    return (await answers(tx, attempt_id)).get(question_id)


_ANSWERS: Final = select(AnswerRow.question_id, AnswerRow.option, AnswerRow.correct).where(
    AnswerRow.attempt_id == bindparam("attempt")
)


async def answers(tx: Transaction, attempt_id: int) -> Mapping[str, Answer]:
    """The first answers of one attempt by question id."""
    rows = await tx.execute(_ANSWERS, {"attempt": attempt_id})
    return {row[0]: Answer(row[1], row[2]) for row in rows}


_GIVEN: Final = select(func.count()).where(AnswerRow.attempt_id == Attempt.id)
_CLOSE: Final = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt"), Attempt.finished_at.is_(None))
    .values(
        finished_at=bindparam("now"),
        answered=_GIVEN.scalar_subquery(),
        correct=_GIVEN.where(AnswerRow.correct).scalar_subquery(),
    )
    .returning(Attempt.person_id, Attempt.lesson_id)
)
_FINISH: Final = prepared(
    LessonProgress,
    lambda insert: insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={
            "page": insert.excluded.page,
            "updated_at": insert.excluded.updated_at,
            "finished_at": func.coalesce(LessonProgress.finished_at, insert.excluded.finished_at),
        },
    ),
)


async def finish(tx: Transaction, attempt_id: int, *, page: int, now: datetime) -> None:
    """Close the attempt and its lesson, each at the first time only."""
    closed = (await tx.execute(_CLOSE, {"attempt": attempt_id, "now": now})).first()
    if closed is not None:
        lesson = {"person_id": closed[0], "lesson_id": closed[1], "page": page}
        await tx.execute(_FINISH(tx), lesson | {"updated_at": now, "finished_at": now})


_LAST_RESULT: Final = (
    select(
        Attempt.lesson_id,
        Attempt.finished_at,
        func.coalesce(func.sum(case((AnswerRow.correct, 1), else_=0)), 0).cast(Integer),
        func.count(AnswerRow.question_id),
    )
    .join(Person, Person.id == Attempt.person_id)
    .outerjoin(AnswerRow, AnswerRow.attempt_id == Attempt.id)
    .where(_IS_CANONICAL, Attempt.finished_at.is_not(None))
    .group_by(Attempt.id, Attempt.lesson_id, Attempt.finished_at)
    .order_by(Attempt.finished_at.desc(), Attempt.id.desc())
    .limit(1)
)


async def last_result(tx: Transaction, canonical_id: int) -> Result | None:
    """The attempt this person finished last; None if there is none."""
    row = (await tx.execute(_LAST_RESULT, {"canonical": canonical_id})).first()
    if row is None or row[1] is None:
        return None
    return Result(row[0], row[1], int(row[2]), int(row[3]))
