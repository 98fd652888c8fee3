"""How long a commune of 100 units waits for its totals, its workbook and its BÁO CÁO.

`python -m tests.bench.totals` writes 100 units × 3 versions of full reports and 200 activities, 60
of them held by two units, into a database of its own; asks /tonghop as an officer does, through
the whole path, and has both files made by the real maker process.
"""

import argparse
import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot import workshop
from bot.making import Maker
from handlers.reporting.place import form_key
from storage import activities, migrations, units
from storage.activities import NewActivity
from storage.database import Database, Transaction
from storage.units import NewUnit, UnitInfo
from tests.bench.participation import a_database, say, say_out
from tests.fakes import BUTTONS
from tests.handlers.yearly_random import Making
from tests.talk import House, Talk, settings_for

YEAR: Final = 2026
HAMLETS: Final = 60
OTHERS: Final = {"co_quan": 8, "truong_hoc": 12, "mttq_ctxh": 8, "doanh_nghiep": 12}
VERSIONS: Final = 3
_AIM: Final = 10.0  # seconds, all together
_LONG: Final = "Nhiều cụ chưa có điện thoại thông minh, mạng ở nhà văn hóa chậm. " * 6


class Took(NamedTuple):
    what: str
    seconds: float
    note: str = ""


class Full(Making):
    """Long reports of every unit; a question in four is left open or not known."""

    async def fill(self, by_code: Sequence[UnitInfo]) -> None:
        self.known = list(by_code)
        await self._held()
        for unit in self.known:
            for number in range(VERSIONS):
                await self._send(unit, datetime(self.year, 12, 1 + number, tzinfo=UTC))

    async def _held(self) -> None:
        for unit in self.known:
            self.book[unit.id] = {"sessions": 3, "attendances": 120}
        for number in range(200):
            held = self.chance.sample(self.known, 2 if number % 10 < 3 else 1)
            new = NewActivity(
                held[0].commune_id,
                tuple(one.id for one in held),
                "class",
                date(self.year, 6, 1 + number % 28),
                30,
            )
            at = datetime(self.year, 7, 1, tzinfo=UTC)
            await activities.add(self.tx, new, by=self.by, role="officer", now=at)

    def _words(self, one: Any) -> Any:
        found = super()._words(one)
        return _LONG[:400] if isinstance(found, str) and one.kind == "note" else found


def a_commune() -> list[NewUnit]:
    def unit(code: str, name: str, kind: str, parent: str = "xa-lon") -> NewUnit:
        duty = "required" if kind in ("xom", "co_quan", "truong_hoc") else "requested"
        return NewUnit(code, name, name.lower(), kind, parent, duty, 400, 180, ())

    listed = [unit("xa-lon", "UBND xã Lớn", "ubnd_xa", "")]
    listed += [unit(f"x-{n}", f"Xóm {n}", "xom") for n in range(1, HAMLETS + 1)]
    for kind, count in OTHERS.items():
        listed += [unit(f"{kind}-{n}", f"Đơn vị {kind} {n}", kind) for n in range(1, count + 1)]
    return listed


async def fill(house: House, by: int) -> None:
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, a_commune(), on=date(YEAR, 1, 1))
    async with house.app.database.transaction() as tx:
        await _reports(tx, by)


async def _reports(tx: Transaction, by: int) -> None:
    listed = await units.listed(tx, on=date(YEAR, 6, 1))
    [large] = [one.id for one in listed if one.code == "xa-lon"]
    known = [one for one in listed if one.commune_id == large and form_key(one)]
    await Full(tx, random.Random(7), YEAR, by).fill(known)


# --- measuring -----------------------------------------------------------------------------------


async def measure(house: House, officer: Talk, maker: Maker) -> list[Took]:
    """What an officer waits for; files beside, by the real process."""
    found = [
        await _timed("/tonghop 2026: gathered, added up, said", officer.says("/tonghop 2026")),
        await _timed("every figure, one page", officer.presses("Xem từng số")),
        await _timed("one figure opened to its units", officer.presses("1")),
        await _timed("back to the first look", officer.says("/tonghop 2026")),
        await _timed("workbook: what is in it", officer.presses("Bảng số Excel")),
        await _timed("letter: what is in it", officer.presses("Báo cáo Word")),
    ]
    if not any("có số của 100/100 đơn vị" in one for one in officer.heard):
        raise AssertionError(officer.heard[-2])
    for kind, body in await house.ordered():
        before = time.perf_counter()
        made = await maker(workshop.KINDS[kind], body)
        seconds = time.perf_counter() - before
        note = f"{len(made) / 1024:.0f} KiB, at most {await _peak(kind, body):.0f} MiB"
        found.append(Took(f"{kind}: made", seconds, note))
    return found


_MEASURED: Final = """
import json, sys
from bot import maker
maker._bare("handlers")
order = json.load(sys.stdin)
maker.make(order["kind"], order["body"])
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


async def _peak(kind: str, body: Mapping[str, Any]) -> float:
    """MiB of a maker of its own: `getrusage` would count what it was forked from."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _MEASURED, stdin=PIPE, stdout=PIPE
    )
    order = json.dumps({"kind": workshop.KINDS[kind].by, "body": body})
    said, _ = await process.communicate(order.encode())
    return int(said.split()[1]) / 1024


async def _timed(what: str, waited: Awaitable[Any]) -> Took:
    before = time.perf_counter()
    await waited
    return Took(what, time.perf_counter() - before)


async def run(url: str, folder: Path) -> list[Took]:
    settings = settings_for(url, folder)
    database = Database(url)
    await migrations.upgrade(database)
    await database.close()
    house = await House(settings, BUTTONS).open()
    try:
        officer = Talk(house, "officer", name="Cán bộ")
        async with house.app.database.transaction() as tx:
            await units.import_all(tx, a_commune()[:1], on=date(YEAR, 1, 1))
        await officer.holds("officer", "xa-lon")
        say("writing 100 units × 3 versions")
        await fill(house, (await officer.actor()).person_id)
        return await measure(house, officer, Maker(cache=folder / "cache"))
    finally:
        await house.close()


def report(engine: str, found: Sequence[Took]) -> str:
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [f"{one.what:45} {one.seconds:6.2f} s  {one.note}".rstrip() for one in found]
    whole = sum(one.seconds for one in found)
    end = f"{'all together':45} {whole:6.2f} s  of {_AIM:.0f}; our own peak {ours:.0f} MiB"
    return "\n".join([f"{engine}: 100 units × {VERSIONS} versions", *lines, end])


async def _run(engine: str) -> bool:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with a_database(engine, Path(folder)) as database:
            found = await run(database.url, Path(folder))
    say_out(report(engine, found))
    return sum(one.seconds for one in found) <= _AIM


def main(arguments: Sequence[str] | None = None) -> int:
    read = argparse.ArgumentParser(prog="python -m tests.bench.totals", description=__doc__)
    read.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    asked = read.parse_args(arguments)
    held = [asyncio.run(_run(engine)) for engine in asked.engine or ("sqlite", "postgresql")]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
