"""Programs whose memory, network and process fail at a chosen step of a renewal (token_lives.py).

Several programs share one memory, and ask a fake with single-use tokens over real HTTP. A crash is
an exception that ends the program there and then: nothing it tries afterwards reaches the memory.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args

from aiohttp import web

from bot.channels.base import SendingFailed
from bot.channels.zalo_oa import pairs
from bot.channels.zalo_oa.oauth import Denied, Granted, NotSent, OAuth
from bot.channels.zalo_oa.pairs import Standing
from bot.channels.zalo_oa.tokens import Tokens
from tests.zalo_oa_tokens import TokenAuthority

APP: Final = "360846524940903967"
SECRET: Final = "app-secret-example"
CODE_VERIFIER: Final = "AAAAAAAAAAbbbbbbbbbb0123456789CdCdCdCdCdCde"
START: Final = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

Fault = Literal[
    "crash before put",
    "crash after put",
    "crash before call",
    "crash after answer",  # before its commit: the answer is as good as lost
    "trouble before put",
    "trouble after put",
    "not sent",
    "denied",  # by some trouble at the platform: the token is as good as before
    "die before",
    "die after",
    "html",
    "no token",
    "garbled",
    "another meanwhile",  # between our answer and its commit, all at once
    "another before",
    "no lease",  # it holds nobody back
    "clock forward",
    "clock back",
    "restored",
    "log in meanwhile",
]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)


class Crash(BaseException):
    """The process is dead."""


class Trouble(Exception):
    """The database could not be used, or nobody knows whether it was."""


@dataclass
class Shared:
    """What all programs of one trial have in common: facts, leases, clocks, the platform."""

    authority: TokenAuthority
    url: str
    chance: random.Random
    at: datetime = START
    skew: timedelta = timedelta(0)
    facts: dict[str, str] = field(default_factory=dict)
    leases: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    leases_hold: bool = True
    alarms: list[str] = field(default_factory=list)
    unsaved: set[str] = field(default_factory=set)
    """Refresh tokens of answers that were cut, or read by a program that died before its commit."""
    hasty_alarms: int = 0
    """Alarms that one program gave within a day of its last."""
    garbles: int = 0

    def now(self) -> datetime:
        """As our machine sees it; the platform's clock never jumps."""
        return self.at + self.skew

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def alarm(self, what: str, /, **_values: object) -> None:
        self.alarms.append(what)

    async def standing(self) -> Standing:
        memory = FaultyMemory(self, "oracle")
        return await pairs.read(memory, pairs.marker(APP, SECRET))


class FaultyMemory:
    """A `ChannelMemory` of one program; `puts` of it are planned to go wrong."""

    def __init__(self, shared: Shared, owner: str) -> None:
        self._shared, self._owner = shared, owner
        self.dead = False
        self.fault: Fault | None = None
        self.in_puts = 0
        """How many puts from now the fault comes."""

    def _lives(self) -> None:
        if self.dead:
            raise Crash

    def die(self) -> None:
        self.dead = True
        raise Crash

    async def get(self, key: str) -> str | None:
        self._lives()
        await asyncio.sleep(0)
        return self._shared.facts.get(key)

    async def put(self, key: str, value: str) -> None:
        self._lives()
        await asyncio.sleep(0)
        fault = self._due()
        if fault == "crash before put":
            self._note_lost(key, value)
            self.die()
        if fault == "trouble before put":
            raise Trouble
        self._shared.facts[key] = value
        if fault == "crash after put":
            self.die()
        if fault == "trouble after put":
            raise Trouble

    def _due(self) -> Fault | None:
        if self.fault is None or "put" not in self.fault:
            return None
        self.in_puts -= 1
        if self.in_puts >= 0:
            return None
        fault, self.fault = self.fault, None
        return fault

    def _note_lost(self, key: str, value: str) -> None:
        if key == pairs.PAIR:
            self._shared.unsaved.add(str(pairs.written(value)["refresh"]))

    async def lease(self, name: str, *, seconds: float) -> bool:
        self._lives()
        await asyncio.sleep(0)
        now = self._shared.now()
        owner, until = self._shared.leases.get(name, ("", now - timedelta(seconds=1)))
        if self._shared.leases_hold and owner not in ("", self._owner) and until >= now:
            return False
        self._shared.leases[name] = (self._owner, now + timedelta(seconds=seconds))
        return True


class FaultyLine(OAuth):
    """The exchange of one program, with something happening before or after it."""

    def __init__(self, program: "Program") -> None:
        super().__init__(app_id=APP, app_secret=SECRET, url=program.shared.url)
        self._program = program
        self.fault: Fault | None = None
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def refresh(self, token: str) -> Granted:
        fault, self.fault = self.fault, None
        if fault == "crash before call":
            self._program.memory.die()
        if fault == "not sent":
            raise NotSent
        if fault == "denied":
            raise Denied(-1)
        if fault == "another before" and self.meanwhile:
            await self.meanwhile()
        granted = await super().refresh(token)
        if fault == "crash after answer":
            self._program.shared.unsaved.add(granted.refresh)
            self._program.memory.die()
        if fault in ("another meanwhile", "log in meanwhile") and self.meanwhile:
            await self.meanwhile()
        return granted


class Program:
    """One process: memory, line and tokens; a crash ends it."""

    def __init__(self, shared: Shared, *, seed: str = "") -> None:
        self.shared = shared
        self.memory = FaultyMemory(shared, f"p{shared.chance.random()}")
        self.line = FaultyLine(self)
        self.tokens = Tokens(
            app_id=APP,
            app_secret=SECRET,
            memory=self.memory,
            alarm=self._alarm,
            oauth_url=shared.url,
            seed=seed,
            now=shared.now,
            sleep=shared.sleep,
            chance=shared.chance.random,
        )
        self.tokens._renewal._oauth = self.line
        self._rang_at: datetime | None = None

    def _alarm(self, what: str, /, **values: object) -> None:
        self.shared.alarm(what, **values)
        if what == "zalo_oa_reauth":
            last, self._rang_at = self._rang_at, self.shared.now()
            if last is not None and abs(self._rang_at - last) < timedelta(days=1):
                self.shared.hasty_alarms += 1

    async def works(self) -> None:
        """One look, one message; whatever is used must be stored already (R22)."""
        try:
            await self.tokens.tend()
            token = await self.tokens.access()
            stored = (await self.shared.standing()).pair
            assert stored is not None
            assert token == stored.access, "used before it was stored"
            if self.shared.authority.verdict(token) != "valid":
                await self.tokens.refused(token)
        except (Trouble, SendingFailed):
            pass  # the next look tries again

    @property
    def is_dead(self) -> bool:
        return self.memory.dead


@contextlib.asynccontextmanager
async def a_platform(shared: Shared) -> AsyncIterator[None]:
    """Serve the fake; a garbled answer is one whose end is missing."""
    route = shared.authority.routes()[0]

    async def answer(request: web.Request) -> web.StreamResponse:
        response: Any = await route.handler(request)
        if shared.garbles and b"access_token" in (response.body or b""):
            shared.garbles -= 1
            shared.unsaved.add(shared.authority.pair.refresh)
            return web.Response(body=response.body[:-20], content_type="application/json")
        return response  # type: ignore[no-any-return]

    app = web.Application()
    app.router.add_post(route.path, answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    shared.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await runner.cleanup()
