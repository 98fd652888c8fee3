"""Broadcasts on their way: a few people a transaction, by one process, resumed wherever it died.

Who is told, and with what, is asked again where the messages are queued (R17); what was queued is
noted in the same transaction, so that a crash forgets nobody and doubles nothing (R15).
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from bot.channels.base import Channel
from bot.clock import Clock
from bot.clock_jumps import ClockWatch
from bot.speaking import Speaker
from handlers.broadcasts import queueing
from handlers.broadcasts.queueing import Batch
from handlers.flow import House, Scene
from storage import broadcasts, memory
from storage.database import Database, Transaction

log = logging.getLogger(__name__)

EVERY: Final = 15  # seconds
IN_ONE: Final = 50  # messages a transaction: others write in between
_ROLE: Final = "broadcasts"
_HELD: Final = 60.0  # seconds
_GOING: Final = ("waiting", "sending")


class Broadcasting:
    """Queues what is due of confirmed broadcasts, and tells their makers what became of them."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        house: House,
        clock: Clock,
        owner: str,
        wake: Callable[[], None],
        watch: ClockWatch | None = None,
    ) -> None:
        self._database = database
        self._house = house
        self._clock = clock
        self._owner = owner
        self._wake = wake
        self._watch = watch
        self._speaker = Speaker(channels, owner=owner, in_hand=())

    async def tick(self) -> int:
        """Do what is due now; how many people were queued."""
        if self._watch is not None and not self._watch.is_sure():
            return 0  # R20
        async with self._database.reading() as tx:
            now = self._clock.wall() + await memory.clock_offset(tx)
            found = await broadcasts.to_look_at(tx, now=now)
        count = 0
        for one in found:
            if one.state in _GOING:
                count += await self._send(one.id)
            await self._finish(one.id)
        return count

    async def _send(self, number: int) -> int:
        count = 0
        batch = Batch()
        while not batch.is_over:
            async with self._database.transaction() as tx:
                if not await self._is_ours(tx):
                    break
                batch = await self._queue(tx, number, batch)
            if batch.mails:
                count += len(batch.mails)
                self._wake()
        if count:
            log.info("broadcast queued", extra={"broadcast": number, "count": count})
        return count

    async def _queue(self, tx: Transaction, number: int, before: Batch) -> Batch:
        wall = self._clock.wall()
        scene = Scene(wall + await memory.clock_offset(tx), tx, self._house)
        batch = await queueing.batch(scene, number, before=before, most=IN_ONE)
        await self._speaker.notify(tx, batch.mails, wall, scene.now)
        return batch

    async def _finish(self, number: int) -> None:
        async with self._database.transaction() as tx:
            if not await self._is_ours(tx):
                return
            wall = self._clock.wall()
            scene = Scene(wall + await memory.clock_offset(tx), tx, self._house)
            mails = await queueing.finish(scene, number)
            await self._speaker.notify(tx, mails, wall, scene.now)
        if mails:
            self._wake()

    async def _is_ours(self, tx: Transaction) -> bool:
        now = self._clock.wall()
        return await memory.hold(tx, _ROLE, owner=self._owner, now=now, seconds=_HELD)
