"""Answers to a quick form in one message: the corpus written before the reader (N1-N6, N14)."""

import time
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from handlers.quick_forms.form import Answer, Kind, Question
from handlers.quick_forms.reading import Reading, read

_CORPUS: Final = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "phieu_open.toml").read_text(encoding="utf-8")
)
MISSED_AT_MOST: Final = 1  # "1,2 có": the figure cannot be read, so nothing is


def form(name: str) -> tuple[Question, ...]:
    return tuple(
        Question(kind=Kind(kind), text=text, options=tuple(options))
        for kind, text, *options in _CORPUS["forms"][name]
    )


def said(answer: Answer, question: Question) -> Any:
    if answer.unknown:
        return "?"
    if answer.option is not None:
        return question.options[answer.option]
    found = [one for one in (answer.number, answer.yes, answer.note) if one is not None]
    return found[0] if found else None


def told(reading: Reading, questions: tuple[Question, ...]) -> dict[str, Any]:
    answers = reading.answers.items()
    return {str(place + 1): said(answer, questions[place]) for place, answer in answers}


@pytest.mark.parametrize("case", _CORPUS["answer"], ids=lambda case: case["text"][:40])
def test_nothing_is_guessed_in_silence(case: dict[str, Any]) -> None:
    """N14: what was read is what was meant; everything else is asked."""
    questions = form(case["form"])
    reading = read(case["text"], questions)
    right = case.get("answers", {})
    found = told(reading, questions)
    wrong = {key: value for key, value in found.items() if _differs(right.get(key, ...), value)}
    assert not wrong
    about = {place + 1 for place, answer in reading.answers.items() if answer.about}
    assert about == set(case.get("about", ()))
    assert reading.unit.lower() == case.get("unit", "")
    if case.get("is_answer") is False:
        assert reading.is_nothing


def _differs(right: Any, found: Any) -> bool:
    return type(right) is not type(found) or right != found


def test_nearly_all_that_can_be_read_is_read() -> None:
    missed = [
        (case["text"], key)
        for case in _CORPUS["answer"]
        for key in case.get("answers", {})
        if key not in told(read(case["text"], form(case["form"])), form(case["form"]))
    ]
    assert len(missed) <= MISSED_AT_MOST, missed


def test_what_is_doubtful_is_offered_to_choose_from() -> None:
    """N2: "1,234" may be 1.234."""
    reading = read("1,234", form("one"))
    assert Answer(number=1234) in reading.doubts[0]


@pytest.mark.parametrize(
    ("name", "text", "never"),
    [
        ("two", "12 hộ không có", "12"),  # no loudspeaker, or 12 households without VNeID?
        ("two", "2 có", "12"),  # two households, or question 2?
        ("two", "loa hỏng; 12", "12"),
        ("two", "12 người; có", "1"),  # households were asked for
        ("two", "1-12; 2-có", "12"),
        ("two", "20 có 2 không", "12"),
        ("two", "12/11; có", "1"),
        ("two", "0912345678; có", "1"),
        ("nums", "2 tuần 3 buổi", "12"),
        ("nums", "2 3", "12"),
        ("nums", "120 hộ; hôm qua học 1 buổi", "2"),
        ("opt", "4; 12", "1"),
        ("opt", "rất kém, 12", "1"),
        ("one", "45 hộ đã cài VNeID mức 2", "1"),
        ("one", "45 hộ ngày 20/11", "1"),
        ("yes", "chưa nhưng tháng sau có", "1"),
        ("yes", "wifi yếu", "1"),
    ],
)
def test_what_may_mean_two_things_is_asked(name: str, text: str, never: str) -> None:
    """Found after the corpus: what somebody could have meant otherwise."""
    assert not set(never) & told(read(text, form(name)), form(name)).keys()


@pytest.mark.parametrize("typed", ["hết rồi", "có hết rồi", "đủ cả rồi", "rồi"])
def test_all_have_one_is_no_yes_to_who_has_none(typed: str) -> None:
    """N14: to "Xóm còn hộ nào chưa có điện thoại không?" these say "no, none is left".

    They are read as a certain "Có", also when typed without being asked; only "chưa" is asked.
    """
    text = "Xóm còn hộ nào chưa có điện thoại không?"
    found = read(typed, (Question(text=text, kind=Kind.YES_NO),))
    assert not found.answers


@pytest.mark.parametrize("text", ["1" * 4_000, "a b " * 1_000, "1. 2. 3. " * 400, "có " * 24, "; "])
def test_no_message_takes_long(text: str) -> None:
    """T29."""
    for name in _CORPUS["forms"]:
        begun = time.perf_counter()
        read(text, form(name))
        assert time.perf_counter() - begun < 0.5
