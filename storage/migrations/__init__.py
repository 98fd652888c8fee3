"""Numbered, forward-only migrations (R27). Alembic is imported only when there is work for it."""

from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from storage.database import Database

VERSIONS: Final = Path(__file__).parent / "versions"
_PYPROJECT: Final = Path(__file__).resolve().parents[2] / "pyproject.toml"
_ONE_AT_A_TIME: Final = 7_402_025  # key of the advisory lock on PostgreSQL


class UnknownSchema(Exception):
    """The database was written by a newer release: this one must not touch it (R27)."""


def newest() -> str:
    return max(_known())


def _known() -> set[str]:
    return {file.name[:4] for file in VERSIONS.glob("[0-9]*.py")}


def schema_of(connection: Connection) -> str | None:
    """The version that a database is at; None: there is nothing in it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    current = schema_of(connection)
    if current == newest():
        return
    if current is not None and current not in _known():
        raise UnknownSchema(current)
    from alembic import command  # a quarter of a second that most starts need not pay
    from alembic.config import Config

    config = Config(toml_file=_PYPROJECT)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def upgrade(database: Database) -> None:
    """Bring the schema to the newest version, all in one transaction.

    Raises `UnknownSchema`. Two processes starting together are kept apart by the database.
    """
    async with database.transaction() as tx:
        if not database.is_sqlite:
            await tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
        await tx.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    async with database.reading() as tx:
        return await tx.run_sync(schema_of) == newest()
