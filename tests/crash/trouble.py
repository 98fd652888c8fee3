"""The database or a turn fails in mid-work: nothing acknowledged is lost, nothing comes twice.

The whole program runs here, with its HTTP server and Telegram's webhook. While learners write, one
of five things happens (R3, R7, R28, R32): the file cannot grow; the disk takes no byte (in a real
process); somebody else holds SQLite's lock; PostgreSQL loses its power and comes back; one kind of
turn always fails. Afterwards the program goes on by itself.
"""

import asyncio
import contextlib
import random
import resource
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from handlers import menu
from handlers.flow import Outcome, Turn
from tests.crash.crowd import (
    WORDS,
    Person,
    all_play,
    check_all,
    crowd,
    some_come_later,
    within,
)
from tests.crash.grounds import Postgres, a_commune, a_copy, a_folder, own_server
from tests.crash.house import House, a_house, quiet_logs
from tests.crash.sigterm import Program
from tests.fake_telegram import FakeTelegram

PEOPLE: Final = 10
LENGTH: Final = 24
TROUBLES: Final = ("full", "disk", "locked", "postgres", "poison")
_BUSY_TIMEOUT: Final = 5.0  # seconds SQLite waits for a lock
_PATIENCE: Final = 40.0
_STRAYS: Final = timedelta(minutes=2)
"""After so long the program looks for rows whose commit had only seemed to fail."""


Strike = Callable[[House, random.Random], Awaitable[None]]


# --- the troubles, each until it is over ---------------------------------------------------------


async def file_cannot_grow(house: House, chance: random.Random) -> None:
    """SQLITE_FULL at whatever needs one more page."""
    async with house.app.database.transaction() as tx:
        pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await tx.exec_driver_sql(f"PRAGMA max_page_count={pages + chance.randint(0, 3)}")
    house.struck.set()
    await asyncio.sleep(chance.uniform(0.5, 2))
    assert await house.asked("/live") == 200
    async with house.app.database.transaction() as tx:
        await tx.exec_driver_sql("PRAGMA max_page_count=1000000")


async def somebody_holds_the_lock(house: House, chance: random.Random) -> None:
    """Longer than SQLite waits: a command beside the service, an officer's database browser."""
    beside = sqlite3.connect(
        house.app.database.url.partition("///")[2], isolation_level=None, check_same_thread=False
    )
    beside.execute("PRAGMA busy_timeout=5000")
    try:
        await asyncio.to_thread(beside.execute, "BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        beside.close()
        house.struck.set()
        return  # the program itself was never idle for so long
    house.struck.set()
    until = asyncio.get_running_loop().time() + _BUSY_TIMEOUT + chance.uniform(0.5, 2)
    assert await house.asked("/live") == 200
    assert await house.asked("/ready") == 503
    await asyncio.sleep(until - asyncio.get_running_loop().time())
    beside.execute("COMMIT")
    beside.close()


def loses_power(server: Postgres) -> Strike:
    async def strike(house: House, chance: random.Random) -> None:
        await server.stop()
        house.struck.set()
        assert await house.asked("/live") == 200
        assert await house.asked("/ready") == 503
        await asyncio.sleep(chance.uniform(0, 1))
        await server.start()

    return strike


async def in_house(
    folder: Path, url: str, strike: Strike, *, seed: int, count: int
) -> dict[str, Any]:
    """Learners write, trouble comes and goes, and all is as if it had never been."""
    chance = random.Random(seed)
    async with FakeTelegram() as fake, a_house(url, folder, fake) as house:
        people = crowd(fake, chance, count=count, length=LENGTH, ahead=chance.randint(1, 3))
        playing = asyncio.create_task(some_come_later(people, house.struck))
        await asyncio.sleep(chance.uniform(0.2, 1.2))
        await strike(house, chance)
        await house.is_ready_again()
        await _finished(playing, house, people)
        return {**check_all(people), "refused": sum(s >= 300 for s in fake.deliveries)}


async def _finished(playing: asyncio.Task[None], house: House, people: Sequence[Person]) -> None:
    """Let them finish; a reply whose commit only seemed to fail is looked for in two minutes."""
    await asyncio.wait({playing}, timeout=10)
    if not playing.done():
        house.clock.ahead += _STRAYS
    await within(_PATIENCE, playing, people)


async def real_disk(folder: Path, url: str, *, seed: int, count: int) -> dict[str, Any]:
    """The kernel refuses every byte behind a limit: database, write-ahead log, our own logs."""
    chance = random.Random(seed)
    limit = 0 if seed % 3 else chance.randint(50_000, 800_000)
    async with FakeTelegram() as fake:
        program = Program(folder, url, fake, by_webhook=seed // 5 % 2 == 0)
        people = crowd(fake, chance, count=count, length=LENGTH, ahead=chance.randint(1, 3))
        try:
            await program.start()
            struck = asyncio.Event()
            playing = asyncio.create_task(some_come_later(people, struck))
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            await _no_space(program, limit, struck, seconds=chance.uniform(1, 3))
            await within(_PATIENCE, playing, people)
            assert await program.asked("/ready") == 200
            await program.stop()
        finally:
            await program.kill()
        log = program.log.read_text()
        assert WORDS not in log
        assert "turn failed" not in log  # R7: it would cost a try
        return {**check_all(people), "refused": sum(s >= 300 for s in fake.deliveries)}


async def _no_space(program: Program, limit: int, struck: asyncio.Event, *, seconds: float) -> None:
    free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(program.child.pid, resource.RLIMIT_FSIZE, (limit, free[1]))
    struck.set()
    try:
        assert await program.asked("/live") == 200
        if not limit:
            assert await program.asked("/ready") == 503
        await asyncio.sleep(seconds)
    finally:
        resource.prlimit(program.child.pid, resource.RLIMIT_FSIZE, free)


# --- poison --------------------------------------------------------------------------------------


@contextlib.contextmanager
def poisonous(accounts: set[str]) -> Iterator[None]:
    """Asking for help fails for some, every time."""
    start = menu.help_.start
    assert start is not None

    async def explodes(turn: Turn) -> Outcome:
        if turn.event.account in accounts:
            raise ZeroDivisionError(turn.event.text)
        return await start(turn)

    menu.help_.start = explodes
    try:
        yield
    finally:
        menu.help_.start = start


async def poison(folder: Path, url: str, *, seed: int, count: int) -> dict[str, Any]:
    """T38: after three tries it is kept aside and its writer told; nobody else waits for that."""
    chance = random.Random(seed)
    async with FakeTelegram() as fake, a_house(url, folder, fake) as house:
        people = crowd(fake, chance, count=count, length=LENGTH, ahead=chance.randint(1, 3))
        ill, well = people[:3], people[3:]
        for person in ill:
            person.script = ["poison" if act == "/trogiup" else act for act in person.script]
        with poisonous({str(person.user) for person in ill}):
            playing = asyncio.create_task(all_play(ill))
            await within(_PATIENCE, all_play(well), well)
            assert await house.asked("/ready") == 200
            for seconds in (11, *[61] * 6):  # a busy machine has not tried yet when time passes
                await asyncio.sleep(1.5)
                if playing.done():
                    break
                house.clock.ahead += timedelta(seconds=seconds)
            await within(_PATIENCE, playing, ill)
        return {**check_all(people), "refused": sum(s >= 300 for s in fake.deliveries)}


# --- one trial -----------------------------------------------------------------------------------


async def trouble(
    kind: str, folder: Path, url: str, *, seed: int, count: int = PEOPLE
) -> dict[str, Any]:
    """One trial on a given database, which the trouble must suit."""
    with quiet_logs(is_turns_fault=kind == "poison"):
        match kind:
            case "disk":
                return await real_disk(folder, url, seed=seed, count=count)
            case "poison":
                return await poison(folder, url, seed=seed, count=count)
        strike = file_cannot_grow if kind == "full" else somebody_holds_the_lock
        return await in_house(folder, url, strike, seed=seed, count=count)


async def power_cut(
    folder: Path, server: Postgres, *, seed: int, count: int = PEOPLE
) -> dict[str, Any]:
    with quiet_logs(is_turns_fault=False):
        async with a_copy(server) as url:
            strike = loses_power(server)
            return await in_house(folder, url, strike, seed=seed, count=count)


async def trial(seed: int) -> dict[str, Any]:
    kind = TROUBLES[seed % len(TROUBLES)]
    engine = "postgresql" if kind == "poison" and seed % 2 else "sqlite"
    async with a_folder() as folder:
        if kind == "postgres":
            figures = await power_cut(folder, await own_server(), seed=seed)
        else:
            async with a_commune(engine, folder) as url:
                figures = await trouble(kind, folder, url, seed=seed)
    return {kind: 1, **figures}
