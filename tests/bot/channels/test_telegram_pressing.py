"""What Telegram is told when somebody has pressed a button."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Button, Part, Raw
from bot.channels.telegram import Telegram
from tests.bot.channels.telegram_setup import TO, a_bot, payload
from tests.fake_telegram import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


async def pressed(fake: FakeTelegram, bot: Telegram) -> Raw:
    await bot.send(Part("Tiếp?", buttons=(Button("Xem tiếp", "abcdefgh1"),)), TO)
    await fake.user_presses(7, "Xem tiếp")
    (update,) = [pending.update for pending in fake._pending]
    return update


async def test_a_press_is_answered_and_the_keyboard_goes(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        raw = await pressed(fake, bot)
        await bot.accepted(raw)
        await fake.wait_until(lambda: fake.sent[0].buttons == [])
    assert fake.answered == [raw["callback_query"]["id"]]


async def test_an_old_press_is_no_trouble(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        raw = await pressed(fake, bot)
        fake.answered.append(raw["callback_query"]["id"])
        await bot.accepted(raw)
        await bot.accepted(raw)
        await bot.accepted(payload("press_inaccessible"))
        await bot.accepted(payload("press_without_message"))
        await bot.accepted(payload("text"))
        await bot.accepted({"callback_query": {"id": 5}})
        await fake.wait_until(lambda: len(fake.called("answerCallbackQuery")) == 4)
    assert fake.sent[0].buttons == []


async def test_in_a_group_the_keyboard_stays(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.accepted(payload("group_press"))
    assert [call.method for call in fake.calls] == ["answerCallbackQuery"]
