"""Reading the answer to one question about a line. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from handlers import places, words
from handlers.registers.kinds import FORMS, KINDS, MOST_LETTERS, MOST_MINUTES, MOST_NUMBER
from handlers.registers.place import Desk
from handlers.registers.reading import Reading, Value

_NONE: Final = re.compile(
    r"(?:da |thua )?(?:khong|ko|k|chua)(?: (?:co|hen|can|ro|biet|nam ro|so|lai|xem|nho|phai|"
    r"xem lai|kiem tra|gi|ngay|nua))*(?: a)?"
)
_NUMBER: Final = re.compile(r"(?:so ?)?(?P<n>\d{1,4}[a-z]?)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read; all empty, with the id of the words that say why, when nothing was."""

    values: Mapping[str, Value] = field(default_factory=dict)
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unclear: str = ""


def read_answer(desk: Desk, text: str) -> Answer | Reading:
    """The answer to `desk.draft.column`, perhaps with more; or a sentence of another line."""
    column, kind = desk.draft.column, desk.draft.kind
    if column == "what" and kind == "visit":
        return _letters(text)
    direct = _direct(desk, column, text)
    if direct.values or direct.doubts:
        return direct
    sentence = desk.read(text)
    if sentence is not None and (sentence.kinds != (kind,) or _names_unit(sentence)):
        return sentence
    more = desk.read(text, hint=(kind,))
    if more is not None and column in {*more.values, *more.doubts}:
        return Answer(more.values, more.doubts)
    if (kind, column) == ("award", "what"):
        return _letters(text)
    return direct


def _names_unit(sentence: Reading) -> bool:
    return "unit" in sentence.values or "unit" in sentence.doubts


def _direct(desk: Desk, column: str, text: str) -> Answer:
    match column:
        case "unit":
            return _unit(desk, text)
        case "number":
            return _number(text)
        case "on":
            return _day(desk, text)
        case "due":
            return _due(desk, text)
        case "amount" | "minutes":
            return _figure(desk, column, text)
    return Answer(unclear="registers.what_unclear")


def _unit(desk: Desk, text: str) -> Answer:
    found = places.find(text, desk.known)
    if len(found) == 1:
        return Answer({"unit": found[0].code})
    if found:
        return Answer(doubts={"unit": tuple(one.code for one in found)})
    return Answer(unclear="registers.unit_unclear")


def _number(text: str) -> Answer:
    folded = words.fold(text).strip(" .")
    if _NONE.fullmatch(folded):
        return Answer({"number": ""})
    if (plain := _NUMBER.fullmatch(folded)) and len(folded) <= MOST_NUMBER:
        return Answer({"number": plain["n"].upper()})
    return Answer(unclear="registers.number_unclear")


def _day(desk: Desk, text: str) -> Answer:
    if _NONE.fullmatch(words.fold(text).strip(" .")):
        return Answer({"on": None})
    today = desk.sent_at.date()
    match words.read_date(text, sent_at=desk.sent_at, expects="past"):
        case date() as day:
            return exact("on", day, today=today)
        case words.DateDoubt(candidates=days) if past := [d for d in days if d <= today]:
            return Answer(doubts={"on": tuple(day.isoformat() for day in past)})
        case words.DateDoubt():
            return Answer(unclear="registers.on_ahead")
    return Answer(unclear="registers.on_unclear")


def exact(column: str, day: date, *, today: date) -> Answer:
    """A day that leaves no doubt: nothing was done tomorrow; to look again may be overdue."""
    if column == "on" and day > today:
        return Answer(unclear="registers.on_ahead")
    return Answer({column: day.isoformat()})


def _due(desk: Desk, text: str) -> Answer:
    if _NONE.fullmatch(words.fold(text).strip(" .")):
        return Answer({"due": None})
    match words.read_date(text, sent_at=desk.sent_at, expects="future"):
        case date() as day:
            return exact("due", day, today=desk.sent_at.date())
        case words.DateDoubt(candidates=days):
            return Answer(doubts={"due": tuple(day.isoformat() for day in days)})
    return Answer(unclear="registers.due_unclear")


def _figure(desk: Desk, column: str, text: str) -> Answer:
    most = MOST_MINUTES if column == "minutes" else KINDS[desk.draft.kind].most
    match words.read_count(text):
        case words.Unknown():
            return Answer({column: None})
        case words.Count(value=0):
            return Answer(unclear="registers.figure_none")
        case words.Count(value=figure) if figure <= most:
            return Answer({column: figure})
        case words.Count():
            return Answer(unclear="registers.figure_too_big")
        case words.Doubt(readings=may_be) if min(may_be) > 0 and max(may_be) <= most:
            return Answer(doubts={column: tuple(map(str, may_be))})
    return Answer(unclear="registers.figure_unclear")


def _letters(text: str) -> Answer:
    kept = " ".join(words.clean(text).split())
    if kept in FORMS or not any(char.isalpha() for char in kept):
        return Answer(unclear="registers.what_unclear")
    if len(kept) > MOST_LETTERS:
        return Answer(unclear="registers.what_long")
    return Answer({"what": kept})
