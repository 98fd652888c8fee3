"""A whole copy of a SQLite database, made beside its writer, and what a copy holds (R29).

All of this waits for the disk: call it where no event loop is kept waiting.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, make_url, select, text

from storage.database import Transaction
from storage.migrations import schema_of
from storage.tables import (
    Account,
    Activity,
    Attempt,
    InboxRow,
    OutboxRow,
    Person,
    ReportVersion,
    Role,
    Table,
    Unit,
)

_PAGES: Final = 2_000  # 8 MB between two looks at how far it is
_COUNTED: Final[tuple[type[Table], ...]] = (
    *(Unit, Person, Account, Role, Attempt, Activity, ReportVersion, InboxRow, OutboxRow),
)
Advance = Callable[[float], None]
"""Is told how much is done, from 0 to 1."""


class Damaged(Exception):
    """This is no whole database of ours; the reason is fit for a log."""


class Seen(NamedTuple):
    """What lies in a database: counts and one time, nothing of anybody."""

    schema: str
    rows: dict[str, int]
    newest: str
    """When the newest event or message was written (ISO, UTC); "" = there is none."""


def file_of(url: str) -> Path:
    """Where a SQLite database lies."""
    return Path(make_url(url).database or "")


def server_of(url: str) -> dict[str, str]:
    """What PostgreSQL's own programs read from the environment: no password in any argv (S2)."""
    read = make_url(url)
    query = {name: str(value) for name, value in read.query.items()}
    found = {
        "PGHOST": read.host or query.get("host", ""),
        "PGPORT": str(read.port or query.get("port", "")),
        "PGUSER": read.username or "",
        "PGPASSWORD": read.password or "",
        "PGDATABASE": read.database or "",
    }
    return {name: value for name, value in found.items() if value}


def renamed(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


# --- SQLite --------------------------------------------------------------------------------------


def copy(source: Path, target: Path, advance: Advance) -> None:
    """Everything committed before this began, as one file. Raises `Damaged`, `OSError`.

    An open read transaction holds the snapshot: a writer beside us starts nothing anew.
    """
    try:
        with _opened(source, "ro") as here, _opened(target, "rwc") as there:
            here.execute("BEGIN")
            here.execute("SELECT count(*) FROM sqlite_master").fetchone()
            here.backup(there, pages=_PAGES, progress=_progress(advance))
            here.execute("COMMIT")
            there.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise _trouble(error) from error


def _progress(advance: Advance) -> Callable[[int, int, int], object]:
    return lambda _, left, total: advance(1 - left / total if total else 1.0)


def inspect(file: Path) -> Seen:
    """Look through every page of a copy that nobody writes. Raises `Damaged`."""
    try:
        with _opened(file, "ro") as database:
            found = database.execute("PRAGMA integrity_check").fetchone()
            if found != ("ok",):
                raise Damaged("integrity check failed")
            schema = database.execute("SELECT version_num FROM alembic_version").fetchone()
            rows = {t.__tablename__: _count(database, t.__tablename__) for t in _COUNTED}
            newest = [database.execute(query).fetchone()[0] for query in _NEWEST]
    except sqlite3.Error as error:
        raise _trouble(error) from error
    return Seen(schema[0], rows, max((_iso(at) for at in newest if at), default=""))


_NEWEST: Final = (
    "SELECT max(received_at) FROM inbox",
    "SELECT max(created_at) FROM outbox",
)


def _iso(stored: str | datetime) -> str:
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "+00:00"


def _count(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - ours


def settle(file: Path) -> None:
    """Bring what its log still holds into the file itself, so that it is whole alone.

    Raises `Damaged`, also while another process has it open.
    """
    try:
        with _opened(file, "rw") as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            mode = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise _trouble(error) from error
    if mode != "delete":
        raise Damaged("in use by another program")


def facts(file: Path, scope: str) -> dict[str, str]:
    """One scope of the facts of a database that nobody writes. Raises `Damaged`."""
    try:
        with _opened(file, "ro") as database:
            rows = database.execute("SELECT key, value FROM facts WHERE scope = ?", (scope,))
            return dict(rows.fetchall())
    except sqlite3.Error as error:
        raise _trouble(error) from error


@contextlib.contextmanager
def _opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=5, isolation_level=None
    )
    try:
        yield database
    finally:
        database.close()


def _trouble(error: sqlite3.Error) -> Exception:
    """A full disk is the disk's trouble, everything else the file's."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return OSError(str(error))
    return Damaged(str(error))


# --- PostgreSQL ----------------------------------------------------------------------------------


async def see(tx: Transaction) -> Seen:
    """What a snapshot holds, by SQL alone."""
    schema = await tx.run_sync(_schema)
    rows = {t.__tablename__: (await tx.scalar(_all_of(t))) or 0 for t in _COUNTED}
    newest = [
        await tx.scalar(select(func.max(InboxRow.received_at))),
        await tx.scalar(select(func.max(OutboxRow.created_at))),
    ]
    return Seen(schema, rows, max((_iso(at) for at in newest if at), default=""))


def _schema(connection: Connection) -> str:
    return schema_of(connection) or ""


def _all_of(table: type[Table]) -> Any:
    return select(func.count()).select_from(table)


async def snapshot(tx: Transaction) -> str:
    """The name under which pg_dump sees exactly what this transaction sees."""
    return str(await tx.scalar(text("SELECT pg_export_snapshot()")))
