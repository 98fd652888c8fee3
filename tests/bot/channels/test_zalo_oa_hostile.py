"""10,000 hostile bodies: nothing is executed, nothing breaks, nothing grows (T07, T36)."""

import itertools
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp

from bot.channels.base import Accepted, Raw
from bot.channels.bodies import MAX_BODY
from bot.channels.zalo_oa.aside import KEPT
from tests import zalo_oa_payloads as events
from tests.bot.channels.telegram_setup import Memory
from tests.bot.channels.zalo_oa_setup import AT, NOW, USER, Alarms, an_oa, serving, sign, written

BODIES = int(os.environ.get("HOSTILE_BODIES", "10000"))
_WORDS = ("", "0", "mac=", "xóm 5", "\u202e\u200b", "\ud83d", "{}", "' OR 1=1 --", "\x00", "#k7")
_KEYS = ("event_name", "sender", "recipient", "message", "timestamp", "id", "msg_id", "text")
_HEADERS = ("", "mac=", "mac=" + "0" * 64, "sha256=" + "f" * 64, "chữ ký", "=" * 4000)


async def never(raw: Raw) -> Accepted:
    raise AssertionError("a hostile body reached the inbox")


def odd(chance: random.Random, depth: int = 0) -> Any:
    kinds: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: chance.random() < 0.5,
        lambda: chance.randrange(-(10**30), 10**30),
        lambda: chance.random() * 10 ** chance.randrange(300),
        lambda: chance.choice(_WORDS) * chance.randrange(4),
        lambda: [odd(chance, depth + 1) for _ in range(chance.randrange(4))],
        lambda: {chance.choice(_KEYS): odd(chance, depth + 1) for _ in range(chance.randrange(4))},
    )
    return chance.choice(kinds[:5] if depth > 4 else kinds)()


def spoilt(chance: random.Random) -> bytes:
    """A real event with other values in it, cut or spoilt in its bytes now and then."""
    made = events.text_event(USER, "chào", msg_id=str(chance.random()), at=AT)
    for _ in range(chance.randrange(1, 4)):
        made[chance.choice(_KEYS)] = odd(chance)
    body = json.dumps(made).encode()
    if chance.random() < 0.3:
        body = body[: chance.randrange(1, len(body))]
    if chance.random() < 0.3:
        body = body.replace(b'"', bytes([chance.randrange(128, 256)]), 1)
    return body


def deep(chance: random.Random) -> bytes:
    levels = chance.choice((50, 900, 5_000, 100_000))
    opened, closed = chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return (opened * levels + b"1" + closed * levels)[: MAX_BODY - 1]


def hostile(chance: random.Random) -> bytes:
    """One body. Big ones are rare: they cost a hundred times the others."""
    draw = chance.random()
    if draw < 0.002:
        return b"x" * (300 * 1024)
    if draw < 0.005:
        return deep(chance)
    if draw < 0.2:
        return chance.randbytes(chance.randrange(1, 400))
    if draw < 0.25:
        return b'{"timestamp":' + b"9" * chance.choice((30, 4_000, 5_000)) + b"}"
    if draw < 0.3:
        return written(events.text_event(USER, "chào", msg_id="m", at=AT))
    return spoilt(chance)


def headers_for(chance: random.Random, body: bytes) -> dict[str, str]:
    """None, nonsense, or a signature that is right but for the key, the body or the hour."""
    draw = chance.random()
    if draw < 0.1:
        return {}
    stamp = {"X-ZEvent-Timestamp": chance.choice(("1", "1798700400123", "\u00e1", "9" * 5_000))}
    more = stamp if chance.random() < 0.5 else {}
    if draw < 0.5:
        return {"X-ZEvent-Signature": chance.choice(_HEADERS), **more}
    key = chance.choice(("", "app-secret-example", "oa-secret-key-exampl"))
    if draw < 0.75:
        return {**sign(body, "1798700400123", key=key), **more}
    return {**sign(body + b" ", "1"), "X-ZEvent-Timestamp": "1", "num_retry": "x"}


async def test_ten_thousand_hostile_bodies_do_nothing() -> None:
    chance = random.Random(20261201)
    memory, alarms, ticks = Memory(), Alarms(), itertools.count()
    oa = an_oa(memory=memory, alarm=alarms, now=lambda: NOW + timedelta(seconds=next(ticks) / 100))
    answers: Counter[int] = Counter()
    async with serving(oa, never) as url, aiohttp.ClientSession() as client:
        for _ in range(BODIES):
            body = hostile(chance)
            async with client.post(url, data=body, headers=headers_for(chance, body)) as answer:
                answers[answer.status] += 1
                assert await answer.read() == b"" or answer.status == 413
    assert set(answers) == {200, 413}
    assert set(memory.facts) == {f"aside:{number}" for number in range(KEPT)}
    assert max(len(entry) for entry in memory.facts.values()) <= 32 * 1024
    assert 0 < len(alarms.heard) <= BODIES / 50
    assert set(oa.counts) <= {"forged", "unsigned", "probe", "too big", "unreadable"}
    assert sum(oa.counts.values()) == BODIES


async def test_whatever_is_signed_can_be_stored_and_read() -> None:
    """Whoever holds the key is Zalo; what Zalo sends tomorrow must not break us all the same."""
    chance = random.Random(20261202)
    oa = an_oa()
    read = 0

    async def accept(raw: Raw) -> Accepted:
        nonlocal read
        read += 1
        stored = json.loads(json.dumps(raw))
        arrival, incoming = oa.identify(stored), oa.parse(stored)
        assert (arrival is None) == (incoming is None)
        return Accepted.STORED if arrival else Accepted.IGNORED

    async with serving(oa, accept) as url, aiohttp.ClientSession() as client:
        for _ in range(BODIES // 5):
            body = hostile(chance)
            headers = {**sign(body, "1"), "X-ZEvent-Timestamp": "1"}
            async with client.post(url, data=body, headers=headers) as answer:
                assert answer.status in (200, 413)
    assert read > BODIES / 20
    assert oa.counts["forged"] == 0
