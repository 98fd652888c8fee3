"""The workbooks about a past year: words stay words, only figures are open (T26)."""

import io
import zipfile
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import openpyxl

from handlers.documents.past_contents import PastCheck, PastColumn, PastRow, PastSheet
from handlers.documents.past_sheet import past_check, past_figures

MADE = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - a file's own date has no zone
FORMULA = "=cmd|' /C calc'!A0"
SHEET = PastSheet(
    title="Số liệu năm 2025",
    guide=("Mỗi đơn vị một dòng.",),
    sample="",
    made=MADE,
    marker="HVS-NAMTRUOC-1|xa|2025",
    sheet="Số liệu",
    named=("Mã", "Tên", "Loại"),
    columns=(PastColumn("sessions", "Số buổi", "buổi", "Đếm buổi.", "Xóm"),),
    rows=(
        PastRow("xom-01", FORMULA, "Xóm", (12,), (True,)),
        PastRow("xom-02", "Xóm 2", "Xóm", ("khoảng 5",), (True,)),
        PastRow("th-a", "+Trường A", "@Trường", (None,), (False,)),
    ),
    help_sheet="Giải thích",
    help_names=("Cột", "Đơn vị tính", "Ai", "Gì"),
    page="Trang",
    count_title="Xin ghi số",
    count_wrong="Xin ghi một số nguyên.",
)
CHECK = PastCheck(
    title="Cần xem lại",
    guide=("Xin sửa.",),
    sample="DỮ LIỆU MẪU",
    made=MADE,
    sheet="Cần xem lại",
    names=("Dòng", "Cột", "Đơn vị", "Việc"),
    rows=((7, "E", FORMULA, "-905 nhiều hơn tổng 780"), (9, "", "Xóm 3", "hỏi lại")),
    page="Trang",
)


def as_json(made: PastSheet | PastCheck) -> dict[str, Any]:
    return asdict(made) | {"made": made.made.isoformat()}


def opened(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def test_equal_data_give_equal_bytes() -> None:
    assert past_figures(as_json(SHEET)) == past_figures(as_json(SHEET))
    assert past_check(as_json(CHECK)) == past_check(as_json(CHECK))


def test_words_are_never_formulas() -> None:
    """T26: written as strings, also what begins with =, +, -, @."""
    for body in (past_figures(as_json(SHEET)), past_check(as_json(CHECK))):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
        assert not any(b"<f>" in part or b"<f " in part for part in parts)
    assert opened(past_figures(as_json(SHEET))).worksheets[0]["C5"].value == FORMULA


def test_only_figures_that_are_asked_are_open() -> None:
    page = opened(past_figures(as_json(SHEET))).worksheets[0]
    assert page.protection.sheet
    is_locked = {name: page[name].protection.locked for name in ("C5", "E5", "E6", "E7")}
    assert is_locked == {"C5": True, "E5": False, "E6": False, "E7": True}
    assert (page["E5"].value, page["E6"].value) == (12, "khoảng 5")


def test_the_rows_and_columns_are_known_by_hidden_keys() -> None:
    page = opened(past_figures(as_json(SHEET))).worksheets[0]
    keys = [page.cell(1, column).value for column in range(1, 6)]
    assert keys == ["HVS-NAMTRUOC-1|xa|2025", "code", "name", "kind", "sessions"]
    assert page.row_dimensions[1].hidden
    assert page.column_dimensions["A"].hidden


def test_a_hundred_units_and_no_unit_are_drawn() -> None:
    rows = tuple(replace(SHEET.rows[1], code=f"xom-{number}") for number in range(100))
    page = opened(past_figures(as_json(replace(SHEET, rows=rows)))).worksheets[0]
    assert page.max_row == 104
    assert opened(past_figures(as_json(replace(SHEET, rows=())))).worksheets[0].max_row == 4


def test_the_list_of_what_is_wrong_has_numbers_as_numbers() -> None:
    page = opened(past_check(as_json(CHECK))).worksheets[0]
    assert [cell.value for cell in page[5]][1:] == [7, "E", FORMULA, "-905 nhiều hơn tổng 780"]
