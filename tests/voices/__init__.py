"""One device per channel: what a person does becomes the platform's own event, and back.

The channel itself is the real one; only the platform behind it is a fake (issue 4, item 7).
"""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self

from tests.voices.base import Act, CannotDo, Voice

__all__ = ["PLAIN", "REAL", "Act", "CannotDo", "Platforms", "Voice"]

REAL: Final = ("telegram", "zalo_oa", "zalo_bot", "web_chat", "console")
PLAIN: Final = ("zalo_bot", "console")
"""Those without buttons."""


class Platforms:
    """The fakes that are servers: each is started by the first test that needs it, then kept."""

    def __init__(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self._running: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def voice(self, name: str) -> Voice:
        """Return a new device, for one house."""
        return await _MAKERS[name](self)

    def forget(self) -> None:
        """What one test did on the platforms is nothing to the next."""
        for fake in self._running.values():
            for kept in ("sent", "calls", "answered", "history", "people"):
                getattr(fake, kept, []).clear()

    async def running(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._running:
            self._running[name] = await self._stack.enter_async_context(make())
        return self._running[name]


# The platforms are imported by whoever needs them: Telegram's library alone takes half a second.
async def _fake(_: Platforms) -> Voice:
    from tests.voices.fake import FakeVoice

    return FakeVoice()


async def _telegram(platforms: Platforms) -> Voice:
    from tests.fake_telegram import FakeTelegram
    from tests.voices.telegram import TelegramVoice

    return TelegramVoice(await platforms.running("telegram", FakeTelegram))


async def _zalo_oa(platforms: Platforms) -> Voice:
    from tests.fake_zalo_oa import FakeZaloOa
    from tests.voices.zalo_oa import ZaloOaVoice

    return ZaloOaVoice(await platforms.running("zalo_oa", FakeZaloOa))


async def _zalo_bot(platforms: Platforms) -> Voice:
    from tests.fake_zalo_bot import FakeZaloBot
    from tests.voices.zalo_bot import ZaloBotVoice

    return ZaloBotVoice(await platforms.running("zalo_bot", FakeZaloBot))


async def _web_chat(_: Platforms) -> Voice:
    from tests.voices.web_chat import WebChatVoice

    return WebChatVoice()


async def _console(_: Platforms) -> Voice:
    from tests.voices.console import ConsoleVoice

    return ConsoleVoice()


_MAKERS: Final[dict[str, Callable[[Platforms], Awaitable[Voice]]]] = {
    "fake": _fake,
    "telegram": _telegram,
    "zalo_oa": _zalo_oa,
    "zalo_bot": _zalo_bot,
    "web_chat": _web_chat,
    "console": _console,
}
