"""A workbook's way from its upload to the conversation as cells: told once, whoever dies (T31)."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from bot.filing import HandedIn, hand_over_again, handed_in_by
from bot.making import Kind, Maker, NotMade
from bot.reading_sheets import CELLS
from bot.web.uploads import PAPERS
from bot.workshop import Overtaken
from handlers import FLOWS
from storage import file_links, files
from storage.tables import File, FileLink, InboxRow, WorkRow
from tests.bot import sheets_flow
from tests.conftest import MakeHouse
from tests.handlers.documents.hostile import edited, plain, told, written
from tests.handlers.documents.test_sheet_reading import HOSTILE
from tests.talk import House, Talk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READ = "Đọc bieu.xlsx cho 7: abc."


@pytest.fixture(autouse=True)
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.FLOWS", (*FLOWS, sheets_flow.flow))


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    made: House = await a_house(public_url="https://hoc.example.vn")
    return made


@pytest.fixture
async def bac(house: House) -> Talk:
    return await Talk(house, "bac", name="Bác Năm").enrolled()


async def hands_in(talk: Talk, body: bytes | None = None, *, name: str = "bieu.xlsx") -> HandedIn:
    """Ask for an address and bring the file by it, as the page does; nothing is read yet."""
    house = talk.house
    await talk.says("/bieu")
    address = next(said for said in reversed(talk.heard) if "/tai/" in said)
    now = house.clock.wall()
    async with house.app.database.transaction() as tx:
        hashed = house.app.dispatcher._keyed_hash
        digest = file_links.hash_of(address.split("/tai/")[1][:22], hashed)
        link = await file_links.spend(tx, digest, way="hand_in", now=now)
        assert link is not None
        body = plain() if body is None else body
        kept = await files.keep(tx, name=name, media_type=XLSX, body=body, now=now)
        await file_links.fill(tx, link.id, file_id=kept)
    came = handed_in_by(link, file_id=kept, name=name, media_type=XLSX)
    assert await house.app.accept_upload(came)
    await house.settle()
    return came


def heard(talk: Talk, words: str) -> int:
    return sum(words in said for said in talk.heard)


async def orders(house: House) -> list[tuple[str, int]]:
    rows = await house.rows(WorkRow.id, WorkRow.state, WorkRow.attempts)
    return [(state, attempts) for _, state, attempts in sorted(rows)]


# --- read and told -------------------------------------------------------------------------------


async def test_what_was_handed_in_comes_back_as_cells_once(bac: Talk) -> None:
    await hands_in(bac)
    assert heard(bac, "Đã nhận tệp.") == 1
    await bac.house.make_all()
    assert heard(bac, READ) == 1
    assert await bac.house.rows(WorkRow.state, WorkRow.body) == [("done", {})]
    kinds = await bac.house.rows(File.media_type)
    assert sorted(kinds) == sorted([XLSX, "application/json"])
    await bac.house.make_all()
    assert heard(bac, READ) == 1


async def test_it_is_read_by_a_process_of_its_own(bac: Talk) -> None:
    bac.house.app.workshop.make = Maker(cache=bac.house.settings.data_dir / "cache")
    await hands_in(bac)
    await bac.house.make_all()
    assert heard(bac, READ) == 1


async def test_a_formula_is_read_by_its_result(bac: Talk) -> None:
    await hands_in(bac, written(lambda sheet: sheet.write_formula(0, 0, "=1+2", None, 3)))
    await bac.house.make_all()
    assert heard(bac, "cho 7: 3.") == 1


async def test_two_uploads_are_both_read(bac: Talk) -> None:
    await hands_in(bac)
    await hands_in(bac, written(lambda sheet: sheet.write_string(0, 0, "xyz")), name="b.xlsx")
    await bac.house.make_all()
    assert (heard(bac, READ), heard(bac, "Đọc b.xlsx cho 7: xyz.")) == (1, 1)


async def test_the_same_file_handed_in_again_is_told_again(bac: Talk) -> None:
    """Two links, two files of one content, two answers."""
    for _ in range(2):
        await hands_in(bac)
        await bac.house.make_all()
        bac.house.clock.passes(seconds=5)
    assert heard(bac, READ) == 2


async def test_who_waits_two_seconds_is_told_so_once(bac: Talk) -> None:
    """U14."""
    await hands_in(bac)
    bac.house.clock.passes(seconds=2.1)
    assert await bac.house.app.workshop.tell_waiting() == 1
    assert await bac.house.app.workshop.tell_waiting() == 0
    await bac.house.make_all()
    assert heard(bac, bac.text("work.making")) == 1
    assert heard(bac, READ) == 1


# --- what cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bomb", "encrypted", "macro", "links", "entities", "cut"])
async def test_what_could_do_harm_comes_back_with_its_reason(bac: Talk, name: str) -> None:
    """T31: the conversation says why; it is one attempt and no alarm."""
    make, why = HOSTILE[name]
    bac.house.app.workshop.make = Maker(cache=bac.house.settings.data_dir / "cache")
    await hands_in(bac, make())
    await bac.house.make_all()
    assert heard(bac, f"Không mở: {why}.") == 1
    assert await orders(bac.house) == [("done", 1)]


async def test_five_thousand_and_one_rows_are_too_many(bac: Talk) -> None:
    await hands_in(bac, written(lambda sheet: sheet.write_number(5_000, 0, 1)))
    await bac.house.make_all()
    assert heard(bac, "Không mở: too_long.") == 1


def test_another_kind_of_file_does_not_come_so_far() -> None:
    """T32: the page looks at ending and content; what slips through is none to the reader."""
    assert PAPERS.media_type_of("bieu.xlsm", plain()) is None
    assert PAPERS.media_type_of("bieu.xlsx", b"%PDF-1.7") is None
    assert PAPERS.media_type_of("bieu.xlsx", plain()) == XLSX
    assert told(b"%PDF-1.7") == {"refused": "broken"}


async def test_a_reader_that_dies_is_said_after_three_attempts(
    bac: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    """R7, U14; P9: nothing of the file is in a log."""

    async def dies(_: Kind, __: Mapping[str, Any]) -> bytes:
        raise NotMade("status -9")

    bac.house.app.workshop.make = dies
    await hands_in(bac, written(lambda sheet: sheet.write_string(0, 0, "bí-mật")))
    for _ in range(4):
        await bac.house.make_all()
        bac.house.clock.passes(seconds=30)
    assert heard(bac, sheets_flow.FAILED) == 1
    assert await orders(bac.house) == [("failed", 3)]
    assert "bí-mật" not in str([vars(record) for record in caplog.records])


async def test_a_file_that_is_gone_is_said(bac: Talk) -> None:
    came = await hands_in(bac)
    async with bac.house.app.database.transaction() as tx:
        await tx.execute(update(FileLink).where(FileLink.id == came.link).values(file_id=None))
        assert await files.let_go(tx, [came.file]) == 1
    await bac.house.make_all()
    assert heard(bac, sheets_flow.FAILED) == 1
    assert await orders(bac.house) == [("failed", 1)]


async def test_with_the_right_ends_the_reading(bac: Talk) -> None:
    """T14: a link that was ended is not gone on with."""
    came = await hands_in(bac)
    async with bac.house.app.database.transaction() as tx:
        await file_links.end_all(tx, [came.person_id])
    await bac.house.make_all()
    assert (heard(bac, READ), heard(bac, sheets_flow.FAILED)) == (0, 1)
    assert await bac.house.rows(File.media_type) == [XLSX]


# --- whoever dies --------------------------------------------------------------------------------


async def test_a_death_between_the_cells_and_their_event_loses_nothing(bac: Talk) -> None:
    """R2: the cells are kept, and whoever comes next tells the conversation; twice is once."""
    house = bac.house
    await hands_in(bac)

    async def dies(_: HandedIn) -> bool:
        raise RuntimeError

    house.app.workshop.hand_in = dies
    with pytest.raises(RuntimeError):
        await house.app.workshop.look()
    assert await house.rows(WorkRow.state) == ["done"]
    assert heard(bac, READ) == 0
    await house.restart()
    house.clock.passes(minutes=6)
    for _ in range(2):
        await hand_over_again(house.app.database, clock=house.clock, accept=house.app.accept_upload)
        await house.make_all()
    assert heard(bac, READ) == 1


async def test_a_death_while_it_is_read_leaves_it_to_the_next(bac: Talk) -> None:
    """R26."""
    house = bac.house
    await hands_in(bac)
    task, _ = await house.app.workshop._take()
    assert task is not None
    await house.restart()
    house.clock.passes(minutes=3)  # beside others its lease must be over first
    await house.make_all()
    assert heard(bac, READ) == 1
    assert await orders(house) == [("done", 2)]


async def test_two_processes_that_read_the_same_file_tell_it_once(bac: Talk) -> None:
    """Whoever was overtaken commits nothing and tells nothing."""
    house = bac.house
    await hands_in(bac)
    workshop = house.app.workshop
    slow, _ = await workshop._take()
    assert slow is not None
    house.clock.passes(minutes=3)  # its lease is over
    await house.make_all()
    assert heard(bac, READ) == 1
    await workshop._work(slow)
    with pytest.raises(Overtaken):
        await workshop._hand_in(slow, b'{"sheets": []}')
    await house.make_all()
    assert heard(bac, "Đọc") == 1
    keys = await house.rows(InboxRow.key)
    assert len(keys) == len(set(keys))
    assert len(await house.rows(File.id)) == 2


# --- how long it stays ---------------------------------------------------------------------------


async def test_the_cells_go_when_nobody_points_at_them(bac: Talk) -> None:
    """P10: with the link that says who handed them in."""
    house = bac.house
    await hands_in(bac)
    await house.make_all()
    for days, left in ((89, 2), (3, 0)):
        house.clock.passes(days=days)
        now = house.clock.wall()
        async with house.app.database.transaction() as tx:
            await file_links.sweep(tx, now=now)
        await house.app.workshop.sweep()
        async with house.app.database.transaction() as tx:
            await files.sweep(tx, now=now)
        assert len(await house.rows(File.id)) == left


async def test_with_the_person_go_the_file_and_its_cells(bac: Talk) -> None:
    """P5."""
    await hands_in(bac)
    await bac.house.make_all()
    await bac.says("/dulieu", "3", "5", "2")
    assert await bac.house.rows(File.id, where=File.name == "bieu.xlsx") == []
    assert await bac.house.rows(FileLink.id, where=FileLink.purpose == "form_read:7") == []


async def test_nobody_opens_the_cells_by_an_address(bac: Talk) -> None:
    """T47: their link is spent from the beginning, and no token leads to it."""
    await hands_in(bac)
    await bac.house.make_all()
    where = FileLink.purpose == "form_read:7"
    [(digest, used)] = await bac.house.rows(FileLink.token_hash, FileLink.used_at, where=where)
    assert (len(digest), used is not None) == (64, True)
    async with bac.house.app.database.transaction() as tx:
        now = bac.house.clock.wall()
        assert await file_links.spend(tx, digest, way="hand_in", now=now) is None


async def test_the_file_goes_to_its_reader_alone(tmp_path: Any) -> None:
    """What the process is told: the bytes and nothing else."""
    make = Maker(cache=tmp_path)
    body = edited(plain(), lambda page: page.cell(3, 3, 7))
    found = await make(CELLS, {"body": base64.b64encode(body).decode()})
    assert found.endswith(b'"cells": [[1, 1, "abc"], [3, 3, 7]]}]}')
