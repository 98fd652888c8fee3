"""Zalo OA's tokens when answers are lost, seeds are spent, backups restored (R22-R24)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.base import ChannelDown, TryLater
from bot.channels.zalo_oa import pairs
from bot.channels.zalo_oa.tokens import LoginRefused
from tests.bot.channels.telegram_setup import until
from tests.bot.channels.zalo_oa_tokens_setup import (
    CHALLENGE,
    CODE_VERIFIER,
    REAUTH,
    SECRET,
    World,
)
from tests.zalo_oa_tokens import TokenTrouble


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


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
    assert world.alarms == [REAUTH] * 8, "once a day, until somebody logs in"
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
    assert world.alarms == [REAUTH] * 5, "each process rings; the admins hear it once a day"
    assert world.authority.refused == 1


async def test_an_alarm_that_reached_nobody_rings_again(world: World) -> None:
    """R23: told means written by the alarm itself, which may have met a database that was away."""
    await world.has_pair()
    world.passes(hours=21)
    world.authority.revoke()
    await world.minutes(world.tokens(), 10)  # and this process dies
    world.alarms.clear()
    tokens = world.tokens()
    await tokens.tend()
    assert world.alarms == [REAUTH]
    await world.minutes(tokens, 23 * 60)
    assert world.alarms == [REAUTH]
    await world.minutes(tokens, 70)
    assert world.alarms == [REAUTH] * 2


async def test_after_a_login_the_alarm_rings_no_more(world: World) -> None:
    await world.has_pair()
    world.passes(hours=21)
    world.authority.revoke()
    service = world.tokens()
    await world.minutes(service, 5)
    await world.tokens().take_code(world.authority.consent(), CODE_VERIFIER)
    world.alarms.clear()
    await world.minutes(service, 3 * 24 * 60)
    await world.minutes(world.tokens(), 5)
    assert world.alarms == []


async def test_a_check_only_looks(world: World) -> None:
    """It renews nothing, writes nothing, and does not take the service's lease."""
    seed = world.authority.seed().refresh
    check = world.tokens(seed=seed, alarm=lambda _what, /, **_values: None)
    assert (await check.stored(), len(await check.findings())) == (None, 1)
    pair = await world.has_pair()
    assert (await check.stored(), await check.findings()) == (pair.access, [])
    world.passes(hours=26)
    stands = dict(world.memory.facts)  # type: ignore[attr-defined]
    assert await check.stored() is None
    assert await check.findings() == [
        "warning: zalo_oa: access token has run out; the service renews it"
    ]
    assert world.memory.facts == stands  # type: ignore[attr-defined]
    assert world.memory.leases == {}  # type: ignore[attr-defined]
    assert world.authority.rotations == 0


async def test_an_answer_lost_before_the_rotation_costs_nothing(world: World) -> None:
    await world.has_pair()
    world.passes(hours=21)
    world.authority.next_answer("die before")
    tokens = world.tokens()
    await world.minutes(tokens, 5)
    assert (world.authority.rotations, world.authority.refused) == (1, 0)
    assert world.alarms == []


@pytest.mark.parametrize("trouble", ["html", "no token", "die before"])
async def test_an_outage_of_hours_overwrites_nothing_and_backs_off(
    world: World, trouble: TokenTrouble
) -> None:
    pair = await world.has_pair()
    world.passes(hours=21)
    world.authority.next_answer(trouble, times=10_000)
    tokens = world.tokens()
    await world.minutes(tokens, 8 * 60)
    assert await world.stored() == pair
    asked = 10_000 - world.authority._planned[0].times
    assert 8 * 60 / 5 <= asked <= 8 * 60 / 2
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
    assert world.alarms == [REAUTH]
    for _ in range(3):
        await world.minutes(world.tokens(seed=seed), 10)
    assert world.authority.refused == refused == 2


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
