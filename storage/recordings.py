"""Lessons read aloud by somebody of the commune: which file, and which words it says."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, select

from storage import files
from storage.database import Transaction, upsert
from storage.tables import LessonRecording


class Recording(NamedTuple):
    lesson_id: str
    content_version: str
    """Of the lesson as it was read: a corrected one must be read again."""
    file_id: int
    made_at: datetime


_RECORDING: Final = select(
    LessonRecording.lesson_id,
    LessonRecording.content_version,
    LessonRecording.file_id,
    LessonRecording.made_at,
)


async def put(tx: Transaction, commune_id: int, recording: Recording, *, by: int) -> None:
    """This is the lesson's recording from now on; the one before is not kept. `by`: a person."""
    before = await find(tx, commune_id, recording.lesson_id)
    values = {**recording._asdict(), "made_by": by}
    statement = upsert(tx, LessonRecording).values(commune_id=commune_id, **values)
    keys = ["commune_id", "lesson_id"]
    await tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
    if before is not None and before.file_id != recording.file_id:
        await files.let_go(tx, [before.file_id])


async def of_commune(tx: Transaction, commune_id: int) -> dict[str, Recording]:
    """Lesson -> its recording."""
    statement = _RECORDING.where(LessonRecording.commune_id == commune_id)
    return {row[0]: Recording._make(row) for row in await tx.execute(statement)}


async def find(tx: Transaction, commune_id: int, lesson_id: str) -> Recording | None:
    statement = _RECORDING.where(
        LessonRecording.commune_id == commune_id, LessonRecording.lesson_id == lesson_id
    )
    row = (await tx.execute(statement)).first()
    return Recording._make(row) if row else None


async def files_of(tx: Transaction, persons: Collection[int]) -> set[int]:
    """What these persons read aloud, or handed in for others; for an erasure (P5)."""
    theirs = LessonRecording.made_by.in_(persons)
    return set((await tx.execute(select(LessonRecording.file_id).where(theirs))).scalars())


async def remove(tx: Transaction, commune_id: int, lesson_id: str) -> bool:
    """The lesson is read aloud no more; False if it was not."""
    statement = delete(LessonRecording).where(
        LessonRecording.commune_id == commune_id, LessonRecording.lesson_id == lesson_id
    )
    file_id = await tx.scalar(statement.returning(LessonRecording.file_id))
    if file_id is None:
        return False
    await files.let_go(tx, [file_id])
    return True
