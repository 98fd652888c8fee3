"""Learning nudges on their way: in the evening, at the hour each chose, by one process (R15).

APScheduler only wakes this; what is queued is looked at again where it is sent (R17).
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.channels.base import Channel
from bot.clock import Clock
from bot.clock_jumps import ClockWatch
from bot.speaking import Speaker
from handlers.flow import House, Scene
from handlers.nudges import due
from storage import memory
from storage.database import Database, Transaction
from storage.nudges import Slot

log = logging.getLogger(__name__)

EVERY: Final = 30  # seconds
_IN_ONE: Final = 50  # people a transaction: others write in between
_ROLE: Final = "nudges"
_HELD: Final = 100.0  # seconds


async def send(
    database: Database,
    channels: Mapping[str, Channel],
    *,
    house: House,
    clock: Clock,
    owner: str,
    wake: Callable[[], None],
    watch: ClockWatch,
) -> int:
    """Queue what is due now, for everybody; how many messages.

    Nothing while the clock is in doubt: a wrong week's message would be that week's only one (R20).
    """
    if not watch.is_sure():
        return 0
    wall = clock.wall()
    async with database.reading() as tx:
        slots = due.slots(await _scene(tx, house, wall))
    if not slots:
        return 0
    async with database.transaction() as tx:
        if not await memory.hold(tx, _ROLE, owner=owner, now=wall, seconds=_HELD):
            return 0
    desk = _Desk(database, house, wall, Speaker(channels, owner=owner, in_hand=()))
    count = sum([await desk.send(slot) for slot in slots])
    if count:
        log.info("learning nudges queued", extra={"count": count})
        wake()
    return count


async def _scene(tx: Transaction, house: House, wall: datetime) -> Scene:
    return Scene(wall + await memory.clock_offset(tx), tx, house)


class _Desk:
    """One look at who is due."""

    def __init__(self, database: Database, house: House, wall: datetime, speaker: Speaker) -> None:
        self._database = database
        self._house = house
        self._wall = wall
        self._speaker = speaker

    async def send(self, slot: Slot) -> int:
        """Page after page: whoever is due and can be told nothing keeps nobody waiting."""
        count, beyond = 0, 0
        while True:
            page = await self._read(slot, beyond)
            if page.mails:
                count += await self._queue(slot, beyond)
            if page.beyond is None:
                return count
            beyond = page.beyond

    async def _read(self, slot: Slot, beyond: int) -> due.Page:
        async with self._database.reading() as tx:
            scene = await _scene(tx, self._house, self._wall)
            return await due.page(scene, slot, beyond=beyond, limit=_IN_ONE)

    async def _queue(self, slot: Slot, beyond: int) -> int:
        """Ask again who is due, here where it is written (R17)."""
        async with self._database.transaction() as tx:
            scene = await _scene(tx, self._house, self._wall)
            page = await due.page(scene, slot, beyond=beyond, limit=_IN_ONE)
            await self._speaker.notify(tx, page.mails, self._wall, scene.now)
            return len(page.mails)
