"""Whether the wall clock can be believed (R20).

A machine whose clock is put forward by a day would send tomorrow's reminders today, and take the
other process for dead. So whatever is decided by the wall clock and cannot be taken back rests
until the clock is confirmed: what was sent stays sent, and what is due is still due afterwards.
"""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from bot.channels.base import Alarm
from bot.clock import Clock

log = logging.getLogger(__name__)

JUMP: Final = timedelta(minutes=10)
AGREES: Final = timedelta(minutes=2)
STEADY_BESIDE_A_PLATFORM: Final = 15 * 60.0  # seconds of agreement with its `Date` header
STEADY_ALONE: Final = 30 * 60.0  # seconds, where no platform says anything


class _Moment(NamedTuple):
    wall: datetime
    monotonic: float

    def wall_at(self, monotonic: float) -> datetime:
        """What the wall clock shows then, if nobody has touched it."""
        return self.wall + timedelta(seconds=monotonic - self.monotonic)


class ClockWatch:
    """Compares the wall clock with the monotonic one whenever it is asked.

    The demo's offset is none of its business: it is not in the wall clock (design §2).
    """

    def __init__(self, clock: Clock, *, alarm: Alarm) -> None:
        self._clock = clock
        self._alarm = alarm
        self._last = self._now()
        self._trusted: _Moment | None = None
        """The last moment before the jump; None while all is well."""
        self._steady_since = 0.0
        self._agrees: bool | None = None
        """What a platform's `Date` said of the clock since it jumped; None = nothing yet."""

    def is_sure(self) -> bool:
        """False from a jump of more than ten minutes until the clock is confirmed."""
        now = self._now()
        jumped = now.wall - self._last.wall_at(now.monotonic)
        if abs(jumped) > (JUMP if self._trusted is None else AGREES):
            self._jumped(now, jumped)
        self._last = now
        if self._trusted is not None and self._is_confirmed(self._trusted, now):
            log.warning("wall clock confirmed")
            self._trusted = None
        return self._trusted is None

    def earliest(self) -> datetime:
        """The wall clock, or what it would show had it not jumped: whichever is earlier.

        What is put off by minutes while nobody knows the time comes back in minutes.
        """
        self.is_sure()
        if self._trusted is None:
            return self._last.wall
        return min(self._last.wall, self._trusted.wall_at(self._last.monotonic))

    def heard(self, date: str | None) -> None:
        """A platform answered, with this `Date` header; of interest only in doubt."""
        if self._trusted is None or not date:
            return
        try:
            said = parsedate_to_datetime(date).astimezone(UTC)
        except ValueError:
            return
        agrees = abs(self._clock.wall() - said) <= AGREES
        if agrees and not self._agrees:
            self._steady_since = self._clock.monotonic()
        self._agrees = agrees

    def _now(self) -> _Moment:
        return _Moment(self._clock.wall(), self._clock.monotonic())

    def _jumped(self, now: _Moment, by: timedelta) -> None:
        log.warning("wall clock jumped", extra={"seconds": by.total_seconds()})
        if self._trusted is None:
            self._trusted = self._last
            self._alarm("clock_jumped", minutes=round(abs(by.total_seconds()) / 60))
        self._steady_since = now.monotonic
        self._agrees = None

    def _is_confirmed(self, trusted: _Moment, now: _Moment) -> bool:
        if abs(now.wall - trusted.wall_at(now.monotonic)) <= AGREES:
            return True  # it is back where it was
        steady = now.monotonic - self._steady_since
        if self._agrees is None:
            return steady >= STEADY_ALONE
        return self._agrees and steady >= STEADY_BESIDE_A_PLATFORM
