"""What is wrong with a workbook of past years is named, cell by cell (T21, T26, T31, T53)."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from storage.tables import FigureImport, Report, ReportVersion
from tests.conftest import MakeHouse
from tests.handlers.reports import with_a_page
from tests.handlers.test_past import HEAD, ROWS, asks_for, gives, table, told
from tests.handlers.test_report_sheets import sheet_of
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


@pytest.fixture
async def officer(talk: Talk) -> Talk:
    return await talk.holds("officer")


BAD: Sequence[Sequence[Any]] = (
    ("", "Xóm 1", 12, "nhiều"),
    ("", "Xóm 2", -3, 20),
    ("", "Xóm 3", 3, 20),
    ("", "Xóm 4", "1,234", 20),
    ("", "Xóm 5", 5000, 20),
    ("", "Xóm 77", 3, 20),
    ("", "Xóm 6", 3, 20),
    ("", "Xóm 6", 4, 20),
    ("", "Tổng cộng", 99, 20),
    ("", "Xóm 7", 5, 60),
)


async def test_every_bad_row_is_named_with_its_row_and_cell_and_good_ones_may_go_in(
    house: House, officer: Talk
) -> None:
    """T53, T21: a line for each; the good ones go in only when the officer has seen both lists."""
    said = await gives(await asks_for(officer), table(*BAD))
    assert "đọc được 1 đơn vị" in said
    assert "Có 7 chỗ cần sửa." in said
    assert "Dòng 2, cột D (Xóm 1): Trợ lý chưa đọc được số “nhiều”." in said
    assert "Dòng 3, cột C (Xóm 2): “-3” nhỏ hơn 0." in said
    assert "Dòng 4: “Xóm 3” có thể là: Xóm 3 - xã cũ A; Xóm 3 - xã cũ B." in said
    assert "Dòng 5, cột C (Xóm 4): “1,234” có thể hiểu hơn một cách." in said
    assert "Dòng 6, cột C (Xóm 5): 5.000 lớn quá, nhiều nhất là 2.000." in said
    assert "Dòng 7: Trợ lý không thấy đơn vị “Xóm 77”." in said
    assert "Dòng 9 (Xóm 6): Đơn vị này đã có ở dòng 8." in said
    assert "Tổng cộng" not in said
    await officer.presses("Ghi 1 đơn vị")
    assert await told(house, "xom-07") == {"sessions": 5, "attendances": 60}
    assert len(await house.rows(Report.id)) == 1


async def test_a_part_greater_than_its_whole_is_named_by_its_cell(
    house: House, officer: Talk
) -> None:
    """N6, T20: "Dòng 2, cột C: 905 nhiều hơn …"."""
    paying = "Hộ dùng thanh toán số"
    counts = ("Lượt người dự học", "Số người khác nhau đã học")
    head = ("Đơn vị", *counts, paying, f"{paying}: trên tổng số")
    rows = (("Xóm 5", 780, 905, None, None), ("Xóm 6", 780, 105, 90, 80), ("Xóm 7", 9, 9, 5, None))
    said = await gives(await asks_for(officer), table(*rows, head=head))
    assert "Dòng 2, cột C (Xóm 5): 905 nhiều hơn lượt người dự học là 780." in said
    assert "Dòng 3, cột D (Xóm 6): 90 nhiều hơn tổng 80." in said
    assert "Dòng 4, cột D (Xóm 7): Chưa có tổng số." in said
    assert "Tệp này không có gì để ghi thêm." in said
    assert await house.rows(FigureImport.state) == ["dropped"]


async def test_many_bad_cells_come_as_a_workbook(house: House, officer: Talk) -> None:
    """Every one is named: what a chat cannot hold comes as .xlsx."""
    rows = [(f"xom-{n:02}", "", "mười hai phẩy", "x") for n in range(4, 13)]
    said = await gives(await asks_for(officer), table(*rows))
    assert "và 10 chỗ nữa" in said
    assert "gửi sau đây" in said
    await house.make_all()
    sheet = load_workbook(io.BytesIO(sheet_of(house))).worksheets[0]
    text = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert sum(row[1] in range(2, 11) for row in text) == 18


async def test_a_column_nobody_knows_is_named_and_order_is_free(
    house: House, officer: Talk
) -> None:
    head = ("STT", "Ghi chú riêng", "LƯỢT NGƯỜI DỰ HỌC", "Xóm", "sessions")
    said = await gives(await asks_for(officer), table((1, "tốt", 50, 5, 2), head=head))
    assert "Cột chưa hiểu nên không đọc: B “Ghi chú riêng”." in said
    await officer.presses("Ghi 1 đơn vị")
    assert await told(house, "xom-05") == {"sessions": 2, "attendances": 50}


async def test_the_names_of_columns_may_stand_below_a_title(house: House, officer: Talk) -> None:
    rows = (("BẢNG TỔNG HỢP",), ("Năm 2025",), (), HEAD, ("", "Khối xóm"), *ROWS, ("Người lập",))
    said = await gives(await asks_for(officer), table(*rows, head=("UBND XÃ",)))
    assert "đọc được 3 đơn vị" in said
    assert "cần sửa" not in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda: table(("", "Cả huyện", None, None)), "không có gì để ghi"),
        (lambda: table(*ROWS, head=("A", "B", "C", "D")), "không thấy dòng tên cột"),
        (lambda: table(*ROWS, head=(*HEAD[:3], HEAD[2])), "Cột C và cột D cùng là"),
        (lambda: table(*[("", "Xóm 5", 1, 1)] * 10_000), "hơn 5.000 dòng"),
        (lambda: b"PK\x03\x04 no workbook", "chưa mở được"),
    ],
    ids=["no figures", "no names", "twice", "long", "broken"],
)
async def test_what_cannot_be_used_at_all_is_refused_with_the_way(
    house: House, officer: Talk, content: Callable[[], bytes], why: str
) -> None:
    """T31, T53."""
    said = await gives(await asks_for(officer), content())
    assert why in said
    assert await house.rows(ReportVersion.number) == []


async def test_hostile_cells_are_named_and_never_run(house: House, officer: Talk) -> None:
    """T26, T23, N1: formulas, dates, huge numbers, marks nobody sees, merged and hidden cells."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    hidden = book.create_sheet("Ẩn")
    hidden.sheet_state = "hidden"
    hidden.append(["Mật"])
    for row in (
        HEAD,
        ("", "Xóm 1", "=1+1", 5),
        ("", "Xóm 2", house.clock.wall().date(), 5),
        ("", "X\u200bóm \u202e4", "1\u200b2", 5),
        ("", "Xóm 5", 10**18, 5),
        ("", "Xóm 6", 3, 5),
        (None, None, 4, 5),
        ("", "=cmd|' /C calc'!A0", 3, 5),
        ("", "Xóm 7", True, 5),
    ):
        sheet.append(list(row))
    sheet.merge_cells("B6:B7")
    out = io.BytesIO()
    book.save(out)
    said = await gives(await asks_for(officer), out.getvalue())
    assert "Dòng 2, cột C (Xóm 1): Ô này có công thức chưa ra kết quả." in said
    assert "Dòng 3, cột C (Xóm 2): Ô này đã thành ngày" in said
    assert "Dòng 5, cột C (Xóm 5)" in said
    assert "Dòng 7: Dòng này có số mà không có tên đơn vị." in said
    assert "Dòng 8: Dòng này có số mà không có tên đơn vị." in said
    assert "Dòng 9, cột C (Xóm 7): Trợ lý chưa đọc được số “có”." in said
    await officer.presses("Ghi 2 đơn vị")
    assert await told(house, "xom-04") == {"sessions": 12, "attendances": 5}
    assert await told(house, "xom-06") == {"sessions": 3, "attendances": 5}


async def test_two_sheets_with_figures_are_not_guessed_between(house: House, officer: Talk) -> None:
    """A sheet that names the year is taken; else one is asked for."""
    book = load_workbook(io.BytesIO(table(*ROWS, title="Nam A")))
    book.copy_worksheet(book.worksheets[0]).title = "Nam B"
    out = io.BytesIO()
    book.save(out)
    assert "nhiều trang" in await gives(await asks_for(officer), out.getvalue())
    book.worksheets[1].title = "Năm 2025"
    out = io.BytesIO()
    book.save(out)
    assert "đọc được 3 đơn vị" in await gives(officer, out.getvalue())


async def test_a_figure_of_another_holder_is_not_taken_for_a_hamlet(
    house: House, officer: Talk
) -> None:
    """Design §5: entered once by its holder."""
    label = "Hồ sơ nộp trực tuyến"
    head = ("Đơn vị", label, f"{label}: trên tổng số")
    rows = (("Xóm 5", 200, 420), ("tt-pvhcc", 3000, 5000))
    said = await gives(await asks_for(officer), table(*rows, head=head))
    assert "Dòng 2, cột B (Xóm 5): Đơn vị này không có mục này" in said
    await officer.presses("Ghi 1 đơn vị")
    assert await told(house, "tt-pvhcc") == {"online_files": [3000, 5000]}


async def test_a_holders_figure_by_hamlet_goes_into_the_holders_report(
    house: House, officer: Talk
) -> None:
    """Design §5: VNeID of every hamlet is one answer of Công an xã; bad rows stay out of it."""
    label = "Người lớn có tài khoản định danh mức 2"
    head = ("Đơn vị", label, f"{label}: trên tổng số", "Số buổi học, tập huấn")
    rows = (
        ("Xóm 5", 200, 420, None),
        ("Xóm 6", 500, 355, 4),
        ("Xóm 7", 210, 478, 5),
        ("Xóm 9", 200, 4310, None),
    )
    said = await gives(await asks_for(officer), table(*rows, head=head))
    assert "Dòng 3, cột B (Xóm 6): 500 nhiều hơn tổng 355." in said
    assert "Dòng 5, cột B (Xóm 9): 4.310 nhiều hơn cả đơn vị, nhiều nhất là 431." in said
    await officer.presses("Ghi 2 đơn vị")
    pairs = {"xom-05": [200, 420], "xom-07": [210, 478]}
    assert await told(house, "cong-an-xa") == {"vneid_by_hamlet": pairs}
    assert await told(house, "xom-07") == {"sessions": 5}
    assert await told(house, "xom-05") == {}
    await asks_for(officer)
    again = await gives(officer, sheet_of(house))
    assert "không cần ghi: 2 đơn vị" in again
    more = table(("xom-06", 300, 355, None), head=head)
    await gives(await asks_for(officer), more)
    await officer.presses("Ghi 1 đơn vị")
    known = await told(house, "cong-an-xa")
    assert known["vneid_by_hamlet"] == {**pairs, "xom-06": [300, 355]}
