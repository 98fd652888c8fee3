"""The form as an Excel file, out and back, and an officer's own form (issue 6; T26, T30-T32)."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.filing import handed_in_by
from storage import evidence, files
from storage.tables import AuditRow, FileLink, FormRow, ReportVersion
from tests.conftest import MakeHouse
from tests.handlers.reports import with_a_page
from tests.handlers.test_reporting import ALL, head, sent_versions, values
from tests.talk import House, Talk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


def sheet_of(house: House) -> bytes:
    """The workbook that was made last."""
    made: list[bytes] = [one.content for one in house.makers.made]
    return next(one for one in reversed(made) if one.startswith(b"PK"))


def changed(content: bytes, change: Callable[[Worksheet], None]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    sheet.protection.disable()
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column_of(sheet: Worksheet, name: str) -> int:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == name:
                return int(cell.column or 0)
    raise AssertionError(name)


def fill(answers: dict[str, Any]) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        at = column_of(sheet, "value")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in answers:
                    sheet.cell(row=int(cell.row or 0), column=at).value = answers[str(cell.value)]

    return change


async def hands_in(
    talk: Talk, content: bytes, *, name: str = "bieu.xlsx", kind: str = XLSX
) -> None:
    """What the page behind the newest link does with an upload."""
    house = talk.house
    open_ones = await house.rows(
        FileLink.id, where=FileLink.file_id.is_(None) & (FileLink.way == "hand_in")
    )
    async with house.app.database.transaction() as tx:
        now = house.clock.wall()
        file_id = await files.keep(tx, name=name, media_type=kind, body=content, now=now)
        link = await evidence.fill(tx, max(open_ones), file_id=file_id, now=now)
    assert link is not None
    came = handed_in_by(link, file_id=file_id, name=name, media_type=kind)
    assert await house.app.accept_upload(came)
    await house.make_all()


HAMLET = {
    "plan_issued": "Đã có",
    "sessions": 3,
    "attendances": "khoảng 120",
    "publicity": 20,
    "team_members": 6,
    "difficulties": "nhiều nhà chưa có mạng",
    "proposals": "Không có",
}


async def test_the_form_goes_out_and_comes_back_as_a_report(house: House, talk: Talk) -> None:
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await house.make_all()
    assert any("Biểu báo cáo của Xóm 5" in one for one in talk.heard)
    await hands_in(talk, changed(sheet_of(house), fill(HAMLET)))
    assert "(3) Lượt người dự học: khoảng 120 lượt người" in "\n".join(talk.heard)
    assert "Còn thiếu: Mô hình mới" in "\n".join(talk.heard[-2:])
    await talk.presses("Trả lời nốt")
    await talk.says("chưa có")
    await talk.presses("Gửi")
    [(_, answers, _)] = await sent_versions(house)
    assert values(answers)["sessions"] == 3  # type: ignore[arg-type]
    assert answers["attendances"] == {"value": 120, "about": True}
    assert await house.rows(ReportVersion.via) == ["file"]


async def test_a_cell_that_cannot_be_read_is_named_with_its_row(house: House, talk: Talk) -> None:
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await house.make_all()
    await hands_in(talk, changed(sheet_of(house), fill({**HAMLET, "sessions": "nhiều"})))
    said = "\n".join(talk.heard)
    assert "Trợ lý chưa đọc được số “nhiều”" in said
    assert "Còn thiếu: Số buổi học, tập huấn" in said


async def test_a_figure_that_cannot_be_is_not_taken_from_a_file_either(
    house: House, talk: Talk
) -> None:
    """T20."""
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await house.make_all()
    await hands_in(talk, changed(sheet_of(house), fill({**HAMLET, "team_members": 500})))
    assert "nhiều nhất là 100" in "\n".join(talk.heard)


async def test_another_units_form_is_refused(house: House, talk: Talk) -> None:
    """T01."""
    other = await talk.somebody("Trưởng Sáu", role="head", unit="xom-06")
    await other.says("/baocao")
    await other.presses("Điền tệp Excel")
    await house.make_all()
    theirs = sheet_of(house)
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await house.make_all()
    await hands_in(talk, changed(theirs, fill(HAMLET)))
    assert "Tệp này là biểu của đơn vị khác: Xóm 6" in "\n".join(talk.heard)
    assert await sent_versions(house) == []


async def test_what_is_no_workbook_is_said(house: House, talk: Talk) -> None:
    """T32."""
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await hands_in(talk, b"%PDF-1.7", name="bieu.pdf", kind="application/pdf")
    assert "Tệp này không phải Excel" in "\n".join(talk.heard)


async def test_while_something_else_is_asked_the_file_only_fills_the_draft(
    house: House, talk: Talk
) -> None:
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await house.make_all()
    await talk.says("/ghi")
    question = talk.last
    await hands_in(talk, changed(sheet_of(house), fill(HAMLET)))
    assert "ghi vào nháp" in "\n".join(talk.heard)
    assert talk.last == question
    await talk.says("/baocao")
    assert "đã xong 7/8 câu" in talk.last


# --- an officer's own form -----------------------------------------------------------------------


async def goes_out(house: House, talk: Talk) -> Talk:
    officer = await talk.somebody("Cán bộ", role="officer")
    await officer.says("sửa biểu báo cáo")
    await officer.presses("Báo cáo của xóm")
    await house.make_all()
    return officer


def ask_otherwise(sheet: Worksheet) -> None:
    at = column_of(sheet, "ask")
    for row in sheet.iter_rows():
        if any(cell.value == "sessions" for cell in row):
            number = int(row[0].row or 0)
            sheet.cell(row=number, column=at).value = "Xóm đã mở mấy buổi học? Ví dụ: 3."


async def test_an_officer_changes_a_question_without_code(house: House, talk: Talk) -> None:
    """Issue 6 item 1: out as a workbook, back, checked, shown, used."""
    officer = await goes_out(house, talk)
    await hands_in(officer, changed(sheet_of(house), ask_otherwise))
    assert "Sửa: Số buổi học, tập huấn" in officer.last
    await officer.presses("Dùng biểu mới")
    assert await house.rows(FormRow.form, FormRow.version) == [("xom", 2)]
    await (await head(talk)).says("/baocao", "1", "1")
    assert "Xóm đã mở mấy buổi học?" in talk.last
    await talk.says(*ALL[1:], "1")
    assert await house.rows(ReportVersion.form_version) == [2]
    assert "form.changed" in await house.rows(AuditRow.action)


async def test_every_mistake_of_a_form_is_named_at_once(house: House, talk: Talk) -> None:
    def break_it(sheet: Worksheet) -> None:
        at, plan = column_of(sheet, "ask"), column_of(sheet, "plan")
        for row in sheet.iter_rows():
            if any(cell.value == "sessions" for cell in row):
                number = int(row[0].row or 0)
                sheet.cell(row=number, column=at).value = None
                sheet.cell(row=number, column=plan).value = "NV-99"

    officer = await goes_out(house, talk)
    await hands_in(officer, changed(sheet_of(house), break_it))
    said = "\n".join(officer.heard[-6:])
    assert "chỗ chưa đúng nên biểu chưa đổi" in said
    assert "NV-99" in said
    assert await house.rows(FormRow.id) == []
