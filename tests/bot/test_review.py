"""Delicate places of a message's path: outages at the wrong moment, two processes, clumsy hands."""

import asyncio
import contextlib
import gc
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from sqlalchemy import text, update

from bot import delivery
from bot.app import built, secret_of
from bot.channels.base import Accepted, Part, Receipt, TryLater
from bot.web import server
from handlers import menu
from handlers.flow import Outcome, Turn
from handlers.messages import Address, Kind, Outgoing
from handlers.settling import from_json
from storage import inbox, memory, outbox
from storage.database import Database, Transaction, Unavailable
from storage.inbox import NewEvent
from storage.tables import Account, Conversation, InboxRow
from tests.bot.path import states
from tests.conftest import MakeHouse
from tests.fakes import BUTTONS, FakeChannel
from tests.talk import House, Talk, settings_for

on_one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # no SQL of its own
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class Outage:
    """What becomes of the next transactions of a database: "good", "gone", or "unsure".

    "unsure" commits, and then the answer is lost with the connection.
    """

    def __init__(self, database: Database, *fates: str) -> None:
        self._database = database
        self._real = database.transaction
        self._fates = list(fates)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        fate = self._fates.pop(0) if self._fates else "good"
        if fate == "gone":
            raise Unavailable("gone")
        async with self._real() as tx:
            yield tx
        if fate == "unsure":
            raise Unavailable("the answer to COMMIT is lost")


@contextlib.contextmanager
def outage(house: House, *fates: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        plan = Outage(house.app.database, *fates)
        patched.setattr(house.app.database, "transaction", plan.transaction)
        yield


# --- a database that is gone at the wrong moment -------------------------------------------------


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


# --- the gate ------------------------------------------------------------------------------------


async def test_a_letter_that_no_database_takes_hurts_nobody(talk: Talk) -> None:
    """T23, R3: half an emoji is stored as "?", and whoever shares its commit notices nothing."""
    other = Talk(talk.house, "other")
    fates = await asyncio.gather(talk.sends(event="e\ud83d", text="\ud83d"), other.sends(text="x5"))
    assert set(fates) == {Accepted.STORED}
    await talk.house.settle()
    assert set(await states(talk.house, InboxRow)) == {"done"}


@on_one_engine
async def test_what_the_gate_cannot_store_is_refused_without_a_word_of_it_in_a_log(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """P9: an exception of the database carries the parameters, that is what people wrote."""
    unheard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))

    async def broken(*_: Any, **__: Any) -> set[str]:
        raise RuntimeError("một câu riêng tư")

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "store", broken)
        assert await talk.sends(text="một câu riêng tư") is Accepted.BUSY
        talk.app.gate._writer = None
        await asyncio.sleep(0)
        gc.collect()
    asyncio.get_running_loop().set_exception_handler(None)
    assert unheard == []
    assert "riêng tư" not in caplog.text
    await talk.says("x5")
    assert len(talk.heard) == 2


async def test_a_flood_in_a_group_is_met_with_silence(talk: Talk) -> None:
    """T09, T11, T35: the group is not told to slow down, and never becomes the private chat."""
    await talk.says("x5")
    for number in range(30):
        await talk.sends(text=str(number), private=False, chat="group")
    await talk.house.settle()
    assert {heard.chat for heard in talk.house.channel.heard} == {talk.account}
    assert set(await talk.house.rows(Account.chat)) == {talk.account}
    assert set(await talk.house.rows(Conversation.chat)) == {talk.account}


# --- turns ---------------------------------------------------------------------------------------


async def test_somebody_who_leaves_after_a_while_has_left(talk: Talk) -> None:
    """T58, U10: leaving is not being heard from, and the work that was begun is kept."""
    await talk.says("x5")
    step = await talk.house.rows(Conversation.flow, Conversation.step, Conversation.draft)
    talk.house.clock.passes(hours=2)
    await talk.does(Kind.LEFT)
    assert await talk.house.rows(Account.state) == ["stopped"]
    kept = await talk.house.rows(Conversation.flow, Conversation.step, Conversation.draft)
    assert kept == step


async def test_the_same_word_again_while_our_answer_still_waits_counts_once(talk: Talk) -> None:
    """T37: nobody can mean a question that has not left us yet."""
    await talk.says("x5")
    talk.house.channel.failures = [TryLater(30)]
    await talk.says("1")
    talk.house.clock.passes(seconds=2)
    await talk.says("1")
    await talk.waits(seconds=31)
    assert "(1/3)" in talk.last
    await talk.says("1")
    assert "(2/3)" in talk.last


@on_one_engine
async def test_stopping_reminders_twice_leaves_the_open_question_alone(talk: Talk) -> None:
    """U11: "what is being done goes on", also for somebody who had stopped them before."""
    await talk.enrolled()
    page = talk.last
    await talk.says("/dung", "/dung")
    await talk.says("1")
    assert talk.last == page
    await talk.says("1")
    assert "(2/3)" in talk.last


async def test_a_place_of_a_release_that_is_gone_is_no_poison(talk: Talk) -> None:
    """Style a3, T05: a button or a way back may lead to a flow or a step nobody has any more."""
    await talk.enrolled()
    me = await talk.actor()
    body = {"text": "cũ", "choices": [["a", "A"]], "notice": ["gone", "gone", "1"]}
    gone = {"flow": "gone", "step": "gone", "draft": {}, "offered": {"text": "cũ"}}
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Conversation).values(trail=[gone]))
        await outbox.add(
            tx,
            [
                outbox.NewMessage(
                    me.account_id, talk.account, "notice", body, NOW + timedelta(1), "abcdefgh"
                )
            ],
            states=["sent"],
            owner="",
            now=NOW,
        )
    await talk.does(Kind.PRESS, button="abcdefgh1")
    assert talk.text("menu.old_button") in talk.heard
    await talk.does(Kind.PRESS, button="abc\0efgh1")
    await talk.says("quay lại")
    assert talk.text("menu.no_way_back") in talk.heard
    assert set(await states(talk.house, InboxRow)) == {"done"}


# --- sending -------------------------------------------------------------------------------------


@on_one_engine
async def test_a_message_that_cannot_be_shown_stops_nothing(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8, R12: it has failed; it is not `sending` for ever with the person's next ones behind."""
    shown = from_json
    bodies = iter((True, False, False))

    def breaks_once(body: dict[str, Any]) -> Outgoing:
        if next(bodies, False):
            raise KeyError("text")
        return shown(body)

    monkeypatch.setattr(delivery, "from_json", breaks_once)
    await talk.says("x5")
    assert len(talk.heard) == 1
    assert await states(talk.house) == ["failed", "sent"]


@on_one_engine
async def test_a_result_that_could_not_be_written_is_written_later(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8: whatever the database answers, what was sent is never forgotten, nor sent again."""
    settle = outbox.settle
    failures = iter((RuntimeError("?"), None))

    async def fails_once(*args: Any, **named: Any) -> None:
        if error := next(failures, None):
            raise error
        await settle(*args, **named)

    monkeypatch.setattr(outbox, "settle", fails_once)
    async with asyncio.timeout(5):
        await talk.says("x5")
    assert len(talk.heard) == 2
    assert await states(talk.house) == ["sent", "sent"]


@on_one_engine
async def test_an_apology_never_makes_a_message_too_long(talk: Talk) -> None:
    """R11, U17: a part that fills the channel's limit goes without it instead of being refused."""
    await talk.says("x5")
    me = await talk.actor()
    long = "một câu dài. " * 400
    late = NOW - timedelta(hours=1)
    message = outbox.NewMessage(
        me.account_id, talk.account, "reply", {"text": long}, NOW + timedelta(hours=1)
    )
    async with talk.app.database.transaction() as tx:
        await outbox.add(tx, [message], states=["queued"], owner="", now=late)
    await talk.house.settle()
    assert max(len(heard) for heard in talk.heard) <= BUTTONS.max_text


@on_one_engine
async def test_a_notice_rings_at_the_page_of_whom_it_is_for(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design §2: people played side by side see at once what the other one sent them."""
    rung: list[str] = []
    officer = await talk.somebody("Cán bộ", role="officer", unit="phong-vhxh")
    monkeypatch.setattr(FakeChannel, "fetched", True)
    monkeypatch.setattr(talk.app.dispatcher, "_fetched", rung.append)
    await talk.says("/gapcanbo", "Xin hỏi giờ học ở nhà văn hóa", "1")
    assert officer.lane in rung


@on_one_engine
async def test_no_more_is_taken_into_hand_than_can_be_sent_at_once(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R9: a notice that a dying process held without sending it would be lost as `uncertain`."""
    send, may_leave = talk.house.channel.send, asyncio.Event()

    async def slow(part: Part, to: Address) -> Receipt:
        await may_leave.wait()
        return await send(part, to)

    people = [Talk(talk.house, f"n{number}") for number in range(8)]
    accounts = [(await (await one.says("x5")).actor()).account_id for one in people]
    notices = [
        outbox.NewMessage(account, f"n{number}", "notice", {"text": "!"}, NOW + timedelta(1))
        for number, account in enumerate(accounts)
    ]
    async with talk.app.database.transaction() as tx:
        await outbox.add(tx, notices, states=["queued"] * 8, owner="", now=NOW)
    monkeypatch.setattr(delivery, "ASKED_AT_ONCE", 3)
    monkeypatch.setattr(talk.house.channel, "send", slow)
    for _ in range(4):
        await talk.app.delivery.look()
    held = (await states(talk.house)).count("sending")
    may_leave.set()
    assert held == 3
    await talk.app.delivery.idle()
    await talk.house.settle()
    assert [one.last for one in people] == ["!"] * 8


# --- two processes -------------------------------------------------------------------------------


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
