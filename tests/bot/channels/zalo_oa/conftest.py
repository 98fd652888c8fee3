"""One Official Account and the fake it speaks to, for everything that is sent through it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.base import Picture
from bot.channels.zalo_oa import ZaloOa
from tests.bot.channels.zalo_oa_setup import PNG, Alarms, Clock, a_zalo, talking
from tests.fake_zalo_oa import FakeZaloOa


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeZaloOa]:
    async with a_zalo(clock) as fake:
        yield fake


@pytest.fixture
def alarms() -> Alarms:
    return Alarms()


@pytest.fixture
async def oa(fake: FakeZaloOa, clock: Clock, alarms: Alarms) -> AsyncIterator[ZaloOa]:
    async with talking(fake, clock, alarm=alarms) as oa:
        yield oa


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    path = tmp_path / "bai-1.png"
    path.write_bytes(PNG)
    return Picture(key="sha256-1", path=str(path), alt="Một cái khóa")
