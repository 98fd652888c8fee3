"""The sample commune through a season on a virtual clock, in seconds.

Planning, claiming and delivery are the real ones, on a database that lives as long as the command;
only clock and channel are not: hours pass at once, and what is sent is written down.
"""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.app import App, built
from bot.config import Settings
from bot.simulated_channel import SeasonClock, WritingChannel
from bot.simulated_fate import Fate, Span, Trouble, decide
from bot.simulated_people import Done, People, due_in
from handlers.flow import Scene
from handlers.office.owing import DUTIES
from handlers.office.reporters import NOBODY, reporters
from handlers.places import shown
from handlers.reminding.ladders import RUNGS, Ladder, stages
from handlers.reporting.place import form_key
from storage import health, reminder_log, units
from storage.reminder_log import Entry
from storage.units import UnitInfo

_LOOKS: Final = sorted({rung.at for climbed in RUNGS.values() for rung in climbed})
"""The hours at which a stage can lie: in between there is nothing to find."""
_WHILE_BUSY: Final = timedelta(minutes=2)
"""So often is looked while messages wait: a catch-up is spread, a platform was silent."""
_LAST: Final = time(20, 30)


@dataclass(frozen=True, slots=True)
class Season:
    """What came of it; all moments are aware."""

    span: Span
    fate: Fate
    zone: ZoneInfo
    asked: tuple[UnitInfo, ...]
    names: Mapping[int, str]
    """Unit id -> a name no other has; the commune too."""
    entries: tuple[Entry, ...]
    done: tuple[Done, ...]
    heard: Mapping[tuple[str, str], int]
    """(unit's code, period) -> how many messages came while its report was due."""
    lost: Mapping[str, str]
    """Unit's code -> why nobody there can be told, at the end of it."""
    periods: tuple[str, ...]
    last_days: tuple[date, ...]
    """The last local day on time of each of them."""
    written: int
    """How many messages the channel wrote down."""


async def simulate(span: Span, seed: int, *, day_passed: Callable[[], None]) -> Season:
    """Run it on a temporary database; `day_passed` is told after each day."""
    with tempfile.TemporaryDirectory(prefix="simulate-") as folder:
        return await _Theatre(_settings(Path(folder)), span, seed).play(day_passed)


def _settings(folder: Path) -> Settings:
    """Of the demo, whatever the environment says: the sample commune, nobody's database."""
    usual = {name: field.get_default() for name, field in Settings.model_fields.items()}
    own = {"data_dir": folder, "app_secret": SecretStr("of a season that never was")}
    return Settings.model_construct(**{**usual, **own})


class _Theatre:
    """One season on its stage."""

    def __init__(self, settings: Settings, span: Span, seed: int) -> None:
        self._settings, self._span, self._seed = settings, span, seed
        self._zone = ZoneInfo(settings.timezone)
        self._clock = SeasonClock(datetime.combine(span.first, time(6, 0), self._zone))
        self._end = datetime.combine(span.last, time(22, 0), self._zone)
        self._stack = contextlib.AsyncExitStack()
        self._app: App | None = None
        self._is_busy = False
        self._channel: WritingChannel
        self._people: People
        self._fate: Fate
        self._units: list[UnitInfo] = []

    async def play(self, day_passed: Callable[[], None]) -> Season:
        async with self._stack:
            await self._begin()
            day = self._span.first
            while (moment := self._next()) <= self._end:
                while day < moment.astimezone(self._zone).date():
                    day += timedelta(days=1)
                    day_passed()
                await self._come_to(moment)
            return await self._told()

    async def _begin(self) -> None:
        """The commune as it is before the first day, and everything that will happen to it."""
        async with built(self._settings, clock=self._clock, make_channels=lambda _: []) as app:
            async with app.database.reading() as tx:
                self._units = await units.listed(tx, on=self._span.first)
                due = due_in(*self._span, await units.settings_of(tx, None))
            asked = [one for one in self._units if one.duty in DUTIES and form_key(one)]
            names = shown(self._units)
            self._fate = decide(
                self._seed,
                self._span,
                [(unit, names[unit.code]) for unit in asked],
                stage_days={day for one in due for day in self._stage_days(one.due)},
                zone=self._zone,
            )
            self._people = People(self._fate, asked, self._zone)
            now = self._clock.wall()
            await self._people.take_seats(app, {one.code: one for one in self._units}, now)
            self._people.plan(due, now)
        self._due, self._asked = due, asked
        self._channel = WritingChannel(self._clock, self._fate, heard=self._people.hears)
        await self._start()

    def _stage_days(self, due: date) -> set[date]:
        climbed = stages(due, Ladder.HAMLETS, zone=self._zone)
        days = {stage.at.date() for stage in climbed}
        return {day for day in days if self._span.first < day <= self._span.last}

    # --- the program: on and off ---------------------------------------------------------------

    async def _start(self) -> None:
        opened = built(self._settings, clock=self._clock, make_channels=lambda _: [self._channel])
        self._app = await self._stack.enter_async_context(opened)
        await self._app.recover()
        await self._look(self._app)

    async def _stop(self) -> None:
        await self._stack.aclose()
        self._app = None

    # --- time ----------------------------------------------------------------------------------

    def _next(self) -> datetime:
        """The next moment at which anything may happen."""
        now = self._clock.wall()
        ends = (one.until for one in self._fate.outages)
        turns = [*(one.since for one in self._fate.outages), *ends]
        found = [moment for moment in turns if moment > now]
        if self._app is not None:
            found.append(self._next_look(now))
            if (act := self._people.next_at) is not None:
                found.append(max(act, now + timedelta(minutes=1)))
        return min(found, default=self._end + _WHILE_BUSY)

    def _next_look(self, now: datetime) -> datetime:
        local = now.astimezone(self._zone)
        if self._is_busy and local.time() < _LAST:
            return local + _WHILE_BUSY
        later = [hour for hour in _LOOKS if hour > local.time()]
        day = local.date() if later else local.date() + timedelta(days=1)
        return datetime.combine(day, (later or _LOOKS)[0], self._zone)

    async def _come_to(self, moment: datetime) -> None:
        self._clock.comes(moment)
        for one in self._fate.outages:
            if one.kind is not Trouble.CHANNEL and one.since == moment and self._app is not None:
                await self._stop()
            if one.kind is not Trouble.CHANNEL and one.until == moment:
                await self._start()
        if self._app is not None:
            await self._look(self._app)

    async def _look(self, app: App) -> None:
        """What the ticks do: plan, send; then whoever wants to report does."""
        count = await app.reminding.tick()
        await _settle(app)
        await self._people.act(app, self._clock.wall())
        if count or self._is_busy:
            async with app.database.reading() as tx:
                since = self._clock.wall() - timedelta(days=1)
                self._is_busy = (await health.look(tx, since=since)).waiting > 0

    # --- what came of it -----------------------------------------------------------------------

    async def _told(self) -> Season:
        app = self._app
        assert app is not None  # noqa: S101 - for the type checker: outages end before the season
        async with app.database.reading() as tx:
            entries = await reminder_log.everything(tx)
            scene = Scene(self._clock.wall(), tx, app.house)
            there = await reporters(scene, self._units[0].commune_id)
            lost = {one.code: there.get(one.id, NOBODY).lost(scene) for one in self._asked}
        names, codes = shown(self._units), [unit.code for unit in self._asked]
        keys = tuple(one.key for one in self._due)
        return Season(
            span=self._span,
            fate=self._fate,
            zone=self._zone,
            asked=tuple(self._asked),
            names={unit.id: names[unit.code] for unit in self._units},
            entries=tuple(entries),
            done=tuple(sorted(self._people.done.values())),
            heard={(code, key): self._people.times(code, key) for code in codes for key in keys},
            lost={code: why for code, why in lost.items() if why},
            periods=keys,
            last_days=tuple(one.due for one in self._due),
            written=self._channel.written,
        )


async def _settle(app: App) -> None:
    """Send until nothing is left that is due now."""
    while await app.delivery.look():
        await app.delivery.idle()
    await app.delivery.idle()
