"""What a quick form asks and what a unit answers, as it is stored (plain data, A6).

A figure, "chưa nắm được" and blank are three different things (design §5).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_QUESTIONS: Final = 5
MOST_OPTIONS: Final = 6
TITLE_LETTERS: Final = 80
QUESTION_LETTERS: Final = 120
OPTION_LETTERS: Final = 40
NOTE_LETTERS: Final = 200
LARGEST: Final = 999_999_999_999
"""Sums of money too."""
LETTERS: Final = "abcdef"
"""How the options of a question are numbered: a digit there would look like a question's."""
_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    NUMBER = "number"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    NOTE = "note"


class Question(BaseModel):
    model_config = _STRICT
    text: Annotated[str, Field(min_length=1, max_length=QUESTION_LETTERS)]
    kind: Kind
    options: Annotated[tuple[str, ...], Field(max_length=MOST_OPTIONS)] = ()

    @model_validator(mode="after")
    def _has_options_if_one_of(self) -> Self:
        if (self.kind is Kind.ONE_OF) != (len(self.options) >= 2):
            raise ValueError("one of at least two options, or none")
        return self


class Answer(BaseModel):
    """The answer to one question; all empty: left blank."""

    model_config = _STRICT
    number: Annotated[int, Field(ge=0, le=LARGEST)] | None = None
    about: bool = False
    """"khoảng 120"."""
    yes: bool | None = None
    option: Annotated[int, Field(ge=0, lt=MOST_OPTIONS)] | None = None
    note: Annotated[str, Field(max_length=NOTE_LETTERS)] | None = None
    unknown: bool = False
    """"chưa nắm được"."""

    @property
    def is_blank(self) -> bool:
        return self == BLANK


BLANK: Final = Answer()
UNKNOWN: Final = Answer(unknown=True)
Questions = tuple[Question, ...]
Answers = Mapping[int, Answer]
"""Place of the question, from 0, to what was answered; a question that is missing is open."""


class _Asked(BaseModel):
    model_config = _STRICT
    questions: Annotated[Questions, Field(min_length=1, max_length=MOST_QUESTIONS)]


class _Told(BaseModel):
    model_config = _STRICT
    answers: dict[int, Answer]


def load_questions(stored: Mapping[str, Any]) -> Questions:
    """Raise `ValueError` for what no release has stored."""
    return _Asked.model_validate(stored).questions


def store_questions(questions: Sequence[Question]) -> dict[str, Any]:
    """What the table keeps; raises `ValueError` for none and for more than five."""
    return _Asked(questions=tuple(questions)).model_dump(mode="json", exclude_defaults=True)


def load_answers(stored: Mapping[str, Any]) -> dict[int, Answer]:
    return _Told.model_validate(stored).answers


def store_answers(answers: Answers) -> dict[str, Any]:
    told = _Told(answers=dict(sorted(answers.items())))
    return told.model_dump(mode="json", exclude_defaults=True)


def fits(question: Question, answer: Answer) -> bool:
    """Whether an answer is of its question's kind; blank and unknown always are."""
    if answer.is_blank or answer.unknown:
        return True
    if question.kind is Kind.ONE_OF:
        return answer.option is not None and answer.option < len(question.options)
    by_kind = {Kind.NUMBER: answer.number, Kind.YES_NO: answer.yes, Kind.NOTE: answer.note}
    return by_kind[question.kind] is not None


def open_ones(questions: Questions, answers: Answers) -> list[int]:
    """Places of the questions that nothing was said about yet."""
    return [place for place in range(len(questions)) if place not in answers]
