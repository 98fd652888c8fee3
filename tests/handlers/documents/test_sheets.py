"""The workbook read back by another program: every cell has the type and value of the data."""

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import texts
from handlers.documents import sheets
from handlers.documents.contents import SHEET_WORDS
from tests.handlers.documents.examples import HOSTILE

COLUMNS = [("Mã", "text"), ("Đơn vị", "text"), ("Người học", "count"), ("Tỷ lệ", "percent")]
HEAD = 3
FORMULAS = ("=1+1", "+84", "-5", "@a", "=cmd|' /C calc'!A0", "{=1}", "=HYPERLINK(1)")


def a_row(*cells: str | float | None, note: str = "") -> dict[str, Any]:
    return {"cells": list(cells), "note": note}


ROWS = [
    a_row("xom-01", "Xóm 1", 12, 12 / 385),
    a_row("xom-03b", "Xóm 3 - xã cũ B", 0, 0),
    a_row("xom-08", "Xóm 8", 1234, None, note="Tỷ lệ: chưa có mẫu số"),
    a_row("", "Chưa chọn xóm", None, 1.0),
]
TOTAL = a_row("", "Toàn xã", 1240, None, note="Mỗi người tính một lần.")


def a_table(*rows: dict[str, Any], total: dict[str, Any] | None = None) -> dict[str, Any]:
    columns = [{"name": name, "kind": kind} for name, kind in COLUMNS]
    return {"columns": columns, "rows": list(rows), "total": total}


def a_workbook(table: dict[str, Any], **changes: Any) -> dict[str, Any]:
    catalogue = texts.load()
    return {
        "title": "Số liệu Bình dân học vụ số",
        "sample": "DỮ LIỆU MẪU",
        "made": "2026-11-23T14:05:00",
        "facts": [["Phạm vi", "Toàn xã Giao Minh"], ["Kỳ", "tháng 11/2026"], ["Lúc", "14:05"]],
        "table": table,
        "trend": None,
        "definitions": [["Người học", "Học xong ít nhất 1 bài."], ["Tỷ lệ", "Trên người lớn."]],
        "words": {word: catalogue[f"documents.{word}"] for word in SHEET_WORDS},
        **changes,
    }


def opened(data: dict[str, Any]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(sheets.statistics(data)))


def cells_of(sheet: Any, first: int, last: int) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first, max_row=last)]


def given_cells(*rows: dict[str, Any]) -> list[list[Any]]:
    return [
        [cell or None if cell == "" else cell for cell in [*r["cells"], r["note"]]] for r in rows
    ]


def test_every_cell_comes_back_with_its_type_and_value() -> None:
    sheet = opened(a_workbook(a_table(*ROWS, total=TOTAL)))["Số liệu"]
    found = cells_of(sheet, HEAD, sheet.max_row)
    assert found[0] == [*(name for name, _ in COLUMNS), "Ghi chú"]
    assert found[1:] == given_cells(*ROWS, TOTAL)
    assert [type(row[2]) for row in found[1:]] == [int, int, int, type(None), int]
    assert {cell.number_format for cell in sheet["C"][HEAD:]} == {"#,##0"}
    assert {cell.number_format for cell in sheet["D"][HEAD:]} == {"0.0%"}


def test_what_is_not_known_is_empty_and_never_nought() -> None:
    sheet = opened(a_workbook(a_table(*ROWS)))["Số liệu"]
    assert sheet["D5"].value == 0
    assert sheet["D6"].value is None
    assert sheet["E6"].value == "Tỷ lệ: chưa có mẫu số"


def test_the_total_is_the_figure_itself_and_no_sum() -> None:
    """People are counted once: 1240 is less than the column's 1246."""
    sheet = opened(a_workbook(a_table(*ROWS, total=TOTAL)))["Số liệu"]
    total = sheet[sheet.max_row]
    assert [(cell.data_type, cell.value) for cell in total[2:4]] == [("n", 1240), ("n", None)]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_word_becomes_a_formula(text: str) -> None:
    """T26: in every place where a text of people may stand."""
    row = a_row(text, text, 1, 0.5, note=text)
    table = a_table(row, total=row)
    table["columns"][0]["name"] = text
    data = a_workbook(
        table,
        trend=table,
        title=text,
        facts=[[text, text]],
        definitions=[[text, text]],
        sample=text,
    )
    book = opened(data)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert sum(cell.value == text for cell in cells) >= 15
    assert all(cell.hyperlink is None for cell in cells)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_leave_the_figures_alone(words: str) -> None:
    rows = [a_row(words, words, 7, 0.25, note=words)] * 3
    data = a_workbook(
        a_table(*rows), title=words, sample=words, facts=[[words, words]], definitions=[[words] * 2]
    )
    sheet = opened(data)["Số liệu"]
    assert [row[2:4] for row in cells_of(sheet, HEAD + 1, sheet.max_row)] == [[7, 0.25]] * 3


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_is_a_text(text: str) -> None:
    """T26, for whatever can be typed."""
    sheet = opened(a_workbook(a_table(a_row(text, "Xóm 5", 3, 0.1))))["Số liệu"]
    assert sheet["A4"].data_type in {"s", "n"}
    assert sheet["A4"].value is None or isinstance(sheet["A4"].value, str)
    assert sheet["C4"].value == 3


def test_it_says_what_when_and_how_much() -> None:
    book = opened(a_workbook(a_table(*ROWS)))
    sheet = book["Số liệu"]
    assert sheet["A1"].value == "DỮ LIỆU MẪU - Số liệu Bình dân học vụ số"
    assert sheet["A2"].value == (
        "Phạm vi: Toàn xã Giao Minh. Kỳ: tháng 11/2026. Lúc: 14:05. Số dòng: 4"
    )
    about = cells_of(book["Định nghĩa"], 1, book["Định nghĩa"].max_row)
    assert about[:3] == [
        ["Chỉ tiêu", "Định nghĩa"],
        ["Người học", "Học xong ít nhất 1 bài."],
        ["Tỷ lệ", "Trên người lớn."],
    ]
    assert ["DỮ LIỆU MẪU", None] in about
    assert about[-1] == ["Số dòng", 4]


def test_real_figures_bear_no_mark() -> None:
    book = opened(a_workbook(a_table(*ROWS), sample=""))
    words = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any("MẪU" in word for word in words)
    assert not book["Số liệu"].oddHeader.right.text


def test_it_prints_on_a4_with_its_head_on_every_page() -> None:
    rows = [a_row(f"xom-{n:02}", f"Xóm {n}", n, n / 100) for n in range(60)]
    sheet = opened(a_workbook(a_table(*rows, total=TOTAL)))["Số liệu"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (
        sheet.page_setup.fitToHeight == 0
    )  # as many pages as there are; one across is the default
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref == "A3:E63"  # without the total: it stays in view
    assert sheet.oddHeader.right.text == "DỮ LIỆU MẪU"
    fonts = {cell.font.name for row in sheet.iter_rows() for cell in row}
    assert fonts == {"Times New Roman"}


def test_an_empty_table_says_so() -> None:
    sheet = opened(a_workbook(a_table(total=a_row("", "Toàn xã", 0, None))))["Số liệu"]
    assert sheet["A4"].value == "Chưa có số liệu trong kỳ này."
    assert sheet["C5"].value == 0
    assert sheet["A2"].value.endswith("Số dòng: 0")


def test_a_trend_has_a_sheet_of_its_own() -> None:
    table = a_table(*ROWS)
    assert opened(a_workbook(table)).sheetnames == ["Số liệu", "Định nghĩa"]
    book = opened(a_workbook(table, trend=table))
    assert book.sheetnames == ["Số liệu", "Theo thời gian", "Định nghĩa"]
    trend = book["Theo thời gian"]
    assert cells_of(trend, HEAD + 1, trend.max_row) == given_cells(*ROWS)


def test_equal_data_give_equal_bytes() -> None:
    data = a_workbook(a_table(*ROWS, total=TOTAL))
    assert sheets.statistics(data) == sheets.statistics(data)


@pytest.mark.parametrize(
    "row",
    [
        a_row("xom-01", "Xóm 1", 12),
        a_row("xom-01", "Xóm 1", "12", 0.1),
        a_row("xom-01", "Xóm 1", 1.5, 0.1),
        a_row("xom-01", "Xóm 1", True, 0.1),
        a_row(1, "Xóm 1", 1, 0.1),
        a_row("xom-01", "Xóm 1", 1, float("nan")),
    ],
)
def test_a_cell_of_another_type_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any cell may be named
        sheets.statistics(a_workbook(a_table(row)))


def test_words_are_all_there() -> None:
    with pytest.raises(ValueError, match="SHEET_WORDS"):
        sheets.statistics(a_workbook(a_table(), words={}))
