"""Reading all answers of a unit out of one message (N14). Pure.

By the numbers of the questions ("1. 12 2. có"), by their words ("hộ: 12; loa: có"), or in their
order ("12; có"). What can be read in two ways is not read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final, NamedTuple

from handlers import words
from handlers.quick_forms.fitting import align, fit
from handlers.quick_forms.form import Answer, Kind, Questions
from handlers.quick_forms.kinds import Read, read_one

_LONGEST: Final = 1_000  # letters; five notes of 200 are the most there can be
_UNIT: Final = re.compile(
    r"(?:(?:da|vang|thua|a|em|bao cao|can bo)[ ,]+)*"
    r"(?:(?P<unit>(?:xom|thon|x) ?\.?\d{1,2}[ab]?)\b|(?:xom|thon|ben|truong|don vi)"
    r" (?:em|toi|minh|chau)\b|(?=(?:xin )?tra loi|bao cao|bc))"
    r"(?: ?(?:xin )?(?:tra loi|bao cao|bc|gui)(?: phieu)?(?= ?[:,]))? ?[:,\-]? *"
)
_LABEL: Final = re.compile(
    r"(?:(?<=[\s;,.])|^)(?:cau |cau|c|y )?(?P<n>[1-5]) ?"
    r"(?:(?P<sure>[.):/\-](?=\s|[a-z=]))|(?P<dot>\.(?=\d))|(?P<colon>[:)](?=\d)))"
    r"|(?:(?<=[\s;,.])|^)(?:cau ?|c)(?P<w>[1-5])\b ?[.):/\-]?"
)
_THREE: Final = re.compile(r"\d{3}(?!\d)")
_POLITE: Final = frozenset(("da", "vang", "thua", "a", "ok", "da vang"))


@dataclass(frozen=True, slots=True)
class Reading:
    """By the place of the question, from 0; what is in neither must be asked."""

    answers: Mapping[int, Answer] = field(default_factory=dict)
    doubts: Mapping[int, tuple[Answer, ...]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    unit: str = ""
    """The unit the message itself names: "xóm 5"."""

    @property
    def is_nothing(self) -> bool:
        return not self.answers and not self.doubts

    def is_whole(self, questions: Questions) -> bool:
        """Whether everything was said, and nothing besides."""
        return len(self.answers) == len(questions) and not self.doubts and not self.unread


class _Labelled(NamedTuple):
    place: int
    text: str
    also: str
    """Another way to read it, the label being part of the number: "1.234"; or ""."""


def read(text: str, questions: Questions) -> Reading:
    """Read one message; of text that is no answer at all nothing is read."""
    cleaned = words.clean(text)[:_LONGEST]
    if "?" in cleaned or words.looks_courteous(cleaned):
        return Reading(unread=(cleaned,))
    if len(questions) == 1 and questions[0].kind is Kind.NOTE:
        return _from({0: read_one(cleaned, questions[0])}, [cleaned])
    unit, rest = _without_unit(cleaned)
    labelled = _labelled(rest, len(questions))
    found = _by_labels(labelled, questions) if labelled else _by_order(rest, questions)
    return Reading(found.answers, found.doubts, found.unread, unit)


def is_parted(text: str, questions: Questions) -> bool:
    """Whether more than a comma parts the answers: semicolons, lines, or the questions' numbers."""
    _, rest = _without_unit(words.clean(text))
    return bool(re.search(r"[;\n]", rest) or _labelled(rest, len(questions)))


def _plain(text: str) -> str:
    """Fold letter by letter, so that places stay what they are."""
    return "".join(char if char == "\n" else (words.fold(char) or " ")[:1] for char in text)


def _without_unit(text: str) -> tuple[str, str]:
    found = _UNIT.match(_plain(text))
    if found is None or found.end() >= len(text):
        return "", text
    return text[found.start("unit") : found.end("unit")] if found["unit"] else "", text[
        found.end() :
    ]


# --- by the numbers of the questions -------------------------------------------------------------


def _labelled(text: str, count: int) -> list[_Labelled]:
    """The parts behind the questions' numbers; [] if the message is not so written."""
    found = [one for one in _LABEL.finditer(_plain(text)) if _is_label(text, one, count)]
    numbers = [_number_of(one) for one in found]
    if not found or found[0].start() or numbers != sorted(set(numbers)):
        return []
    ends = [*(one.start() for one in found[1:]), len(text)]
    parts = []
    for one, end in zip(found, ends, strict=True):
        also = ""
        if one["dot"] and _THREE.match(text, one.end()):
            also = text[one.start() : end]
        parts.append(_Labelled(_number_of(one) - 1, text[one.end() : end], also))
    return parts


def _number_of(found: re.Match[str]) -> int:
    return int(found["n"] or found["w"])


def _is_label(text: str, found: re.Match[str], count: int) -> bool:
    """Of a single question a number with a dot and digits behind is a number."""
    if _number_of(found) > count:
        return False
    return count > 1 or (found["dot"] is None and text[found.end() : found.end() + 1] == " ")


def _by_labels(parts: Sequence[_Labelled], questions: Questions) -> Reading:
    if any(not part.text.strip(" .,;\n") for part in parts):  # "1. 2.5": nobody can say
        return Reading(unread=tuple(part.text.strip() for part in parts))
    reads: dict[int, Read | None] = {}
    for part in parts:
        found = fit(part.text, part.place, questions)
        if part.also:
            whole = read_one(part.also, questions[part.place], alone=False)
            both = [one for one in (found, whole) if one is not None]
            candidates = tuple(answer for one in both for answer in one.candidates)
            found = Read(candidates, is_certain=False) if both else None
        reads[part.place] = found
    return _from(reads, [part.text for part in parts])


# --- in their order, or by their words -----------------------------------------------------------


def _by_order(text: str, questions: Questions) -> Reading:
    pieces = _pieces(text)
    if len(pieces) == len(questions) + 1 and words.fold(pieces[0]) in _POLITE:
        pieces = pieces[1:]
    if len(pieces) > len(questions):
        return _with_long_note(text, pieces, questions)
    if len(pieces) == len(questions):
        return _matched(pieces, questions)
    if len(pieces) == 1 and (found := align(pieces[0], questions)) is not None:
        return _from(dict(enumerate(found)), [])
    return _some(pieces, questions)


def _pieces(text: str) -> list[str]:
    """The parts between semicolons and line ends; without these, between commas."""
    parts = re.split(r"[;\n]", text)
    if len([part for part in parts if part.strip()]) < 2:
        parts = re.split(r"(?<!\d),|,(?!\d)", text)
    parts = [part.strip(" .") for part in parts]
    return [part for part in parts if part and not words.looks_courteous(part)]


def _matched(pieces: Sequence[str], questions: Questions) -> Reading:
    """As many pieces as questions: in their order, else in the only other order that fits."""
    in_order = {at: fit(piece, at, questions) for at, piece in enumerate(pieces)}
    has_note = any(question.kind is Kind.NOTE for question in questions)
    if None not in in_order.values() or has_note:
        return _from(in_order, pieces)
    ways = []
    for order in permutations(range(len(questions))):
        reads = {at: fit(piece, at, questions) for at, piece in zip(order, pieces, strict=True)}
        if None not in reads.values():
            ways.append(reads)
    return _from(ways[0] if len(ways) == 1 else in_order, pieces)


def _with_long_note(text: str, pieces: Sequence[str], questions: Questions) -> Reading:
    """More pieces than questions: only a note at the end may have commas of its own."""
    last = len(questions) - 1
    if questions[last].kind is not Kind.NOTE:
        return Reading(unread=tuple(pieces))
    reads = {at: fit(piece, at, questions) for at, piece in enumerate(pieces[:last])}
    if None in reads.values():
        return Reading(unread=tuple(pieces))
    place = 0
    for piece in pieces[:last]:
        place = text.index(piece, place) + len(piece)
    note = text[place:].lstrip(" .,;\n")
    return _from({**reads, last: read_one(note, questions[last])}, pieces)


def _some(pieces: Sequence[str], questions: Questions) -> Reading:
    """Fewer pieces than questions: each counts only where nothing else can be its question."""
    reads: dict[int, Read] = {}
    unread: list[str] = []
    for piece in pieces:
        fits = {
            at: found
            for at, question in enumerate(questions)
            if question.kind is not Kind.NOTE and (found := fit(piece, at, questions))
        }
        if len(fits) == 1 and not fits.keys() & reads.keys():
            reads |= fits
        else:
            unread.append(piece)
    certain = _from(reads, [])
    return Reading(certain.answers, certain.doubts, tuple(unread))


def _from(reads: Mapping[int, Read | None], pieces: Sequence[str]) -> Reading:
    answers: dict[int, Answer] = {}
    doubts: dict[int, tuple[Answer, ...]] = {}
    for place, found in reads.items():
        if found is None:
            continue
        if found.is_certain:
            answers[place] = found.candidates[0]
        else:
            doubts[place] = tuple(dict.fromkeys(found.candidates))
    is_lost = len(reads) > len(answers) + len(doubts)
    return Reading(answers, doubts, tuple(pieces) if is_lost else ())
