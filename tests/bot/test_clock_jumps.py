"""A wall clock that jumps sends nothing early, twice or never (R20, R9, R26)."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.channels.base import TryLater
from bot.clock_jumps import ClockWatch
from storage import memory, outbox, people, roles
from storage.database import Transaction
from storage.people import Caller
from storage.tables import Lease, OutboxRow, Reminder
from tests.bot.volume import queue, settle_in
from tests.conftest import MakeHouse
from tests.fakes import BUTTONS, FakeClock
from tests.handlers.reminding import asked, comes
from tests.handlers.test_reporting import head
from tests.talk import House, Talk, in_demo_days

# --- the watch alone -----------------------------------------------------------------------------


class Told:
    """An alarm that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, what: str, /, **values: object) -> None:
        self.said.append(f"{what} {values['minutes']}")


def a_watch() -> tuple[FakeClock, ClockWatch, Told]:
    clock, told = FakeClock(), Told()
    return clock, ClockWatch(clock, alarm=told), told


def jumps(clock: FakeClock, **span: float) -> None:
    clock.at += timedelta(**span)


@pytest.mark.parametrize("minutes", [-9, 9, 0])
def test_small_corrections_are_no_jump(minutes: int) -> None:
    clock, watch, told = a_watch()
    jumps(clock, minutes=minutes)
    clock.passes(seconds=20)
    assert watch.is_sure()
    assert told.said == []


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
def test_a_jump_is_doubted_for_half_an_hour_where_nobody_confirms_it(hours: int) -> None:
    clock, watch, told = a_watch()
    jumps(clock, hours=hours)
    assert not watch.is_sure()
    clock.passes(minutes=29)
    assert not watch.is_sure()
    clock.passes(minutes=2)
    assert watch.is_sure()
    assert told.said == [f"clock_jumped {abs(hours) * 60}"]


def test_a_machine_that_slept_is_confirmed_by_a_platform_after_a_quarter() -> None:
    clock, watch, _ = a_watch()
    jumps(clock, hours=8)
    assert not watch.is_sure()
    for _ in range(15):
        watch.heard(format_datetime(clock.wall(), usegmt=True))
        clock.passes(minutes=1)
    assert watch.is_sure()


def test_a_clock_that_a_platform_contradicts_is_not_believed_however_steady() -> None:
    clock, watch, _ = a_watch()
    right = clock.wall()
    jumps(clock, hours=8)
    assert not watch.is_sure()
    for minute in range(120):
        watch.heard(format_datetime(right + timedelta(minutes=minute), usegmt=True))
        clock.passes(minutes=1)
        assert not watch.is_sure()
    jumps(clock, hours=-8)
    assert watch.is_sure()


def test_a_clock_that_comes_back_is_believed_at_once() -> None:
    clock, watch, _ = a_watch()
    jumps(clock, days=1)
    assert not watch.is_sure()
    clock.passes(minutes=3)
    jumps(clock, days=-1)
    assert watch.is_sure()


def test_a_second_jump_begins_the_half_hour_anew() -> None:
    clock, watch, told = a_watch()
    jumps(clock, hours=5)
    assert not watch.is_sure()
    clock.passes(minutes=25)
    jumps(clock, hours=3)
    assert not watch.is_sure()
    clock.passes(minutes=25)
    assert not watch.is_sure()
    clock.passes(minutes=6)
    assert watch.is_sure()
    assert len(told.said) == 1


@pytest.mark.parametrize("date", ["", None, "yesterday", "Mon, 99 Foo 2026"])
def test_a_date_that_is_none_says_nothing(date: str | None) -> None:
    clock, watch, _ = a_watch()
    jumps(clock, hours=5)
    assert not watch.is_sure()
    watch.heard(date)
    assert not watch.is_sure()


def test_in_doubt_the_earlier_time_counts() -> None:
    clock, watch, _ = a_watch()
    begun = clock.wall()
    jumps(clock, days=1)
    clock.passes(minutes=1)
    assert watch.earliest() == begun + timedelta(minutes=1)
    jumps(clock, days=-3)
    assert watch.earliest() == clock.wall()


# --- reminders -----------------------------------------------------------------------------------


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


async def steps(house: House, *, minutes: int) -> None:
    """Time goes by, looked at every minute as the loops do."""
    for _ in range(minutes):
        house.clock.passes(minutes=1)
        await house.app.reminding.tick()
        await house.run()


async def test_r20_forward_and_back_reminds_once_and_on_the_day(house: House, five: Talk) -> None:
    await comes(house, "2026-12-07 10:00")
    jumps(house.clock, days=1)
    await steps(house, minutes=10)
    assert asked(five) == []
    jumps(house.clock, days=-1)
    await steps(house, minutes=10)
    assert asked(five) == []
    assert await house.rows(Reminder.id) == []
    await comes(house, "2026-12-08 08:00")
    assert len(asked(five)) == 1


async def test_r20_a_confirmed_clock_makes_up_for_what_is_due(house: House, five: Talk) -> None:
    """A machine that slept over eight o'clock: late, once, when the clock is sure."""
    await comes(house, "2026-12-07 20:00")
    jumps(house.clock, hours=13)
    await steps(house, minutes=29)
    assert asked(five) == []
    await steps(house, minutes=40)
    assert len(asked(five)) == 1
    await steps(house, minutes=120)
    assert len(asked(five)) == 1


async def test_r20_put_back_after_it_was_believed_reminds_nobody_again(
    house: House, five: Talk
) -> None:
    await comes(house, "2026-12-07 10:00")
    jumps(house.clock, days=1)
    await steps(house, minutes=70)
    assert len(asked(five)) == 1
    jumps(house.clock, days=-1)
    await steps(house, minutes=70)
    assert len(asked(five)) == 1
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-08 08:30")
    assert len(asked(five)) == 1
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) == 2


async def test_r20_the_demos_date_is_no_jump(house: House, five: Talk) -> None:
    await comes(house, "2026-12-01 08:00")
    before = len(asked(five))
    await in_demo_days(house, 7)
    house.clock.passes(seconds=1)
    await house.app.reminding.tick()
    await house.run()
    assert len(asked(five)) == before + 1


# --- what is on its way --------------------------------------------------------------------------


async def test_r20_nothing_expires_by_a_doubtful_clock(house: House) -> None:
    await queue(house, await settle_in(house, 3))
    jumps(house.clock, days=3)
    await house.run()
    assert set(await house.rows(OutboxRow.state)) == {"queued"}
    jumps(house.clock, days=-3)
    await house.run()
    assert set(await house.rows(OutboxRow.state)) == {"sent"}


async def test_r20_answers_go_on_in_doubt_and_are_tried_again_in_seconds(talk: Talk) -> None:
    await talk.says("chào")
    jumps(talk.house.clock, days=2)
    before = len(talk.heard)
    talk.house.channel.failures = [TryLater()]
    await talk.says("giúp")
    jumps(talk.house.clock, days=-2)
    await talk.waits(seconds=10)
    assert len(talk.heard) > before
    assert "expired" not in await talk.house.rows(OutboxRow.state)


async def test_r20_an_answer_put_off_by_a_clock_that_went_back_is_not_forgotten(
    talk: Talk,
) -> None:
    """Written while the clock was ahead and believed: no answer waits longer than it lives."""
    talk.house.channel.failures = [TryLater()]
    await talk.says("giúp")
    assert talk.heard == []
    jumps(talk.house.clock, days=-1)
    await talk.waits(seconds=10)
    assert talk.heard


async def test_r20_the_admins_hear_of_it_once(house: House) -> None:
    admin = await Talk(house, "admin", name="Quản trị").holds("admin")
    before = len(admin.heard)
    jumps(house.clock, hours=-5)
    await house.run()
    await house.app.alarms.close()
    await house.run()
    said = [one for one in admin.heard[before:] if "Đồng hồ" in one]
    assert said == [admin.text("alarm.clock_jumped", minutes=300)]
    async with house.app.database.reading() as tx:
        assert await roles.all_admins(tx)


# --- leases --------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_r26_by_a_clock_put_forward_nobody_is_dead(a_house: MakeHouse) -> None:
    """R9: else the other's answers would go twice and its reminders never."""
    mine, other = await a_house(BUTTONS), await a_house(BUTTONS)
    async with mine.app.database.transaction() as tx:
        await a_message_under_way(tx, owner=other.app.owner, now=mine.clock.wall())
    jumps(mine.clock, hours=2)
    await mine.app.jobs.take_over_from_the_dead()
    assert await mine.rows(OutboxRow.state) == ["sending"]
    jumps(other.clock, hours=2)
    for _ in range(40):
        mine.clock.passes(minutes=1)
        other.clock.passes(minutes=1)
        await mine.app.jobs.beat()
        await other.app.jobs.beat()
        await mine.app.jobs.take_over_from_the_dead()
    assert await mine.rows(OutboxRow.state) == ["sending"]
    for _ in range(2):
        mine.clock.passes(minutes=1)
        await mine.app.jobs.beat()
        await mine.app.jobs.take_over_from_the_dead()
    assert await mine.rows(OutboxRow.state) == ["uncertain"]


async def a_message_under_way(tx: Transaction, *, owner: str, now: datetime) -> None:
    """Something proactive that the other process is sending."""
    await people.meet(tx, [Caller("lane", "fake", "b1", "x")], now=now)
    actors = await people.lock(tx, ["lane"])
    row = outbox.NewMessage(
        actors["lane"].account_id, "x", "broadcast", {"text": "x"}, now + timedelta(days=9)
    )
    await outbox.add(tx, [row], states=["sending"], owner=owner, now=now)


async def test_r26_a_single_role_is_not_lost_for_a_day(house: House) -> None:
    """A lease taken while the clock was a day ahead can be taken when it is back."""
    async with house.app.database.transaction() as tx:
        ahead = house.clock.wall() + timedelta(days=1)
        assert await memory.hold(tx, "reminders", owner="dead", now=ahead, seconds=60)
        now = house.clock.wall()
        assert await memory.hold(tx, "reminders", owner="me", now=now, seconds=60)
    [until] = await house.rows(Lease.until, where=Lease.name == "reminders")
    assert until < now.astimezone(UTC) + timedelta(minutes=2)


async def test_r20_nobody_is_erased_and_nothing_swept_by_a_doubtful_clock(house: House) -> None:
    talk = await Talk(house, "u1").enrolled()
    jumps(house.clock, days=400)
    await house.app.jobs.sweep()
    await house.app.jobs.forget()
    jumps(house.clock, days=-400)
    assert await house.rows(OutboxRow.id)
    assert await talk.asks("nói lại")
