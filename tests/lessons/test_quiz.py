from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.catalogue import Lesson, load
from lessons.quiz import grade, keep_first, next_question, result, start
from tests.lessons.folders import a_folder, a_lesson, a_question

SEEDS = st.integers()


def three_questions() -> Lesson:
    lesson = a_lesson(questions=[a_question(name) for name in ("a", "b", "c")])
    return Lesson.model_validate(lesson)


THREE = three_questions()


@given(SEEDS)
def test_an_order_shows_everything_once_and_comes_back_with_its_seed(seed: int) -> None:
    order = start(THREE, seed)
    assert order == start(THREE, seed)
    assert sorted(order.questions) == ["a", "b", "c"]
    assert all(sorted(shown) == [0, 1, 2] for shown in order.options.values())
    assert sorted(order.options) == ["a", "b", "c"]


def test_the_order_is_the_same_on_every_machine_for_ever() -> None:
    order = start(THREE, 7)
    assert order.questions == ("c", "b", "a")
    assert dict(order.options) == {"a": (0, 1, 2), "b": (1, 0, 2), "c": (1, 0, 2)}


def test_over_many_attempts_the_right_option_stands_everywhere() -> None:
    orders = [start(THREE, seed) for seed in range(300)]
    for place in range(3):
        assert sum(order.options["a"][place] == 0 for order in orders) > 60
        assert sum(order.questions[place] == "a" for order in orders) > 60


@given(SEEDS)
def test_going_through_asks_every_question_once(seed: int) -> None:
    order, answered = start(THREE, seed), list[str]()
    while question := next_question(THREE, answered, order):
        answered.append(question.id)
    assert tuple(answered) == order.questions


def test_a_question_that_left_is_skipped_and_one_that_came_is_asked_last() -> None:
    before = Lesson.model_validate(a_lesson(questions=[a_question("gone"), a_question("a")]))
    order = start(before, 1)
    asked = list[str]()
    while question := next_question(THREE, asked, order):
        asked.append(question.id)
    assert asked == ["a", "b", "c"]


def test_each_option_is_answered_with_its_own_reason() -> None:
    question = THREE.questions[0]
    answers = [grade(question, option) for option in range(3)]
    assert [answer.correct for answer in answers] == [True, False, False]
    assert [answer.reason for answer in answers] == [o.reason for o in question.options]


@pytest.mark.parametrize("option", [-1, 3])
def test_an_option_that_is_not_there_is_no_answer(option: int) -> None:
    with pytest.raises(IndexError):
        grade(THREE.questions[0], option)


@pytest.mark.parametrize(
    ("answers", "right", "kind"),
    [
        ({"a": True, "b": True, "c": True}, 3, "all_right"),
        ({"a": True, "b": True, "c": False}, 2, "most"),
        ({"a": True, "b": False, "c": False}, 1, "some"),
        ({"a": True}, 1, "some"),
        ({}, 0, "some"),
        ({"a": True, "gone": True, "b": True, "x": True}, 2, "most"),
    ],
)
def test_the_result(answers: dict[str, bool], right: int, kind: str) -> None:
    found = result(THREE, answers)
    assert (found.right, found.total, found.kind) == (right, 3, kind)


@given(st.lists(st.tuples(st.sampled_from("abcz"), st.booleans())))
def test_only_first_answers_count_however_often_the_button_is_pressed(
    pressed: list[tuple[str, bool]],
) -> None:
    answers: dict[str, bool] = {}
    for question_id, correct in pressed:
        answers = keep_first(answers, question_id, correct=correct)
    first = {name: next(c for q, c in pressed if q == name) for name, _ in pressed}
    assert answers == first
    assert 0 <= result(THREE, answers).right <= 3


def test_a_loaded_lesson_can_be_asked(tmp_path: Path) -> None:
    lesson = load(a_folder(tmp_path)).first
    assert lesson is not None
    assert next_question(lesson, (), start(lesson, 3)) in lesson.questions
