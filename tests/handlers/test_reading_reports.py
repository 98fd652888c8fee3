"""Reading reports told in one message (N1-N14, T29, T40, U8): `handlers/reporting/reading.py`."""

import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reporting.form import MOST_LETTERS, Field, Kind
from handlers.reporting.reading import Told, read
from tests.handlers.report_scoring import (
    KNOWN,
    TODAY,
    Message,
    form_for,
    messages_of,
    told,
    total_of,
)


def test_n14_the_open_half_is_read_field_by_field() -> None:
    total = total_of("baocao_open.toml")
    good = total.right >= 0.99 * total.total and total.silent == 0
    if not good:
        pytest.fail(str(total), pytrace=False)


def test_n14_the_second_half_is_read_as_well() -> None:
    """It was measured unseen once (94.5 %, 6 silent guesses); since then it may be looked at."""
    total = total_of("baocao_more.toml")
    good = total.right >= 0.98 * total.total and total.silent == 0
    if not good:
        pytest.fail(str(total), pytrace=False)


def test_n14_the_third_lot_is_read_as_well() -> None:
    """It was measured unseen once (96.5 %, 3 silent guesses); since then it may be looked at."""
    total = total_of("baocao_fresh.toml")
    good = total.right >= 0.98 * total.total and total.silent == 0
    if not good:
        pytest.fail(str(total), pytrace=False)


def test_n14_the_fourth_lot_is_read_as_well() -> None:
    """It was measured unseen once (98.4 %, 1 silent guess); since then it may be looked at."""
    total = total_of("baocao_measured.toml")
    good = total.right >= 0.98 * total.total and total.silent == 0
    if not good:
        pytest.fail(str(total), pytrace=False)


def test_n14_messages_nobody_looked_at_are_read_as_well() -> None:
    """Only counts are printed: the messages stay unknown to who improves the reader.

    What was reached at its only run: 555 of 572 fields (97.0 %) and 1 silent guess. The aim is
    none: the next messages that nobody has looked at must show it.
    """
    total = total_of("baocao_fourth.toml")
    good = total.right >= 0.97 * total.total and total.silent <= 1
    if not good:
        pytest.fail(str(total), pytrace=False)


# --- what must hold of every message -------------------------------------------------------------

_SPOKEN: Final = (
    "3", "120", "20 người", "hai buổi", "45", "xóm 5", "x6", "tập huấn", "buổi", "lượt", "người",
    "30-40", "300/420", "1,234", "1,5 trăm", "khoảng", "tổ công nghệ số", "giúp", "cài VNeID",
    "mức 2", "hộ", "thanh toán số", "nữ", "trên 60 tuổi", "khó khăn:", "kiến nghị", "không", "chưa",
    "có", "mô hình", "kế hoạch", "số 12/KH-X", "ngày 15/7/2026", "chưa nắm được", "à nhầm", ":",
    ",", ".", "\n", "(", ")", "/", "-", "năm 2025", "năm nay", "mỗi buổi", "tổng", "trong đó",
    "trên", "lừa đảo", "vụ", "phát loa", "lần", "học sinh", "giáo viên", "đạt kỹ năng số", "?",
    "tháng 3", "và", "1.", "2.", "3.", "hồ sơ trực tuyến", "cả xã", "95%", "dăm", "12O/185",
)  # fmt: skip
_MESSAGES: Final = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(_SPOKEN), max_size=40).map(" ".join)
)
_SPEAKERS: Final = st.sampled_from(("xom-05", "thcs-a", "tt-pvhcc", "mttq", "dn-b", "cong-an-xa"))


def _is_pair(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], int):
        return False
    return value[1] is None or (isinstance(value[1], int) and value[0] <= value[1])


_FITS: Final[dict[Kind, Callable[[Any], bool]]] = {
    Kind.COUNT: lambda value: isinstance(value, int) and value >= 0,
    Kind.SHARE: _is_pair,
    Kind.DATE: lambda value: bool(date.fromisoformat(value)),
    Kind.ONE_OF: lambda value: value in ("yes", "no"),
    Kind.NOTE: lambda value: isinstance(value, str) and len(value) <= MOST_LETTERS,
    Kind.RECORDS: lambda value: all(one["name"].strip() for one in value),
    Kind.BY_HAMLET: lambda value: all(map(_is_pair, value.values())),
}


def figures_of(value: Any) -> list[int]:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, int):
        return [value]
    inside = value.values() if isinstance(value, dict) else value
    return [figure for one in inside if not isinstance(one, str) for figure in figures_of(one)]


@given(_MESSAGES, _SPEAKERS)
def test_t29_no_message_makes_it_fail_and_every_answer_fits_its_field(
    text: str, speaker: str
) -> None:
    found = told(text, speaker)
    if found is None:
        return
    form = form_for(speaker)
    assert found.answers or found.doubts or found.unread
    for key, answer in found.answers.items():
        assert form[key].asked
        assert answer.unknown or _FITS[form[key].kind](answer.value)
    for doubt in found.doubts:
        assert 2 <= len(set(map(repr, doubt.readings))) == len(doubt.readings) <= 4
        for reading in doubt.readings:
            assert not reading.key or form[reading.key].asked
            is_empty = not reading.key or reading.answer.unknown
            assert is_empty or _FITS[form[reading.key].kind](reading.answer.value)


@given(_MESSAGES, _SPEAKERS)
def test_n14_a_certain_figure_was_said(text: str, speaker: str) -> None:
    found = told(text, speaker)
    joined = re.sub(r"(?<=\d)[., \xa0](?=\d{3})", "", text)
    said = {int(one) for one in re.findall(r"\d+", f"{text} {joined}")}
    said |= {0, 2}  # "chưa mở buổi nào", "hai buổi"
    for answer in found.answers.values() if found else ():
        assert set(figures_of(answer.value)) <= said
    doubts = found.doubts if found else ()
    sums = {a + b for a in said for b in said} | {a * b for a in said for b in said}
    for doubt in doubts:
        least = max(said) if len(doubt.typed) > 60 else 0
        for reading in doubt.readings:
            for figure in figures_of(reading.answer.value):
                assert figure in said | sums | {150} or figure >= least


_PLAIN: Final = (
    ("buổi tập huấn: 3", "sessions"), ("lượt người dự: 120", "attendances"),
    ("phát loa 20 lần", "publicity"), ("tổ công nghệ số 6 người", "team_members"),
    ("giúp 45 người cài VNeID", "vneid_helped"), ("mức 2: 300/420 người", "vneid_level_2"),
    ("mô hình: chưa có", "models"), ("khó khăn: mạng yếu", "difficulties"),
    ("kiến nghị: không", "proposals"), ("đã có kế hoạch", "plan_issued"),
    ("nữ: chưa nắm được", "women"), ("thanh toán số: 120/185 hộ", "payment"),
    ("chống lừa đảo: 2 buổi", "fraud_talks"), ("1 vụ lừa đảo", "fraud_cases"),
)  # fmt: skip


@given(st.permutations(_PLAIN), st.integers(1, len(_PLAIN)))
def test_n14_the_order_of_labelled_lines_changes_nothing(
    lines: list[tuple[str, str]], many: int
) -> None:
    found = told("\n".join(line for line, _ in lines[:many]))
    assert found is not None
    assert set(found.answers) == {key for _, key in lines[:many]}
    assert (found.doubts, found.unread) == ((), ())


def bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(char for char in plain if not unicodedata.combining(char))


def figures_read(found: Told | None) -> object:
    if found is None:
        return None
    answers = {
        key: (figures_of(one.value), one.about, one.unknown) for key, one in found.answers.items()
    }
    doubts = [
        [(reading.key, figures_of(reading.answer.value)) for reading in doubt.readings]
        for doubt in found.doubts
    ]
    return answers, doubts, found.unit


@pytest.mark.parametrize(
    "message", messages_of("baocao_open.toml"), ids=lambda message: message["text"][:50].strip()
)
def test_n11_a_report_without_marks_is_read_as_one_with_them(message: Message) -> None:
    speaker = message.get("speaker", "xom-05")
    assert figures_read(told(bare(message["text"]), speaker)) == figures_read(
        told(message["text"], speaker)
    )


@pytest.mark.parametrize(
    "text",
    [
        "a", "1", "1 ", "x5 ", "20 người ", "mỗi buổi ", "khó khăn: ", "kế hoạch ", "20/11 ",
        "hai ba chục ", "3 buổi, ", "(3) ", "chưa ", "xóm 5 ", "1. có 2. 3 ", "- a\n", ", ", "tổ ",
        "trong 5 hộ ", "không có lừa đảo ", "công an xã ", "mô hình: a; ", "12O/185 ", "à nhầm 3 ",
        "102 trên ", "a\n3\n", "số 1: ", "lượt 3 ", "tổng 5 hộ, ", "trong đó 3 hộ thanh toán số, ",
    ],
)  # fmt: skip
def test_t29_twice_the_text_takes_about_twice_the_time(text: str) -> None:
    """Calls are counted, not seconds: others work on this machine too."""
    half, whole = (calls_for((text * 4096)[:size]) for size in (2048, 4096))
    assert whole <= 2.6 * half + 2000


def calls_for(text: str) -> int:
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    told(text)  # what is remembered from text to text is made first
    sys.setprofile(count)
    try:
        told(text)
    finally:
        sys.setprofile(None)
    return calls


# --- no report, and what it tells ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", " ", "👍", "alo", "xin chào", "ok", "menu", "báo cáo", "vneid là gì", "\u202e5 mox"],
)
def test_t40_what_tells_nothing_is_no_report(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("lượt dự 1,234, buổi 3", "attendances", {1234}),
        ("3 buổi, lượt dự 30-40", "attendances", {30, 40}),
        ("3 buổi tập huấn, mỗi buổi 40 người", "attendances", {120, 40}),
        ("lượt người 120, à nhầm 130", "attendances", {120, 130}),
        ("2 lớp, mỗi lớp 3 buổi, 90 lượt", "sessions", {6, 2, 3}),
        ("phát loa 10 lần, 5 tin bài", "publicity", {15, 10, 5}),
    ],
)
def test_n2_what_can_mean_two_things_is_asked(text: str, key: str, values: set[int]) -> None:
    found = told(text)
    assert found is not None
    assert key not in found.answers
    readings = [reading for doubt in found.doubts for reading in doubt.readings]
    assert {one.answer.value for one in readings if one.key == key} == values


def test_n14_a_field_the_officer_added_is_told_by_its_label() -> None:
    form = form_for("xom-05")
    added = Field(
        key="own_computers", kind=Kind.COUNT, label="Số máy tính của xóm", ask="?", plan=("X",),
        words=("may tinh",),
    )  # fmt: skip
    own = form.model_copy(update={"fields": (*form.fields, added)})
    found = read("máy tính: 4, tập huấn 3 buổi", form=own, today=TODAY, known=KNOWN)
    assert found is not None
    assert {key: one.value for key, one in found.answers.items()} == {
        "own_computers": 4,
        "sessions": 3,
    }
