"""What every message asks for is found by an index, however much is done already (performance).

SQLite uses a partial index only if the condition is written out; a parameter in its place means
reading the whole table, which nobody notices before the table is long.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from storage import inbox, memory, migrations, nudges, outbox, people, reminders, unsent
from storage.database import Database, Transaction
from storage.inbox import NewEvent

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CHANNELS = ["telegram", "web_chat"]
LONG = ("inbox", "outbox", "accounts", "persons", "nudge_wishes")

ASKED: dict[str, Callable[[Transaction], Awaitable[Any]]] = {
    "store": lambda tx: inbox.store(
        tx, [NewEvent("key", "lane", "telegram", "{}")], now=NOW, taker="me", room=1
    ),
    "take": lambda tx: inbox.take(tx, owner="me", now=NOW, limit=32, channels=CHANNELS),
    "finish": lambda tx: inbox.finish(tx, [], owner="me"),
    "release": lambda tx: inbox.release(tx, owner="me"),
    "abandoned": lambda tx: inbox.abandoned(tx, living=memory.who_lives(now=NOW)),
    "oldest waiting": inbox.oldest_waiting,
    "quarantined": inbox.quarantined,
    "lock": lambda tx: people.lock(tx, ["lane"]),
    "blocked": lambda tx: outbox.blocked(tx, [1, 2], owner="me", in_hand=()),
    "send": lambda tx: outbox.take(tx, owner="me", now=NOW, limit=200, channels=CHANNELS),
    "expire": lambda tx: unsent.expire(tx, now=NOW),
    "settle": lambda tx: outbox.settle(tx, [outbox.Settled(1, "sent", 1, 0)], owner="me", now=NOW),
    "recover": lambda tx: outbox.recover(
        tx, living=memory.who_lives(now=NOW), now=NOW, again_at=NOW
    ),
    "take back": lambda tx: outbox.take_back(tx, owner="me", besides=[1], before=NOW),
    "cancel": lambda tx: unsent.cancel_waiting(tx, 1, now=NOW, reason="left"),
    "refused": lambda tx: reminders.refused(tx, ["reminder:2026-12-08:1"]),
    "nudges": lambda tx: nudges.still(tx, [1, 2], now=NOW, today=NOW.date()),
    "not left": lambda tx: unsent.has_not_left(tx, 1),
}

Said = list[tuple[str, Any]]


@pytest.fixture
def said() -> Iterator[Said]:
    """Every statement with its parameters."""
    found: Said = []

    def note(_c: object, _r: object, statement: str, parameters: Any, *_: object) -> None:
        found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", ASKED)
async def test_no_long_table_is_read_from_end_to_end(
    tmp_path: Path, said: Said, name: str, migrated: Path
) -> None:
    database = Database(f"sqlite+aiosqlite:///{migrated}")
    async with database.transaction() as tx:
        said.clear()
        await ASKED[name](tx)
        asked = list(said)
    await database.close()
    assert asked
    for statement, parameters in asked:
        assert _whole_tables(migrated, statement, parameters) == [], statement


async def test_messages_that_went_well_ask_nothing_about_reminders(
    said: Said, migrated: Path
) -> None:
    database = Database(f"sqlite+aiosqlite:///{migrated}")
    async with database.transaction() as tx:
        said.clear()
        await reminders.refused(tx, [])
    await database.close()
    assert said == []


def _whole_tables(file: Path, statement: str, parameters: Any) -> list[str]:
    first = parameters[0] if isinstance(parameters, list) else parameters
    with sqlite3.connect(file) as raw:
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", first)]
    starts = tuple(f"SCAN {table}" for table in LONG)
    return [step for step in plan if step.startswith(starts) and "INDEX ix_" not in step]


@pytest.fixture
async def migrated(tmp_path: Path) -> Path:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/plans.db")
    await migrations.upgrade(database)
    await database.close()
    return tmp_path / "plans.db"


def test_the_check_sees_a_scan(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, state TEXT)")
        raw.execute("CREATE INDEX ix_ready ON inbox (id) WHERE state = 'ready'")
    file = tmp_path / "x.db"
    assert _whole_tables(file, "SELECT id FROM inbox WHERE state IN (?)", ("ready",))
    assert not _whole_tables(file, "SELECT id FROM inbox WHERE state = 'ready'", ())
