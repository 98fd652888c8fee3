"""Yesterday's full database under today's release (R27)."""

from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection

from storage import migrations
from storage.database import Database
from tests.conftest import Templates

NOW = "2026-11-20 05:00:00+00:00"


def _to_0003(connection: Connection) -> None:
    config = Config(toml_file=migrations._PYPROJECT)
    config.attributes["connection"] = connection
    command.upgrade(config, "0003")


_FULL = (
    "INSERT INTO units (id, code, name, name_folded, kind, duty)"
    " VALUES (1, 'xa', 'xã', 'xa', 'ubnd_xa', 'none')",
    f"INSERT INTO persons (id, name, name_folded, created_at) VALUES (1, 'A', 'a', '{NOW}')",
)


@pytest.fixture
async def at_0003(engine: str, tmp_path: Any, postgres_server: str, templates: Templates) -> Any:
    from tests.postgres import execute, named

    if engine == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
        yield database
        await database.close()
        return
    await execute(postgres_server, "CREATE DATABASE old_0003")
    url = named(postgres_server, "old_0003").replace("postgresql://", "postgresql+asyncpg://")
    database = Database(url)
    yield database
    await database.close()
    await execute(postgres_server, "DROP DATABASE old_0003 WITH (FORCE)")


async def test_r27_attempts_with_answers_survive(at_0003: Database) -> None:
    async with at_0003.transaction() as tx:
        await tx.run_sync(_to_0003)
    async with at_0003.transaction() as tx:
        for statement in _FULL:
            await tx.execute(text(statement))
        await tx.execute(
            text(
                "INSERT INTO attempts (id, person_id, unit_id, lesson_id, content_version,"
                f" started_at, finished_at) VALUES (1, 1, 1, 'a', 'v', '{NOW}', '{NOW}')"
            )
        )
        for question in ("q1", "q2"):
            await tx.execute(
                text(
                    "INSERT INTO answers (attempt_id, question_id, option, correct, at)"
                    f" VALUES (1, '{question}', 1, true, '{NOW}')"
                )
            )
    await migrations.upgrade(at_0003)
    async with at_0003.reading() as tx:
        counted = (await tx.execute(text("SELECT answered, correct FROM attempts"))).first()
        answers = await tx.scalar(text("SELECT count(*) FROM answers"))
    assert counted is not None
    assert (tuple(counted), answers) == ((2, 2), 2)
