"""getUpdates, one process at a time. The offset moves only over what has been accepted (R1)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import Accept, Accepted, ChannelMemory, Raw
from bot.channels.telegram.parsing import UPDATE_KINDS, Me, identify, stamped
from bot.channels.telegram.requests import ask, seconds

log = logging.getLogger(__name__)

LEASE: Final = "telegram-poller"

_LEASE_SECONDS: Final = 40.0
_RENEW_SECONDS: Final = 10.0
_WAIT_FOR_LEASE: Final = 5.0
_BUSY_SECONDS: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
_REVOKED_SECONDS: Final = 600.0
_BATCH: Final = 100
_ANSWER_SECONDS: Final = 10.0
_SAVE_SECONDS: Final = 1.0
# After a week of silence Telegram starts with new random numbers: an older offset is worthless.
_OFFSET_LIVES: Final = 6 * 24 * 3600

Sleep = Callable[[float], Awaitable[object]]


class Poller:
    """getUpdates, one process at a time. The offset moves only over what has been accepted."""

    def __init__(
        self,
        bot: Bot,
        memory: ChannelMemory,
        *,
        me: Callable[[], Me],
        now: Callable[[], datetime],
        sleep: Sleep,
        chance: Callable[[], float],
        seconds: int,
    ) -> None:
        self._bot, self._memory = bot, memory
        self._me, self._now, self._sleep, self._chance = me, now, sleep, chance
        self._seconds = seconds
        self._offset: int | None = None
        self._unsaved = False
        self._saved_at = self._leased_at = float("-inf")
        self._failures = 0

    async def run(self, accept: Accept) -> None:
        """Until cancelled. Nothing that Telegram or `accept` does ends it."""
        try:
            while True:
                await self._round(accept)
        finally:
            # So that a restarted process need not wait until the lease has run out.
            await self._save()
            if self._leased_at > float("-inf"):
                await self._memory.lease(LEASE, seconds=0)

    async def _round(self, accept: Accept) -> None:
        try:
            if not await self._has_lease():
                await self._sleep(_WAIT_FOR_LEASE)
                return
            all_taken = await self._take(await self._ask(), accept)
        except TelegramError as error:
            await self._after(error)
        except Exception:
            # The same updates come again; a poller that has died would be worse, and unseen.
            log.exception("telegram poll failed")
            await self._pause()
        else:
            self._failures = 0
            if not all_taken:
                await self._sleep(_BUSY_SECONDS)

    async def _has_lease(self) -> bool:
        clock = asyncio.get_running_loop().time
        held_for = clock() - self._leased_at
        if held_for < _RENEW_SECONDS:
            return True
        if not await self._memory.lease(LEASE, seconds=_LEASE_SECONDS):
            self._leased_at = float("-inf")
            return False
        if held_for >= _LEASE_SECONDS:
            self._offset = await self._remembered()  # another process may have polled meanwhile
        self._leased_at = clock()
        return True

    async def _ask(self) -> list[Raw]:
        question: dict[str, Any] = {
            "timeout": self._seconds,
            "limit": _BATCH,
            "allowed_updates": list(UPDATE_KINDS),
        }
        if self._offset is not None:
            question["offset"] = self._offset
        # Not Bot.get_updates: it makes objects of the whole batch and raises if one is odd.
        answer = await ask(
            self._bot, "getUpdates", question, read_timeout=self._seconds + _ANSWER_SECONDS
        )
        updates = answer if isinstance(answer, list) else []
        return [raw for raw in updates if isinstance(raw.get("update_id"), int)]

    async def _take(self, updates: list[Raw], accept: Accept) -> bool:
        """Hand the batch over: one account's in order, accounts side by side (shared commits).

        True if all of it was accepted.
        """
        now, me = self._now(), self._me()
        lines: dict[str | None, list[Raw]] = {}
        for raw in updates:
            arrival = identify(raw, me)
            lines.setdefault(arrival and arrival.account, []).append(stamped(raw, now))
        waiting = await asyncio.gather(*(_hand_over(line, accept) for line in lines.values()))
        left = [number for number in waiting if number is not None]
        if updates:
            # Accepted ones behind the first that is left come again: they are DUPLICATE then.
            self._offset = min(left, default=max(raw["update_id"] for raw in updates) + 1)
            self._unsaved = True
        if asyncio.get_running_loop().time() - self._saved_at >= _SAVE_SECONDS:
            await self._save()
        return not left

    async def _after(self, error: TelegramError) -> None:
        match error:
            case RetryAfter():
                await self._sleep(seconds(error.retry_after))
            case InvalidToken():
                log.critical("telegram refuses our token")
                await self._sleep(_REVOKED_SECONDS)
            case Conflict() if "webhook" in error.message.lower():
                log.warning("telegram still has a webhook; it is removed, we poll")
                await self._remove_webhook()
            case Conflict():
                log.warning("another process polls telegram")
                await self._pause()
            case _:
                log.info("telegram not reached", extra={"reason": type(error).__name__})
                await self._pause()

    async def _remove_webhook(self) -> None:
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.info("webhook not removed", extra={"reason": type(error).__name__})
            await self._pause()

    async def _pause(self) -> None:
        self._failures += 1
        await self._sleep(backed_off(self._failures, self._chance()))

    async def _remembered(self) -> int | None:
        saved = await self._memory.get(self._key())
        if saved is None:
            return None
        offset, _, at = saved.partition(" ")
        if self._now().timestamp() - float(at) > _OFFSET_LIVES:
            return None
        return int(offset)

    async def _save(self) -> None:
        if self._unsaved:
            await self._memory.put(self._key(), f"{self._offset} {self._now().timestamp():.0f}")
            self._unsaved = False
        self._saved_at = asyncio.get_running_loop().time()

    def _key(self) -> str:
        return f"offset:{self._me().id}"


async def _hand_over(line: list[Raw], accept: Accept) -> int | None:
    """Hand over one account's updates in order; return the id of the first not accepted."""
    for raw in line:
        try:
            accepted = await accept(raw)
        except Exception:
            log.exception("telegram update not accepted", extra={"update": raw["update_id"]})
            accepted = Accepted.BUSY
        if accepted is Accepted.BUSY:
            return int(raw["update_id"])
    return None


def backed_off(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row: 0.5-1, 1-2, 2-4, ... 30-60."""
    return min(_LONGEST_PAUSE, 2.0 ** min(failures - 1, 10)) * (0.5 + chance / 2)
