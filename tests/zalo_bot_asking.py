"""What the tests of FakeZaloBot share: calling it, and a clock that stands still."""

from datetime import UTC, datetime
from typing import Any, Final

import aiohttp

from tests.fake_zalo_bot import FakeZaloBot
from tests.zalo_bot_updates import an_id

LAN: Final = an_id("Lan")


class Clock:
    """The last evening of November; a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def ask(fake: FakeZaloBot, method: str, **params: Any) -> tuple[int, Any]:
    """Return the HTTP status and the body."""
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{fake.url}/bot{fake.token}/{method}", json=params) as answer,
    ):
        return answer.status, await answer.json()


async def poll(fake: FakeZaloBot) -> str | None:
    """Return the message id of the next event, None after an idle poll."""
    status, body = await ask(fake, "getUpdates", timeout=30)
    return str(body["result"]["message"]["message_id"]) if status == 200 else None
