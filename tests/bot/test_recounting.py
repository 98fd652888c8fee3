"""When summaries are counted anew."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from bot.recounting import recount_if_due
from handlers.statistics.figures import whole_modules
from lessons import catalogue
from storage.database import Database
from storage.tables import Completion
from tests.storage.histories import LOCAL, a_person

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)


async def _spoil(database: Database) -> None:
    async with database.transaction() as tx:
        person = await a_person(tx)
        await tx.execute(insert(Completion).values(person_id=person, module="dan5", at=NOON))


async def _left(database: Database) -> int:
    async with database.reading() as tx:
        return await tx.scalar(select(func.count()).select_from(Completion)) or 0


async def test_once_a_night_and_when_the_lessons_have_changed(database: Database) -> None:
    taught = catalogue.load()
    fewer = replace(taught, lessons=taught.lessons[1:])
    assert whole_modules(fewer) != whole_modules(taught)
    done = []
    at: Sequence[tuple[timedelta, catalogue.Catalogue]] = (
        (timedelta(0), taught),  # at the first start
        (timedelta(hours=13), taught),  # one in the morning: it was today
        (timedelta(hours=14), taught),  # two
        (timedelta(hours=15), fewer),
        (timedelta(hours=16), fewer),
    )
    for later, lessons in at:
        await _spoil(database)
        done.append(await recount_if_due(database, lessons, now=NOON + later, zone=LOCAL))
    assert done == [True, False, True, True, False]
    assert await _left(database) == 1  # spoilt after the last time
