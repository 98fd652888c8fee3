"""Channels that are to be left alone for a while, to the second and in every process (R10)."""

import logging
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from storage import memory
from storage.database import Transaction

log = logging.getLogger(__name__)

_SCOPE: Final = "silence"
_LONGEST: Final = 3_600.0
"""Seconds of a stored silence that are believed: the clock may have been moved since (R20)."""


class Silences:
    """Kept on the monotonic clock; what the platform itself asked for is stored as well."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._untold: dict[str, float] = {}
        self._has_learned = False

    def left(self, channel: str) -> float:
        """Seconds in which nothing may be sent; 0 = it may."""
        return max(0.0, self._until.get(channel, 0.0) - self._clock.monotonic())

    def keep(self, channel: str, seconds: float) -> None:
        """Leave it alone, in this process: another one finds out by itself."""
        until = self._clock.monotonic() + seconds
        self._until[channel] = max(until, self._until.get(channel, 0.0))

    def obey(self, channel: str, seconds: float) -> None:
        """The platform asked the whole bot to be silent: so is every process, after a restart too.

        The others read it when they look for what is due, at least once a second.
        """
        self.keep(channel, seconds)
        self._untold[channel] = self._until[channel]

    async def tell(self, tx: Transaction, wall: datetime) -> None:
        """Store what was asked of us since the last time."""
        for channel in list(self._untold):
            until = wall + timedelta(seconds=self.left(channel))
            await memory.put(tx, _SCOPE, channel, until.isoformat())
            del self._untold[channel]

    async def learn(self, tx: Transaction, wall: datetime) -> None:
        """Read what others were asked; alone (SQLite), what was asked of our forerunner."""
        if self._has_learned and tx.dialect.name == "sqlite":
            return
        self._has_learned = True
        for channel, stored in (await memory.scope(tx, _SCOPE)).items():
            seconds = (datetime.fromisoformat(stored) - wall).total_seconds()
            if seconds > 0:
                self.keep(channel, min(seconds, _LONGEST))
