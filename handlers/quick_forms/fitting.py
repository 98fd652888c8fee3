"""Which piece of a message answers which question, and answers that nothing parts. Pure."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from handlers.quick_forms.form import Kind, Questions
from handlers.quick_forms.kinds import Read, content_of, names_another, read_one, words_in

_MOST_WORDS: Final = 24  # of an answer without any sign between its parts
_GENERIC: Final = frozenset(("tra loi", "ket qua", "bao cao", "dap an", "xin tra loi"))


def fit(piece: str, place: int, questions: Questions) -> Read | None:
    """What a piece says to one question; None also if its words are another question's."""
    question = questions[place]
    if question.kind is Kind.NOTE:
        return read_one(piece, question)
    label, sign, value = _parted(piece)
    if sign and not content_of(question.text).issuperset(content_of(label)):
        return None
    joint = "va|và|thì" if question.kind is Kind.NUMBER else "va|và|còn|thì"  # "còn 12": left
    said = value if sign else re.sub(rf"^(?:{joint})\s+", "", piece.strip())
    if names_another(said, place, questions):
        return None
    return read_one(said, question, alone=len(questions) == 1)


def _parted(piece: str) -> tuple[str, str, str]:
    """(label, sign, value) of "số hộ: 12"."""
    label, sign, value = re.sub("=", ":", piece).partition(":")
    if not sign or not value.strip() or not content_of(label):
        return "", "", piece
    if " ".join(words_in(label)) in _GENERIC:
        return "", "", value
    return label, sign, value


def align(piece: str, questions: Questions) -> tuple[Read, ...] | None:
    """Nothing stands between the answers ("12 có"): the only way to part them, if there is one."""
    parts = piece.split()
    if len(parts) > _MOST_WORDS or any(one.kind is Kind.NOTE for one in questions):
        return None
    if any(one.kind is Kind.NUMBER and read_one(piece, one) for one in questions):
        return None  # "1 234" is one number first
    if _may_be_label(parts, questions):
        return None
    possible = _ways(parts, questions, 0, 0, {})
    if len(possible) != 1 or not all(one.read.is_certain for one in possible[0]):
        return None
    if _runs_on(possible[0], questions):
        return None
    return tuple(one.read for one in possible[0])


class _Stretch(NamedTuple):
    text: str
    read: Read


_Way = tuple[_Stretch, ...]
_Seen = dict[tuple[int, int, int], Read | None]


def _may_be_label(parts: Sequence[str], questions: Questions) -> bool:
    """Whether the "2" of "2 có" may be the number of the question."""
    first = parts[0]
    if not first.isdecimal() or not 1 <= int(first) <= len(questions) or len(parts) < 2:
        return False
    return fit(" ".join(parts[1:]), int(first) - 1, questions) is not None


def _runs_on(way: _Way, questions: Questions) -> bool:
    """Whether one answer may go on where another was cut off: "12 hộ | không có"."""
    for at in range(1, len(way)):
        before, here = way[at - 1].text, way[at].text
        own = content_of(questions[at].text)
        if questions[at - 1].kind is not Kind.NUMBER:
            continue
        is_bare = not before.split()[-1].strip(".,")[-1:].isdecimal()
        if questions[at].kind is Kind.YES_NO and is_bare and not own & set(words_in(here)):
            return True
        if questions[at].kind is Kind.NUMBER and words_in(here)[:1] and words_in(here)[0] in own:
            return True
    return False


def _ways(
    parts: Sequence[str], questions: Questions, place: int, start: int, seen: _Seen
) -> list[_Way]:
    """At least two of the different readings of the words from `start` on, if there are two."""
    if place == len(questions):
        return [()] if start == len(parts) else []
    found: dict[tuple[Read, ...], _Way] = {}
    for end in range(start + 1, len(parts) - (len(questions) - place - 1) + 1):
        key, text = (place, start, end), " ".join(parts[start:end])
        if key not in seen:
            seen[key] = fit(text, place, questions)
        one = seen[key]
        if one is None or len(found) > 1:
            continue
        for rest in _ways(parts, questions, place + 1, end, seen):
            way = (_Stretch(text, one), *rest)
            found.setdefault(tuple(stretch.read for stretch in way), way)
    return list(found.values())
