"""Broadcasts on their way: a few people a transaction, by one process, resumed wherever it died.

Who is told, and with what, is asked again where the messages are queued (R17); what was queued is
noted in the same transaction, so that a crash forgets nobody and doubles nothing (R15).
"""

import logging
from typing import Final

from bot.post import Post
from handlers.broadcasts import queueing
from handlers.broadcasts.queueing import Batch
from storage import broadcasts
from storage.database import Transaction

log = logging.getLogger(__name__)

EVERY: Final = 15  # seconds
IN_ONE: Final = 50  # messages a transaction: others write in between
_ROLE: Final = "broadcasts"
_HELD: Final = 60.0  # seconds
_GOING: Final = ("waiting", "sending")


class Broadcasting:
    """Queues what is due of confirmed broadcasts, and tells their makers what became of them."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def tick(self) -> int:
        """Do what is due now; how many people were queued."""
        if not self._post.watch.is_sure():
            return 0  # R20
        async with self._post.database.reading() as tx:
            found = await broadcasts.to_look_at(tx, now=(await self._post.scene(tx)).now)
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
            async with self._post.database.transaction() as tx:
                if not await self._is_ours(tx):
                    break
                batch = await self._queue(tx, number, batch)
            if batch.mails:
                count += len(batch.mails)
                self._post.wake()
        if count:
            log.info("broadcast queued", extra={"broadcast": number, "count": count})
        return count

    async def _queue(self, tx: Transaction, number: int, before: Batch) -> Batch:
        scene = await self._post.scene(tx)
        batch = await queueing.batch(scene, number, before=before, most=IN_ONE)
        await self._post.queue(scene, batch.mails)
        return batch

    async def _finish(self, number: int) -> None:
        async with self._post.database.transaction() as tx:
            if not await self._is_ours(tx):
                return
            scene = await self._post.scene(tx)
            mails = await queueing.finish(scene, number)
            await self._post.queue(scene, mails)
        if mails:
            self._post.wake()

    async def _is_ours(self, tx: Transaction) -> bool:
        return await self._post.holds(tx, _ROLE, seconds=_HELD)
