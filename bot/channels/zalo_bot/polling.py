"""getUpdates, one process at a time. What came is in our hands only: Zalo keeps nothing (§2.5)."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.base import Accept, Accepted, Alarm, ChannelMemory, Raw
from bot.channels.zalo_bot.api import CONNECT_SECONDS, Answered, Api, Trouble
from bot.channels.zalo_bot.parsing import inner

log = logging.getLogger(__name__)

LEASE: Final = "zalo-bot-poller"

_RENEW_SECONDS: Final = 10.0
_WAIT_FOR_LEASE: Final = 5.0
_ANSWER_SECONDS: Final = 10.0
_FLOOR_SECONDS: Final = 1.0
_BUSY_SECONDS: Final = 1.0
_MAX_ERRORS: Final = 10
_REPLAYS: Final = 3
_LONGEST_REPLAY_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 60.0
REVOKED_SECONDS: Final = 600.0
_NO_WEBHOOK: Final = (400, 403, 404)  # Zalo says 404; the others are no reason not to poll
_OLD_NEWS: Final = frozenset({Accepted.DUPLICATE, Accepted.IGNORED})

Sleep = Callable[[float], Awaitable[object]]


class Poller:
    """getUpdates, one process at a time. Nothing is asked for while something is in hand."""

    def __init__(
        self,
        api: Api,
        memory: ChannelMemory,
        *,
        bot: str,
        alarm: Alarm,
        sleep: Sleep,
        chance: Callable[[], float],
        seconds: int,
    ) -> None:
        self._api, self._memory, self._alarm = api, memory, alarm
        self._sleep, self._chance, self._seconds = sleep, chance, seconds
        self._key = f"in hand:{bot}"
        # A poll that began just before the next renewal must end within the lease.
        self._lease_seconds = seconds + _ANSWER_SECONDS + CONNECT_SECONDS + 2 * _RENEW_SECONDS
        self._leased_at = float("-inf")
        self._in_hand: deque[Raw] = deque()
        self._has_looked_back = self._is_webhook_gone = False
        self._failures = self._replays = 0

    async def run(self, accept: Accept) -> None:
        """Until cancelled. Nothing that Zalo or `accept` does ends it."""
        try:
            while True:
                await self._round(accept)
        finally:
            await self._keep()
            if self._leased_at > float("-inf"):
                # So that a restarted process need not wait until the lease has run out.
                await self._memory.lease(LEASE, seconds=0)

    async def offer_kept(self, accept: Accept) -> None:
        """Offer what the last process had in hand when it ended."""
        if self._has_looked_back:
            return
        kept = await self._memory.get(self._key)
        if kept:
            self._in_hand.extend(_updates_in(kept))
            await self._hand_over(accept)
            await self._memory.put(self._key, "")
        self._has_looked_back = True

    async def _round(self, accept: Accept) -> None:
        began = _clock()
        try:
            if not await self._has_lease():
                await self._sleep(_WAIT_FOR_LEASE)
                return
            await self.offer_kept(accept)
            await self._hand_over(accept)  # what an error has left
            await self._remove_webhook()
            self._in_hand.extend(await self._ask())
            await self._hand_over(accept)
        except Trouble as trouble:
            await self._after(trouble)
        except Exception as error:  # noqa: BLE001 - a dead poller would be worse
            log.error("zalo bot poll failed", extra={"why": type(error).__name__})
            await self._pause()
        else:
            self._failures = 0
            await self._breathe(began)

    async def _has_lease(self) -> bool:
        if _clock() - self._leased_at < _RENEW_SECONDS:
            return True
        if not await self._memory.lease(LEASE, seconds=self._lease_seconds):
            self._leased_at = float("-inf")
            return False
        self._leased_at = _clock()
        return True

    async def _ask(self) -> list[Raw]:
        """Return one update as a rule; none when nothing has come (408)."""
        try:
            answer = await self._api.call(
                "getUpdates",
                {"timeout": self._seconds},
                read_seconds=self._seconds + _ANSWER_SECONDS,
            )
        except Answered as refusal:
            if refusal.code != 408:
                raise
            self._replays = 0
            return []
        updates = answer if isinstance(answer, list) else [answer]
        return [inner(raw) for raw in updates if isinstance(raw, dict) and raw]

    async def _hand_over(self, accept: Accept) -> None:
        """Offer each update until it is taken: no other copy of it exists."""
        errors = 0
        while self._in_hand:
            accepted = await _offered(self._in_hand[0], accept)
            errors = errors + 1 if accepted is None else 0
            if accepted is Accepted.BUSY or 0 < errors < _MAX_ERRORS:
                await self._sleep(_BUSY_SECONDS)
                await self._has_lease()
                continue
            if accepted is None:
                log.critical("zalo bot update given up")  # or nobody would be heard any more
            self._in_hand.popleft()
            errors = 0
            self._replays = self._replays + 1 if accepted in _OLD_NEWS else 0

    async def _keep(self) -> None:
        """Store what is in hand when the process ends, instead of losing it (R31)."""
        if self._in_hand:
            await self._memory.put(self._key, json.dumps(list(self._in_hand)))

    async def _remove_webhook(self) -> None:
        """Remove a webhook that somebody has set: nothing can be polled beside it."""
        if self._is_webhook_gone:
            return
        if await webhook_url(self._api):
            log.warning("zalo bot still has a webhook; it is removed, we poll")
            await self._api.call("deleteWebhook", {})
        self._is_webhook_gone = True

    async def _after(self, trouble: Trouble) -> None:
        match trouble:
            case Answered(code=401):
                log.critical("zalo bot refuses our token")
                self._alarm("zalo_bot_token")
                await self._sleep(REVOKED_SECONDS)
                return
            case Answered(code=code) if code < 429:
                self._is_webhook_gone = False  # the reason may be one that was set meanwhile
        log.info("zalo bot not reached", extra={"reason": str(trouble)})
        await self._pause()

    async def _pause(self) -> None:
        self._failures += 1
        await self._sleep(backed_off(self._failures, self._chance()))

    async def _breathe(self, began: float) -> None:
        """Wait between polls: some bots are given the same old update at every poll, at once."""
        if self._replays >= _REPLAYS:
            pause = 2.0 ** min(self._replays - _REPLAYS + 1, 10)
            await self._sleep(min(_LONGEST_REPLAY_PAUSE, pause))
        elif (rest := began + _FLOOR_SECONDS - _clock()) > 0:
            await self._sleep(rest)


async def webhook_url(api: Api) -> str:
    """Return the address that is set, "" if none is. Raises `Trouble`."""
    try:
        known = await api.call("getWebhookInfo", {})
    except Answered as answer:
        if answer.code not in _NO_WEBHOOK:
            raise
        return ""
    url = known.get("url") if isinstance(known, dict) else None
    return url if isinstance(url, str) else ""


def _updates_in(kept: str) -> list[Raw]:
    try:
        return [raw for raw in json.loads(kept) if isinstance(raw, dict)]
    except (ValueError, TypeError):
        return []


async def _offered(raw: Raw, accept: Accept) -> Accepted | None:
    """None if the program itself has failed at this very update."""
    try:
        return await accept(raw)
    except Exception as error:  # noqa: BLE001 - its words may be a person's (P9)
        log.error("zalo bot update not accepted", extra={"why": type(error).__name__})
        return None


def backed_off(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row: 0.5-1, 1-2, 2-4, ... 30-60."""
    return min(_LONGEST_PAUSE, 2.0 ** min(failures - 1, 10)) * (0.5 + chance / 2)


def _clock() -> float:
    return asyncio.get_running_loop().time()
