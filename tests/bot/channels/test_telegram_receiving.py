"""The webhook and the poller of Telegram: nothing forged comes in, nothing stored is lost."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channels.base import Accepted
from bot.channels.bodies import MAX_BODY
from bot.channels.telegram.webhook import SECRET_HEADER
from tests.bot.channels.telegram_setup import (
    NOW,
    SECRET,
    Inbox,
    Memory,
    Sleeper,
    a_bot,
    listening,
    payload,
    serving,
)
from tests.fake_telegram import FakeTelegram, Trouble


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


# --- webhook -----------------------------------------------------------------------------------


async def posted(url: str, body: bytes | str, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as client,
        client.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_the_webhook_stores_and_then_says_200(fake: FakeTelegram) -> None:
    inbox = Inbox()
    async with (
        a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot,
        serving(bot, inbox) as url,
    ):
        assert await posted(url, json.dumps(payload("text"))) == 200
        assert inbox.stored == [payload("text")]
        inbox.next = [Accepted.BUSY, Accepted.IGNORED, Accepted.THROTTLED]
        assert await posted(url, json.dumps(payload("voice"))) == 503
        assert await posted(url, json.dumps(payload("voice"))) == 200
        assert await posted(url, json.dumps(payload("voice"))) == 200


async def test_a_press_is_stamped_with_the_time_it_came_in(fake: FakeTelegram) -> None:
    inbox = Inbox()
    raw = payload("press")
    del raw["received_at"]
    async with (
        a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot,
        serving(bot, inbox) as url,
    ):
        await posted(url, json.dumps(raw))
        incoming = bot.parse(inbox.stored[0])
    assert incoming is not None
    assert incoming.at == NOW


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "sai-bí-mật"])
async def test_a_forged_call_is_refused_unread(fake: FakeTelegram, secret: str | None) -> None:
    inbox = Inbox()
    async with (
        a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot,
        serving(bot, inbox) as url,
    ):
        assert await posted(url, json.dumps(payload("text")), secret) == 403
    assert inbox.stored == []
    assert bot.counts["forged"] == 1


@pytest.mark.parametrize("secret", [None, "", "None", SECRET])
async def test_without_a_configured_secret_all_is_refused(
    fake: FakeTelegram, secret: str | None
) -> None:
    inbox = Inbox()
    async with a_bot(fake, public_url="https://x") as bot, serving(bot, inbox) as url:
        assert await posted(url, json.dumps(payload("text")), secret) == 403
    assert inbox.stored == []


async def test_a_body_bomb_is_refused(fake: FakeTelegram) -> None:
    inbox = Inbox()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1024 + 1):
            yield b" " * 1024

    async with (
        a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot,
        serving(bot, inbox) as url,
        aiohttp.ClientSession() as client,
    ):
        assert await posted(url, b" " * (MAX_BODY + 1)) == 413
        headers = {SECRET_HEADER: SECRET}
        async with client.post(url, data=chunks(), headers=headers) as answer:
            assert answer.status == 413
        assert bot.counts["too big"] == 2
    assert inbox.stored == []


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "7", b"\xff\xfe", "[" * 100_000])
async def test_what_is_no_update_is_swallowed(fake: FakeTelegram, body: str | bytes) -> None:
    inbox = Inbox()
    async with (
        a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot,
        serving(bot, inbox) as url,
    ):
        assert await posted(url, body) == 200
        assert bot.counts["unreadable"] == 1
    assert inbox.stored == []


async def test_a_bot_that_polls_has_no_webhook(fake: FakeTelegram) -> None:
    async with a_bot(fake, webhook_secret=SECRET) as bot:
        assert bot.routes(Inbox()) == []


async def test_telegram_repeats_until_the_webhook_takes_it(fake: FakeTelegram) -> None:
    inbox = Inbox()
    inbox.next = [Accepted.BUSY, RuntimeError("disk full"), Accepted.STORED]
    async with (
        a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot,
        serving(bot, inbox) as url,
    ):
        fake.webhook = {"url": url, "secret": SECRET}
        first = await fake.user_says(7, "một")
        second = await fake.user_says(7, "hai")
        await fake.all_delivered()
    assert inbox.ids == [first, second]
    assert fake.deliveries == [503, 500, 200, 200]


# --- polling -----------------------------------------------------------------------------------


async def test_polling_confirms_what_was_stored_and_remembers_the_offset(
    fake: FakeTelegram,
) -> None:
    inbox, memory = Inbox(), Memory()
    await fake.user_says(7, "một")
    async with a_bot(fake, memory=memory) as bot, listening(bot, inbox):
        await inbox.holds(1)
        last = await fake.user_says(8, "hai")
        await inbox.holds(2)
        await fake.wait_until(lambda: fake.unconfirmed == [])
        assert memory.leases["telegram-poller"] > 30
    assert memory.facts["offset:7000000001"].split()[0] == str(last + 1)
    assert memory.leases["telegram-poller"] == 0, "given back"


@pytest.mark.parametrize("trouble", [Accepted.BUSY, RuntimeError("disk full")])
async def test_what_was_not_stored_comes_again(
    fake: FakeTelegram, trouble: Accepted | Exception
) -> None:
    inbox, sleeper = Inbox(), Sleeper()
    inbox.next = [Accepted.STORED, trouble, Accepted.STORED]
    pushed = [await fake.user_says(user, "x") for user in (1, 2, 3)]
    async with a_bot(fake, sleep=sleeper) as bot, listening(bot, inbox):
        await inbox.holds(3)
        await fake.wait_until(lambda: fake.unconfirmed == [])
    assert sorted(inbox.ids) == pushed
    assert sleeper.pauses == [1.0]
    offsets = [call.params.get("offset") for call in fake.called("getUpdates")]
    assert offsets[:2] == [None, pushed[1]]


async def test_one_persons_messages_stay_in_order_around_a_busy_moment(
    fake: FakeTelegram,
) -> None:
    inbox = Inbox()
    inbox.next = [Accepted.BUSY]
    pushed = [await fake.user_says(7, text) for text in ("một", "hai", "ba")]
    async with a_bot(fake) as bot, listening(bot, inbox):
        await inbox.holds(3)
    assert inbox.ids == pushed


async def test_a_restart_asks_from_where_it_had_stopped(fake: FakeTelegram) -> None:
    memory, inbox = Memory(), Inbox()
    first = await fake.user_says(7, "một")
    async with a_bot(fake, memory=memory) as bot, listening(bot, inbox):
        await fake.wait_until(lambda: inbox.ids == [first] and fake.unconfirmed == [])
    second = await fake.user_says(7, "hai")
    async with a_bot(fake, memory=memory) as bot, listening(bot, inbox):
        await inbox.holds(2)
    assert inbox.ids == [first, second]
    assert first + 1 in [call.params.get("offset") for call in fake.called("getUpdates")]


async def test_an_offset_older_than_a_week_is_forgotten(fake: FakeTelegram) -> None:
    memory, inbox = Memory(), Inbox()
    memory.facts["offset:7000000001"] = f"999999 {NOW.timestamp() - 7 * 24 * 3600:.0f}"
    await fake.user_says(7, "một")
    async with a_bot(fake, memory=memory) as bot, listening(bot, inbox):
        await inbox.holds(1)


async def test_a_forgotten_webhook_gives_way_without_losing_anything(fake: FakeTelegram) -> None:
    inbox = Inbox()
    await fake.user_says(7, "một")
    fake.webhook = {"url": "http://127.0.0.1:9/", "secret": ""}
    async with a_bot(fake) as bot, listening(bot, inbox):
        await inbox.holds(1)
    (call,) = fake.called("deleteWebhook")
    assert not call.params.get("drop_pending_updates")


@pytest.mark.parametrize(
    ("trouble", "pauses"),
    [
        (409, [0.5, 1.0, 2.0]),
        (500, [0.5, 1.0, 2.0]),
        ("html", [0.5, 1.0, 2.0]),
        ("nonsense", [0.5, 1.0, 2.0]),
        ("reset before", [0.5, 1.0, 2.0]),
        ("flood", [9, 9, 9]),
        (401, [600, 600, 600]),
    ],
)
async def test_polling_outlives_every_trouble(
    fake: FakeTelegram, trouble: Trouble | int, pauses: list[float]
) -> None:
    inbox, sleeper = Inbox(), Sleeper()
    await fake.user_says(7, "một")
    fake.next_answer(trouble, method="getUpdates", times=3, retry_after=9)
    async with a_bot(fake, sleep=sleeper) as bot, listening(bot, inbox):
        await inbox.holds(1)
    assert sleeper.pauses == pauses


async def test_the_pauses_are_capped() -> None:
    async with FakeTelegram() as gone:
        pass
    sleeper = Sleeper()
    async with a_bot(gone, sleep=sleeper) as bot, listening(bot, Inbox()):
        await sleeper.has_slept(12)
    assert sleeper.pauses[:4] == [0.5, 1, 2, 4]
    assert max(sleeper.pauses) == 30


async def test_only_the_holder_of_the_lease_polls(fake: FakeTelegram) -> None:
    memory, sleeper, inbox = Memory(), Sleeper(), Inbox()
    memory.leased_to_another = True
    await fake.user_says(7, "một")
    async with a_bot(fake, memory=memory, sleep=sleeper) as bot, listening(bot, inbox):
        await sleeper.has_slept(3)
        assert fake.calls == []
        memory.leased_to_another = False
        await inbox.holds(1)


async def test_listening_ends_at_once_with_a_webhook(fake: FakeTelegram) -> None:
    async with a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot:
        await bot.listen(Inbox())
    assert fake.calls == []


async def test_a_body_that_only_says_it_is_zipped_changes_nothing(fake: FakeTelegram) -> None:
    """No 5xx, whatever comes: Telegram would repeat it for a day."""
    inbox = Inbox()
    headers = {SECRET_HEADER: SECRET, "Content-Encoding": "deflate"}
    async with (
        a_bot(fake, public_url="https://x", webhook_secret=SECRET) as bot,
        serving(bot, inbox) as url,
        aiohttp.ClientSession() as client,
        client.post(url, data=b'{"update_id": 1}', headers=headers) as answer,
    ):
        assert answer.status == 200
    assert inbox.stored == []
    assert bot.counts["unreadable"] == 1
