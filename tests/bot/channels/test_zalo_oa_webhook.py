"""Zalo OA's webhook: only what is signed is executed, and Zalo always hears what it must (T07)."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.channels.base import Accepted, Raw
from bot.channels.bodies import MAX_BODY
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.aside import KEPT
from handlers.messages import Kind
from tests import zalo_oa_payloads as events
from tests.bot.channels.telegram_setup import Memory
from tests.bot.channels.zalo_oa_setup import (
    AT,
    KEY,
    NOW,
    USER,
    Alarms,
    Inbox,
    Tokens,
    an_oa,
    serving,
    sign,
    written,
)
from tests.zalo_oa_payloads import OA

STAFF = "5555555555555555555"
TEXT = events.text_event(USER, "chào", msg_id="m1", at=AT)


async def posted(url: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as client,
        client.post(url, data=body, headers=headers or {}) as answer,
    ):
        return answer.status, await answer.read()


def signed(event: Raw) -> tuple[bytes, dict[str, str]]:
    body = written(event)
    return body, sign(body, str(event.get("timestamp", "")))


# --- what is stored ----------------------------------------------------------------------------


@pytest.fixture
async def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def oa() -> ZaloOa:
    return an_oa()


@pytest.fixture
async def url(oa: ZaloOa, inbox: Inbox) -> AsyncIterator[str]:
    async with serving(oa, inbox) as url:
        yield url


async def test_an_event_is_stored_and_answered_with_nothing(
    oa: ZaloOa, inbox: Inbox, url: str
) -> None:
    body, headers = signed(TEXT)
    assert await posted(url, body, {**headers, "num_retry": "2"}) == (200, b"")
    (stored,) = inbox.stored
    assert json.loads(json.dumps(stored)) == stored
    assert {key: stored[key] for key in TEXT} == TEXT
    assert stored["_num_retry"] == 2
    incoming = oa.parse(stored)
    assert incoming is not None
    assert (incoming.kind, incoming.text, incoming.at) == (Kind.TEXT, "chào", NOW)
    assert oa.counts == {"signed by body": 1}


@pytest.mark.parametrize("form", ["", "mac=", "sha256=", "mac = "])
async def test_the_timestamp_in_the_header_is_tried_first(
    oa: ZaloOa, inbox: Inbox, url: str, form: str
) -> None:
    body = written(TEXT)
    for stamp, others in (("1", {"X-ZEvent-Timestamp": "1"}), (TEXT["timestamp"], {})):
        assert (await posted(url, body, {**sign(body, stamp, form=form), **others}))[0] == 200
    # Signed with the body's although a header is there as well.
    odd = {**sign(body, TEXT["timestamp"], form=form), "X-ZEvent-Timestamp": "1"}
    assert (await posted(url, body, odd))[0] == 200
    assert len(inbox.stored) == 3
    assert oa.counts == {"signed by header": 1, "signed by body": 2}


async def test_a_timestamp_that_is_a_number_is_signed_as_it_is_written(
    inbox: Inbox, url: str
) -> None:
    raw = {**TEXT, "timestamp": 1798700400123}
    await posted(url, *signed(raw))
    assert len(inbox.stored) == 1


@pytest.mark.parametrize(
    ("fate", "status"),
    [
        (Accepted.BUSY, 503),
        (Accepted.DUPLICATE, 200),
        (Accepted.THROTTLED, 200),
        (Accepted.IGNORED, 200),
    ],
)
async def test_only_what_could_not_be_stored_is_asked_for_again(
    inbox: Inbox, url: str, fate: Accepted, status: int
) -> None:
    """R3: never 200-and-hope."""
    inbox.next = [fate]
    assert (await posted(url, *signed(TEXT)))[0] == status


# --- what is not -------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{}", b" {}\n"])
async def test_the_consoles_probe_is_answered_and_does_nothing(
    oa: ZaloOa, inbox: Inbox, url: str, body: bytes
) -> None:
    assert await posted(url, body) == (200, b"")
    assert inbox.stored == []
    assert oa.counts == {"probe": 1}


def watched(**more: Any) -> tuple[ZaloOa, Memory, Alarms]:
    memory, alarms = Memory(), Alarms()
    return an_oa(memory=memory, alarm=alarms, **more), memory, alarms


@pytest.mark.parametrize("signature", ["enforce", "soak"])
async def test_what_is_forged_is_answered_kept_and_never_executed(
    inbox: Inbox, signature: str
) -> None:
    """T07: soak differs only in the alarm."""
    oa, memory, alarms = watched(signature=signature)
    body = written(TEXT)
    async with serving(oa, inbox) as url:
        headers = sign(body, TEXT["timestamp"], key="another")
        assert await posted(url, body, headers) == (200, b"")
    assert inbox.stored == []
    assert oa.counts == {"forged": 1}
    kept = json.loads(memory.facts["aside:0"])
    assert (kept["body"], kept["at"]) == (body.decode(), NOW.isoformat())
    assert kept["signature"] == headers["X-ZEvent-Signature"]
    expected = [("zalo_oa_forged", {"times": 1})] if signature == "enforce" else []
    assert alarms.heard == expected


async def test_without_a_secret_key_nothing_is_executed(inbox: Inbox) -> None:
    """T07: fail closed."""
    oa, _, alarms = watched(secret_key="")
    body = written(TEXT)
    async with serving(oa, inbox) as url:
        for key in ("", KEY, "None"):
            headers = sign(body, TEXT["timestamp"], key=key)
            assert (await posted(url, body, headers))[0] == 200
    assert inbox.stored == []
    assert oa.counts == {"forged": 3}
    assert alarms.names == ["zalo_oa_forged"]


async def test_the_consoles_unsigned_sample_alarms_nobody_but_a_lost_header_does(
    inbox: Inbox,
) -> None:
    """A proxy that drops the header would otherwise silence the channel unseen."""
    oa, _, alarms = watched()
    async with serving(oa, inbox) as url:
        for _ in range(9):
            assert await posted(url, written(TEXT)) == (200, b"")
        assert alarms.heard == []
        await posted(url, written(TEXT))
    assert inbox.stored == []
    assert alarms.heard == [("zalo_oa_forged", {"times": 10})]
    assert oa.counts == {"unsigned": 10}


async def test_a_flood_of_forgeries_does_not_become_writes(inbox: Inbox) -> None:
    clock = [NOW]
    oa, memory, alarms = watched(now=lambda: clock[0])
    body = b"x" * 100_000
    async with serving(oa, inbox) as url:
        for _ in range(30):
            await posted(url, body, sign(body, "1"))
        assert list(memory.facts) == ["aside:0"]
        assert len(alarms.heard) == 1
        for _ in range(3 * KEPT):
            clock[0] += timedelta(seconds=1)
            await posted(url, body, sign(body, "1"))
    assert set(memory.facts) == {f"aside:{number}" for number in range(KEPT)}
    assert all(len(entry) < 5000 for entry in memory.facts.values())
    assert oa.counts["forged"] == 30 + 3 * KEPT


async def test_a_database_that_is_down_does_not_show(inbox: Inbox) -> None:
    class Broken(Memory):
        async def put(self, key: str, value: str) -> None:
            raise OSError("disk full")

    oa = an_oa(memory=Broken())
    async with serving(oa, inbox) as url:
        assert await posted(url, b"{", sign(b"{", "1")) == (200, b"")


async def test_a_refused_call_is_forgotten_after_a_month() -> None:
    """P10."""
    clock = [NOW]
    oa, memory, _ = watched(now=lambda: clock[0])
    old = {"at": (NOW - timedelta(days=31)).isoformat(), "body": "lời của ai đó"}
    memory.facts = {"aside:0": json.dumps(old), "aside:7": json.dumps({"at": NOW.isoformat()})}
    await oa.start()
    assert memory.facts["aside:0"] == ""
    assert memory.facts["aside:7"]


async def test_a_process_that_runs_for_months_forgets_too() -> None:
    """P10: daily, whatever the entries look like."""
    clock, nights, over = [NOW], list[float](), asyncio.Event()

    class Runs(Tokens):
        async def run(self) -> None:
            await over.wait()

    async def night(seconds: float) -> None:
        if len(nights) == 2:
            over.set()
            await asyncio.Event().wait()
        nights.append(seconds)
        clock[0] += timedelta(seconds=seconds)

    oa, memory, _ = watched(now=lambda: clock[0], sleep=night, tokens=Runs())
    memory.facts = {
        "aside:0": json.dumps({"at": (NOW - timedelta(days=29)).isoformat(), "body": "cũ"}),
        "aside:1": json.dumps({"at": NOW.isoformat(), "body": "mới"}),
        "aside:2": "not json",
        "aside:3": json.dumps({"body": "không ngày"}),
        "aside:4": json.dumps({"at": "2026-11-01T00:00:00", "body": "no zone"}),
    }
    await oa.listen(Inbox())
    assert nights == [86_400.0] * 2
    assert {key for key, entry in memory.facts.items() if entry} == {"aside:1"}


# --- whose OA ----------------------------------------------------------------------------------


ANOTHER = events.text_event(USER, "chào", msg_id="m1", at=AT, oa=OA._replace(id="222"))


@pytest.mark.parametrize("signature", ["enforce", "soak"])
async def test_hearing_of_another_oa_only_is_told_once(
    inbox: Inbox, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistyped ZALO_OA_ID would otherwise drop everything, unseen."""
    oa, _, alarms = watched(signature=signature)
    async with serving(oa, inbox) as url:
        for number in range(30):
            assert (await posted(url, *signed(ANOTHER)))[0] == 200
            assert len(alarms.heard) == (number >= 9)
    assert alarms.heard == [("zalo_oa_other", {"times": 10})]
    assert caplog.messages.count("zalo oa hears of other oas only") == 1
    assert inbox.stored == []


async def test_two_oas_of_one_app_alarm_nobody(inbox: Inbox) -> None:
    oa, _, alarms = watched()
    async with serving(oa, inbox) as url:
        await posted(url, *signed(TEXT))
        for _ in range(30):
            await posted(url, *signed(ANOTHER))
    assert alarms.heard == []
    assert oa.counts["another oa"] == 30


async def test_a_body_bomb_is_refused(oa: ZaloOa, inbox: Inbox, url: str) -> None:
    """T36."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1024 + 1):
            yield b" " * 1024

    assert (await posted(url, b" " * (MAX_BODY + 1)))[0] == 413
    async with aiohttp.ClientSession() as client, client.post(url, data=chunks()) as answer:
        assert answer.status == 413
    assert oa.counts == {"too big": 2}
    assert inbox.stored == []


async def test_a_zip_bomb_and_what_only_says_it_is_zipped_do_nothing(
    oa: ZaloOa, inbox: Inbox, url: str
) -> None:
    zipped = {"Content-Encoding": "deflate"}
    assert (await posted(url, zlib.compress(b"a" * 10 * MAX_BODY), zipped))[0] == 413
    assert (await posted(url, b"not zipped at all", zipped))[0] == 200
    assert inbox.stored == []


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b"7", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40],
)
async def test_what_is_no_event_is_swallowed_even_if_signed(
    oa: ZaloOa, inbox: Inbox, url: str, body: bytes
) -> None:
    headers = {**sign(body, "1"), "X-ZEvent-Timestamp": "1"}
    assert await posted(url, body, headers) == (200, b"")
    assert inbox.stored == []
    assert oa.counts == {"signed by header": 1, "unreadable": 1}


async def test_events_of_another_oa_and_of_management_are_counted(
    oa: ZaloOa, inbox: Inbox, url: str
) -> None:
    other = events.Oa("999999999999999", OA.app_id)
    for event in (
        events.text_event(USER, "chào", msg_id="m", at=AT, oa=other),
        events.template_status_event("1", "PENDING", "ENABLE", at=AT),
        events.daily_quota_event(500, 1000, at=AT),
    ):
        assert await posted(url, *signed(event)) == (200, b"")
    assert inbox.stored == []
    assert oa.counts["another oa"] == 1
    assert oa.counts["change_template_status"] == oa.counts["change_oa_daily_quota"] == 1


def test_the_webhook_is_there_without_a_public_address() -> None:
    assert len(list(an_oa(public_url=None).routes(Inbox()))) == 1


async def test_listening_keeps_the_tokens_alive() -> None:
    tokens = Tokens()
    await an_oa(tokens=tokens).listen(Inbox())
    assert tokens.ran
