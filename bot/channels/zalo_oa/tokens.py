"""The life of Zalo OA's tokens (zalo.md 3.2, R22-R24).

Each refresh token is good once, and losing the chain costs a person's consent in a browser. So a
renewal reads, under the lease, what is stored; commits which refresh token goes out; exchanges;
commits the new pair; and only then uses it. One that has begun is never cancelled. If its answer
was lost, the same token goes out once more; when that is refused, an admin has to log in again.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import Alarm, ChannelDown, ChannelMemory, TryLater
from bot.channels.zalo_oa import ladder, pairs
from bot.channels.zalo_oa.oauth import ANSWER_SECONDS, OAuth
from bot.channels.zalo_oa.pairs import Pair, Standing
from bot.channels.zalo_oa.renewal import (
    LONGEST_PAUSE,
    LOOK_SECONDS,
    LoginRefused,
    Outcome,
    Renewal,
    Sleep,
    backed_off,
)

__all__ = ["LoginRefused", "Tokens"]

log = logging.getLogger(__name__)

_LOOKS: Final = 5
_TICK: Final = 60.0
_YOUNG: Final = timedelta(minutes=1)
_ENDS_WITHIN: Final = ANSWER_SECONDS + 5
_RUN_OUT: Final = "warning: zalo_oa: access token has run out; the service renews it"


class Tokens:
    """The one token of one OA. Several processes may have one each, on the same memory."""

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        memory: ChannelMemory,
        alarm: Alarm,
        oauth_url: str,
        seed: str = "",
        now: Callable[[], datetime],
        sleep: Sleep,
        chance: Callable[[], float],
    ) -> None:
        """`seed`: a first refresh token; a pair in memory wins. `now` is the wall clock."""
        self._mark = pairs.marker(app_id, app_secret)
        self._renewal = Renewal(
            OAuth(app_id=app_id, app_secret=app_secret, url=oauth_url),
            mark=self._mark,
            memory=memory,
            alarm=alarm,
            seed=seed,
            now=now,
            sleep=sleep,
            chance=chance,
        )
        self._memory, self._seed = memory, seed
        self._now, self._sleep, self._chance = now, sleep, chance
        self._cached: Pair | None = None
        self._refused = ""
        self._failures = 0
        self._quiet_until: datetime | None = None
        self._renewing: asyncio.Task[None] | None = None

    async def access(self) -> str:
        """A token that is good now.

        Raises `ChannelDown` if somebody has to log in, `TryLater` while Zalo cannot be asked.
        """
        if self._cached and self._cached.is_good(self._now()):
            return self._cached.access
        try:
            standing = await self._read()
            if self._good(standing) is None and self._wants(standing):
                await self._renew()
                standing = await self._read()
        except Exception as error:
            log.exception("zalo tokens not readable")
            raise TryLater(LOOK_SECONDS, whole_channel=True) from error
        if good := self._good(standing):
            return good.access
        if standing.next_token(self._seed) is None:
            raise ChannelDown("zalo_oa: python -m bot zalo-oa login")
        raise TryLater(max(self._quiet_for(), LOOK_SECONDS), whole_channel=True)

    async def refused(self, token: str) -> None:
        """Zalo refused it (-216, -220): renew once, unless a newer one is stored. Never raises."""
        try:
            pair = (await self._read()).living
            if pair is None or pair.access != token:
                return
            # A pair as fresh as this was not refused for its age: no storm of renewals.
            if timedelta(0) <= self._now() - pair.issued_at < _YOUNG:
                return
            self._refused, self._cached = token, None
            await self._renew()
            await self._read()
        except Exception:
            log.exception("zalo tokens not renewed")

    async def run(self) -> None:
        """Until cancelled; nothing that Zalo or the memory does ends it."""
        while True:
            try:
                pause = await self.tend()
            except Exception:
                log.exception("zalo tokens not tended")
                pause = max(self._quiet_for(), LOOK_SECONDS)
            await self._sleep(pause)

    async def tend(self) -> float:
        """Look once: renew what is due, say what is owed. Seconds until the next look."""
        standing = await self._read()
        if self._wants(standing) or self._renewal.owes_alarm(standing):
            await self._renew()
            standing = await self._read()
        if self._wants(standing):
            return self._quiet_for() or LOOK_SECONDS
        good = self._good(standing)
        due = good.due_in(self._now()).total_seconds() if good else _TICK
        return min(_TICK, max(due, LOOK_SECONDS))

    async def close(self) -> None:
        """Let a renewal that has begun end: its answer exists only once."""
        if self._renewing is not None:
            await asyncio.wait({self._renewing}, timeout=_ENDS_WITHIN)

    async def take_code(self, code: str, verifier: str) -> None:
        """The first login, or a new one: exchange and store. Raises `LoginRefused`."""
        while self._renewing is not None and not self._renewing.done():
            await asyncio.wait({self._renewing})
        self._renewing = asyncio.create_task(self._redeem(code, verifier))
        await asyncio.wait({self._renewing})
        self._renewing.result()

    async def good_until(self) -> datetime | None:
        """When the refresh token ends unless it is renewed; None: there is no token."""
        standing = await self._read()
        return standing.living.ends_at if standing.living else None

    async def stored(self) -> str | None:
        """The access token as it is stored, if it is good now. Renews and writes nothing."""
        good = self._good(await self._read())
        return good.access if good else None

    async def findings(self) -> list[str]:
        """What `check --channels` says; a line that begins with "warning" stops nothing.

        Renews and writes nothing: that is for the service to do, and to tell of.
        """
        standing, now = await self._read(), self._now()
        log_in = "run: python -m bot zalo-oa login"
        if standing.next_token(self._seed) is None:
            refused = standing.state == pairs.NEEDS_REAUTH
            what = "Zalo refuses our refresh token" if refused else "there are no tokens"
            return [f"error: zalo_oa: {what}; {log_in}"]
        if standing.state == pairs.NEEDS_CHECK:
            return ["warning: zalo_oa: the tokens of a restored backup were not tried yet"]
        pair = standing.living
        if pair is None:
            return ["warning: zalo_oa: ZALO_OA_REFRESH_TOKEN was not tried yet; it is by `run`"]
        found = [] if pair.is_good(now) else [_RUN_OUT]
        if (days := ladder.days_left(pair, now)) <= ladder.RUNGS[0]:
            found.append(f"warning: zalo_oa: the refresh token ends in {days} days; {log_in}")
        return found

    # --- what is known ---------------------------------------------------------------------------

    async def _read(self) -> Standing:
        standing = await pairs.read(self._memory, self._mark)
        self._cached = self._good(standing)
        return standing

    def _good(self, standing: Standing) -> Pair | None:
        pair = standing.living
        if pair is None or standing.state == pairs.NEEDS_CHECK or pair.access == self._refused:
            return None
        return pair if pair.is_good(self._now()) else None

    def _wants(self, standing: Standing) -> bool:
        """True if a renewal is due, and there is something to renew with."""
        if standing.next_token(self._seed) is None:
            return False
        good = self._good(standing)
        return good is None or good.due_in(self._now()) <= timedelta(0)

    def _quiet_for(self) -> float:
        """Seconds until Zalo may be asked again after a failure."""
        if self._quiet_until is None:
            return 0.0
        left = (self._quiet_until - self._now()).total_seconds()
        return left if 0 < left <= LONGEST_PAUSE else 0.0  # longer: the clock was put back

    def _failed(self) -> None:
        self._failures += 1
        pause = backed_off(self._failures, self._chance())
        self._quiet_until = self._now() + timedelta(seconds=pause)

    # --- one renewal -----------------------------------------------------------------------------

    async def _renew(self) -> None:
        """Try once; join what is under way. Whoever is cancelled leaves it running."""
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._try())
        renewing = self._renewing
        await asyncio.wait({renewing})
        renewing.result()

    async def _try(self) -> None:
        if self._quiet_for():
            return
        try:
            outcome = await self._renewal.refresh(self._wants)
        except Exception:
            self._failed()
            raise
        match outcome:
            case Outcome.BUSY:
                await self._wait_for_another()
            case Outcome.FAILED:
                self._failed()
            case Outcome.DONE:
                self._failures, self._quiet_until = 0, None

    async def _wait_for_another(self) -> None:
        for _ in range(_LOOKS):
            await self._sleep(LOOK_SECONDS)
            if not self._wants(await self._read()):
                return

    async def _redeem(self, code: str, verifier: str) -> None:
        await self._renewal.redeem(code, verifier)
        self._refused, self._failures, self._quiet_until = "", 0, None
