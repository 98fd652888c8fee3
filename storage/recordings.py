"""Lessons read aloud by somebody of the commune: which file, and which words it says."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from storage import files
from storage.database import Transaction, upsert
from storage.tables import LessonRecording


class Recording(NamedTuple):
    lesson_id: str
    content_version: str
    """Of the lesson as it was read: a corrected one must be read again."""
    file_id: int


async def put(
    tx: Transaction,
    commune_id: int,
    recording: Recording,
    *,
    by: int,
    now: datetime,
) -> None:
    """This is the lesson's recording from now on; the one before is not kept. `by`: a person."""
    before = (await of_commune(tx, commune_id)).get(recording.lesson_id)
    values = {**recording._asdict(), "made_by": by, "made_at": now}
    statement = upsert(tx, LessonRecording).values(commune_id=commune_id, **values)
    keys = ["commune_id", "lesson_id"]
    await tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
    if before is not None and before.file_id != recording.file_id:
        await files.let_go(tx, [before.file_id])


async def of_commune(tx: Transaction, commune_id: int) -> dict[str, Recording]:
    """Lesson -> its recording."""
    statement = select(
        LessonRecording.lesson_id, LessonRecording.content_version, LessonRecording.file_id
    ).where(LessonRecording.commune_id == commune_id)
    return {row[0]: Recording._make(row) for row in await tx.execute(statement)}


async def since(tx: Transaction, commune_id: int, lesson_id: str) -> datetime | None:
    statement = select(LessonRecording.made_at).where(
        LessonRecording.commune_id == commune_id, LessonRecording.lesson_id == lesson_id
    )
    return await tx.scalar(statement)


async def find(tx: Transaction, commune_id: int, lesson_id: str) -> Recording | None:
    return (await of_commune(tx, commune_id)).get(lesson_id)


async def files_of(tx: Transaction, persons: Collection[int]) -> set[int]:
    """What these persons read aloud, or handed in for others; for an erasure (P5)."""
    theirs = LessonRecording.made_by.in_(persons)
    return set((await tx.execute(select(LessonRecording.file_id).where(theirs))).scalars())


async def remove(tx: Transaction, commune_id: int, lessons: Collection[str]) -> int:
    """These lessons are read aloud no more; how many were."""
    known = await of_commune(tx, commune_id)
    gone = [known[lesson] for lesson in lessons if lesson in known]
    theirs = LessonRecording.lesson_id.in_([one.lesson_id for one in gone])
    await tx.execute(
        delete(LessonRecording).where(LessonRecording.commune_id == commune_id, theirs)
    )
    await files.let_go(tx, [one.file_id for one in gone])
    return len(gone)
