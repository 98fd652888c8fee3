"""Numbered, forward-only migrations (R27)."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from storage.database import Database

_PYPROJECT: Final = Path(__file__).resolve().parents[2] / "pyproject.toml"


class UnknownSchema(Exception):
    """The database was written by a newer release: this one must not touch it (R27)."""


def _config() -> Config:
    return Config(toml_file=_PYPROJECT)


def newest() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there is always a first migration"  # noqa: S101 - shipped with us
    return head


def _upgrade(connection: Connection) -> None:
    config = _config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise UnknownSchema(current)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def upgrade(database: Database) -> None:
    """Bring the schema to the newest version, all in one transaction.

    Raises `UnknownSchema`. Two processes starting together are kept apart by the database.
    """
    async with database.transaction() as tx:
        if not database.is_sqlite:
            await tx.exec_driver_sql("SELECT pg_advisory_xact_lock(7402025)")
        await tx.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    async with database.reading() as tx:
        return await tx.run_sync(_current) == newest()
