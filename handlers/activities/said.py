"""Small readings of what is said around a record: lists of names, "bỏ trống"."""

import re
from typing import Final

from handlers import words

_BETWEEN: Final = re.compile(r"[,;+&/\n]|(?<!\w)(?:và|va|với|voi|cùng|cung)(?!\w)", re.IGNORECASE)
_BEFORE: Final = re.compile(
    r"(?:(?:có|co|phối hợp|phoi hop|làm|lam|chung|kết hợp|ket hop) +)+", re.IGNORECASE
)
_EMPTY: Final = frozenset({"bo trong", "khong", "khong co", "de trong", "bo qua", "bo"})


def names_in(text: str) -> list[str]:
    """The single names of "phối hợp với Hội Phụ nữ, xóm 6 và Đoàn thanh niên"; at least one."""
    parts = [_BEFORE.sub("", part.strip() + " ").strip(" .") for part in _BETWEEN.split(text)]
    return [part for part in parts if part] or [text]


def is_left_empty(text: str) -> bool:
    return words.fold(text) in _EMPTY
