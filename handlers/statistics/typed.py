"""A typed question as a line of folded words, with the slips of keyboards and fingers mended."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from rapidfuzz.distance import OSA

from handlers.words import unfold_typing
from handlers.words.text import Word, fold, level, listed, marks_of

_MAX_WORDS: Final = 80
MAX_TYPED = 400  # characters; longer is no question for figures

_PART: Final = re.compile(r"\d+[^\W\d_](?![^\W_])|\d+|[^\W\d_]+|[/\-–.,&+%]")
_HYPHEN: Final = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_VNI: Final = re.compile(r"[a-z]+[1-9]{1,2}[a-z][a-z1-9]*")
_VNI_TAIL: Final = re.compile(r"([a-z]+)[1-9]{1,2}")
_NUMBERED: Final = listed(
    "x xom thon t thang thg q quy n nam d gd doan tuan ngay top mn th thcs so"
)
_ACUTE: Final = "\u0301"

_SHORT: Final[Mapping[str, str]] = {
    "bn": "bao nhieu", "bnh": "bao nhieu", "bnhieu": "bao nhieu", "ng": "nguoi", "ngta": "nguoi ta",
    "hv": "hoc vien", "gd": "giai doan", "vs": "voi", "wa": "qua", "j": "gi", "dc": "duoc",
    "ntn": "the nao", "trg": "truong", "thg": "thang", "dv": "don vi",
    "pt": "phan tram", "lhpn": "lien hiep phu nu", "bd": "bieu do", "exel": "excel",
    "ecxel": "excel", "exccel": "excel", "excell": "excel", "xls": "excel", "xlsx": "excel",
    "dn": "doanh nghiep", "hdtdkt": "hoi dong thi dua khen thuong", "tl": "ty le",
    "vn": "viet nam",
    "ss": "so sanh", "nhiu": "nhieu", "bnhiu": "bao nhieu", "mk": "minh",
    "xm": "xom", "hnay": "hom nay", "hqua": "hom qua", "tn": "thanh nien",
    "pn": "phu nu", "nd": "nong dan", "ktra": "kiem tra",
    "ubxa": "ubnd xa", "hpn": "hoi phu nu", "hnd": "hoi nong dan", "dtn": "doan thanh nien",
}  # fmt: skip
_SPELLED: Final = {"ti": "ty", "ki": "ky", "qui": "quy", "li": "ly"}
_BEFORE_NUMBER: Final = {"x": "xom", "t": "thang", "q": "quy", "th": "thang"}

# What can be a Vietnamese syllable is a word of its own, never the slip of another.
SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?"
    r"(?:(?:a[iouy]?|e[ou]?|i(?:eu|[aeu])?|o(?:ai|ay|ao|[aei])?|u(?:oi|ou|ay|ye|ya|yu|[aeiouy])?"
    r"|y(?:eu|e)?)(?:ng|[mnptc])?|(?:[aeiy]|[iou][aey])(?:nh|ch))"
)
_COMMON: Final = listed(
    "thong ke xom thang quy tuan nam ngay nguoi hoc truong nhat nhieu luot buoi truoc bieu do"
)
_NOTHING: Final = Word("", frozenset())
_COUNTING: Final = ("xom", "thang", "quy", "tuan")


@dataclass(frozen=True, slots=True)
class Line:
    """The words one behind the other, found again by their place."""

    words: tuple[Word, ...]
    text: str
    starts: tuple[int, ...]

    @property
    def has_marks(self) -> bool:
        return any(word.marks for word in self.words)

    @property
    def is_too_long(self) -> bool:
        """Nobody asks for figures in so many words."""
        return len(self.words) > _MAX_WORDS

    def match(self, pattern: re.Pattern[str], place: int) -> re.Match[str] | None:
        return pattern.match(self.text, self.starts[place]) if place < len(self.words) else None

    def after(self, found: re.Match[str]) -> int:
        """The place of the word behind a match, which must end with a word."""
        return bisect_left(self.starts, found.end())

    def plain(self, place: int) -> str:
        return self.words[place].plain if 0 <= place < len(self.words) else ""

    def plains(self, place: int, end: int) -> tuple[str, ...]:
        return tuple(word.plain for word in self.words[place:end])


def line_of(words: Iterable[Word]) -> Line:
    """Line up words. "Tư" and "sáu" behind "tháng" become figures: no "từ" and no "sau"."""
    ready: list[Word] = []
    for word in words:
        before = ready[-1].plain if ready else ""
        ready.append(_figure(word) if before in ("thang", "quy") else word)
    starts, text = [], ""
    for word in ready:
        starts.append(len(text))
        text += f"{word.plain} "
    return Line(tuple(ready), text.rstrip(), tuple(starts))


def read_line(
    text: str, *, vocabulary: frozenset[str], glued: Mapping[str, tuple[str, ...]]
) -> Line:
    """The line of a text of at most MAX_TYPED characters.

    A word outside the vocabulary is mended if that can be done in one way: Telex and VNI,
    abbreviations, words written together (`glued`), one slip of the finger.
    """
    mended: list[Word] = []
    typed = _typed(text)
    for word, behind in zip_longest(typed, typed[1:], fillvalue=_NOTHING):
        parts = _mended(word, vocabulary, glued)
        if parts == [word] and word.plain not in vocabulary and behind.plain[:1].isdecimal():
            parts = _counting(word)
        mended += parts
    return line_of(_lengthened(mended))


def plain_line(text: str) -> Line:
    """The line of a text as it was typed."""
    return line_of(_typed(text))


def _typed(text: str) -> list[Word]:
    chunks = level(text).split()
    is_vni = any(_VNI.fullmatch(chunk) for chunk in chunks)
    parts: list[str] = []
    for chunk in chunks:
        bare = _without_vni(chunk) if is_vni else chunk
        parts += _PART.findall(_HYPHEN.sub(" ", bare))
    return [Word(_sign(fold(part)), marks_of(part)) for part in parts]


def _without_vni(chunk: str) -> str:
    tail = _VNI_TAIL.fullmatch(chunk)
    if _VNI.fullmatch(chunk) or (tail and tail[1] not in _NUMBERED):
        return re.sub(r"[1-9]", "", chunk)
    return chunk


def _sign(plain: str) -> str:
    return "-" if plain == "–" else plain


def _figure(word: Word) -> Word:
    if word.plain == "sau" and word.marks == {_ACUTE}:
        return Word("6", frozenset())
    return Word("4", frozenset()) if word.plain == "tu" and len(word.marks) < 2 else word


def _lengthened(words: list[Word]) -> list[Word]:
    """As "x5" is "xóm 5", "t9" tháng 9, "q4" quý 4; "T.11" as well."""
    long: list[Word] = []
    for place, word in enumerate(words):
        ahead = [other.plain for other in words[place + 1 : place + 3]]
        if word.plain == "." and long and long[-1].plain in _BEFORE_NUMBER.values():
            continue
        if ahead[:1] == ["."]:
            ahead = ahead[1:]
        is_short = word.plain in _BEFORE_NUMBER and ahead and ahead[0][0].isdecimal()
        long.append(Word(_BEFORE_NUMBER[word.plain], frozenset()) if is_short else word)
    return long


def _mended(
    word: Word, vocabulary: frozenset[str], glued: Mapping[str, tuple[str, ...]]
) -> list[Word]:
    if word.plain == "%":
        return _bare(("phan", "tram"))
    if word.plain in _SPELLED:
        return [Word(_SPELLED[word.plain], word.marks)]
    if word.plain in vocabulary or not word.plain.isalpha():
        return [word]
    for attempt in (word.plain, *unfold_typing(word.plain)):
        parts = _written_out(attempt, glued)
        if all(part in vocabulary for part in parts):
            return _bare(parts)
    near = _near(word.plain, vocabulary)
    return _bare([near]) if near else [word]


def _written_out(plain: str, glued: Mapping[str, tuple[str, ...]]) -> Sequence[str]:
    return _SHORT[plain].split() if plain in _SHORT else glued.get(plain) or plain.split()


def _counting(word: Word) -> list[Word]:
    """As "xon 5" is "xóm 5", though "xon" is a syllable."""
    if len(word.plain) < 3 or not word.plain.isalpha():
        return [word]
    near = [known for known in _COUNTING if OSA.distance(word.plain, known) == 1]
    return _bare(near) if len(near) == 1 else [word]


def _bare(plains: Iterable[str]) -> list[Word]:
    return [Word(plain, frozenset()) for plain in plains]


def _near(plain: str, vocabulary: frozenset[str]) -> str | None:
    """The only known word one slip away; two letters changed places before any other slip."""
    if len(plain) < 3 or not plain.isascii() or SYLLABLE.fullmatch(plain):
        return None
    near = [word for word in vocabulary if len(word) > 2 and OSA.distance(plain, word) == 1]
    swapped = [word for word in near if sorted(word) == sorted(plain)]
    if len(plain) == 3:
        near = swapped
    found = swapped or [word for word in near if word in _COMMON] or near
    return found[0] if len(found) == 1 else None
