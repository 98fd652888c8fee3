"""The events this process works on: handed over by the gate, or taken from the inbox."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

from bot.clock import Clock
from storage import inbox
from storage.database import Database
from storage.inbox import Taken

BATCH: Final = 32


class Desk:
    """Taken rows between two batches. Whoever stops midway leaves strays: ours, in no hand."""

    def __init__(
        self, database: Database, *, clock: Clock, owner: str, channels: Sequence[str]
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._handed: deque[Taken] = deque()
        self._woken = asyncio.Event()
        self._others = True
        """True until the inbox was looked at and nothing was found in it."""
        self.owner = owner
        self.has_strays = False
        self.is_open = True

    @property
    def room(self) -> int:
        """How many events may be stored as ours already; none where other processes take too."""
        alone = self._database.is_sqlite and self.is_open
        return max(0, BATCH - len(self._handed)) if alone else 0

    def hand(self, rows: Sequence[Taken], *, others: bool) -> None:
        """Take these on, stored as ours. `others`: more was stored, and waits in the inbox."""
        self._handed.extend(rows)
        self._others = self._others or others
        self._woken.set()

    def wake(self) -> None:
        """Look into the inbox."""
        self._others = True
        self._woken.set()

    async def work(self, *, within: float) -> None:
        """Wait for work; after `within` seconds a try again may have come due."""
        try:
            await asyncio.wait_for(self._woken.wait(), within)
        except TimeoutError:
            self._others = True
        self._woken.clear()

    @property
    def may_have_work(self) -> bool:
        return self.is_open and bool(self._handed or self._others or self.has_strays)

    async def next(self) -> list[Taken]:
        """The next batch: rows of different lanes, all taken by us."""
        if self.has_strays:
            await self.give_back()
        rows = [self._handed.popleft() for _ in range(min(BATCH, len(self._handed)))]
        if len(rows) < BATCH and (self._others or not rows):
            rows += await self._take(BATCH - len(rows), behind=bool(rows))
        return rows

    async def _take(self, most: int, *, behind: bool) -> list[Taken]:
        async with self._database.transaction() as tx:
            now = self._clock.wall()
            rows = await inbox.take(
                tx, owner=self.owner, now=now, limit=most, channels=self._channels
            )
        # More may wait, or may have waited behind what is in hand.
        self._others = bool(rows) or behind
        return rows

    async def give_back(self) -> None:
        """Whatever is ours and not done goes back into the inbox, untried."""
        self._others = True
        async with self._database.transaction() as tx:
            await inbox.release(tx, owner=self.owner)
        # Not before: the gate hands over what it commits while we wait for our transaction.
        self._handed.clear()
        self.has_strays = False

    async def close(self) -> None:
        """The next process finds at once what this one had not begun (R31)."""
        if self._handed or self.has_strays:
            await self.give_back()
