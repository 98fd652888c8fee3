"""Every payload of Zalo OA's webhook and what it is (zalo.md 3.10)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.zalo_oa.parsing import identify, parse
from handlers.messages import Kind
from tests.bot.channels.zalo_oa_setup import PAYLOADS, USER, payload
from tests.zalo_oa_payloads import OA

SAID_AT = datetime(2026, 12, 31, 7, 0, 0, 123_000, UTC)
MESSAGE = "96d3cdf3af150460909"


def said(kind: Kind, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "account": USER, "chat": USER, "at": SAID_AT, "text": "", **more}


def anonymous(kind: Kind, **more: Any) -> dict[str, Any]:
    who = {"account": "anonymous:anonymous-0123456789abcdef"}
    return said(kind, **who, chat="conversation-0123456789abcdef", **more)


SHARED = said(Kind.CONTACT, owned_contact=True, name="Trần Thị Ví Dụ", phone="84900000001")
EXPECTED: dict[str, dict[str, Any] | None] = {
    "user_send_text": said(Kind.TEXT, text="Xin chào"),
    "user_send_text_quote": said(Kind.TEXT, text="Tôi chưa hiểu câu này"),
    "user_send_text_button": said(Kind.PRESS, button="k7Qm2xAb1"),
    "user_send_text_ids_as_numbers": said(Kind.TEXT, text="Xin chào"),
    "user_send_text_without_msg_id": said(Kind.TEXT, text="Xin chào"),
    "user_send_image": said(Kind.PICTURE),
    "user_send_image_with_text": said(Kind.PICTURE, text="Ảnh lớp học"),
    "user_send_gif": said(Kind.PICTURE),
    "user_send_link": said(Kind.UNKNOWN),
    "user_send_video": said(Kind.VIDEO),
    "user_send_audio": said(Kind.VOICE),
    "user_send_file": said(Kind.FILE),
    "user_send_location": said(Kind.LOCATION),
    "user_send_location_older": said(Kind.LOCATION),
    "user_send_sticker": said(Kind.STICKER),
    "user_send_business_card": said(Kind.CONTACT, owned_contact=False, phone=""),
    "user_submit_info": SHARED,
    "user_submit_info_older": SHARED,
    "follow_oa_profile": said(Kind.JOINED),
    "follow_message_invite": said(Kind.JOINED),
    "follow_social_plugin": said(Kind.JOINED),
    "user_click_chatnow": said(Kind.JOINED),
    "unfollow": said(Kind.LEFT),
    "user_withdraw": said(Kind.WITHDRAWN),
    "user_withdraw_with_sender": said(Kind.WITHDRAWN),
    "oa_send_text_by_admin": said(Kind.TAKEN_OVER),
    "oa_send_image_by_admin": said(Kind.TAKEN_OVER),
    "oa_send_text_by_admin_done": said(Kind.HANDED_BACK),
    "anonymous_send_text": anonymous(Kind.TEXT, text="Xin hỏi"),
    "anonymous_send_image": anonymous(Kind.PICTURE),
    "anonymous_send_file": anonymous(Kind.FILE),
    "anonymous_send_sticker": anonymous(Kind.STICKER),
    # Our own messages that come back.
    "oa_send_text": None,
    "oa_send_image": None,
    "oa_send_gif": None,
    "oa_send_list": None,
    "oa_send_file": None,
    "oa_send_sticker": None,
    "oa_send_anonymous_text": None,
    "oa_send_anonymous_image": None,
    "oa_send_anonymous_file": None,
    "oa_send_anonymous_sticker": None,
    # Nobody has said anything.
    "oa_reacted_message": None,
    "user_reacted_message": None,
    "user_received_message": None,
    "user_received_message_template": None,
    "user_seen_message": None,
    "unknown_future_event": None,
    "probe": None,
    # Groups, tags, management.
    "create_group": None,
    "user_join_group": None,
    "user_leave_group": None,
    "user_out_group": None,
    "user_send_group_text": None,
    "add_user_to_tag": None,
    "remove_user_from_tag": None,
    "remove_tag": None,
    "change_oa_daily_quota": None,
    "change_template_status": None,
}
WITHOUT_MESSAGE = ("follow", "unfollow", "user_click", "user_submit", "user_withdraw")


def test_every_payload_has_its_expectation() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_payload_is_understood(name: str) -> None:
    raw = payload(name)
    incoming = parse(raw, OA.id)
    expected = EXPECTED[name]
    if expected is None:
        assert incoming is None
        assert identify(raw, OA.id) is None
        return
    assert incoming is not None
    assert {field: getattr(incoming, field) for field in expected} == expected
    arrival = identify(raw, OA.id)
    assert arrival is not None
    assert arrival[:3] == (incoming.event_id, incoming.account, incoming.chat)


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if expected])
def test_an_event_is_known_by_its_name_and_message(name: str) -> None:
    """R2: whatever has no message id is known by the hash of its body."""
    raw = payload(name)
    arrival = identify(raw, OA.id)
    assert arrival is not None
    if name.startswith(WITHOUT_MESSAGE) or name.endswith("without_msg_id"):
        assert arrival.event_id.startswith("body:")
    else:
        assert arrival.event_id == f"{raw['event_name']}:{MESSAGE}"
