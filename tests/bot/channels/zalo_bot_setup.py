"""What the tests of the Zalo Bot channel share: a bot, its memory, its inbox, payloads."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.base import Accept, Accepted, Raw
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot.parsing import Me, identify
from handlers.messages import Address
from tests.bot.channels.telegram_setup import Memory, Sleeper, chain, until
from tests.fake_zalo_bot import FakeZaloBot

__all__ = ["Memory", "Sleeper", "chain", "until"]

PAYLOADS = Path(__file__).parents[2] / "channels" / "zalo_bot"
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-webhook_0123456789"
PUBLIC = "https://xa.example.vn"
WEBHOOK: dict[str, Any] = {"public_url": PUBLIC, "webhook_secret": SECRET}
LAN = "6ede9afa66b88fe6d6a9"
TO = Address("zalo_bot", "123456789", LAN, LAN)
IN_GROUPS = Me(("Bot Học vụ số", "bot.VDKyGxQvc"), joins_groups=True)


class Alarms:
    """What the admins would be told."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, dict[str, object]]] = []

    def __call__(self, what: str, /, **values: object) -> None:
        self.rung.append((what, values))

    @property
    def names(self) -> list[str]:
        return [what for what, _ in self.rung]


class Inbox:
    """An `accept` that stores what concerns somebody, and can be told what to answer next."""

    def __init__(self, me: Me = IN_GROUPS) -> None:
        self.me = me
        self.stored: list[Raw] = []
        self.ids: list[str] = []
        self.calls = 0
        self.next: list[Accepted | Exception] = []

    async def __call__(self, raw: Raw) -> Accepted:
        await asyncio.sleep(0)
        self.calls += 1
        answer = self.next.pop(0) if self.next else Accepted.STORED
        if isinstance(answer, Exception):
            raise answer
        arrival = identify(raw, self.me)
        if arrival is None:
            return Accepted.IGNORED
        if answer is Accepted.STORED:
            if arrival.event_id in self.ids:
                return Accepted.DUPLICATE
            self.stored.append(raw)
            self.ids.append(arrival.event_id)
        return answer

    @property
    def texts(self) -> list[str]:
        return [raw["message"].get("text", "") for raw in self.stored]

    async def holds(self, n: int) -> None:
        await until(lambda: len(self.stored) >= n)


@asynccontextmanager
async def a_bot(
    fake: FakeZaloBot,
    *,
    memory: Memory | None = None,
    alarm: Alarms | None = None,
    **more: Any,
) -> AsyncIterator[ZaloBot]:
    bot = ZaloBot(
        fake.token,
        memory=memory or Memory(),
        alarm=alarm or Alarms(),
        api_url=fake.url,
        chance=lambda: 0.0,
        **{"now": lambda: NOW, "sleep": Sleeper(), "poll_seconds": 5, **more},
    )
    try:
        yield bot
    finally:
        await bot.close()


@asynccontextmanager
async def listening(bot: ZaloBot, accept: Accept) -> AsyncIterator[None]:
    task = asyncio.create_task(bot.listen(accept))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def serving(bot: ZaloBot, accept: Accept) -> AsyncIterator[str]:
    """Serve the webhook of `bot`; its address without the path."""
    app = web.Application()
    app.add_routes(bot.routes(accept))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def payload(name: str) -> Raw:
    raw: Raw = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return raw
