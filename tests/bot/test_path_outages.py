"""A message's path while the database is gone: nothing lost, nothing twice (R1, R26)."""

import asyncio
import sqlite3
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from bot.web import server
from handlers import menu
from handlers.flow import Outcome, Turn
from storage import memory
from storage.database import Database, Unavailable
from storage.tables import InboxRow
from tests.bot.outages import outage
from tests.bot.path import states
from tests.talk import Talk

on_one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # no SQL of its own
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


async def test_an_event_taken_before_an_outage_is_answered_after_it(talk: Talk) -> None:
    """§0.1, R4: a row that we hold and cannot give back would block its person for ever."""
    await talk.sends(text="x5")
    with outage(talk.house, "good", "gone", "gone"), pytest.raises(Unavailable):
        await talk.app.dispatcher.batch()
    await talk.waits(seconds=1)
    assert len(talk.heard) == 2
    assert await states(talk.house, InboxRow) == ["done"]


@on_one_engine
async def test_a_failed_turn_that_could_not_be_put_back_is_tried_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7: neither the poison nor its neighbours stay taken when the database fails as well."""

    async def explodes(turn: Turn) -> Outcome:
        raise ZeroDivisionError

    other = Talk(talk.house, "other")
    await talk.sends(text="/trogiup")
    await other.sends(text="x5")
    with monkeypatch.context() as patched:
        patched.setattr(menu.help_, "start", explodes)
        fates = ("good", "good", "good", "gone")  # take, both, the first alone, its way back
        with outage(talk.house, *fates), pytest.raises(Unavailable):
            await talk.app.dispatcher.batch()
    await talk.waits(seconds=1)
    assert await states(talk.house, InboxRow) == ["done", "done"]
    assert talk.heard
    assert other.heard


async def test_replies_committed_without_our_knowing_are_sent_once(talk: Talk) -> None:
    """R8: the turn is in the database although its commit seemed to fail."""
    await talk.sends(text="x5")
    with outage(talk.house, "good", "unsure"), pytest.raises(Unavailable):
        await talk.app.dispatcher.batch()
    await talk.waits(seconds=1)
    assert await states(talk.house, InboxRow) == ["done"]
    await talk.waits(seconds=90)
    assert len(talk.heard) == 2
    await talk.waits(minutes=5)
    assert len(talk.heard) == 2
    assert await states(talk.house) == ["sent", "sent"]


async def test_an_answer_never_overtakes_one_that_is_ours_without_our_knowing(talk: Talk) -> None:
    """R12: the next answers queue behind a reply whose commit had only seemed to fail."""
    await talk.sends(text="x5")
    with outage(talk.house, "good", "unsure"), pytest.raises(Unavailable):
        await talk.app.dispatcher.batch()
    await talk.waits(seconds=5)
    await talk.says("1")
    await talk.waits(seconds=130)
    await talk.waits(seconds=1)
    starts = ["Kính chào", "Để nhớ", "Cảm ơn", "Bài 1."]
    assert [said[: len(start)] for said, start in zip(talk.heard, starts, strict=True)] == starts


@on_postgresql
async def test_a_full_or_starting_database_is_unavailable_not_poison(database: Database) -> None:
    """R3, R7: an operator's trouble must never cost an event one of its three tries."""
    for sqlstate in ("53100", "53300", "57P03", "57P01", "58030", "25006"):
        with pytest.raises(Unavailable):
            async with database.transaction() as tx:
                await tx.execute(text(f"DO $$ BEGIN RAISE SQLSTATE '{sqlstate}'; END $$"))


async def test_figures_read_together_belong_together(database: Database) -> None:
    """Design §6: totals equal to the screen; a reading is one snapshot on both engines."""
    async with database.reading() as tx:
        before = await memory.get(tx, "test", "n")
        async with database.transaction() as other:
            await memory.put(other, "test", "n", "1")
        assert await memory.get(tx, "test", "n") == before


@on_one_engine
async def test_asking_whether_we_are_ready_never_costs_us_the_writer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R32: a command beside the service holds SQLite's lock for longer than a look may take."""
    application = server.build((), database=database, metrics_token="")
    beside = sqlite3.connect(database.url.partition("///")[2], isolation_level=None)
    async with TestClient(TestServer(application)) as client:
        beside.execute("BEGIN IMMEDIATE")
        with monkeypatch.context() as patched:
            patched.setattr(server, "_LOOP_ALIVE", 0.1)
            assert (await client.get("/ready")).status == 503
        beside.execute("COMMIT")
        async with asyncio.timeout(3), database.transaction() as tx:
            await memory.put(tx, "test", "n", "1")
        assert (await client.get("/ready")).status == 200
    beside.close()


@on_one_engine
async def test_what_is_stored_while_strays_go_back_is_no_failed_turn(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    """R7: an outage must not cost an event that comes just behind it one of its three tries."""
    with outage(talk.house, "gone"), pytest.raises(Unavailable):
        await talk.app.dispatcher.batch()
    async with talk.app.database.transaction():
        storing = asyncio.create_task(talk.sends(text="x5"))
        await asyncio.sleep(0.05)
        giving_back = asyncio.create_task(talk.app.dispatcher.batch())
        await asyncio.sleep(0.05)
    await asyncio.gather(storing, giving_back)
    await talk.house.settle()
    assert len(talk.heard) == 2
    assert "turn failed" not in caplog.text
