"""The annex of a unit's BÁO CÁO: every field with its figure, and where that is from."""

from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, Answer
from tests.handlers.letter_examples import a_unit, body, label, rows, written


def test_shares_have_part_whole_and_percentage() -> None:
    letter = written("xom")
    names = [column.name for column in letter.annexes[0].table.columns]
    assert names == ["STT", "Nội dung", "ĐVT", "Số liệu", "Tử số", "Mẫu số", "Tỷ lệ", "Ghi chú"]
    assert rows(letter)[label("xom", "payment")] == ("hộ", "", "120", "185", "64,9%", "")
    assert "Tử số" not in [c.name for c in written("mttq_ctxh").annexes[0].table.columns]


def test_the_annex_says_where_a_figure_is_from() -> None:
    answers = {
        "sessions": Answer(12, source=FROM_BOOK),
        "vneid_level_2": Answer([300, 420], source=FROM_HOLDER),
        "attendances": Answer(120, about=True),
    }
    notes = {what: cells[-1] for what, cells in rows(written("xom", answers)).items()}
    assert notes[label("xom", "sessions")] == "Trợ lý ghi nhận"
    assert notes[label("xom", "vneid_level_2")] == "Số của Công an xã"
    assert notes[label("xom", "attendances")] == "Số ước chừng"


def test_a_figure_that_its_holder_has_not_given_is_no_fault_of_the_hamlet() -> None:
    cells = rows(written("xom", {}))[label("xom", "vneid_level_2")]
    assert (cells[1], cells[-1]) == ("Chưa có số liệu", "Công an xã chưa cung cấp")


def test_a_figure_of_another_unit_is_not_missing_here() -> None:
    what = label("co_quan", "online_files")
    office = a_unit("co_quan", code="phong-kinh-te", name="Phòng Kinh tế")
    assert what in rows(written("co_quan", {}))  # the centre's own
    assert what not in rows(written("co_quan", {}, unit=office))


def test_what_was_not_asked_has_no_row() -> None:
    shown = rows(written("truong_hoc", {"plan_issued": Answer("no")}))
    assert label("truong_hoc", "plan_number") not in shown
    assert label("xom", "learners_here") not in rows(written("xom", {}))


def test_figures_by_hamlet_are_listed_by_name_under_their_sum() -> None:
    letter = written("luc_luong_vu_trang")
    shown = rows(letter)
    assert shown["- Xóm 1"][2:5] == ("300", "385", "77,9%")
    assert shown["- Xóm 5"][2:5] == ("9", "0", "")  # no percentage of nothing
    assert shown[label("luc_luong_vu_trang", "vneid_by_hamlet")][2:4] == ("709", "832")
    assert "của 3 xóm là 709/832 (85,2%)" in body(letter)
    whole = written("luc_luong_vu_trang", {"vneid_by_hamlet": Answer({"": [5200, 6000]})})
    assert "của cả xã là 5.200/6.000 (86,7%)" in body(whole)


def test_rows_are_numbered_one_after_the_other() -> None:
    table = written("luc_luong_vu_trang").annexes[0].table
    numbers = [row.cells[0] for row in table.rows if len(row.cells) > 1 and row.cells[0]]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
