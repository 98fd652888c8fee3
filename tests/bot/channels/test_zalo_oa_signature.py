"""What is Zalo's own call, and which message of the OA is our own (zalo.md 3.10, T07)."""

import pytest

from bot.channels.zalo_oa.echoes import Echoes
from bot.channels.zalo_oa.signature import Signed, digest, matching
from tests.bot.channels.telegram_setup import Sleeper
from tests.bot.channels.zalo_oa_setup import (
    KEY,
    USER,
)

APP = "360846524940903967"
TIMESTAMP = "1798700400123"
BODY = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},'
    '"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},'
    '"event_name":"user_send_text","message":{"text":"Xin chào","msg_id":"96d3cdf3af150460909"},'
    '"timestamp":"1798700400123"}'
).encode()
MAC = "f0c17b167109c9d5956bce3a82b2f51897bd2c6e8cd9772b17204fca08092560"


# --- the signature -----------------------------------------------------------------------------


def test_the_vector_of_zalo_md_passes() -> None:
    assert len(BODY) == 266
    assert digest(APP, BODY, TIMESTAMP, KEY) == MAC


@pytest.mark.parametrize(
    "given",
    [f"mac={MAC}", MAC, f"sha256={MAC}", f"mac = {MAC}", f" MAC={MAC.upper()} "],
)
def test_each_spelling_of_the_header_passes(given: str) -> None:
    stamps = [Signed("header", "7"), Signed("body", TIMESTAMP)]
    assert matching(given, BODY, stamps, app_id=APP, key=KEY) == "body"


@pytest.mark.parametrize(
    ("given", "body", "app_id", "key"),
    [
        ("", BODY, APP, KEY),
        ("mac=", BODY, APP, KEY),
        (f"hmac={MAC}", BODY, APP, KEY),
        (f"mac=mac={MAC}", BODY, APP, KEY),
        (f"mac={MAC[:-1]}1", BODY, APP, KEY),
        ("mac=chữ ký", BODY, APP, KEY),
        (f"mac={MAC}", BODY + b" ", APP, KEY),
        (f"mac={MAC}", BODY.replace(b"1798700400123", b"1798700400124"), APP, KEY),
        (f"mac={MAC}", BODY, "388613280878808645", KEY),
        (f"mac={MAC}", BODY, APP, "app-secret-example"),
        (f"mac={MAC}", BODY, APP, ""),
    ],
)
def test_everything_else_is_forged(given: str, body: bytes, app_id: str, key: str) -> None:
    stamps = [Signed("body", TIMESTAMP)]
    assert matching(given, body, stamps, app_id=app_id, key=key) is None


def test_without_a_key_not_even_its_own_digest_passes() -> None:
    """T07: fail closed."""
    mac = digest(APP, BODY, TIMESTAMP, "")
    assert matching(mac, BODY, [Signed("body", TIMESTAMP)], app_id=APP, key="") is None


# --- our own echoes ----------------------------------------------------------------------------


async def test_an_echo_may_come_before_the_answer_to_our_call() -> None:
    sleeper = Sleeper()
    echoes = Echoes(sleep=sleeper)
    with echoes.expected(USER):
        assert not await echoes.is_ours(USER, "m1"), "not for ever"
        assert len(sleeper.pauses) == 6
        assert not await echoes.is_ours("another", "m1")
        assert len(sleeper.pauses) == 6, "nothing is under way to them"
    echoes.note("m1")
    echoes.note("")
    assert await echoes.is_ours(USER, "m1")
    assert not await echoes.is_ours(USER, "")


async def test_only_so_many_echoes_are_remembered() -> None:
    echoes = Echoes(sleep=Sleeper())
    for number in range(10_001):
        echoes.note(f"m{number}")
    assert not await echoes.is_ours(USER, "m0")
    assert await echoes.is_ours(USER, "m10000")
