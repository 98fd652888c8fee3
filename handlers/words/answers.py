"""Yes or no (N13)."""

import re

from handlers.words.text import Word, clean, may_all_mean, without_courtesy, words_of

_MAX_ANSWER = 120
_YES = (
    "có", "có chứ", "có rồi", "ok", "oke", "okie", "okay", "oki", "okê", "ô kê", "ừ", "ừm", "uh",
    "uhm", "uk", "um", "đúng", "đúng rồi", "đúng vậy", "đúng thế", "chính xác", "chuẩn", "phải",
    "phải rồi", "vâng", "dạ", "được", "được rồi", "được chứ", "đc", "dc", "đồng ý", "nhất trí",
    "tất nhiên", "chắc chắn", "chắc rồi", "rồi", "yes", "yep", "đúng là",
)  # fmt: skip
_NO = (
    "không", "ko", "k", "kh", "kg", "khg", "hông", "hong", "hok", "hk", "chưa", "sai", "sai rồi",
    "chẳng", "không phải", "không đâu", "ko đâu", "khỏi", "không cần", "ko cần", "no", "nope",
)  # fmt: skip
_YES_SIGNS = frozenset("👍👌✅🆗✔")
_NO_SIGNS = frozenset("👎❌🚫✖🙅")
_SIGNS = _YES_SIGNS | _NO_SIGNS
_PARTS = re.compile(r"[.,;!\n]")


def _phrases() -> list[tuple[tuple[Word, ...], bool]]:
    said = [(words_of(text), True) for text in _YES] + [(words_of(text), False) for text in _NO]
    return sorted(said, key=lambda phrase: len(phrase[0]), reverse=True)


_PHRASES = _phrases()


def read_yes_no(text: str) -> bool | None:
    """Read an answer while a yes/no question is open; None = neither, both, or a question back.

    Marks may be missing ("dung" is "đúng"), but not different ("dừng", "vàng" are no answers).
    """
    text = clean(text)
    if len(text) > _MAX_ANSWER or "?" in text:
        return None
    said: set[bool | None] = {sign in _YES_SIGNS for sign in text if sign in _SIGNS}
    for part in _PARTS.split(text):
        if words := _without_thanks(words_of(part)):
            said.add(_read_part(words))
    return said.pop() if len(said) == 1 else None


def _without_thanks(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Drop "cảm ơn" and what follows it: "có, cảm ơn nhé"."""
    plains = [word.plain for word in words]
    thanks = (n for n in range(len(words) - 1) if plains[n : n + 2] == ["cam", "on"])
    return words[: next(thanks, len(words))]


def _read_part(words: tuple[Word, ...]) -> bool | None:
    """One part between commas: "dạ đúng rồi ạ" is True, "không đúng" False, "có không" None."""
    rest, found = without_courtesy(words), []
    while rest:
        for phrase, meaning in _PHRASES:
            if may_all_mean(rest[: len(phrase)], phrase):
                found.append((phrase, meaning))
                rest = rest[len(phrase) :]
                break
        else:
            return None
    meanings = [meaning for _, meaning in found]
    if len(set(found)) == 1 or all(meanings):
        return meanings[0]
    is_denied = not meanings[0] and all(meanings[1:])  # "không đúng"; but "đúng không" is asked
    return False if is_denied else None
