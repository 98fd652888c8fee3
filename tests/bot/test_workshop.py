"""Slow work: made beside the turns, sent once, whoever dies meanwhile (R26, R31, U14, design 6)."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.making import Kind, Maker, NeverMade, NotMade
from bot.workshop import KINDS, LEASE
from handlers import FLOWS
from handlers.messages import Choice, Outgoing
from storage import work
from storage.tables import File, OutboxRow, WorkRow
from tests.bot import makers
from tests.conftest import MakeHouse
from tests.handlers.documents import examples
from tests.talk import House, Talk

HERE = "Hình đây ạ."


@pytest.fixture(autouse=True)
def ordering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.FLOWS", (*FLOWS, makers.flow))
    monkeypatch.setattr("bot.app.KINDS", makers.KINDS)


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await a_house()  # type: ignore[no-any-return]


@pytest.fixture
async def bac(house: House) -> Talk:
    return await Talk(house, "bac", name="Bác Năm").enrolled()


def told(talk: Talk, words: str) -> int:
    return sum(words in heard for heard in talk.heard)


async def orders(house: House) -> list[tuple[str, int]]:
    """(state, attempts) of each."""
    rows = await house.rows(WorkRow.id, WorkRow.state, WorkRow.attempts)
    return [(state, attempts) for _, state, attempts in sorted(rows)]


def by_process(house: House, *, seconds: float = 20) -> None:
    """As in the real house: a process for each."""
    house.app.workshop.make = Maker(cache=house.settings.data_dir / "cache", seconds=seconds)


# --- what is ordered arrives ---------------------------------------------------------------------


async def test_what_was_ordered_arrives_once_and_its_order_is_emptied(bac: Talk) -> None:
    """Design §6: made outside the turn, the file and its message in one commit."""
    await bac.says("/ve drawing abc")
    assert told(bac, "Đã nhận.") == 1
    assert told(bac, HERE) == 0
    assert await bac.house.ordered() == [("drawing", {"about": "abc"})]
    [made] = await bac.house.make_all()
    assert b"abc" in made.content
    assert told(bac, HERE) == 1
    assert await bac.house.rows(File.name, File.media_type) == [("hinh.png", "image/png")]
    assert await bac.house.rows(WorkRow.state, WorkRow.body) == [("done", {})]
    await bac.house.make_all()
    assert told(bac, HERE) == 1


async def test_asked_again_when_it_has_come_it_is_made_again(bac: Talk) -> None:
    """Two rows, two files of one content, two answers."""
    for _ in range(2):
        await bac.says("/ve drawing a")
        bac.house.clock.passes(seconds=5)  # sooner it would be a double tap (T37)
        await bac.house.make_all()
    assert await orders(bac.house) == [("done", 1), ("done", 1)]
    assert told(bac, HERE) == 2
    assert len(await bac.house.rows(File.id)) == 1


async def test_a_document_goes_as_one_with_its_button(a_house: MakeHouse) -> None:
    """Where the channel carries no such file: a link, and the button for a fresh one (T46)."""
    house = await a_house(public_url="https://hoc.example.vn")
    bac = await Talk(house, "bac", name="Bác Năm").enrolled()
    await bac.says("/ve sheet x")
    [made] = await house.make_all()
    assert made.content == b"[('about', 'x')]"
    assert "https://hoc.example.vn/tai/" in next(said for said in bac.heard if HERE in said)
    await bac.presses("Lấy liên kết mới")
    assert told(bac, "/tai/") == 2


async def test_a_button_under_a_late_answer_works(bac: Talk) -> None:
    """T05: it is a notice's button, whatever is being asked by then."""
    await bac.says("/ve drawing nút")
    await bac.house.make_all()
    await bac.says("bài 1")
    await bac.presses("Xem thêm")
    assert told(bac, "Thêm về 7.") == 1


def test_a_late_answer_asks_nothing() -> None:
    """By then something else may be asked: its choices would be taken for that one's."""
    from handlers.flow import Turn

    question = Outgoing("Gửi không?", choices=(Choice("yes", "Gửi"),))
    with pytest.raises(ValueError, match="asks nothing"):
        Turn.order(None, "drawing", {}, name="a.png", message=question)  # type: ignore[arg-type] # reads nothing of it


async def test_a_process_of_its_own_makes_it(bac: Talk) -> None:
    by_process(bac.house)
    await bac.says("/ve drawing abc")
    await bac.house.make_all()
    assert told(bac, HERE) == 1
    [content] = await bac.house.rows(File.body)
    assert content == makers.drawing({"about": "abc"})


def test_every_kind_is_written_out() -> None:
    assert {kind.by.partition(":")[0].rpartition(".")[0] for kind in KINDS.values()} == {
        "handlers.documents"
    }


# --- what people hear while they wait ------------------------------------------------------------


async def test_who_waits_two_seconds_is_told_so_once(bac: Talk) -> None:
    """U14."""
    workshop, clock = bac.house.app.workshop, bac.house.clock
    await bac.says("/ve drawing a")
    clock.passes(seconds=1.9)
    assert await workshop.tell_waiting() == 0
    clock.passes(seconds=0.1)
    assert await workshop.tell_waiting() == 1
    assert await workshop.tell_waiting() == 0
    await bac.house.make_all()
    making = bac.text("work.making")
    assert told(bac, making) == 1
    assert bac.heard.index(making) < next(n for n, said in enumerate(bac.heard) if HERE in said)


async def test_who_gets_it_at_once_hears_of_no_waiting(bac: Talk) -> None:
    await bac.says("/ve drawing a")
    await bac.house.make_all()
    bac.house.clock.passes(minutes=1)
    assert await bac.house.app.workshop.tell_waiting() == 0


async def test_the_loop_makes_and_tells_by_itself(bac: Talk) -> None:
    """Woken by the turn, not by a timer."""
    running = asyncio.create_task(bac.house.app.workshop.run())
    await bac.says("/ve drawing a")
    async with asyncio.timeout(10):
        while not told(bac, HERE):
            await asyncio.sleep(0.01)
            await bac.house.settle()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [
        ("raising", 3),
        ("dying", 3),
        ("hanging", 3),
        ("greedy", 3),
        ("nothing", 3),
        ("endless", 1),
        ("heavy", 1),
        ("unheard_of", 1),
    ],
)
async def test_what_cannot_be_made_is_said_with_the_next_step(
    bac: Talk, kind: str, attempts: int, caplog: pytest.LogCaptureFixture
) -> None:
    """U14, R7: three attempts, one where another would be the same; then one honest sentence."""
    by_process(bac.house, seconds=0.4 if kind == "hanging" else 20)
    await bac.says(f"/ve {kind} bí-mật")
    for _ in range(5):
        await bac.house.make_all()
        bac.house.clock.passes(seconds=20)
    failed = bac.text("work.failed", name="hinh.png")
    assert (told(bac, HERE), told(bac, failed)) == (0, 1)
    assert "gặp cán bộ" in failed
    assert await orders(bac.house) == [("failed", attempts)]
    assert await bac.house.rows(WorkRow.body) == [{}]
    assert await bac.house.rows(File.id) == []
    [line] = [record for record in caplog.records if record.message == "order failed"]
    assert line.levelno == logging.ERROR
    assert "bí-mật" not in str([vars(record) for record in caplog.records])  # P9


async def test_one_that_fails_lets_the_others_pass(bac: Talk) -> None:
    await bac.says("/ve raising", "/ve drawing b")
    await bac.house.make_all()
    assert told(bac, HERE) == 1
    assert await orders(bac.house) == [("queued", 1), ("done", 1)]


async def test_a_second_attempt_may_succeed(bac: Talk) -> None:
    once_more: list[str] = []

    async def falter(_: Kind, body: Mapping[str, Any]) -> bytes:
        once_more.append(str(body))
        if len(once_more) == 1:
            raise NotMade("short of memory")
        return makers.drawing(body)

    bac.house.app.workshop.make = falter
    await bac.says("/ve drawing a")
    await bac.house.make_all()
    assert told(bac, HERE) == 0
    bac.house.clock.passes(seconds=20)
    await bac.house.make_all()
    assert told(bac, HERE) == 1


# --- crashes -------------------------------------------------------------------------------------


async def lost(house: House) -> None:
    """A process takes the order and dies over it."""
    async with house.app.database.transaction() as tx:
        assert await work.take(tx, owner="dead", now=house.clock.wall(), lease=LEASE)


async def test_what_a_dead_process_was_making_is_made_after_the_next_start(bac: Talk) -> None:
    """R9, R26: SQLite by its file lock, PostgreSQL by the lease of the process."""
    await bac.says("/ve drawing a")
    await lost(bac.house)
    await bac.house.make_all()
    assert told(bac, HERE) == 0
    await bac.restart()
    await bac.house.make_all()
    assert told(bac, HERE) == 1
    assert await orders(bac.house) == [("done", 2)]


async def test_without_a_restart_the_lease_runs_out(bac: Talk) -> None:
    await bac.says("/ve drawing a")
    await lost(bac.house)
    bac.house.clock.passes(minutes=2)
    await bac.house.make_all()
    assert told(bac, HERE) == 1


async def test_what_kills_its_process_three_times_is_not_tried_again(bac: Talk) -> None:
    """R7: a crash counts as an attempt."""
    await bac.says("/ve drawing a")
    for _ in range(3):
        await lost(bac.house)
        bac.house.clock.passes(minutes=2)
    assert await bac.house.make_all() == []
    assert told(bac, bac.text("work.failed", name="hinh.png")) == 1
    assert await orders(bac.house) == [("failed", 3)]


async def test_a_crash_between_made_and_sent_sends_it_once(bac: Talk) -> None:
    """The message was committed with the file: the next process finds it in the outbox."""
    await bac.says("/ve drawing a")
    assert await bac.house.app.workshop.look() == 1
    await bac.restart()
    await bac.house.make_all()
    assert told(bac, HERE) == 1
    assert len(bac.house.makers.made) == 1


Meanwhile = Callable[[], Awaitable[object]]


def after(meanwhile: Meanwhile) -> Callable[[Kind, Mapping[str, Any]], Awaitable[bytes]]:
    """A maker that is done only when something else has happened."""

    async def make(_: Kind, body: Mapping[str, Any]) -> bytes:
        await meanwhile()
        return makers.drawing(body)

    return make


async def test_who_was_overtaken_sends_nothing(bac: Talk) -> None:
    """R26: fenced by the attempt; a slow process wakes up after its lease."""
    house = bac.house

    async def another_takes_it() -> None:
        house.clock.passes(minutes=3)
        await lost(house)

    await bac.says("/ve drawing a")
    house.app.workshop.make = after(another_takes_it)
    await house.make_all()
    assert told(bac, HERE) == 0
    assert await house.rows(File.id) == []
    house.app.workshop.make = house.makers
    house.clock.passes(minutes=3)
    await house.make_all()
    assert told(bac, HERE) == 1


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_of_two_processes_each_order_has_one(bac: Talk, a_house: MakeHouse) -> None:
    """R26: SKIP LOCKED, so that neither waits for the other."""
    other = await a_house(url=bac.house.settings.database_url)
    other.clock.at = bac.house.clock.at
    for number in range(6):
        await bac.says(f"/ve drawing {number}")

    async def work_off(house: House) -> None:
        while await house.app.workshop.look():
            pass

    await asyncio.gather(work_off(bac.house), work_off(other))
    await bac.house.settle()
    await other.settle()
    made = [*bac.house.makers.made, *other.makers.made]
    assert sorted(one.body["about"] for one in made) == [str(number) for number in range(6)]
    assert bac.house.makers.made
    assert other.makers.made
    assert len(await bac.house.rows(OutboxRow.id, where=OutboxRow.key.like("work:%"))) == 6


# --- the person is gone, the house closes ---------------------------------------------------------


async def test_for_an_erased_person_nothing_is_kept_or_sent(bac: Talk) -> None:
    """P5: erased while it was being made."""

    async def erased() -> None:
        await bac.says("/dulieu", "3", "5", "2")

    await bac.says("/ve drawing a")
    bac.house.app.workshop.make = after(erased)
    await bac.house.make_all()
    assert told(bac, HERE) == 0
    assert await bac.house.rows(File.id) == []
    assert await bac.house.rows(WorkRow.id) == []


async def test_with_the_person_goes_what_was_made(bac: Talk) -> None:
    """P5: a picture in the chat is a file like others."""
    await bac.says("/ve drawing a", "/ve sheet b")
    await bac.house.make_all()
    assert len(await bac.house.rows(File.id)) == 2
    await bac.says("/dulieu", "3", "5", "2")
    assert await bac.house.rows(WorkRow.id) == []
    assert await bac.house.rows(File.name, where=File.name.like("hinh%")) == []


async def test_orders_are_forgotten_after_ninety_days(bac: Talk) -> None:
    """P10; before that the file is kept for whoever asks for it again."""
    await bac.says("/ve drawing a", "/ve raising")
    await bac.house.make_all()
    for days, left in ((89, 2), (2, 1)):
        bac.house.clock.passes(days=days)
        await bac.house.app.workshop.sweep()
        assert len(await bac.house.rows(WorkRow.id)) == left  # what waits stays


def children() -> set[str]:
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


async def test_a_house_that_closes_stops_its_maker_and_gives_the_order_back(bac: Talk) -> None:
    """R31: no process is left, and being stopped was no attempt."""
    by_process(bac.house)
    before = children()
    await bac.says("/ve hanging")
    making = asyncio.create_task(bac.house.app.workshop.look())
    async with asyncio.timeout(10):
        while not children() - before:  # noqa: ASYNC110 - the kernel sends no event
            await asyncio.sleep(0.01)
    await bac.house.app.workshop.close(seconds=5)
    await making
    assert children() == before
    assert await orders(bac.house) == [("queued", 0)]
    assert await bac.house.app.workshop.look() == 0


# --- the process itself --------------------------------------------------------------------------


async def test_a_maker_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SECRET", "whoever-reads-this")
    seen = await Maker(cache=tmp_path)(makers.KINDS["environment"], {})
    assert b"whoever-reads-this" not in seen
    assert b"PATH" in seen


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("hamlets_chart", examples.some_bars(*(examples.a_bar(f"Xóm {n}") for n in range(1, 41)))),
        ("activity_card", examples.a_card()),
    ],
)
async def test_real_pictures_are_made_within_the_limits(
    tmp_path: Path, kind: str, body: Mapping[str, Any]
) -> None:
    """Its memory is enough for the libraries, and the house itself is not imported."""
    made = await Maker(cache=tmp_path)(KINDS[kind], body)
    assert made.startswith(b"\x89PNG")


async def test_a_maker_says_what_went_wrong_and_where(tmp_path: Path) -> None:
    make = Maker(cache=tmp_path, seconds=20)
    with pytest.raises(NotMade, match=r"^ValueError makers\.py:\d+ ") as problem:
        await make(makers.KINDS["raising"], {"about": "bí-mật"})
    assert "bí-mật" not in str(problem.value)
    with pytest.raises(NotMade, match=r"^status -9$"):
        await make(makers.KINDS["dying"], {})
    with pytest.raises(NotMade, match=r"^MemoryError "):
        await make(makers.KINDS["greedy"], {})
    with pytest.raises(NeverMade, match=r"^too big$"):
        await make(makers.KINDS["endless"], {})
    with pytest.raises(NotMade, match=r"^ModuleNotFoundError "):
        await make(Kind("handlers.documents.no_such:thing", "image/png"), {})


def test_the_lease_outlives_every_maker() -> None:
    from bot.maker import SECONDS

    assert timedelta(seconds=SECONDS) * 1.5 < LEASE
