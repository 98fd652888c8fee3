"""The people of a simulated season: they get accounts and roles, hear reminders, and report."""

import heapq
import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from bot.app import App
from bot.gate import lane_of
from bot.simulated_channel import WritingChannel
from bot.simulated_fate import NEVER, Fate, Lot, Player
from handlers.office.chasing import marks
from handlers.office.chasing.marks import At, Wish
from handlers.reporting import periods, place, rules, service
from handlers.reporting.answers import UNKNOWN, stored
from handlers.reporting.flow import WHO
from handlers.reporting.periods import ReportPeriod
from storage import muting, people, roles, units
from storage.database import Transaction
from storage.people import Actor, Caller
from storage.report_drafts import DraftInfo
from storage.units import UnitInfo

_WAKES, _SLEEPS = time(6, 30), time(21, 30)
_LISTENS: Final = timedelta(days=45)
"""Before a last day on time: so early a reminder is about that report."""
_STILL: Final = timedelta(days=30)
"""After it."""


class Done(NamedTuple):
    """A unit has reported."""

    at: datetime
    unit: str
    period: str
    on_paper: bool
    heard: int
    """After how many reminders."""


class _Act(NamedTuple):
    at: datetime
    order: int
    unit: str
    period: ReportPeriod


class People:
    """All of them; what they are about to do is in a diary."""

    def __init__(self, fate: Fate, asked: Sequence[UnitInfo], zone: tzinfo) -> None:
        self._fate = fate
        self._asked = {unit.code: unit for unit in asked}
        self._zone = zone
        self._by_account = {player.account: player for player in fate.players}
        self._diary: list[_Act] = []
        self._numbers = itertools.count()
        self._heard: dict[tuple[str, str], set[datetime]] = {}
        self._periods: Sequence[ReportPeriod] = ()
        self.done: dict[tuple[str, str], Done] = {}

    # --- before it begins ----------------------------------------------------------------------

    async def take_seats(self, app: App, known: Mapping[str, UnitInfo], now: datetime) -> None:
        async with app.database.transaction() as tx:
            for player in self._fate.players:
                await self._seat(tx, app, player, known, now)

    async def _seat(
        self,
        tx: Transaction,
        app: App,
        player: Player,
        known: Mapping[str, UnitInfo],
        now: datetime,
    ) -> None:
        channel = "telegram" if player.lot is Lot.OFF else WritingChannel.name
        lane = _lane(app, player)
        await people.meet(tx, [Caller(lane, channel, WritingChannel.bot, player.account)], now=now)
        actor = (await people.lock(tx, [lane]))[lane]
        await people.rename(tx, actor.person_id, name=player.name, folded=player.name.lower())
        await people.consent(tx, actor, purpose="learning", version=0, text_hash="demo", now=now)
        await people.seen(tx, {actor.account_id: player.account}, now=now)
        if player.lot is Lot.MUTED:
            await muting.mute(tx, actor.account_id, now=now)
        commune = next(unit for unit in known.values() if unit.commune_id == unit.id)
        for role, code in player.roles:
            await roles.grant(
                tx,
                person_id=actor.person_id,
                role=role,
                unit_id=known[code].id if code else commune.id,
                granted_by=None,
                invite_id=None,
                now=now,
            )

    def plan(self, due: Sequence[ReportPeriod], now: datetime) -> None:
        """Who reports by itself, and when: at the earliest when the season begins."""
        self._periods = due
        for period in due:
            midnight = datetime.combine(period.due + timedelta(days=1), time.min, self._zone)
            for code, habit in self._fate.habits.items():
                if habit.after == 0:
                    self._note(code, period, max(midnight - habit.before, now))
        for at, code in self._fate.sudden:
            if current := self._period_of(at.date()):
                self._note(code, current, at)

    def _note(self, code: str, period: ReportPeriod, at: datetime) -> None:
        waking = _when_awake(at, self._zone)
        heapq.heappush(self._diary, _Act(waking, next(self._numbers), code, period))

    # --- while it goes on ----------------------------------------------------------------------

    def hears(self, account: str, at: datetime) -> None:
        """A message has come: one more, and perhaps the one that does it."""
        for code in self._by_account[account].units:
            habit = self._fate.habits.get(code)
            period = self._period_of(at.astimezone(self._zone).date())
            if habit is None or period is None:
                continue
            heard = self._heard.setdefault((code, period.key), set())
            heard.add(at)
            if len(heard) == habit.after != NEVER:
                self._note(code, period, at + habit.delay)

    def _period_of(self, today: date) -> ReportPeriod | None:
        return next(
            (one for one in self._periods if one.due - _LISTENS <= today <= one.due + _STILL), None
        )

    def times(self, code: str, period: str) -> int:
        """How many messages came to this unit while that report was due."""
        return len(self._heard.get((code, period), ()))

    @property
    def next_at(self) -> datetime | None:
        return self._diary[0].at if self._diary else None

    async def act(self, app: App, now: datetime) -> None:
        """Do what is due by now: a report through the chat, or a signed copy on paper."""
        while self._diary and self._diary[0].at <= now:
            act = heapq.heappop(self._diary)
            place_and_period = (act.unit, act.period.key)
            if place_and_period not in self.done:
                await self._report(app, act, now)

    async def _report(self, app: App, act: _Act, now: datetime) -> None:
        unit = self._asked[act.unit]
        speaker = self._speaker(act.unit)
        on_paper = speaker is None or self._fate.habits[act.unit].on_paper
        async with app.database.transaction() as tx:
            if speaker is None or on_paper:
                await _hand_in_paper(tx, unit, act.period, await self._officer(tx, app), now)
            else:
                by = await _actor(tx, app, speaker)
                await send_report(tx, unit, act.period, by=by, now=now, zone=self._zone)
        heard = self.times(act.unit, act.period.key)
        done = Done(now, act.unit, act.period.key, on_paper, heard)
        self.done[act.unit, act.period.key] = done

    def _speaker(self, code: str) -> Player | None:
        return next(
            (
                player
                for player in self._fate.players
                if player.lot is not Lot.OFF
                and any(c == code and r in WHO for r, c in player.roles)
            ),
            None,
        )

    async def _officer(self, tx: Transaction, app: App) -> Actor:
        officers = (p for p in self._fate.players if any(r == "officer" for r, _ in p.roles))
        return await _actor(tx, app, next(officers))


def _when_awake(at: datetime, zone: tzinfo) -> datetime:
    local = at.astimezone(zone)
    if local.time() < _WAKES:
        return datetime.combine(local.date(), _WAKES, zone)
    if local.time() > _SLEEPS:
        return datetime.combine(local.date() + timedelta(days=1), _WAKES, zone)
    return local


def _lane(app: App, player: Player) -> str:
    channel = "telegram" if player.lot is Lot.OFF else WritingChannel.name
    return lane_of(app.secret, channel, WritingChannel.bot, player.account)


async def _actor(tx: Transaction, app: App, player: Player) -> Actor:
    lane = _lane(app, player)
    return (await people.lock(tx, [lane]))[lane]


async def _hand_in_paper(
    tx: Transaction, unit: UnitInfo, period: ReportPeriod, officer: Actor, now: datetime
) -> None:
    at = At(unit.commune_id, period, now, now.date())
    await marks.make(tx, at, Wish(unit.id, "paper"), by=officer)


async def send_report(
    tx: Transaction,
    unit: UnitInfo,
    period: ReportPeriod,
    *,
    by: Actor,
    now: datetime,
    zone: tzinfo,
) -> None:
    """The whole report, all of it "chưa nắm được"."""
    today = now.astimezone(zone).date()
    known = await units.listed(tx, on=today)
    where = await place.find(tx, unit, period.key, known=known, today=today)
    assert where is not None  # noqa: S101 - for the type checker: the period is one of the plan's
    answers = {field.key: UNKNOWN for field in rules.open_ones(where.fields, {})}
    draft = DraftInfo(
        id=0,
        person_id=by.person_id,
        unit_id=unit.id,
        form=where.form.key,
        period=period.key,
        practice=False,
        answers=stored(answers),
        passed={"keys": []},
        base=0,
        via="guided",
        version=1,
        changed_at=now,
    )
    await service.submit(tx, where, draft, by=by, said_at=now, now=now, zone=zone)


def due_in(first: date, last: date, settings: periods.Settings) -> list[ReportPeriod]:
    """The yearly reports whose ladder may be climbed on any of these days."""
    years = range(max(first.year - 1, periods.FIRST_YEAR), last.year + 1)
    found = (periods.annual(year, settings) for year in years)
    return [one for one in found if one.due - _LISTENS <= last and first <= one.due + _STILL]
