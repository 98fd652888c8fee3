"""Learning nudges on their way: in the evening, at the hour each chose, by one process (R15).

APScheduler only wakes this; what is queued is looked at again where it is sent (R17).
"""

import logging
from typing import Final

from bot.post import Post, restored_on
from handlers.flow import Scene
from handlers.nudges import due
from storage.nudges import Slot

log = logging.getLogger(__name__)

EVERY: Final = 30  # seconds
_IN_ONE: Final = 50  # people a transaction: others write in between
_ROLE: Final = "nudges"
_HELD: Final = 100.0  # seconds


async def send(post: Post) -> int:
    """Queue what is due now, for everybody; how many messages.

    Nothing while the clock is in doubt: a wrong week's message would be that week's only one (R20).
    """
    if not post.watch.is_sure():
        return 0
    async with post.database.reading() as tx:
        scene = await post.scene(tx)
        slots = due.slots(scene)
        if (day := await restored_on(scene)) is not None:
            slots = [slot for slot in slots if slot.day > day]
    if not slots:
        return 0
    async with post.database.transaction() as tx:
        if not await post.holds(tx, _ROLE, seconds=_HELD):
            return 0
    count = sum([await _send(post, slot) for slot in slots])
    if count:
        log.info("learning nudges queued", extra={"count": count})
        post.wake()
    return count


async def _send(post: Post, slot: Slot) -> int:
    """Page after page: whoever is due and can be told nothing keeps nobody waiting."""
    count, beyond = 0, 0
    while True:
        async with post.database.reading() as tx:
            page = await _page(await post.scene(tx), slot, beyond)
        if page.mails:
            count += await _queue(post, slot, beyond)
        if page.beyond is None:
            return count
        beyond = page.beyond


async def _queue(post: Post, slot: Slot, beyond: int) -> int:
    """Ask again who is due, here where it is written (R17)."""
    async with post.database.transaction() as tx:
        scene = await post.scene(tx)
        page = await _page(scene, slot, beyond)
        await post.queue(scene, page.mails)
        return len(page.mails)


async def _page(scene: Scene, slot: Slot, beyond: int) -> due.Page:
    return await due.page(scene, slot, beyond=beyond, limit=_IN_ONE)
