"""A photo of a sheet on Telegram: by its file id, at most 5 MB, no token told (T30, T50)."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import MediaFetcher, Raw
from bot.channels.telegram.parsing import Me, parse
from bot.channels.web_chat import WebChat
from handlers.messages import Kind
from tests.bot.photos import FAILED, KEPT, TOO_MUCH, a_head, gives, picture_event, told, tries_all
from tests.conftest import MakeHouse
from tests.fake_pictures import JPEG
from tests.talk import Talk
from tests.telegram_rules import Upload
from tests.voices import Platforms
from tests.voices.telegram import TelegramVoice


def sizes(*given: tuple[str, int, int | None]) -> list[dict[str, Any]]:
    """(file id, width, declared bytes) of each."""
    return [
        {"file_id": file_id, "file_unique_id": f"u{file_id}", "width": width, "height": width}
        | ({"file_size": size} if size is not None else {})
        for file_id, width, size in given
    ]


def of_telegram(talk: Talk, photo: list[dict[str, Any]]) -> Raw:
    raw = picture_event(talk)
    raw["message"]["photo"] = photo
    return raw


@pytest.fixture
async def telegram(platforms: Platforms) -> AsyncIterator[TelegramVoice]:
    voice = await platforms.voice("telegram")
    assert isinstance(voice, TelegramVoice)
    yield voice
    platforms.forget()


async def test_a_photo_on_telegram_is_kept_in_its_largest_size(
    a_house: MakeHouse, telegram: TelegramVoice
) -> None:
    house = await a_house(telegram)
    head = await a_head(house)
    fake = telegram._fake
    fake.files["big"] = Upload("a.jpg", JPEG)
    await gives(head, of_telegram(head, sizes(("small", 90, 900), ("big", 1280, len(JPEG)))))
    await house.make_all()
    assert told(head, KEPT) == 1
    assert [call.params["file_id"] for call in fake.called("getFile")] == ["big"]


@pytest.mark.parametrize(
    ("photo", "media"),
    [
        (sizes(("a", 90, 10), ("b", 800, 20)), "b"),
        (sizes(("a", 90, 10), ("b", 800, TOO_MUCH)), "a"),
        (sizes(("a", 90, TOO_MUCH)), ""),
        (sizes(("a", 90, None)), "a"),
        ([], ""),
        ({"file_id": "a"}, ""),
        ([{"file_id": 7, "width": 1, "height": 1}, None, "x"], ""),
    ],
)
def test_of_a_telegram_photo_the_largest_that_may_be_is_chosen(photo: Any, media: str) -> None:
    """T30: by the declared size, before anything is downloaded."""
    who = {"id": 7, "is_bot": False, "first_name": "Lan"}
    message = {"message_id": 1, "date": 1, "from": who, "chat": {"id": 7, "type": "private"}}
    event = parse({"update_id": 1, "message": {**message, "photo": photo}}, Me("1", "b"))
    assert event is not None
    assert (event.kind, event.media) == (Kind.PICTURE, media)
    assert "media" not in repr(event)


@pytest.mark.parametrize("tells_size", [True, False])
async def test_telegram_is_not_downloaded_from_beyond_five_megabytes(
    a_house: MakeHouse, telegram: TelegramVoice, tells_size: bool
) -> None:
    """T30: by the size it tells, and where it tells none by what comes."""
    house = await a_house(telegram)
    head = await a_head(house)
    telegram._fake.files["huge"] = Upload("a.jpg", JPEG + bytes(TOO_MUCH))
    telegram._fake.tells_sizes = tells_size
    await gives(head, of_telegram(head, sizes(("huge", 1280, None))))
    await tries_all(house)
    telegram._fake.tells_sizes = True
    assert (told(head, FAILED), told(head, KEPT)) == (1, 0)


async def test_telegrams_trouble_is_waited_for_and_its_token_is_in_no_log(
    a_house: MakeHouse, telegram: TelegramVoice, caplog: pytest.LogCaptureFixture
) -> None:
    """T50."""
    house = await a_house(telegram)
    head = await a_head(house)
    telegram._fake.next_answer("reset before", method="getFile")
    telegram._fake.next_answer(500, method="getFile")
    telegram._fake.files["big"] = Upload("a.jpg", JPEG)
    with caplog.at_level(logging.DEBUG, "bot"):
        await gives(head, of_telegram(head, sizes(("big", 1280, None))))
        await tries_all(house)
    assert (told(head, FAILED), told(head, KEPT)) == (0, 1)
    token = telegram._fake.token
    assert not [record for record in caplog.records if token in str(vars(record))]


async def test_an_unknown_file_id_is_given_up_with_a_sentence(
    a_house: MakeHouse, telegram: TelegramVoice
) -> None:
    house = await a_house(telegram)
    head = await a_head(house)
    await gives(head, of_telegram(head, sizes(("of-another-bot", 1280, None))))
    await tries_all(house)
    assert (told(head, FAILED), told(head, KEPT)) == (1, 0)


def test_the_chat_page_brings_no_pictures() -> None:
    assert not issubclass(WebChat, MediaFetcher)
