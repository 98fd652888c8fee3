"""Zalo OA's tokens: renewed in time, by one process, and stored before use (R22, R23)."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.channels.base import TryLater
from bot.channels.zalo_oa import oauth, pairs
from bot.remembering import StoredMemory
from storage.database import Database
from tests.bot.channels.telegram_setup import until
from tests.bot.channels.zalo_oa_tokens_setup import (
    APP,
    SECRET,
    World,
)
from tests.fakes import FakeClock


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
        both = [world.tokens(memory=memory, sleep=_shortly) for memory in memories]
        clock.at = world.at
        tokens = await asyncio.gather(*(one.access() for one in both))
        assert set(tokens) == {world.authority.pair.access}
        assert (world.authority.rotations, world.authority.refused) == (1, 0)


async def _shortly(_seconds: float) -> None:
    await asyncio.sleep(0.05)


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
