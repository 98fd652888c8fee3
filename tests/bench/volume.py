"""100,000 messages that nobody asked for: how long they are queued, and who waits for them.

`python -m tests.bench.volume` queues them on SQLite and PostgreSQL, has the real program deliver
them to a fake Telegram, and counts at the fake who got what, while others talk with the program:

    full      all of them, the pace raised to the fake's ceiling of 2,000 a second
    paced     1,000 at the pace that Telegram really gets
    faulty    10,000 with floods (429), blocks (403), 5xx, and lines cut before and after

Beyond the faults nobody can judge (a cut line) nothing may be lost or doubled, no call may come
in a time of silence, and the replies' p95 may not be more than twice that of the same program
with nothing to send.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import uvloop
from sqlalchemy import func, insert, select

from bot.speaking import Speaker
from handlers.flow import Mail
from handlers.messages import Outgoing
from storage import migrations
from storage.database import Database
from storage.tables import Account, Membership, OutboxRow, Person
from tests.bench import shape
from tests.bench.api import TOKEN
from tests.bench.crowd import Crowd, Learner
from tests.bench.measuring import percentile
from tests.bench.participation import a_database, on_postgresql, say, say_out
from tests.bench.targets import SECRET, Cores, Target
from tests.bench.volume_platform import FIRST, Faults, Ledger, Platform
from tests.fakes import FakeChannel
from tests.service import SAMPLE

CEILING: Final = 2_000
REAL_PACE: Final = 20
PHASES: Final = ("full", "paced", "faulty")
SIZES: Final = {"full": 100_000, "paced": 1_000, "faulty": 10_000}
FAULTS: Final = {
    "faulty": Faults(0.01, 0.01, 0.005, 0.005, flood_every=2_500, flood_seconds=2),
}
_CHUNK: Final = 500  # recipients queued in one transaction
_TALK: Final = {"full": 20.0, "paced": 2.0, "faulty": 20.0}
"""Updates a second of those who talk; three messages each. At the real pace more would leave
nothing over for what goes unasked, and so it should."""
_IDLE: Final = 20.0  # seconds of talk with nothing to send
_REACHED: Final = 2.0  # times the idle p95
_PATIENCE: Final = 60.0  # seconds without anything arriving
_TEXT: Final = (
    "Kính mời bà con Xóm 5 đến nhà văn hóa tối thứ Bảy, 19 giờ 30, học dùng VNeID. "
    "Có tin này vì đã đồng ý nhận tin xóm. Muốn thôi, xin nhắn: dừng nhắc."
)
_OPEN: Final = ("queued", "sending", "retry_wait")


@dataclass
class Result:
    """One phase on one engine."""

    engine: str
    phase: str
    count: int
    queued_in: float = 0.0
    longest: float = 0.0
    """Seconds of the longest transaction while queueing."""
    ledger: Ledger = field(default_factory=Ledger)
    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    during: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    """Seconds from what somebody said to the answer."""
    replies_lost: int = 0
    replies_doubled: int = 0

    @property
    def ratio(self) -> float:
        return percentile(self.during, 0.95) / max(0.000_1, percentile(self.idle, 0.95))

    @property
    def is_good(self) -> bool:
        wrong = self.lost + self.doubled + self.replies_lost + self.replies_doubled
        # Floods are for replies, too: a silence is not to be shortened for them.
        return not wrong and not self.ledger.too_early and (self.is_faulty or self.is_quick)

    @property
    def is_faulty(self) -> bool:
        return self.phase in FAULTS

    @property
    def is_quick(self) -> bool:
        return self.ratio <= _REACHED


# --- the recipients ------------------------------------------------------------------------------


async def settle_in(database: Database, count: int) -> None:
    """So many people with one Telegram account each."""
    now, bot = datetime.now(UTC), TOKEN.partition(":")[0]
    async with database.transaction() as tx:
        for first in range(0, count, 5_000):
            numbers = range(FIRST + first, FIRST + min(count, first + 5_000))
            folk = [{"id": n, "name": "", "name_folded": "", "created_at": now} for n in numbers]
            await tx.execute(insert(Person), folk)
            held = {"channel": "telegram", "bot": bot, "seen_at": now, "created_at": now}
            accounts = [
                {"id": n, "lane": f"v{n}", "user_id": str(n), "chat": str(n), "person_id": n}
                for n in numbers
            ]
            await tx.execute(insert(Account), [{**one, **held} for one in accounts])
            since = [{"account_id": n, "person_id": n, "since": now} for n in numbers]
            await tx.execute(insert(Membership), since)
    if not database.is_sqlite:  # as its own housekeeping does
        await on_postgresql(database, "VACUUM ANALYZE")


async def queue(database: Database, result: Result) -> None:
    """As a broadcast does it: through the house's own door, a few hundred in a transaction."""
    channel = FakeChannel(name="telegram")
    channel.bot = TOKEN.partition(":")[0]
    speaker = Speaker({"telegram": channel}, owner="bench", in_hand=())
    said = Outgoing(_TEXT)
    began = time.perf_counter()
    for first in range(0, result.count, _CHUNK):
        now = datetime.now(UTC)
        mails = [
            Mail(n, said, f"bench:{result.phase}:{n}", kind="broadcast", expires_at=now + _DAY)
            for n in range(FIRST + first, FIRST + min(result.count, first + _CHUNK))
        ]
        step = time.perf_counter()
        async with database.transaction() as tx:
            await speaker.notify(tx, mails, now, now)
        result.longest = max(result.longest, time.perf_counter() - step)
    result.queued_in = time.perf_counter() - began


_DAY: Final = timedelta(days=1)


# --- the talk beside it --------------------------------------------------------------------------


class Talk:
    """People who go on learning; how long each of their answers took."""

    def __init__(self, target: Target, *, rate: float) -> None:
        self._rate = rate
        self.crowd: Crowd = target.crowd()
        self._ended = asyncio.Event()
        self._task = asyncio.create_task(self._goes_on())

    async def _goes_on(self) -> None:
        chance = random.Random(11)
        idle = [Learner() for _ in range(20)]
        self.crowd.then = lambda learner: idle.append(learner or Learner())
        while not self._ended.is_set():
            await asyncio.sleep(chance.expovariate(self._rate))
            self.crowd.say(idle.pop(chance.randrange(len(idle))) if idle else Learner())

    async def ends(self, result: Result) -> list[float]:
        self._ended.set()
        await self._task
        await self.crowd.drained()
        result.replies_lost += self.crowd.oracle.lost
        result.replies_doubled += self.crowd.oracle.doubled
        return sorted(self.crowd.latencies)


# --- one phase -----------------------------------------------------------------------------------


def a_zone() -> str:
    """Where it is noon now: at night nothing goes that nobody asked for (U11)."""
    west = datetime.now(UTC).hour - 12
    return f"Etc/GMT{west:+d}" if west else "Etc/GMT"


def program(folder: Path, url: str, pace: float) -> Target:
    return Target(
        "product",
        folder,
        Cores(pinned=False),
        ("-m", "tests.bench.volume_program", str(pace)),
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_WEBHOOK_SECRET=SECRET,
        COMMUNE_FILE=str(SAMPLE),
        DATABASE_URL=url,
        TIMEZONE=a_zone(),
    )


async def measure(database: Database, folder: Path, result: Result) -> None:
    """Queue, start the program, let it deliver everything, then talk on with nothing to send."""
    await queue(database, result)
    say(f"  {result.phase}: {result.count:,} queued in {result.queued_in:.1f} s")
    target = program(folder, database.url, REAL_PACE if result.phase == "paced" else CEILING)
    platform = Platform(ceiling=0.0)
    target.api = platform
    async with target:
        await shape.learn(target)
        platform.ceiling = CEILING
        result.ledger = platform.begin(FAULTS.get(result.phase, Faults()))
        talk = Talk(target, rate=_TALK[result.phase])
        await all_gone(database, platform, result)
        result.during = await talk.ends(result)
        talk = Talk(target, rate=_TALK[result.phase])
        await asyncio.sleep(_IDLE)
        result.idle = await talk.ends(result)
    await count(database, result)


async def all_gone(database: Database, platform: Platform, result: Result) -> None:
    """Return when nothing waits any more, or nothing has arrived for a long time."""
    moved, seen = time.perf_counter(), -1
    while time.perf_counter() - moved < _PATIENCE:
        await asyncio.sleep(1.0)
        done = platform.ledger.delivered.total() + len(platform.ledger.blocked)
        if done != seen:
            moved, seen = time.perf_counter(), done
            continue
        if not await _open_rows(database, result):
            return


async def _open_rows(database: Database, result: Result) -> int:
    waits = OutboxRow.state.in_(_OPEN) & OutboxRow.key.startswith(f"bench:{result.phase}:")
    async with database.reading() as tx:
        return int(await tx.scalar(select(func.count()).where(waits)) or 0)


async def count(database: Database, result: Result) -> None:
    """The rows against the ledger, recipient by recipient."""
    mine = OutboxRow.key.startswith(f"bench:{result.phase}:")
    statement = select(OutboxRow.account_id, OutboxRow.state, OutboxRow.reason).where(mine)
    async with database.reading() as tx:
        rows: Sequence[Any] = (await tx.execute(statement)).all()
    ledger = result.ledger
    unclear = ledger.cut_before | ledger.cut_after
    got = ledger.delivered
    for account, state, reason in rows:
        result.states[state, reason] += 1
        arrived = got[account]
        result.doubled += max(0, arrived - 1)
        if account in unclear:
            result.lost += state != "uncertain"
        elif account in ledger.blocked:
            result.lost += state != "failed"
        else:
            result.lost += (state, arrived) != ("sent", 1)
    result.lost += result.count - len(rows)


# --- telling -------------------------------------------------------------------------------------


def report(result: Result) -> str:
    ledger, rate = result.ledger, result.count / result.ledger.seconds
    told = [
        f"{result.engine}, {result.phase}: {result.count:,} queued in {result.queued_in:.2f} s "
        f"(longest transaction {1000 * result.longest:.0f} ms), "
        f"gone in {ledger.seconds:.1f} s = {rate:,.0f}/s",
        f"  lost {result.lost}, doubled {result.doubled}; rows: "
        + ", ".join(f"{s} {r} {n:,}".replace("  ", " ") for (s, r), n in result.states.items()),
        f"  replies p95 {_ms(result.during):.1f} ms of {len(result.during):,}, idle "
        f"{_ms(result.idle):.1f} ms of {len(result.idle):,}: {result.ratio:.2f} x; "
        f"p50 {_ms(result.during, 0.5):.1f} / {_ms(result.idle, 0.5):.1f} ms; "
        f"lost {result.replies_lost}, doubled {result.replies_doubled}",
    ]
    if result.is_faulty:
        told.append(
            f"  injected: 403 {len(ledger.blocked)}, 5xx {len(ledger.broken)}, cut before "
            f"{len(ledger.cut_before)}, cut after {len(ledger.cut_after)}, floods {ledger.floods}"
        )
    told.append(f"  calls in a silence: {ledger.too_early}; beyond the ceiling: {ledger.over}")
    return "\n".join(told)


def _ms(taken: Sequence[float], share: float = 0.95) -> float:
    return 1000 * percentile(taken, share)


async def _run(engine: str, phases: Sequence[str], sizes: dict[str, int]) -> bool:
    good = True
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with a_database(engine, Path(folder)) as database:
            await migrations.upgrade(database)
            await settle_in(database, max(sizes[phase] for phase in phases))
            for phase in phases:
                result = Result(engine, phase, sizes[phase])
                await measure(database, Path(folder) / "product", result)
                say_out(report(result))
                good = good and result.is_good
    return good


def main(arguments: Sequence[str] | None = None) -> int:
    read = argparse.ArgumentParser(prog="python -m tests.bench.volume", description=__doc__)
    read.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    read.add_argument("--only", choices=PHASES, action="append")
    read.add_argument("--share", type=float, default=1.0, help="0.1 = a tenth of everybody")
    asked = read.parse_args(arguments)
    sizes = {phase: max(1, int(size * asked.share)) for phase, size in SIZES.items()}
    good = []
    for engine in asked.engine or ("sqlite", "postgresql"):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            good.append(runner.run(_run(engine, asked.only or PHASES, sizes)))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
