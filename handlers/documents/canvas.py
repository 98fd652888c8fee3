"""A picture drawn from the top down in pixels: words in our own font, boxes, and PNG bytes.

Only for the worker process: matplotlib takes most of a second to import.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from handlers.documents.letters import BREAK, font_file

WIDTH: Final = 1080
INK: Final = "#1b1b1b"
QUIET: Final = "#454545"
PAPER: Final = "#ffffff"
BAND: Final = "#ececec"
BAR: Final = "#1f4e79"
_PIXELS: Final = 72  # dots an inch: then a point is a pixel
_LINE: Final = 1.36  # of the size: two marks above a capital, as in "Ễ", still fit
_ABOVE: Final = 1.06  # of the size, from a line's top to its baseline
_SPACE: Final = 0.28  # of the size: the font's own is too narrow behind the horn of "ừ" and "ở"
_COLOURS: Final = 32  # of the palette: a third of the bytes, and nobody sees it
_EFFORT: Final = 6  # of 9: the last tenth of the bytes would take twice the time


@dataclass(frozen=True, slots=True)
class Type:
    """A weight and a size in pixels."""

    weight: str
    size: int

    @property
    def line(self) -> int:
        return round(_LINE * self.size)

    @property
    def space(self) -> float:
        return _SPACE * self.size

    def width(self, words: str) -> float:
        inside = words.replace(BREAK, "").split(" ")
        return sum(_width(self, word) for word in inside) + self.space * (len(inside) - 1)


@cache
def _face(kind: Type) -> FT2Font:
    face = FT2Font(font_file(kind.weight))
    face.set_size(kind.size, _PIXELS)
    return face


@cache
def _width(kind: Type, word: str) -> float:
    face = _face(kind)
    face.set_text(word, 0, flags=LoadFlags.NO_HINTING)
    return face.get_width_height()[0] / 64


def wrapped(words: str, kind: Type, room: float) -> list[str]:
    """Lines no wider than `room`, broken at spaces and inside words of more than 20 letters."""
    lines = [""]
    for gap, piece in _pieces(words):
        longer = lines[-1] + gap + piece if lines[-1] else piece
        if kind.width(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _pieces(words: str) -> Iterator[tuple[str, str]]:
    for word in words.split(" "):
        for n, piece in enumerate(word.split(BREAK)):
            yield ("" if n else " "), piece


def fitted(words: str, kind: Type, room: float, *, least: int) -> Type:
    """The largest type, from `kind` down to `least` pixels, in which the words take one line."""
    for size in range(kind.size, least, -2):
        smaller = Type(kind.weight, size)
        if smaller.width(words) <= room:
            return smaller
    return Type(kind.weight, least)


def cut(words: str, kind: Type, room: float) -> str:
    """The words, or as much of their beginning as there is room for, and "…"."""
    if kind.width(words) <= room:
        return words
    for end in range(len(words) - 1, 0, -1):
        if kind.width(f"{words[:end]}…") <= room:
            return f"{words[:end]}…"
    return ""


class Canvas:
    """White paper, 1080 pixels wide; y counts downwards, the height is known at the end."""

    def __init__(self) -> None:
        self._figure = Figure(dpi=_PIXELS, facecolor=PAPER)
        self._down = Affine2D()

    def text(
        self,
        x: float,
        top: float,
        words: str,
        kind: Type,
        *,
        ink: str = INK,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """One line, `kind.line` pixels high from `top`. "$" is a letter like others."""
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * kind.width(words)
        baseline = round(top + _ABOVE * kind.size)
        for word in words.replace(BREAK, "").split(" "):
            self._word(x, baseline, word, kind, ink)
            x += kind.width(word) + kind.space

    def _word(self, x: float, baseline: int, word: str, kind: Type, ink: str) -> None:
        self._figure.add_artist(
            Text(
                x,
                baseline,
                word,
                color=ink,
                fontproperties=FontProperties(fname=font_file(kind.weight), size=kind.size),
                verticalalignment="baseline",
                parse_math=False,
                transform=self._down,
            )
        )

    def lines(
        self, x: float, top: float, lines: Sequence[str], kind: Type, *, ink: str = INK
    ) -> float:
        """Some lines, left; returns where the next begins."""
        for line in lines:
            self.text(x, top, line, kind, ink=ink)
            top += kind.line
        return top

    def box(
        self,
        x: float,
        top: float,
        width: float,
        height: float,
        *,
        fill: str = BAR,
        edge: str | None = None,
        hatch: str | None = None,
    ) -> None:
        self._figure.add_artist(
            Rectangle(
                (x, top),
                width,
                height,
                facecolor=fill,
                edgecolor=edge or fill,
                linewidth=2 if edge else 0,
                hatch=hatch,
                transform=self._down,
            )
        )

    def png(self, height: float) -> bytes:
        """Equal drawings give equal bytes."""
        self._figure.set_size_inches(WIDTH / _PIXELS, round(height) / _PIXELS)
        self._down.clear().scale(1, -1).translate(0, round(height))
        drawn = io.BytesIO()
        self._figure.savefig(drawn, format="rgba", dpi=_PIXELS)
        picture = Image.frombytes("RGBA", (WIDTH, round(height)), drawn.getvalue())
        out = io.BytesIO()
        picture.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        ).save(out, "PNG", compress_level=_EFFORT)
        return out.getvalue()
