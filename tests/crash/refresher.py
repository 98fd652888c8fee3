"""A program that does nothing but keep Zalo's tokens alive, and kills itself at a named point.

The real `Tokens` and `StoredMemory` on a real SQLite file; only its clock is fast. The fake
platform, the oracle and the plan are tokens.py's. What happened is noted line by line in a file,
which outlives the process.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Final

import aiohttp

from bot.channels.base import ChannelDown, SendingFailed
from bot.channels.zalo_oa import pairs
from bot.channels.zalo_oa.oauth import Granted, OAuth
from bot.channels.zalo_oa.tokens import Tokens
from bot.clock import SystemClock
from bot.remembering import StoredMemory
from storage import memory
from storage.database import Database
from tests.crash.token_faults import APP, SECRET

USE: Final = "/use"
_USES_EVERY: Final = 0.03  # seconds
_KEYS: Final = {pairs.PAIR: "pair", pairs.RENEWAL: "renewal", pairs.STATE: "state"}
POINTS: Final = (
    "renewal.before",
    "renewal.after",
    "call.before",
    "call.after",
    "pair.before",
    "pair.after",
    "state.before",
    "state.after",
)


@dataclass(frozen=True, slots=True)
class Plan:
    database: str
    oauth: str
    notes: str
    since: float
    """When (epoch seconds) its clock was everybody's; since then it runs `speed` times as fast."""
    speed: float
    seed: str = ""
    point: str = ""
    """Where it kills itself; "" = nowhere."""
    nth: int = 1
    alone: bool = True
    """False: another program works on the same file."""


class FastClock(SystemClock):
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def wall(self) -> datetime:
        return datetime.fromtimestamp(fast(self._plan.since, self._plan.speed), UTC)


def fast(since: float, speed: float) -> float:
    return since + (time.time() - since) * speed


class Reaper:
    """Notes what happens, and ends the process at the chosen passage of the chosen point."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._passed: Counter[str] = Counter()
        self._notes = os.open(plan.notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, *words: object) -> None:
        os.write(self._notes, (" ".join(map(str, words)) + "\n").encode())

    def passes(self, point: str) -> None:
        self._passed[point] += 1
        if (point, self._passed[point]) == (self._plan.point, self._plan.nth):
            self.note("killed", point)
            os.kill(os.getpid(), signal.SIGKILL)

    def alarm(self, what: str, /, **_values: object) -> None:
        self.note("alarm", what)


class WatchedMemory(StoredMemory):
    reaper: Reaper

    async def put(self, key: str, value: str) -> None:
        name = _KEYS.get(key, "")
        self.reaper.passes(f"{name}.before")
        await super().put(key, value)
        if name == "pair":
            self.reaper.note("kept", pairs.written(value)["refresh"])
        self.reaper.passes(f"{name}.after")


class WatchedOAuth(OAuth):
    reaper: Reaper

    async def refresh(self, token: str) -> Granted:
        self.reaper.passes("call.before")
        granted = await super().refresh(token)
        self.reaper.passes("call.after")
        return granted


def run(plan: Plan) -> None:
    """The whole life of one process."""
    os.setsid()
    logging.basicConfig(filename=f"{plan.notes}.log", level=logging.INFO, force=True)
    asyncio.run(_work(plan))


async def _work(plan: Plan) -> None:
    reaper, clock = Reaper(plan), FastClock(plan)
    database = Database(plan.database)
    if plan.alone:  # as the program does at its start
        async with database.transaction() as tx:
            await memory.bury_all(tx)
    remembering = WatchedMemory(database, scope="zalo_oa", owner=f"p{os.getpid()}", clock=clock)
    remembering.reaper = reaper
    tokens = _tokens(plan, remembering, clock.wall, reaper)
    reaper.note("begins", os.getpid())
    tending = asyncio.create_task(tokens.run())
    async with aiohttp.ClientSession() as http:
        while not tending.done():
            await _use(plan, tokens, http, reaper)
            await asyncio.sleep(_USES_EVERY)


def _tokens(
    plan: Plan, remembering: WatchedMemory, now: Callable[[], datetime], reaper: Reaper
) -> Tokens:
    tokens = Tokens(
        app_id=APP,
        app_secret=SECRET,
        memory=remembering,
        alarm=reaper.alarm,
        oauth_url=plan.oauth,
        seed=plan.seed,
        now=now,
        sleep=partial(_fast_sleep, plan.speed),
        chance=lambda: 0.5,
    )
    line = WatchedOAuth(app_id=APP, app_secret=SECRET, url=plan.oauth)
    line.reaper = reaper
    tokens._renewal._oauth = line
    return tokens


async def _fast_sleep(speed: float, seconds: float) -> None:
    await asyncio.sleep(seconds / speed)


async def _use(plan: Plan, tokens: Tokens, http: aiohttp.ClientSession, reaper: Reaper) -> None:
    """One message: the platform takes it, or the token is refused as Zalo does (-216)."""
    try:
        token = await tokens.access()
    except ChannelDown:
        reaper.note("down")
        return
    except SendingFailed:
        return
    with suppress(aiohttp.ClientError):
        async with http.get(plan.oauth + USE, headers={"access_token": token}) as answer:
            is_refused = answer.status != 200
        if is_refused:
            await tokens.refused(token)


def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    # Imported once; every process is then a fork of that.
    context.set_forkserver_preload([__name__, "aiosqlite", "sqlalchemy.dialects.sqlite.aiosqlite"])
    return context


def start(plan: Plan) -> ForkServerProcess:
    Path(plan.notes).touch()
    process = _server().Process(target=run, args=(plan,), daemon=True)
    process.start()
    return process
