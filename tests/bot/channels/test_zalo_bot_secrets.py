"""No failure and no log of the Zalo Bot channel shows its token or anybody's words."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.channels.base import Part, SendingFailed, TryLater
from tests.bot.channels.zalo_bot_setup import LAN, TO, a_bot, chain, listening
from tests.fake_zalo_bot import FakeZaloBot, Trouble


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        fake.plan.admit(LAN)
        yield fake


@pytest.mark.parametrize("trouble", [400, 401, 404, 500, "html", "reset before", "nonsense"])
async def test_no_failure_shows_the_token(
    fake: FakeZaloBot, trouble: Trouble | int, caplog: pytest.LogCaptureFixture
) -> None:
    """T50, P9."""
    caplog.set_level(logging.DEBUG)
    fake.next_answer(trouble, description=f"no /bot{fake.token}/sendMessage")
    async with a_bot(fake) as bot:
        assert fake.token not in repr(bot) + repr(vars(bot))
        with pytest.raises(SendingFailed) as caught:
            await bot.send(Part("riêng tư"), TO)
    assert all(fake.token not in repr(error) for error in chain(caught.value))
    assert fake.token not in caplog.text
    assert "riêng tư" not in caplog.text


async def test_a_connection_that_is_never_made_shows_no_token(
    fake: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T50."""

    def too_slow(_: aiohttp.ClientSession, url: str, **__: Any) -> None:
        raise aiohttp.ConnectionTimeoutError(f"Connection timeout to host {url}")

    monkeypatch.setattr(aiohttp.ClientSession, "post", too_slow)
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("riêng tư"), TO)
    assert all(fake.token not in repr(error) for error in chain(caught.value))


async def test_polling_and_starting_show_no_token(caplog: pytest.LogCaptureFixture) -> None:
    """T50."""
    caplog.set_level(logging.DEBUG)
    async with FakeZaloBot() as gone:
        pass
    async with a_bot(gone) as bot:
        await bot.start()
        async with listening(bot, lambda _: pytest.fail("nothing can come")):
            pass
        assert gone.token not in "".join(await bot.findings())
    assert "zalo bot not set up yet" in caplog.messages
    assert gone.token not in caplog.text
