"""The monthly news of a hamlet on their way: who is due, a few at a time, by one process (R15)."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from bot.post import Post, restored_on
from bot.quiet import may_go_at
from handlers.flow import Mail, Scene
from handlers.messages import Outgoing
from handlers.statistics.news import letters, month_before
from storage import memory, news, statistics, units
from storage.database import Transaction
from storage.news import Reader
from storage.statistics import Scope

log = logging.getLogger(__name__)

EVERY: Final = 120  # seconds
_LAST_DAY: Final = 5
_AT_ONCE: Final = 200
_IN_ONE: Final = 50  # messages a transaction: others write in between
_LIVES: Final = timedelta(days=5)
_ROLE: Final = "newsletter"
_HELD: Final = 100.0  # seconds


async def send(post: Post) -> int:
    """Queue the news of last month for the next who are due; how many were queued.

    Nothing while the clock is in doubt: a month that is not over would be told of (R20).
    """
    if not post.watch.is_sure():
        return 0
    async with post.database.reading() as tx:
        scene = await post.scene(tx)
        day = await restored_on(scene)
    now, zone = scene.now, post.house.timezone
    if day is not None and day >= scene.today.replace(day=1):
        return 0
    if now.astimezone(zone).day > _LAST_DAY or may_go_at(now, zone) > now:
        return 0
    async with post.database.transaction() as tx:
        if not await post.holds(tx, _ROLE, seconds=_HELD):
            return 0
    desk = _Desk(post, now)
    count = await desk.send()
    if count:
        log.info("news queued", extra={"issue": desk.issue, "count": count})
        post.wake()
    return count


class _Desk:
    """One look at who is due."""

    def __init__(self, post: Post, now: datetime) -> None:
        self._post = post
        self._now = now
        local = now.astimezone(post.house.timezone)
        self._today = local.date()
        self._month = month_before(self._today)
        self.issue = f"{self._month.first:%Y-%m}"
        self._communes: Mapping[int, int] = {}
        """Of each hamlet that anything can be told of."""

    async def send(self) -> int:
        async with self._post.database.reading() as tx:
            self._communes = await self._told_of(tx)
            waiting = await self._due(tx, limit=_AT_ONCE)
            texts = await self._texts(tx, {reader.unit_id for reader in waiting})
        count = 0
        for start in range(0, len(waiting), _IN_ONE):
            async with self._post.database.transaction() as tx:
                count += await self._queue(tx, waiting[start : start + _IN_ONE], texts)
        return count

    async def _due(
        self, tx: Transaction, *, limit: int, among: Sequence[int] | None = None
    ) -> list[Reader]:
        midnight = datetime.combine(self._today, time.min, self._post.house.timezone)
        return await news.due(
            tx,
            self.issue,
            hamlets=self._communes,
            day_began=await memory.day_began(tx, midnight),
            limit=limit,
            among=among,
        )

    async def _told_of(self, tx: Transaction) -> Mapping[int, int]:
        """Those hamlets of today that have a last month."""
        before = {unit.id for unit in await units.hamlets(tx, on=self._month.last)}
        today = await units.hamlets(tx, on=self._today)
        return {unit.id: unit.commune_id for unit in today if unit.id in before}

    async def _texts(self, tx: Transaction, hamlets: set[int]) -> dict[int, str]:
        """What is said, by hamlet: counted once for everybody of a commune."""
        found: dict[int, str] = {}
        for commune in {self._communes[hamlet] for hamlet in hamlets}:
            table = await statistics.table(
                tx,
                Scope(commune, kind=units.HAMLET),
                self._month.period(self._post.house.timezone),
                modules={},
                now=self._now,
            )
            house = self._post.house
            found |= letters(house.texts, table, month=self._month, sample=house.sample)
        return found

    async def _queue(
        self, tx: Transaction, waiting: Sequence[Reader], texts: Mapping[int, str]
    ) -> int:
        """Ask again who is due, here where it is written (R17)."""
        among = [reader.person_id for reader in waiting]
        mails = [
            self._mail(reader, texts[reader.unit_id])
            for reader in await self._due(tx, limit=len(among), among=among)
            if reader.unit_id in texts
        ]
        await self._post.queue(Scene(self._now, tx, self._post.house), mails)
        return len(mails)

    def _mail(self, reader: Reader, text: str) -> Mail:
        """Behind everything that somebody waits for (R12), and gone when its time is over."""
        return Mail(
            reader.person_id,
            Outgoing(text),
            news.key_of(self.issue, reader.person_id),
            kind="broadcast",
            expires_at=self._now + _LIVES,
        )
