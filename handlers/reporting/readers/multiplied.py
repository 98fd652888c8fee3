"""Figures that are multiplied: "3x30 lượt", "3 buổi x 30 lượt" (N2): the product is only asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.reporting.readers.clauses import is_count
from handlers.reporting.readers.pieces import Figure, Piece, Shape
from handlers.words.text import listed

_SIGNS: Final = ("x", "X", "×", "*", "nhân")
_HELD: Final = listed("buoi lop lan dot toi b")
_CAME: Final = listed("luot nguoi cu em ba hoc lan l")


def with_multiplied(pieces: Sequence[Piece]) -> list[Piece]:
    """The row with "3x30" as one figure to be asked, and the sign of "3 buổi x 30" as "mỗi"."""
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        behind = pieces[place + 1 : place + 3]
        if piece.raw not in _SIGNS or not behind or not found or not is_count(behind[0].figure):
            found.append(piece)
        elif is_count(found[-1].figure):
            found[-1] = _product(found[-1], behind[0])
            place += 1
        elif _is_each(found, behind):
            found += [
                Piece("moi", piece.start, piece.end, "mỗi"),
                Piece("buoi", piece.start, piece.end, "buổi"),
            ]
        else:
            found.append(piece)
        place += 1
    return found


def _is_each(found: Sequence[Piece], behind: Sequence[Piece]) -> bool:
    is_held = found[-1].form in _HELD and any(is_count(one.figure) for one in found[-2:-1])
    return is_held and len(behind) > 1 and behind[1].form in _CAME


def _product(one: Piece, other: Piece) -> Piece:
    """Both as one figure: what they make together, or what each was."""
    values = [piece.figure.values[0] for piece in (one, other) if piece.figure is not None]
    figure = Figure(Shape.COUNT, (values[0] * values[-1], values[-1]), is_loose=True)
    return replace(one, end=other.end, figure=figure)
