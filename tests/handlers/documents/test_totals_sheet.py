"""The workbook of totals read back by another program: typed cells, words that stay words."""

import io
from typing import Any

import openpyxl
import pytest

from handlers.documents.totals_contents import TotalsBook
from handlers.documents.totals_sheet import totals
from tests.handlers.documents.examples import HOSTILE

FORMULAS = ("=1+1", "+84", "-5", "@a", "=cmd|' /C calc'!A0", "{=1}", "=HYPERLINK(1)", "mailto:a")


def a_row(*cells: str | float | None, strong: bool = False) -> dict[str, Any]:
    return {"cells": list(cells), "strong": strong}


def a_sheet(*rows: dict[str, Any], name: str = "Tổng hợp") -> dict[str, Any]:
    columns = [
        {"name": "Chỉ tiêu", "kind": "text", "width": 40},
        {"name": "Số liệu", "kind": "count", "width": 14},
        {"name": "Tỷ lệ", "kind": "percent", "width": 9},
    ]
    return {
        "name": name,
        "title": "Tổng hợp năm 2026",
        "lines": ["Tạm tính đến 9:00"],
        "columns": columns,
        "rows": list(rows),
        "frozen": 1,
    }


def a_book(*sheets: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "title": "Tổng hợp năm 2026",
        "sample": "DỮ LIỆU MẪU",
        "made": "2026-12-15T08:00:00",
        "page": "Trang",
        "nothing": "Chưa có dòng nào.",
        "sheets": list(sheets),
        **changes,
    }


def opened(body: dict[str, Any]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(totals(body)))


def test_figures_are_numbers_and_words_stand_where_there_is_none() -> None:
    """Design §6: typed cells; "chưa nắm được" and blank are no 0."""
    rows = (a_row("Số buổi", 86, 0.5), a_row("Lượt", "chưa nắm được", None), a_row("Hộ", None, 1.0))
    sheet = opened(a_book(a_sheet(*rows)))["Tổng hợp"]
    found = list(sheet.iter_rows(min_row=4, values_only=True))
    assert found == [("Số buổi", 86, 0.5), ("Lượt", "chưa nắm được", None), ("Hộ", None, 1)]
    assert [sheet.cell(4, at).number_format for at in (1, 2, 3)] == ["@", "#,##0", "0.0%"]


@pytest.mark.parametrize("words", [*FORMULAS, *HOSTILE])
def test_words_stay_words(words: str) -> None:
    """T26."""
    sheet = opened(a_book(a_sheet(a_row(words, words, None))))["Tổng hợp"]
    for cell in sheet[4][:2]:
        assert cell.data_type in ("s", "n", "inlineStr")
        assert cell.data_type != "f"
        assert cell.hyperlink is None


def test_every_sheet_says_of_when_it_is_and_whether_it_is_a_sample() -> None:
    made = opened(a_book(a_sheet(name="Một"), a_sheet(name="Hai")))
    for name in ("Một", "Hai"):
        sheet = made[name]
        assert sheet["A1"].value == "DỮ LIỆU MẪU - Tổng hợp năm 2026"
        assert sheet["A2"].value == "Tạm tính đến 9:00"
        assert sheet["A4"].value == "Chưa có dòng nào."
        assert "DỮ LIỆU MẪU" in sheet.oddHeader.right.text
    assert opened(a_book(a_sheet(), sample=""))["Tổng hợp"]["A1"].value == "Tổng hợp năm 2026"


def test_headings_go_across_and_the_names_of_columns_stay_in_view() -> None:
    sheet = opened(a_book(a_sheet(a_row("I. Chỉ đạo"), a_row("Số buổi", 86, None))))["Tổng hợp"]
    assert sheet["A4"].value == "I. Chỉ đạo"
    assert sheet["A4"].font.bold
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$3:$3"


def test_a_wide_sheet_is_printed_on_several_pages_across() -> None:
    wide = a_sheet()
    wide["columns"] = [{"name": f"Cột {n}", "kind": "count", "width": 20} for n in range(40)]
    sheet = opened(a_book(wide))["Tổng hợp"]
    assert sheet.page_setup.fitToWidth == 4
    assert sheet.print_title_cols == "$A:$A"


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        TotalsBook.from_json(a_book(a_sheet(a_row("Số buổi", 86))))
    with pytest.raises(ValueError, match="percent column"):
        TotalsBook.from_json(a_book(a_sheet(a_row("Số buổi", 86, "một nửa"))))


def test_equal_data_give_equal_bytes() -> None:
    body = a_book(a_sheet(a_row("Số buổi", 86, 0.5)))
    assert totals(body) == totals(body)
