"""Zalo's single-use tokens and SIGKILL: the chain is never lost by us (R22, R23).

A real process renews tokens that live for half a second, on a SQLite file, and is killed: at a
named point, in the middle of an exchange, or by the clock; sometimes two processes share the file.
After each kill the platform says which refresh token is good, and the file has to hold it, unless
the process died between the platform's rotation and our commit. Then it must end in one alarm,
after one more try; and a new seed must bring it back to life.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final, NamedTuple

from aiohttp import web

from bot.channels.zalo_oa import pairs
from bot.clock import SystemClock
from bot.remembering import StoredMemory
from storage import migrations
from storage.database import Database
from tests.crash import refresher
from tests.crash.grounds import a_folder
from tests.crash.refresher import POINTS, USE, Plan, fast
from tests.crash.token_faults import APP, SECRET
from tests.zalo_oa_tokens import TokenAuthority

SPEED: Final = 120.0
LIFE: Final = 60  # seconds of the fast clock: one renewal in 0.4 s
KILLS: Final = 3  # in one trial
RIGHT_AFTER_CALL: Final = "rotated"
IN_EXCHANGE: Final = "in the exchange"
BY_CLOCK: Final = "by the clock"
STRIKES: Final = (*POINTS[:6], RIGHT_AFTER_CALL, IN_EXCHANGE, BY_CLOCK)
LOSING: Final = frozenset({"call.after", "pair.before", RIGHT_AFTER_CALL})
"""Between the platform's rotation and our commit."""
_PATIENCE: Final = 20.0
_SHORTLY: Final = 0.5  # seconds in which a loop would be seen


@dataclass
class Stage:
    """One database file, one platform, and the processes of one trial."""

    folder: Path
    chance: random.Random
    since: float = field(default_factory=time.time)
    seed: str = ""
    strike: str = ""
    victim: ForkServerProcess | None = None
    others: list[ForkServerProcess] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    url: str = ""
    used_unstored: int = 0
    exchanging: int = 0
    shut: bool = False
    """True: the platform has no time for anybody, and rotates nothing."""

    def __post_init__(self) -> None:
        self.authority = TokenAuthority(APP, SECRET, now=lambda: fast(self.since, SPEED), life=LIFE)
        self.database = Database(f"sqlite+aiosqlite:///{self.folder / 'hoc-vu-so.db'}")
        self.memory = StoredMemory(
            self.database, scope="zalo_oa", owner="oracle", clock=SystemClock()
        )
        self.notes = self.folder / "notes"

    # --- the platform ----------------------------------------------------------------------------

    async def exchange(self, request: web.Request) -> web.StreamResponse:
        if self.shut:
            return web.Response(status=503)
        self.exchanging += 1
        try:
            return await self._exchange(request)
        finally:
            self.exchanging -= 1

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        if self.strike == IN_EXCHANGE:
            after = self.chance.choice((0.0, 0.001, 0.003, 0.01))
            asyncio.get_running_loop().call_later(after, self._kill, self.victim)
            self.strike = ""
        answer = await self.authority.routes()[0].handler(request)
        if self.strike == RIGHT_AFTER_CALL:
            self._kill(self.victim)
            self.strike = ""
        return answer

    async def use(self, request: web.Request) -> web.Response:
        """As any call with a token; it has to be stored already (R22)."""
        token = request.headers["access_token"]
        self.figures["uses"] += 1
        verdict = self.authority.verdict(token)
        if verdict == "valid" and token != (await self.standing()).pair.access:  # type: ignore[union-attr]
            # Renewed meanwhile, perhaps: then it is no longer good.
            self.used_unstored += self.authority.verdict(token) == "valid"
        return web.Response(status=200 if verdict == "valid" else 401)

    @staticmethod
    def _kill(victim: ForkServerProcess | None) -> None:
        if victim is not None and victim.is_alive():
            victim.kill()

    async def standing(self) -> pairs.Standing:
        return await pairs.read(self.memory, pairs.marker(APP, SECRET))

    # --- the processes ---------------------------------------------------------------------------

    def start(self, *, point: str = "", alone: bool = True) -> ForkServerProcess:
        return refresher.start(
            Plan(
                self.database.url,
                self.url,
                str(self.notes),
                self.since,
                SPEED,
                seed=self.seed,
                point=point,
                alone=alone,
            )
        )

    def noted(self, *words: str) -> int:
        wanted = " ".join(words)
        return sum(line.startswith(wanted) for line in self.notes.read_text().splitlines())

    async def until(self, true: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                while not true():  # noqa: ASYNC110 - a process of its own makes it true
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(
                f"never: {what}\n{self.notes.read_text()[-500:]}\n{self.log()[-1_500:]}"
            ) from None

    def log(self) -> str:
        """Of all processes of this trial."""
        file = Path(f"{self.notes}.log")
        return file.read_text() if file.exists() else ""

    async def kill_at(self, strike: str, *, beside: bool) -> None:
        """One process works until it is struck; a second one may work beside it."""
        self.figures[f"at {strike}"] += 1
        if beside:
            self.others.append(self.start(alone=False))
        self.victim = self.start(point=strike if strike in POINTS else "", alone=not beside)
        victim = self.victim
        if strike == BY_CLOCK:
            await asyncio.sleep(self.chance.uniform(0.05, 1.0))
            victim.kill()
        self.strike = strike if strike in (RIGHT_AFTER_CALL, IN_EXCHANGE) else ""
        await self.until(lambda: not victim.is_alive(), f"killed {strike}")
        assert victim.exitcode == -9, f"exit {victim.exitcode}"
        self.figures["kills"] += 1
        await self.stop_others()

    async def stop_others(self) -> None:
        """By SIGKILL too, but never in mid exchange: what is judged is the victim's death."""
        for other in self.others:
            before = self.authority.rotations
            if not await self.is_lost():
                await self.until(lambda b=before: self.authority.rotations > b, "the other renews")  # type: ignore[misc]
            self.shut = True
            await self.until(lambda: not self.exchanging, "an answer")
            for _ in range(20):  # until it has committed it
                if not await self.is_lost():
                    break
                await asyncio.sleep(0.1)
            other.kill()
            other.join()
            self.shut = False
            self.figures["kills"] += 1
        self.others.clear()

    async def is_lost(self) -> bool:
        """True if we no longer know the one refresh token that is good."""
        known = (await self.standing()).next_token(self.seed)
        return known != self.authority.pair.refresh


class Counts(NamedTuple):
    refused: int
    alarms: int


@contextlib.asynccontextmanager
async def a_stage(seed: int) -> AsyncIterator[Stage]:
    async with a_folder() as folder:
        stage = Stage(folder, random.Random(seed))
        await migrations.upgrade(stage.database)
        stage.notes.touch()
        app = web.Application()
        app.router.add_post(stage.authority.routes()[0].path, stage.exchange)
        app.router.add_get(USE, stage.use)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        stage.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield stage
        finally:
            for process in [stage.victim, *stage.others]:
                if process is not None and process.is_alive():
                    process.kill()
            await runner.cleanup()
            await stage.database.close()


async def kills(stage: Stage) -> None:
    """One life of a chain and its kills. Raises `AssertionError` if it was lost by us."""
    stage.seed = stage.authority.seed().refresh
    for _ in range(KILLS):
        strike = stage.chance.choice(STRIKES)
        beside = stage.chance.random() < 0.2
        before = Counts(stage.authority.refused, stage.noted("alarm"))
        await stage.kill_at(strike, beside=beside)
        if await stage.is_lost():
            await judge_loss(stage, strike, before, beside=beside)
        else:
            # Beside another, who stands still for longer than the lease is taken for dead.
            assert beside or stage.noted("alarm") == before.alarms, "a false alarm"
            # And the exchange in which the victim was struck may have been the other's.
            assert beside or strike not in LOSING, f"{strike} does not strike where it should"
    await works(stage)
    assert not stage.used_unstored, "used before it was stored"
    for secret in ("access-", "refresh-", SECRET):
        assert secret not in stage.log(), "T50"


async def works(stage: Stage) -> None:
    """Started once more, it goes on renewing; nobody is alarmed."""
    alarms, rotations = stage.noted("alarm"), stage.authority.rotations
    process = stage.victim = stage.start()
    await stage.until(lambda: stage.authority.rotations >= rotations + 2, "it renews again")
    process.kill()
    process.join()
    assert stage.noted("alarm") == alarms, "a false alarm"


async def judge_loss(stage: Stage, strike: str, before: Counts, *, beside: bool) -> None:
    current = stage.authority.pair.refresh
    # The oldest way to lose it: it was committed, and something else was written over it.
    assert not stage.noted("kept", current), "lost by us"
    may_lose = strike in LOSING or strike in (IN_EXCHANGE, BY_CLOCK)
    assert may_lose, f"lost at {strike}"
    stage.figures["lost"] += 1
    again = "" if beside else stage.chance.choice(("", "", "state.before", "state.after"))
    if again:  # killed once more while it gives up
        await stage.kill_at(again, beside=False)
    unrecorded = int(again == "state.before")
    process = stage.victim = stage.start()
    await stage.until(lambda: stage.noted("alarm") > before.alarms, "an alarm")
    await asyncio.sleep(_SHORTLY)
    process.kill()
    process.join()
    tries = stage.authority.refused - before.refused
    assert tries <= 1 + unrecorded, f"{tries} more tries"
    assert (await stage.standing()).state == pairs.NEEDS_REAUTH
    most = 1 + int(bool(again)) + int(beside)  # each process says it once
    assert 1 <= stage.noted("alarm") - before.alarms <= most
    stage.figures["tries"] += tries
    stage.seed = stage.authority.seed().refresh


async def trial(seed: int) -> dict[str, Any]:
    async with a_stage(seed) as stage:
        await kills(stage)
        return dict(stage.figures)
