"""A photo or PDF beside a line of a register, handed in by the one-time page (T30, A3)."""

import pytest
from sqlalchemy import update

from storage.tables import File, RegisterEntry, Role
from tests.conftest import MakeHouse
from tests.handlers.reports import PDF, with_a_page
from tests.handlers.test_report_sheets import hands_in
from tests.talk import Talk

PLAN = "xom 5 ban hanh ke hoach so 03/KH-X5 ngay 12/7/2026"


@pytest.fixture
async def writer(a_house: MakeHouse) -> Talk:
    """An officer with a written line open, where the page takes files in."""
    house = await with_a_page(a_house)
    talk = await Talk(house, "u-officer", name="Cán bộ").holds("officer")
    await talk.says("sổ kế hoạch", PLAN, "1")
    await talk.presses("Gửi tệp, ảnh")
    return talk


async def test_a_plan_gets_its_file(writer: Talk) -> None:
    await hands_in(writer, b"%PDF-1.7 plan", name="ke-hoach.pdf", kind=PDF)
    assert writer.text("registers.file_kept") in writer.heard
    [file] = await writer.house.rows(RegisterEntry.file_id)
    assert await writer.house.rows(File.name, where=File.id == file) == ["ke-hoach.pdf"]
    await writer.says("sổ kế hoạch")
    await writer.presses("Mở một dòng", "Xóm 5", "Xem tệp")
    assert any("Tệp của dòng này" in heard for heard in writer.heard)
    await writer.presses("Sửa dòng này", "Sửa", "Số, ký hiệu")
    await writer.says("04/KH-X5", "1")  # the file stays beside the corrected line
    stands = RegisterEntry.removed_at.is_(None)
    assert await writer.house.rows(RegisterEntry.file_id, where=stands) == [file]


async def test_t30_another_kind_of_file_is_not_kept(writer: Talk) -> None:
    await hands_in(writer, b"PK", name="a.xlsx")
    assert writer.text("registers.file_wrong", paper="PDF") in writer.heard
    assert await writer.house.rows(File.id) == []


async def test_a3_a_right_that_ended_hands_in_nothing(writer: Talk) -> None:
    async with writer.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=writer.house.clock.wall()))
    await hands_in(writer, b"%PDF-1.7 plan", name="ke-hoach.pdf", kind=PDF)
    assert await writer.house.rows(RegisterEntry.file_id) == [None]


async def test_a_line_that_is_out_takes_no_file(writer: Talk) -> None:
    await writer.presses("Bỏ dòng này", "Bỏ khỏi sổ")
    await hands_in(writer, b"%PDF-1.7 plan", name="ke-hoach.pdf", kind=PDF)
    assert writer.text("registers.file_gone") in writer.heard
    assert await writer.house.rows(File.id) == []
