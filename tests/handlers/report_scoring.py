"""Scoring how reports told in one message are read: fields, doubts, silent guesses."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from dataclasses import field as member
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from handlers.reporting.answers import Answer
from handlers.reporting.form import Form
from handlers.reporting.forms import built_in
from handlers.reporting.reading import Told, read
from handlers.units import SAMPLE_COMMUNE, read_commune
from handlers.words import fold
from storage.units import UnitInfo

TODAY: Final = date(2026, 11, 23)  # a Monday
CORPORA: Final = Path(__file__).parents[1] / "data"
LATER: Final = "publicity"
_CHOSEN: Final = re.compile(r"yes|no|\d{4}-\d\d-\d\d")
Message = dict[str, Any]


def sample_units() -> list[UnitInfo]:
    return [
        UnitInfo(n, unit.code, unit.name, unit.kind, unit.duty, 1, tuple(unit.aliases))
        for n, unit in enumerate(read_commune(SAMPLE_COMMUNE).units, 1)
    ]


KNOWN: Final = sample_units()
KINDS: Final = {unit.code: unit.kind for unit in KNOWN}


@lru_cache
def form_for(speaker: str) -> Form:
    kind = KINDS[speaker]
    form = next(one for one in built_in().values() if kind in one.kinds)
    return _as_it_was(form).on(year=TODAY.year, occasion="annual")


def _as_it_was(form: Form) -> Form:
    """The form with the questions of the day the corpora were written: lists go by their numbers.

    Schools and offices were not yet asked for `publicity`.
    """
    if form.key not in ("truong_hoc", "co_quan"):
        return form
    later = [one.model_copy(update={"required": False}) for one in form.fields if one.key == LATER]
    return form.model_copy(
        update={"fields": (*(one for one in form.fields if one.key != LATER), *later)}
    )


def told(text: str, speaker: str = "xom-05") -> Told | None:
    return read(text, form=form_for(speaker), today=TODAY, known=KNOWN, speaker=speaker)


# --- scoring -------------------------------------------------------------------------------------


@dataclass
class Score:
    """Of one message: which expected fields and doubts were right, and what was guessed."""

    right: int = 0
    total: int = 0
    guesses: list[str] = member(default_factory=list)
    missed: list[str] = member(default_factory=list)
    extra: int = 0

    def judge(self, what: str, *, is_right: bool) -> None:
        self.total += 1
        self.right += is_right
        if not is_right:
            self.missed.append(what)


def expected(raw: Any) -> Answer:
    """What the corpus writes, as an answer: -1 for a whole that was not said."""
    if isinstance(raw, dict) and raw.get("unknown"):
        return Answer(unknown=True)
    if isinstance(raw, dict) and "value" in raw:
        return Answer(_value(raw["value"]), about=raw.get("about", False))
    return Answer(_value(raw))


def _value(raw: Any) -> Any:
    is_share = isinstance(raw, list) and raw[1:] == [-1]
    return [raw[0], None] if is_share else raw


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        value = " ".join(" ".join(one.values()) for one in value)
    plain = "".join(char if char.isalnum() else " " for char in fold(str(value)))
    return plain.split()


def same_words(one: Any, other: Any) -> bool:
    """Folded containment either way with at least 80 % of the words."""
    short, long = sorted((_words(one), _words(other)), key=len)
    is_inside = f" {' '.join(short)} " in f" {' '.join(long)} "
    return short == long or (is_inside and len(short) >= 0.8 * len(long))


def is_text(value: Any) -> bool:
    """Whether it is in somebody's own words: a choice or a day is right or wrong."""
    is_records = isinstance(value, list) and all(isinstance(one, dict) for one in value)
    is_written = isinstance(value, str) and not _CHOSEN.fullmatch(value)
    return is_written or is_records


def agrees(wanted: Answer, got: Answer | None) -> bool:
    if got is None or (wanted.unknown, wanted.about) != (got.unknown, got.about):
        return False
    if not is_text(wanted.value) or not wanted.value:
        return got.value == wanted.value
    return is_text(got.value) and same_words(wanted.value, got.value)


def is_asked(told: Told, doubt: dict[str, Any]) -> bool:
    for one in told.doubts:
        keys = {reading.key for reading in one.readings}
        if keys & set(doubt["keys"]) and (
            not doubt["values"] or _offered(one.readings) & set(map(repr, doubt["values"]))
        ):
            return True
    typed = _words(doubt["typed"])
    return any(f" {' '.join(typed)} " in f" {' '.join(_words(piece))} " for piece in told.unread)


def _offered(readings: Any) -> set[str]:
    """The values that may be chosen, as they are written in the corpus."""
    values = [reading.answer.value for reading in readings]
    parts = [value[0] for value in values if isinstance(value, list) and value]
    return {repr(value) for value in (*values, *parts)}


def asked_keys(told: Told) -> set[str]:
    return {reading.key for doubt in told.doubts for reading in doubt.readings}


def score_of(message: Message) -> Score:
    score = Score()
    found = told(message["text"], message.get("speaker", "xom-05"))
    if message.get("is_report") is False:
        score.guesses += [f"{key}: no report" for key in (found.answers if found else ())]
        score.judge("is_report", is_right=found is None)
        return score
    found = found or Told()
    wanted = {key: expected(raw) for key, raw in message.get("answers", {}).items()}
    for key, answer in wanted.items():
        got = found.answers.get(key)
        score.judge(f"{key}: {answer.value!r} != {got}", is_right=agrees(answer, got))
    for doubt in message.get("doubts", ()):
        score.judge(f"doubt {doubt['typed']}", is_right=is_asked(found, doubt))
    asked = asked_keys(found)
    for key, got in found.answers.items():
        if key not in asked and _is_guess(key, got, wanted, message):
            score.guesses.append(f"{key}: {got}")
    listed = message.get("unread", ())
    score.extra += sum(not _is_expected(piece, listed, message) for piece in found.unread)
    return score


def _is_guess(key: str, got: Answer, wanted: dict[str, Answer], message: Message) -> bool:
    if key not in wanted:
        return True
    if agrees(wanted[key], got):
        return False
    if not is_text(got.value) or not is_text(wanted[key].value):
        return (got.value, got.unknown) != (wanted[key].value, wanted[key].unknown)
    others = {str(one.value) for other, one in wanted.items() if other != key}
    return any(word.isdecimal() and word in others for word in _words(got.value))


def _is_expected(piece: str, listed: Any, message: Message) -> bool:
    said = " ".join(_words(piece))
    pieces = [*listed, *(doubt["typed"] for doubt in message.get("doubts", ()))]
    return any(" ".join(_words(one)) in said or said in " ".join(_words(one)) for one in pieces)


@dataclass
class Total:
    right: int = 0
    total: int = 0
    silent: int = 0
    full: int = 0
    messages: int = 0
    extra: int = 0
    kinds: Counter[str] = member(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.right}/{self.total} fields ({self.right / self.total:.1%}), {self.silent} "
            f"silent guesses, {self.full}/{self.messages} messages, {self.extra} extra unread, "
            f"missed by field: {dict(self.kinds)}"
        )


def messages_of(name: str) -> list[Message]:
    found: list[Message] = tomllib.loads((CORPORA / name).read_text("utf-8"))["report"]
    return found


def total_of(name: str) -> Total:
    """Counts only: the messages of the measured half stay unknown."""
    total = Total()
    for message in messages_of(name):
        score = score_of(message)
        total.right += score.right
        total.total += score.total
        total.silent += len(score.guesses)
        total.full += score.right == score.total and not score.guesses
        total.messages += 1
        total.extra += score.extra
        total.kinds.update(one.split(":")[0].split(" ")[0] for one in score.missed)
    return total
