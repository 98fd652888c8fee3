"""Single cells of a filled-in form as answers, by the rules of what people type (N1-N13, T21).

Each reader takes None for an empty cell and raises `Misread` for one that is not certain.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

from handlers import words
from handlers.reporting.answers import UNKNOWN, Answer
from handlers.reporting.form import MOST_LETTERS, Option, Part
from handlers.reporting.said import says_none
from handlers.reporting.shares import read_share
from handlers.reporting.workbooks.cells import Odd, Value
from handlers.words import fold

_SHOWN: Final = 40
"""Letters of somebody's words that are shown back."""
_TICKS: Final = frozenset(("x", "v", "1", "✓", "✔", "☑", "true"))
_NO_TICKS: Final = frozenset(("0", "false", "☐"))
_NOON: Final = time(12, tzinfo=UTC)


class Misread(Exception):
    """`what` is the last part of the id of a sentence in form_sheet.toml."""

    def __init__(self, what: str, /, **values: str) -> None:
        super().__init__(what)
        self.what = what
        self.values = values


def shown(value: Value) -> str:
    """A cell as a person knows it, short enough to be said back."""
    said = " ".join(text_of(value).split())
    return said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…"


def text_of(value: Value) -> str:
    """A cell as text, whatever the program made of what was typed."""
    match value:
        case bool():
            return "có" if value else "không"
        case float():
            return str(int(value)) if value.is_integer() else str(value).replace(".", ",")
        case date():
            return f"{value.day}/{value.month}/{value.year}"
        case Odd(says):
            return says
    return words.clean(str(value))


def tick(value: Value | None) -> bool:
    """True for a cross in a cell that is only crossed."""
    if value is None or value is False:
        return False
    _must_be_clear(value)
    said = text_of(value)
    if fold(said) in _TICKS or _is_unknown(said) or words.read_yes_no(said) is True:
        return True
    if fold(said) in _NO_TICKS or words.read_yes_no(said) is False:
        return False
    raise Misread("tick_unclear", typed=shown(value))


def count(value: Value | None) -> Answer | None:
    """A whole number; what a program made a date of was perhaps a share ("3/4")."""
    match value:
        case None:
            return None
        case bool():
            raise Misread("count_unclear", typed=shown(value))
        case int() | float() if value < 0:
            raise Misread("count_negative", typed=shown(value))
        case int():
            return Answer(value)
        case float():
            if value.is_integer():
                return Answer(int(value))
            raise Misread("count_fraction", typed=shown(value))
        case str():
            return _typed_count(words.clean(value))
    _must_be_clear(value)
    raise Misread("became_date", typed=shown(value))


def _typed_count(typed: str) -> Answer:
    match words.read_count(typed):
        case words.Count(value=figure, approximate=about):
            return Answer(figure, about=about)
        case words.Unknown():
            return UNKNOWN
        case words.Doubt():
            raise Misread("count_doubt", typed=shown(typed))
        case words.Refused():
            raise Misread("count_negative", typed=shown(typed))
    raise Misread("count_unclear", typed=shown(typed))


def share(value: Value | None, whole: Value | None) -> Answer | None:
    """Two cells, or "300/420" in the first; [part, None] where the whole is not said."""
    if isinstance(value, str) and whole is None:
        told = read_share(words.clean(value))
        if told is not None and not isinstance(told, words.Unknown):
            return Answer([told.part, told.whole], about=told.about)
    part, of = count(value), count(whole)
    if part is None and of is None:
        return None
    if part is None:
        if of is not None and of.unknown:
            return UNKNOWN
        raise Misread("part_missing", typed=shown(whole or 0))
    if part.unknown:
        return UNKNOWN
    total = of.value if of is not None and not of.unknown else None
    return Answer([part.value, total], about=part.about or (of is not None and of.about))


def whole_share(value: Value | None, whole: Value | None) -> Answer | None:
    """A share of which both figures must be there, and fit (N6)."""
    told = share(value, whole)
    if told is None or told.unknown:
        return told
    pair: Any = told.value
    if pair[1] is None:
        raise Misread("whole_missing")
    if pair[0] > pair[1]:
        said = (words.say_number(one) for one in pair)
        raise Misread("part_above", part=next(said), whole=next(said))
    return told


def day(value: Value | None, *, today: date) -> Answer | None:
    """A day that has been; day first, also where the program thinks otherwise."""
    if value is None:
        return None
    _must_be_clear(value)
    if isinstance(value, str) and _is_unknown(value):
        return UNKNOWN
    sent = datetime.combine(today, _NOON)
    match words.read_date(text_of(value), sent_at=sent, expects="past"):
        case date() as told:
            return Answer(told.isoformat())
        case words.DateDoubt(reason="future"):
            raise Misread("day_ahead")
        case words.DateRefused(month=int(month), last_day=int(last)):
            raise Misread("day_no_such", month=str(month), last=str(last))
    raise Misread("day_unclear", typed=shown(value))


def one_of(value: Value | None, options: Sequence[Option]) -> Answer | None:
    """The label as it stands in the list, marks and case aside; numbers stand in no list."""
    if value is None:
        return None
    _must_be_clear(value)
    said = text_of(value)
    if _is_unknown(said):
        return UNKNOWN
    fitting = [option.key for option in options if fold(option.label) == fold(said)]
    if len(fitting) == 1:
        return Answer(fitting[0])
    labels = "; ".join(option.label for option in options)
    raise Misread("choice_unclear", typed=shown(value), options=labels)


def note(value: Value | None) -> Answer | None:
    """In the person's own words; "không" is an answer, too."""
    if value is None:
        return None
    _must_be_clear(value)
    said = text_of(value)
    if _is_unknown(said):
        return UNKNOWN
    if says_none(said) or words.read_yes_no(said) is False:
        return Answer("")
    if len(said) > MOST_LETTERS:
        raise Misread("text_long", limit=str(MOST_LETTERS))
    return Answer(said)


def part(value: Value | None, of: Part) -> str:
    """One piece of a record; "" = left out."""
    if value is None:
        return ""
    if of.options:
        chosen = one_of(value, of.options)
        return str(chosen.value) if chosen is not None and not chosen.unknown else ""
    _must_be_clear(value)
    said = text_of(value)
    if len(said) > of.letters:
        raise Misread("text_long", limit=str(of.letters))
    return said


def _must_be_clear(value: Value) -> None:
    if isinstance(value, Odd):
        raise Misread("odd")


def _is_unknown(said: str) -> bool:
    return isinstance(words.read_count(said), words.Unknown)
