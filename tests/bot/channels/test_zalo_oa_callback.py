"""GET /zalo-oa/callback: only while a login waits, only with its state, and once."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.zalo_oa import callback
from bot.channels.zalo_oa.callback import CONNECTED, NOT_CONNECTED, OTHER_OA
from tests.bot.channels.zalo_oa_tokens_setup import (
    CHALLENGE,
    CODE_VERIFIER,
    OA,
    World,
    a_page,
    opened,
)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


async def begins(world: World) -> None:
    await callback.begin(world.memory, state="s-1", verifier=CODE_VERIFIER, now=world.at)


def code_of(world: World) -> str:
    return world.authority.consent(CHALLENGE)


async def test_the_callback_connects_once(world: World) -> None:
    await begins(world)
    async with a_page(world.tokens(), world.memory, now=world.now) as url:
        code = code_of(world)
        assert (await opened(url, "HEAD", code=code, state="s-1"))[0] == 405
        status, page = await opened(url, code=code, oa_id=OA, state="s-1")
        assert (status, CONNECTED in page) == (200, True)
        assert (await opened(url, code=code_of(world), oa_id=OA, state="s-1"))[0] == 404
    token = await world.tokens().access()
    assert world.authority.verdict(token) == "valid"


async def test_without_a_pending_login_there_is_nothing(world: World) -> None:
    async with a_page(world.tokens(), world.memory, now=world.now) as url:
        assert (await opened(url, code="c", oa_id=OA, state=""))[0] == 404
        await begins(world)
        assert (await opened(url))[0] == 404
        assert (await opened(url, state="s-1"))[0] == 404
        assert (await opened(url, code="c", oa_id=OA, state="s-ê"))[0] == 404
        for minutes in (10, -11):  # also when the clock was put back
            world.passes(minutes=minutes)
            assert (await opened(url, code="c", oa_id=OA, state="s-1"))[0] == 404
        world.passes(minutes=1)
        assert (await opened(url, code=code_of(world), oa_id=OA, state="s-1"))[0] == 200


async def test_a_stranger_cannot_use_up_the_login(world: World) -> None:
    await begins(world)
    async with a_page(world.tokens(), world.memory, now=world.now) as url:
        for guess in range(20):
            assert (await opened(url, code="c", oa_id=OA, state=str(guess)))[0] == 404
        assert (await opened(url, code=code_of(world), oa_id=OA, state="s-1"))[0] == 200


async def test_a_code_refused_at_the_callback_is_said_plainly(world: World) -> None:
    await begins(world)
    async with a_page(world.tokens(), world.memory, now=world.now) as url:
        status, page = await opened(url, code="no-such-code", oa_id=OA, state="s-1")
        assert (status, NOT_CONNECTED in page) == (400, True)
        assert "no-such-code" not in page
        assert (await opened(url, code=code_of(world), oa_id=OA, state="s-1"))[0] == 404


async def test_the_consent_of_another_oa_is_not_taken(world: World) -> None:
    await begins(world)
    async with a_page(world.tokens(), world.memory, now=world.now) as url:
        status, page = await opened(url, code=code_of(world), oa_id="1", state="s-1")
        assert (status, OTHER_OA in page) == (400, True)
        assert world.authority.current is None
        assert (await opened(url, code=code_of(world), oa_id=OA, state="s-1"))[0] == 200
