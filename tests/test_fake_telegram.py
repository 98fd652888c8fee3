"""FakeTelegram is as strict as Telegram, and usable by others than us."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram

from bot.channels.base import Button, Part, Picture
from tests.bot.channels.telegram_setup import TO, a_bot
from tests.fake_telegram import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    path = tmp_path / "bai-1.png"
    path.write_bytes(b"\x89PNG bytes of a picture")
    return Picture(key="sha256-1", path=str(path), alt="Một cái khóa")


async def call(fake: FakeTelegram, method: str, **params: Any) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{fake.url}/bot{fake.token}/{method}", json=params) as answer,
    ):
        body = await answer.json()
        return answer.status, body.get("result") if body["ok"] else body["description"]


@pytest.mark.parametrize(
    ("method", "params", "status", "word"),
    [
        ("sendMesage", {}, 404, "method not found"),
        ("sendMessage", {"text": "a"}, 400, "chat_id"),
        ("sendMessage", {"chat_id": 7, "text": "a", "colour": 1}, 400, "colour"),
        ("sendMessage", {"chat_id": [7], "text": "a"}, 400, "chat_id"),
        ("sendMessage", {"chat_id": 7, "text": " "}, 400, "text is empty"),
        ("sendMessage", {"chat_id": 7, "text": "a" * 4097}, 400, "too long"),
        ("sendMessage", {"chat_id": 7, "text": "5 < 7", "parse_mode": "HTML"}, 400, "parse"),
        ("sendMessage", {"chat_id": 7, "text": "a<br>", "parse_mode": "HTML"}, 400, "parse"),
        ("sendMessage", {"chat_id": 7, "text": "<b>a", "parse_mode": "HTML"}, 400, "parse"),
        ("sendMessage", {"chat_id": 7, "text": "<b>a</i>", "parse_mode": "HTML"}, 400, "parse"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
            400,
            "Text buttons",
        ),
        (
            "sendMessage",
            {
                "chat_id": 7,
                "text": "a",
                "reply_markup": {
                    "inline_keyboard": [[{"text": "a", "callback_data": "ế" * 22}]],
                },
            },
            400,
            "BUTTON_DATA_INVALID",
        ),
        ("setMyCommands", {"commands": [{"command": "Học", "description": "x"}]}, 400, "COMMAND"),
        ("getFile", {"file_id": "none"}, 400, "file"),
    ],
)
async def test_the_fake_is_as_strict_as_telegram(
    fake: FakeTelegram, method: str, params: dict[str, Any], status: int, word: str
) -> None:
    answered, said = await call(fake, method, **params)
    assert answered == status
    assert word in said
    assert fake.sent == []


async def test_the_fake_speaks_to_a_plain_python_telegram_bot(fake: FakeTelegram) -> None:
    await fake.user_says(7, "/start h_xom-05")
    await fake.user_blocks(8)
    async with telegram.Bot(fake.token, base_url=f"{fake.url}/bot") as bot:
        updates = await bot.get_updates()
    assert updates[0].message is not None
    assert updates[0].message.text == "/start h_xom-05"
    assert updates[1].my_chat_member is not None


async def test_the_fake_gives_a_file_back(fake: FakeTelegram, picture: Picture) -> None:
    async with a_bot(fake) as bot:
        receipt = await bot.send(Part("", picture=picture), TO)
    _, file = await call(fake, "getFile", file_id=receipt.file_ids[picture.key])
    url = f"{fake.url}/file/bot{fake.token}/{file['file_path']}"
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        assert await answer.read() == b"\x89PNG bytes of a picture"


async def test_the_fake_can_be_driven_by_hand(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot, aiohttp.ClientSession() as client:
        await bot.send(Part("Tiếp?", buttons=(Button("Xem tiếp", "abcdefgh1"),)), TO)
        for path, order in (("say", {"text": "/start"}), ("press", {"label": "Xem"})):
            url = f"{fake.url}/control/{path}"
            async with client.post(url, json={"user": 7, **order}) as answer:
                assert answer.status == 200
        async with client.get(f"{fake.url}/control/sent") as answer:
            assert await answer.json() == [
                {"chat": 7, "text": "Tiếp?", "buttons": ["Xem tiếp"], "picture": ""}
            ]
    assert len(fake.unconfirmed) == 2
