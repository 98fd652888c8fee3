"""Lists of remarks and points as messages: numbered lines, a page at a time."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing, in_messages
from handlers.points.remarks import Remark
from handlers.points.sheet import Sheet
from handlers.words import fold
from storage.points import PointInfo

_MORE: Final = frozenset({"xem tiep", "tiep", "tiep theo", "trang sau", "them", "xem them"})
_DONE: Final = frozenset({"xong", "xong roi", "da xong", "het roi", "du roi"})
_PAGE: Final = 1_400
"""Letters of a list that are sent at once."""
_LINE: Final = 220
_NAMES: Final = 160


def wants_more(text: str) -> bool:
    """Whether the next page is asked for: "xem tiếp"."""
    return fold(text) in _MORE


def is_done(text: str) -> bool:
    """Whether nothing more is wanted of a list: "xong"."""
    return fold(text) in _DONE


def cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[:letters].rstrip()}…"


def page(lines: Sequence[str], *, start: int) -> tuple[list[Outgoing], int]:
    """So many lines from `start` on, and where the next page begins (0 = no more)."""
    shown: list[str] = []
    length = 0
    for line in lines[start:]:
        length += len(line) + 1
        if shown and length > _PAGE:
            break
        shown.append(line)
    after = start + len(shown)
    return in_messages(shown), after if after < len(lines) else 0


def remark_lines(remarks: Sequence[Remark]) -> list[str]:
    return [
        f"({number}) {one.whose}: {cut(one.text, _LINE)}" for number, one in enumerate(remarks, 1)
    ]


def point_lines(turn: Turn, sheet: Sheet, points: Sequence[PointInfo]) -> list[str]:
    return [
        f"({number}) {cut(text_of(turn, one), _LINE)}{_marks(turn, sheet, one)}"
        for number, one in enumerate(points, 1)
    ]


def text_of(turn: Turn, point: PointInfo) -> str:
    """Its words; for a point whose words had to go, why there are none (P5)."""
    return point.text or turn.text_of("points.forgotten")


def _marks(turn: Turn, sheet: Sheet, point: PointInfo) -> str:
    """Where it stands: changed since, put before UBND xã, decided."""
    marks = [turn.text_of("points.mark_changed")] if sheet.is_changed(point) else []
    if point.decided_on:
        marks.append(turn.text_of("points.mark_decided", day=short(point.decided_on)))
    elif point.submitted_on:
        marks.append(turn.text_of("points.mark_submitted", day=short(point.submitted_on)))
    return f" [{'; '.join(marks)}]" if marks else ""


def short(day: date) -> str:
    """Say a stored day without its weekday: "14/12/2026"."""
    return f"{day.day}/{day.month}/{day.year}"


def names(turn: Turn, whose: Sequence[str]) -> str:
    """As many names as a line has room for, and how many more there are."""
    shown = list(dict.fromkeys(whose))
    while len(", ".join(shown)) > _NAMES:
        shown.pop()
    more = len(set(whose)) - len(shown)
    said = ", ".join(shown)
    return turn.text_of("points.and_more", names=said, count=more) if more else said
