"""How a message is sent to Telegram, and what its refusals mean."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import (
    Button,
    ChannelDown,
    Part,
    Picture,
    RecipientGone,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
)
from bot.channels.telegram.sending import keyboard
from handlers.messages import Address
from tests.bot.channels.telegram_setup import ME, TO, Memory, a_bot
from tests.fake_telegram import FakeTelegram, Trouble


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


async def test_a_message_looks_as_it_should(fake: FakeTelegram) -> None:
    buttons = (
        Button("Đồng ý", "abcdefgh1"),
        Button("Không", "abcdefgh2"),
        Button("Xem bài trước đã", "abcdefgh3"),
        Button("9", "abcdefgh4"),
    )
    async with a_bot(fake) as bot:
        receipt = await bot.send(Part("Xin chọn.", heading="Kính chào", buttons=buttons), TO)
    (message,) = fake.sent
    assert (message.chat, message.text) == (7, "Kính chào\nXin chọn.")
    assert message.bold == ["Kính chào"]
    rows = [[button["text"] for button in row] for row in message.buttons]
    assert rows == [["Đồng ý", "Không"], ["Xem bài trước đã"], ["9"]]
    assert receipt.platform_id == str(message.id)
    (call,) = fake.called("sendMessage")
    assert call.params["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    "text",
    ["5 < 7 & 8 > 2", "<b>Chủ tịch</b>", "&lt;", "_x_ *y* [a](http://b)", "\"'", "a&nbsp;b", "</>"],
)
async def test_what_people_write_arrives_as_they_wrote_it(fake: FakeTelegram, text: str) -> None:
    async with a_bot(fake) as bot:
        await bot.send(Part(text, heading=text), TO)
    assert fake.sent[0].text == f"{text}\n{text}"
    assert fake.sent[0].bold == [text]


async def test_4096_characters_pass_even_when_all_are_escaped(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.send(Part("<" * 4096), TO)
    assert fake.sent[0].text == "<" * 4096


async def test_unreadable_markup_is_sent_once_as_plain_text(
    fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.next_answer(400, description="Bad Request: can't parse entities: Unsupported start tag")
    async with a_bot(fake) as bot:
        await bot.send(Part("5 < 7", heading="Bài 1"), TO)
    assert fake.sent[0].text == "Bài 1\n5 < 7"
    assert "parse_mode" not in fake.called("sendMessage")[1].params
    assert "telegram could not read our markup" in caplog.messages


@pytest.mark.parametrize(
    ("trouble", "plan", "failure"),
    [
        ("flood", {"retry_after": 17}, TryLater),
        ("flood", {"retry_after": None}, TryLater),
        (500, {}, TryLater),
        (502, {}, TryLater),
        ("html", {}, Uncertain),
        ("nonsense", {}, Uncertain),
        ("reset before", {}, Uncertain),
        ("reset after", {}, Uncertain),
        (400, {"description": "Bad Request: message is too long"}, Refused),
        (400, {"description": "Bad Request: chat not found"}, RecipientGone),
        (403, {}, RecipientGone),
        (403, {"description": "Forbidden: user is deactivated"}, RecipientGone),
        (401, {}, ChannelDown),
        (404, {}, ChannelDown),
        (409, {}, Uncertain),
        (413, {}, Refused),
        (418, {}, Uncertain),
    ],
)
async def test_a_failure_says_what_to_do(
    fake: FakeTelegram, trouble: Trouble | int, plan: dict[str, Any], failure: type[SendingFailed]
) -> None:
    fake.next_answer(trouble, **plan)
    async with a_bot(fake) as bot:
        with pytest.raises(failure) as caught:
            await bot.send(Part("1"), TO)
    assert type(caught.value) is failure
    assert len(fake.calls) == 1


async def test_a_flood_silences_the_whole_channel_for_as_long_as_asked(fake: FakeTelegram) -> None:
    fake.next_answer("flood", retry_after=17)
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("1"), TO)
    assert (caught.value.after, caught.value.whole_channel) == (17, True)


async def test_what_never_left_may_go_again(fake: FakeTelegram) -> None:
    await fake.close()  # nobody listens at the address any more
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("1"), TO)
    assert not caught.value.whole_channel


async def test_no_answer_in_time_is_uncertain(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.requests.READ_SECONDS", 0.05)
    fake.next_answer("silence")
    async with a_bot(fake) as bot:
        with pytest.raises(Uncertain):
            await bot.send(Part("1"), TO)
    assert len(fake.sent) == 1, "it had arrived"


async def test_a_group_that_moved_is_followed_and_remembered(fake: FakeTelegram) -> None:
    memory = Memory()
    to = Address("telegram", ME.id, "7", "-55")
    fake.next_answer("migrated", new_chat=-100777)
    async with a_bot(fake, memory=memory) as bot:
        await bot.send(Part("một"), to)
        await bot.send(Part("hai"), to)
    assert [(message.chat, message.text) for message in fake.sent] == [
        (-100777, "một"),
        (-100777, "hai"),
    ]
    assert len(fake.calls) == 3


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    path = tmp_path / "bai-1.png"
    path.write_bytes(b"\x89PNG bytes of a picture")
    return Picture(key="sha256-1", path=str(path), alt="Một cái khóa")


async def test_a_picture_is_uploaded_once(fake: FakeTelegram, picture: Picture) -> None:
    part = Part("Chú thích <1>", heading="Bài 1", picture=picture, buttons=(Button("1", "t1"),))
    async with a_bot(fake) as bot:
        first = await bot.send(part, TO)
        await bot.send(part, TO)
    uploaded, reused = (call.params["photo"] for call in fake.called("sendPhoto"))
    assert uploaded.content == b"\x89PNG bytes of a picture"
    assert reused == first.file_ids["sha256-1"]
    assert [message.text for message in fake.sent] == ["Bài 1\nChú thích <1>"] * 2
    assert fake.sent[1].labels == ["1"]


async def test_a_picture_telegram_forgot_is_uploaded_again(
    fake: FakeTelegram, picture: Picture
) -> None:
    memory = Memory()
    async with a_bot(fake, memory=memory) as bot:
        await bot.send(Part("", picture=picture), TO)
        fake.forget_files()
        await bot.send(Part("", picture=picture), TO)
    assert [call.status for call in fake.called("sendPhoto")] == [200, 400, 200]
    assert memory.facts["file:sha256-1"] in fake.files


async def test_a_picture_telegram_cannot_process_goes_as_a_file(
    fake: FakeTelegram, picture: Picture
) -> None:
    fake.next_answer(400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    async with a_bot(fake) as bot:
        await bot.send(Part("Chú thích", picture=picture), TO)
    assert fake.sent[0].document
    assert fake.sent[0].text == "Chú thích"


async def test_a_missing_picture_is_told_in_words(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.send(Part("Chữ", picture=Picture("k", "/nowhere.png", "Một cái khóa")), TO)
    assert fake.sent[0].text == "[Hình: Một cái khóa]\nChữ"


def test_nine_digits_stand_two_in_a_row() -> None:
    markup = keyboard(tuple(Button(str(n), f"token{n}") for n in range(1, 10)))
    assert markup is not None
    assert [len(row) for row in markup["inline_keyboard"]] == [2, 2, 2, 2, 1]
