"""The webhook of Zalo Bot: nothing forged comes in; what is acknowledged was stored."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channels.base import Accepted
from bot.channels.bodies import MAX_BODY
from bot.channels.zalo_bot.webhook import PATH, SECRET_HEADER
from tests.bot.channels.zalo_bot_setup import (
    LAN,
    PUBLIC,
    SECRET,
    WEBHOOK,
    Inbox,
    a_bot,
    payload,
    serving,
)
from tests.fake_zalo_bot import FakeZaloBot, Shape


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        yield fake


async def posted(url: str, body: bytes | str | None, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{url}{PATH}", data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_the_webhook_stores_and_then_says_200(fake: FakeZaloBot) -> None:
    """R1, R3: acknowledged when stored; asked to come again when it could not be."""
    inbox = Inbox()
    async with a_bot(fake, **WEBHOOK) as bot, serving(bot, inbox) as url:
        assert await posted(url, json.dumps(payload("text"))) == 200
        assert await posted(url, json.dumps(payload("text_bare"))) == 200
        assert inbox.stored == [payload("text_bare")], "both shapes are one event"
        inbox.next = [Accepted.BUSY, Accepted.IGNORED, Accepted.THROTTLED]
        assert await posted(url, json.dumps(payload("voice"))) == 503
        assert await posted(url, json.dumps(payload("voice"))) == 200
        assert await posted(url, json.dumps(payload("voice"))) == 200


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "sai-bí-mật"])
async def test_a_forged_call_is_refused_unread(fake: FakeZaloBot, secret: str | None) -> None:
    """T07."""
    inbox = Inbox()
    async with a_bot(fake, **WEBHOOK) as bot, serving(bot, inbox) as url:
        assert await posted(url, json.dumps(payload("text")), secret) == 403
        assert await posted(url, b" " * 300_000, secret) == 403
        assert bot.counts["forged"] == 2
    assert inbox.calls == 0


@pytest.mark.parametrize("secret", [None, "", "None", SECRET])
async def test_without_a_configured_secret_all_is_refused(
    fake: FakeZaloBot, secret: str | None
) -> None:
    """T07: fail closed."""
    inbox = Inbox()
    async with a_bot(fake, public_url=PUBLIC) as bot, serving(bot, inbox) as url:
        assert await posted(url, json.dumps(payload("text")), secret) == 403
        assert await posted(url, None, secret) == 403
    assert inbox.calls == 0


async def test_a_body_bomb_is_refused(fake: FakeZaloBot) -> None:
    """T36."""
    inbox = Inbox()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1024 + 1):
            yield b" " * 1024

    async with (
        a_bot(fake, **WEBHOOK) as bot,
        serving(bot, inbox) as url,
        aiohttp.ClientSession() as client,
    ):
        assert await posted(url, b" " * (MAX_BODY + 1)) == 413
        headers = {SECRET_HEADER: SECRET}
        async with client.post(f"{url}{PATH}", data=chunks(), headers=headers) as answer:
            assert answer.status == 413
        assert bot.counts["too big"] == 2
    assert inbox.calls == 0


@pytest.mark.parametrize(
    "body",
    [
        "{", "[]", "null", "7", '"x"', b"\xff\xfe", "[" * 100_000, '{"ok":true,"result":{}}', "{}",
        '{"message":' + '{"a":' * 400 + "1" + "}" * 400 + "}",
    ],
)  # fmt: skip
async def test_what_is_no_event_is_swallowed(fake: FakeZaloBot, body: str | bytes) -> None:
    inbox = Inbox()
    async with a_bot(fake, **WEBHOOK) as bot, serving(bot, inbox) as url:
        assert await posted(url, body) == 200
        assert bot.counts["unreadable"] == 1
    assert inbox.calls == 0


async def test_a_probe_is_told_that_we_live(fake: FakeZaloBot) -> None:
    """zalo.md §2.6: an empty call must find a 2xx, with or without the secret."""
    inbox = Inbox()
    async with a_bot(fake, **WEBHOOK) as bot, serving(bot, inbox) as url:
        assert await posted(url, None) == 200
        assert await posted(url, None, secret=None) == 200
        assert await posted(url, None, secret="wrong") == 403
        assert bot.counts["probe"] == 2
    assert inbox.calls == 0


async def test_a_message_that_nobody_wrote_is_acknowledged(fake: FakeZaloBot) -> None:
    inbox = Inbox()
    async with a_bot(fake, **WEBHOOK) as bot, serving(bot, inbox) as url:
        assert await posted(url, json.dumps(payload("unsupported_without_message"))) == 200
    assert (inbox.calls, inbox.stored) == (1, [])


@pytest.mark.parametrize("shape", Shape)
async def test_zalos_own_calls_come_in_by_either_shape(fake: FakeZaloBot, shape: Shape) -> None:
    inbox = Inbox()
    fake.shape = shape
    async with a_bot(fake, **WEBHOOK) as bot, serving(bot, inbox) as url:
        fake.public[PUBLIC] = url
        await bot.start()
        for text in ("một", "hai", "ba", "bốn"):
            await fake.user_says(LAN, text, times=2)
        await fake.all_delivered()
    assert inbox.texts == ["một", "hai", "ba", "bốn"]
    assert fake.deliveries == [200] * 8


async def test_a_bot_that_polls_has_no_webhook(fake: FakeZaloBot) -> None:
    async with a_bot(fake, webhook_secret=SECRET) as bot:
        assert bot.routes(Inbox()) == []
