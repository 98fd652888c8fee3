"""A season as it runs: the clock goes from event to event, two processes plan and send."""

import asyncio
import contextlib
import heapq
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Any, Final

from bot.channels.base import Part
from storage.database import Conflict, Database
from tests.crash import seasons_commune as commune
from tests.crash import seasons_days as days
from tests.crash import seasons_queue
from tests.crash.seasons_deeds import Deeds
from tests.crash.seasons_facts import Call, Record, Trouble
from tests.crash.seasons_plan import Plan, drawn
from tests.crash.seasons_post import DOUBTFUL, Exchange, Fate, Post
from tests.crash.seasons_process import Process, SeasonClock

_MORNING: Final = time(8)
_HALF_HOUR: Final = "half hour"
_HALF_HOURS: Final = 3  # in a row without anything else, while something waits for another hour
_PACED: Final = 5  # seconds
_DOUBTS: Final = timedelta(minutes=31)
"""After a jump the clock is not believed for so long (R20)."""


class Season:
    """Everything of one season; `run` returns what it counted, `record` says what happened."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.plan: Plan = drawn(self.chance)
        self.clock = SeasonClock(self.plan.began)
        self.record = Record(began=self.plan.began)
        self.counted: Counter[str] = Counter()
        self._exchange = Exchange(seed, faulty=self.plan.faulty)
        self._events = [*self.plan.events]
        self._databases: list[Database] = []
        self._living: list[Process] = []
        self._lives = 0
        self._down: set[str] = set()
        self._up_since: datetime | None = None
        self._half_hours = 0
        self._awaits_morning = True
        self.deeds: Deeds

    # --- as a whole ------------------------------------------------------------------------------

    async def run(self, url: str) -> None:
        async with self._opened(url):
            self._begin_processes()
            await self._works()
            while (moment := self._next()) < self.plan.ends:
                await self._comes(moment)
                await self._happens()
            await self._comes(self.plan.ends)
            self._goes_down()
            for process in self._living:
                await process.vanishes()

    @contextlib.asynccontextmanager
    async def _opened(self, url: str) -> AsyncIterator[None]:
        self._databases = [Database(url) for _ in range(3)]
        outside = self._databases[2]
        try:
            async with outside.transaction() as tx:
                rows = await commune.rows_of(tx)
                off = [day.isoformat() for day in sorted(self.plan.days_off)]
                await commune.settings(tx, rows, off)
            self.record.changes(self.clock.local, days_off=self.plan.days_off)
            posts = {post.name: post for post in self._posts("outside")}
            self.deeds = Deeds(outside, rows, self.record, self.clock, self.chance, {**posts})
            await self.deeds.begins()
            yield
        finally:
            for database in self._databases:
                await database.close()

    def _next(self) -> datetime:
        """The next moment at which anything happens or is looked at."""
        local = self.clock.local
        morning = datetime.combine(local.date(), _MORNING)
        coming = [self.plan.ends]
        if self._awaits_morning:
            coming = [morning if local < morning else morning + timedelta(days=1)]
        if stage := days.next_stage(self.record.world, local):
            coming.append(stage)
        if self._events:
            coming.append(max(self._events[0][0], local))
        return min(coming)

    async def _happens(self) -> None:
        """All that was planned for this moment, then mostly a round of work."""
        happened = set()
        while self._events and self._events[0][0] <= self.clock.local:
            _, _, what, value = heapq.heappop(self._events)
            await self._event(what, value)
            happened.add(what)
        if happened != {_HALF_HOUR}:
            self._half_hours = 0
        if self._living and (happened != {"deed"} or self.chance.random() < 0.3):
            await self._wait(self.chance.choice((0, 0, 1, 19)))  # it is looked every 20 s
            await self._works()

    async def _event(self, what: str, value: float) -> None:
        match what.split():
            case ["deed"]:
                await self._deed()
            case ["jump"]:
                self._jumps(timedelta(seconds=value))
            case ["down", which]:
                self.counted["outages"] += bool(self._living)
                await self._stop(self._living[: 1 if which == "one" else 2])
            case ["up"]:
                self._begin_processes()

    async def _deed(self) -> None:
        self._half_hours = 0  # it may undo what is on its way
        with contextlib.suppress(Conflict):  # on PostgreSQL somebody was faster
            await self.deeds.one()

    def _jumps(self, by: timedelta) -> None:
        before = self.clock.local
        self._goes_down()
        self.clock.is_put(max(before + by, datetime(2026, 11, 10)))  # noqa: DTZ001 - local
        self.record.jumps.append((before, self.clock.local))
        self._goes_up()
        self.counted["jumps"] += 1
        self.record.troubles.append(Trouble(self.clock.local, frozenset(), _DOUBTS))
        again = self.clock.local + _DOUBTS
        heapq.heappush(self._events, (again, -self.counted["jumps"], "look", 0.0))

    # --- processes -------------------------------------------------------------------------------

    def _begin_processes(self) -> None:
        while len(self._living) < 2:
            self._lives += 1
            taken = {process.database for process in self._living}
            free = next(one for one in self._databases[:2] if one not in taken)
            owner = f"life-{self._lives}"
            self._living.append(
                Process(free, self.clock, self._posts(owner), owner=owner, count=self.record.count)
            )
        self._goes_up()

    def _posts(self, owner: str) -> list[Post]:
        def note(person: str, token: str, part: Part, fate: Fate) -> None:
            self._note(owner, person, token, part, fate)

        return [
            Post(name, self._exchange, note=note, trouble=self._trouble)
            for name in commune.PLATFORMS
        ]

    async def _stop(self, processes: list[Process]) -> None:
        for process in [*processes]:
            self._living.remove(process)
            persons = frozenset(await process.vanishes())
            if persons:
                self.record.troubles.append(Trouble(self.clock.local, persons, None))
        if not self._living:
            self._goes_down()

    def _goes_up(self) -> None:
        if self._up_since is None and self._living:
            self._up_since = self.clock.local

    def _goes_down(self) -> None:
        if self._up_since is not None:
            self.record.up.append((self._up_since, self.clock.local))
            self._up_since = None

    async def _bury(self) -> None:
        """Whoever was killed while sending is followed by another process, soon or later."""
        dead = [process for process in self._living if process.is_dead]
        if not dead:
            return
        self.counted["kills"] += len(dead)
        await self._stop(dead)
        after = timedelta(seconds=self.chance.choice((1, 30, 600, 3600)))
        heapq.heappush(self._events, (self.clock.local + after, self._lives, "up", 0.0))

    # --- work ------------------------------------------------------------------------------------

    async def _works(self) -> None:
        """Both look what is due, and send it; in between people do things, at the worst moments."""
        for number, process in enumerate(self._shuffled()):
            await process.begins()
            if number == 0 or self.chance.random() < 0.5:
                self.counted["planned"] += await process.reminding.tick()
            if self.chance.random() < 0.25:
                await self._deed()
        await self._sends()
        await self._half_hour_later()

    def _shuffled(self) -> list[Process]:
        return self.chance.sample(self._living, k=len(self._living))

    async def _sends(self) -> None:
        waited = 0
        while self._living:
            found = 0
            for process in self._shuffled():
                found += await self._looks(process)
            await self._bury()
            if not found and (waited == _PACED or not await seasons_queue.is_paced(*self._asked())):
                return
            if not found:
                waited += 1
                await self._wait(1)

    async def _looks(self, process: Process) -> int:
        since = self.record.count()
        if self.chance.random() < 0.1:
            found, _ = await asyncio.gather(process.looks(since), self._deed())
        else:
            found = await process.looks(since)
        if process.is_waiting and not process.is_dead:
            await self._hangs(process)
        return found

    async def _hangs(self, process: Process) -> None:
        """A platform takes its time; meanwhile people do things, and the other process looks."""
        for _ in range(self.chance.randint(0, 2)):
            await self._deed()
        await self._wait(self.chance.choice((1, 5, 30)))
        for one in self._living:
            if one is not process:
                await one.looks(self.record.count())
        for one in self._living:
            await one.goes_on()

    async def _wait(self, seconds: float) -> None:
        self.clock.comes(self.clock.local + timedelta(seconds=seconds))

    async def _half_hour_later(self) -> None:
        """What waits for another hour is looked at again, as the real one does all day."""
        waiting = await seasons_queue.is_anything_due(self._databases[2])
        local = self.clock.local
        is_day = _MORNING <= local.time() < days.SLEEPS
        self._awaits_morning = waiting or not is_day
        if not waiting or not is_day:
            self._half_hours = 0
            return
        self._half_hours += 1
        if self._half_hours <= _HALF_HOURS:
            later = local.replace(minute=local.minute // 30 * 30, second=5, microsecond=0)
            later += timedelta(minutes=30)
            heapq.heappush(self._events, (later, -self._lives, _HALF_HOUR, 0.0))

    async def _comes(self, moment: datetime) -> None:
        """Time passes until then; what was put off meanwhile is sent when its moment comes."""
        while (
            self._living
            and (due := await seasons_queue.put_off_until(*self._asked()))
            and due < moment
        ):
            self.clock.comes(max(due, self.clock.local))
            for process in self._living:
                await process.begins()
            await self._sends()
        self.clock.comes(max(moment, self.clock.local))

    def _asked(self) -> tuple[Database, datetime]:
        return self._databases[2], self.clock.wall()

    # --- what is noted ---------------------------------------------------------------------------

    def _note(self, owner: str, person: str, token: str, part: Part, fate: Fate) -> None:
        process = next(one for one in self._living if one.owner == owner)
        since, until = process.delivery.claimed[token]
        arrived = fate in (Fate.ARRIVES, Fate.CUT_OFF, Fate.HANGS, Fate.DIES)
        now = self.clock.local
        said = (part.text, tuple(button.label for button in part.buttons))
        call = Call(since, until, self.record.count(), now, owner, person, *said, arrived)
        self.record.calls.append(call)
        self.counted["calls"] += 1
        self.counted["arrived"] += arrived
        if fate is Fate.GONE:
            self.deeds.is_gone(person)

    def _trouble(self, person: str, fate: Fate, lasts: timedelta) -> None:
        persons = frozenset({person} if person else ())
        span = None if fate in DOUBTFUL else lasts
        self.record.troubles.append(Trouble(self.clock.local, persons, span))
        self.counted["faults"] += 1
        if span is not None:  # a silent channel is looked at when its silence ends
            again = self.clock.local + span
            heapq.heappush(self._events, (again, len(self.record.troubles), "look", 0.0))

    def figures(self) -> dict[str, Any]:
        hours = sum((end - begin).total_seconds() for begin, end in self.record.up) / 3600
        days_ = (self.plan.ends - self.plan.began).days
        return {**self.counted, "deeds": self.deeds.count, "days": days_, "hours_up": round(hours)}
