"""The monthly news of a hamlet on their way: who is due, a few at a time, by one process (R15)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from bot.channels.base import Channel
from bot.clock import Clock
from bot.clock_jumps import ClockWatch
from bot.quiet import may_go_at
from bot.speaking import Speaker
from handlers.flow import House, Mail
from handlers.messages import Outgoing
from handlers.statistics.news import letters, month_before
from storage import memory, news, statistics, units
from storage.database import Database, Transaction
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


async def send(
    database: Database,
    channels: Mapping[str, Channel],
    *,
    house: House,
    clock: Clock,
    owner: str,
    wake: Callable[[], None],
    watch: ClockWatch | None = None,
) -> int:
    """Queue the news of last month for the next who are due; how many were queued.

    Nothing while the clock is in doubt: a month that is not over would be told of (R20).
    """
    if watch is not None and not watch.is_sure():
        return 0
    wall = clock.wall()
    async with database.reading() as tx:
        now = wall + await memory.clock_offset(tx)
    is_over = now.astimezone(house.timezone).day > _LAST_DAY
    if is_over or may_go_at(now, house.timezone) > now:
        return 0
    async with database.transaction() as tx:
        if not await memory.hold(tx, _ROLE, owner=owner, now=wall, seconds=_HELD):
            return 0
    desk = _Desk(database, channels, house, owner, wall, now)
    count = await desk.send()
    if count:
        log.info("news queued", extra={"issue": desk.issue, "count": count})
        wake()
    return count


class _Desk:
    """One look at who is due."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        house: House,
        owner: str,
        wall: datetime,
        now: datetime,
    ) -> None:
        self._database = database
        self._house = house
        self._speaker = Speaker(channels, owner=owner, in_hand=())
        self._wall, self._now = wall, now
        local = now.astimezone(house.timezone)
        self._today = local.date()
        self._month = month_before(self._today)
        self.issue = f"{self._month.first:%Y-%m}"
        self._communes: Mapping[int, int] = {}
        """Of each hamlet that anything can be told of."""

    async def send(self) -> int:
        async with self._database.reading() as tx:
            self._communes = await self._told_of(tx)
            waiting = await self._due(tx, limit=_AT_ONCE)
            texts = await self._texts(tx, {reader.unit_id for reader in waiting})
        count = 0
        for start in range(0, len(waiting), _IN_ONE):
            async with self._database.transaction() as tx:
                count += await self._queue(tx, waiting[start : start + _IN_ONE], texts)
        return count

    async def _due(
        self, tx: Transaction, *, limit: int, among: Sequence[int] | None = None
    ) -> list[Reader]:
        midnight = datetime.combine(self._today, time.min, self._house.timezone)
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
                self._month.period(self._house.timezone),
                modules={},
                now=self._now,
            )
            house = self._house
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
        await self._speaker.notify(tx, mails, self._wall, self._now)
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
