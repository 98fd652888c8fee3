"""What of the plan is used is counted once, kept, and told in time."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.channels.zalo_bot.plan import BASIC, Meter, Plan
from bot.clock import SystemClock
from bot.remembering import StoredMemory
from storage.database import Database
from tests.bot.channels.zalo_bot_setup import (
    LAN,
    Alarms,
    Inbox,
    Memory,
    a_bot,
    listening,
    payload,
    until,
)
from tests.fake_zalo_bot import FakeZaloBot
from tests.fakes import FakeClock
from tests.zalo_bot_updates import an_id

KEY = "plan:1"


class Counted(Memory):
    """A memory that knows how often it was written, and can fail."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0
        self.is_broken = False

    async def get(self, key: str) -> str | None:
        if self.is_broken:
            raise RuntimeError("no database")
        return await super().get(key)

    async def put(self, key: str, value: str) -> None:
        if self.is_broken:
            raise RuntimeError("no database")
        self.writes += 1
        await super().put(key, value)


def a_meter(
    memory: Memory | StoredMemory,
    *,
    plan: Plan = BASIC,
    alarm: Alarms | None = None,
    clock: FakeClock | None = None,
    token: str | None = None,
) -> Meter:
    clock = clock or FakeClock()
    return Meter(
        memory,
        bot="1",
        token=token or "1:token",
        plan=plan,
        alarm=alarm or Alarms(),
        now=clock.wall,
        clock=clock.monotonic,
    )


async def test_both_directions_and_distinct_people_are_counted() -> None:
    async with FakeZaloBot() as fake, a_bot(fake) as bot:
        fake.plan.admit(LAN)
        await bot.accepted(payload("text"))
        await bot.accepted(payload("voice"))
        await bot.accepted(payload("unsupported_without_message"))
        await bot.accepted({})
        assert bot.plan_used == (2, 1)


async def test_counting_is_written_every_20_messages_or_60_seconds() -> None:
    memory, clock = Counted(), FakeClock()
    meter = a_meter(memory, clock=clock)
    for _ in range(19):
        meter.count(LAN)
    await asyncio.sleep(0)
    assert memory.writes == 0
    meter.count(LAN)
    await until(lambda: memory.writes == 1)
    for _ in range(5):
        meter.count(LAN)
    clock.passes(seconds=61)
    meter.count(LAN)
    await until(lambda: memory.writes == 2)
    meter.count(LAN)
    await meter.close()
    assert memory.writes == 3
    again = a_meter(memory)
    await again.load()
    assert again.used == (27, 1)


async def test_nothing_new_is_not_written() -> None:
    memory = Counted()
    await a_meter(memory).close()
    assert memory.writes == 0


async def test_several_processes_count_together() -> None:
    memory = Counted()
    one, two = a_meter(memory), a_meter(memory)
    for n in range(7):
        one.count(an_id(n))
        two.count(an_id(n + 5))
    await one.close()
    await two.close()
    await one.load()
    assert one.used == two.used == (14, 12)


async def test_a_month_ends_in_vietnam() -> None:
    memory, clock = Counted(), FakeClock(datetime(2026, 11, 30, 16, 59, tzinfo=UTC))
    meter = a_meter(memory, clock=clock)
    meter.count(LAN)
    await meter.close()
    clock.passes(minutes=1)
    assert meter.used == (0, 1)
    meter.count(LAN)
    await meter.close()
    again = a_meter(memory, clock=clock)
    await again.load()
    assert again.used == (1, 1), "people are counted for ever, messages anew"


async def test_the_admins_are_told_at_80_and_100_per_cent_once_each() -> None:
    memory, alarms = Counted(), Alarms()
    small = Plan(users=5, groups=3, messages=10)
    for n in range(12):
        meter = a_meter(memory, plan=small, alarm=alarms)  # a restart after every message
        await meter.load()
        meter.count(an_id(n))
        await meter.close()
    assert alarms.rung == [
        ("zalo_bot_users", {"used": 4, "limit": 5}),
        ("zalo_bot_users", {"used": 5, "limit": 5}),
        ("zalo_bot_plan", {"used": 8, "limit": 10}),
        ("zalo_bot_plan", {"used": 10, "limit": 10}),
    ]


async def test_a_new_month_is_told_of_again() -> None:
    alarms, clock = Alarms(), FakeClock()
    meter = a_meter(Counted(), plan=Plan(50, 3, 10), alarm=alarms, clock=clock)
    for _ in range(2):
        for _ in range(8):
            meter.count(LAN)
        clock.passes(days=31)
    await meter.close()
    assert alarms.names == ["zalo_bot_plan"] * 2


async def test_people_are_kept_as_hashes_that_nobody_can_look_up() -> None:
    """P10: keyed; another token is another key, and begins anew instead of counting twice."""
    memory = Counted()
    meter = a_meter(memory)
    meter.count(LAN)
    await meter.close()
    assert LAN not in memory.facts[KEY]
    other = a_meter(memory, token="1:reset")
    await other.load()
    assert other.used == (1, 0)
    other.count(LAN)
    assert other.used == (2, 1)
    await other.close()


async def test_a_crowd_does_not_fill_the_row() -> None:
    memory = Counted()
    meter = a_meter(memory, plan=Plan(users=5, groups=3, messages=3000))
    for n in range(2000):
        meter.count(an_id(n))
    await meter.close()
    assert meter.used.users == 20
    assert len(memory.facts[KEY]) < 1000
    assert not meter.is_beyond(an_id(4))
    assert meter.is_beyond(an_id(5))
    assert meter.is_beyond(an_id(1999))


async def test_a_memory_that_is_away_costs_no_message(caplog: pytest.LogCaptureFixture) -> None:
    memory = Counted()
    meter = a_meter(memory)
    memory.is_broken = True
    await meter.load()
    for _ in range(40):
        meter.count(LAN)
        await asyncio.sleep(0)
    memory.is_broken = False
    await meter.close()
    again = a_meter(memory)
    await again.load()
    assert again.used == (40, 1)
    assert "zalo bot plan not saved" in caplog.messages


@pytest.mark.parametrize(
    "stored", ["{", "[]", "null", '{"month":[]}', '{"messages":"x"}', '{"users":5}', "7"]
)
async def test_a_spoilt_row_is_counted_anew(stored: str) -> None:
    memory = Counted()
    memory.facts[KEY] = stored
    meter = a_meter(memory)
    await meter.load()
    meter.count(LAN)
    assert meter.used == (1, 1)
    await meter.close()


async def test_the_count_survives_in_a_real_database(database: Database) -> None:
    clock = FakeClock()

    def memory() -> StoredMemory:
        return StoredMemory(database, scope="zalo_bot", owner="x", clock=SystemClock())

    for n in range(3):
        meter = a_meter(memory(), clock=clock)
        await meter.load()
        meter.count(an_id(n))
        await meter.close()
    last = a_meter(memory(), clock=clock)
    await last.load()
    assert last.used == (3, 3)


async def test_a_poll_that_is_stored_counts_once_by_the_gates_word() -> None:
    """`accepted` is called for stored events only: duplicates use nothing up."""
    inbox = Inbox()
    async with FakeZaloBot(longest_poll=0.05) as fake, a_bot(fake) as bot:
        await fake.user_says(LAN, "một", times=3)
        async with listening(bot, inbox):
            await until(lambda: inbox.calls == 3)
        assert bot.plan_used.messages == 0
        for raw in inbox.stored:
            await bot.accepted(raw)
        assert bot.plan_used.messages == 1
