"""An officer changes a form in a workbook: a new version, or every mistake at once."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from handlers import texts
from handlers.documents import form_editing
from handlers.reporting.form import Form, Kind, Problem
from handlers.reporting.forms import built_in
from handlers.reporting.workbooks.cells import Refused
from handlers.reporting.workbooks.edited import read_edited
from handlers.reporting.workbooks.edited_options import key_from
from handlers.reporting.workbooks.workbook import COLUMNS, contents_of
from tests.handlers.documents.hostile import cells, edited, plain
from tests.handlers.test_form_filled import sheet as form_to_fill_in

TEXTS = texts.load()
XOM = built_in()["xom"]
MADE = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - a file's own date has no zone
AT = {column.key: number for number, column in enumerate(COLUMNS, start=2)}


def out(form: Form = XOM) -> bytes:
    return form_editing.form_editing(contents_of(TEXTS, form, made=MADE, sample=False))


class Page:
    """The workbook as the officer has it open."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def row(self, key: str) -> int:
        rows = range(1, self.page.max_row + 1)
        return next(row for row in rows if self.page.cell(row, AT["key"]).value == key)

    def set(self, key: str, /, **cells: object) -> None:
        for name, value in cells.items():
            self.page.cell(self.row(key), AT[name]).value = value

    def add(self, **cells: object) -> int:
        """Fill the first spare row; its number."""
        below = self.row(XOM.fields[-1].key) + 1
        free = next(
            row for row in range(below, 999) if self.page.cell(row, AT["label"]).value is None
        )
        for name, value in {**NEW, **cells}.items():
            self.page.cell(free, AT[name]).value = value
        return free


NEW = {
    "kind": "Số đếm",
    "label": "Số buổi phát loa của xóm",
    "ask": "Trong năm xóm phát loa mấy buổi? Ví dụ: 12.",
    "counts": "buổi",
    "plan": "ND-1",
    "section": "II.1",
    "occasions": "hằng năm; sơ kết",
}


def changed(by: Callable[[Page], object], *, form: Form = XOM, **more: Any) -> Form | list[Problem]:
    return read_edited(cells(edited(out(form), lambda page: by(Page(page)))), form, TEXTS, **more)


def made(by: Callable[[Page], object], **more: Any) -> Form:
    found = changed(by, **more)
    assert isinstance(found, Form), found
    return found


def wrong(by: Callable[[Page], object], **more: Any) -> list[Problem]:
    found = changed(by, **more)
    assert isinstance(found, list)
    return found


def nothing(_: Page) -> None:
    pass


# --- what may be changed -------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(built_in()))
def test_left_alone_a_form_is_itself_one_version_on(key: str) -> None:
    form = built_in()[key]
    assert made(nothing, form=form) == form.model_copy(update={"version": form.version + 1})


def test_words_limits_and_years_can_be_changed() -> None:
    def change(page: Page) -> None:
        page.set("sessions", label="Số buổi học", most="1.500", unusual=80, until=2029)
        page.set("sessions", help="Đếm cả buổi làm chung. Ví dụ: 4.", words="buổi học; lớp")
        page.set("sessions", plan="nv-1.2, nd-5")

    field = made(change)["sessions"]
    assert (field.label, field.most, field.unusual, field.until) == ("Số buổi học", 1_500, 80, 2029)
    assert (field.words, field.plan) == (("buoi hoc", "lop"), ("NV-1.2", "ND-5"))
    assert field.filled_by == XOM["sessions"].filled_by


def test_the_forms_name_can_be_changed() -> None:
    def change(page: Page) -> None:
        rows = range(1, page.page.max_row + 1)
        row = next(row for row in rows if page.page.cell(row, 1).value == "title")
        page.page.cell(row, 3).value = "Báo cáo năm của xóm"

    assert made(change).title == "Báo cáo năm của xóm"


def test_a_new_field_gets_a_key_of_its_label() -> None:
    form = made(lambda page: page.add())
    field = form["so_buoi_phat_loa_cua_xom"]
    assert (field.kind, field.required, field.occasions) == (
        Kind.COUNT,
        False,
        ("annual", "so_ket"),
    )
    assert len(form.fields) == len(XOM.fields) + 1


def test_a_new_field_takes_no_key_that_was_ever_used() -> None:
    form = made(lambda page: page.add(), taken={"so_buoi_phat_loa_cua_xom"})
    assert "so_buoi_phat_loa_cua_xom_2" in [field.key for field in form.fields]


def test_a_new_list_of_records_has_its_pieces() -> None:
    def add(page: Page) -> None:
        page.add(kind="Danh sách", label="Hội thi của xóm", ask="Xóm có hội thi nào?", counts=None)

    field = made(add)["hoi_thi_cua_xom"]
    assert [part.key for part in field.parts] == ["name", "what"]


def test_a_field_can_be_required_and_is_then_asked_first() -> None:
    def change(page: Page) -> None:
        page.set("sessions", required=None)
        page.set("women", required="x")

    form = made(change)
    required = [field.required for field in form.fields]
    assert required == sorted(required, reverse=True)
    assert form["women"].required


def test_a_field_is_taken_out_with_its_row() -> None:
    form = made(lambda page: page.page.delete_rows(page.row("direction")))
    assert form.get("direction") is None


def test_emptied_cells_take_a_field_out_too() -> None:
    def empty(page: Page) -> None:
        page.set("direction", **dict.fromkeys([key for key in AT if key != "key"]))

    assert made(empty).get("direction") is None


def test_options_keep_their_keys_when_their_words_change() -> None:
    def change(page: Page) -> None:
        page.set("plan_issued", options="Có kế hoạch riêng [yes]; Chưa có; Đang soạn")

    options = made(change)["plan_issued"].options
    assert [(one.key, one.label) for one in options] == [
        ("yes", "Có kế hoạch riêng"),
        ("no", "Chưa có"),
        ("dang_soan", "Đang soạn"),
    ]


def test_other_fields_may_be_named_by_their_label() -> None:
    base = XOM["plan_issued"].label
    form = made(
        lambda page: (
            page.add(label="Buổi loa buổi tối", part_of=XOM["sessions"].label),
            page.add(label="Buổi loa sáng", only_if=f"{base} = Đã có"),
        )
    )
    assert form["buoi_loa_buoi_toi"].part_of == "sessions"
    assert form["buoi_loa_sang"].only_if == "plan_issued=yes"


# --- what may not --------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[Callable[[Page], object], str]] = {
    "kind": (lambda page: page.set("sessions", kind="Đoạn chữ"), "không đổi loại"),
    "no_kind": (lambda page: page.add(kind=None), "Còn thiếu “Loại”"),
    "odd_kind": (lambda page: page.add(kind="Bảng"), "Chưa rõ loại “Bảng”"),
    "hamlets": (lambda page: page.add(kind="Theo xóm"), "không thêm ở đây được"),
    "key": (lambda page: page.set("women", key="phu_nu"), "Mã “phu_nu” không có"),
    "twice": (lambda page: page.set("women", key="over_60"), "có ở hai dòng"),
    "no_label": (lambda page: page.set("women", label=None), "Còn thiếu “Nhãn”"),
    "long": (lambda page: page.set("women", label="a" * 81), "dài 81 ký tự, tối đa 80"),
    "no_ask": (lambda page: page.add(ask=None), "Còn thiếu “Câu hỏi”"),
    "no_plan": (lambda page: page.set("women", plan=None), "Còn thiếu “Căn cứ kế hoạch”"),
    "plan": (lambda page: page.set("women", plan="NV-9.9"), "không có mục NV-9.9"),
    "number": (lambda page: page.set("women", most="nhiều"), "cần một số nguyên"),
    "range": (lambda page: page.set("women", most=2_000_000), "phải từ 1 đến 1.000.000"),
    "year": (lambda page: page.set("women", since=1999), "phải từ 2025 đến 2099"),
    "years": (lambda page: page.set("women", since=2029, until=2027), "đang sau"),
    "tick": (lambda page: page.set("women", required="hay"), "chỉ ghi x"),
    "section": (lambda page: page.set("women", section="II.9"), "Không có mục báo cáo"),
    "occasion": (lambda page: page.set("women", occasions="hằng tháng"), "Không có kỳ"),
    "part_of": (lambda page: page.set("women", part_of="khong_co"), "Không có mục nào mã"),
    "itself": (lambda page: page.set("women", part_of="women"), "Không có mục nào mã"),
    "whole_gone": (lambda page: page.page.delete_rows(page.row("attendances")), "Không có mục nào"),
    "only_if": (lambda page: page.set("women", only_if="plan_issued=maybe"), "chưa đúng"),
    "options": (lambda page: page.set("plan_issued", options="Đã có [yes]"), "ít nhất hai"),
    "option_key": (
        lambda page: page.set("plan_issued", options="Đã có [yes]; Chưa [nein]"),
        "mã chưa đúng",
    ),
    "option_twice": (
        lambda page: page.set("plan_issued", options="Đã có [yes]; đã có"),
        "trùng nhau",
    ),
    "many": (
        lambda page: page.set("plan_issued", options=";".join(f"Ý {n}" for n in range(9))),
        "tối đa 8",
    ),
    "stray": (lambda page: page.set("women", options="Có; Không"), "mới có lựa chọn"),
    "limits": (lambda page: page.set("difficulties", most=5), "Chỉ con số mới có giới hạn"),
    "formula": (lambda page: page.set("women", label='="Nữ"&1'), "công thức"),
    "words": (lambda page: page.set("women", ask="Bao nhiêu nữ? Mấy nữ? Ví dụ: 3."), "một ý"),
    "privacy": (lambda page: page.set("women", ask="Số căn cước? Ví dụ: 3."), "thông tin cá nhân"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said_with_its_row(name: str) -> None:
    by, what = MISTAKES[name]
    found = wrong(by)
    assert any(what in problem.what for problem in found), found
    assert all(re.match(r"Dòng \d+|Cả tệp", problem.where) for problem in found)


def test_every_mistake_is_said_at_once_in_the_order_of_the_rows() -> None:
    def change(page: Page) -> None:
        page.set("sessions", most="nhiều", section="XX", ask="Hỏi gì? Hỏi nữa? Ví dụ: 1.")
        page.set("women", kind="Ngày", plan=None)
        page.add(label="Mục mới", kind="Bảng")

    found = wrong(change)
    said = " ".join(problem.what for problem in found)
    for what in ("số nguyên", "XX", "một ý", "không đổi loại", "Căn cứ", "Chưa rõ loại"):
        assert what in said
    rows = [int(re.findall(r"\d+", problem.where)[0]) for problem in found]
    assert rows == sorted(rows)
    assert "Số buổi học" in found[0].where


def test_a_condition_on_an_option_that_is_gone_is_said() -> None:
    form = built_in()["truong_hoc"]

    def change(page: Page) -> None:
        page.set("plan_issued", options="Chưa có [no]; Đang soạn")

    assert any("chưa đúng" in problem.what for problem in wrong(change, form=form))


# --- which workbook it is ------------------------------------------------------------------------


def one(found: Form | list[Problem]) -> str:
    assert isinstance(found, list)
    [problem] = found
    assert problem.where == "Cả tệp"
    return problem.what


def test_another_officers_newer_version_is_not_written_over() -> None:
    newer = XOM.model_copy(update={"version": 2})
    assert "bản 1, nay đã có bản 2" in one(read_edited(cells(out()), newer, TEXTS))


def test_only_the_workbook_of_this_form_is_read() -> None:
    other = built_in()["truong_hoc"]
    assert "mẫu của biểu khác" in one(read_edited(cells(out()), other, TEXTS))
    assert "không thấy dấu" in one(read_edited(cells(plain()), XOM, TEXTS))
    assert "không thấy dấu" in one(read_edited(cells(form_to_fill_in()), XOM, TEXTS))
    assert "mật khẩu" in one(read_edited(Refused("locked"), XOM, TEXTS))


def test_a_missing_column_is_said() -> None:
    found = wrong(lambda page: page.page.delete_cols(AT["plan"]))
    assert [problem.what for problem in found] == [
        "Thiếu cột “Căn cứ kế hoạch”. Xin giữ đủ các cột của mẫu."
    ]


def test_moved_columns_and_a_renamed_sheet_are_read() -> None:
    def move(page: Page) -> None:
        page.page.title = "Bản của tôi"
        for merged in list(page.page.merged_cells.ranges):
            page.page.unmerge_cells(str(merged))
        page.page.insert_cols(5, 2)
        page.page.insert_rows(3)

    assert made(move).fields == XOM.fields


def test_a_form_without_any_field_is_none() -> None:
    found = wrong(lambda page: page.page.delete_rows(page.row("plan_issued"), 99))
    assert "ít nhất một câu" in found[0].what


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Số buổi phát loa", "so_buoi_phat_loa"),
        ("60 tuổi", "m_60_tuoi"),
        ("Đ", "m_d"),
        ("…", "m"),
        ("a" * 60, "a" * 36),
    ],
)
def test_keys_are_made_of_labels(label: str, key: str) -> None:
    made_key = key_from(label, set())
    assert made_key == (key if len(key) > 1 else "muc")
    assert key_from(label, {made_key}) == f"{made_key}_2"
