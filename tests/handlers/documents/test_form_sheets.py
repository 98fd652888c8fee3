"""How the workbooks of report forms look: words stay words, only inputs are open (T26, U6)."""

import base64
import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from bot.making import Kind, Maker
from bot.reading_sheets import CELLS
from handlers import texts
from handlers.documents import form_editing, form_sheet
from handlers.reporting import periods
from handlers.reporting.answers import FROM_BOOK, Answer
from handlers.reporting.forms import built_in
from handlers.reporting.workbooks import sheet as contents
from handlers.reporting.workbooks import workbook
from tests.handlers.test_form_filled import ALL, FORM, HAMLETS, sheet

TEXTS = texts.load()
MADE = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - a file's own date has no zone


def opened(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def rows_by_key(page: Any) -> dict[str, int]:
    keys = {page.cell(row, 1).value: row for row in range(1, page.max_row + 1)}
    return {str(key): row for key, row in keys.items() if key is not None}


def an_editing() -> bytes:
    body = workbook.contents_of(TEXTS, built_in()["xom"], made=MADE, sample=True)
    return form_editing.form_editing(body)


def test_equal_data_give_equal_bytes() -> None:
    assert sheet(ALL) == sheet(ALL)
    assert an_editing() == an_editing()


def test_words_are_never_formulas() -> None:
    """T26: written as strings, also what begins with =, +, -, @."""
    answers = {**ALL, "trouble": Answer("=cmd|' /C calc'!A0")}
    with zipfile.ZipFile(io.BytesIO(sheet(answers))) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in part or b"<f " in part for part in parts)
    page = opened(sheet(answers)).worksheets[0]
    row = rows_by_key(page)["trouble"]
    assert (page.cell(row, 6).data_type, page.cell(row, 6).value) == ("s", "=cmd|' /C calc'!A0")


def test_only_what_is_to_be_filled_in_is_open() -> None:
    page = opened(sheet(ALL)).worksheets[0]
    assert page.protection.sheet
    rows = rows_by_key(page)
    open_cells = {
        (key, "FGH"[at - 6])
        for key, row in rows.items()
        for at in range(1, 10)
        if not page.cell(row, at).protection.locked
    }
    assert ("sessions", "F") in open_cells
    assert ("sessions", "H") in open_cells
    assert ("cashless", "G") in open_cells
    assert ("level_2/xom-02", "G") in open_cells
    assert ("models/1/name", "F") in open_cells
    assert ("sessions", "G") not in open_cells
    assert ("models/1/name", "H") not in open_cells
    assert {cell for _, cell in open_cells} == set("FGH")


def test_cells_offer_what_fits() -> None:
    """Whole numbers for counts, a list for a choice; something else is asked about, not refused."""
    page = opened(sheet()).worksheets[0]
    rows = rows_by_key(page)
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    count = rules[f"F{rows['sessions']}"]
    assert (count.type, count.formula1, count.errorStyle) == ("whole", "0", "information")
    choice = rules[f"F{rows['plan']}"]
    assert (choice.type, choice.errorStyle) == ("list", "information")
    assert f"H{rows['sessions']}" in rules


def test_lists_hold_labels_with_commas() -> None:
    book = opened(an_editing())
    lists = book.worksheets[1]
    assert lists.sheet_state == "hidden"
    assert "Số đếm" in [cell.value for cell in lists["A"]]


def test_the_keys_are_hidden_and_the_sheet_prints_on_a4() -> None:
    page = opened(sheet(ALL)).worksheets[0]
    assert page["A1"].value == "HVS-BIEU-1|xom-05|thu|3|2026"
    assert page.column_dimensions["A"].hidden
    assert page.row_dimensions[1].hidden
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert "DỮ LIỆU MẪU" in str(page.oddHeader.right.text)
    assert page["B2"].value.startswith("DỮ LIỆU MẪU - Biểu thử, năm 2026")
    assert "Xóm 5" in page["B3"].value
    assert "trước ngày 15/12" in page["B3"].value


def test_the_type_is_large() -> None:
    """Units are led by people over 60."""
    page = opened(sheet(ALL)).worksheets[0]
    assert {page.cell(row, 6).font.size for row in rows_by_key(page).values() if row > 1} == {14}


def test_what_the_book_says_is_marked() -> None:
    page = opened(sheet({"sessions": Answer(3, source=FROM_BOOK)})).worksheets[0]
    row = rows_by_key(page)["sessions"]
    assert page.cell(row, 6).value == 3
    assert page.cell(row, 9).value == TEXTS["form_sheet.from_book"]


def test_each_hamlet_has_a_row() -> None:
    page = opened(sheet()).worksheets[0]
    rows = rows_by_key(page)
    named = [page.cell(rows[f"level_2/{code}"], 3).value for code in HAMLETS]
    assert named == list(HAMLETS.values())


def test_a_definition_has_a_row_for_each_field_and_room_for_more() -> None:
    page = opened(an_editing()).worksheets[0]
    keys = [cell.value for cell in page["B"] if cell.value]
    assert [field.key for field in built_in()["xom"].fields] == keys[
        -len(built_in()["xom"].fields) :
    ]
    assert page["A1"].value == "HVS-MAU-1|xom|1"
    assert not page.protection.sheet


@pytest.mark.parametrize("change", [{"lines": []}, {"words": {}}, {"unheard_of": 1}])
def test_what_is_not_of_the_contract_is_refused(change: dict[str, Any]) -> None:
    whose = contents.Whose("xom-05", "Xóm 5", periods.annual(2026, {}), {})
    body = contents.contents_of(TEXTS, FORM, {}, whose, asked=["sessions"], made=MADE, sample=False)
    with pytest.raises(ValueError, match="validation error"):
        form_sheet.report_form({**body, **change})


async def test_all_of_it_is_made_within_the_limits_of_a_process(tmp_path: Any) -> None:
    """Without the house: neither the sheet nor its reader imports it."""
    make = Maker(cache=tmp_path)
    body = workbook.contents_of(TEXTS, built_in()["xom"], made=MADE, sample=True)
    by = "handlers.documents.form_editing:form_editing"
    made = await make(Kind(by, form_sheet.MEDIA_TYPE), body)
    read = await make(CELLS, {"body": base64.b64encode(made).decode()})
    assert read.startswith(b'{"sheets": [{"name": "M\xe1\xba\xabu bi')
