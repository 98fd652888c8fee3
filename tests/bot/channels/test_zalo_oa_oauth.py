"""What Zalo's OAuth answers mean, what is told of the tokens, and what never is (T50)."""

import contextlib
import json
import logging
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.base import ChannelDown, TryLater
from bot.channels.zalo_oa import pairs
from bot.channels.zalo_oa.oauth import Denied, Lost, OAuth, judged
from bot.channels.zalo_oa.pairs import Pair
from bot.channels.zalo_oa.tokens import LoginRefused
from tests.bot.channels.zalo_oa_tokens_setup import (
    APP,
    CODE_VERIFIER,
    SECRET,
    Secrets,
    World,
)
from tests.fakes import FakeClock
from tests.zalo_oa_tokens import TokenTrouble


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


# --- what an answer means ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("90000", 90_000),
        (3600, 3_600),
        ("3600.0", 3_600),
        ("soon", 90_000),
        (None, 90_000),
        ("0", 90_000),
        ("-5", 90_000),
        ("99999999999999", 90_000),
        ({}, 90_000),
    ],
)
def test_a_life_that_makes_no_sense_is_a_day(said: object, seconds: int) -> None:
    body = {"access_token": "a", "refresh_token": "r", "expires_in": said}
    assert judged(200, json.dumps(body).encode()).life == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"[" * 100_000),
        (200, b'{"error":0,"message":"Success"}'),
        (200, b'{"access_token":"","refresh_token":"r"}'),
        (200, b'{"access_token":"a","expires_in":"90000"}'),
        (200, b'{"access_token":null,"refresh_token":"r"}'),
        (502, b'{"error":-14014}'),
        (429, b'{"error":-32}'),
        (302, b""),
        (200, b'{"error":{}}'),
    ],
)
def test_a_body_without_both_tokens_is_never_taken(status: int, body: bytes) -> None:
    with pytest.raises(Lost):
        judged(status, body)


@pytest.mark.parametrize("body", [b'{"error":-14014}', b'{"error":"-14014","data":{}}'])
@pytest.mark.parametrize("status", [200, 400, 401])
def test_an_error_of_the_platform_is_a_no(status: int, body: bytes) -> None:
    with pytest.raises(Denied) as denied:
        judged(status, body)
    assert denied.value.code == -14014


NO_DATES = '{"access":"a","refresh":"r","issued_at":"x","expires_at":"y"}'


@pytest.mark.parametrize("stored", ["", "nonsense", "[]", '{"access":"a"}', "null", NO_DATES])
async def test_a_pair_that_cannot_be_read_is_no_pair(world: World, stored: str) -> None:
    await world.memory.put(pairs.PAIR, stored)
    with pytest.raises(ChannelDown):
        await world.tokens().access()


# --- said to people ------------------------------------------------------------------------------


async def test_findings_say_what_an_admin_has_to_do(world: World) -> None:
    tokens = world.tokens()
    assert "no tokens" in (await tokens.findings())[0]
    await world.has_pair()
    assert await tokens.findings() == []
    world.passes(hours=26)
    assert "run out; the service renews it" in (await tokens.findings())[0]
    world.passes(days=80)
    assert "ends in 9 days" in (await tokens.findings())[1]
    world.authority.revoke()
    await world.minutes(tokens, 5)
    assert "login" in (await tokens.findings())[0]
    assert "not tried" in (await world.tokens(seed="new").findings())[0]


async def test_no_token_is_in_a_log_an_exception_or_a_repr(world: World) -> None:
    """T50: through losses, refusals, a full disk and logins."""
    said = Secrets()
    root = logging.getLogger()
    root.addHandler(said)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        await _a_bad_day(world, said)
    finally:
        root.removeHandler(said)
        root.setLevel(level)
    assert "zalo tokens renewed" in said.said
    for secret in ("access-", "refresh-", SECRET, CODE_VERIFIER):
        assert secret not in said.said


async def _a_bad_day(world: World, said: Secrets) -> None:
    seed = world.authority.seed().refresh
    tokens = world.tokens(seed=seed)
    await tokens.access()
    troubles: tuple[TokenTrouble, ...] = ("html", "no token", "die before", "die after")
    for trouble in troubles:
        world.passes(hours=26)
        world.authority.next_answer(trouble)
        for _ in range(5):
            with contextlib.suppress(TryLater, ChannelDown):
                await _telling(tokens.access(), said)
            world.passes(minutes=1)
    with contextlib.suppress(LoginRefused):
        await _telling(tokens.take_code("no-such-code", CODE_VERIFIER), said)
    await tokens.take_code(world.authority.consent(), CODE_VERIFIER)
    standing = await pairs.read(world.memory, pairs.marker(APP, SECRET))
    line = OAuth(app_id=APP, app_secret=SECRET, url=world.url)
    granted = await line.refresh(world.authority.pair.refresh)
    said.said += repr([standing, standing.pair, tokens, tokens._renewal, line, granted])


async def _telling(asked: Any, said: Secrets) -> None:
    try:
        await asked
    except Exception:
        said.said += traceback.format_exc()
        raise


def test_a_pair_shows_neither_token() -> None:
    """T50."""
    at = FakeClock().at
    shown = repr(Pair("access-1", "refresh-1", at, at))
    assert "access-1" not in shown
    assert "refresh-1" not in shown
