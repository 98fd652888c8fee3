"""Zalo OA's tokens: renewed in time, stored before use, and lost only by the line (R22-R24)."""

import asyncio
import contextlib
import json
import logging
import traceback
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import ChannelDown, TryLater
from bot.channels.zalo_oa import oauth, pairs
from bot.channels.zalo_oa.oauth import Denied, Lost, OAuth, judged
from bot.channels.zalo_oa.pairs import Pair
from bot.channels.zalo_oa.tokens import LoginRefused
from bot.remembering import StoredMemory
from storage.database import Database
from tests.bot.channels.telegram_setup import until
from tests.bot.channels.zalo_oa_tokens_setup import (
    APP,
    CHALLENGE,
    CODE_VERIFIER,
    SECRET,
    Secrets,
    World,
)
from tests.fakes import FakeClock
from tests.zalo_oa_tokens import TokenTrouble

REAUTH: tuple[str, dict[str, object]] = ("zalo_oa_reauth", {})


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


# --- in ordinary days ----------------------------------------------------------------------------


async def test_a_seed_becomes_a_pair_and_its_token_is_good(world: World) -> None:
    seed = world.authority.seed()
    tokens = world.tokens(seed=seed.refresh)
    token = await tokens.access()
    assert world.authority.verdict(token) == "valid"
    stored = await world.stored()
    assert stored is not None
    assert (stored.access, stored.refresh) == world.authority.pair[:2]


async def test_it_renews_at_twenty_hours_and_not_before(world: World) -> None:
    """R23: 80 % of 25 hours."""
    await world.has_pair()
    tokens = world.tokens()
    world.passes(hours=19, minutes=59)
    await tokens.tend()
    assert world.authority.rotations == 0
    world.passes(minutes=1)
    await tokens.tend()
    assert world.authority.rotations == 1


async def test_it_renews_daily_even_if_a_token_would_live_a_week(world: World) -> None:
    world.authority.life = 7 * 86_400
    await world.has_pair()
    tokens = world.tokens()
    for _ in range(5):
        world.passes(days=1)
        await tokens.tend()
    assert world.authority.rotations == 5


async def test_a_short_life_is_obeyed(world: World) -> None:
    """`expires_in` says an hour, as older notes have it."""
    world.authority.life = 3_600
    await world.has_pair()
    tokens = world.tokens()
    world.passes(minutes=48)
    await tokens.tend()
    assert world.authority.rotations == 1


async def test_run_renews_by_itself_and_ends_only_by_being_cancelled(world: World) -> None:
    await world.has_pair()
    tokens = world.tokens()
    running = asyncio.create_task(tokens.run())
    await until(lambda: world.authority.rotations >= 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert world.alarms == []


async def test_run_outlives_a_memory_that_fails(world: World) -> None:
    pair = await world.has_pair()
    good, calls = world.memory.get, iter(range(10))

    async def get(key: str) -> str | None:
        if next(calls, None) is not None:
            raise OSError("disk")
        return await good(key)

    world.memory.get = get  # type: ignore[method-assign]
    running = asyncio.create_task(world.tokens().run())
    await until(lambda: world.authority.rotations >= 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert world.authority.pair.access != pair.access


async def test_a_new_pair_is_committed_before_its_first_use(world: World) -> None:
    """R22: whoever asks while it is being stored waits for that."""
    pair = await world.has_pair()
    world.passes(hours=26)
    storing, go_on = asyncio.Event(), asyncio.Event()
    good = world.memory.put

    async def put(key: str, value: str) -> None:
        if key == pairs.PAIR:
            storing.set()
            await go_on.wait()
        await good(key, value)

    world.memory.put = put  # type: ignore[method-assign]
    tokens = world.tokens()
    asked = [asyncio.create_task(tokens.access()) for _ in range(20)]
    await storing.wait()
    await asyncio.sleep(0)
    assert not any(one.done() for one in asked)
    assert (await world.stored()) == pair
    go_on.set()
    assert {await one for one in asked} == {world.authority.pair.access}
    assert world.authority.rotations == 1


async def test_one_value_holds_the_whole_pair(world: World) -> None:
    """R22: one put, one commit; the spent token is kept as a hash only."""
    first = await world.has_pair()
    world.passes(hours=21)
    await world.tokens().tend()
    stored = json.loads(await world.memory.get(pairs.PAIR) or "")
    assert set(stored) == {"access", "refresh", "issued_at", "expires_at", "previous"}
    assert stored["previous"] == pairs.marker(APP, SECRET)(first.refresh)
    everything = str(world.memory.facts)  # type: ignore[attr-defined]
    assert first.refresh not in everything


# --- refused by the platform ---------------------------------------------------------------------


async def test_a_refused_token_is_renewed_once_for_everybody(world: World) -> None:
    """-216, -220: a hundred messages are refused together, one renewal follows."""
    pair = await world.has_pair()
    tokens = world.tokens()
    world.passes(hours=1)
    assert await tokens.access() == pair.access
    world.authority.expire()
    await asyncio.gather(*(tokens.refused(pair.access) for _ in range(100)))
    assert world.authority.rotations == 1
    assert world.authority.verdict(await tokens.access()) == "valid"


async def test_another_process_finds_the_newer_pair_by_reading(world: World) -> None:
    pair = await world.has_pair()
    one, other = world.tokens(), world.tokens()
    assert await other.access() == pair.access
    world.passes(hours=21)
    await one.tend()
    await other.refused(pair.access)
    assert world.authority.verdict(await other.access()) == "valid"
    assert world.authority.rotations == 1


async def test_an_expired_token_is_not_given_out(world: World) -> None:
    pair = await world.has_pair()
    one, other = world.tokens(), world.tokens()
    await other.access()
    world.passes(hours=26)
    await one.tend()
    token = await other.access()
    assert token != pair.access
    assert world.authority.rotations == 1


async def test_a_token_refused_when_it_is_brand_new_starts_no_storm(world: World) -> None:
    pair = await world.has_pair()
    tokens = world.tokens()
    for _ in range(10):
        await tokens.refused(pair.access)
        world.passes(seconds=5)
    assert world.authority.rotations == 0
    world.passes(seconds=11)
    await tokens.refused(pair.access)
    assert world.authority.rotations == 1


# --- who may renew -------------------------------------------------------------------------------


async def test_only_the_holder_of_the_lease_renews_and_others_wait(world: World) -> None:
    """R22."""
    pair = await world.has_pair()
    world.passes(hours=26)
    world.memory.leased_to_another = True  # type: ignore[attr-defined]
    with pytest.raises(TryLater):
        await world.tokens().access()
    assert world.authority.rotations == 0
    assert await world.stored() == pair


async def test_the_lease_outlives_an_exchange(world: World) -> None:
    """R22: else a second process would spend the same token."""
    await world.has_pair()
    world.passes(hours=26)
    asked: list[float] = []
    good = world.memory.lease

    async def lease(name: str, *, seconds: float) -> bool:
        asked.append(seconds)
        return await good(name, seconds=seconds)

    world.memory.lease = lease  # type: ignore[method-assign]
    await world.tokens().tend()
    assert all(seconds > 2 * oauth.ANSWER_SECONDS for seconds in asked[:-1])
    assert asked[-1] < 0  # and is given back


async def test_two_processes_on_one_database_renew_once(database: Database) -> None:
    """R22, with the leases of both engines."""
    clock = FakeClock()
    memories = [StoredMemory(database, scope="zalo_oa", owner=owner, clock=clock) for owner in "ab"]
    async with World(memories[0]) as world:
        await world.has_pair()
        world.passes(hours=26)
        both = [world.tokens(memory=memory) for memory in memories]
        clock.at = world.at
        tokens = await asyncio.gather(*(one.access() for one in both))
        assert set(tokens) == {world.authority.pair.access}
        assert (world.authority.rotations, world.authority.refused) == (1, 0)


# --- the answer was lost -------------------------------------------------------------------------


async def test_a_lost_answer_is_followed_by_one_more_try_and_one_alarm(world: World) -> None:
    """R23: rotated, never answered; refused then; nothing loops, not in a week either."""
    await world.has_pair()
    world.passes(hours=21)
    world.authority.die_after_rotate()
    tokens = world.tokens()
    began = world.at
    while not world.alarms:
        world.passes(seconds=await tokens.tend())
    assert world.at - began < timedelta(minutes=5)
    await world.minutes(tokens, 7 * 24 * 60)
    assert world.alarms == [REAUTH]
    assert world.authority.refused == 1
    assert await world.state() == pairs.NEEDS_REAUTH
    with pytest.raises(ChannelDown):
        await tokens.access()


async def test_a_restart_does_not_begin_the_tries_again(world: World) -> None:
    await world.has_pair()
    world.passes(hours=21)
    world.authority.die_after_rotate()
    await world.tokens().tend()
    for _ in range(5):
        await world.minutes(world.tokens(), 5)
    assert world.alarms == [REAUTH]
    assert world.authority.refused == 1


async def test_an_answer_lost_before_the_rotation_costs_nothing(world: World) -> None:
    await world.has_pair()
    world.passes(hours=21)
    world.authority.next_answer("die before")
    tokens = world.tokens()
    await world.minutes(tokens, 5)
    assert (world.authority.rotations, world.authority.refused) == (1, 0)
    assert world.alarms == []


@pytest.mark.parametrize("trouble", ["html", "no token", "die before"])
async def test_an_outage_of_a_day_overwrites_nothing_and_backs_off(
    world: World, trouble: TokenTrouble
) -> None:
    pair = await world.has_pair()
    world.passes(hours=21)
    world.authority.next_answer(trouble, times=400)
    tokens = world.tokens()
    await world.minutes(tokens, 24 * 60)
    assert await world.stored() == pair
    asked = 400 - world.authority._planned[0].times
    assert 24 * 60 / 5 <= asked <= 24 * 60 / 2
    assert world.alarms == []
    world.authority._planned.clear()
    await world.minutes(tokens, 5)
    assert world.authority.verdict(await tokens.access()) == "valid"


async def test_while_zalo_cannot_be_asked_messages_wait(world: World) -> None:
    await world.has_pair()
    world.passes(hours=26)
    world.authority.next_answer("html", times=50)
    tokens = world.tokens()
    for _ in range(20):  # many messages, one question
        with pytest.raises(TryLater) as later:
            await tokens.access()
    assert later.value.whole_channel
    assert later.value.after
    assert world.authority._planned[0].times == 49


async def test_an_unreachable_host_leaves_no_doubt(world: World) -> None:
    """DNS, no route: nothing was sent, so that one refusal later is not yet believed."""
    await world.has_pair()
    world.passes(hours=21)
    url, world.url = world.url, "http://127.0.0.1:9"
    await world.minutes(world.tokens(), 30)
    world.url = url
    tokens = world.tokens()
    world.authority.app_secret = "another"
    await tokens.tend()
    assert world.alarms == []
    world.authority.app_secret = SECRET
    await world.minutes(tokens, 5)
    assert (await world.stored(), world.alarms) == (await world.stored(), [])
    assert world.authority.rotations == 1


async def test_a_refusal_that_was_not_meant_is_survived(world: World) -> None:
    """Nothing was in doubt, so that the token is tried once more."""
    await world.has_pair()
    world.passes(hours=21)
    world.authority.app_secret = "in maintenance"
    tokens = world.tokens()
    await tokens.tend()
    assert world.authority.refused == 1
    world.authority.app_secret = SECRET
    await world.minutes(tokens, 5)
    assert world.authority.rotations == 1
    assert world.alarms == []


async def test_a_revoked_grant_is_asked_for_twice_and_never_again(world: World) -> None:
    await world.has_pair()
    world.passes(hours=21)
    world.authority.revoke()
    tokens = world.tokens()
    await world.minutes(tokens, 600)
    assert world.authority.refused == 2
    assert world.alarms == [REAUTH]


async def test_an_app_that_is_switched_off_spends_no_token(world: World) -> None:
    """-14002 is the app's trouble (zalo.md 3.11): the admins hear of it, the pair stays."""
    pair = await world.has_pair()
    world.passes(hours=21)
    world.authority.app_active = False
    tokens = world.tokens()
    await world.minutes(tokens, 600)
    assert set(map(str, world.alarms)) == {str(("zalo_oa_app", {"code": -14002}))}
    assert await world.stored() == pair
    world.authority.app_active = True
    await world.minutes(tokens, 5)
    assert world.authority.rotations == 1


async def test_a_clean_stop_waits_for_the_answer(world: World) -> None:
    """R31: whoever is cancelled leaves the renewal running; its answer exists only once."""
    await world.has_pair()
    world.passes(hours=21)
    world.authority.next_answer("late", seconds=0.05)
    tokens = world.tokens()
    running = asyncio.create_task(tokens.run())
    await until(lambda: world.authority.rotations == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await tokens.close()
    stored = await world.stored()
    assert stored is not None
    assert stored.refresh == world.authority.pair.refresh


async def test_a_full_disk_does_not_lose_what_was_given(world: World) -> None:
    """The answer is kept until it is stored, and not used before."""
    await world.has_pair()
    world.passes(hours=26)
    good, failures = world.memory.put, iter(range(20))

    async def put(key: str, value: str) -> None:
        if key == pairs.PAIR and next(failures, None) is not None:
            raise OSError("disk full")
        await good(key, value)

    world.memory.put = put  # type: ignore[method-assign]
    token = await world.tokens().access()
    assert token == world.authority.pair.access
    assert (world.authority.rotations, world.authority.refused) == (1, 0)


# --- seeds, logins, restores ---------------------------------------------------------------------


async def test_a_spent_seed_is_never_tried_again(world: World) -> None:
    seed = world.authority.seed().refresh
    tokens = world.tokens(seed=seed)
    await tokens.access()
    world.authority.revoke()
    world.passes(hours=21)
    await world.minutes(tokens, 30)
    refused = world.authority.refused
    for _ in range(3):
        await world.minutes(world.tokens(seed=seed), 10)
    assert world.authority.refused == refused == 2
    assert world.alarms == [REAUTH]


async def test_a_new_seed_ends_the_need_to_log_in(world: World) -> None:
    await world.has_pair()
    world.passes(hours=21)
    world.authority.die_after_rotate()
    await world.minutes(world.tokens(), 5)
    assert await world.state() == pairs.NEEDS_REAUTH
    seed = world.authority.seed().refresh
    tokens = world.tokens(seed=seed)
    assert world.authority.verdict(await tokens.access()) == "valid"
    assert world.alarms == [REAUTH]


async def test_a_pair_in_memory_wins_over_a_seed(world: World) -> None:
    pair = await world.has_pair()
    assert await world.tokens(seed="refresh-of-long-ago").access() == pair.access


async def test_a_mistyped_app_secret_burns_no_seed(world: World) -> None:
    """What is remembered as refused belongs to token and app together."""
    seed = world.authority.seed().refresh
    wrong = world.tokens(seed=seed, app_secret="mistyped")
    await world.minutes(wrong, 10)
    with pytest.raises(ChannelDown):
        await wrong.access()
    right = world.tokens(seed=seed)
    assert world.authority.verdict(await right.access()) == "valid"


async def test_without_pair_and_seed_the_channel_is_down(world: World) -> None:
    tokens = world.tokens()
    with pytest.raises(ChannelDown):
        await tokens.access()
    await world.minutes(tokens, 10)
    assert world.alarms == []


async def test_a_login_brings_a_pair(world: World) -> None:
    code = world.authority.consent(CHALLENGE)
    await world.tokens().take_code(code, CODE_VERIFIER)
    assert world.authority.verdict(await world.tokens().access()) == "valid"


async def test_a_login_ends_the_need_to_log_in(world: World) -> None:
    await world.has_pair()
    world.passes(hours=21)
    world.authority.revoke()
    service = world.tokens()
    await world.minutes(service, 5)
    await world.tokens().take_code(world.authority.consent(), CODE_VERIFIER)
    assert world.authority.verdict(await service.access()) == "valid"
    world.passes(hours=21)
    await service.tend()
    assert world.authority.rotations == 1


@pytest.mark.parametrize("how", ["wrong", "used", "old", "other verifier"])
async def test_a_code_that_is_no_good_is_refused_in_words(world: World, how: str) -> None:
    pair = await world.has_pair()
    tokens = world.tokens()
    code = world.authority.consent(CHALLENGE)
    verifier = CODE_VERIFIER
    if how == "wrong":
        code = "no-such-code"
    elif how == "used":
        await tokens.take_code(code, verifier)
        stored = await world.stored()
        assert stored is not None
        pair = stored
    elif how == "old":
        world.passes(minutes=11)
    else:
        verifier = "B" * 43
    with pytest.raises(LoginRefused, match="refuses this code"):
        await tokens.take_code(code, verifier)
    assert await world.stored() == pair


async def test_a_login_without_an_answer_says_so(world: World) -> None:
    world.authority.die_after_rotate()
    with pytest.raises(LoginRefused, match="did not arrive"):
        await world.tokens().take_code(world.authority.consent(), CODE_VERIFIER)
    world.url = "http://127.0.0.1:9"
    with pytest.raises(LoginRefused, match="still good"):
        await world.tokens().take_code(world.authority.consent(), CODE_VERIFIER)


async def test_a_login_in_mid_renewal_wins(world: World) -> None:
    """What the renewal brings afterwards is older: it is not written over the login's pair."""
    await world.has_pair()
    world.passes(hours=21)
    world.authority.next_answer("late", seconds=60)
    service = world.tokens()
    renewing = asyncio.create_task(service.tend())
    await until(lambda: world.authority.rotations == 1)
    await world.tokens().take_code(world.authority.consent(), CODE_VERIFIER)
    newest = world.authority.pair
    world.authority.released.set()
    await renewing
    stored = await world.stored()
    assert stored is not None
    assert stored.refresh == newest.refresh


async def test_a_restored_pair_is_tried_before_it_is_used(world: World) -> None:
    """R24: still good."""
    await world.has_pair()
    await world.memory.put(pairs.STATE, pairs.CHECK)
    tokens = world.tokens()
    assert "backup" in (await tokens.findings())[0]
    assert await tokens.access() == world.authority.pair.access
    assert world.authority.rotations == 1
    assert await world.state() == ""


async def test_a_restored_pair_that_is_spent_is_tried_once(world: World) -> None:
    """R24: one refusal is believed."""
    await world.has_pair()
    world.authority.seed()
    await world.memory.put(pairs.STATE, pairs.CHECK)
    tokens = world.tokens()
    await world.minutes(tokens, 60)
    assert world.authority.refused == 1
    assert world.alarms == [REAUTH]
    with pytest.raises(ChannelDown):
        await tokens.access()


# --- time ----------------------------------------------------------------------------------------


async def test_each_rung_of_the_ladder_is_said_once(world: World) -> None:
    """R23, R33: nobody could renew for three months."""
    await world.has_pair()
    world.url = "http://127.0.0.1:9"
    said: list[tuple[int, object]] = []
    for day in range(95):
        tokens = world.tokens()  # also over restarts
        await tokens.tend()
        said += [(day, values.get("days")) for _, values in world.alarms]
        world.alarms.clear()
        world.passes(days=1)
    assert said == [(60, 30), (76, 14), (83, 7)]


async def test_a_ladder_begun_late_names_the_days_that_are_left(world: World) -> None:
    await world.has_pair()
    world.url = "http://127.0.0.1:9"
    world.passes(days=87)
    await world.tokens().tend()
    assert world.alarms == [("zalo_oa_token_ends", {"days": 3})]


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=40), timedelta(hours=-2)])
async def test_a_jumping_clock_loses_nothing(world: World, jump: timedelta) -> None:
    """R20: the platform's clock goes on evenly."""
    await world.has_pair()
    skew = timedelta(0)

    def now() -> datetime:
        return world.at + skew

    tokens = world.tokens(now=now)
    world.passes(hours=5)
    await tokens.access()
    skew = jump
    for _ in range(60):
        world.passes(hours=1)
        await tokens.tend()
        token = await tokens.access()
        if world.authority.verdict(token) != "valid":
            await tokens.refused(token)
        assert world.authority.verdict(await tokens.access()) == "valid"
    assert 2 <= world.authority.rotations <= 5
    assert world.alarms == []


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


@pytest.mark.parametrize("stored", ["", "nonsense", "[]", '{"access":"a"}', "null"])
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
    assert "not renewed" in (await tokens.findings())[0]
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
    said.said += repr([standing, standing.pair, tokens, tokens.__dict__, line, granted])


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
