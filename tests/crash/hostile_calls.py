"""What strangers may post to Zalo's webhook, and a process that does nothing else.

Nobody signed it, or with another key; it is too big, too deep, no text, zipped falsely or far too
well. `python -m tests.crash.hostile_calls PORT COUNT CONNECTIONS SEED` prints, as JSON, how often
each kind got each status.
"""

import asyncio
import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import aiohttp

from bot.channels.zalo_oa.webhook import PATH
from tests.fake_zalo_oa import OA
from tests.service import ROOT
from tests.zalo_oa_payloads import text_event
from tests.zalo_oa_webhook import raw, signature

RESIDENTS: Final = 20
"""Whose ids are used beside those of strangers."""
WRONG: Final = "WRONG"
"""Stands behind a status that nobody should get."""
GONE: Final = "gone"
"""Instead of a status: the line was closed in our face."""
_FIRST: Final = 24_684_588_352_910_000
_BIG: Final = 300 * 1024


def resident(number: int) -> str:
    return str(_FIRST + number)


class Hostile(NamedTuple):
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})
    right: tuple[int, ...] = (200,)
    """What it may be answered."""
    in_pieces: bool = False


def _event(chance: random.Random) -> bytes:
    """What a resident, or somebody nobody knows, might have said."""
    who = resident(chance.randrange(RESIDENTS if chance.random() < 0.5 else 10**6))
    said = chance.choice(
        ("1", "2", "x5", "/huy", "/dulieu", "/dung", f"#{chance.randbytes(4).hex()}")
    )
    return raw(text_event(who, said, msg_id=chance.randbytes(8).hex(), at=time.time()))


def _mac(digest: str) -> dict[str, str]:
    return {"X-ZEvent-Signature": f"mac={digest}"}


def _unsigned(chance: random.Random) -> Hostile:
    return Hostile(_event(chance))


def _guessed(chance: random.Random) -> Hostile:
    return Hostile(_event(chance), _mac(chance.randbytes(32).hex()))


def _signed_with_another_key(chance: random.Random) -> Hostile:
    body, at = _event(chance), str(round(time.time() * 1000))
    headers = _mac(signature(OA.app_id, body, at, chance.choice(("", "0", OA.app_id))))
    return Hostile(body, headers | {"X-ZEvent-Timestamp": at})


def _signed_for_other_words(chance: random.Random) -> Hostile:
    """Without the key nobody can do better than to move a signature to another body."""
    sealed = signature(OA.app_id, _event(chance), "1798700400123", "no key of ours")
    return Hostile(_event(chance), _mac(sealed) | {"X-ZEvent-Timestamp": "1798700400123"})


def _odd_headers(chance: random.Random) -> Hostile:
    long = chance.choice("0é=") * chance.randrange(4_000)
    return Hostile(_event(chance), {"X-ZEvent-Signature": long, "X-ZEvent-Timestamp": long[:999]})


def _too_big(chance: random.Random) -> Hostile:
    body = _event(chance)[:-1] + b',"more":"' + b"x" * _BIG + b'"}'
    return Hostile(body, _mac("0" * 64), (413,), in_pieces=chance.random() < 0.5)


def _deep(chance: random.Random) -> Hostile:
    opening = chance.choice((b"[", b'{"a":', b'{"message":{"text":['))
    return Hostile(opening * chance.choice((40, 5_000, 12_000)), _mac("0" * 64))


def _deep_and_whole(chance: random.Random) -> Hostile:
    depth = chance.choice((33, 900, 20_000))
    return Hostile(b'{"a":' * depth + b"1" + b"}" * depth, _mac("0" * 64))


def _no_text(chance: random.Random) -> Hostile:
    return Hostile(chance.choice((b'{"event_name":"\xff\xfe\xed\xa0\x80"}', chance.randbytes(200))))


def _no_event(chance: random.Random) -> Hostile:
    said = (b"", b"{}", b"null", b"[]", b"1e999", b'"x"', b'{"a":' + b"9" * 9_000 + b"}", b"\0")
    return Hostile(chance.choice(said))


def _falsely_zipped(chance: random.Random) -> Hostile:
    encoding = chance.choice(("gzip", "deflate", "br", "zstd", "gzip, gzip", "rot13"))
    return Hostile(_event(chance), {"Content-Encoding": encoding})


def _zipped_far_too_well(_: random.Random) -> Hostile:
    return Hostile(_BOMB, {"Content-Encoding": "gzip"}, (200, 413))


_BOMB: Final = gzip.compress(bytes(20 * 2**20))
KINDS: Final[tuple[Callable[[random.Random], Hostile], ...]] = (
    _unsigned,
    _guessed,
    _signed_with_another_key,
    _signed_for_other_words,
    _odd_headers,
    _too_big,
    _deep,
    _deep_and_whole,
    _no_text,
    _no_event,
    _falsely_zipped,
    _zipped_far_too_well,
)


async def post(port: int, count: int, connections: int, seed: int) -> dict[str, int]:
    """Post so many, as fast as they are taken: how often each kind got each status."""
    chance = random.Random(seed)
    waiting = iter(range(count))
    answers: Counter[str] = Counter()
    line = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=line) as http:

        async def pour() -> None:
            for number in waiting:
                kind = KINDS[number % len(KINDS)]
                answers[f"{kind.__name__[1:]} {await _answer(http, kind(chance))}"] += 1

        await asyncio.gather(*(pour() for _ in range(connections)))
    return answers


async def _answer(http: aiohttp.ClientSession, call: Hostile) -> str:
    headers = {"Content-Type": "application/json", **call.headers}
    body = _pieces(call.body) if call.in_pieces else call.body
    try:
        async with http.post(PATH, data=body, headers=headers) as answer:
            return str(answer.status) if answer.status in call.right else f"{answer.status} {WRONG}"
    except aiohttp.ClientError as error:
        return f"{GONE}: {type(error).__name__}"


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 16_384):
        yield body[start : start + 16_384]


async def post_from_elsewhere(port: int, count: int, connections: int, seed: int) -> Any:
    """The same from a process of its own."""
    words = map(str, (port, count, connections, seed))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.hostile_calls", *words),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return json.loads(out)


def main() -> None:
    port, count, connections, seed = map(int, sys.argv[1:])
    sys.stdout.write(json.dumps(asyncio.run(post(port, count, connections, seed))))


if __name__ == "__main__":
    main()
