"""What stands beside a figure and changes what it is: "30 người một buổi", "12 lượt à 15 lượt"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.reporting.readers.clauses import is_count
from handlers.reporting.readers.pieces import STRONG, Figure, Piece, Shape
from handlers.words.text import listed

_TIMES: Final = listed("buoi lop lan toi dot thang tuan quy ngay")
_HEARD: Final = listed("PEOPLE LEARNER MEMBERS ALL luot STAFF PUPIL WOMEN OVER60 cu em")
_SPANS: Final = listed("tuan thang ngay quy")
_TOLD_OFTEN: Final = listed("lan buoi bai tin SPREAD")
_SLIPS: Final = ("a", "à", "á", "ah", "ấy", "ơ", "quên", "lộn")
_NEAR: Final = 8
"""Pieces between a figure and what is said of it behind a comma."""


def with_asides(pieces: Sequence[Piece]) -> list[Piece]:
    """The row with rates as EACH, slips of the tongue as WRONG, sums as one figure."""
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        if _is_rate(found, pieces, place):
            found.append(replace(piece, form="EACH", end=pieces[place + 1].end, figure=None))
            place += 2
            continue
        if _is_sum(found, pieces, place):
            found[-1] = _sum(found[-1], pieces[place + 1])
            place += 2
            continue
        if _is_of(found, pieces, place):
            found[-1] = _either(found[-1], pieces[place + 1])
            place += 2
            continue
        if _is_slip(found, pieces, place):
            piece = replace(piece, form="WRONG")
        if _is_short_turn(piece) and any(one.form == "b" for one in found[-_NEAR:]):
            count = Figure(Shape.COUNT, (int(piece.raw[:-1]),))
            found.append(replace(piece, form=piece.raw[:-1], figure=count))
            piece = replace(piece, form="luot", figure=None)
        if not _is_joint(found, pieces, place):
            found.append(piece)
        place += 1
    return found


def _is_short_turn(piece: Piece) -> bool:
    """True for the "105l" of "3b 105l"."""
    return re.fullmatch(r"\d{2,4}[lL]", piece.raw) is not None


def _is_rate(found: Sequence[Piece], pieces: Sequence[Piece], place: int) -> bool:
    """True for the "một buổi" of "30 người một buổi", the "/buổi" of "30 người/buổi"."""
    if place + 1 >= len(pieces) or pieces[place + 1].form not in _TIMES or not found:
        return False
    piece, behind = pieces[place], pieces[place + 2 : place + 3]
    if piece.form == "/" and behind and behind[0].figure is not None:
        return False  # "Lượt dự 205 / buổi 6 / loa 41"
    if piece.raw != "/" and piece.form not in ("1", "mot"):
        return False
    is_often = pieces[place + 1].form in _SPANS and found[-1].form in _TOLD_OFTEN
    if piece.raw != "/" and (not (is_often or found[-1].form in _HEARD) or _goes_on(behind)):
        return False
    return any(one.figure is not None for one in found[-3:])


def _is_sum(found: Sequence[Piece], pieces: Sequence[Piece], place: int) -> bool:
    """True for the plus of "30 + 25 lượt"."""
    if pieces[place].raw != "+" or place + 1 >= len(pieces) or not found:
        return False
    return is_count(found[-1].figure) and is_count(pieces[place + 1].figure)


def _sum(one: Piece, other: Piece) -> Piece:
    """Both as one figure, which must be asked: their sum, or one of them."""
    values = one.figure.values if one.figure else ()
    more = other.figure.values[:1] if other.figure else ()
    parts = values[1:] if len(values) > 2 else values
    figure = Figure(Shape.COUNT, (values[0] + more[0], *parts, *more)[:4], is_loose=True)
    return replace(one, end=other.end, figure=figure)


def _is_of(found: Sequence[Piece], pieces: Sequence[Piece], place: int) -> bool:
    """True for the "trên" of "3 trên 5 buổi" and "1 trong 3 buổi": which of both is asked."""
    if pieces[place].form not in ("tren", "trong") or place + 2 >= len(pieces) or not found:
        return False
    is_pair = is_count(found[-1].figure) and is_count(pieces[place + 1].figure)
    return is_pair and pieces[place + 2].form in ("buoi", "luot", "lop", "lan", "ALL")


def _either(one: Piece, other: Piece) -> Piece:
    values = [value for piece in (one, other) if piece.figure for value in piece.figure.values]
    return replace(one, end=other.end, figure=Figure(Shape.COUNT, tuple(values[:4]), is_loose=True))


def _goes_on(behind: Sequence[Piece]) -> bool:
    return bool(behind) and not behind[0].is_sign


def _is_slip(found: Sequence[Piece], pieces: Sequence[Piece], place: int) -> bool:
    """True for the "à" of "12 lượt à 15 lượt"."""
    if pieces[place].raw not in _SLIPS or place + 1 >= len(pieces):
        return False
    before = [one for one in found[-3:] if one.figure is not None or one.form == STRONG]
    return is_count(pieces[place + 1].figure) and bool(before) and is_count(before[-1].figure)


def _is_joint(found: Sequence[Piece], pieces: Sequence[Piece], place: int) -> bool:
    """True for the comma of "84 người học, không tính trùng"."""
    if pieces[place].form != "," or place + 1 >= len(pieces):
        return False
    behind = pieces[place + 2 : place + 3]
    is_alone = pieces[place + 1].form == "DISTINCT" and not _goes_on(behind)
    return is_alone and any(is_count(one.figure) for one in found[-_NEAR:])
