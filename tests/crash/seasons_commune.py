"""The small commune of the seasons: eight units of all kinds, sixteen people, two platforms.

Written once into a template; every season gets a copy of it, on SQLite or PostgreSQL.
"""

import asyncio
import atexit
import contextlib
import functools
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import asyncpg

from handlers import words
from storage import migrations, people, units
from storage.database import Database, Transaction
from storage.people import Caller
from storage.units import NewUnit
from tests.crash.grounds import Postgres

PLATFORMS: Final = ("fake", "other")
BOT: Final = "b1"
_BEFORE: Final = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


class Place(NamedTuple):
    name: str
    kind: str
    duty: str


COMMUNE: Final = "xa-thu"
PLACES: Final = {
    "xom-01": Place("Xóm 1", "xom", "required"),
    "xom-02": Place("Xóm 2", "xom", "required"),
    "xom-03": Place("Xóm 3", "xom", "required"),
    "truong": Place("Trường Tiểu học Thử", "truong_hoc", "required"),
    "tram": Place("Trạm Y tế xã", "co_quan", "required"),
    "mttq": Place("Ủy ban MTTQ Việt Nam xã", "mttq_ctxh", "requested"),
    "cong-an": Place("Công an xã", "luc_luong_vu_trang", "requested"),
    "cong-ty": Place("Công ty Muối Trắng", "doanh_nghiep", "encouraged"),
}
PEOPLE: Final = tuple(f"p{number:02}" for number in range(16))
"""The last four are second apps of somebody: they hold no role, and may be linked."""
SECOND_APPS: Final = frozenset(PEOPLE[-4:])


@dataclass(frozen=True, slots=True)
class Rows:
    """The numbers under which the database knows what the seasons call by name."""

    commune: int
    units: dict[str, int]
    persons: dict[str, int]
    accounts: dict[str, int]


def platform_of(person: str) -> str:
    return PLATFORMS[int(person[1:]) % 3 == 0 or person in SECOND_APPS]


async def _write(tx: Transaction) -> None:
    await units.import_all(tx, [_unit(COMMUNE, Place("xã Thử", "ubnd_xa", "none"))], on=_DAY)
    await units.import_all(tx, [_unit(code, place) for code, place in PLACES.items()], on=_DAY)
    callers = [Caller(f"lane-{one}", platform_of(one), BOT, one) for one in PEOPLE]
    actors = await people.meet(tx, callers, now=_BEFORE)
    chats = {actors[f"lane-{one}"].account_id: one for one in PEOPLE}
    await people.seen(tx, chats, now=_BEFORE)


_DAY: Final = date(2026, 1, 1)


def _unit(code: str, place: Place) -> NewUnit:
    return NewUnit(
        code=code,
        name=place.name,
        name_folded=words.fold(place.name),
        kind=place.kind,
        parent="" if code == COMMUNE else COMMUNE,
        duty=place.duty,
        adults=None,
        households=None,
        aliases=(),
    )


async def settings(tx: Transaction, rows: Rows, days_off: list[str]) -> None:
    """What the commune decided for this season."""
    told: dict[str, Any] = {"name": "xã Thử", "office": "Phòng Văn hóa - Xã hội"}
    await units.write_settings(tx, rows.commune, told | {"reminders": {"days_off": days_off}})


async def rows_of(tx: Transaction) -> Rows:
    known = {one.code: one.id for one in await units.listed(tx, on=_DAY)}
    actors = await people.lock(tx, [f"lane-{one}" for one in PEOPLE])
    persons = {one: actors[f"lane-{one}"].person_id for one in PEOPLE}
    accounts = {one: actors[f"lane-{one}"].account_id for one in PEOPLE}
    return Rows(known[COMMUNE], known, persons, accounts)


# --- databases -----------------------------------------------------------------------------------

_numbers = itertools.count(1)
_server: dict[str, Postgres] = {}
_TEMPLATE: Final = "small_commune"


@functools.cache
def _home() -> Path:
    """In memory where the machine has such a place: no power is cut here."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    folder = Path(tempfile.mkdtemp(prefix="seasons", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextlib.asynccontextmanager
async def a_small_commune(engine: str) -> AsyncIterator[str]:
    """The address of a fresh copy."""
    if engine == "postgresql":
        async with _on_postgres() as url:
            yield url
        return
    template = _home() / "template.db"
    if not template.exists():
        await _prepare(f"sqlite+aiosqlite:///{template}")
    file = _home() / f"season-{next(_numbers)}.db"
    shutil.copy(template, file)
    yield f"sqlite+aiosqlite:///{file}"
    for one in _home().glob(f"{file.name}*"):
        one.unlink()


async def _prepare(url: str) -> None:
    database = Database(url)
    try:
        await migrations.upgrade(database)
        async with database.transaction() as tx:
            await _write(tx)
        if database.is_sqlite:
            async with database.reading() as tx:
                await tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _on_postgres() -> AsyncIterator[str]:
    server = _server.get("one")
    if server is None:
        server = _server["one"] = await asyncio.to_thread(Postgres)
        atexit.register(server.close)
        await server.execute(f"CREATE DATABASE {_TEMPLATE}")
        await _prepare(server.address(_TEMPLATE, driver="+asyncpg"))
    name = f"season_{next(_numbers)}"
    await server.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield server.address(name, driver="+asyncpg")
    with contextlib.suppress(asyncpg.PostgresError):
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
