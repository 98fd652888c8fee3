"""What a channel remembers, and what it must not stumble over."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.clock import SystemClock
from bot.remembering import StoredMemory
from storage.database import Database, Unavailable

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


LONG = "A" * 50_000
"""Needs pages of its own, which a full disk does not give."""


@contextlib.asynccontextmanager
async def full(database: Database) -> AsyncIterator[None]:
    async with database.transaction() as tx:
        pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await tx.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield
    async with database.transaction() as tx:
        await tx.exec_driver_sql("PRAGMA max_page_count=1000000")


def memory_of(database: Database, owner: str = "a") -> StoredMemory:
    return StoredMemory(database, scope="telegram", owner=owner, clock=SystemClock())


async def test_an_upload_that_cannot_be_noted_is_no_failure_of_its_message(
    database: Database,
) -> None:
    """R9: the picture has arrived; whoever fails here makes it come twice."""
    memory = memory_of(database)
    async with full(database):
        await memory.put("file:page", LONG)
        assert await memory.get("file:page") == LONG
    assert await memory_of(database, "b").get("file:page") is None


async def test_anything_else_fails_loudly(database: Database) -> None:
    """A token pair, an offset: who asks must know that it is not kept (R22)."""
    memory = memory_of(database)
    async with full(database):
        with pytest.raises(Unavailable):
            await memory.put("pair", LONG)
    assert await memory.get("pair") is None
