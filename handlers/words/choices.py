"""Which of the offered choices is meant (U3, N12)."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from handlers.words.leftovers import unfold_typing
from handlers.words.slips import looks_slipped
from handlers.words.text import (
    Word,
    level,
    listed,
    may_all_mean,
    without_courtesy,
    words_of,
)

MOST_ASKED = 4
CUT_OFF = 80
MARGIN = 8
_MAX_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Exact:
    """The number or the whole label was typed."""

    key: str


@dataclass(frozen=True, slots=True)
class Close:
    """One clear winner that was not typed exactly; never a destructive choice."""

    key: str


@dataclass(frozen=True, slots=True)
class Several:
    """To be asked: 1-4 candidates. One alone means "is it this one?"."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Nothing fits."""


Match = Exact | Close | Several | NoMatch
Labelled = tuple[str, str]
"""(key, label) of a choice."""


@dataclass(frozen=True, slots=True)
class _Option:
    key: str
    words: tuple[Word, ...]
    plains: tuple[str, ...]


_BEFORE_NUMBER = listed("so cau chon muc dap an y phuong lua phim nut bam cai la toi em")
_BETWEEN_NUMBERS = listed("va hoac hay")
# These decide what a sentence means: typed and label must have the same ones.
_TURNING = listed(
    "khong ko k kh kg hong hok hk chua dung thoi khoi chang huy xoa rut khoa gi sao nao may"
)
_SMALL_WORDS = listed("la va co cua cho da duoc toi de o the nay bai mot cac nhung voi")


_NEGATIVE: Final = re.compile(r"\s*[-−–]\s?\d+\s*")


def match_choice(
    text: str,
    choices: Sequence[Labelled],
    *,
    letters: bool = False,
    exact_only: Collection[str] = frozenset(),
) -> Match:
    """Find the choice meant by `text`.

    In this order: its number in the list ("số 1 nhé"), with `letters` its letter ("đáp án B"), its
    label, words of its label, a similar label. Keys in `exact_only` (destructive) are found by
    number or label only; anything nearer a guess asks: `Several((key,))`.
    """
    if len(text) > _MAX_ANSWER:
        return NoMatch()
    if _NEGATIVE.fullmatch(text):
        return NoMatch()  # a number below nought is no place in a list
    typed = words_of(text)
    options = [_option(key, label) for key, label in choices]
    sign = [key for key, label in choices if level(label) == level(text)]
    if not typed:
        return Exact(sign[0]) if len(sign) == 1 else NoMatch()
    found = _by_number(typed, options) or (_by_letter(typed, options) if letters else None)
    found = found or _by_label(typed, options) or _by_number_word(typed, options)
    found = found or (None if looks_slipped(text) else _by_part(text, typed, options))
    return _safe(found or NoMatch(), exact_only)


def ask(keys: Sequence[str]) -> Several:
    """`Several` with each key once and at most four."""
    return Several(tuple(dict.fromkeys(keys))[:MOST_ASKED])


def clear_winner(scores: Sequence[tuple[float, str]]) -> Match | None:
    """The best (score, key) if it is ahead, several if they are close, None below the cut-off."""
    best_of: dict[str, float] = {}
    for score, key in scores:
        best_of[key] = max(score, best_of.get(key, 0))
    ranked = sorted(best_of.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < CUT_OFF:
        return None
    near = [key for key, score in ranked if score > ranked[0][1] - MARGIN]
    return Close(near[0]) if len(near) == 1 else ask(near)


def likeness(typed: Sequence[str], label: Sequence[str]) -> float:
    """0-100 for folded words; 0 when a number or a turning word differs or too little is typed."""
    if not _says_as_much(typed, label):
        return 0
    glued = "".join(typed)
    if len(glued) < 4:
        return 0
    return max(fuzz.ratio(" ".join(typed), " ".join(label)), fuzz.ratio(glued, "".join(label)))


@lru_cache(1024)  # labels are ours and few
def _option(key: str, label: str) -> _Option:
    words = words_of(label)
    return _Option(key, words, tuple(word.plain for word in words))


def _safe(found: Match, exact_only: Collection[str]) -> Match:
    is_guess = isinstance(found, Close) and found.key in exact_only
    return Several((found.key,)) if is_guess and isinstance(found, Close) else found


def _by_number(typed: tuple[Word, ...], options: Sequence[_Option]) -> Match | None:
    words = [word.plain for word in without_courtesy(typed)]
    while words and words[0] in _BEFORE_NUMBER:
        words.pop(0)
    figures = [word for word in words if word not in _BETWEEN_NUMBERS]
    if not figures or not all(word.isdecimal() and len(word) <= 2 for word in figures):
        return None
    places = [int(word) for word in figures]
    if not all(1 <= place <= len(options) for place in places):
        return None
    keys = [options[place - 1].key for place in places]
    keys += [option.key for option in options if option.plains == tuple(words)]
    return Exact(keys[0]) if len(set(keys)) == 1 else ask(keys)


def _by_letter(typed: tuple[Word, ...], options: Sequence[_Option]) -> Match | None:
    words = list(typed)
    while len(words) > 1 and words[0].plain in _BEFORE_NUMBER:
        words.pop(0)
    letter, rest = words[0], tuple(words[1:])
    if letter.marks or len(letter.plain) != 1 or (rest and len(without_courtesy(rest)) > 1):
        return None
    place = ord(letter.plain) - ord("a")
    return Exact(options[place].key) if 0 <= place < len(options) else None


def _by_number_word(typed: tuple[Word, ...], options: Sequence[_Option]) -> Match | None:
    """Read "số hai", "một"; after the labels, for "Nam" and "Ba" are names too."""
    words = list(without_courtesy(typed))
    while len(words) > 1 and words[0].plain in _BEFORE_NUMBER:
        words.pop(0)
    if len(words) != 1 or words[0].plain.isdecimal():
        return None
    place = next((n for n, said in enumerate(_NUMBER_WORDS, 1) if words[0] in said), 0)
    return Exact(options[place - 1].key) if 0 < place <= len(options) else None


def _number_words() -> list[tuple[Word, ...]]:
    said = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    return [(words_of(word)[0], Word(words_of(word)[0].plain, frozenset())) for word in said]


_NUMBER_WORDS = _number_words()


def _by_label(typed: tuple[Word, ...], options: Sequence[_Option]) -> Match | None:
    for words in dict.fromkeys((typed, without_courtesy(typed))):
        plains = tuple(word.plain for word in words)
        same = [option for option in options if option.plains == plains]
        if same:
            return _by_tones(words, same)
    return None


def _by_tones(typed: tuple[Word, ...], same: Sequence[_Option]) -> Match:
    """All of `same` have the folded words of `typed`: the marks decide, or the person."""
    equal = [option for option in same if option.words == typed]
    possible = [option for option in same if may_all_mean(typed, option.words)]
    if len(equal) == 1:
        return Exact(equal[0].key)
    if len(possible) == 1 and len(same) == 1 and not _is_bare_stop(typed, possible[0].words):
        return Exact(possible[0].key)
    if possible:
        return ask([option.key for option in possible])
    if len(typed) == 1:  # "dừng" is no "Đúng"
        return NoMatch()
    return Close(same[0].key) if len(same) == 1 else ask([option.key for option in same])


def _is_bare_stop(typed: tuple[Word, ...], words: tuple[Word, ...]) -> bool:
    """Bare "dung" for "dừng": it may be "đúng" (design §3)."""
    return typed == _BARE_DUNG and words[0] != _DUNG_YES


_BARE_DUNG = words_of("dung")
_DUNG_YES = words_of("đúng")[0]


def _by_part(text: str, typed: tuple[Word, ...], options: Sequence[_Option]) -> Match | None:
    for words in (without_courtesy(typed), *map(words_of, unfold_typing(text))):
        plains = tuple(word.plain for word in words)
        same = [option.key for option in options if option.plains == plains]
        found = _winner(same) or _winner(_containing(words, options)) or _similar(words, options)
        if found:
            return _asking_if_bare_stop(found, words, options)
    return None


def _winner(keys: Sequence[str]) -> Match | None:
    if not keys:
        return None
    return Close(keys[0]) if len(set(keys)) == 1 else ask(keys)


def _containing(typed: tuple[Word, ...], options: Sequence[_Option]) -> list[str]:
    plains = [word.plain for word in typed]
    return [option.key for option in options if _overlaps(typed, plains, option)]


def _overlaps(typed: tuple[Word, ...], plains: Sequence[str], option: _Option) -> bool:
    """Whole words of the label were typed, or the whole label inside a longer sentence."""
    if _turning(plains) != _turning(option.plains):
        return False
    if len(plains) >= len(option.plains):
        return len(option.plains) > 1 and _place(option.plains, plains) >= 0
    place = _place(plains, option.plains)
    if place < 0 or (len(plains) == 1 and place and plains[0] in _SMALL_WORDS):
        return False
    part = option.words[place : place + len(typed)]
    return len("".join(plains)) > 1 and (len(typed) > 1 or may_all_mean(typed, part))


def _similar(typed: tuple[Word, ...], options: Sequence[_Option]) -> Match | None:
    plains = [word.plain for word in typed]
    if len(typed) == 1 and any(option.plains == (plains[0],) for option in options):
        return None  # the same letters with other marks: another word
    possible = [option for option in options if _says_as_much(plains, option.plains)]
    scores = [
        (likeness(plains, view), option.key)
        for option in possible
        for view in _views(plains, option)
    ]
    return clear_winner(scores)


def _views(plains: Sequence[str], option: _Option) -> Iterator[Sequence[str]]:
    """The label, and its stretches of as many words as were typed."""
    yield option.plains
    size = len(plains)
    if size > 1:
        for start in range(len(option.plains) - size + 1):
            yield option.plains[start : start + size]


def _asking_if_bare_stop(
    found: Match, typed: tuple[Word, ...], options: Sequence[_Option]
) -> Match:
    if typed != _BARE_DUNG or not isinstance(found, Close):
        return found
    words = next(option.words for option in options if option.key == found.key)
    return found if _DUNG_YES in words else ask([found.key])


def _place(part: Sequence[str], whole: Sequence[str]) -> int:
    size = len(part)
    starts = range(len(whole) - size + 1)
    return next((n for n in starts if tuple(whole[n : n + size]) == tuple(part)), -1)


def _says_as_much(typed: Sequence[str], label: Sequence[str]) -> bool:
    """Equal numbers and equal turning words: never "xóm 3" for "xóm 13", "gửi" for "không gửi"."""
    if _numbers(typed) != _numbers(label):
        return False
    return _turning(typed) == _turning(label) or "".join(typed) == "".join(label)


def _numbers(words: Sequence[str]) -> list[str]:
    return [word.lstrip("0") for word in words if word[0].isdecimal()]


def _turning(words: Sequence[str]) -> set[str]:
    return {_NO.get(word, word) for word in words if word in _TURNING}


_NO = dict.fromkeys(("ko", "k", "kh", "kg", "hong", "hok", "hk"), "khong")
