"""Taking back what was sent by mistake: it names nothing, and no guess is made from it (N12)."""

import re

from handlers.words.text import words_of

_MAX_WORDS = 12
_WHO = r"(?:(?:xin loi|a|o|oi|thoi|chet|toi|em|minh|chau|con|bac|ba|ong|lai|vua|lo|bi|da) )*"
_WRONG = r"(?:(?:nhan|bam|an|gui|go|chon|danh|nhap|doc) )?(?:nham|lon|lo tay)"
_WHAT = r"(?: (?:so|tin|chu|nut|cau|cho|nguoi|phim|may))?"
_AFTER = r"(?: (?:roi|mat|day|a|nhe|nha|chau|em|can bo|xin loi|thong cam|bo qua|thoi))*"
_SLIP = re.compile(f"{_WHO}{_WRONG}{_WHAT}{_AFTER}")


def looks_slipped(text: str) -> bool:
    """True for "nhắn nhầm", "nhầm số rồi"; not for "nhầm xóm", which says what is wrong."""
    return bool(_SLIP.fullmatch(" ".join(word.plain for word in words_of(text)[:_MAX_WORDS])))
