"""Reading one sentence of an officer as one line of a register (N12). Pure.

What can be read as one thing is read; what can be two is a doubt and is asked, never guessed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from handlers import words
from handlers.registers import dates_said, figures_said
from handlers.registers.dates_said import Days, Span
from handlers.registers.figures_said import Figure
from handlers.registers.kinds import (
    BOOK_OF,
    KINDS,
    MOST_LETTERS,
    MOST_MINUTES,
    MOST_NUMBER,
)
from handlers.registers.kinds_said import kinds_in
from handlers.registers.units_said import read_units
from storage.units import UnitInfo

Value = str | int | None
_LONGEST: Final = 600
_NUMBER: Final = re.compile(
    r"(?:\b(?:quyet dinh|qd|ke hoach|kh|chuong trinh|cong van) )?(?:\bso ?:? ?)?"
    r"(?<![\d/.,])(?P<n>\d{1,4}[a-z]?(?: ?/ ?\d{4})? ?/ ?[a-z][a-z0-9]*(?: ?[-–] ?[a-z0-9]+)*)"
)
_BARE: Final = re.compile(
    r"(?<!xom )(?<!thon )(?<!hoc vu )(?<!cong nghe )(?<!chuyen doi )(?<!ky nang )(?<!mau )"
    r"\bso ?:? ?(?P<n>\d{1,4}[a-z]?)\b(?! ?[/.\-] ?\d)(?! (?:buoi|nguoi|lan|luot|ca nhan|tin|bai))"
)
_FORMS: Final = (
    ("order", re.compile(r"\bhuan chuong\b")),
    ("flag", re.compile(r"\bco thi dua\b")),
    ("merit", re.compile(r"\bbang khen\b")),
    ("certificate", re.compile(r"\bgiay khen\b")),
    ("praise", re.compile(r"\b(?:bieu|tuyen) duong\b")),
)
_FINDING: Final = re.compile(
    r"\b(?:thay|phat hien|ket qua|ghi nhan|nhan thay|ket luan)\b(?: la)?:?"
)
_COMMA: Final = re.compile(",(?! ?¤)")  # no finding, but a second unit
_NONE: Final = re.compile(
    r"\b(?:chua|khong|ko|chang)(?: (?:co|he|ban hanh|xay dung|to chuc|thay|kip|lam|duoc))*"
    r" (?:ke hoach|kh|chuong trinh|phat dong)\b|\b(?:chua|khong|ko) (?:ban hanh|xay dung)\b"
)
"""Said of who has none: that is a list, not a line."""
_ASKS: Final = re.compile(
    r"\?\s*$|^(?:ai|nhung ai|bao nhieu|co bao nhieu|don vi nao|noi nao|xem)\b"
    r"|\b(?:chua|khong|ko|may|nao|bao nhieu|chua vay|khong vay)$"
)
_HIDDEN: Final = "·"
_NAMED: Final = "¤"
"""In place of units and numbers: no word of ours, but it belongs to a finding."""


@dataclass(frozen=True, slots=True)
class Reading:
    kinds: tuple[str, ...]
    """One is certain; several are asked."""
    values: Mapping[str, Value] = field(default_factory=dict)
    """Column -> what is certain: unit code, number, ISO day, words, figure; None = "không hẹn"."""
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Column -> what it may be, as text."""

    @property
    def is_line(self) -> bool:
        """Whether it tells enough to be a line: its kind, and something of it."""
        return bool(self.kinds) and bool(self.values.keys() | self.doubts.keys())


def read(
    text: str, known: Sequence[UnitInfo], *, sent_at: datetime, hint: Sequence[str] = ()
) -> Reading | None:
    """The line that `text` tells; None if it tells none.

    `hint`: kinds of the open book, for a sentence that names no kind or several.
    """
    text = " ".join(words.clean(text).split())
    said = aligned(text)
    if not said or len(said) > _LONGEST:
        return None
    sentence = _Sentence(text, said)
    number = sentence.take_numbers()
    units, spans = read_units(sentence.shown(), known)
    sentence.hide(spans, _NAMED)
    kinds = kinds_in(sentence.said, number, hint)
    is_plan = bool(kinds) and set(kinds) <= _PLANNED
    if not kinds or (is_plan and (_ASKS.search(said) or _NONE.search(said))):
        return None
    found = Reading(kinds, *_told(sentence, kinds, number, units.of(kinds), sent_at))
    return found if found.is_line else None


_PLANNED: Final = frozenset(kind for kind, book in BOOK_OF.items() if book == "plans")


def aligned(text: str) -> str:
    """`text` folded letter by letter, so that places in both are the same."""
    folded = (words.fold(char) if char != " " else " " for char in text)
    return "".join(new if len(new) == 1 else _HIDDEN for new in folded)


class _Sentence:
    """A text beside its folded form; what was understood is hidden from what comes after."""

    def __init__(self, text: str, said: str) -> None:
        self.text = text
        self.said = said

    def shown(self) -> str:
        """As typed, without what is hidden."""
        pairs = zip(self.text, self.said, strict=True)
        return "".join("," if now in (_HIDDEN, _NAMED) else typed for typed, now in pairs)

    def hide(self, spans: Sequence[Span], mark: str = _HIDDEN) -> None:
        for start, end in spans:
            self.said = self.said[:start] + mark * (end - start) + self.said[end:]

    def take_numbers(self) -> tuple[str, ...]:
        """Số, ký hiệu, each once, as they are written: "12/QĐ-MNA"."""
        found: list[str] = []
        for pattern in (_NUMBER, _BARE):
            hits = list(pattern.finditer(self.said))
            if hits and not found:
                found = [_written(self.text[slice(*one.span("n"))]) for one in hits]
                self.hide([one.span("n") for one in hits], _NAMED)
        return tuple(dict.fromkeys(one for one in found if len(one) <= MOST_NUMBER))


def _written(typed: str) -> str:
    compact = typed.replace(" ", "").replace("–", "-").upper()
    return re.sub(r"(?<=/)QD(?=-|$)", "QĐ", compact)


def _told(
    sentence: _Sentence,
    kinds: tuple[str, ...],
    number: tuple[str, ...],
    unit: tuple[str, ...],
    sent_at: datetime,
) -> tuple[dict[str, Value], dict[str, tuple[str, ...]]]:
    told = _Told()
    told.add("unit", unit)
    told.add("number", number)
    columns = {column for kind in kinds for column in KINDS[kind].asked}
    if "due" in columns:
        _read_visit(sentence, told, sent_at)
    else:
        days = dates_said.read_day(sentence.said, dates_said.dates_in(sentence.said), sent_at)
        told.add_days("on", days)
    if "amount" in columns and len(kinds) == 1:
        _read_figures(sentence.said, told, kinds[0])
    if "award" in kinds:
        forms = [key for key, form in _FORMS if form.search(sentence.said)]
        told.add("what", forms if len(forms) == 1 else ())  # of several it is asked
    return told.values, told.doubts


class _Told:
    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.doubts: dict[str, tuple[str, ...]] = {}

    def add(self, column: str, may_be: Sequence[str]) -> None:
        if len(may_be) == 1:
            self.values[column] = may_be[0]
        elif may_be:
            self.doubts[column] = tuple(may_be)

    def add_days(self, column: str, days: Days) -> None:
        if days.certain:
            self.values[column] = days.certain.isoformat()
        elif days.may_be:
            self.doubts[column] = tuple(day.isoformat() for day in days.may_be)

    def add_figure(self, column: str, figure: Figure, *, most: int) -> None:
        """A figure that cannot be is not read: it is asked."""
        if figure.certain is not None and 0 < figure.certain <= most:
            self.values[column] = figure.certain
        elif figure.may_be and min(figure.may_be) > 0 and max(figure.may_be) <= most:
            self.doubts[column] = tuple(map(str, figure.may_be))


def _read_figures(said: str, told: _Told, kind: str) -> None:
    amount = figures_said.read_amount(said, kind)
    told.add_figure("amount", amount, most=KINDS[kind].most)
    if kind == "broadcast":
        minutes = figures_said.read_minutes(said, amount.certain)
        told.add_figure("minutes", minutes, most=MOST_MINUTES)


def _read_visit(sentence: _Sentence, told: _Told, sent_at: datetime) -> None:
    """A visit: its day stands before the finding, the day to look again anywhere."""
    due = dates_said.read_due(sentence.said, sent_at)
    sentence.hide(due.spans)
    if due.is_none:
        told.values["due"] = None
    told.add_days("due", due.days)
    colon = sentence.said.find(":")
    head = sentence.said[:colon] if colon > 0 else sentence.said
    spans = list(dates_said.dates_in(head))
    told.add_days("on", dates_said.read_day(sentence.said, spans, sent_at))
    sentence.hide(spans)
    if finding := _finding(sentence):
        told.values["what"] = finding


def _finding(sentence: _Sentence) -> str:
    """What was found, as typed: behind a colon, "thấy" or a comma."""
    said = sentence.said
    colon = said.find(":")
    begun = _begins(said)
    mark = None if colon >= 0 else _FINDING.search(said, begun) or _COMMA.search(said, begun)
    start = colon + 1 if colon >= 0 else mark.end() if mark else len(said)
    pairs = zip(sentence.text[start:], said[start:], strict=True)
    kept = "".join(typed for typed, now in pairs if now != _HIDDEN)
    return " ".join(kept.split()).strip(" ,.;:-")[:MOST_LETTERS]


def _begins(said: str) -> int:
    """Where the first thing that was understood ends: commas before it lead to no finding."""
    found = re.search(r"kiem tra|giam sat|lam viec|phuc tra|tham dinh|\bkt\b", said)
    return found.end() if found else 0
