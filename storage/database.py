"""The doors to the database: one writer on SQLite, a pool on PostgreSQL."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, Protocol, TypeVar, TypeVarTuple, overload

import sqlalchemy.exc
from sqlalchemy import Connection, Executable, event, pool
from sqlalchemy.dialects import sqlite as dialect
from sqlalchemy.engine import CursorResult, Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.sql.selectable import TypedReturnsRows

from storage import sqlite
from storage.tables import Table

_POSTGRES_POOL: Final = 10
# serialization_failure, deadlock_detected, lock_not_available
_CONFLICTS: Final = frozenset({"40001", "40P01", "55P03"})
# Classes of an operator's trouble: connection, full or crowded, stopping or starting, I/O; and
# 25006, a server that only reads. asyncpg's errors do not say so by their type.
_TROUBLES: Final = ("08", "53", "57", "58", "25006")

_Columns = TypeVarTuple("_Columns")
_One = TypeVar("_One")


class Conflict(Exception):
    """Somebody else changed the same rows first: take the whole turn again."""


class Unavailable(Exception):
    """The database cannot write now (locked, full, gone): nothing was stored (R3)."""


class Transaction(Protocol):
    """An open transaction: what we use of SQLAlchemy's `AsyncConnection`, in its words.

    Committed by the `async with` that opened it.
    """

    @property
    def dialect(self) -> Dialect: ...

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*_Columns], parameters: Any = None
    ) -> CursorResult[*_Columns]: ...

    @overload
    async def execute(
        self, statement: Executable, parameters: Any = None
    ) -> CursorResult[*tuple[Any, ...]]: ...

    @overload
    async def scalar(
        self, statement: TypedReturnsRows[_One], parameters: Any = None
    ) -> _One | None: ...

    @overload
    async def scalar(self, statement: Executable, parameters: Any = None) -> Any: ...

    async def exec_driver_sql(self, statement: str) -> CursorResult[*tuple[Any, ...]]: ...

    async def run_sync(self, fn: Callable[[Connection], _One], /) -> _One: ...


class Database:
    """Two doors to one database: `transaction()` writes, `reading()` only reads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._sqlite = sqlite.Writer(url) if self.is_sqlite else None
        self._engine = _sqlite_reader(url) if self.is_sqlite else _postgresql(url)
        self._reader = (
            self._engine
            if self.is_sqlite
            else self._engine.execution_options(isolation_level="REPEATABLE READ")
        )
        # SQLite has one writer: waiting here is fair and costs nothing, waiting there is neither.
        self._turnstile = asyncio.Lock() if self.is_sqlite else None

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on any exception.

        Raises `Conflict` (take it again) or `Unavailable` (nothing was stored).
        """
        begin = self._sqlite.begin if self._sqlite else self._engine.begin
        async with self._turnstile or contextlib.nullcontext():
            with _translated():
                async with begin() as tx:
                    yield tx

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A snapshot that never waits for the writer."""
        with _translated():
            async with self._reader.connect() as tx:
                yield tx

    async def close(self) -> None:
        await self._engine.dispose()
        if self._sqlite:
            await self._sqlite.close()


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


def _postgresql(url: str) -> AsyncEngine:
    return create_async_engine(
        url, pool_size=_POSTGRES_POOL, pool_pre_ping=True, hide_parameters=True
    )


def _sqlite_reader(url: str) -> AsyncEngine:
    """Reading may take long, so that every statement runs in aiosqlite's thread."""
    engine = create_async_engine(
        url,
        poolclass=pool.AsyncAdaptedQueuePool,
        pool_size=4,
        max_overflow=0,
        hide_parameters=True,  # they are people's words, and errors end in logs (P9)
    )
    sqlite.prepare(engine.sync_engine)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


@contextlib.asynccontextmanager
async def savepoint(tx: Transaction) -> AsyncIterator[None]:
    """What is done inside is undone on an exception, and the transaction goes on.

    On PostgreSQL it could not otherwise: there an error ends the whole transaction.
    """
    await tx.exec_driver_sql("SAVEPOINT inside")
    try:
        yield
    except Exception:
        await tx.exec_driver_sql("ROLLBACK TO SAVEPOINT inside")
        raise
    finally:
        await tx.exec_driver_sql("RELEASE SAVEPOINT inside")


async def long(tx: Transaction, statement: Executable) -> Sequence[Any]:
    """The rows of a question that may take more than milliseconds, as statistics do (ADR 7)."""
    if isinstance(tx, sqlite.Here):
        return await tx.long(statement)
    return (await tx.execute(statement)).all()


def prepared(table: type[Table], rest: Callable[[Any], Any]) -> Callable[[Transaction], Any]:
    """An `upsert` built once for each dialect; its values come with `execute`.

    Building a statement costs more than executing it: what every message needs is built once.
    """
    built: dict[str, Any] = {}

    def statement(tx: Transaction) -> Any:
        name = tx.dialect.name
        if name not in built:
            built[name] = rest(upsert(tx, table))
        return built[name]

    return statement


def upsert(tx: Transaction, table: type[Table]) -> Any:
    """`INSERT` of the running dialect, the one that knows `ON CONFLICT`."""
    if tx.dialect.name == "sqlite":
        return dialect.insert(table)
    from sqlalchemy.dialects import postgresql  # SQLite need not load it

    return postgresql.insert(table)
