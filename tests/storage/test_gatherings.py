"""Who is active now, what was held together, and the hamlets behind a rate: edges said plainly."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from storage import activities, linking, statistics
from storage.activities import NewActivity
from storage.database import Database, Transaction
from storage.statistics import Figures, Scope, Table
from storage.tables import Activity, Attendance
from tests.storage.histories import (
    MODULES,
    a_commune,
    a_finished_lesson,
    a_person,
    a_unit,
    period,
)

YEAR = period(date(2026, 1, 1), date(2026, 12, 31))
NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)
DAY = date(2026, 6, 1)


async def _table(tx: Transaction, commune: int, *, now: datetime = NOW) -> Table:
    return await statistics.table(tx, Scope(commune), YEAR, modules=MODULES, now=now)


async def _told(tx: Transaction, ids: dict[str, int], *codes: str, heads: int | None) -> int:
    units = tuple(ids[code] for code in codes)
    new = NewActivity(ids["xa"], units, kind="class", held_on=DAY, heads=heads, sessions=2)
    return await activities.add(tx, new, by=await a_person(tx), role="head", now=NOW)


@pytest.mark.parametrize(
    ("ago", "is_active"),
    [
        (timedelta(0), True),  # answered in this very moment
        (timedelta(days=30) - timedelta.resolution, True),
        (timedelta(days=30), False),
        (-timedelta.resolution, False),
    ],
)
async def test_active_is_who_answered_in_the_thirty_days_up_to_now(
    database: Database, ago: timedelta, is_active: bool
) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        await a_finished_lesson(tx, await a_person(tx), "a", at=NOW - ago, unit_id=ids["xom-01"])
        table = await _table(tx, ids["xa"])
    assert [table.total.active, table.rows[0].figures.active] == [is_active, is_active]


async def test_a_session_held_together_is_in_every_row_and_once_in_the_total(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"), a_unit("xom-02"))
        await _told(tx, ids, "xom-01", "xom-02", heads=30)
        await _told(tx, ids, "xom-02", heads=5)
        table = await _table(tx, ids["xa"])
    held = [(row.figures.activities, row.figures.sessions, row.figures.heads) for row in table.rows]
    assert held == [(1, 2, 30), (2, 4, 35)]
    assert (table.total.activities, table.total.sessions, table.total.heads) == (2, 4, 35)


async def test_what_is_open_or_undone_does_not_count(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        still_open, undone = [await _told(tx, ids, "xom-01", heads=9) for _ in range(2)]
        this = update(Activity).where(Activity.id == still_open)
        await tx.execute(this.values(state="open", code="B7K2"))
        await activities.undo(tx, undone, by=await a_person(tx), now=NOW)
        table = await _table(tx, ids["xa"])
    assert table.total == Figures()


async def test_heads_nobody_knows_are_not_none(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        for heads in (None, None, 0, 12):
            await _told(tx, ids, "xom-01", heads=heads)
        table = await _table(tx, ids["xa"])
    assert (table.total.heads, table.total.unknown_heads, table.total.activities) == (12, 2, 4)


async def test_two_apps_linked_after_the_session_are_one_head(database: Database) -> None:
    """T18: and two again when they part; a code alone makes the number known."""
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        number = await _told(tx, ids, "xom-01", heads=None)
        one, other = await a_person(tx, has_consent=False), await a_person(tx)
        for person in (one, other):
            row = {"activity_id": number, "person_id": person, "at": NOW}
            await tx.execute(insert(Attendance).values(**row))
        apart = await _table(tx, ids["xa"])
        await linking.join(tx, one, other, now=NOW)
        linked = await _table(tx, ids["xa"])
        await linking.part(tx, [other], now=NOW)
        again = await _table(tx, ids["xa"])
    assert [table.total.heads for table in (apart, linked, again)] == [2, 1, 2]
    assert (apart.total.unknown_heads, apart.total.learners) == (0, 0)


async def test_a_merged_hamlet_is_not_counted_twice_in_the_denominator(database: Database) -> None:
    merged = a_unit("xom-02", until=date(2026, 7, 1))
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01", adults=100, households=30), merged)
        table = await _table(tx, ids["xa"])
    assert [row.has_ended for row in table.rows] == [False, True]
    assert (table.total.adults, table.total.households, table.without_adults) == (100, 30, 0)


async def test_basic_is_every_lesson_of_its_modules(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        person, figures = await a_person(tx), []
        for lesson in ("a", "b", "c"):
            await a_finished_lesson(tx, person, lesson, at=NOW, unit_id=ids["xom-01"])
            figures.append((await _table(tx, ids["xa"])).total)
    assert [(one.completers, one.basic) for one in figures] == [(0, 0), (1, 0), (1, 1)]
