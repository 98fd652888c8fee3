"""Figures as a picture for a phone and for grey paper: every value is written, nothing is colour.

Each function takes the JSON of a dataclass in `contents` and returns a PNG 1080 pixels wide,
no letter under 24 pixels.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from handlers.documents import frame, months
from handlers.documents.canvas import BAR, INK, PAPER, QUIET, Canvas, Type, cut, fitted
from handlers.documents.contents import Bar, Bars, Change, Improved, Trend
from handlers.documents.frame import LEFT, RIGHT, SMALL
from handlers.documents.letters import drawable

_GAP: Final = 16
_SAYS: Final = Type("Bold", 30)
_DETAIL: Final = Type("Regular", 26)
_BEFORE: Final = Type("Regular", 26)
_AFTER: Final = Type("SemiBold", 26)
_KEY: Final = 80
_MOST_LABEL: Final = 330
_THICK: Final = 36
_THIN: Final = 30
_ROW: Final = 54
_DOUBLE_ROW: Final = 92
_LONGEST: Final = 40
"""Letters of a value or of what stands behind it."""


def bars(data: Mapping[str, Any]) -> bytes:
    """One bar a hamlet (`contents.Bars`), those without a value named apart below."""
    shown = Bars.from_json(data)
    canvas = Canvas()
    top = frame.head(canvas, shown.about)
    known = [row for row in shown.rows if row.value is not None]
    if not shown.rows:
        top = frame.sentence(canvas, top, shown.nothing)
    if known:
        top = _bars(canvas, top, known)
    top = frame.apart(canvas, top, [(r.name, r.says, r.why) for r in shown.rows if r not in known])
    return canvas.png(frame.foot(canvas, top, shown.about))


def _bars(canvas: Canvas, top: float, rows: Sequence[Bar]) -> float:
    names = frame.Names.of([row.name for row in rows], least=_ROW)
    label = min(_MOST_LABEL, max(_label_width(row) for row in rows))
    begins = LEFT + names.width + _GAP
    room = RIGHT - begins - _GAP - label
    most = max(row.value or 0 for row in rows) or 1
    started = top
    for n, row in enumerate(rows):
        height = names.draw(canvas, top, n)
        middle = top + height / 2
        length = room * (row.value or 0) / most
        canvas.box(begins, middle - _THICK / 2, length, _THICK)
        _label(canvas, begins + length + _GAP, middle, row)
        top += height
    canvas.box(begins - 2, started, 3, top - started, fill=INK)
    return top + frame.GAP


def _label_width(row: Bar) -> float:
    says, detail = _short(row.says), _short(row.detail)
    width = _SAYS.width(says)
    return width + _GAP + _DETAIL.width(detail) if detail else width


def _label(canvas: Canvas, x: float, middle: float, row: Bar) -> None:
    kind = fitted(_short(row.says), _SAYS, _MOST_LABEL, least=SMALL.size)
    says = cut(_short(row.says), kind, _MOST_LABEL)
    canvas.text(x, middle - kind.line / 2, says, kind)
    before = kind.width(says) + _GAP
    detail = cut(_short(row.detail), _DETAIL, _MOST_LABEL - before)
    if detail:
        canvas.text(x + before, middle - _DETAIL.line / 2, detail, _DETAIL, ink=QUIET)


def _short(text: str) -> str:
    return drawable(text, at_most=_LONGEST)


def improved(data: Mapping[str, Any]) -> bytes:
    """Before and after for each hamlet (`contents.Improved`), and the difference in words."""
    shown = Improved.from_json(data)
    canvas = Canvas()
    top = frame.head(canvas, shown.about)
    known = [row for row in shown.rows if row.before is not None and row.after is not None]
    if not shown.rows:
        top = frame.sentence(canvas, top, shown.nothing)
    if known:
        top = _pairs(canvas, top, shown, known)
    apart = [(row.name, row.change, row.why) for row in shown.rows if row not in known]
    top = frame.apart(canvas, top, apart)
    return canvas.png(frame.foot(canvas, top, shown.about))


def _pairs(canvas: Canvas, top: float, shown: Improved, rows: Sequence[Change]) -> float:
    names = frame.Names.of([row.name for row in rows], least=_DOUBLE_ROW)
    change = min(_MOST_LABEL / 2, max(_SAYS.width(_short(row.change)) for row in rows))
    begins = LEFT + names.width + _GAP
    words = [_pair_words(shown, row) for row in rows]
    if max(map(_width, words)) > _MOST_LABEL:
        top = _key(canvas, top, shown)
        words = [(_short(row.before_says), _short(row.after_says)) for row in rows]
    label = min(_MOST_LABEL, max(map(_width, words)))
    room = RIGHT - change - 2 * _GAP - label - begins
    most = max(max(row.before or 0, row.after or 0) for row in rows) or 1
    started = top
    for n, row in enumerate(rows):
        height = names.draw(canvas, top, n)
        middle = top + height / 2
        before, after = (cut(text, _AFTER, label) for text in words[n])
        length = room * (row.before or 0) / most
        _thin_bar(canvas, begins, middle - _THIN - 2, length, before, fill=PAPER)
        length = room * (row.after or 0) / most
        _thin_bar(canvas, begins, middle + 2, length, after, fill=BAR)
        _change(canvas, middle, _short(row.change), change)
        top += height
    canvas.box(begins - 2, started, 3, top - started, fill=INK)
    return top + frame.GAP


def _change(canvas: Canvas, middle: float, words: str, room: float) -> None:
    kind = fitted(words, _SAYS, room, least=SMALL.size)
    canvas.text(RIGHT, middle - kind.line / 2, cut(words, kind, room), kind, align="right")


def _thin_bar(
    canvas: Canvas, x: float, top: float, length: float, words: str, *, fill: str
) -> None:
    """Empty or full, and what it is behind its end: grey paper shows both."""
    canvas.box(x, top, length, _THIN, fill=fill, edge=BAR)
    kind = _BEFORE if fill == PAPER else _AFTER
    canvas.text(x + length + _GAP, top + (_THIN - kind.line) / 2, words, kind)


def _key(canvas: Canvas, top: float, shown: Improved) -> float:
    """What the bars are, said once: for periods too long to be said at each bar."""
    for words, fill in ((shown.before, PAPER), (shown.after, BAR)):
        named = drawable(words, at_most=2 * _LONGEST)
        room = RIGHT - LEFT - _KEY - _GAP
        _thin_bar(canvas, LEFT, top, _KEY, cut(named, _AFTER, room), fill=fill)
        top += _THIN + 12
    return top + frame.GAP / 2


def _pair_words(shown: Improved, row: Change) -> tuple[str, str]:
    """For example "Tháng 10: 1,2%" and "Tháng 11: 3,6%": each bar says what it is."""
    return (
        _short(f"{shown.before}: {row.before_says}"),
        _short(f"{shown.after}: {row.after_says}"),
    )


def _width(pair: tuple[str, str]) -> float:
    return max(map(_AFTER.width, pair))


def trend(data: Mapping[str, Any]) -> bytes:
    """Columns over months or weeks (`contents.Trend`); two figures: one above the other."""
    shown = Trend.from_json(data)
    canvas = Canvas()
    top = frame.head(canvas, shown.about)
    if not shown.times:
        top = frame.sentence(canvas, top, shown.nothing)
    for series in shown.series if shown.times else ():
        top = months.columns(canvas, top, shown.times, series)
    top = months.notes(canvas, top, shown.times)
    return canvas.png(frame.foot(canvas, top, shown.about))
