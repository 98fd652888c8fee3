"""How remarks and points are said: as numbered lines, with where each of them stands."""

from collections.abc import Sequence
from typing import Final

from handlers import words
from handlers.flow import Turn
from handlers.points.remarks import Remark
from handlers.points.sheet import Sheet
from storage.points import PointInfo

_LINE: Final = 220
_NAMES: Final = 160


def remark_lines(remarks: Sequence[Remark]) -> list[str]:
    return [
        f"({number}) {one.whose}: {words.cut(one.text, _LINE)}"
        for number, one in enumerate(remarks, 1)
    ]


def point_lines(turn: Turn, sheet: Sheet, points: Sequence[PointInfo]) -> list[str]:
    return [
        f"({number}) {words.cut(text_of(turn, one), _LINE)}{_marked(marks(turn, sheet, one))}"
        for number, one in enumerate(points, 1)
    ]


def text_of(turn: Turn, point: PointInfo) -> str:
    """Its words; for a point whose words had to go, why there are none (P5)."""
    return point.text or turn.text_of("points.forgotten")


def _marked(found: Sequence[str]) -> str:
    return f" [{'; '.join(found)}]" if found else ""


def marks(turn: Turn, sheet: Sheet, point: PointInfo) -> list[str]:
    """Where it stands: changed since, put before UBND xã, decided."""
    found = [turn.text_of("points.mark_changed")] if sheet.is_changed(point) else []
    if point.decided_on:
        day = words.say_short_date(point.decided_on)
        found.append(turn.text_of("points.mark_decided", day=day))
    elif point.submitted_on:
        day = words.say_short_date(point.submitted_on)
        found.append(turn.text_of("points.mark_submitted", day=day))
    return found


def names(turn: Turn, whose: Sequence[str]) -> str:
    """As many names as a line has room for, and how many more there are."""
    shown, more = words.few_of(list(dict.fromkeys(whose)), _NAMES)
    return turn.text_of("points.and_more", names=shown, count=more) if more else shown
