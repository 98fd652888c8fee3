"""The units a message names: its own one, and the hamlets a figure is told for (N12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from handlers.activities.unit_names import mentions_in
from handlers.reporting.form import Form
from handlers.reporting.readers.pieces import Piece, Shape
from handlers.words.text import fold, listed, plain_of
from storage.units import HAMLET, UnitInfo

UNIT: Final = "UNIT"
WHOLE: Final = "WHOLE"
"""The commune as one: "cả xã"."""
_HAMLETS: Final = listed("xom x thon")
_COUNTED: Final = listed("buoi luot lop nguoi lan vu ho dong nha cuoc dot tin cu tối toi")
_OTHERS: Final = listed("cung voi với gui trinh de nghi moi theo tai nho cho sang giup")
_BESIDE: Final = listed("voi va cung ca gom sang nho")
_REACH: Final = 12
"""Characters before a unit's name."""
_WHOLES: Final = (("ca", "xa"), ("toan", "xa"), ("chung", "xa"), ("xa", "chung"))
_SIGNS: Final = {"(": "-", ")": "-"}
_OF_HAMLET: Final = listed("loa nghe")
"""Whose the hamlet is: "loa xóm 14 lượt", "tổ công nghệ số xóm 7 người"."""
_MOST_LETTERS: Final = 1500
"""Where units have their names: nobody introduces himself later."""


@dataclass(frozen=True, slots=True)
class Named:
    """The row with each unit as one piece, what codes it may be, and the message's own unit."""

    pieces: list[Piece]
    codes: Mapping[int, tuple[str, ...]]
    """Where it stands -> the codes it may be; none for a hamlet that does not exist."""
    is_whole: bool = False
    """No hamlet is named: figures are of the whole commune."""


def with_units(pieces: Sequence[Piece], known: Sequence[UnitInfo]) -> Named:
    found: list[Piece] = []
    codes: dict[int, tuple[str, ...]] = {}
    organisations = _organisations(pieces, known)
    hamlets = _hamlets(tuple(known))
    longer = _longer(tuple(hamlets))
    place = 0
    while place < len(pieces):
        length, meant = organisations.get(place, (0, ()))
        if not length:
            length, meant = _hamlet(pieces, place, hamlets, longer)
        if length:
            first, last = pieces[place], pieces[place + length - 1]
            found.append(Piece(UNIT, first.start, last.end, first.raw))
            codes[first.start] = meant
            place += length
            continue
        found.append(pieces[place])
        place += 1
    has_hamlets = any(piece.form in (UNIT, *_HAMLETS) and _is_local(piece) for piece in found)
    found = _with_doubtful(found, hamlets)
    return Named(_with_whole(found), codes, is_whole=not has_hamlets)


def _is_local(piece: Piece) -> bool:
    return piece.raw in ("xóm", "xom", "x", "thôn", "thon")


def _with_whole(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and (found[-1].form, piece.form) in _WHOLES:
            found[-1] = Piece(WHOLE, found[-1].start, piece.end, piece.raw)
        else:
            found.append(piece)
    return found


def _with_doubtful(pieces: list[Piece], named: Mapping[str, tuple[str, ...]]) -> list[Piece]:
    """In "xóm 3 buổi" the 3 may be the hamlet's: it is no sure figure."""
    found = list(pieces)
    for place, (one, after) in enumerate(pairwise(pieces)):
        is_said = one.form in _HAMLETS and after.figure is not None
        is_of_hamlet = not _OF_HAMLET & {piece.form for piece in pieces[max(place - 6, 0) : place]}
        is_known = not after.form.isdecimal() or f"xom {int(after.form)}" in named
        if is_said and after.figure is not None and is_known and is_of_hamlet:
            loose = replace(after.figure, is_loose=True)
            found[place + 1] = replace(after, figure=loose)
    return found


@lru_cache(8)
def _hamlets(known: tuple[UnitInfo, ...]) -> dict[str, tuple[str, ...]]:
    """Plain names -> codes: "xom 3" has two."""
    named: dict[str, tuple[str, ...]] = {}
    for unit in known:
        if unit.kind != HAMLET:
            continue
        for name in {plain_of(name) for name in (unit.name, *unit.aliases)}:
            named[name] = (*named.get(name, ()), unit.code)
    return named


@lru_cache(8)
def _longer(names: tuple[str, ...]) -> frozenset[str]:
    """Names that another one begins with: "xom 3" of "xom 3 xa cu a"."""
    return frozenset(" ".join(one.split()[:2]) for one in names if len(one.split()) > 2)


def _hamlet(
    pieces: Sequence[Piece],
    place: int,
    named: Mapping[str, tuple[str, ...]],
    longer: frozenset[str],
) -> tuple[int, tuple[str, ...]]:
    """How many pieces from `place` name a hamlet by its number, and its codes."""
    if pieces[place].form not in _HAMLETS:
        return 0, ()
    at = place + 1
    while at < len(pieces) and pieces[at].form in ("so", "'"):
        at += 1
    if at >= len(pieces) or not _is_number(pieces[at]) or _counts(pieces, at):
        return 0, ()
    name = f"xom {int(pieces[at].form)}"
    length = at + 1 - place
    last = min(at + 7, len(pieces)) if name in longer else 0
    for end in range(last, at + 1, -1):
        words = [one.form for one in pieces[at + 1 : end] if not one.is_sign]
        whole = fold(" ".join((name, *words)))
        if words and whole in named:
            return end - place, named[whole]
    codes = named.get(name, ())
    behind = pieces[at + 1] if at + 1 < len(pieces) else None
    is_told_for = behind is not None and (behind.form == ":" or _is_share(behind))
    return (length, codes) if codes or is_told_for else (0, ())


def _is_share(piece: Piece) -> bool:
    return piece.figure is not None and piece.figure.shape is Shape.SHARE


def _is_number(piece: Piece) -> bool:
    figure = piece.figure
    is_plain = figure is not None and figure.shape is Shape.COUNT
    is_plain = is_plain and figure is not None and not figure.is_loose and not figure.is_about
    return is_plain and piece.form.isdecimal() and len(piece.form) <= 2


def _counts(pieces: Sequence[Piece], at: int) -> bool:
    """True for "xóm 3 buổi", but not for "xóm 9 buổi 3 lượt 95"."""
    if at + 1 >= len(pieces) or pieces[at + 1].form not in _COUNTED:
        return False
    behind = pieces[at + 2 : at + 3]
    return not any(one.figure is not None for one in behind)


def _organisations(
    pieces: Sequence[Piece], known: Sequence[UnitInfo]
) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Place -> length and codes of the organisations and named hamlets."""
    said, places = " ", []
    for piece in pieces:
        if len(said) > _MOST_LETTERS:
            break
        places.append(len(said))
        said += f"{_SIGNS.get(piece.form, piece.form)} "
    at = {start: place for place, start in enumerate(places)}
    found: dict[int, tuple[int, tuple[str, ...]]] = {}
    for one in mentions_in(said, known):
        if one.is_hamlet or one.start not in at:
            continue
        length = len(said[one.start : one.end].split())
        found[at[one.start]] = (length, one.codes)
    return found


def is_beside(text: str, piece: Piece) -> bool:
    """True for the xóm 6 of "cùng với xóm 6", of "(xóm 6 có 20)": it is not the one that tells."""
    before = fold(text[max(piece.start - _REACH, 0) : piece.start].rpartition("\n")[2]).strip()
    return before.endswith("(") or before.rpartition(" ")[2] in _BESIDE


def own_unit(
    pieces: Sequence[Piece], named: Named, form: Form, known: Sequence[UnitInfo], text: str
) -> str:
    """Code of the one unit of the form's kind that the message speaks for; "" = none, or two."""
    kinds = {unit.code: unit.kind for unit in known}
    told: set[tuple[str, ...]] = set()
    for place, piece in enumerate(pieces):
        if piece.form != UNIT:
            continue
        codes = tuple(c for c in named.codes[piece.start] if kinds.get(c) in form.kinds)
        before = [one.form for one in pieces[max(place - 2, 0) : place]]
        if UNIT in before:  # "Kính gửi phòng …": that word is of the other one
            before = []
        if is_beside(text, piece):
            continue
        if codes and not _OTHERS & set(before):
            told.add(codes)
    only = next(iter(told)) if len(told) == 1 else ()
    return only[0] if len(only) == 1 else ""
