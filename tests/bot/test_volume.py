"""Many messages at once: queued in few statements, found by index, each once (R8-R13, R21)."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.engine import Engine

from bot.app import working
from bot.channels.base import RecipientGone, Refused, TryLater, Uncertain, Why
from storage import migrations, outbox
from storage.database import Database
from storage.tables import OutboxRow
from tests.bot.test_reaching import ZaloVoice, bot_of, linked, official
from tests.bot.volume import TimedVoice, passes, queue, settle_in
from tests.conftest import MakeHouse
from tests.handlers.chasing import an_officer, answers
from tests.handlers.reminding import asked, comes, local
from tests.storage.test_plans import NOW
from tests.talk import House, Talk

MANY = 400


@pytest.fixture
async def busy(a_house: MakeHouse) -> House:
    return await a_house(TimedVoice(per_second=200))  # type: ignore[no-any-return]


# --- queueing ------------------------------------------------------------------------------------


@pytest.fixture
def statements() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: object, _r: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


async def test_hundreds_are_queued_in_a_handful_of_statements(
    busy: House, statements: list[str]
) -> None:
    persons = await settle_in(busy, MANY)
    statements.clear()
    await queue(busy, persons)
    assert len([one for one in statements if one.startswith("INSERT")]) <= 4
    assert len(await busy.rows(OutboxRow.id)) == MANY


async def test_what_was_queued_before_is_not_queued_again(busy: House) -> None:
    """R8: a key is unique for ever, also within one list."""
    persons = await settle_in(busy, 30)
    await queue(busy, persons[:20])
    await queue(busy, [*persons, *persons])
    assert Counter(await busy.rows(OutboxRow.key)) == {f"b:{n}": 1 for n in persons}


async def test_the_answer_says_which_were_new(busy: House) -> None:
    persons = await settle_in(busy, 3)
    await queue(busy, persons[:1])
    now = busy.clock.wall()
    rows = [
        outbox.NewMessage(n, "x", "broadcast", {"text": "x"}, now, None, key)
        for n, key in [
            (persons[0], "b:10001"),
            (persons[1], "new"),
            (persons[2], None),
            (persons[1], "new"),
        ]
    ]
    async with busy.app.database.transaction() as tx:
        ids = await outbox.add(tx, rows, states=["queued"] * 4, owner="", now=now)
    assert [one is None for one in ids] == [True, False, False, True]
    assert set(await busy.rows(OutboxRow.channel)) == {"fake"}


async def test_the_oldest_are_found_without_sorting_all_that_waits(
    tmp_path: Path, statements: list[str]
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/plans.db")
    await migrations.upgrade(database)
    async with database.transaction() as tx:
        statements.clear()
        await outbox.take(tx, owner="me", now=NOW, limit=9, channels=["telegram"])
    await database.close()
    taking = [one for one in statements if one.startswith("UPDATE outbox")]
    assert len(taking) == len(outbox.KINDS)
    with sqlite3.connect(tmp_path / "plans.db") as raw:
        for one in taking:
            given = ["x"] * one.count("?")
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {one}", given)]
            assert any("INDEX ix_outbox_queued" in step for step in plan), plan
            assert not any("TEMP B-TREE" in step for step in plan), plan


# --- sending -------------------------------------------------------------------------------------


async def test_every_fault_at_once_loses_and_doubles_nobody(a_house: MakeHouse) -> None:
    """R9, R10, T58: beyond those whom nobody can know about, who are shown as such."""
    busy = await a_house(TimedVoice(per_second=20))
    persons = await settle_in(busy, MANY)
    await queue(busy, persons)
    faults: list[Callable[[], Exception]] = [
        lambda: TryLater(2, whole_channel=True),
        lambda: TryLater(),
        lambda: RecipientGone(),
        lambda: Uncertain(),
        lambda: RuntimeError("?"),
    ]
    for number in range(60):
        busy.channel.failures += [faults[number % len(faults)]()]
        await passes(busy, seconds=0.5)
    await passes(busy, seconds=60, step=0.5)
    await passes(busy, seconds=900, step=10)  # whoever was put off several times
    assert busy.channel.failures == []
    states = Counter(await busy.rows(OutboxRow.state))
    got = Counter(one.chat for one in busy.heard)
    assert max(got.values()) == 1
    assert states["sent"] == len(got)
    assert states["failed"] == 12
    assert states["uncertain"] == 24
    assert states.total() == MANY
    assert set(states) == {"sent", "failed", "uncertain"}


async def test_r9_what_a_dead_process_was_sending_is_shown_and_never_sent(busy: House) -> None:
    persons = await settle_in(busy, 50)
    await queue(busy, persons)
    async with busy.app.database.transaction() as tx:
        dies = OutboxRow.account_id.in_(persons[:20])
        await tx.execute(update(OutboxRow).where(dies).values(state="sending", owner="dead"))
    await busy.restart()
    await passes(busy, seconds=20, step=1)
    assert Counter(await busy.rows(OutboxRow.state)) == {"uncertain": 20, "sent": 30}
    assert {one.chat for one in busy.heard} == {f"r{n}" for n in persons[20:]}


async def test_u11_at_night_a_broadcast_is_not_even_taken(busy: House) -> None:
    await queue(busy, await settle_in(busy, 50))
    busy.clock.passes(seconds=(local("2026-11-22 20:31") - busy.clock.wall()).total_seconds())
    await busy.settle()
    assert set(await busy.rows(OutboxRow.state, OutboxRow.attempts)) == {("queued", 0)}


# --- another way ---------------------------------------------------------------------------------


@pytest.fixture
async def zalo(a_house: MakeHouse) -> House:
    return await a_house(ZaloVoice())  # type: ignore[no-any-return]


async def reminded_rows(house: House) -> list[Any]:
    kind = OutboxRow.kind == "reminder"
    return sorted(await house.rows(OutboxRow.state, OutboxRow.reason, where=kind))


async def test_r13_a_refused_reminder_goes_another_way_once(zalo: House) -> None:
    """Through the pace and a silence first, then refused for certain: one message arrives."""
    on_bot, on_oa = await linked(zalo, role="head")
    bot_of(zalo).failures = [
        TryLater(60, whole_channel=True),
        TryLater(),
        Refused("429", why=Why.QUOTA),
    ]
    await comes(zalo, "2026-12-08 07:55")
    await on_oa.says("trang đầu")
    await comes(zalo, "2026-12-08 08:00")
    for _ in range(30):
        await on_oa.waits(minutes=1)
    told = asked(on_bot) + asked(on_oa)
    assert len(told) == 1
    assert asked(on_oa) == told
    assert await reminded_rows(zalo) == [("failed", "quota"), ("sent", "")]


async def test_r13_refused_everywhere_it_ends_on_the_call_list(zalo: House) -> None:
    officer = await an_officer(Talk(zalo, "u-officer"))
    on_bot, on_oa = await linked(zalo, role="head")
    await comes(zalo, "2026-12-08 07:55")
    await on_oa.says("trang đầu")
    bot_of(zalo).failures = [Refused("429", why=Why.QUOTA)]
    official(zalo).failures = [Refused("-211", why=Why.QUOTA)]
    await comes(zalo, "2026-12-08 08:00")
    for _ in range(30):
        await on_oa.waits(minutes=1)
    assert asked(on_bot) + asked(on_oa) == []
    assert (await reminded_rows(zalo)).count(("failed", "quota")) == 2
    await officer.says("ai chưa nộp xóm")
    said = await answers(officer, "Danh sách gọi")
    assert "Xóm 5" in said


async def test_r9_an_uncertain_reminder_goes_no_other_way(zalo: House) -> None:
    on_bot, on_oa = await linked(zalo, role="head")
    await comes(zalo, "2026-12-08 07:55")
    await on_oa.says("trang đầu")
    bot_of(zalo).failures = [Uncertain()]
    await comes(zalo, "2026-12-08 08:00")
    for _ in range(30):
        await on_oa.waits(minutes=1)
    assert asked(on_bot) + asked(on_oa) == []
    assert await reminded_rows(zalo) == [("uncertain", "doubt")]


# --- after an outage, with the real loops --------------------------------------------------------


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - the loops are the program's own
            await asyncio.sleep(0.01)


async def test_r21_first_the_inbox_then_the_answers_then_reminders(house: House) -> None:
    five, six = Talk(house, "five", name="Ông Năm"), Talk(house, "six", name="Ông Sáu")
    await five.holds("head", "xom-05")
    await six.holds("head", "xom-06")
    waits = Talk(house, "waits")
    await waits.says("chào")
    house.channel.failures = [TryLater()]
    await waits.says("giúp")
    owed = len(waits.heard)
    await six.sends(text="dừng nhắc")
    stopped = house.clock.wall()
    await house.restart()
    house.clock.passes(seconds=(local("2026-12-08 09:30") - stopped).total_seconds())
    async with house.app.database.transaction() as tx:
        late = house.clock.wall() + timedelta(hours=1)
        await tx.execute(
            update(OutboxRow).where(OutboxRow.state == "retry_wait").values(expires_at=late)
        )
    house.heard.clear()
    async with working(house.app, "worker"):
        await until(lambda: len(house.heard) >= 2)
        await until(lambda: any(one.chat == "six" for one in house.heard))
        assert asked(five) == []
        house.clock.passes(seconds=6)
        await until(lambda: asked(five) != [])
        house.clock.passes(minutes=31)
        await asyncio.sleep(1.2)
    assert len(asked(five)) == 1
    assert asked(six) == []
    assert owed == 0 or [one.chat for one in house.heard].index("five") >= 2
