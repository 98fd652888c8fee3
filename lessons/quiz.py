"""The quiz as arithmetic: what comes next, what an answer is worth, how it went in the end.

No state, no clock, no chance: the seed is handed in and the answers are kept by the caller.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from lessons.catalogue import Lesson, Question

T = TypeVar("T", int, str)
Kind = Literal["all_right", "most", "some"]


@dataclass(frozen=True, slots=True)
class Order:
    """How one attempt shows a lesson: question ids, and for each the option indexes as shown."""

    questions: tuple[str, ...]
    options: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    correct: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """`some` may also be none at all: its words must be true for 0."""

    right: int
    total: int
    kind: Kind


def start(lesson: Lesson, seed: int) -> Order:
    """Give the order of one attempt: the same seed always gives the same order, on any machine."""
    questions = _shuffled([question.id for question in lesson.questions], (seed, lesson.id))
    options = {
        question.id: _shuffled(range(len(question.options)), (seed, lesson.id, question.id))
        for question in lesson.questions
    }
    return Order(questions, options)


def next_question(lesson: Lesson, answered: Collection[str], order: Order) -> Question | None:
    """Give the first question of this attempt without an answer; None when all have one.

    A question that came into the lesson after the attempt began is asked last.
    """
    late = [question.id for question in lesson.questions if question.id not in order.questions]
    for question_id in (*order.questions, *late):
        question = lesson.question(question_id)
        if question is not None and question_id not in answered:
            return question
    return None


def grade(question: Question, option: int) -> Answer:
    """Judge the option with this index *as written in the lesson*, not as shown.

    Raises IndexError when there is no such option.
    """
    if not 0 <= option < len(question.options):
        raise IndexError(option)
    chosen = question.options[option]
    return Answer(correct=chosen.right, reason=chosen.reason)


def keep_first(answers: Mapping[str, bool], question_id: str, *, correct: bool) -> dict[str, bool]:
    """Add an answer to a set of answers; a question already answered keeps its first (T43)."""
    return {question_id: correct, **answers}


def result(lesson: Lesson, answers: Mapping[str, bool]) -> Result:
    """Count the right first answers; answers to questions the lesson no longer has do not count."""
    total = len(lesson.questions)
    right = sum(answers.get(question.id, False) for question in lesson.questions)
    return Result(right, total, _kind(right, total))


def _shuffled(things: Iterable[T], seed: tuple[int | str, ...]) -> tuple[T, ...]:
    # Not random.Random: its shuffle may change between Python versions, and an attempt may not.
    def place(thing: T) -> bytes:
        return hashlib.sha256(repr((*seed, thing)).encode()).digest()

    return tuple(sorted(things, key=place))


def _kind(right: int, total: int) -> Kind:
    if right == total:
        return "all_right"
    return "most" if right * 2 > total else "some"
