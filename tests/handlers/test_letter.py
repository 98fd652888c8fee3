"""A unit's answers written down as its own BÁO CÁO: what it says, and what it does not say."""

import dataclasses
import io
import json
import re
from typing import Any

import docx
import pytest

from handlers.documents.letter_contents import LetterContents
from handlers.documents.report_letter import report
from handlers.reporting import periods
from handlers.reporting.answers import UNKNOWN, Answer
from handlers.reporting.form import Field, Form
from handlers.reporting.forms import built_in
from tests.handlers.documents.examples import HOSTILE
from tests.handlers.letter_examples import (
    FULL,
    NEARLY_EMPTY,
    SETTINGS,
    a_unit,
    body,
    label,
    rows,
    said,
    section,
    written,
)

ROMAN = ["I", "II", "III", "IV", "V", "VI"]


def form_with(field: dict[str, Any]) -> Form:
    """The form of hamlets with a field that an officer added."""
    form = built_in()["xom"]
    added = Field.model_validate({"label": "Số máy tính", "ask": "Có mấy máy?", **field})
    return form.model_copy(update={"fields": (*form.fields, added)})


# --- for every form ------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", ["full", "nearly empty", "nothing"])
@pytest.mark.parametrize("form", built_in())
def test_every_form_becomes_a_whole_letter(form: str, answers: str) -> None:
    told = {"full": FULL[form], "nearly empty": NEARLY_EMPTY, "nothing": {}}[answers]
    letter = written(form, told)
    assert [one.number for one in letter.sections] == ROMAN
    assert all(one.lines for one in letter.sections)
    assert letter.addressees == ("UBND xã Giao Minh (qua Phòng Văn hóa - Xã hội)",)
    assert letter.closing.endswith("./.")
    assert letter.title == "BÁO CÁO"
    assert letter.marks == ()
    stored = json.loads(json.dumps(dataclasses.asdict(letter)))
    assert LetterContents.from_json(stored) == letter
    assert len(docx.Document(io.BytesIO(report(stored))).tables) == 3


@pytest.mark.parametrize("form", built_in())
def test_every_answer_is_told_or_counted(form: str) -> None:
    """Nothing of a full report gets lost: each field has its row, each word its place."""
    letter = written(form)
    told = f"{body(letter)}\n{rows(letter)}"
    for key, answer in FULL[form].items():
        assert built_in()[form][key].label in rows(letter)
        match answer.value:
            case str(note) if built_in()[form][key].kind == "note" and note:
                assert note.split("\n")[0][1:] in told
            case [{"name": _}, *_] as records:
                assert all(record["name"] in told for record in records)


@pytest.mark.parametrize("form", built_in())
def test_no_place_of_a_sentence_is_left_open(form: str) -> None:
    for answers in (FULL[form], NEARLY_EMPTY, dict.fromkeys(FULL[form], UNKNOWN)):
        letter = json.dumps(dataclasses.asdict(written(form, answers)), ensure_ascii=False)
        assert not re.search(r"\{\w+\}|None|  |\.\.", letter)


@pytest.mark.parametrize("occasion", ["annual", "so_ket", "tong_ket"])
def test_the_letter_says_for_which_years_it_is(occasion: str) -> None:
    deadlines = {"deadlines": {"so_ket": "2027-07-01", "tong_ket": "2030-10-01"}}
    keys = {"annual": "2026", "so_ket": "so_ket_2027", "tong_ket": "tong_ket_2030"}
    letter = written(period=periods.by_key(keys[occasion], deadlines))
    years = {"annual": "năm 2026", "so_ket": "2025 - 2027", "tong_ket": "2025 - 2030"}[occasion]
    assert years in letter.subject[-1]
    assert years in letter.opening
    assert years in letter.closing
    assert years.upper() in letter.annexes[0].title
    following = {"annual": "NĂM 2027", "so_ket": "GIAI ĐOẠN TIẾP THEO", "tong_ket": "THỜI GIAN TỚI"}
    assert section(letter, "V").heading.endswith(following[occasion])


# --- head and end --------------------------------------------------------------------------------


def test_a_hamlet_signs_without_number_and_office_above() -> None:
    letter = written("xom")
    assert (letter.head.over, letter.head.unit, letter.head.number) == ("", "XÓM 5", "")
    assert letter.signature.signs == "TRƯỞNG XÓM"
    assert letter.recipients == ("- Như trên;", "- Lưu: xóm.")
    assert "số ……" not in letter.annexes[0].about


def test_a_school_has_a_number_for_the_clerk_to_fill_in() -> None:
    letter = written("truong_hoc")
    assert letter.head.over == "UBND XÃ GIAO MINH"
    assert letter.head.number == "Số: ……/BC-……"
    assert letter.head.place == "Giao Minh, ngày …… tháng …… năm 2026"
    assert (letter.signature.signs, letter.signature.name) == ("HIỆU TRƯỞNG", "")
    assert letter.recipients[-1] == "- Lưu: VT."


def test_number_and_day_of_the_plan_are_never_invented() -> None:
    (ground,) = written().grounds
    assert ground.startswith("Căn cứ Kế hoạch số ……/KH-UBND ngày …… tháng …… năm 2025 của UBND xã")
    assert ground.endswith("trên địa bàn xã Giao Minh.")


def test_without_settings_the_commune_is_left_to_the_clerk() -> None:
    letter = written("truong_hoc", settings={})
    assert letter.head.over == "UBND XÃ ……"
    assert letter.head.place.startswith("……")
    assert letter.addressees == ("UBND xã (qua Phòng Văn hóa - Xã hội)",)


def test_samples_and_practice_are_marked() -> None:
    assert written(is_sample=True).marks == ("DỮ LIỆU MẪU",)
    assert "TẬP THỬ" in written(practice=True).marks[0]
    assert len(written(is_sample=True, practice=True).marks) == 2


# --- the body ------------------------------------------------------------------------------------


def test_figures_become_sentences_in_vietnamese_numbers() -> None:
    told = body(written("xom"))
    assert "xóm đã tổ chức, tham gia 12 buổi học, tập huấn kỹ năng số." in told
    assert "có khoảng 1.345 lượt người dự" in told
    assert "là 300/420 (71,4%)." in told
    assert "Không có vụ lừa đảo trên mạng nào được báo." in told


def test_only_contents_of_the_plan_with_something_told_are_listed() -> None:
    lines = section(
        written("xom", {"payment": Answer([1, 2]), "fraud_talks": Answer(2)}), "II"
    ).lines
    headings = [line.text for line in lines if line.kind == "heading"]
    assert headings == ["1. Kinh tế số", "2. An ninh mạng"]


def test_nought_unknown_and_blank_are_three_different_things() -> None:
    """Design §5."""
    letter = written("xom", {"sessions": Answer(0), "publicity": UNKNOWN})
    told = body(letter)
    assert "chưa tổ chức, tham gia buổi học" in told
    assert "Xóm chưa nắm được số liệu về: số lượt tuyên truyền." in told
    assert "lượt người dự" not in told
    values = {what: cells[1] for what, cells in rows(letter).items()}
    assert values[label("xom", "sessions")] == "0"
    assert values[label("xom", "publicity")] == "Chưa nắm được"
    assert values[label("xom", "attendances")] == "Không báo cáo"


def test_a_plan_is_told_with_number_and_day_in_one_sentence() -> None:
    plan = {"plan_issued": Answer("yes"), "plan_number": Answer("12/KH-THCS")}
    day = {"plan_date": Answer("2026-02-05")}
    (sentence,) = said(written("truong_hoc", plan | day), "I")
    assert sentence.startswith(
        "Nhà trường đã ban hành Kế hoạch số 12/KH-THCS ngày 05 tháng 02 năm 2026"
    )
    (sentence,) = said(written("truong_hoc", plan), "I")
    assert "12/KH-THCS để triển khai" in sentence
    (sentence,) = said(written("truong_hoc", {"plan_issued": Answer("no")}), "I")
    assert (
        sentence == "Đến nay, nhà trường chưa có kế hoạch triển khai Phong trào thi đua năm 2026."
    )


def test_records_are_items_and_awards_are_proposed_in_the_last_section() -> None:
    letter = written("xom")
    lines = section(letter, "III").lines
    assert next(line.text for line in lines if line.kind == "heading").startswith("1. ")
    assert "- Nhóm Zalo hỏi đáp của xóm: Hôm nào cũng có người trả lời." in said(letter, "III")
    assert "- Ông Nguyễn Văn A: Giấy khen của UBND xã." in said(letter, "VI")
    assert "Tổ công nghệ số cộng đồng: Chỉ biểu dương" not in body(letter)


def test_nothing_to_tell_is_told_as_such() -> None:
    told = {"models": Answer([]), "difficulties": Answer(""), "proposals": Answer("")}
    letter = written("xom", told)
    assert said(letter, "III") == ["Chưa có mô hình mới, cách làm hay."]
    assert said(letter, "IV") == ["Không có khó khăn, vướng mắc."]
    assert said(letter, "VI") == ["Không có đề xuất, kiến nghị."]
    assert said(letter, "V") == ["Chưa có nội dung báo cáo ở mục này."]


def test_what_a_form_does_not_ask_is_not_held_against_the_unit() -> None:
    assert said(written("luc_luong_vu_trang", {}), "I") == [
        "Nội dung này không có trong mẫu báo cáo của đơn vị."
    ]


def test_each_line_of_a_note_is_a_paragraph() -> None:
    letter = written("xom", {"difficulties": Answer("thiếu máy\n\n  sóng yếu ")})
    assert said(letter, "IV") == ["Thiếu máy.", "Sóng yếu."]


# --- what nobody foresaw -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ({"kind": "count", "counts": "máy"}, 7, "Số máy tính: 7 máy."),
        ({"kind": "share", "counts": "hộ"}, [1, 3], "Số máy tính: 1/3 (33,3%) hộ."),
        ({"kind": "date"}, "2026-12-03", "Số máy tính: ngày 03 tháng 12 năm 2026."),
        ({"kind": "note"}, "Mượn của trường", "Số máy tính: Mượn của trường."),
        ({"kind": "note"}, "", "Số máy tính: không có."),
        ({"kind": "one_of"}, "few", "Số máy tính: dưới 5."),
        ({"kind": "many_of"}, ["few", "own"], "Số máy tính: dưới 5; tự mua."),
        ({"kind": "many_of"}, [], "Số máy tính: không có."),
    ],
)
def test_a_field_that_an_officer_added_is_told_by_its_label(
    field: dict[str, Any], value: Any, sentence: str
) -> None:
    options = [{"key": "few", "label": "Dưới 5"}, {"key": "own", "label": "Tự mua"}]
    more = {"options": options} if field["kind"].endswith("_of") else {}
    added = {"key": "computers", "plan": ["ND-2"], "section": "II.2", **field, **more}
    letter = written("xom", {"computers": Answer(value)}, form=form_with(added))
    assert said(letter, "II") == ["1. Hạ tầng số", sentence]
    assert "Số máy tính" in rows(letter)


@pytest.mark.parametrize("words", [w for w in HOSTILE if w.strip()] + ["{we} {{n}} %s", "a\u202eb"])
def test_hostile_words_are_told_as_words(words: str) -> None:
    """T26, T28: a value is never a template, and the file opens."""
    answers = {
        "plan_issued": Answer("yes"),
        "plan_number": Answer(words),
        "models": Answer([{"name": words, "what": words}]),
        "exemplars": Answer([{"name": words, "what": words, "award": words}]),
        "difficulties": Answer(words),
        "preparer": Answer(words),
    }
    unit = a_unit("truong_hoc", name=words)
    letter = written("truong_hoc", answers, unit=unit, settings={**SETTINGS, "name": words})
    assert " ".join(words.split())[1:20] in body(letter)
    made = docx.Document(io.BytesIO(report(dataclasses.asdict(letter))))
    assert len(made.tables) == 3


@pytest.mark.parametrize("value", [None, "x", [], {}, -1, ["a", "b"], [1], {"xom-01": "?"}])
@pytest.mark.parametrize(
    "key", ["sessions", "payment", "models", "direction", "plan_date", "over_60"]
)
def test_an_answer_of_another_shape_breaks_nothing(key: str, value: Any) -> None:
    """A form changes; what an older one stored is still read."""
    assert written("xom", {key: Answer(value)}).sections
