"""The engine and its transactions: one writer on SQLite, a pool on PostgreSQL."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final

import sqlalchemy.exc
from sqlalchemy import event, pool
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.tables import Table

Transaction = AsyncConnection
"""An open transaction; committed by the `async with` that opened it."""

_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
_POSTGRES_POOL: Final = 10
# serialization_failure, deadlock_detected, lock_not_available
_CONFLICTS: Final = frozenset({"40001", "40P01", "55P03"})
# Classes of an operator's trouble: connection, full or crowded, stopping or starting, I/O; and
# 25006, a server that only reads. asyncpg's errors do not say so by their type.
_TROUBLES: Final = ("08", "53", "57", "58", "25006")


class Conflict(Exception):
    """Somebody else changed the same rows first: take the whole turn again."""


class Unavailable(Exception):
    """The database cannot write now (locked, full, gone): nothing was stored (R3)."""


class Database:
    """Two doors to one database: `transaction()` writes, `reading()` only reads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer = _engine(url, writes=True)
        self._reader = (
            _engine(url, writes=False)
            if self.is_sqlite
            else self._writer.execution_options(isolation_level="REPEATABLE READ")
        )
        # SQLite has one writer: waiting here is fair and costs nothing, waiting there is neither.
        self._turnstile = asyncio.Lock() if self.is_sqlite else None

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on any exception.

        Raises `Conflict` (take it again) or `Unavailable` (nothing was stored).
        """
        async with self._turnstile or contextlib.nullcontext():
            with _translated():
                async with self._writer.begin() as connection:
                    yield connection

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A snapshot that never waits for the writer."""
        with _translated():
            async with self._reader.connect() as connection:
                yield connection

    async def close(self) -> None:
        await self._writer.dispose()
        if self.is_sqlite:
            await self._reader.dispose()


@contextlib.contextmanager
def _translated() -> Any:
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        sqlstate = str(getattr(error.orig, "sqlstate", None) or "")
        if sqlstate in _CONFLICTS:
            raise Conflict from error
        is_trouble = sqlstate.startswith(_TROUBLES) or error.connection_invalidated
        if is_trouble or isinstance(error, sqlalchemy.exc.OperationalError):
            raise Unavailable(str(error.orig)) from error
        raise
    except (sqlalchemy.exc.TimeoutError, OSError) as error:
        raise Unavailable(str(error)) from error


def _engine(url: str, *, writes: bool) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(
            url, pool_size=_POSTGRES_POOL, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_async_engine(
        url,
        poolclass=pool.AsyncAdaptedQueuePool,
        pool_size=1 if writes else 4,
        max_overflow=0,
        hide_parameters=True,  # they are people's words, and errors end in logs (P9)
    )
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE" if writes else "BEGIN")
    return engine


def _prepare_sqlite(engine: AsyncEngine, *, begin: str) -> None:
    """Take BEGIN out of the driver's hands (libraries.md §4).

    With the driver's own deferred BEGIN two writers that read first fail with "database is
    locked", or silently lose updates (R6).
    """

    @event.listens_for(engine.sync_engine, "connect")
    def connect(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def upsert(tx: Transaction, table: type[Table]) -> Any:
    """`INSERT` of the running dialect, the one that knows `ON CONFLICT`."""
    if tx.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
