"""Two processes at one PostgreSQL (T19, T60)."""

import asyncio
import contextlib
from typing import Any

import pytest

from handlers.activities import service
from storage.tables import Activity
from tests.conftest import MakeHouse
from tests.talk import House, Talk


async def _batch(house: House) -> None:
    while await house.app.dispatcher.batch():
        pass


async def test_t19_two_who_tell_of_one_evening_at_once_are_not_added_up(
    a_house: MakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T19: head and helper press "Ghi" in the same second, on two processes: 70 for 35 people."""
    here: House = await a_house()
    head = await Talk(here, "u-head", name="Ông Năm").holds("head", "xom-05")
    helper = await Talk(here, "u-helper", name="Chị Hai").holds("helper", "xom-05")
    for who in (head, helper):
        await who.says("trang đầu", "tối qua xóm 5 có 35 bà con học vneid")
    there = here if here.app.database.is_sqlite else await a_house()
    barrier, save = asyncio.Barrier(2), service.save

    async def both_have_looked(*args: Any, **more: Any) -> int:
        with contextlib.suppress(TimeoutError, asyncio.BrokenBarrierError):
            async with asyncio.timeout(1):
                await barrier.wait()
        return await save(*args, **more)

    monkeypatch.setattr(service, "save", both_have_looked)
    await head.sends(kind="text", text="1")
    first = asyncio.create_task(_batch(here))
    await asyncio.sleep(0.2)
    await helper.sends(kind="text", text="1")
    await asyncio.gather(first, _batch(there))
    assert await here.rows(Activity.heads) == [35]
