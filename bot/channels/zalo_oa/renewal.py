"""One exchange of tokens and what has to be committed around it (R22, R23), under the lease."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Final

from bot.channels.base import Alarm, ChannelMemory
from bot.channels.zalo_oa import ladder, pairs
from bot.channels.zalo_oa.oauth import (
    ANSWER_SECONDS,
    Denied,
    ExchangeFailed,
    NotSent,
    OAuth,
)
from bot.channels.zalo_oa.pairs import Mark, Pair, Standing

log = logging.getLogger(__name__)

LEASE: Final = "zalo-oa-tokens"
LEASE_SECONDS: Final = 3 * ANSWER_SECONDS
LOOK_SECONDS: Final = 1.0

_GRACE: Final = 5.0  # seconds, for another process to store what it was given
_RING_AGAIN: Final = timedelta(days=1)
LONGEST_PAUSE: Final = 240.0  # an admin hears within five minutes (R23)
_APP_TROUBLES: Final = frozenset({-14002, -14003})  # the app or its address, no token's fault

Sleep = Callable[[float], Awaitable[object]]


class LoginRefused(Exception):
    """Why a code brought nothing, in a sentence for the person who is logging in."""


class Outcome(Enum):
    BUSY = "another process is at it"
    NOTHING = "there was nothing to do"
    DONE = "there is a new pair, or an end with the old one"
    FAILED = "try again later"


class Renewal:
    """Spends refresh tokens and codes. Each process has one; one of them at a time holds the lease.

    Whoever calls must not be cancelled meanwhile: an answer exists only once.
    """

    def __init__(
        self,
        oauth: OAuth,
        *,
        mark: Mark,
        memory: ChannelMemory,
        alarm: Alarm,
        seed: str,
        now: Callable[[], datetime],
        sleep: Sleep,
        chance: Callable[[], float],
    ) -> None:
        self._oauth, self._mark, self._seed = oauth, mark, seed
        self._memory, self._alarm = memory, alarm
        self._now, self._sleep, self._chance = now, sleep, chance
        self._rang_at: datetime | None = None

    async def refresh(self, wanted: Callable[[Standing], bool]) -> Outcome:
        """Try once, if it is still wanted under the lease; then say what is owed to the admins."""
        if not await self._lease():
            return Outcome.BUSY
        try:
            standing = await pairs.read(self._memory, self._mark)
            outcome = await self._spend(standing) if wanted(standing) else Outcome.NOTHING
            await self._tell(await pairs.read(self._memory, self._mark))
        finally:
            await self._let_go()
        return outcome

    def owes_alarm(self, standing: Standing) -> bool:
        """True if an admin has to log in, and this process has not said so for a day."""
        # Not remembered beyond this process: that it rang does not mean that anybody was told.
        if not standing.needs_login(self._seed):
            return False
        return self._rang_at is None or abs(self._now() - self._rang_at) >= _RING_AGAIN

    async def _lease(self) -> bool:
        return await self._memory.lease(LEASE, seconds=LEASE_SECONDS)

    async def _let_go(self) -> None:
        await self._memory.lease(LEASE, seconds=-1)

    async def _spend(self, standing: Standing) -> Outcome:
        token, now = standing.next_token(self._seed), self._now()
        if token is None:
            return Outcome.NOTHING
        await self._memory.put(pairs.RENEWAL, standing.begin(token, seed=self._seed, now=now))
        # Committing may have taken long; another may have begun meanwhile.
        if not await self._lease():
            return Outcome.BUSY
        try:
            granted = await self._oauth.refresh(token)
        except ExchangeFailed as failure:
            log.warning("zalo tokens not renewed", extra={"reason": _reason(failure)})
            return await self._after(failure, standing, token)
        pair = Pair.of(granted, at=now, previous=standing.mark(token))
        await self._surely(partial(self._replace, standing.raw, pair))
        if standing.state == pairs.NEEDS_CHECK:
            await self._memory.put(pairs.STATE, standing.checked())
        log.info("zalo tokens renewed", extra={"until": pair.expires_at.isoformat()})
        return Outcome.DONE

    async def _after(self, failure: ExchangeFailed, standing: Standing, token: str) -> Outcome:
        match failure:
            case Denied(code=code) if code in _APP_TROUBLES:
                self._alarm("zalo_oa_app", code=code)
                await self._memory.put(pairs.RENEWAL, standing.renewal)
            case NotSent():
                await self._memory.put(pairs.RENEWAL, standing.renewal)
            case Denied() if standing.is_doubtful(token):
                return await self._give_up(standing, token)
            case _:
                pass  # `renewal` stands: the next refusal of this token is the last
        return Outcome.FAILED

    async def _give_up(self, standing: Standing, token: str) -> Outcome:
        """Refused once more: unless somebody else was given the new pair, the chain is lost."""
        for pause in (0.0, _GRACE):
            await self._sleep(pause)
            if await self._memory.get(pairs.PAIR) != standing.raw:
                return Outcome.DONE
        await self._memory.put(pairs.STATE, standing.given_up(token))
        log.critical("zalo refuses the refresh token: python -m bot zalo-oa login")
        return Outcome.DONE

    async def _replace(self, before: str | None, pair: Pair) -> None:
        # Somebody may have logged in while we asked: theirs is newer.
        if await self._memory.get(pairs.PAIR) == before:
            await self._memory.put(pairs.PAIR, pair.json())

    async def _surely(self, store: Callable[[], Awaitable[None]]) -> None:
        """Until it is done: what Zalo has just given is known to nobody else."""
        failures = 0
        while True:
            try:
                return await store()
            except Exception:
                log.exception("zalo tokens not stored yet")
            failures += 1
            await self._sleep(backed_off(failures, self._chance()))

    async def _tell(self, standing: Standing) -> None:
        if self.owes_alarm(standing):
            self._rang_at = self._now()
            self._alarm("zalo_oa_reauth")
        if standing.living:
            pair, about = standing.living, standing.mark(standing.living.refresh)
            await ladder.warn(self._memory, self._alarm, pair, about=about, now=self._now())

    async def redeem(self, code: str, verifier: str) -> None:
        """Spend the code of a consent; what it brings replaces all. Raises `LoginRefused`."""
        for _ in range(int(LEASE_SECONDS / LOOK_SECONDS)):
            if await self._lease():
                break
            await self._sleep(LOOK_SECONDS)
        try:
            await self._log_in(code, verifier)
        except ExchangeFailed as failure:
            raise LoginRefused(_why(failure)) from None
        finally:
            await self._let_go()

    async def _log_in(self, code: str, verifier: str) -> None:
        standing, now = await pairs.read(self._memory, self._mark), self._now()
        granted = await self._oauth.redeem(code, verifier)
        before = standing.mark(standing.pair.refresh) if standing.pair else ""
        pair = Pair.of(granted, at=now, previous=before)
        await self._surely(partial(self._memory.put, pairs.PAIR, pair.json()))
        if standing.state == pairs.NEEDS_CHECK:
            await self._memory.put(pairs.STATE, standing.checked())
        log.info("zalo logged in", extra={"until": pair.expires_at.isoformat()})


def backed_off(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row: 1-2, 2-4, 4-8, ... 120-240."""
    return min(LONGEST_PAUSE, 2.0 ** min(failures, 10)) * (0.5 + chance / 2)


def _reason(failure: ExchangeFailed) -> str:
    return f"{type(failure).__name__}: {failure}"


def _why(failure: ExchangeFailed) -> str:
    match failure:
        case Denied(code=-14002):
            return "Zalo says that the app is not activated (error -14002)."
        case Denied(code=-14003):
            return "Zalo says that the callback address is not the one saved (error -14003)."
        case Denied(code=code):
            return f"Zalo refuses this code (error {code}): wrong, over 10 minutes old, or used."
        case NotSent():
            return "Zalo was not reached; the code is still good for its 10 minutes."
    return "Zalo's answer did not arrive, and the code may be used up."
