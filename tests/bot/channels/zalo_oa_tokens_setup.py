"""What the tests of Zalo's tokens share: tokens against the fake, a clock, a memory, alarms."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
from aiohttp import web

from bot.channels.base import ChannelMemory
from bot.channels.zalo_oa import callback, pairs
from bot.channels.zalo_oa.pairs import Pair
from bot.channels.zalo_oa.tokens import Tokens
from tests.bot.channels.telegram_setup import Memory
from tests.zalo_oa_tokens import FakeOAuth, TokenAuthority

OA: Final = "388613280879808645"
APP: Final = "360846524940903967"
SECRET: Final = "app-secret-example"
CODE_VERIFIER: Final = "AAAAAAAAAAbbbbbbbbbb0123456789CdCdCdCdCdCde"
CHALLENGE: Final = "6jCIB8OSIpGVl-yNKc_28wj5CPMGATBFzpSGdFhTLYI"
REAUTH: Final[tuple[str, dict[str, object]]] = ("zalo_oa_reauth", {})
NOW: Final = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class World:
    """One OA: its platform, our memory, our clock, and who was alarmed."""

    def __init__(self, memory: ChannelMemory | None = None) -> None:
        self.at = NOW
        self.memory = memory or Memory()
        self.alarms: list[tuple[str, dict[str, object]]] = []
        self.authority = TokenAuthority(APP, SECRET, now=lambda: self.at.timestamp())
        self.url = ""
        self._server = FakeOAuth(self.authority)

    async def __aenter__(self) -> "World":
        await self._server.__aenter__()
        self.url = self._server.url
        return self

    async def __aexit__(self, *given: object) -> None:
        await self._server.__aexit__(*given)

    def now(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)

    async def sleep(self, seconds: float) -> None:
        self.passes(seconds=seconds)
        await asyncio.sleep(0)

    def alarm(self, what: str, /, **values: object) -> None:
        self.alarms.append((what, values))

    def tokens(self, **more: Any) -> Tokens:
        """A process that begins now."""
        given: dict[str, Any] = {
            "app_id": APP,
            "app_secret": SECRET,
            "memory": self.memory,
            "alarm": self.alarm,
            "oauth_url": self.url,
            "now": self.now,
            "sleep": self.sleep,
            "chance": lambda: 0.5,
        }
        return Tokens(**{**given, **more})

    async def has_pair(self) -> Pair:
        """A pair as the first login left it."""
        first = self.authority.seed()
        pair = Pair(first.access, first.refresh, self.at, self.at + timedelta(seconds=first.life))
        await self.memory.put(pairs.PAIR, pair.json())
        return pair

    async def stored(self) -> Pair | None:
        return (await pairs.read(self.memory, pairs.marker(APP, SECRET))).pair

    async def state(self) -> str:
        return (await pairs.read(self.memory, pairs.marker(APP, SECRET))).state

    async def minutes(self, tokens: Tokens, count: int) -> None:
        """What `run` does in so many minutes."""
        for _ in range(count):
            await tokens.tend()
            self.passes(minutes=1)


@asynccontextmanager
async def a_page(
    tokens: Tokens, memory: ChannelMemory, *, now: Callable[[], datetime]
) -> AsyncIterator[str]:
    """The address of the callback of a service."""
    app = web.Application()
    app.add_routes([callback.callback_route(tokens, memory=memory, oa_id=OA, now=now)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{callback.PATH}"
    finally:
        await runner.cleanup()


async def opened(url: str, method: str = "GET", **asked: str) -> tuple[int, str]:
    """What a browser sees: status and page."""
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, url, params=asked) as answer,
    ):
        return answer.status, await answer.text()


class Secrets(logging.Handler):
    """Collects whatever is logged, extra fields and tracebacks too (T50)."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.said += f"{record.getMessage()} {record.__dict__}\n"
        if record.exc_info:
            self.said += logging.Formatter().formatException(record.exc_info)
