"""Mistakes in a report form are found before people see it."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from handlers.reporting import checks
from handlers.reporting.form import Form, made

LETTER = {"signs": "TRƯỞNG XÓM"}
COUNT = {
    "key": "lessons",
    "kind": "count",
    "label": "Số buổi học",
    "ask": "Kỳ này có mấy buổi học? Ví dụ: 3.",
    "counts": "buổi",
    "plan": ["ND-5"],
    "section": "II.5",
}
NOTE = {
    "key": "help_given",
    "kind": "note",
    "label": "Việc đã giúp",
    "ask": "Xin nêu ngắn việc đã giúp.",
    "plan": ["ND-5"],
}


def a_form(*fields: Mapping[str, Any], kind: str = "xom", title: str = "Báo cáo của xóm") -> Form:
    return Form.model_validate(
        {"key": kind, "kinds": [kind], "title": title, "letter": LETTER, "fields": fields}
    )


def said_of(form: Form) -> list[str]:
    return [problem.what for problem in checks.problems_of(form)]


LONG = "Xin cho biết " + "một việc " * 12
TWO = [{"key": "yes", "label": "Có"}, {"key": "no", "label": "Không"}]
PART = {"key": "name", "label": "Tên", "ask": "Xin nhắn tên mô hình."}


def changed(field: Mapping[str, Any], **more: Any) -> Form:
    return a_form({**field, **more})


@pytest.mark.parametrize(
    ("form", "what"),
    [
        (changed(NOTE, ask=LONG), "Câu hỏi: câu dài 27 chữ"),
        (changed(NOTE, help=LONG), "Lời giúp: câu dài 27 chữ"),
        (changed(NOTE, ask="Bạn đã giúp gì?"), "không xưng hô"),
        (changed(NOTE, ask="Xin gửi file."), "từ khó hiểu: file: viết “tệp”"),
        (changed(NOTE, label="Việc đã giúp **hay**"), "không hiện được"),
        (changed(NOTE, ask="Đã giu\u0301p gì?"), "gõ rời"),
        (changed(NOTE, words=["Buổi học"]), "không dấu: “Buổi học”"),
        (changed(NOTE, ask="Đã giúp gì? Ai giúp?"), "chỉ một ý"),
        (changed(COUNT, ask="Có mấy buổi và mấy lớp? Ví dụ: 3."), "chỉ một ý"),
        (changed(COUNT, ask="Kỳ này có mấy buổi học?"), "cần một ví dụ"),
        (changed(COUNT, kind="share", counts="hộ"), "cần một ví dụ"),
        (changed(COUNT, kind="date", ask="Ngày nào? Ví dụ: 15/7."), "cần một ví dụ"),
        (changed(COUNT, counts=""), "cần đơn vị tính"),
        (changed(COUNT, ask="Có bao nhiêu lượt dự? Ví dụ: 3.", counts="người"), "hai số khác nhau"),
        (changed(COUNT, ask="Bao nhiêu người dự? Ví dụ: 3.", counts="lượt"), "hai số khác nhau"),
        (
            changed(COUNT, kind="share", ask="Trên tổng số? Ví dụ: 3/4.", filled_by="heads"),
            "Chỉ số đếm",
        ),
        (changed(COUNT, asked=False), "không tự điền"),
        (changed(COUNT, asked=False, filled_by="heads", required=True), "không bắt buộc"),
        (changed(COUNT, taken_from="others"), "nơi giữ số"),
        (changed(NOTE, plan=["ND-8"]), "không có mục ND-8"),
        (changed(NOTE, plan=["NV-1"]), "không có mục NV-1"),
        (changed(NOTE, plan=["CS-1"]), "không có mục CS-1"),
        (changed(NOTE, plan=["NV-4.1"]), "NV-4.1 của kế hoạch không nói với loại đơn vị xom"),
        (changed(NOTE, section="II.6"), "phải thuộc nội dung ND-6"),
        (changed(NOTE, ask="Xin nhắn số điện thoại của trưởng xóm."), "số điện thoại"),
        (changed(NOTE, ask="Xin nhắn họ và tên người học."), "thông tin cá nhân: “họ và tên”"),
        (changed(NOTE, label="Số căn cước"), "thông tin cá nhân: “Số căn cước”"),
        (changed(NOTE, ask="Xóm tự chấm bao nhiêu điểm?"), "không cho điểm"),
        (changed(NOTE, ask="Xóm đạt bao nhiêu phần trăm?"), "“phần trăm”"),
        (changed(NOTE, ask="Xin nêu chỉ tiêu của xóm."), "“chỉ tiêu”"),
        (changed(NOTE, ask="Xóm xếp loại gì?"), "“xếp loại”"),
        (changed(NOTE, kind="one_of", options=TWO[:1]), "ít nhất hai lựa chọn"),
        (
            changed(NOTE, kind="one_of", options=[*TWO, {"key": "nope", "label": "KHÔNG"}]),
            "hai lựa chọn cùng tên",
        ),
        (
            changed(NOTE, kind="records", parts=[{**PART, "ask": "Xin nhắn ngày sinh."}]),
            "“ngày sinh”",
        ),
        (
            changed(NOTE, kind="records", parts=[{**PART, "ask": "Tên gì? Ai làm?"}]),
            "chỉ một ý",
        ),
        (
            changed(NOTE, kind="records", parts=[{**PART, "ask": "Xin nhắn tên. " * 20}]),
            "tối đa 240",
        ),
        (a_form(NOTE, {**NOTE, "key": "again"}), "2 câu cùng tên"),
        (a_form(NOTE, title="Bạn báo cáo"), "Tên biểu mẫu"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_in_a_form_is_found(form: Form, what: str) -> None:
    told = said_of(form)
    assert any(what in one for one in told), told


def test_a_good_form_has_no_problems() -> None:
    assert said_of(a_form(NOTE, COUNT)) == []


def test_a_problem_says_where_it_is() -> None:
    (problem,) = checks.problems_of(a_form(COUNT, {**NOTE, "plan": ["ND-8"]}))
    assert problem.where == "xom: help_given"


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        ("Có mấy buổi học? Ví dụ: 3.", "lời đề nghị"),
        ("Xin báo số buổi phải mở. Ví dụ: 3.", "không viết “phải”"),
    ],
)
def test_the_front_is_asked_for_a_favour(ask: str, what: str) -> None:
    front = a_form({**COUNT, "ask": ask}, kind="mttq_ctxh")
    assert any(what in one for one in said_of(front))
    assert said_of(a_form({**COUNT, "ask": ask})) == []


def test_nine_required_questions_are_too_many_for_a_hamlet() -> None:
    def field(number: int, **more: Any) -> dict[str, Any]:
        named = {"key": f"lessons_{number}", "label": f"Số buổi {number}"}
        return {**COUNT, **named, "required": True, **more}

    eight = [field(number) for number in range(8)]
    too_many = "Hỏi xóm 9 câu bắt buộc, tối đa 8."
    assert said_of(a_form(*eight)) == []
    assert said_of(a_form(*eight, field(8))) == [too_many]
    assert said_of(a_form(*eight, field(8), kind="co_quan")) == []
    assert said_of(a_form(*eight, field(8, holder="vneid"))) == []
    assert said_of(a_form(*eight, field(8, required=False))) == []
    choice = {**NOTE, "key": "held", "kind": "one_of", "options": TWO}
    either = [field(8, only_if="held=yes"), field(9, only_if="held=no")]
    assert said_of(a_form(choice, *eight[1:], *either)) == []
    assert said_of(a_form(choice, *eight, *either)) == [too_many]


def test_two_forms_for_one_kind_are_found() -> None:
    told = checks.problems_among([a_form(NOTE), a_form(COUNT)])
    assert [problem.where for problem in told] == ["xom"]


@pytest.mark.parametrize("holder", ["", "online"])
def test_a_figure_taken_from_nowhere_is_found(holder: str) -> None:
    taken = {**COUNT, "taken_from": "by_all", "holder": "vneid"}
    theirs = {**NOTE, "key": "by_all", "kind": "by_hamlet", "holder": holder}
    (problem,) = checks.problems_among([a_form(taken), a_form(theirs, kind="co_quan")])
    assert (problem.where, "by_all" in problem.what) == ("xom: lessons", True)


@pytest.mark.parametrize(
    "field",
    [
        {**NOTE, "ask": "x" * 241},
        {**NOTE, "ask": ""},
        {**NOTE, "label": "x" * 81},
        {**NOTE, "key": "Việc"},
        {**NOTE, "plan": []},
        {**NOTE, "colour": "red"},
        {**NOTE, "kind": "one_of"},
        {**NOTE, "kind": "one_of", "options": [*TWO, {"key": "maybe", "label": " "}]},
        {**NOTE, "kind": "one_of", "options": [*TWO, TWO[0]]},
        {**NOTE, "options": TWO},
        {**NOTE, "filled_by": "heads"},
        {**COUNT, "part_of": "nothing"},
        {**NOTE, "only_if": "nothing=yes"},
        {**NOTE, "section": "VII"},
    ],
)
def test_what_cannot_be_a_form_is_refused(field: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_form(field)


def test_a_form_names_only_known_fields() -> None:
    head = {"key": "xom", "kinds": ["xom"], "title": "Báo cáo", "letter": LETTER}
    with pytest.raises(KeyError):
        made({**head, "required": ["lessons"], "more": []}, [NOTE], {})
