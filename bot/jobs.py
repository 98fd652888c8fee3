"""APScheduler only wakes the code that looks what is due: it owns no truth (R15)."""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.clock_jumps import ClockWatch
from bot.dispatcher import Dispatcher
from storage import (
    conversations,
    file_links,
    files,
    inbox,
    invites,
    memory,
    page,
    report_drafts,
    sessions,
    strangers,
    unsent,
)
from storage.database import Conflict, Database, Unavailable

log = logging.getLogger(__name__)

LIFE: Final = 20.0  # seconds: a process silent for so long is dead (R26)
_BEAT: Final = 5
_NIGHT: Final = 3  # o'clock


class Errand(NamedTuple):
    """Something else that is looked at every so many seconds."""

    run: Callable[[], Awaitable[object]]
    every: int
    from_start: bool = False
    """Looked at as soon as the program runs, too."""


class Jobs:
    """The ticks of one process."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        *,
        clock: Clock,
        owner: str,
        timezone: ZoneInfo,
        watch: ClockWatch,
    ) -> None:
        """While `watch` is not sure of the clock nobody is dead and nothing is old (R20)."""
        self._watch = watch
        self._database = database
        self._dispatcher = dispatcher
        self._clock = clock
        self._owner = owner
        self._scheduler = AsyncIOScheduler(
            timezone=timezone,
            job_defaults={"coalesce": True, "misfire_grace_time": 3600, "max_instances": 1},
        )

    async def start(self, errands: Iterable[Errand] = ()) -> None:
        await self.beat()
        add = self._scheduler.add_job
        add(_guarded(self.beat), "interval", seconds=_BEAT)
        add(_guarded(self.take_over_from_the_dead), "interval", seconds=int(LIFE / 2))
        add(_guarded(self.forget), "interval", hours=1)
        add(_guarded(self.sweep), "cron", hour=_NIGHT)
        for errand in errands:
            add(_guarded(errand.run), "interval", seconds=errand.every)
            if errand.from_start:
                add(_guarded(errand.run))
        self._scheduler.start()

    async def beat(self) -> None:
        """Say that this process lives."""
        async with self._database.transaction() as tx:
            name = memory.PROCESS + self._owner
            now = self._clock.wall()
            await memory.hold(tx, name, owner=self._owner, now=now, seconds=LIFE)

    async def take_over_from_the_dead(self) -> None:
        if self._database.is_sqlite:
            return  # one process, and the file lock says so
        if not self._watch.is_sure():
            return  # by a clock that was put forward, all leases have run out
        async with self._database.reading() as tx:
            living = await memory.living(tx, now=self._clock.wall())
        if self._owner in living:
            await self._dispatcher.recover()

    async def forget(self) -> None:
        """Whoever never agreed is erased after a day (P10), a few at a time."""
        if not self._watch.is_sure():
            return
        async with self._database.reading() as tx:
            now = self._clock.wall() + await memory.clock_offset(tx)
            batches = await strangers.find(tx, now=now)
        for batch in batches:
            async with self._database.transaction() as tx:
                await strangers.forget(tx, batch, now=now)

    async def sweep(self) -> None:
        """What may be kept no longer (P10, U10)."""
        if not self._watch.is_sure():
            return
        async with self._database.transaction() as tx:
            now = self._clock.wall()
            await inbox.sweep(tx, now=now)
            await unsent.sweep(tx, now=now)
            await page.sweep(tx, now=now)
            domain = now + await memory.clock_offset(tx)
            await file_links.sweep(tx, now=domain)
            await files.sweep(tx, now=domain)
            await conversations.sweep(tx, now=domain)
            await report_drafts.sweep(tx, now=domain)
            await sessions.retire_codes(tx, now=domain)
            await invites.sweep_wrong(tx, before=domain - timedelta(days=1))

    async def close(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        with contextlib.suppress(Unavailable, Conflict):  # then the leases run out by themselves
            async with self._database.transaction() as tx:
                await memory.let_go(tx, self._owner)


def _guarded(job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    async def guarded() -> None:
        try:
            await job()
        except (Unavailable, Conflict) as error:
            log.warning("job put off", extra={"job": job.__name__, "why": str(error)})
        except Exception as error:  # noqa: BLE001 - one of the three loops (style b4)
            log.error("job failed", extra={"job": job.__name__, "why": type(error).__name__})

    return guarded
