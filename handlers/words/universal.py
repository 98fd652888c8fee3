"""The words that work in every state, and what collides with them (U4, design §3).

Ask in this order: an open yes/no (`read_yes_no`), an `Exact` of the open list (`match_choice`),
`universal`, then the list's guesses (`Close`, `Several`) and what the step itself reads.
"""

from collections.abc import Set as AbstractSet
from enum import Enum

from handlers.words.leftovers import unfold_typing
from handlers.words.text import Word, clean, fold, may_all_mean, without_courtesy, words_of


class Universal(Enum):
    """What a universal word asks for. UNSURE_STOP: ask "dừng nhắc, or đúng?".

    STOP is whatever is said about reminders, "nhận nhắc" too: the flow of that name hears which.
    Its words are only here, where nothing is guessed: a slip must never switch them off (N12).
    """

    HOME = "home"
    BACK = "back"
    CANCEL = "cancel"
    HELP = "help"
    HUMAN = "human"
    AGAIN = "again"
    STOP = "stop"
    UNSURE_STOP = "unsure-stop"


# One word: with its own marks only. Folded, "huy" and "dung" are names or "đúng".
_TONED = {
    "hủy": Universal.CANCEL,
    "thôi": Universal.CANCEL,  # the way out of steps that own "hủy"
    "thoát": Universal.CANCEL,
    "dừng": Universal.STOP,
    "giúp": Universal.HELP,
    "đừng": Universal.UNSURE_STOP,
}
# One word without marks that means nothing else; "thoi" may be a name (Thời).
_BARE = {
    "thoi": Universal.CANCEL,
    "thoat": Universal.CANCEL,
    "giup": Universal.HELP,
    "menu": Universal.HOME,
}
_BARE |= {"help": Universal.HELP, "stop": Universal.STOP}
_SIGNS = {"?": Universal.HELP, "0": Universal.HOME}

# Two or more words and slash commands: marks may be missing, but none may be different.
_PHRASES = {
    Universal.HOME: ("trang đầu", "về trang đầu", "màn hình chính", "trang chủ", "về đầu"),
    Universal.BACK: ("quay lại", "trở lại", "lùi lại", "quay về", "câu trước", "bước trước"),
    Universal.CANCEL: (
        "hủy bỏ", "thôi không làm", "thôi không làm nữa", "không làm nữa", "thoát ra",
    ),
    Universal.HELP: ("trợ giúp", "giúp tôi", "giúp em", "giúp với", "hướng dẫn", "cách dùng"),
    Universal.HUMAN: (
        "gặp cán bộ", "gặp người", "gặp người thật", "cần người giúp", "cần gặp cán bộ",
        "nói chuyện với cán bộ", "hỏi cán bộ", "gọi cán bộ", "nhờ cán bộ",
    ),
    Universal.AGAIN: ("nói lại", "hỏi lại", "đọc lại", "lặp lại"),  # "nhắc lại" is an officer's act
    Universal.STOP: (
        "dừng nhắc", "dừng nhắc nữa", "đừng nhắc", "đừng nhắc nữa", "ngừng nhắc", "tắt nhắc",
        "thôi nhắc", "không nhắc nữa", "dừng nhắn", "dừng nhắn tin", "đừng nhắn", "đừng nhắn nữa",
        "ngừng nhắn tin",
        "nhận nhắc", "nhận nhắc lại", "nhận lại nhắc", "nhận tin nhắc", "nhận lại tin nhắc",
        "bật nhắc", "bật nhắc lại", "bật lại nhắc", "bật tin nhắc", "bật lại tin nhắc",
    ),
    Universal.UNSURE_STOP: ("dừng lại", "đúng lại"),
}  # fmt: skip
_SLASHES = {
    "/huy": Universal.CANCEL, "/dung": Universal.STOP, "/stop": Universal.STOP,
    "/trogiup": Universal.HELP, "/help": Universal.HELP, "/gapcanbo": Universal.HUMAN,
    "/quaylai": Universal.BACK, "/noilai": Universal.AGAIN, "/trangdau": Universal.HOME,
    "/menu": Universal.HOME,
}  # fmt: skip

# A step that reads a number or a name owns these. "mai", "nam", "sau", "không" are never universal.
_OWNED = {
    "number": frozenset(("0", "hủy")),
    "name": frozenset(("0", "hủy", "thoi", "thoat", "thoát", "dung", "dừng", "đừng")),
    "text": frozenset(("thoat", "thoát")),
}
_BY_WORDS = [(words_of(text), meaning) for meaning, texts in _PHRASES.items() for text in texts]
_BY_TONED = [(words_of(text), text, meaning) for text, meaning in _TONED.items()]
_MAX_TEXT = 200
_MAX_WORDS = 8


def universal(text: str, *, owns: AbstractSet[str] = frozenset()) -> Universal | None:
    """The universal word in `text`. `owns`: what the open step reads, "number" or "name"."""
    if len(text) > _MAX_TEXT:
        return None
    folded = fold(text)
    if folded.startswith("/"):
        return _slash(folded) if _has_no_marks(text) else _slash_with_marks(text)
    owned = frozenset(word for kind in owns for word in _OWNED.get(kind, ()))
    sign = folded.strip(" .!?") or folded[:1]
    if sign in _SIGNS:
        return None if sign in owned else _SIGNS[sign]
    words = words_of(text)
    if not words or len(words) > _MAX_WORDS:
        return None
    return _phrase(text, words) or _one_word(without_courtesy(words), owned)


def _slash(folded: str) -> Universal | None:
    command = folded.split()[0].partition("@")[0]
    return _SLASHES.get(command)


def _has_no_marks(text: str) -> bool:
    return clean(text).isascii()


def _slash_with_marks(text: str) -> Universal | None:
    """Read a command typed with marks: "/hủy", "/dừng" act, "/đúng" does not."""
    words = words_of(text)
    return _one_word(words, frozenset()) or _phrase(text, words) if words else None


def _phrase(text: str, words: tuple[Word, ...]) -> Universal | None:
    if len(words) < 2:
        return None
    for typed in (words, without_courtesy(words), *map(words_of, unfold_typing(text))):
        for phrase, meaning in _BY_WORDS:
            if may_all_mean(typed, phrase):
                return meaning
    return None


def _one_word(words: tuple[Word, ...], owned: AbstractSet[str]) -> Universal | None:
    if len(words) != 1:
        return None
    for full, spelled, meaning in _BY_TONED:
        if words == full:
            return None if spelled in owned else meaning
    word = words[0]
    if word.marks or word.plain in owned:
        return None
    return Universal.UNSURE_STOP if word.plain == "dung" else _BARE.get(word.plain)
