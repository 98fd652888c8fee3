"""FakeZaloBot's polling (zalo.md §2.5; §2.11 row 2)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.fake_zalo_bot import FakeZaloBot, Polling
from tests.zalo_bot_asking import LAN, ask, poll


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        yield fake


async def test_an_idle_poll_is_answered_with_408(fake: FakeZaloBot) -> None:
    assert await ask(fake, "getUpdates", timeout="30") == (
        408,
        {"ok": False, "description": "Request timeout", "error_code": 408},
    )


async def test_one_event_a_poll_whatever_limit_says(fake: FakeZaloBot) -> None:
    first = await fake.user_says(LAN, "một")
    second = await fake.user_says(LAN, "hai")
    _, body = await ask(fake, "getUpdates", timeout=30, offset=99, limit=100)
    assert body["result"]["message"]["message_id"] == first
    assert await poll(fake) == second


async def test_polling_is_refused_while_a_webhook_is_set(fake: FakeZaloBot) -> None:
    url = "https://commune.example/webhook/zalo-bot"
    await ask(fake, "setWebhook", url=url, secret_token="12345678")
    status, _ = await ask(fake, "getUpdates", timeout=0)
    assert status == 400
    await ask(fake, "deleteWebhook")
    assert await poll(fake) is None


async def test_what_was_fetched_comes_again_in_replay_mode(fake: FakeZaloBot) -> None:
    fake.polling = Polling.REPLAY
    one, two = await fake.user_says(LAN, "một"), await fake.user_says(LAN, "hai")
    assert [await poll(fake) for _ in range(5)] == [one, two, one, two, one]


async def test_what_nobody_waits_for_is_lost_in_lossy_mode(fake: FakeZaloBot) -> None:
    fake.polling = Polling.LOSSY | Polling.REPLAY
    await fake.user_says(LAN, "một")
    assert await poll(fake) is None
    fake.longest_poll = 5
    waiting = asyncio.create_task(poll(fake))
    await fake.wait_until(lambda: fake.open_polls == 1)
    kept = await fake.user_says(LAN, "hai")
    assert await waiting == kept
    assert [event["message"]["text"] for event in fake.lost] == ["một"]


async def test_a_poller_that_went_away_fetches_nothing(fake: FakeZaloBot) -> None:
    fake.longest_poll = 5
    left = asyncio.create_task(poll(fake))
    await fake.wait_until(lambda: fake.open_polls == 1)
    left.cancel()
    async with asyncio.timeout(5):
        while fake.open_polls:  # noqa: ASYNC110 - ends in the server, which tells nobody
            await asyncio.sleep(0.001)
    written = await fake.user_says(LAN, "học")
    assert await poll(fake) == written


async def test_two_pollers_split_the_messages(fake: FakeZaloBot) -> None:
    fake.longest_poll = 5
    polls = [asyncio.create_task(poll(fake)) for _ in range(2)]
    await fake.wait_until(lambda: fake.open_polls == 2)
    written = {await fake.user_says(LAN, "một"), await fake.user_says(LAN, "hai")}
    assert set(await asyncio.gather(*polls)) == written


async def test_an_event_is_delivered_twice_on_demand(fake: FakeZaloBot) -> None:
    written = await fake.user_says(LAN, "học", times=2)
    assert [await poll(fake) for _ in range(3)] == [written, written, None]
