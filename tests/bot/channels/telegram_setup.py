"""What the tests of the Telegram channel share: a bot, its memory, its inbox, payloads."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.base import Accept, Accepted, Raw
from bot.channels.telegram import Telegram
from bot.channels.telegram.parsing import Me
from handlers.messages import Address
from tests.fake_telegram import FakeTelegram

PAYLOADS = Path(__file__).parents[2] / "channels" / "telegram"
ME = Me("7000000001", "hocvuso_bot")
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-webhook_0123456789"
TO = Address("telegram", ME.id, "7", "7")


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - anything may make it true
            await asyncio.sleep(0.001)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that is behind it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


class Memory:
    """A `ChannelMemory` without a database."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.leases: dict[str, float] = {}
        self.leased_to_another = False

    async def get(self, key: str) -> str | None:
        return self.facts.get(key)

    async def put(self, key: str, value: str) -> None:
        self.facts[key] = value

    async def lease(self, name: str, *, seconds: float) -> bool:
        self.leases[name] = seconds
        return not self.leased_to_another


class Sleeper:
    """Counts the pauses, and makes each as short as the loop can."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    async def has_slept(self, times: int) -> None:
        await until(lambda: len(self.pauses) >= times)


class Inbox:
    """An `accept` that stores, and can be told what to answer next."""

    def __init__(self) -> None:
        self.stored: list[Raw] = []
        self.next: list[Accepted | Exception] = []

    async def __call__(self, raw: Raw) -> Accepted:
        await asyncio.sleep(0)
        answer = self.next.pop(0) if self.next else Accepted.STORED
        if isinstance(answer, Exception):
            raise answer
        if answer is Accepted.STORED:
            if raw["update_id"] in self.ids:
                return Accepted.DUPLICATE
            self.stored.append(raw)
        return answer

    @property
    def ids(self) -> list[int]:
        return [raw["update_id"] for raw in self.stored]

    async def holds(self, n: int) -> None:
        await until(lambda: len(self.stored) >= n)


def menu() -> Sequence[tuple[str, str]]:
    return [("hoc", "Học bài tiếp theo"), ("trogiup", "Xem cách dùng")]


@asynccontextmanager
async def a_bot(
    fake: FakeTelegram, *, memory: Memory | None = None, **more: Any
) -> AsyncIterator[Telegram]:
    bot = Telegram(
        fake.token,
        memory=memory or Memory(),
        menu=menu,
        api_url=fake.url,
        now=lambda: NOW,
        chance=lambda: 0.0,
        **{"sleep": Sleeper(), "poll_seconds": 5, **more},
    )
    try:
        yield bot
    finally:
        await bot.close()


@asynccontextmanager
async def listening(bot: Telegram, accept: Accept) -> AsyncIterator[None]:
    task = asyncio.create_task(bot.listen(accept))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def serving(bot: Telegram, accept: Accept) -> AsyncIterator[str]:
    """Serve the webhook of `bot`; its address."""
    app = web.Application()
    app.add_routes(bot.routes(accept))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/telegram"
    finally:
        await runner.cleanup()


def payload(name: str) -> Raw:
    raw: Raw = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return raw
