"""A few refused calls of the webhook, kept so that somebody can find out what was wrong."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import ChannelMemory
from bot.channels.zalo_oa.pairs import written

log = logging.getLogger(__name__)

KEPT: Final = 20
_MAX_BODY: Final = 4096
_MAX_HEADER: Final = 200
_AT_MOST_EVERY: Final = 1.0  # seconds: a flood must not become writes
_LIFE: Final = timedelta(days=30)  # P10
_DAY: Final = 86_400.0


class Aside:
    """A ring of `KEPT` entries in the channel's memory, written behind the caller's back."""

    def __init__(self, memory: ChannelMemory, *, now: Callable[[], datetime]) -> None:
        self._memory, self._now = memory, now
        self._next = 0
        self._kept_at = float("-inf")
        self._writing: asyncio.Task[None] | None = None

    def keep(self, body: bytes, *, signature: str, timestamp: str) -> bool:
        """Keep the beginning of a call, unless one was kept a moment ago. True if it is kept."""
        now = self._now()
        is_writing = self._writing is not None and not self._writing.done()
        if is_writing or abs(now.timestamp() - self._kept_at) < _AT_MOST_EVERY:
            return False
        self._kept_at = now.timestamp()
        entry = {
            "at": now.isoformat(),
            "signature": signature[:_MAX_HEADER],
            "timestamp": timestamp[:_MAX_HEADER],
            "body": body[:_MAX_BODY].decode("utf-8", "replace"),
        }
        self._writing = asyncio.create_task(self._write(f"aside:{self._next}", json.dumps(entry)))
        self._next = (self._next + 1) % KEPT
        return True

    async def _write(self, key: str, entry: str) -> None:
        try:
            await self._memory.put(key, entry)
        except Exception as error:  # noqa: BLE001 - any database's; nobody waits for this write
            log.warning("refused call not kept", extra={"why": type(error).__name__})

    async def forget_old(self) -> None:
        """Empty what is older than a refused call may be kept."""
        for number in range(KEPT):
            key = f"aside:{number}"
            entry = await self._memory.get(key)
            if entry and self._is_old(entry):
                await self._memory.put(key, "")

    async def keep_forgetting(self, sleep: Callable[[float], Awaitable[object]]) -> None:
        """Daily, until cancelled: a process may run for longer than an entry may live."""
        while True:
            await sleep(_DAY)
            try:
                await self.forget_old()
            except Exception as error:  # noqa: BLE001 - any database's; tomorrow again
                log.warning("refused calls not forgotten", extra={"why": type(error).__name__})

    def _is_old(self, entry: str) -> bool:
        """Whatever does not say when it came may be of any age."""
        try:
            return self._now() - datetime.fromisoformat(written(entry)["at"]) > _LIFE
        except (KeyError, TypeError, ValueError):
            return True

    async def close(self) -> None:
        if self._writing is not None:
            await self._writing
