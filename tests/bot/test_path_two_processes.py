"""Two processes on one database: who takes over, and what never overtakes (R9, R15)."""

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import built, secret_of
from bot.channels.base import Part, Receipt, TryLater
from handlers.messages import Address
from storage import inbox, memory, outbox
from storage.database import Database, Transaction
from storage.inbox import NewEvent
from tests.bot.path import states
from tests.conftest import MakeHouse
from tests.fakes import BUTTONS, FakeChannel
from tests.talk import House, Talk, settings_for

on_one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # no SQL of its own
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@on_postgresql
async def test_two_processes_find_the_same_dead_one_and_one_takes_over(database_url: str) -> None:
    """R7, R26: each row is judged by one of them: one try counted, one apology said."""
    one, two = Database(database_url), Database(database_url)
    async with one.transaction() as tx:
        await inbox.store(tx, [NewEvent("a", "lane", "fake", "{}")], now=NOW)
        await inbox.take(tx, owner="dead", now=NOW, limit=1, channels=["fake"])
    async with one.transaction() as tx, two.transaction() as other:
        first = await inbox.abandoned(tx, living=["one", "two"])
        second = await inbox.abandoned(other, living=["one", "two"])
    assert (len(first), len(second)) == (1, 0)
    await one.close()
    await two.close()


@on_postgresql
async def test_a_process_that_has_just_begun_is_not_taken_for_dead(
    a_house: MakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R9: who is alive is asked together with whose the rows are, or a reply goes twice."""
    old: House = await a_house()
    living = memory.living
    new: list[House] = []

    async def then_another_begins(tx: Transaction, *, now: datetime) -> list[str]:
        found = await living(tx, now=now)
        if not new:
            new.append(House(old.settings, BUTTONS))
            await new[0].open()
            await Talk(new[0], "u").sends(text="x5")
            monkeypatch.setattr(new[0].app.delivery, "take_over", lambda _: None)
            await new[0].app.dispatcher.batch()  # the replies are in its hands now
        return found

    monkeypatch.setattr(memory, "living", then_another_begins)
    await old.app.jobs.take_over_from_the_dead()
    assert await states(old) == ["sending", "sending"]
    await new[0].close()


@on_postgresql
async def test_an_answer_never_overtakes_the_one_that_has_just_failed(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R12: a turn asks what waits in the same moment in which a send is found to have failed."""
    blocked = outbox.blocked

    async def slowly(*args: Any, **named: Any) -> set[int]:
        found = await blocked(*args, **named)
        await asyncio.sleep(0.2)  # the failure is being written meanwhile
        return found

    await talk.says("x5")
    before = len(talk.heard)
    may_fail = asyncio.Event()

    async def fails(part: Part, to: Address) -> Receipt:
        await may_fail.wait()
        raise TryLater(30)

    with monkeypatch.context() as patched:
        patched.setattr(talk.house.channel, "send", fails)
        await talk.sends(text="1")
        await talk.app.dispatcher.batch()
        await asyncio.sleep(0)
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "blocked", slowly)
        await talk.sends(text="trang đầu")
        turn = asyncio.create_task(talk.app.dispatcher.batch())
        await asyncio.sleep(0.1)
        may_fail.set()
        await turn
    await talk.app.delivery.idle()
    assert len(talk.heard) == before
    await talk.waits(seconds=31)
    assert talk.last.startswith(talk.text("menu.home"))


@on_postgresql
async def test_two_processes_begin_together_on_an_empty_database(
    database_url: str, tmp_path: Path
) -> None:
    """Design §7: the sample commune is written once, and neither of them fails."""
    settings = settings_for(database_url, tmp_path)
    async with contextlib.AsyncExitStack() as stack:
        await asyncio.gather(
            *(
                stack.enter_async_context(built(settings, make_channels=lambda _: [FakeChannel()]))
                for _ in range(2)
            )
        )


def test_a_secret_that_was_never_written_to_the_end_is_not_used(tmp_path: Path) -> None:
    """S2: a process that died between making the file and filling it leaves no empty key."""
    (tmp_path / "secret").touch()
    assert len(secret_of(settings_for("", tmp_path, app_secret=SecretStr("")))) == 64
    assert secret_of(settings_for("", tmp_path, app_secret=SecretStr(""))) == (
        (tmp_path / "secret").read_bytes()
    )
