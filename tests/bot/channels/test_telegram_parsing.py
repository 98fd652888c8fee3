"""What comes in from Telegram, against its payloads."""

import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
import telegram
from hypothesis import given, settings
from telegram.warnings import PTBUserWarning

from bot.channels.base import Raw
from bot.channels.telegram.parsing import Me, identify, parse
from handlers.messages import Incoming, Kind
from tests.bot.channels.spoiling import odd_json
from tests.bot.channels.telegram_setup import ME, PAYLOADS, payload

SAID_AT = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
ACCOUNT = "1234567890"
GROUP = "-1001234567890"


def said(kind: Kind, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "account": ACCOUNT, "chat": ACCOUNT, "at": SAID_AT, **more}


PRESSED = said(Kind.PRESS, button="Zk3x9Qw21", at=datetime(2026, 11, 30, 10, 0, 5, tzinfo=UTC))
IN_GROUP = {"chat": GROUP, "private": False}
EXPECTED: dict[str, dict[str, Any] | None] = {
    "text": said(Kind.TEXT, text="tối qua xóm 5 có 35 bà con học VNeID", name="Lan Nguyễn"),
    "start_payload": said(Kind.TEXT, text="/start h_xom-05"),
    "command_for_us": said(Kind.TEXT, text="/hoc 3"),
    "command_for_another_bot": None,
    "press": {**PRESSED, "name": "Lan Nguyễn"},
    "press_inaccessible": PRESSED,
    "press_without_message": PRESSED,
    "press_inline": None,
    "press_game": {**PRESSED, "kind": Kind.UNKNOWN, "button": None},
    "voice": said(Kind.VOICE),
    "audio": said(Kind.VOICE),
    "video": said(Kind.VIDEO, text="lớp học tối qua"),
    "video_note": said(Kind.VIDEO),
    "animation": said(Kind.VIDEO),
    "sticker": said(Kind.STICKER),
    "photo": said(Kind.PICTURE, text="ảnh lớp xóm 5"),
    "document": said(Kind.FILE),
    "location": said(Kind.LOCATION, text=""),
    "venue": said(Kind.LOCATION),
    "contact_own": said(Kind.CONTACT, owned_contact=True, text="84900000001"),
    "contact_of_another": said(Kind.CONTACT, owned_contact=False, text=""),
    "contact_forwarded": said(Kind.CONTACT, owned_contact=False, forwarded=True, text=""),
    "poll": said(Kind.UNKNOWN),
    "dice": said(Kind.UNKNOWN),
    "from_the_future": said(Kind.UNKNOWN),
    "pinned": None,
    "edited": said(Kind.EDIT, text="", at=datetime(2026, 11, 30, 10, 1, tzinfo=UTC)),
    "edited_live_location": None,
    "forwarded": said(Kind.TEXT, text="Xóm 5: 42 người học, 3 buổi", forwarded=True),
    "blocked": said(Kind.LEFT),
    "unblocked": said(Kind.JOINED),
    "added_to_group": None,
    "group_joined_message": None,
    "group_command": said(Kind.TEXT, text="/baocao", **IN_GROUP),
    "group_talk": None,
    "group_answer_to_us": said(Kind.TEXT, text="1", **IN_GROUP),
    "group_answer_to_another": None,
    "group_edit": None,
    "group_press": {**PRESSED, **IN_GROUP},
    "anonymous_admin": said(Kind.TEXT, text="/baocao", name="", **IN_GROUP, account=GROUP),
    "another_bot": None,
    "linked_channel_post": None,
    "channel_post": None,
    "poll_answer": None,
}


def test_every_payload_has_its_expectation() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_payload_is_understood(name: str) -> None:
    raw = payload(name)
    incoming = parse(raw, ME)
    expected = EXPECTED[name]
    if expected is None:
        assert incoming is None
        return
    assert incoming is not None
    assert {field: getattr(incoming, field) for field in expected} == expected
    arrival = identify(raw, ME)
    assert arrival is not None
    assert arrival[:3] == (str(raw["update_id"]), incoming.account, incoming.chat)
    assert arrival.typed is ("my_chat_member" not in raw), "T35: nobody types a block"


@pytest.mark.parametrize("name", EXPECTED)
def test_the_payloads_are_what_telegram_sends(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)
        assert telegram.Update.de_json(payload(name), None).update_id == payload(name)["update_id"]


@pytest.mark.parametrize("name", ["group_talk", "added_to_group", "channel_post", "another_bot"])
def test_nothing_is_stored_of_those_who_did_not_speak_to_us(name: str) -> None:
    assert identify(payload(name), ME) is None


def test_a_command_is_ours_before_our_name_is_known() -> None:
    incoming = parse(payload("command_for_us"), Me(ME.id, None))
    assert incoming is not None
    assert incoming.text == "/hoc 3"


def test_a_press_without_our_stamp_falls_back_to_the_time_of_the_question() -> None:
    raw = payload("press")
    del raw["received_at"]
    incoming = parse(raw, ME)
    assert incoming is not None
    assert incoming.at == datetime(2026, 11, 30, 9, 58, 20, tzinfo=UTC)


ODD = {
    "update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "from",
    "id", "type", "text", "data", "contact", "user_id", "new_chat_member", "status", "date",
    "sender_chat", "is_bot", "reply_to_message", "forward_origin", "first_name", "received_at",
}  # fmt: skip


@given(odd_json(payload, EXPECTED, ODD))
@settings(max_examples=400, deadline=None)
def test_no_json_can_raise(raw: Raw) -> None:
    arrival = identify(raw, ME)
    incoming = parse(raw, ME)
    assert incoming is None or isinstance(incoming, Incoming)
    if incoming is not None:
        assert arrival is not None
        assert arrival[:3] == (incoming.event_id, incoming.account, incoming.chat)
        assert incoming.at.tzinfo is UTC
        assert isinstance(incoming.text, str)
