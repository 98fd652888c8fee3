"""Columns over months or weeks, each with its value above, as many values as there is room for."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from handlers.documents import frame
from handlers.documents.canvas import BAR, INK, PAPER, QUIET, Canvas, Type
from handlers.documents.contents import Series, Time
from handlers.documents.frame import GAP, LEFT, RIGHT
from handlers.documents.letters import drawable

_HEADING: Final = Type("Bold", 32)
_VALUES: Final = (Type("Bold", 30), Type("Bold", 26), Type("Bold", 24))
_TIME: Final = Type("Regular", 26)
_TALL: Final = 330
_WIDEST: Final = 84
_APART: Final = 8
_LONGEST: Final = 16  # letters of a value or a time
_UNKNOWN: Final = "–"


def columns(canvas: Canvas, top: float, times: Sequence[Time], series: Series) -> float:
    """One figure: its name, its columns, the times below; returns where the next begins."""
    if series.name:
        top = frame.paragraph(canvas, top, series.name, _HEADING) + 8
    says = [_said(value, text) for value, text in zip(series.values, series.says, strict=True)]
    kind = _value_type(says)
    ground = top + kind.line + _TALL
    most = max((value or 0 for value in series.values), default=0) or 1
    heights = [_TALL * (value or 0) / most for value in series.values]
    for n, (time, height) in enumerate(zip(times, heights, strict=True)):
        _column(canvas, _middle(n, len(times)), ground, height, len(times), time)
    for n in _with_room(says, kind, _first_to_say(series.values)):
        canvas.text(_left(n, says, kind), ground - heights[n] - kind.line, says[n], kind)
    canvas.box(LEFT, ground, RIGHT - LEFT, 3, fill=INK)
    return _times(canvas, ground + 8, times) + GAP


def _said(value: float | None, text: str) -> str:
    return drawable(text, at_most=_LONGEST) or ("" if value is not None else _UNKNOWN)


def _middle(number: int, count: int) -> float:
    return LEFT + (RIGHT - LEFT) * (number + 0.5) / count


def _left(number: int, says: Sequence[str], kind: Type) -> float:
    """Where one of the texts begins: around its middle, but inside the margins."""
    width = kind.width(says[number])
    return min(max(LEFT, _middle(number, len(says)) - width / 2), RIGHT - width)


def _pitch(count: int) -> float:
    return (RIGHT - LEFT) / count


def _value_type(says: Sequence[str]) -> Type:
    """The largest in which every value fits above its own column; else the smallest."""
    room = _pitch(len(says)) - _APART
    fits = (kind for kind in _VALUES if all(kind.width(text) <= room for text in says))
    return next(fits, _VALUES[-1])


def _column(
    canvas: Canvas, middle: float, ground: float, height: float, count: int, time: Time
) -> None:
    """Hatched while its time is still running: it is no fall yet."""
    width = min(_WIDEST, 0.68 * _pitch(count))
    if not height:
        return
    left, top = middle - width / 2, ground - height
    if time.note:
        canvas.box(left, top, width, height, fill=PAPER, edge=BAR, hatch="/")
    else:
        canvas.box(left, top, width, height)


def _first_to_say(values: Sequence[float | None]) -> list[int]:
    """The last value, the highest, the first, then the others from the end."""
    last = len(values) - 1
    highest = max(range(len(values)), key=lambda n: (values[n] or 0, n))
    return list(dict.fromkeys((last, highest, 0, *range(last, -1, -1))))


def _with_room(says: Sequence[str], kind: Type, order: Iterable[int]) -> list[int]:
    """Those of the texts that can stand side by side, the first in `order` first."""
    taken: list[tuple[float, float]] = []
    chosen: list[int] = []
    for n in order:
        begins = _left(n, says, kind)
        ends = begins + kind.width(says[n]) + _APART
        if all(ends <= other or begins >= after for other, after in taken):
            taken.append((begins, ends))
            chosen.append(n)
    return chosen


def _times(canvas: Canvas, top: float, times: Sequence[Time]) -> float:
    names = [drawable(time.name, at_most=_LONGEST) for time in times]
    under = [drawable(time.under, at_most=_LONGEST) for time in times]
    for n in _with_room(names, _TIME, _stepping(names)):
        canvas.text(_left(n, names, _TIME), top, names[n], _TIME)
    if not any(under):
        return top + _TIME.line
    top += _TIME.line
    for n in _with_room(under, _TIME, (n for n, text in enumerate(under) if text)):
        canvas.text(_left(n, under, _TIME), top, under[n], _TIME, ink=QUIET)
    return top + _TIME.line


def _stepping(names: Sequence[str]) -> Iterable[int]:
    """Every time, or evenly every second, third... one, from the last back."""
    widest = max(_TIME.width(name) for name in names) + _APART
    return range(len(names) - 1, -1, -max(1, math.ceil(widest / _pitch(len(names)))))


def notes(canvas: Canvas, top: float, times: Iterable[Time]) -> float:
    """What is to be known about times that are not over."""
    said = " ".join(dict.fromkeys(time.note for time in times if time.note))
    return frame.sentence(canvas, top, said) if said else top
