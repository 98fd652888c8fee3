"""What a browser may send to the chat page, and how it is read."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Accepted, Raw
from bot.channels.web_chat import WebChat
from handlers.messages import Incoming, Kind
from tests.bot.channels.web_chat_setup import ID, NOW, FakeMailbox, Site


async def test_a_text_and_a_press_reach_the_inbox_and_are_understood(site: Site) -> None:
    await site.says(text="xóm 5 có 35 người")
    await site.says(button="tok1x2", id="another-id-0001")
    text, press = (site.channel.parse(raw) for raw in site.inbox)
    assert text is not None
    assert press is not None
    assert (text.kind, text.text) == (Kind.TEXT, "xóm 5 có 35 người")
    assert (press.kind, press.button) == (Kind.PRESS, "tok1x2")
    assert abs((datetime.now(UTC) - text.at).total_seconds()) < 60


async def test_the_same_message_sent_twice_has_one_event_id(site: Site) -> None:
    await site.says(text="một")
    await site.says(text="một")
    await site.says(text="một", id="another-id-0001")
    first, again, other = (site.channel.identify(raw) for raw in site.inbox)
    assert first == again != other


async def test_two_people_with_one_id_are_two_events(site: Site) -> None:
    await site.says(text="một")
    site.client.session.cookie_jar.clear()
    await site.says(text="một")
    mine, theirs = (site.channel.identify(raw) for raw in site.inbox)
    assert mine is not None
    assert theirs is not None
    assert mine.event_id != theirs.event_id


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Accepted.STORED, 202),
        (Accepted.DUPLICATE, 202),
        (Accepted.THROTTLED, 202),
        (Accepted.IGNORED, 400),
        (Accepted.BUSY, 503),
    ],
)
async def test_only_what_is_stored_is_acknowledged(
    site: Site, outcome: Accepted, status: int
) -> None:
    site.outcome = outcome
    answer = await site.says(text="xin chào")
    assert answer.status == status
    assert await answer.json() == {"status": outcome.value}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://lua-dao.example"},
        {"Origin": "null"},
    ],
)
async def test_another_site_cannot_speak_for_a_visitor(demo: Site, headers: dict[str, str]) -> None:
    assert (await demo.says(text="xin chào", headers=headers)).status == 403
    moved = await demo.client.post("/chat/date", json={"date": "2026-12-14"}, headers=headers)
    assert moved.status == 403
    assert demo.inbox == []


async def test_our_own_page_and_no_browser_at_all_may_speak(site: Site) -> None:
    own = f"http://{site.client.host}:{site.client.port}"
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": own}, {}):
        assert (await site.says(text="xin chào", headers=headers)).status == 202


async def test_a_form_of_another_site_cannot_post(site: Site) -> None:
    content = json.dumps({"id": ID, "text": "x"})
    headers = {"Content-Type": "text/plain"}
    answer = await site.client.post("/chat/messages", data=content, headers=headers)
    assert (answer.status, site.inbox) == (415, [])


@pytest.mark.parametrize("size", [20_000, 300_000])
async def test_a_body_too_large_is_refused_kindly(site: Site, size: int) -> None:
    answer = await site.says(text="x" * size)
    assert answer.status == 413
    assert "chia làm nhiều tin" in (await answer.json())["error"]
    assert site.inbox == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"x"',
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
        b'{"id": "0123456789", "text": "   "}',
        b'{"id": "0123456789", "text": 5}',
        b'{"id": "0123456789", "button": "c\xc3\xb3"}',
        b'{"id": "0123456789", "button": ""}',
        b'{"id": "short", "text": "x"}',
        b'{"id": "01234567 89", "text": "x"}',
        b'{"text": "x"}',
        b'{"id": null, "text": "x"}',
    ],
)
async def test_nonsense_is_refused_and_not_stored(site: Site, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await site.client.post("/chat/messages", data=body, headers=headers)
    assert (answer.status, site.inbox) == (400, [])


async def test_a_long_text_is_cut_and_always_storable(site: Site) -> None:
    body = json.dumps({"id": ID, "text": "ữ" * 5_000}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    await site.client.post("/chat/messages", data=body, headers=headers)
    await site.says(text="a\0b\ud800c", id="another-id-0001")
    assert site.inbox[0]["text"] == "ữ" * 4_096
    assert site.inbox[1]["text"] == "ab?c"
    json.dumps(site.inbox, ensure_ascii=False).encode()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
ALMOST = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just(ID) | ANYTHING,
        "account": st.just("w-1") | ANYTHING,
        "chat": st.just("w-1") | ANYTHING,
        "at": st.just(NOW)
        | st.just("0001-01-01T00:00:00+14:00")
        | st.just("9999-12-31T23:59:59-14:00")
        | st.just("2026-12-08T01:02:03")
        | ANYTHING,
        "text": st.text() | ANYTHING,
        "button": st.text() | ANYTHING,
    },
)
CHANNEL = WebChat(mailbox=FakeMailbox(), demo=None, pictures=Path("nowhere"))


@given(raw=ALMOST | st.dictionaries(st.text(), ANYTHING))
def test_whatever_is_in_the_inbox_is_read_without_a_fault(raw: Raw) -> None:
    arrival, incoming = CHANNEL.identify(raw), CHANNEL.parse(raw)
    assert incoming is None or isinstance(incoming, Incoming)
    if incoming is not None:
        assert arrival is not None
        assert arrival[:3] == (incoming.event_id, incoming.account, incoming.chat)
        assert incoming.at.utcoffset() is not None
    if arrival is not None and raw.get("at") == NOW:
        assert incoming is not None, "whatever it is, it is answered (U12)"
