"""Whether what somebody holds in the hand is what the commune sent. Pure."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from handlers.words.text import Word, listed, may_mean, words_of

_ASKING: Final = words_of(
    "mã tin thông báo số này kia đó ấy vừa rồi trên có đúng phải là thật hay giả không k ko kg hông"
    " chưa của xã ubnd ủy ban nhân được tôi à ạ ah nhé nha vậy thế hỏi kiểm tra xem giúp"
)
"""Words of the question itself. Nothing that anybody could be told to do is made of them."""
_DOUBTFUL: Final = "dung"
"""Without marks it is "đúng" beside another word of a question, else it may be "đừng"."""
_QUESTIONS: Final = listed("co phai that gia khong k ko kg hong chua")


class Copy(Enum):
    NONE = "none"
    """A code, and perhaps a question."""
    WHOLE = "whole"
    """The very words, and nothing else."""
    ADDED = "added"
    """With words that the commune did not send, wherever they stand."""
    CHANGED = "changed"
    """Some of its words, or in another order."""


def compare(typed: str, true: str, *, around: Iterable[str], code: str) -> Copy:
    """`around`: what the commune's message says above and below the words.

    Marks may be missing, but none may be another one, unless the commune wrote without any.
    """
    wanted = _level(words_of(true), true)
    said = _level(words_of(typed), true)
    left, count = _without(said, wanted)
    for piece in around:
        left, _ = _without(left, words_of(piece))
    own = {word.plain for word in words_of(code)}
    unknown = [word for word in left if word.plain not in own and not _is_asking(word, left)]
    if not unknown:
        return Copy.WHOLE if count else Copy.NONE
    return Copy.CHANGED if _are_among(unknown, wanted) and not count else Copy.ADDED


def _is_asking(word: Word, beside: Sequence[Word]) -> bool:
    if word.plain == _DOUBTFUL and not word.marks:
        return any(other.plain in _QUESTIONS for other in beside)
    return any(may_mean(word, one) for one in _ASKING)


def _level(words: Sequence[Word], true: str) -> tuple[Word, ...]:
    if any(word.marks for word in words_of(true)):
        return tuple(words)
    return tuple(Word(word.plain, frozenset()) for word in words)


def _without(said: Sequence[Word], piece: Sequence[Word]) -> tuple[tuple[Word, ...], int]:
    """What is left without that row of words, and how often it stood there."""
    left: list[Word] = []
    place = count = 0
    while place < len(said):
        part = said[place : place + len(piece)]
        if piece and len(part) == len(piece) and all(map(may_mean, part, piece)):
            place += len(piece)
            count += 1
        else:
            left.append(said[place])
            place += 1
    return tuple(left), count


def _are_among(some: Iterable[Word], wanted: Sequence[Word]) -> bool:
    """Whether each is a word of the true text, and none stands here more often than there."""
    there = list(wanted)
    for one in some:
        found = next((place for place, word in enumerate(there) if may_mean(one, word)), None)
        if found is None:
            return False
        del there[found]
    return True
