"""Ending a deadline said in a sentence: "bỏ hạn nộp danh sách hội viên". Pure (N12)."""

import re
from typing import Final

from handlers import words
from handlers.reminding.deadlines.line import Line

_ENDS: Final = re.compile(
    r"(?:(?:da|xin|nho|em|toi|minh|hay|giup|tro ly|cho)[ ,]+)*"
    r"(?:bo|huy|xoa|go)(?: bo)? (?:cai |di )?han\b(?: (?:nop|gui|hoan thanh))?[ :]*(?P<what>.*)"
)
_QUESTION: Final = re.compile(r"\?|\b(?:khong|chua|sao|the nao|khi nao)\b")
_OF_NO_MEANING: Final = frozenset(
    ["cua", "cac", "cho", "nay", "do", "di", "nhe", "a", "roi", "thoi"]
)


def ended(text: str) -> str | None:
    """The folded words of what shall have no deadline any more; None if that is not said."""
    line = Line.of(text)
    found = _ENDS.fullmatch(line.plain.strip(" .!"))
    return None if found is None or _QUESTION.search(line.plain) else found["what"].strip()


def means(said: str, name: str) -> bool:
    """Whether these words are of that name: none of them stands besides it."""
    wanted = [word for word in said.split() if word not in _OF_NO_MEANING]
    there = words.fold(name).split()
    return bool(wanted) and all(word in there for word in wanted)
