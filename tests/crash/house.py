"""The whole program in this process, with its HTTP server, and a clock that can be moved."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.app import App, built, working
from bot.clock import SystemClock
from tests.crash.crowd import SECRET, WORDS, is_ready
from tests.fake_telegram import FakeTelegram
from tests.service import free_port
from tests.talk import settings_for


class ShiftedClock(SystemClock):
    """The real clock, and so much later as a trial cannot wait for."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def wall(self) -> datetime:
        return super().wall() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()


class House:
    """The program in this process, as reachable as the real one."""

    def __init__(self, app: App, clock: ShiftedClock, url: str) -> None:
        self.app = app
        self.clock = clock
        self.url = url
        self.struck = asyncio.Event()
        """Set when the trouble has begun."""

    async def asked(self, path: str) -> int:
        async with aiohttp.ClientSession() as http, http.get(self.url + path) as answer:
            return answer.status

    async def is_ready_again(self) -> None:
        """By itself, and it says so (R32)."""
        await is_ready(self.asked, seconds=15)


@contextlib.asynccontextmanager
async def a_house(url: str, folder: Path, fake: FakeTelegram) -> AsyncIterator[House]:
    port, clock = free_port(), ShiftedClock()
    address = f"http://127.0.0.1:{port}"
    settings = settings_for(
        url,
        folder,
        port=port,
        public_url=address,
        telegram_token=SecretStr(fake.token),
        telegram_api_url=fake.url,
        telegram_webhook_secret=SecretStr(SECRET),
    )
    async with built(settings, clock=clock) as app:
        await app.recover()
        async with working(app, "all"):
            yield House(app, clock, address)


class Log(logging.Handler):
    """Everything that anybody logs here, with all its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(str(record.__dict__) + record.getMessage())


@contextlib.contextmanager
def quiet_logs(*, is_turns_fault: bool) -> Iterator[None]:
    """P9: nothing that people wrote or are called; and no turn that failed for another's fault."""
    log, root = Log(), logging.getLogger()
    root.addHandler(log)
    try:
        yield
    finally:
        root.removeHandler(log)
    for line in log.lines:
        assert WORDS not in line, line
        assert "Người 1" not in line, line
        assert "turn failed" not in line or is_turns_fault, line  # R7: it would cost a try
