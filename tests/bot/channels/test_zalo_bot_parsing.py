"""What comes in from Zalo Bot, against the payload files: nothing unknown, nothing raised."""

import copy
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from bot.channels.base import Channel, Raw
from bot.channels.zalo_bot.parsing import Me, identify, inner, parse
from handlers.messages import Incoming, Kind
from tests.bot.channels.spoiling import odd_json
from tests.bot.channels.zalo_bot_setup import IN_GROUPS, LAN, NOW, PAYLOADS, a_bot, payload
from tests.fake_zalo_bot import FakeZaloBot

SAID_AT = datetime.fromtimestamp(1_796_086_800, UTC)
GROUP = "zgr-f8a7101d77709e2ec761"
WORDS = "tối qua xóm 5 có 35 bà con học VNeID"


def said(kind: Kind, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind, "account": LAN, "chat": LAN, "at": SAID_AT, "private": True, "text": "",
        "name": "Lan Nguyễn", **more,
    }  # fmt: skip


TEXT = said(Kind.TEXT, text=WORDS)
PICTURE = said(Kind.PICTURE, text="ảnh lớp xóm 5")
IN_GROUP = {**TEXT, "chat": GROUP, "private": False}

EXPECTED: dict[str, dict[str, Any] | None] = {
    "bot_sender": None,
    "group_image": None,
    "group_lower_case": IN_GROUP,
    "group_mention": IN_GROUP,
    "group_mention_bare": IN_GROUP,
    "group_reply": {**IN_GROUP, "text": "35"},
    "group_unsupported": None,
    "image": PICTURE,
    "image_bare": PICTURE,
    "image_photo_key": PICTURE,
    "image_without_caption": said(Kind.PICTURE),
    "sticker": said(Kind.STICKER),
    "sticker_bare": said(Kind.STICKER),
    "text": TEXT,
    "text_bare": TEXT,
    "text_decomposed": said(Kind.TEXT, text="xóm 5 có 35 người"),
    "text_first_name": TEXT,
    "text_name": TEXT,
    "text_seconds_date": TEXT,
    "unknown_event": said(Kind.UNKNOWN),
    "unknown_event_without_message": None,
    "unsupported": said(Kind.HIDDEN),
    "unsupported_bare": said(Kind.HIDDEN),
    "unsupported_without_message": None,
    "unsupported_without_message_bare": None,
    "voice": said(Kind.VOICE),
    "voice_bare": said(Kind.VOICE),
}


def test_every_payload_has_its_expectation() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_payload_is_understood(name: str) -> None:
    raw = payload(name)
    incoming = parse(raw, IN_GROUPS, now=NOW)
    expected = EXPECTED[name]
    if expected is None:
        assert incoming is None
        assert identify(raw, IN_GROUPS) is None
        return
    assert incoming is not None
    assert {field: getattr(incoming, field) for field in expected} == expected
    assert identify(raw, IN_GROUPS) == (incoming.event_id, incoming.account, incoming.chat, True)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("group")])
def test_a_group_is_nobody_until_zalo_says_we_may_join_groups(name: str) -> None:
    """T09: groups only where they are allowed."""
    assert identify(payload(name), Me()) is None
    assert parse(payload(name), Me(), now=NOW) is None


@pytest.mark.parametrize("name", ["text", "image", "sticker", "voice", "unsupported"])
def test_wrapped_and_bare_are_one_event(name: str) -> None:
    """R2: the same delivery in both shapes has one key."""
    wrapped, bare = payload(name), payload(f"{name}_bare")
    assert "event_name" not in wrapped
    assert inner(wrapped) == bare
    assert identify(wrapped, IN_GROUPS) == identify(bare, IN_GROUPS)


def test_the_key_is_the_event_name_and_the_message_id() -> None:
    """R2."""
    arrival = identify(payload("text"), Me())
    assert arrival == ("message.text.received|2d758cb5e222177a4e01", LAN, LAN, True)


def test_without_a_message_id_the_whole_event_is_the_key() -> None:
    """R2: two that differ are two, a repeated one is one."""
    raw = inner(payload("unsupported"))
    del raw["message"]["message_id"]
    later = copy.deepcopy(raw)
    later["message"]["date"] += 1
    first, again, second = (identify(each, Me()) for each in (raw, {"result": raw}, later))
    assert first is not None
    assert first == again
    assert second is not None
    assert first.event_id != second.event_id


@pytest.mark.parametrize(
    ("date", "at"),
    [
        (1_750_316_131_602, datetime(2025, 6, 19, 6, 55, 31, 602000, tzinfo=UTC)),
        (1_750_316_131, datetime(2025, 6, 19, 6, 55, 31, tzinfo=UTC)),
        ("1750316131602", datetime(2025, 6, 19, 6, 55, 31, 602000, tzinfo=UTC)),
        (1_750_316_131_602.0, datetime(2025, 6, 19, 6, 55, 31, 602000, tzinfo=UTC)),
        (None, NOW),
        (0, NOW),
        (-5, NOW),
        (5, NOW),
        (True, NOW),
        (float("nan"), NOW),
        (float("inf"), NOW),
        (10**30, NOW),
        ("yesterday", NOW),
        ("١٢٣", NOW),
        ("9" * 5000, NOW),
        (4_102_444_800_000, NOW),
        ({}, NOW),
    ],
)
def test_a_date_is_milliseconds_or_seconds_or_now(date: object, at: datetime) -> None:
    """N10: the person's own moment; what is no moment is the one in which we read it."""
    raw = inner(payload("text"))
    raw["message"]["date"] = date
    incoming = parse(raw, Me(), now=NOW)
    assert incoming is not None
    assert incoming.at == at


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("@Bot Học vụ số 1", "1"),
        ("@bot học vụ số: 1", "1"),
        (" @BOT HỌC VỤ SỐ,  xóm 5", "xóm 5"),
        (unicodedata.normalize("NFD", "@Bot Học vụ số 1"), "1"),
        ("@bot.VDKyGxQvc 1", "1"),
        ("@Bot Học vụ số học", "học"),
        ("@Bot Học vụ sống 1", "@Bot Học vụ sống 1"),
        ("@Lan 1", "@Lan 1"),
        ("1 @Bot Học vụ số", "1 @Bot Học vụ số"),
    ],
)
def test_our_own_name_is_taken_off_in_a_group(text: str, heard: str) -> None:
    raw = inner(payload("group_mention"))
    raw["message"]["text"] = text
    incoming = parse(raw, IN_GROUPS, now=NOW)
    assert incoming is not None
    assert (incoming.text, incoming.kind, incoming.private) == (heard, Kind.TEXT, False)


def test_a_mention_alone_is_still_answered() -> None:
    """U12."""
    raw = inner(payload("group_mention"))
    raw["message"]["text"] = "@Bot Học vụ số"
    incoming = parse(raw, IN_GROUPS, now=NOW)
    assert incoming is not None
    assert incoming.kind is Kind.UNKNOWN


def test_in_private_the_text_stays_as_it_was_written() -> None:
    raw = inner(payload("text"))
    raw["message"]["text"] = "@Bot Học vụ số 1"
    incoming = parse(raw, IN_GROUPS, now=NOW)
    assert incoming is not None
    assert incoming.text == "@Bot Học vụ số 1"


@pytest.mark.parametrize("kind", ["PRIVATE", "private", "Private", None, "", 7])
def test_a_chat_with_oneself_is_private_however_it_is_spelt(kind: object) -> None:
    raw = inner(payload("text"))
    raw["message"]["chat"]["chat_type"] = kind
    assert identify(raw, Me()) is not None


def test_a_chat_of_no_type_with_another_id_is_no_private_one() -> None:
    """T11: what may be a group is never treated as private."""
    raw = inner(payload("group_mention"))
    del raw["message"]["chat"]["chat_type"]
    assert identify(raw, Me()) is None
    incoming = parse(raw, IN_GROUPS, now=NOW)
    assert incoming is not None
    assert not incoming.private


def test_a_text_bomb_is_cut() -> None:
    """T29."""
    raw = inner(payload("text"))
    raw["message"]["text"] = "a" * 64_000
    incoming = parse(raw, Me(), now=NOW)
    assert incoming is not None
    assert len(incoming.text) == 4096


@pytest.mark.parametrize("text", [None, "", 5, {}, ["x"]])
def test_a_text_without_text_is_unknown(text: object) -> None:
    raw = inner(payload("text"))
    raw["message"]["text"] = text
    incoming = parse(raw, Me(), now=NOW)
    assert incoming is not None
    assert incoming.kind is Kind.UNKNOWN


ODD = {
    "ok", "result", "event_name", "message", "from", "chat", "id", "chat_type", "text", "caption",
    "date", "is_bot", "display_name", "name", "first_name", "message_id", "message_type",
    "photo_url", "photo",
}  # fmt: skip


@given(odd_json(payload, EXPECTED, ODD))
@settings(max_examples=400, deadline=None)
def test_no_json_can_raise(raw: Raw) -> None:
    arrival = identify(raw, IN_GROUPS)
    incoming = parse(raw, IN_GROUPS, now=NOW)
    assert (incoming is None) == (arrival is None)
    if incoming is not None:
        assert isinstance(incoming, Incoming)
        assert arrival is not None
        assert arrival[:3] == (incoming.event_id, incoming.account, incoming.chat)
        assert incoming.at.tzinfo is UTC
        assert isinstance(incoming.text, str)


async def test_zalo_bot_is_a_channel() -> None:
    async with a_bot(FakeZaloBot()) as bot:
        channel: Channel = bot
        assert (channel.name, channel.bot, channel.fetched) == ("zalo_bot", "123456789", False)
        assert channel.able.max_buttons == 0
        assert channel.able.numbers_in_text
        assert channel.able.max_text == 2000
        assert channel.able.files == frozenset()
