"""Zalo OA's events with values of other types, with values missing, and spoilt at random."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Raw
from bot.channels.zalo_oa.parsing import identify, parse, stamped
from handlers.messages import Incoming
from tests import zalo_oa_payloads as events
from tests.bot.channels.zalo_oa_setup import AT, NOW, USER, written
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


def test_ids_that_are_numbers_are_the_same_ids() -> None:
    raw = text("chào")
    raw["sender"]["id"], raw["recipient"]["id"] = int(USER), int(OA.id)
    raw["message"]["msg_id"] = 96
    assert identify(raw, OA.id) == ("user_send_text:96", USER, USER, True)


@pytest.mark.parametrize("odd", ["", "a b", "a" * 65, "a\u0000b", 1.5, True, None, -4, [1]])
def test_what_is_no_id_is_nobody(odd: Any) -> None:
    raw = text("chào")
    raw["sender"]["id"] = odd
    assert identify(raw, OA.id) is None


def test_a_retry_without_a_message_id_is_the_same_event() -> None:
    """R2: the hash of the raw body; `num_retry` and the hour do not matter."""
    raw = events.follow_event(USER, at=AT)
    body = written(raw)
    again = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    first = identify(stamped(raw, body, now=NOW), OA.id)
    second = identify(stamped(raw, body, now=again, num_retry="4"), OA.id)
    other = identify(stamped(raw, body + b" ", now=NOW), OA.id)
    assert first == second != other


def test_what_others_put_under_our_marks_does_not_count() -> None:
    raw = {**events.follow_event(USER, at=AT), "_body_hash": "forged", "_received_at": 0}
    assert stamped(raw, b"x", now=NOW, num_retry="x") == {
        **raw,
        "_body_hash": stamped({}, b"x", now=NOW)["_body_hash"],
        "_received_at": int(AT),
        "_num_retry": 0,
    }


@pytest.mark.parametrize(
    "odd", ["", "hôm qua", "154397978274", "0", None, [], True, 10**30, "9" * 40, "3000000000000"]
)
def test_a_time_that_cannot_be_is_the_time_of_arrival(odd: Any) -> None:
    """N10: it decides what "hôm nay" means."""
    raw = text("chào")
    raw["timestamp"] = odd
    assert understood(stamped(raw, b"x", now=NOW)).at == NOW


@pytest.mark.parametrize("given", [str(int(AT * 1000) - 7_200_000), int(AT * 1000) - 7_200_000])
def test_a_late_delivery_keeps_the_time_it_was_written(given: Any) -> None:
    raw = text("chào")
    raw["timestamp"] = given
    at = understood(stamped(raw, b"x", now=NOW, num_retry="5")).at
    assert at == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


def test_text_is_composed_and_cut() -> None:
    """T29, zalo.md 4: a decomposed sentence is the same sentence."""
    assert understood(text("Xo\u0301m")).text == "Xóm"
    assert len(understood(text("a" * 64_000)).text) == 4096


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ODD = sorted(
    {
        "event_name", "sender", "recipient", "message", "id", "msg_id", "text", "attachments",
        "timestamp", "admin_id", "follower", "user_id", "user", "oa_id", "info", "name", "phone",
        "conversation_id", "_body_hash", "_received_at", "_num_retry",
    }
)  # fmt: skip
NAMES = st.sampled_from(
    sorted(
        {
            "user_send_text", "user_send_link", "user_send_file", "user_send_x", "follow",
            "unfollow", "user_click_chatnow", "user_submit_info", "user_withdraw",
            "oa_send_text", "anonymous_send_text", "user_seen_message", "",
        }
    )
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> Raw:
    """A real event in which values were replaced by something else."""
    made = (
        text("chào"),
        echo("chào"),
        events.follow_event(USER, at=AT),
        events.submit_info_event(USER, "Lan", "84900000001", at=AT),
        events.anonymous_event("text", STRANGER, TALK, msg_id="m", at=AT, text="a"),
        stamped(events.withdraw_event(USER, at=AT), b"x", now=NOW),
    )
    raw = draw(st.sampled_from(made))
    raw = {**raw, "event_name": draw(NAMES)} if draw(st.booleans()) else dict(raw)
    for _ in range(draw(st.integers(1, 3))):
        key = draw(st.sampled_from(sorted(raw)))
        inner = raw[key]
        if isinstance(inner, dict) and inner and draw(st.booleans()):
            raw[key] = {**inner, draw(st.sampled_from(sorted(inner) + ODD)): draw(JSON)}
        else:
            raw[key] = draw(JSON)
    return raw


@given(st.dictionaries(st.sampled_from(ODD) | st.text(), JSON, max_size=6) | spoilt())
@settings(max_examples=400, deadline=None)
def test_no_json_can_raise(raw: Raw) -> None:
    arrival = identify(raw, OA.id)
    incoming = parse(raw, OA.id)
    assert (arrival is None) == (incoming is None)
    if incoming is not None:
        assert arrival is not None
        assert arrival[:3] == (incoming.event_id, incoming.account, incoming.chat)
        assert incoming.at.tzinfo is UTC
        assert isinstance(incoming.text, str)
        assert incoming.button is None or incoming.button.isalnum()
