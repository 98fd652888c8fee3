"""What the tests of the Zalo OA channel share: an OA, its tokens, its alarms, payloads."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.base import Accept, Accepted, Raw
from bot.channels.zalo_oa import ZaloOa
from handlers.messages import Address
from tests.bot.channels.telegram_setup import Memory, Sleeper
from tests.fake_zalo_oa import OA_SECRET, FakeZaloOa
from tests.zalo_oa_payloads import OA
from tests.zalo_oa_webhook import signature

PAYLOADS = Path(__file__).parents[2] / "channels" / "zalo_oa"
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
AT = NOW.timestamp()
KEY = "oa-secret-key-example"
USER = "246845883529197922"
STAFF = "7654321098765432101"
DAY = 86_400
PNG = b"\x89PNG\r\n\x1a\n and the rest of a picture"
TO = Address("zalo_oa", OA.id, USER, USER)


class Alarms:
    """Remembers what the admins are told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, object]]] = []

    def __call__(self, what: str, /, **values: object) -> None:
        self.heard.append((what, values))

    @property
    def names(self) -> list[str]:
        return [what for what, _ in self.heard]


class Tokens:
    """Hands out `tokens` one after the other: a refused one gives way to the next."""

    def __init__(self, *tokens: str) -> None:
        self.left = list(tokens or ("token-1", "token-2"))
        self.given_back: list[str] = []
        self.ran = False

    async def access(self) -> str:
        return self.left[0]

    async def stored(self) -> str | None:
        return self.left[0]

    async def findings(self) -> list[str]:
        return []

    async def good_until(self) -> datetime | None:
        return None

    async def close(self) -> None:
        """Nothing is being renewed."""

    async def refused(self, token: str) -> None:
        self.given_back.append(token)
        if len(self.left) > 1 and token == self.left[0]:
            self.left.pop(0)

    async def run(self) -> None:
        self.ran = True


class Inbox:
    """An `accept` that stores, and can be told what to answer next."""

    def __init__(self) -> None:
        self.stored: list[Raw] = []
        self.next: list[Accepted] = []

    async def __call__(self, raw: Raw) -> Accepted:
        answer = self.next.pop(0) if self.next else Accepted.STORED
        if answer is Accepted.STORED:
            self.stored.append(raw)
        return answer


class Clock:
    """Zalo's and ours are the same one."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> float:
        return self.at

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


class Fresh(Tokens):
    """As if they had been refreshed in time."""

    def __init__(self, fake: FakeZaloOa) -> None:
        super().__init__()
        self._issued = fake.tokens

    async def access(self) -> str:
        if self._issued.verdict(self._issued.pair.access) != "valid":
            self._issued.seed()
        return self._issued.pair.access

    async def stored(self) -> str | None:
        return await self.access()


def an_oa(**more: Any) -> ZaloOa:
    given = {
        "oa_id": OA.id,
        "app_id": OA.app_id,
        "secret_key": KEY,
        "tokens": Tokens(),
        "memory": Memory(),
        "alarm": Alarms(),
        "now": lambda: NOW,
        "sleep": Sleeper(),
        "chance": lambda: 0.0,
    }
    return ZaloOa(**{**given, **more})


@asynccontextmanager
async def a_zalo(clock: Clock) -> AsyncIterator[FakeZaloOa]:
    """Zalo, where one person has just written to the OA."""
    async with FakeZaloOa(now=clock) as fake:
        await fake.user_says(USER, "chào")
        yield fake


@asynccontextmanager
async def talking(fake: FakeZaloOa, clock: Clock, **more: Any) -> AsyncIterator[ZaloOa]:
    given = {
        "tokens": Fresh(fake),
        "secret_key": OA_SECRET,
        "api_url": fake.url,
        "zbs_api_url": fake.url,
        "now": clock.wall,
    }
    oa = an_oa(**{**given, **more})
    try:
        yield oa
    finally:
        await oa.close()


@asynccontextmanager
async def serving(oa: ZaloOa, accept: Accept) -> AsyncIterator[str]:
    """Serve the webhook of `oa`; its address."""
    app = web.Application()
    app.add_routes(oa.routes(accept))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/zalo-oa"
    finally:
        await runner.cleanup()
        await oa.close()


def written(event: Raw) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def sign(body: bytes, timestamp: str, *, form: str = "mac=", key: str = KEY) -> dict[str, str]:
    return {"X-ZEvent-Signature": form + signature(OA.app_id, body, timestamp, key)}


def payload(name: str) -> Raw:
    raw: Raw = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return raw
