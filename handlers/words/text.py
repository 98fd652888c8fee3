"""Cleaning and folding: the forms in which typed text is stored and compared (N11, T23, T29)."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MAX_TEXT = 4096
MAX_NAME = 60
_MAX_MARKS = 2  # combining marks on one base beyond the composed Vietnamese letter (T23)

_NGA, _HOI = "\u0303", "\u0309"
_ZWJ, _EMOJI_STYLE, _KEYCAP = "\u200d", "\ufe0f", "\u20e3"
# What nearly everybody types: composed letters (none of them changes in NFC), digits, signs.
_ORDINARY = re.compile("[ -~À-ÖØ-öø-įıĴ-ľŁ-ňŊ-žƠơƯưẠ-ỹ–—‘’“”…]*")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Letters and marks that print nothing; the other invisible characters have a category "C…".
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_STYLES = frozenset(chr(code) for code in range(0xFE00, 0xFE0F))
_STROKES = str.maketrans("đð", "dd")  # ð: what some keyboards send instead of đ
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class Word(NamedTuple):
    """One typed word: `plain` is folded, `marks` are the tones and strokes it was typed with."""

    plain: str
    marks: frozenset[str]


def listed(words: str) -> frozenset[str]:
    """The set of blank-separated `words`: tables stay readable that way."""
    return frozenset(words.split())


def clean(text: str) -> str:
    """Text safe to store and show: NFC, at most 4,096 characters, nothing invisible (T23, T29).

    Line ends become a newline, other blanks a space. Idempotent.
    """
    if _ORDINARY.fullmatch(text) and len(text) <= MAX_TEXT:
        return text.strip()
    text = _LINE_ENDS.sub("\n", text[:MAX_TEXT])
    text = unicodedata.normalize("NFC", "".join(_visible(text)))
    text = unicodedata.normalize("NFC", "".join(_moderate(text)))
    if len(text) > MAX_TEXT:  # a few exotic letters grow in NFC
        text = text[:MAX_TEXT].rstrip(_ZWJ + _EMOJI_STYLE)
    return text.strip()


def clean_name(text: str) -> str | None:
    """A display name on one line, at most 60 visible characters; None when none is left (T23)."""
    squeezed = " ".join(clean(text).split())
    if not any(_is_visible(char) for char in squeezed):
        return None
    kept, visible = [], 0
    for char in squeezed:
        visible += not _is_mark(char) and char != _ZWJ
        if visible > MAX_NAME:
            break
        kept.append(char)
    return "".join(kept).rstrip(f" {_ZWJ}") or None


def level(text: str) -> str:
    """Case, blanks and digits made equal; the tones stay."""
    text = clean(text).casefold().translate(_FULL_WIDTH)
    if not text.isascii():
        text = "".join(_digit(char) for char in text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """The form for comparing: as `level`, without tones and with đ as d. Idempotent."""
    text = level(text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFD", text).casefold().translate(_STROKES)
    bare = "".join(char for char in text if not _is_mark(char))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def marks_of(text: str) -> frozenset[str]:
    """The tones, hats, hooks and the stroke in `text`, wherever in the syllable they stand.

    Hỏi and ngã are one: many write "sữa" for "sửa".
    """
    if text.isascii():
        return frozenset()
    parts = unicodedata.normalize("NFD", text.casefold()).replace(_NGA, _HOI)
    return frozenset(
        "đ" if char in "đð" else char for char in parts if char in "đð" or _is_mark(char)
    )


_WORD = re.compile(r"\d+[^\W\d_](?![^\W_])|\d+|[^\W\d_]+")


def words_of(text: str) -> tuple[Word, ...]:
    """Words without punctuation; "x5" is two words, the number "3a" is one."""
    return tuple(Word(fold(part), marks_of(part)) for part in _WORD.findall(level(text)))


def plain_of(text: str) -> str:
    """The folded words of `text` joined by one space."""
    return " ".join(word.plain for word in words_of(text))


def may_mean(typed: Word, full: Word) -> bool:
    """True when `typed` is `full`, perhaps with marks left out, never with other marks.

    So "dung" may mean "đúng" and "dừng", but "dừng" never "đúng".
    """
    return typed.plain == full.plain and typed.marks <= full.marks


def may_all_mean(typed: tuple[Word, ...], full: tuple[Word, ...]) -> bool:
    """`may_mean` word for word."""
    return len(typed) == len(full) and all(map(may_mean, typed, full))


# Said around an answer out of politeness, without meaning of their own.
_BEFORE = listed("da thua vang toi em chau minh tui bot cho chon xin muon lay bam an")
_AFTER = listed("a ah nhe nha nhen nhi ne em anh chi bac chau oi ban luon di voi vay day")


def without_courtesy(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words without polite ones at both ends; at least one word stays."""
    first, last = 0, len(words)
    while last - first > 1 and words[last - 1].plain in _AFTER:
        last -= 1
    while last - first > 1 and words[first].plain in _BEFORE:
        first += 1
    return words[first:last]


def may_say(text: str, said: str) -> bool:
    """Whether a text is these words and nothing else, perhaps without marks, never with others."""
    return may_all_mean(without_courtesy(words_of(text)), words_of(said))


def _visible(text: str) -> Iterator[str]:
    for char in text:
        category = unicodedata.category(char)
        if char == "\n" or char == _ZWJ:
            yield char
        elif category == "Zs" or char == "\t":
            yield " "
        elif char in _BLANKS or char in _STYLES:
            continue
        elif category[0] != "C" or _is_emoji(char):
            yield char


def _moderate(text: str) -> Iterator[str]:
    """Drop piled-up marks, and joiners and styles that are not inside an emoji."""
    before, marks = "", 0
    for place, char in enumerate(text):
        after = text[place + 1 : place + 2]
        if char == _ZWJ:
            keep = (_is_emoji(before) or before == _EMOJI_STYLE) and _is_emoji(after)
        elif char == _EMOJI_STYLE:
            keep = marks < _MAX_MARKS and (_is_emoji(before) or after == _KEYCAP)
        else:
            keep = not _is_mark(char) or marks < _MAX_MARKS
        if keep:
            marks = marks + 1 if _is_mark(char) else 0
            before = char
            yield char


def _is_emoji(char: str) -> bool:
    if not char or char in _BLANKS:
        return False
    return "\U0001f000" <= char <= "\U0001faff" or unicodedata.category(char) == "So"


def _is_mark(char: str) -> bool:
    return char > "\u02ff" and unicodedata.category(char)[0] == "M"


def _is_visible(char: str) -> bool:
    return not char.isspace() and not _is_mark(char)


def _digit(char: str) -> str:
    if char < "\x80":
        return char
    return str(unicodedata.decimal(char)) if char.isdecimal() else char
