"""How a Vietnamese sentence for an old, unhurried reader is measured: the tools of every text lint.

Used by `checker.py` for lessons and by the lint of the text catalogue. A *word* here is what
stands between two spaces and has a letter or digit, so "điện thoại" is two: our 20-word
sentence is about 13 words of a dictionary. A *sentence* ends at . ! ? … or at the end of a line.
"""

import re
import unicodedata
from collections.abc import Iterator

from lessons.wording import forbidden, foreign

MAX_WORDS = 20

_END = re.compile(r"[.!?…]+[”\"’')\]]*(\s+)")
_ABBREVIATIONS = frozenset({"tp", "ths", "ts", "bs"})
_LIST_NUMBER = re.compile(r"\s*\(?\w{1,2}")
_INVISIBLE = re.compile(
    r"[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_EMOJI = re.compile(r"[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_MARKUP = re.compile(r"\*\*|__|</?\w+>|^#+ |^\s*\||`", re.MULTILINE)


def pieces(line: str) -> Iterator[str]:
    """Cut one line into its sentences; joined again they are the line, blanks included."""
    start = 0
    for end in _END.finditer(line):
        if _is_sentence_end(line, start, end):
            yield line[start : end.end()]
            start = end.end()
    if start < len(line):
        yield line[start:]


def _is_sentence_end(line: str, start: int, end: re.Match[str]) -> bool:
    before, after = line[start : end.start()], line[end.end() :]
    if not after or after[0].islower():
        return False
    if line[end.start()] == "." and _LIST_NUMBER.fullmatch(before):
        return False  # "1. Mở Zalo": the number belongs to what follows
    return before.rpartition(" ")[2].casefold() not in _ABBREVIATIONS


def sentences(text: str) -> list[str]:
    """All sentences of a text, trimmed; a line break always ends one."""
    cut = (piece.strip() for line in text.split("\n") for piece in pieces(line))
    return [piece for piece in cut if piece]


def words(sentence: str) -> list[str]:
    return [token for token in sentence.split() if any(char.isalnum() for char in token)]


def long_sentences(text: str, *, most: int = MAX_WORDS) -> list[str]:
    return [sentence for sentence in sentences(text) if len(words(sentence)) > most]


def fold(text: str) -> str:
    """Lower case without tones, only letters and digits, single blanks: for comparing sentences."""
    apart = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", plain))


# What a reader could call, open or look up.
_VARIABLE = re.compile(r"\{\w+\}")
_LINK = re.compile(
    r"(?:https?://)?(?<![\w.@-])(?:[\w-]+\.)+(?:vn|com|net|org|info|me|io|gov|edu|xyz|top|app|cc|ly)\b(?:/[\w./?=&%-]*\w)?",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?<!\w)\.gov\.vn\b")
_DOCUMENT = re.compile(r"\b\d+(?:/\d{4})?/[A-ZĐ]{2,}[\w-]*|\b\d+-[A-ZĐ]{2,}/[A-ZĐ]+")
_DATE = re.compile(
    r"\b\d{1,2}/\d{1,2}(?:/\d{4})?\b|\b(?:năm|tháng \d{1,2}/) ?\d{4}\b", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"\d[\d.,]* ?(?:%|(?:đồng|đ|nghìn|ngàn|triệu|tỷ|người|tuổi|tin|lượt|hộ|phút|giây|giờ|ngày|"
    r"chữ|ký|cân|kg|km|lần|xóm|xã|tỉnh)\b)"
)
_NUMBER = re.compile(r"(?<![\w/.,-])\+?\d(?:[ .]?\d)+|(?<=/)\d{3,}")


def links(text: str) -> list[str]:
    """Addresses, and the ending by which the State's are known."""
    found = [*_LINK.findall(text), *_ENDING.findall(text)]
    return [match.removeprefix("https://").removeprefix("http://") for match in found]


def documents(text: str) -> list[str]:
    """Numbers of official papers: "69/2024/NĐ-CP", "57-NQ/TW"."""
    return _DOCUMENT.findall(text)


def numbers_to_call(text: str) -> list[str]:
    """Digits that a reader could dial or text, without blanks and dots.

    Everything of three digits and more that is not an amount with its unit, a date or a paper.
    """
    for rule in (_LINK, _DOCUMENT, _DATE, _AMOUNT):
        text = rule.sub(" x ", text)
    numbers = (re.sub(r"[ .]", "", match) for match in _NUMBER.findall(text))
    return [number for number in numbers if len(number) >= 3]


def plain(text: str) -> str:
    """Give the text without variables, links and numbers of papers: what is left is words."""
    for rule in (_VARIABLE, _DOCUMENT, _LINK, _ENDING):
        text = rule.sub(" ", text)
    return text


def emoji_count(text: str) -> int:
    return len(_EMOJI.findall(text))


def complaints(text: str, *, most_words: int = MAX_WORDS) -> list[str]:
    """Everything about one text that needs no knowledge of where it stands (U1, U2, U15)."""
    found = [
        f"{len(words(s))} words, at most {most_words}: {s}"
        for s in long_sentences(text, most=most_words)
    ]
    found += [f"forbidden: {what}" for what in forbidden(text)]
    found += [f"foreign word: {what}" for what in foreign(plain(text))]
    if not unicodedata.is_normalized("NFC", text):
        found.append("not NFC")
    if _INVISIBLE.search(text):
        found.append("an invisible character")
    if emoji_count(text) > 1:
        found.append("more than one emoji")
    if match := _MARKUP.search(text):
        found.append(f"markup is not shown in chat: {match[0]!r}")
    return found
