"""Reading the answer to one question (N1-N6, N13). Pure; what is not certain is never guessed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from handlers import words
from handlers.quick_forms.form import (
    BLANK,
    LARGEST,
    NOTE_LETTERS,
    UNKNOWN,
    Answer,
    Kind,
    Question,
)
from handlers.words.text import Word, listed, may_mean, words_of

YES: Final = Answer(yes=True)
NO: Final = Answer(yes=False)


@dataclass(frozen=True, slots=True)
class Read:
    """What a piece of text says to one question: one candidate is certain, several are asked."""

    candidates: tuple[Answer, ...]
    is_certain: bool = True


_IDLE: Final = listed(
    "a ah oi co la duoc da va voi thi con khoang chung hon gan tam do co tat ca tong cong so cac "
    "nhung nay the hien moi van roi day nhe nha em toi minh xom xa o tai vang thua"
)
"""Words that belong to no question in particular."""
_SKIPPED: Final = frozenset(("bo qua", "de trong", "bo trong", "bo qua cau nay"))
_ENDS: Final = listed("a ah nhe nha nhen day em anh chi oi")
_YES: Final = listed("co da roi duoc")
_MARKED: Final = words_of("có đã rồi được không ko k kh kg hông hong chưa chẳng")
_NO: Final = listed("khong ko k kh kg hong chua chang")
_BESIDES: Final = listed("roi day du san ca het")
_ALL_HAVE: Final = listed("het du roi xong ca")
_COUNTED: Final = listed("ho nguoi buoi luot lop tin bai nhom cuoc lan")
_ONLY_POLITE: Final = re.compile(r"(?:da|vang|ok|oke|u|uh|um|thua)(?: (?:a|vang|da))*")
_WORD: Final = re.compile(r"[^\W_]+")


def words_in(text: str) -> list[str]:
    return [words.fold(word) for word in _WORD.findall(words.clean(text))]


@lru_cache(512)
def content_of(text: str) -> frozenset[str]:
    """The words by which a question is known among others."""
    return frozenset(word for word in words_in(text) if not word.isdecimal()) - _IDLE - _NO


def read_one(text: str, question: Question, *, alone: bool = True) -> Read | None:
    """What `text` says to `question`; None if nothing can be made of it.

    `alone`: the form has no other question, so a plain "dạ" is a yes.
    """
    typed = _without_end(text.strip(" .,;!\n"))
    if not typed:
        return None
    if words.fold(typed) in _SKIPPED:
        return Read((BLANK,))
    match question.kind:
        case Kind.NUMBER:
            return _number(typed, question)
        case Kind.YES_NO:
            return _yes_no(typed, question, alone=alone)
        case Kind.ONE_OF:
            return _one_of(typed, question)
        case _:
            return _note(typed)


def _without_end(text: str) -> str:
    parts = text.split()
    while len(parts) > 1 and words.fold(parts[-1]) in _ENDS:
        parts.pop()
    return " ".join(parts)


def _says_unknown(text: str) -> bool:
    return isinstance(words.read_count(text), words.Unknown) or words.says_unknown(text)


# --- a figure ------------------------------------------------------------------------------------


_LEFT: Final = re.compile(r"(?:van )?con\b ?")
_NO_PART: Final = re.compile(
    r"(?:\S+ )?(?:khong|ko|k|kh|kg|khg|hong|chua|chang) (?:co )?(?:tham gia|tham du)(?: \S+)?"
)
_MONEY: Final = re.compile(r"\b(?:dong|tien|kinh phi|so von|nghin|trieu|ty)\b")
_UNPARTED: Final = re.compile(r"\d{9,}")
"""So many figures without a dot between them: a sum, or somebody's number."""


def _number(text: str, question: Question) -> Read | None:
    """What is left ("còn 12 hộ") or who takes no part has told no figure yet: that is asked."""
    folded = words.fold(text)
    if _NO_PART.fullmatch(folded):
        return Read((Answer(number=0), BLANK), is_certain=False)
    left = _LEFT.match(folded)
    if left is None or "con" in words_in(question.text):
        found = _figure(text, question)
        return replace(found, is_certain=False) if found and _UNPARTED.search(text) else found
    found = _figure(text.split(maxsplit=left[0].count(" "))[-1], question)
    return replace(found, is_certain=False) if found else None


def asks_money(question: str) -> bool:
    """Whether a question is about a sum, to which the number of people is no measure."""
    return bool(_MONEY.search(" ".join(words_in(question))))


def too_large(text: str) -> bool:
    """Whether this is a number, and larger than any that is taken (T20)."""
    found = words.read_count(text)
    if isinstance(found, words.Count):
        return found.value > LARGEST
    return len(re.sub(r"[ .,]", "", text)) > len(str(LARGEST)) and not re.search(r"[^\d .,]", text)


def _figure(text: str, question: Question) -> Read | None:
    found = words.read_count(text)
    if found is None:
        found = words.read_count(_core(text, question.text))
    match found:
        case words.Unknown():
            return Read((UNKNOWN,))
        case words.Count(value=value, approximate=about) if value <= LARGEST:
            is_certain = not _counts_otherwise(text, question.text)
            return Read((Answer(number=value, about=about),), is_certain)
        case words.Doubt(readings=readings) if max(readings) <= LARGEST:
            return Read(tuple(Answer(number=one) for one in readings[:4]), is_certain=False)
        case _:
            return None


def _counts_otherwise(text: str, question: str) -> bool:
    """People are told where households are asked for: "12 người" of "Bao nhiêu hộ?"."""
    told, asked = _COUNTED & frozenset(words_in(text)), _COUNTED & frozenset(words_in(question))
    return bool(told and asked and not told & asked)


def _core(text: str, question: str) -> str:
    """The number without what it only repeats of the question: "45 hộ đã cài VNeID"."""
    asked = frozenset(words_in(question)) - _NO
    parts = text.split()
    while len(parts) > 1 and _repeats(parts[-1], asked):
        parts.pop()
    while len(parts) > 1 and _repeats(parts[0], asked):
        parts.pop(0)
    return " ".join(parts)


def _repeats(word: str, asked: frozenset[str]) -> bool:
    plain = words.fold(word).strip(".,:;!()")
    is_figure = any(char.isdecimal() for char in plain)
    return plain in asked and not is_figure and words.read_count(plain) is None


# --- yes or no -----------------------------------------------------------------------------------


def _yes_no(text: str, question: Question, *, alone: bool) -> Read | None:
    folded = words.fold(text)
    if "?" in text:
        return None
    if _says_unknown(text):
        return Read((UNKNOWN,))
    if _ONLY_POLITE.fullmatch(folded) and not alone:
        return Read((YES,), is_certain=False)
    if _may_mean_both(folded, question.text):
        return Read((YES, NO), is_certain=False)
    said = words.read_yes_no(text)
    if said is None:
        said = _in_its_words(text, question.text)
    return None if said is None else Read((YES if said else NO,))


def _may_mean_both(folded: str, question: str) -> bool:
    """Whether this may say "all have one": to "Còn hộ nào chưa cài không?" that is a no."""
    said, asked = set(words_in(folded)), words_in(question)
    if not said <= _ALL_HAVE | _IDLE | _NO | set(asked):
        return False
    if "chua" in asked[:-1]:
        return bool(said & {"chua", *_ALL_HAVE})
    return "con" in asked[:-1] and bool(said & {"het", "du"})


def _in_its_words(text: str, question: str) -> bool | None:
    """Read "không có loa", "đã có wifi", "nhà văn hóa có wifi": only the question's own words."""
    parts = words_of(text)
    allowed = (frozenset(words_in(question)) | _BESIDES) - _NO
    first = next((at for at, word in enumerate(parts) if _turns(word, _YES | _NO)), None)
    plains = [word.plain for word in parts]
    if first is None or not allowed.issuperset(set(plains[:first]) - _IDLE):
        return None
    rest = {word.plain for word in parts[first + 1 :] if not _turns(word, _YES)}
    return plains[first] in _YES if rest <= allowed else None


def _turns(word: Word, among: frozenset[str]) -> bool:
    """Whether this is one of those words, and not another with other marks: "hỏng", "cờ"."""
    return word.plain in among and any(may_mean(word, full) for full in _MARKED)


# --- one of --------------------------------------------------------------------------------------


def _one_of(text: str, question: Question) -> Read | None:
    labelled = [(str(at), label) for at, label in enumerate(question.options)]
    has_figures = any(char.isdecimal() for label in question.options for char in label)
    if text.strip().isdecimal() and has_figures:
        return _options(range(len(labelled)))
    match words.match_choice(text, labelled, letters=True):
        case words.Exact(key):
            return Read((Answer(option=int(key)),))
        case words.Close(key):
            return _options([int(key)])
        case words.Several(keys):
            return _options([int(key) for key in keys])
        case _:
            return Read((UNKNOWN,)) if _says_unknown(text) else None


def _options(places: Iterable[int]) -> Read:
    return Read(tuple(Answer(option=place) for place in places), is_certain=False)


def _note(text: str) -> Read | None:
    if _says_unknown(text):
        return Read((UNKNOWN,))
    note = " ".join(text.split())
    return Read((Answer(note=note),)) if len(note) <= NOTE_LETTERS else None


# --- whose answer it is --------------------------------------------------------------------------


def names_another(text: str, place: int, questions: Sequence[Question]) -> bool:
    """Whether words of `text` belong to another question: the "buổi" of "3 buổi"."""
    own = content_of(questions[place].text) | _of_options(questions[place])
    others = frozenset[str]().union(
        *(content_of(one.text) for at, one in enumerate(questions) if at != place)
    )
    return bool((frozenset(words_in(text)) & others) - own)


def _of_options(question: Question) -> frozenset[str]:
    return frozenset(word for option in question.options for word in words_in(option))
