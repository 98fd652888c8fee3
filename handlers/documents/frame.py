"""What every picture of figures has around its bars: the head, the names, those apart, the foot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from handlers.documents.canvas import BAND, INK, PAPER, QUIET, WIDTH, Canvas, Type, cut, wrapped
from handlers.documents.contents import About
from handlers.documents.letters import drawable

MARGIN: Final = 40
LEFT: Final = MARGIN
RIGHT: Final = WIDTH - MARGIN
GAP: Final = 28
SMALL: Final = Type("Regular", 24)
_ROOM: Final = RIGHT - LEFT
_SAMPLE: Final = Type("ExtraBold", 30)
_TITLE: Final = Type("Bold", 46)
_PERIOD: Final = Type("SemiBold", 34)
_TOTAL: Final = Type("SemiBold", 32)
_PLAIN: Final = Type("Regular", 28)
_HEADING: Final = Type("Bold", 30)
_FOOT: Final = Type("Regular", 26)
_NAME: Final = Type("SemiBold", 30)
_LONG_NAME: Final = Type("SemiBold", 26)
_WIDEST_NAME: Final = 370
_SENTENCE: Final = 400  # letters
_LONGEST_NAME: Final = 120  # letters


def head(canvas: Canvas, about: About) -> float:
    """Sample mark, figure, place and period, the whole; returns where the bars begin."""
    top: float = MARGIN
    if about.sample:
        top = _sample(canvas, top, drawable(about.sample, at_most=_SENTENCE))
    top = paragraph(canvas, top, about.title, _TITLE)
    where = ", ".join(text for text in (about.place, about.period) if text)
    top = paragraph(canvas, top + 4, where[:1].upper() + where[1:], _PERIOD, ink=QUIET)
    if about.total:
        top = _total(canvas, top + 14, about.total)
    return top + GAP


def _sample(canvas: Canvas, top: float, words: str) -> float:
    """White on black, the whole width: it stays in any cut-out of the picture's top."""
    canvas.box(LEFT, top, _ROOM, _SAMPLE.line + 12, fill=INK)
    mark = cut(words, _SAMPLE, _ROOM - 40)
    canvas.text(WIDTH / 2, top + 6, mark, _SAMPLE, ink=PAPER, align="center")
    return top + _SAMPLE.line + 12 + 20


def _total(canvas: Canvas, top: float, words: str) -> float:
    lines = wrapped(drawable(words, at_most=_SENTENCE), _TOTAL, _ROOM - 40)
    height = len(lines) * _TOTAL.line + 24
    canvas.box(LEFT, top, _ROOM, height, fill=BAND)
    canvas.lines(LEFT + 20, top + 12, lines, _TOTAL)
    return top + height


def sentence(canvas: Canvas, top: float, words: str) -> float:
    return paragraph(canvas, top, words, _TOTAL) + GAP


def apart(canvas: Canvas, top: float, rows: Iterable[tuple[str, str, str]]) -> float:
    """Hamlets without a bar: (name, what is said of it, why), by reason, never drawn as 0."""
    reasons: dict[str, list[str]] = {}
    for name, says, why in rows:
        reasons.setdefault(why, []).append(f"{name} ({says})" if says else name)
    for why, names in reasons.items():
        listed = drawable(", ".join(names), at_most=(_LONGEST_NAME + 2) * len(names))
        if why:
            top = paragraph(canvas, top, f"{why}:", _HEADING)
        top = canvas.lines(LEFT, top, wrapped(listed, _PLAIN, _ROOM), _PLAIN) + GAP / 2
    return top


def foot(canvas: Canvas, top: float, about: About) -> float:
    """A line, the definition and the moment; returns the height of the picture."""
    top += 8
    canvas.box(LEFT, top, _ROOM, 2, fill=INK)
    top += 14
    for words in filter(None, (about.definition, about.moment)):
        top = paragraph(canvas, top, words, _FOOT, ink=QUIET)
    return top + MARGIN - 8


def paragraph(canvas: Canvas, top: float, words: str, kind: Type, *, ink: str = INK) -> float:
    """As many lines as it takes; returns where the next begins."""
    lines = wrapped(drawable(words, at_most=_SENTENCE), kind, _ROOM)
    return canvas.lines(LEFT, top, lines, kind, ink=ink)


@dataclass(frozen=True, slots=True)
class Names:
    """A column of names as wide as they need, up to a third; longer ones take more lines.

    Nothing is cut: two hamlets of one name often differ at its end ("Xóm 3 - xã cũ A").
    """

    width: float
    _kind: Type
    _least: int
    _lines: tuple[list[str], ...]

    @classmethod
    def of(cls, names: Sequence[str], *, least: int) -> Self:
        shown = [drawable(name, at_most=_LONGEST_NAME) for name in names]
        is_short = all(_NAME.width(name) <= _WIDEST_NAME for name in shown)
        kind = _NAME if is_short else _LONG_NAME
        lines = tuple(wrapped(name, kind, _WIDEST_NAME) for name in shown)
        width = max(kind.width(line) for name in lines for line in name)
        return cls(width, kind, least, lines)

    def draw(self, canvas: Canvas, top: float, number: int) -> int:
        """The name of one row in its middle; returns the row's height."""
        lines = self._lines[number]
        height = max(self._least, len(lines) * self._kind.line + 12)
        canvas.lines(LEFT, top + (height - len(lines) * self._kind.line) / 2, lines, self._kind)
        return height
