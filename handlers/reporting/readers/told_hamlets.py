"""Shares told for one hamlet after the other: "Xóm 5: 301/420" (the holder's figures)."""

from collections.abc import Mapping
from typing import Final

from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.pieces import Piece, Shape
from handlers.reporting.readers.told import Said, Unread
from handlers.reporting.readers.told_units import UNIT, WHOLE
from handlers.words.text import listed

KEY: Final = "vneid_by_hamlet"
_NUMBERED: Final = listed("ngay hom tu từ")


def told_by_hamlet(
    clause: Clause, codes: Mapping[int, tuple[str, ...]], *, is_topic: bool, is_whole: bool
) -> tuple[list[Said], list[Unread], list[Piece]]:
    """What is told for hamlets, what for one that does not exist, and the figures taken.

    `is_topic`: whether the message says that it speaks of level 2; `is_whole`: it names no hamlet.
    """
    said: list[Said] = []
    unread: list[Unread] = []
    taken: list[Piece] = []
    named: Piece | None = None
    for place, piece in enumerate(clause.pieces):
        if piece.form in (UNIT, WHOLE):
            named = piece
        figure = piece.figure
        before = clause.pieces[place - 1].form if place else ""
        if figure is None or figure.shape is not Shape.SHARE or before in _NUMBERED:
            continue
        taken.append(piece)
        if (
            named is None
            and not is_whole
            and "SUM" in clause.forms[:place]
            and "LEVEL2" not in clause.forms
        ):
            unread.append(Unread(clause.pieces[0].start, piece.end))
            continue
        start = named.start if named is not None else piece.start
        part, whole = figure.values
        pair = [part, whole] if part <= whole else [whole, part]
        meant = _codes(named, codes)
        if not meant:
            unread.append(Unread(start, piece.end))
            continue
        is_named = named is not None or (is_whole and "LEVEL2" in clause.forms)
        is_sure = len(meant) == 1 and part <= whole and is_topic and is_named
        is_sure = is_sure and not figure.is_loose
        values = tuple({code: pair} for code in meant)
        said.append(
            Said((KEY,), values, start, piece.end, is_sure=is_sure, is_about=figure.is_about)
        )
        named = None
    return said, unread, taken


def _codes(named: Piece | None, codes: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
    if named is None or named.form == WHOLE:
        return ("",)
    return codes.get(named.start, ())
