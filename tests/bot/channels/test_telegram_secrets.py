"""No failure and no log of the Telegram channel shows its token or anybody's words."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.channels.base import Part, SendingFailed, TryLater
from bot.channels.telegram import redact, redact_tokens
from tests.bot.channels.telegram_setup import TO, a_bot, chain
from tests.fake_telegram import TOKEN, FakeTelegram, Trouble


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.mark.parametrize("trouble", [401, 404, 500, "html", "reset before", "nonsense"])
async def test_no_failure_shows_the_token(
    fake: FakeTelegram, trouble: Trouble | int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.next_answer(trouble)
    async with a_bot(fake) as bot:
        with pytest.raises(SendingFailed) as caught:
            await bot.send(Part("riêng tư"), TO)
    assert all(fake.token not in repr(error) for error in chain(caught.value))
    assert fake.token not in caplog.text
    assert "riêng tư" not in caplog.text


async def test_a_connection_that_is_never_made_shows_no_token(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(_: aiohttp.ClientSession, __: str, url: str, **___: Any) -> None:
        raise aiohttp.ConnectionTimeoutError(f"Connection timeout to host {url}")

    monkeypatch.setattr(aiohttp.ClientSession, "request", too_slow)
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("riêng tư"), TO)
    assert all(fake.token not in repr(error) for error in chain(caught.value))


async def test_no_connection_shows_no_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeTelegram() as gone:
        pass
    async with a_bot(gone) as bot:
        await bot.start()
    assert "telegram not set up yet" in caplog.messages
    assert gone.token not in caplog.text


def test_the_log_filter_takes_tokens_out() -> None:
    url = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    error = ValueError(url)
    trace = (ValueError, error, None)
    record = logging.LogRecord("x", 40, "f.py", 1, "call of %s", (url,), trace)
    record.address = url
    assert redact_tokens(record)
    shown = logging.Formatter("%(message)s %(address)s").format(record)
    assert TOKEN not in shown
    assert shown.count("bot[token]/sendMessage") == 3


@pytest.mark.parametrize("text", ["12:30:45", "https://host:8080/a", "x:y", "bot 1:2"])
def test_other_words_are_left_alone(text: str) -> None:
    assert redact(text) == text
