"""The recipe of the engine: nothing is lost between two writers, no time is naive (R6, R25)."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Integer, cast, func, select, update
from sqlalchemy.exc import StatementError

from storage import memory, migrations
from storage.database import Database, Unavailable
from storage.migrations import UnknownSchema
from storage.tables import Fact, Lease, Table

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


async def test_200_read_then_write_transactions_lose_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await memory.put(tx, "test", "n", "0")

    async def add_one() -> None:
        async with database.transaction() as tx:
            read = select(Fact.value).where(Fact.key == "n").with_for_update()
            value = int((await tx.execute(read)).scalar_one())
            await asyncio.sleep(0)
            await tx.execute(update(Fact).where(Fact.key == "n").values(value=str(value + 1)))

    await asyncio.gather(*(add_one() for _ in range(200)))
    async with database.reading() as tx:
        assert await memory.get(tx, "test", "n") == "200"


async def test_reading_does_not_wait_for_the_writer(database: Database) -> None:
    async with database.transaction() as tx:
        await memory.put(tx, "test", "n", "not yet committed")
        async with database.reading() as other:
            async with asyncio.timeout(2):
                assert await memory.get(other, "test", "n") is None


async def test_sqlite_is_as_durable_as_we_promise(database: Database) -> None:
    """SIGKILL tests do not prove fsync: the PRAGMAs do (R25)."""
    if not database.is_sqlite:
        async with database.reading() as tx:
            assert await tx.scalar(select(func.current_setting("synchronous_commit"))) == "on"
        return
    async with database.transaction() as tx:
        for pragma, expected in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("busy_timeout", 5000),
        ):
            assert (await tx.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == expected, pragma


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=7)))
    async with database.transaction() as tx:
        await memory.hold(tx, "role", owner="a", now=local, seconds=10)
        until = await tx.scalar(select(Lease.until))
    assert until == NOW + timedelta(seconds=10)
    assert until.tzinfo == UTC


async def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        async with database.transaction() as tx:
            await memory.hold(tx, "role", owner="a", now=NOW.replace(tzinfo=None), seconds=10)


async def test_a_rolled_back_transaction_leaves_nothing(database: Database) -> None:
    async def fails() -> None:
        async with database.transaction() as tx:
            await memory.put(tx, "test", "n", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    async with database.reading() as tx:
        assert await memory.get(tx, "test", "n") is None


async def test_a_role_is_held_by_one_and_passes_when_it_runs_out(database: Database) -> None:
    async def asks(owner: str, at: datetime) -> bool:
        async with database.transaction() as tx:
            return await memory.hold(tx, "poller", owner=owner, now=at, seconds=20)

    assert await asks("a", NOW)
    assert not await asks("b", NOW + timedelta(seconds=19))
    assert await asks("a", NOW + timedelta(seconds=15))
    assert not await asks("b", NOW + timedelta(seconds=30))
    assert await asks("b", NOW + timedelta(seconds=36))
    assert not await asks("a", NOW + timedelta(seconds=37))


async def test_two_processes_ask_at_once_and_one_gets_the_role(database_url: str) -> None:
    doors = [Database(database_url) for _ in range(4)]

    async def asks(door: Database, owner: str) -> bool:
        async with door.transaction() as tx:
            return await memory.hold(tx, "poller", owner=owner, now=NOW, seconds=20)

    got = await asyncio.gather(*(asks(door, str(n)) for n, door in enumerate(doors)))
    assert sum(got) == 1
    for door in doors:
        await door.close()


# --- migrations ----------------------------------------------------------------------------------


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await migrations.upgrade(database)
    assert await migrations.is_current(database)


async def test_the_migrations_make_exactly_the_tables_we_declare(database: Database) -> None:
    """What alembic's `check` does: the declared tables and the migrated ones do not differ."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    async with database.reading() as tx:
        differences = await tx.run_sync(
            lambda connection: compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}),
                Table.metadata,
            )
        )
    assert differences == []


async def test_an_unknown_newer_schema_is_not_touched(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UnknownSchema):
        await migrations.upgrade(database)


def test_migrations_are_numbered_with_one_head() -> None:
    files = sorted(file.name for file in migrations.VERSIONS.glob("[0-9]*.py"))
    assert [name[:4] for name in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    assert migrations.newest() == files[-1][:4]


async def test_a_database_that_is_gone_is_unavailable_not_a_surprise() -> None:
    gone = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        async with gone.transaction() as tx:
            await tx.execute(select(cast(1, Integer)))
    await gone.close()
