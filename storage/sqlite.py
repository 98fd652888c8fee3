"""SQLite's one writer: statements are function calls, only the disk is waited for (ADR 7).

SQLite is a library in this process, not a server. A statement of a turn takes microseconds, and
handing each one to another thread costs fifty times that. COMMIT, which waits for the disk, goes
to a thread of its own, and so does a BEGIN that has to wait for a command beside the service.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Engine, event, pool
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection

_WAITS: Final = 5_000  # milliseconds, for another process to commit
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={_WAITS}",
)

Done = TypeVar("Done")


class Elsewhere(Protocol):
    """Do something in the writer's thread and wait for it."""

    async def __call__(self, work: Callable[[], Done], /) -> Done: ...


class Here:
    """The open transaction, with the methods of SQLAlchemy's `AsyncConnection` that we use."""

    def __init__(self, connection: Connection, elsewhere: "Elsewhere") -> None:
        self._connection = connection
        self._elsewhere = elsewhere

    async def long(self, statement: Any) -> Sequence[Any]:
        """The rows of a question that may take long; the loop goes on meanwhile."""
        return await self._elsewhere(lambda: self._connection.execute(statement).all())

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        return self._connection.execute(statement, parameters)

    async def scalar(self, statement: Any, parameters: Any = None) -> Any:
        return self._connection.scalar(statement, parameters)

    async def exec_driver_sql(self, statement: str) -> Any:
        return self._connection.exec_driver_sql(statement)

    async def run_sync(self, work: Callable[[Connection], Done]) -> Done:
        return work(self._connection)


class Writer:
    """One connection, opened with the first transaction; the caller keeps others out."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url.replace("sqlite+aiosqlite:", "sqlite:"))
        self._disk = ThreadPoolExecutor(1, "sqlite")
        self._connection: Connection | None = None

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[Here]:
        """Commit at the end, roll back on any exception."""
        try:
            connection = self._connection
            if connection is None:
                connection = await self._waited_for(self._connect)
            if not self._begun_at_once(connection):
                await self._waited_for(partial(self._begin, connection))
            yield Here(connection, self._waited_for)
            await self._waited_for(connection.commit)
        except BaseException:
            await self._waited_for(self._roll_back)
            raise

    def _connect(self) -> Connection:
        self._connection = self._engine.connect()
        return self._connection

    def _begun_at_once(self, connection: Connection) -> bool:
        """False if another process writes just now; asked without waiting."""
        raw = _raw(connection)
        raw.execute("PRAGMA busy_timeout=0")
        try:
            self._begin(connection)
        except sqlalchemy.exc.OperationalError:
            return False
        finally:
            raw.execute(f"PRAGMA busy_timeout={_WAITS}")
        return True

    def _begin(self, connection: Connection) -> None:
        connection.begin()
        try:
            _raw(connection).execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            connection.rollback()
            raise sqlalchemy.exc.OperationalError("BEGIN IMMEDIATE", None, error) from error

    def _roll_back(self) -> None:
        if self._connection is not None:
            self._connection.rollback()

    async def _waited_for(self, work: Callable[[], Done]) -> Done:
        """Do it in the thread; who is cancelled meanwhile waits too: the disk cannot be stopped."""
        doing = asyncio.get_running_loop().run_in_executor(self._disk, work)
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait([doing])
            raise

    async def close(self) -> None:
        await self._waited_for(self._close)
        self._disk.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker
    return raw


def _engine(url: str) -> Engine:
    engine = sqlalchemy.create_engine(
        url,
        poolclass=pool.QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False},  # two threads, never both at once
        hide_parameters=True,  # they are people's words, and errors end in logs (P9)
    )
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Take BEGIN out of the driver's hands (libraries.md §4); whoever begins says how.

    With the driver's own deferred BEGIN two writers that read first fail with "database is
    locked", or silently lose updates (R6).
    """

    @event.listens_for(engine, "connect")
    def connect(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
