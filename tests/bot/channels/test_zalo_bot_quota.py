"""When the month of Zalo Bot is used up, or its plan is full: silence, alarms, a new month."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channels.base import Part, Refused, SendingFailed, TryLater, Why
from bot.channels.zalo_bot import Plan
from bot.channels.zalo_bot.sending import SILENCES
from handlers.messages import Address
from tests.bot.channels.zalo_bot_setup import LAN, NOW, TO, Alarms, a_bot, payload
from tests.fake_zalo_bot import FakeZaloBot
from tests.fakes import FakeClock
from tests.zalo_bot_updates import an_id


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        fake.plan.admit(LAN)
        yield fake


async def test_quota_exceeded_silences_the_whole_channel_longer_each_time(
    fake: FakeZaloBot,
) -> None:
    clock, alarms = FakeClock(), Alarms()
    fake.next_answer(429, times=5)
    async with a_bot(fake, alarm=alarms, now=clock.wall) as bot:
        for silence in SILENCES:
            with pytest.raises(TryLater) as caught:
                await bot.send(Part("1"), TO)
            assert (caught.value.after, caught.value.whole_channel) == (silence, True)
            clock.passes(seconds=silence)
        assert alarms.names == []
        with pytest.raises(Refused) as refused:
            await bot.send(Part("1"), TO)
        assert refused.value.why is Why.QUOTA
        assert alarms.rung == [("zalo_bot_exhausted", {"used": 0, "limit": 3000})]
        calls = len(fake.calls)
        with pytest.raises(Refused) as refused:
            await bot.send(Part("2"), TO)
        assert refused.value.why is Why.QUOTA
        assert len(fake.calls) == calls, "Zalo is not asked any more this month"


async def test_the_next_month_begins_anew_in_local_time(fake: FakeZaloBot) -> None:
    clock = FakeClock(datetime(2026, 11, 30, 14, 0, tzinfo=UTC))
    fake.next_answer(429, times=5)
    async with a_bot(fake, now=clock.wall) as bot:
        for _ in range(5):
            with pytest.raises(SendingFailed):
                await bot.send(Part("1"), TO)
            clock.passes(seconds=1800)
        clock.at = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
        with pytest.raises(Refused):
            await bot.send(Part("1"), TO)
        clock.at = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
        await bot.send(Part("2"), TO)
    assert [message.text for message in fake.sent] == ["2"]


async def test_hits_are_forgotten_after_a_success(fake: FakeZaloBot) -> None:
    clock = FakeClock()
    async with a_bot(fake, now=clock.wall) as bot:
        for _ in range(3):
            fake.next_answer(429, times=4)
            for _ in range(4):
                with pytest.raises(TryLater):
                    await bot.send(Part("1"), TO)
                clock.passes(seconds=1800)
            await bot.send(Part("1"), TO)


async def test_many_refusals_at_the_same_moment_are_one_hit(fake: FakeZaloBot) -> None:
    """Up to 200 messages are under way at once: a short flood is no empty month."""
    clock = FakeClock()
    fake.next_answer(429, times=20)
    async with a_bot(fake, now=clock.wall) as bot:
        for _ in range(20):
            with pytest.raises(TryLater) as caught:
                await bot.send(Part("1"), TO)
            assert caught.value.after == SILENCES[0]


async def test_person_number_51_is_a_matter_of_the_plan(fake: FakeZaloBot) -> None:
    """zalo.md §2.1: simply not served, and no reason to silence the others."""
    fake.plan.max_users = 2
    async with a_bot(fake, plan=Plan(users=2, groups=3, messages=3000)) as bot:
        for user in (an_id(1), an_id(2)):
            raw = payload("text_bare")
            raw["message"]["from"]["id"] = raw["message"]["chat"]["id"] = user
            await bot.accepted(raw)
        for code in (400, 403, 404, 429):
            fake.next_answer(code)
            with pytest.raises(Refused) as refused:
                await bot.send(Part("1"), Address("zalo_bot", bot.bot, an_id(3), an_id(3)))
            assert refused.value.why is Why.QUOTA
        fake.next_answer(400)
        with pytest.raises(Refused) as refused:
            await bot.send(Part("1"), Address("zalo_bot", bot.bot, an_id(2), an_id(2)))
        assert refused.value.why is Why.REFUSED


async def test_whom_zalo_serves_although_we_had_counted_too_many_gets_the_message(
    fake: FakeZaloBot,
) -> None:
    async with a_bot(fake, plan=Plan(users=0, groups=0, messages=3000)) as bot:
        await bot.send(Part("1"), TO)
    assert [message.text for message in fake.sent] == ["1"]


async def test_the_plan_of_the_fake_ends_as_ours_does(fake: FakeZaloBot) -> None:
    """The whole month, with a platform that counts both directions."""
    clock, alarms = FakeClock(NOW), Alarms()
    fake.plan.clock = clock.wall
    fake.plan.max_messages = 10
    small = Plan(users=50, groups=3, messages=10)
    async with a_bot(fake, plan=small, alarm=alarms, now=clock.wall) as bot:
        for _ in range(10):
            await bot.send(Part("1"), TO)
        for _ in range(4):
            with pytest.raises(TryLater):
                await bot.send(Part("1"), TO)
            clock.passes(seconds=1800)
        with pytest.raises(Refused):
            await bot.send(Part("1"), TO)
        assert alarms.rung == [
            ("zalo_bot_plan", {"used": 8, "limit": 10}),
            ("zalo_bot_plan", {"used": 10, "limit": 10}),
            ("zalo_bot_exhausted", {"used": 10, "limit": 10}),
        ]
        clock.at = datetime(2027, 1, 2, tzinfo=UTC)
        await bot.send(Part("2"), TO)
        assert bot.plan_used.messages == 1
