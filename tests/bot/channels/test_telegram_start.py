"""What the Telegram channel sets up when it starts: its name, its menus, its webhook."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Channel
from tests.bot.channels.telegram_setup import SECRET, Memory, Sleeper, a_bot
from tests.fake_telegram import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


async def test_telegram_is_a_channel(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        channel: Channel = bot
        assert channel.name == "telegram"


async def test_start_learns_the_name_and_sets_the_menu(fake: FakeTelegram) -> None:
    memory = Memory()
    async with a_bot(fake, memory=memory) as bot:
        assert bot.bot == "7000000001"
        await bot.start()
        assert bot.username == "hocvuso_bot"
    assert fake.commands["default"] == fake.commands["all_private_chats"]
    assert fake.commands["default"][0] == {"command": "hoc", "description": "Học bài tiếp theo"}
    assert fake.webhook == {}
    assert memory.facts["username"] == "hocvuso_bot"


async def test_start_goes_on_in_the_background_when_telegram_is_down(fake: FakeTelegram) -> None:
    fake.next_answer(502, times=3)
    sleeper = Sleeper()
    memory = Memory()
    memory.facts["username"] = "remembered_bot"
    async with a_bot(fake, memory=memory, sleep=sleeper) as bot:
        await bot.start()
        assert bot.username == "remembered_bot"
        await fake.wait_until(lambda: len(fake.commands) == 2)
        assert bot.username == "hocvuso_bot"
    assert sleeper.pauses == [0.5, 1.0, 2.0]


async def test_start_sets_the_webhook_with_its_secret(fake: FakeTelegram) -> None:
    async with a_bot(fake, public_url="https://xa.example.vn/", webhook_secret=SECRET) as bot:
        await bot.start()
    (call,) = fake.called("setWebhook")
    assert call.params["url"] == "https://xa.example.vn/webhook/telegram"
    assert call.params["secret_token"] == SECRET
    assert call.params["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member",
    ]  # fmt: skip
    assert "drop_pending_updates" not in call.params


async def test_without_a_secret_no_webhook_is_set(fake: FakeTelegram) -> None:
    async with a_bot(fake, public_url="https://xa.example.vn") as bot:
        await bot.start()
    assert fake.called("setWebhook") == []


async def test_one_chat_gets_its_own_menu_and_loses_it(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.set_menu("7", [("quantri", "Quản trị")])
        assert fake.commands["chat:7"] == [{"command": "quantri", "description": "Quản trị"}]
        await bot.set_menu("7", [])
        assert "chat:7" not in fake.commands
        fake.unknown_chats.add(8)
        await bot.set_menu("8", [("quantri", "Quản trị")])
