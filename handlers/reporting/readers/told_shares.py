"""Shares said in words: "102 trên 154 hộ", "trong 188 hộ có 90 hộ" (N6)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from handlers.reporting.readers.around import MEETINGS, TIMES
from handlers.reporting.readers.clauses import is_count
from handlers.reporting.readers.pieces import Figure, Piece, Shape
from handlers.words.text import listed

_FAR: Final = 8
_NEAR: Final = 14
_GROUPS: Final = ("HOUSES", "FILE", "STAFF", "PUPIL")
_FAILED: Final = listed("chua khong tre trễ huy loi sai hong cham ton")
_FAILINGS: Final = {
    ("qua", "han"),
    ("PUPIL", "han"),
    ("tra", "lai"),
    ("tu", "choi"),
    ("dang", "cho"),
}
_NOT_SHARED: Final = MEETINGS | TIMES | {"CASE", "lop", "toi", "MEMBER"}


def with_shares(pieces: Sequence[Piece]) -> list[Piece]:
    """The row with the two figures of such a share as one, at the place of the part."""
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        whole = _whole_behind(pieces, place) if is_count(piece.figure) else 0
        if whole:
            between = pieces[place + 1 : _end_of_words(pieces, place)]
            share = _share(piece, pieces[whole], pieces[whole].end)
            found += [_loose(share) if _are_failed(between) else share, *between]
            place = whole + 1
            continue
        part = _part_behind(pieces, place) if piece.form == "trong" else 0
        if part:
            first = next(at for at in range(place, part) if pieces[at].figure is not None)
            found += pieces[first + 1 : part]
            found.append(_share(pieces[part], pieces[first], pieces[part].end))
            place = part + 1
            continue
        found.append(piece)
        place += 1
    return found


def _share(part: Piece, whole: Piece, end: int) -> Piece:
    values = tuple(one.figure.values[0] for one in (part, whole) if one.figure)
    is_about = any(one.figure is not None and one.figure.is_about for one in (part, whole))
    start = min(part.start, whole.start)
    form = "/".join(str(value) for value in values)
    is_loose = any(one.figure is not None and one.figure.is_loose for one in (part, whole))
    return Piece(form, start, end, "", Figure(Shape.SHARE, values, is_about, is_loose))


def _are_failed(between: Sequence[Piece]) -> bool:
    """True for "100 hồ sơ quá hạn trên 5000": those are not the ones done."""
    forms = [one.form for one in between]
    return bool(_FAILED & set(forms)) or any(pair in _FAILINGS for pair in pairwise(forms))


def _loose(share: Piece) -> Piece:
    if share.figure is None:
        return share
    return replace(share, figure=replace(share.figure, is_loose=True))


def _end_of_words(pieces: Sequence[Piece], place: int) -> int:
    at = place + 1
    while pieces[at].form not in ("tren", "trong") and pieces[at].raw != "/":
        at += 1
    return at


def _whole_behind(pieces: Sequence[Piece], place: int) -> int:
    """Where the whole stands if the figure at `place` is a part; 0 = nowhere."""
    if place + 1 < len(pieces) and pieces[place + 1].form in _NOT_SHARED:
        return 0
    for at in range(place + 1, min(place + _FAR, len(pieces))):
        piece = pieces[at]
        if piece.raw == "/" and at + 2 < len(pieces):
            is_same = pieces[at - 1].form == pieces[at + 2].form or at == place + 1
            is_same = is_same and (piece.form == "'" or pieces[at - 1].form in _GROUPS)
            return at + 1 if is_same and is_count(pieces[at + 1].figure) else 0
        if piece.figure is not None or piece.is_sign:
            return 0
        if piece.form in ("tren", "trong"):
            return _figure_behind(pieces, at)
    return 0


def _figure_behind(pieces: Sequence[Piece], place: int) -> int:
    has_sum = False
    for at in range(place + 1, min(place + 6, len(pieces))):
        piece = pieces[at]
        if is_count(piece.figure):
            behind = pieces[at + 1].form if at + 1 < len(pieces) else ""
            is_whole = has_sum or (pieces[place].form == "tren" and at == place + 1)
            return at if is_whole and behind not in _NOT_SHARED | {"tuoi"} else 0
        if piece.is_sign or piece.form not in ("SUM", "so", "la", "ca", "HOUSES", "FILE", "PEOPLE"):
            return 0
        has_sum = has_sum or piece.form == "SUM"
    return 0


def _part_behind(pieces: Sequence[Piece], place: int) -> int:
    """Where the part stands if "trong" at `place` begins "trong 188 hộ có 90 hộ"; 0 = nowhere."""
    first = place + 1
    while first < len(pieces) and pieces[first].form in ("SUM", "so"):
        first += 1
    if first + 1 >= len(pieces) or not is_count(pieces[first].figure):
        return 0
    unit = pieces[first + 1].form
    if unit not in ("HOUSES", "STAFF", "PUPIL", "PEOPLE", "FILE"):
        return 0
    for at in range(first + 2, min(first + _NEAR, len(pieces) - 1)):
        if is_count(pieces[at].figure):
            is_same = pieces[at + 1].form == unit or at == first + 2
            return at if is_same else 0
        if pieces[at].form in ("|", "/", ":"):
            return 0
    return 0
