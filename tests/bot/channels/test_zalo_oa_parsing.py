"""What Zalo OA's events mean (zalo.md 3.10), whatever their types and whatever is missing."""

from typing import Any

import pytest

from bot.channels.base import Raw
from bot.channels.zalo_oa.parsing import identify, parse
from handlers.messages import Incoming, Kind
from tests import zalo_oa_payloads as events
from tests.bot.channels.zalo_oa_setup import AT, NOW, USER
from tests.zalo_oa_payloads import OA

STAFF = "5555555555555555555"
STRANGER, TALK = "anon0123456789", "talk0123456789"


def understood(raw: Raw) -> Incoming:
    incoming = parse(raw, OA.id)
    assert incoming is not None
    return incoming


def text(said: str, **more: Any) -> Raw:
    return events.text_event(USER, said, msg_id="m1", at=AT, **more)


def echo(said: str, *, admin_id: str = STAFF) -> Raw:
    return events.echo_event(USER, said, msg_id="m1", at=AT, admin_id=admin_id)


# --- what people do ----------------------------------------------------------------------------


def test_a_text_is_a_text() -> None:
    incoming = understood(text("Xin chào"))
    assert incoming == Incoming("user_send_text:m1", USER, USER, NOW, Kind.TEXT, text="Xin chào")
    assert identify(text("Xin chào"), OA.id) == ("user_send_text:m1", USER, USER, True)


@pytest.mark.parametrize(
    ("said", "kind", "button"),
    [
        ("#k7Qm2xAb1", Kind.PRESS, "k7Qm2xAb1"),
        (" #k7Qm2xAb1\n", Kind.PRESS, "k7Qm2xAb1"),
        ("#x", Kind.PRESS, "x"),
        ("#k7Qm2xAb1234", Kind.PRESS, "k7Qm2xAb1234"),
        ("#k7Qm2xAb12345", Kind.TEXT, None),
        ("#", Kind.TEXT, None),
        ("# 5", Kind.TEXT, None),
        ("#xóm5", Kind.TEXT, None),
        ("#k7Qm2xAb1 và nữa", Kind.TEXT, None),
        ("##abc", Kind.TEXT, None),
    ],
)
def test_only_a_token_is_a_press(said: str, kind: Kind, button: str | None) -> None:
    """A press comes as text, so anybody can type one: the database knows it or not (T06)."""
    incoming = understood(text(said))
    assert (incoming.kind, incoming.button) == (kind, button)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("image", Kind.PICTURE),
        ("gif", Kind.PICTURE),
        ("video", Kind.VIDEO),
        ("audio", Kind.VOICE),
        ("file", Kind.FILE),
        ("location", Kind.LOCATION),
        ("sticker", Kind.STICKER),
        ("business_card", Kind.CONTACT),
        ("link", Kind.UNKNOWN),
    ],
)
def test_everything_sent_is_of_a_kind(kind: events.Attached, expected: Kind) -> None:
    incoming = understood(events.attachment_event(USER, kind, msg_id="m1", at=AT))
    assert (incoming.kind, incoming.text, incoming.owned_contact) == (expected, "", False)


def test_a_picture_keeps_its_words_and_a_link_with_words_is_a_text() -> None:
    for kind, expected in (("image", Kind.PICTURE), ("link", Kind.TEXT)):
        raw = events.user_event(f"user_send_{kind}", USER, at=AT, message={"text": "ảnh lớp xóm 5"})
        assert (understood(raw).kind, understood(raw).text) == (expected, "ảnh lớp xóm 5")


def test_an_old_location_is_a_location() -> None:
    assert understood(events.older_location_event(USER, msg_id="m", at=AT)).kind is Kind.LOCATION


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (events.follow_event(USER, at=AT), Kind.JOINED),
        (events.unfollow_event(USER, at=AT), Kind.LEFT),
        (events.chatnow_event(USER, at=AT), Kind.JOINED),
        (events.withdraw_event(USER, at=AT), Kind.WITHDRAWN),
        (events.user_event("user_send_poll", USER, at=AT), Kind.UNKNOWN),
        (events.user_event("user_send_text", USER, at=AT), Kind.UNKNOWN),
    ],
)
def test_coming_and_going(raw: Raw, kind: Kind) -> None:
    """U12: what a platform invents tomorrow is answered too."""
    incoming = understood(raw)
    assert (incoming.kind, incoming.account, incoming.chat) == (kind, USER, USER)
    assert incoming.event_id.startswith("body:")


@pytest.mark.parametrize(
    "person",
    [
        {"sender": {"id": USER}},
        {"user_id": USER},
        {"user_id": int(USER)},
        {"follower": {"id": USER}},
        {"user": {"id": USER}},
        {"sender": {"id": OA.id}, "user_id": USER},
    ],
)
def test_a_withdrawal_is_understood_wherever_it_names_the_person(person: Raw) -> None:
    """Its payload is not documented: nothing may hang on the one we guess."""
    incoming = understood({"event_name": "user_withdraw", "oa_id": OA.id, **person})
    assert (incoming.kind, incoming.account) == (Kind.WITHDRAWN, USER)


@pytest.mark.parametrize(
    ("given", "phone"),
    [
        ("84900000001", "84900000001"),
        ("+84 900 000 001", "84900000001"),
        ("0900000001", "84900000001"),
        (84900000001, "84900000001"),
        ("12", ""),
        ("8490000000a", ""),
        (None, ""),
        (["84900000001"], ""),
    ],
)
def test_a_number_that_zalo_confirms_is_the_persons_own(given: Any, phone: str) -> None:
    """T17: only through the platform's own consented share."""
    raw = events.submit_info_event(USER, "Nguyễn Thị Lan", given, at=AT)
    incoming = understood(raw)
    assert (incoming.kind, incoming.owned_contact) == (Kind.CONTACT, True)
    assert (incoming.name, incoming.phone, incoming.text) == ("Nguyễn Thị Lan", phone, "")


def test_the_older_form_of_a_share_says_the_same() -> None:
    raw = events.older_submit_info_event(USER, "Lan", "84900000001", at=AT)
    assert (understood(raw).name, understood(raw).phone) == ("Lan", "84900000001")


def test_somebody_without_a_name_is_answered_in_their_conversation() -> None:
    raw = events.anonymous_event("text", STRANGER, TALK, msg_id="m1", at=AT, text="chào")
    incoming = understood(raw)
    assert (incoming.account, incoming.chat) == (f"anonymous:{STRANGER}", TALK)
    assert (incoming.kind, incoming.text) == (Kind.TEXT, "chào")
    raw = events.anonymous_event("sticker", STRANGER, TALK, msg_id="m1", at=AT)
    assert understood(raw).kind is Kind.STICKER
    del raw["message"]["conversation_id"]
    assert identify(raw, OA.id) is None, "there is no way to answer"


# --- the staff ---------------------------------------------------------------------------------


def test_staff_who_write_by_hand_take_over() -> None:
    incoming = understood(echo("Chào bác, tôi là Hoa ở UBND xã"))
    assert (incoming.kind, incoming.account, incoming.chat) == (Kind.TAKEN_OVER, USER, USER)
    assert incoming.text == "", "not the person's words"


@pytest.mark.parametrize(
    "said",
    [
        *("/xong", "xong", " XONG ", "/Xong.", "xong!"),
        *("/xong nhe", "XONG a", "Xong nhé!", "xong, cảm ơn", "Xong rồi ạ...", "/XONG\nnhé"),
    ],
)
def test_staff_hand_back(said: str) -> None:
    assert understood(echo(said)).kind is Kind.HANDED_BACK


@pytest.mark.parametrize(
    "said",
    [
        *("chưa xong", "/xong2", "song", "", "...", "bác xong rồi"),
        *("Xong chưa ạ", "Xong rồi ạ?", "xong thì bác nhắn", "Xong đơn bác mang ra xã"),
    ],
)
def test_only_a_short_line_with_that_word_first_hands_back(said: str) -> None:
    assert understood(echo(said)).kind is Kind.TAKEN_OVER


@pytest.mark.parametrize("kind", ["image", "gif", "list", "file", "sticker"])
def test_a_picture_from_the_staff_takes_over_too(kind: str) -> None:
    raw = events.oa_event(f"oa_send_{kind}", USER, {"msg_id": "m"}, at=AT, admin_id=STAFF)
    assert understood(raw).kind is Kind.TAKEN_OVER


@pytest.mark.parametrize("admin_id", ["", "0", 0, None, [], {}])
def test_an_echo_of_our_own_is_nobodys_event(admin_id: Any) -> None:
    raw = echo("Bài 1")
    raw["sender"]["admin_id"] = admin_id
    assert identify(raw, OA.id) is None
    assert parse(raw, OA.id) is None


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        (text("chào"), True),
        (text("#k7Qm2xAb1"), True),
        (events.attachment_event(USER, "sticker", msg_id="m", at=AT), True),
        (events.anonymous_event("text", STRANGER, TALK, msg_id="m", at=AT, text="a"), True),
        (echo("Chào bác"), False),
        (echo("/xong"), False),
        ({"event_name": "follow", "follower": {"id": USER}}, False),
        ({"event_name": "unfollow", "follower": {"id": USER}}, False),
        ({"event_name": "user_withdraw", "user_id": USER}, False),
        ({"event_name": "user_click_chatnow", "user_id": USER}, False),
        ({"event_name": "user_submit_info", "sender": {"id": USER}}, False),
    ],
)
def test_what_nobody_types_is_known_as_that(raw: Raw, typed: bool) -> None:
    """T35: an unfollow or a withdrawal is never held back behind somebody's many words."""
    arrival = identify(raw, OA.id)
    assert arrival is not None
    assert arrival.typed is typed


# --- nobody's events ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        events.received_event(USER, msg_id="m1", at=AT),
        events.template_received_event("84900000001", msg_id="m1", tracking_id="t", at=AT),
        events.seen_event(USER, ["m1"], at=AT),
        events.reacted_event(USER, "m1", at=AT),
        events.oa_event("oa_reacted_message", USER, {"msg_id": "m"}, at=AT, admin_id=STAFF),
        events.oa_event("oa_send_anonymous_text", STRANGER, {"msg_id": "m"}, at=AT, admin_id="1"),
        events.oa_event("oa_send_group_text", "g1", {"msg_id": "m"}, at=AT, admin_id=STAFF),
        events.user_event("user_send_group_text", USER, at=AT, message={"text": "hỏi"}),
        events.group_event("create_group", "g1", at=AT),
        events.group_event("user_join_group", "g1", at=AT, user_id=USER),
        events.group_event("user_out_group", "g1", at=AT, user_id=USER),
        events.tag_event("add_user_to_tag", "xóm 5", [USER], at=AT),
        events.template_status_event("1", "PENDING", "ENABLE", at=AT),
        events.daily_quota_event(500, 1000, at=AT),
        events.user_event("", USER, at=AT),
        {"event_name": 7, "sender": {"id": USER}},
        {},
    ],
)
def test_what_wants_no_answer_is_not_stored(raw: Raw) -> None:
    """T09: groups are not our business; receipts and management concern nobody."""
    assert identify(raw, OA.id) is None
    assert parse(raw, OA.id) is None


OTHER = events.Oa("999999999999999", OA.app_id)


@pytest.mark.parametrize(
    "raw",
    [
        events.text_event(USER, "chào", msg_id="m", at=AT, oa=OTHER),
        events.follow_event(USER, at=AT, oa=OTHER),
        events.submit_info_event(USER, "Lan", "84900000001", at=AT, oa=OTHER),
        events.echo_event(USER, "chào", msg_id="m", at=AT, admin_id=STAFF, oa=OTHER),
        events.anonymous_event("text", STRANGER, TALK, msg_id="m", at=AT, text="a", oa=OTHER),
    ],
)
def test_another_oa_of_the_same_app_is_not_ours(raw: Raw) -> None:
    assert identify(raw, OA.id) is None
