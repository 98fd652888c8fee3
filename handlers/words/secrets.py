"""Hiding identity numbers, bank cards, codes and passwords before a text is stored (T34)."""

import re
import unicodedata
from collections.abc import Iterator

from handlers.words.text import clean, fold

_MASK = "[đã che]"
_CONNECTED = (
    r"(?: (?:la|so|cua|toi|em|minh|chau|me|vua|nhan|duoc|nay|day|ve|gui)\b)*"  # "otp của tôi là"
    r"[ :=\-–\"'“]*"
)
_NOT_A_COUNT = (
    r"(?![\d%/]| ?(?:nguoi|ng\b|ho\b|luot|buoi|ba con|hoc vien|thanh vien|lop|cau|bai|thang|nam\b|"
    r"gio|phut|tai khoan|trieu|nghin))"
)
_CODE_WORDS = r"\b(?:otp|ma (?:so )?(?:xac (?:nhan|thuc|minh)|bao mat|pin|kich hoat))\b"
_ALONE = r"(?<![\d+])(?<!\d[ .,\-])"
_END = r"(?![ .,\-]?\d)"

# Each has a group "hide". All run on a copy of the text without marks, character for character.
_PATTERNS = [
    re.compile(
        rf"{_ALONE}(?P<hide>\d{{12}}|0\d\d(?P<a>[ .-])\d{{3}}(?P=a)\d{{3}}(?P=a)\d{{3}}|"
        rf"\d{{4}}(?P<b>[ .-])\d{{4}}(?P=b)\d{{4}}){_END}"
    ),
    re.compile(rf"\b(?:cmnd|cmt|chung minh(?: nhan dan| thu)?){_CONNECTED}(?P<hide>\d{{9}})(?!\d)"),
    re.compile(
        rf"{_CODE_WORDS}{_CONNECTED}"
        rf"(?P<hide>\d{{2,3}}(?: \d{{2,3}}){{1,3}}(?!\d)|\d{{4,8}}){_NOT_A_COUNT}"
    ),
    re.compile(rf"(?<!\d)(?P<hide>\d{{4,8}}) (?:do )?(?:chinh )?la (?:cai )?(?:ma )?{_CODE_WORDS}"),
    re.compile(rf"\b(?:cvv|cvc)2?{_CONNECTED}(?P<hide>\d{{3,4}})(?!\d)"),
    re.compile(
        r"\b(?:mat khau|password|pass|mk)\b(?: (?:cua|toi|em|minh|vneid|zalo)\b)*"
        rf"(?: la |[ ]?[:=])[ \"'“]*(?P<hide>(?=[^\s]*[\d@#$&*_])[^\s\[]{{4,}}){_NOT_A_COUNT}"
    ),
]
_CARD = re.compile(
    rf"{_ALONE}(?P<hide>\d{{4}}(?P<a>[ -]?)\d{{4}}(?P=a)\d{{4}}(?P=a)\d{{4}}"
    rf"(?:(?P=a)\d{{3}})?){_END}"
)


def looks_secret(text: str) -> bool:
    """True when `mask_secrets` would hide something."""
    return any(True for _ in _secrets(_flat(clean(text))))


def mask_secrets(text: str) -> str:
    """The cleaned text with every secret replaced by "[đã che]"; idempotent.

    Hidden: identity numbers (12 digits, 9 after "CMND"), cards (16 or 19 digits with a right check
    digit), codes and passwords beside their word. Telephone numbers and counts stay.
    """
    shown = clean(text)
    for start, end in sorted(_secrets(_flat(shown)), reverse=True):
        shown = shown[:start] + _MASK + shown[end:]
    return shown


def _secrets(flat: str) -> Iterator[tuple[int, int]]:
    """Spans, none inside another."""
    found = [match.span("hide") for pattern in _PATTERNS for match in pattern.finditer(flat)]
    found += [m.span("hide") for m in _CARD.finditer(flat) if _is_card(m["hide"])]
    last = -1
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= last:
            yield start, end
            last = end


def _is_card(typed: str) -> bool:
    """Luhn's check digit."""
    digits = [int(char) for char in reversed(typed) if char.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _flat(text: str) -> str:
    """Folded character by character, so that places stay the same."""
    return text.lower() if text.isascii() else "".join(map(_flat_char, text))


def _flat_char(char: str) -> str:
    if char < "\x80":
        return char.lower()
    if unicodedata.category(char)[0] in "LN":
        return fold(char)[:1] or char
    return char
