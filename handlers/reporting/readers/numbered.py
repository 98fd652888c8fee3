"""Reports told by the numbers of the questions: "1. có 2. 3 3. 120" (N14)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from handlers import words
from handlers.reporting.form import Field, Form, Kind
from handlers.reporting.readers.pieces import cut
from handlers.reporting.readers.told import Said
from handlers.reporting.said import says_none
from handlers.reporting.shares import Share, read_share
from handlers.words.text import fold, listed

_AT_LINE: Final = re.compile(r"(?m)^[ \t]*(?:câu|cau|mục|muc)?[ ]?(\d{1,2})[ ]?[.)/:\-–][ ]*(?=\S)")
_INLINE: Final = re.compile(
    r"(?:(?<=\s)|^|(?<=[,;]))(?:câu |cau )?\(?(\d{1,2})[ ]?[.)/:](?:[ ]+|(?=[^\W\d]))"
)
_FEWEST: Final = 3
_YES: Final = listed("co roi x ok yes v")
_YES_TWO: Final = ("da co", "co roi", "da ban hanh", "co a", "da co roi", "da xong", "da xay dung")
_NO: Final = ("chua", "khong", "chua co", "ko", "khong co", "k", "chua co a", "chua a", "kh")


@dataclass(frozen=True, slots=True)
class Item:
    number: int
    start: int
    """Where its text begins."""
    end: int


def items_in(text: str) -> tuple[list[Item], str]:
    """The numbered items, and the text with a line's end in place of their numbers."""
    for pattern in (_AT_LINE, _INLINE):
        marks: list[re.Match[str]] = []
        for found in pattern.finditer(text):
            if int(found[1]) == len(marks) + 1:
                marks.append(found)
        if len(marks) >= _FEWEST:
            return _items(marks, text), _without_numbers(marks, text)
    return [], text


def _items(marks: list[re.Match[str]], text: str) -> list[Item]:
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items: list[Item] = []
    for mark, end in zip(marks, ends, strict=True):
        line_end = text.find("\n", mark.end(), end)
        stop = end if line_end < 0 or not text[mark.end() : line_end].strip() else line_end
        items.append(Item(int(mark[1]), mark.end(), stop))
    return items


def _without_numbers(marks: list[re.Match[str]], text: str) -> str:
    parts, at = [], 0
    for mark in marks:
        parts += [text[at : mark.start()], "\n" * (mark.end() - mark.start())]
        at = mark.end()
    return "".join((*parts, text[at:]))


def read_in_order(text: str, items: list[Item], form: Form, *, today: date) -> list[Said] | None:
    """The required fields by their numbers; None: these numbers are not those of the questions."""
    required = [field for field in form.fields if field.required and field.asked]
    if not items or len(items) > len(required):
        return None
    said: list[Said] = []
    for item, field in zip(items, required, strict=False):
        typed = text[item.start : item.end].strip(" \n\t;,.")
        found = _read(typed, field, item, today)
        if found is None:
            return None
        said.append(found)
    return said


def _read(typed: str, field: Field, item: Item, today: date) -> Said | None:
    """None: it does not answer this question."""
    span = (item.start, item.end)
    if isinstance(words.read_count(typed), words.Unknown):
        return Said((field.key,), (None,), *span, is_unknown=True)
    match field.kind:
        case Kind.COUNT:
            return _count(typed, field, span)
        case Kind.SHARE:
            return _share(typed, field, span)
        case Kind.DATE:
            return _day(typed, field, span, today)
        case Kind.ONE_OF:
            choice = _choice(typed)
            return Said((field.key,), (choice,), *span) if choice and field.option(choice) else None
        case Kind.NOTE | Kind.RECORDS:
            return _text(typed, field, span)
    return None


def _count(typed: str, field: Field, span: tuple[int, int]) -> Said | None:
    is_other = not _counts_this(typed, field)
    match words.read_count(typed):
        case words.Count(value=value, approximate=about) if not is_other:
            return Said((field.key,), (value,), *span, is_about=about)
        case words.Doubt(readings=readings) if not is_other:
            return Said((field.key,), readings, *span, is_sure=False)
    return None


def _counts_this(typed: str, field: Field) -> bool:
    """Whether its unit is that of the question: "3 buổi" is no answer to "mấy lượt người"."""
    said = {piece.form for piece in cut(typed) if piece.figure is None and not piece.is_sign}
    units = said & {"buoi", "luot", "nguoi", "ho", "vu", "lop", "lan"}
    expected = {piece.form for piece in cut(field.counts)}
    allowed = expected | ({"nguoi", "lan", "bai"} if "luot" in expected else set())
    return units <= allowed


def _share(typed: str, field: Field, span: tuple[int, int]) -> Said | None:
    match read_share(typed):
        case Share(part=part, whole=whole, about=about):
            if whole is not None and part > whole:
                return Said((field.key,), ([whole, part],), *span, is_sure=False)
            return Said((field.key,), ([part, whole],), *span, is_about=about)
    return None


def _day(typed: str, field: Field, span: tuple[int, int], today: date) -> Said | None:
    sent = datetime.combine(today, time(12), tzinfo=UTC)
    read = words.read_date(typed, sent_at=sent, expects="past")
    if isinstance(read, date) and read <= today:
        return Said((field.key,), (read.isoformat(),), *span)
    return None


def _choice(typed: str) -> str:
    plain = " ".join(fold(typed).replace("ke hoach", " ").split())
    if plain in _NO:
        return "no"
    return "yes" if plain in _YES or plain in _YES_TWO else ""


def _text(typed: str, field: Field, span: tuple[int, int]) -> Said | None:
    is_none = says_none(typed) or words.read_yes_no(typed) is False
    if field.kind is Kind.RECORDS:
        if is_none:
            return Said((field.key,), ([],), *span)
        is_short = 3 < len(typed) <= field.parts[0].letters and not typed[0].isdecimal()
        return Said((field.key,), ([{"name": typed}],), *span) if is_short else None
    if is_none:
        return Said((field.key,), ("",), *span)
    is_figure = isinstance(words.read_count(typed), words.Count | words.Doubt)
    return None if is_figure or not typed else Said((field.key,), (typed,), *span)
