"""The running service makes them: one a day that is tried out, one a quarter (R29, R31)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.backups.shelf import DAILY, QUARTER
from tests.bot.shelves import (
    kinds,
    places,
    servers_own_programs,
)
from tests.conftest import MakeHouse
from tests.service import Service
from tests.talk import House

__all__ = ["servers_own_programs"]


@pytest.fixture
async def house(a_house: MakeHouse, tmp_path: Path) -> House:
    return await a_house(**places(tmp_path))  # type: ignore[no-any-return]


# --- the service makes them ----------------------------------------------------------------------


@pytest.fixture
async def rounds(house: House) -> AsyncIterator[House]:
    yield house
    await house.app.rounds.close()


async def test_the_first_is_the_days_own_then_one_each_quarter(rounds: House) -> None:
    tick, folder = rounds.app.rounds.tick, places(rounds.settings.data_dir)["backup_dir"]
    first = await tick()
    assert first is not None
    assert (first.kind, first.checked_at) == (DAILY, rounds.clock.wall())
    rounds.clock.passes(minutes=14)
    assert await tick() is None
    rounds.clock.passes(minutes=1)
    second = await tick()
    assert second is not None
    assert (second.kind, second.checked_at) == (QUARTER, None)
    rounds.clock.passes(days=1, minutes=1)
    third = await tick()
    assert third is not None
    assert third.kind == DAILY
    assert kinds(folder) == [DAILY, DAILY]


async def test_one_process_alone_makes_them(rounds: House) -> None:
    async with rounds.app.database.transaction() as tx:
        from storage import memory

        now = rounds.clock.wall()
        assert await memory.hold(tx, "backups", owner="another", now=now, seconds=300)
    assert await rounds.app.rounds.tick() is None


async def test_without_a_folder_none_is_made(a_house: MakeHouse) -> None:
    house = await a_house()
    assert await house.app.rounds.tick() is None


async def test_one_that_fails_is_tried_again_later(rounds: House, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("in the way")
    assert await rounds.app.rounds.tick() is None
    (tmp_path / "backups").unlink()
    assert await rounds.app.rounds.tick() is None
    rounds.clock.passes(minutes=15)
    assert await rounds.app.rounds.tick() is not None


async def test_the_service_answers_meanwhile_and_ends_in_time(tmp_path: Path) -> None:
    """R31: what is being made is dropped."""
    more = {"BACKUP_DIR": str(tmp_path / "b"), "BACKUP_KEY_FILE": str(tmp_path / "key")}
    async with Service(tmp_path, **more) as service, aiohttp.ClientSession() as http:
        async with asyncio.timeout(30):
            while not list((tmp_path / "b").glob("*.backup")):
                async with http.get(f"{service.url}/ready") as answer:
                    assert answer.status == 200
        assert await service.stop() == 0
    assert kinds(tmp_path / "b") == [DAILY]


async def test_a_missing_key_is_not_replaced_where_backups_lie(rounds: House) -> None:
    """Another one would open none of them: perhaps its disk is not mounted."""
    first = await rounds.app.rounds.tick()
    assert first is not None
    key_file = rounds.settings.backup_key_file
    assert key_file is not None
    key = key_file.read_bytes()
    key_file.unlink()
    rounds.clock.passes(minutes=15)
    assert await rounds.app.rounds.tick() is None
    assert not key_file.exists()
    key_file.write_bytes(key)
    rounds.clock.passes(minutes=15)
    assert await rounds.app.rounds.tick() is not None
