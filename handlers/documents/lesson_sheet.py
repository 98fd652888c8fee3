"""Lessons on paper for the village meeting: an A5 sheet to hand out, and a script to read aloud.

The sheet shows what a learner's screen shows, questions without their answers. The script is for
whoever leads the meeting: one sentence a line, pauses, and behind each question what to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handlers.documents import pages

_SHEET: Final = "lesson_sheet"
_SCRIPT: Final = "lesson_script"


@dataclass(frozen=True, slots=True)
class PrintedOption:
    text: str
    reason: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    text: str
    options: tuple[PrintedOption, ...]


@dataclass(frozen=True, slots=True)
class PrintedLesson:
    """One lesson with the commune's values filled in."""

    number: int
    title: str
    minutes: int
    pages: tuple[str, ...]
    """Paragraphs are parted by blank lines, lines by line breaks."""
    try_it: str
    try_check: str
    questions: tuple[PrintedQuestion, ...]
    picture: str = ""
    """The drawing as SVG, or "" for none."""
    picture_alt: str = ""
    picture_page: int = 1
    """Behind which page it stands, from 1."""


@dataclass(frozen=True, slots=True)
class PrintedModule:
    title: str
    commune: str
    """ "xã Giao Minh" """
    is_sample: bool
    lessons: tuple[PrintedLesson, ...]


def sheets(module: PrintedModule) -> bytes:
    """The A5 sheets as one PDF; each lesson begins on a new leaf."""
    return pages.pdf(_SHEET, _content(module))


def script(module: PrintedModule) -> bytes:
    """The script to read aloud as one PDF (A4)."""
    return pages.pdf(_SCRIPT, _content(module))


def sheet_pictures(module: PrintedModule, *, ppi: int = 110) -> list[bytes]:
    """The same A5 pages as PNG."""
    return pages.pictures(_SHEET, _content(module), ppi=ppi)


def script_pictures(module: PrintedModule, *, ppi: int = 90) -> list[bytes]:
    """The same A4 pages as PNG."""
    return pages.pictures(_SCRIPT, _content(module), ppi=ppi)


def _content(module: PrintedModule) -> Mapping[str, Any]:
    return {
        "module": module.title,
        "commune": module.commune,
        "sample": module.is_sample,
        "lessons": [_lesson(one) for one in module.lessons],
    }


def _lesson(lesson: PrintedLesson) -> dict[str, Any]:
    return {
        "number": lesson.number,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "pages": [_paragraphs(page) for page in lesson.pages],
        "try_it": _paragraphs(lesson.try_it),
        "try_check": lesson.try_check,
        "questions": [_question(one) for one in lesson.questions],
        "picture": lesson.picture,
        "picture_alt": lesson.picture_alt,
        "picture_page": lesson.picture_page,
    }


def _question(question: PrintedQuestion) -> dict[str, Any]:
    right = next(place for place, one in enumerate(question.options, 1) if one.is_right)
    return {
        "text": question.text,
        "options": [option.text for option in question.options],
        "reasons": [option.reason for option in question.options],
        "right": right,
    }


def _paragraphs(text: str) -> Sequence[Sequence[str]]:
    return [paragraph.split("\n") for paragraph in text.split("\n\n")]
