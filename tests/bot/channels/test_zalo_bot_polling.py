"""The poller of Zalo Bot: nothing taken is lost, and Zalo is not asked too often."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Accepted
from bot.channels.zalo_bot.polling import LEASE
from tests.bot.channels.zalo_bot_setup import (
    LAN,
    WEBHOOK,
    Alarms,
    Inbox,
    Memory,
    Sleeper,
    a_bot,
    listening,
    payload,
    until,
)
from tests.fake_zalo_bot import FakeZaloBot, Polling, Trouble
from tests.zalo_bot_updates import an_id, bare_unsupported_event


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        yield fake


async def test_polling_takes_one_after_another(fake: FakeZaloBot) -> None:
    inbox, memory = Inbox(), Memory()
    for text in ("một", "hai"):
        await fake.user_says(LAN, text)
    async with a_bot(fake, memory=memory) as bot, listening(bot, inbox):
        await inbox.holds(2)
        await fake.user_says(an_id("Tư"), "ba")
        await inbox.holds(3)
        assert memory.leases[LEASE] > 5 + 10, "longer than a poll may take"
    assert inbox.texts == ["một", "hai", "ba"]
    assert memory.leases[LEASE] == 0, "given back"


async def test_at_least_a_second_lies_between_two_polls(fake: FakeZaloBot) -> None:
    """zalo.md §2.5."""
    inbox, sleeper = Inbox(), Sleeper()
    for n in range(4):
        await fake.user_says(LAN, str(n))
    async with a_bot(fake, sleep=sleeper) as bot, listening(bot, inbox):
        await inbox.holds(4)
    assert len(sleeper.pauses) >= 3
    assert all(0.5 < pause <= 1 for pause in sleeper.pauses[:3])


async def test_an_idle_poll_is_no_error(
    fake: FakeZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    """408 is how Zalo says that nothing has come."""
    inbox, sleeper = Inbox(), Sleeper()
    async with a_bot(fake, sleep=sleeper) as bot, listening(bot, inbox):
        await sleeper.has_slept(3)
        await fake.user_says(LAN, "học")
        await inbox.holds(1)
    assert max(sleeper.pauses) <= 1
    assert caplog.messages == []


async def test_an_old_update_that_comes_round_and_round_makes_no_hot_loop(
    fake: FakeZaloBot,
) -> None:
    """zalo.md §6: replayed at every poll; new messages are heard all the same."""
    inbox, sleeper = Inbox(), Sleeper()
    fake.polling = Polling.REPLAY
    await fake.user_says(LAN, "một")
    async with a_bot(fake, sleep=sleeper) as bot, listening(bot, inbox):
        await sleeper.has_slept(8)
        assert sleeper.pauses[:3] == [pytest.approx(1, abs=0.5)] * 3
        assert sleeper.pauses[3:8] == [2, 4, 5, 5, 5]
        await fake.user_says(LAN, "hai")
        await inbox.holds(2)
    assert inbox.texts == ["một", "hai"]


async def test_an_update_of_nobody_that_is_replayed_makes_no_hot_loop(fake: FakeZaloBot) -> None:
    inbox, sleeper = Inbox(), Sleeper()
    fake.polling = Polling.REPLAY
    await fake.push(bare_unsupported_event())
    async with a_bot(fake, sleep=sleeper) as bot, listening(bot, inbox):
        await sleeper.has_slept(6)
    assert sleeper.pauses[4:6] == [5, 5]


@pytest.mark.parametrize("trouble", [Accepted.BUSY, RuntimeError("disk full")])
async def test_what_was_not_taken_is_kept_in_hand(
    fake: FakeZaloBot, trouble: Accepted | Exception
) -> None:
    """R3: Zalo has forgotten it already, so it is offered until it is stored."""
    inbox, sleeper = Inbox(), Sleeper()
    inbox.next = [trouble] * 5
    for text in ("một", "hai"):
        await fake.user_says(LAN, text)
    async with a_bot(fake, sleep=sleeper) as bot, listening(bot, inbox):
        await inbox.holds(2)
    assert inbox.texts == ["một", "hai"]
    assert sleeper.pauses[:5] == [1.0] * 5
    assert len(fake.called("getUpdates")) <= 3, "nothing else is fetched meanwhile"


async def test_an_update_at_which_the_program_always_fails_is_given_up(
    fake: FakeZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    """T38: one poison update must not make us deaf to everybody."""
    inbox = Inbox()
    inbox.next = [ValueError("riêng tư")] * 10
    for text in ("một", "hai"):
        await fake.user_says(LAN, text)
    async with a_bot(fake) as bot, listening(bot, inbox):
        await inbox.holds(1)
    assert inbox.texts == ["hai"]
    assert "zalo bot update given up" in caplog.messages
    assert "riêng tư" not in caplog.text


async def test_what_is_in_hand_when_the_program_ends_is_offered_by_the_next(
    fake: FakeZaloBot,
) -> None:
    """R31: the gate is closed before the poller ends; the update exists nowhere else."""
    memory, inbox, deaf = Memory(), Inbox(), Inbox()
    deaf.next = [Accepted.BUSY] * 100_000
    await fake.user_says(LAN, "một")
    async with a_bot(fake, memory=memory) as bot, listening(bot, deaf):
        await until(lambda: deaf.calls > 2)
    assert deaf.stored == []
    async with a_bot(fake, memory=memory) as bot, listening(bot, inbox):
        await fake.user_says(LAN, "hai")
        await inbox.holds(2)
    assert inbox.texts == ["một", "hai"]
    assert memory.facts["in hand:123456789"] == "", "its words are kept nowhere any more (P10)"


async def test_what_was_in_hand_is_offered_although_a_webhook_has_followed(
    fake: FakeZaloBot,
) -> None:
    memory, inbox = Memory(), Inbox()
    memory.facts["in hand:123456789"] = json.dumps([payload("text_bare")])
    async with a_bot(fake, memory=memory, **WEBHOOK) as bot:
        await bot.listen(inbox)
    assert inbox.stored == [payload("text_bare")]
    assert fake.calls == []


@pytest.mark.parametrize("kept", ["", "{", "7", "null", '["x", 5]'])
async def test_a_spoilt_memory_of_what_was_in_hand_is_no_trouble(
    fake: FakeZaloBot, kept: str
) -> None:
    memory, inbox = Memory(), Inbox()
    memory.facts["in hand:123456789"] = kept
    await fake.user_says(LAN, "một")
    async with a_bot(fake, memory=memory) as bot, listening(bot, inbox):
        await inbox.holds(1)


@pytest.mark.parametrize("shape", ["list", "empty", "null"])
async def test_the_other_shapes_of_an_answer_are_read(fake: FakeZaloBot, shape: Trouble) -> None:
    inbox = Inbox()
    await fake.user_says(LAN, "một")
    fake.next_answer(shape)
    async with a_bot(fake) as bot, listening(bot, inbox):
        await inbox.holds(1)


async def test_a_forgotten_webhook_gives_way(fake: FakeZaloBot) -> None:
    inbox = Inbox()
    fake.webhook = {"url": "https://x.example", "secret": "", "updated_at": "1"}
    async with a_bot(fake) as bot, listening(bot, inbox):
        await fake.wait_until(lambda: not fake.webhook)
        await fake.user_says(LAN, "một")
        await inbox.holds(1)


async def test_a_webhook_that_is_set_while_we_poll_gives_way(fake: FakeZaloBot) -> None:
    inbox = Inbox()
    async with a_bot(fake) as bot, listening(bot, inbox):
        await fake.wait_until(lambda: len(fake.called("getUpdates")) > 1)
        fake.webhook = {"url": "https://x.example", "secret": "", "updated_at": "1"}
        await fake.wait_until(lambda: not fake.webhook)
        await fake.user_says(LAN, "một")
        await inbox.holds(1)


async def test_a_bot_that_tells_nothing_of_webhooks_is_polled_all_the_same(
    fake: FakeZaloBot,
) -> None:
    inbox = Inbox()
    fake.next_answer(403, method="getWebhookInfo")
    await fake.user_says(LAN, "một")
    async with a_bot(fake) as bot, listening(bot, inbox):
        await inbox.holds(1)


@pytest.mark.parametrize(
    ("trouble", "pauses"),
    [
        (403, [0.5, 1.0, 2.0]),
        (429, [0.5, 1.0, 2.0]),
        (500, [0.5, 1.0, 2.0]),
        ("html", [0.5, 1.0, 2.0]),
        ("nonsense", [0.5, 1.0, 2.0]),
        ("soft", [0.5, 1.0, 2.0]),
        ("reset before", [0.5, 1.0, 2.0]),
        (401, [600, 600, 600]),
    ],
)
async def test_polling_outlives_every_trouble(
    fake: FakeZaloBot, trouble: Trouble | int, pauses: list[float]
) -> None:
    inbox, sleeper, alarms = Inbox(), Sleeper(), Alarms()
    await fake.user_says(LAN, "một")
    fake.next_answer(trouble, method="getUpdates", times=3)
    async with a_bot(fake, sleep=sleeper, alarm=alarms) as bot, listening(bot, inbox):
        await inbox.holds(1)
    assert sleeper.pauses[:3] == pauses
    assert set(alarms.names) == ({"zalo_bot_token"} if trouble == 401 else set())


async def test_a_poll_is_not_waited_for_longer_than_ten_seconds_more(
    fake: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent answer ends as a read time-out, and the poller goes on."""
    monkeypatch.setattr("bot.channels.zalo_bot.polling._ANSWER_SECONDS", 0.05)
    inbox, sleeper = Inbox(), Sleeper()
    fake.next_answer("silence", method="getUpdates")
    await fake.user_says(LAN, "mất")
    async with (
        a_bot(fake, sleep=sleeper, poll_seconds=0) as bot,
        listening(bot, inbox),
    ):
        await sleeper.has_slept(1)
        assert sleeper.pauses[0] == 0.5
        await fake.user_says(LAN, "một")
        await inbox.holds(1)


async def test_the_pauses_are_capped() -> None:
    async with FakeZaloBot() as gone:
        pass
    sleeper = Sleeper()
    async with a_bot(gone, sleep=sleeper) as bot, listening(bot, Inbox()):
        await sleeper.has_slept(12)
    assert sleeper.pauses[:4] == [0.5, 1, 2, 4]
    assert max(sleeper.pauses) == 30


async def test_only_the_holder_of_the_lease_polls(fake: FakeZaloBot) -> None:
    """R26: parallel pollers would split the messages between them."""
    memory, sleeper, inbox = Memory(), Sleeper(), Inbox()
    memory.leased_to_another = True
    await fake.user_says(LAN, "một")
    async with a_bot(fake, memory=memory, sleep=sleeper) as bot, listening(bot, inbox):
        await sleeper.has_slept(3)
        assert fake.calls == []
        memory.leased_to_another = False
        await inbox.holds(1)


async def test_listening_ends_at_once_with_a_webhook(fake: FakeZaloBot) -> None:
    async with a_bot(fake, **WEBHOOK) as bot, asyncio.timeout(1):
        await bot.listen(Inbox())
    assert fake.calls == []
