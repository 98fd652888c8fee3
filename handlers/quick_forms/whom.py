"""Whom a quick form asks: "xom 1, 2, 5 va truong thcs a", "tất cả xóm trừ xóm 9". Pure (N12)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers import places, words
from handlers.units.model import hamlet_number
from storage.units import HAMLET, UnitInfo

_LONGEST: Final = 600  # letters
_MOST_PIECES: Final = 60
_ALL: Final = re.compile(r"(?:tat ca|toan bo|toan the|cac|nhung|moi|het|ca)\b(?: (?:cac|ca)\b)?")
_KINDS: Final = {
    "xom": (HAMLET,), "thon": (HAMLET,), "truong": ("truong_hoc",), "truong hoc": ("truong_hoc",),
    "co quan": ("co_quan",), "phong ban": ("co_quan",), "co quan don vi": ("co_quan",),
    "doan the": ("mttq_ctxh",), "mttq va doan the": ("mttq_ctxh",), "hoi doan the": ("mttq_ctxh",),
    "to chuc": ("mttq_ctxh",), "hoi": ("mttq_ctxh",), "doanh nghiep": ("doanh_nghiep",),
    "luc luong vu trang": ("luc_luong_vu_trang",), "don vi": (), "noi": (), "xa": (),
    "xom va truong": (HAMLET, "truong_hoc"),
}  # fmt: skip
"""Folded name of a kind -> kinds of units; () = everybody."""
_BUT: Final = re.compile(
    r"\b(?:chi )?(?:ngoai tru|tru ra|tru|ngoai(?! ra\b)|bo|"
    r"khong (?:gui|co|hoi|ke|tinh|gom|bao gom|can))\b"
)
_NO_NAME: Final = re.compile(r"(?:tat ca|toan bo|toan the)\b|.*\b(?:khong|ngoai|tru)\b")
"""Words of a choice among many: a unit's name that stands behind them may be the opposite."""
_AND: Final = re.compile(r"[,;\n+&]|\bva\b|\bvoi\b|\bcung\b")
_LEAD: Final = re.compile(r"^(?:ngoai ra|gui|gui cho|gui toi|toi|cho|den|hoi|nhung|o|tai)\s+")
_RANGE: Final = re.compile(
    r"(?:tu )?(?:xom|thon|x)? ?(\d{1,2}) ?(?:-|–|den|toi) ?(?:het )?(?:xom|thon|x)? ?(\d{1,2})"
)
_NUMBERS: Final = re.compile(r"(?:cac )?(xom|thon|x)? ?((?:\d{1,2}[ .]*)+)")
_WIDEST: Final = 60


@dataclass(frozen=True, slots=True)
class Whom:
    """Ids in the order of the commune's list."""

    units: tuple[int, ...] = ()
    doubts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """(as typed, the units it may mean): asked one by one."""
    unread: tuple[str, ...] = ()
    every: bool = False
    """Everybody, or every hamlet, was asked for by that word."""


def askable(known: Sequence[UnitInfo], commune_id: int) -> list[UnitInfo]:
    """The units of a commune that can be asked anything: not the commune itself."""
    return [one for one in known if one.commune_id == commune_id and one.id != commune_id]


def read_whom(text: str, known: Sequence[UnitInfo]) -> Whom:
    """Find the units; `known` are those that can be asked."""
    folded = words.fold(text.replace("\n", ", "))[:_LONGEST].strip(" .!,")
    wanted, but = [*_BUT.split(_with_codes(folded, known), maxsplit=1), ""][:2]
    asked = _read(wanted, known)
    if not but.strip():
        return asked
    left_out = _read(but, known)
    if left_out.doubts or left_out.unread or not left_out.units:
        return Whom((), (), (folded,))
    keep = [one for one in asked.units if one not in left_out.units]
    return Whom(tuple(keep), asked.doubts, asked.unread, asked.every)


def _read(text: str, known: Sequence[UnitInfo]) -> Whom:
    units: set[int] = set()
    doubts: list[tuple[str, tuple[int, ...]]] = []
    unread: list[str] = []
    every = False
    for piece in _pieces(text):
        kinds = _kinds(piece)
        if kinds is not None:
            every |= not kinds or HAMLET in kinds
            units |= {one.id for one in known if _is_meant(one, kinds)}
            continue
        for typed, found in _named(piece, known):
            if len(found) == 1:
                units.add(found[0].id)
            elif found:
                doubts.append((typed, tuple(one.id for one in found)))
            else:
                unread.append(typed)
    asked_for = [one for one in dict.fromkeys(doubts) if not units.issuperset(one[1])]
    ordered = tuple(one.id for one in known if one.id in units)
    return Whom(ordered, tuple(asked_for), tuple(dict.fromkeys(unread)), every)


def _is_meant(unit: UnitInfo, kinds: tuple[str, ...]) -> bool:
    return unit.kind in kinds if kinds else unit.duty != "none"


def _with_codes(text: str, known: Sequence[UnitInfo]) -> str:
    """Codes for names in which there are words of ours: "Văn phòng HĐND và UBND xã"."""
    for unit in known:
        name = words.fold(unit.name)
        if _AND.search(name) or _BUT.search(name) or _NO_NAME.match(name):
            text = text.replace(name, f" {unit.code} ")
    return text


def _pieces(text: str) -> list[str]:
    """Parted at commas and "và"."""
    parts = [_LEAD.sub("", part.strip(" .:!")) for part in _AND.split(text)]
    return [part for part in parts if part][:_MOST_PIECES]


def _kinds(piece: str) -> tuple[str, ...] | None:
    """The kinds that "tất cả các xóm" or "các trường" means; None if it is a name."""
    found = _ALL.match(piece)
    rest = piece[found.end() :].strip() if found else piece
    if found and not rest:
        return ()
    rest = rest.removesuffix(" trong xa").removesuffix(" toan xa").strip()
    return _KINDS.get(rest)


def _named(piece: str, known: Sequence[UnitInfo]) -> list[tuple[str, list[UnitInfo]]]:
    hamlets = [one for one in known if one.kind == HAMLET]
    if span := _RANGE.fullmatch(piece):
        first, last = int(span[1]), int(span[2])
        if not 0 < first < last <= _WIDEST:
            return [(piece, [])]
        return [_numbered(number, hamlets) for number in range(first, last + 1)]
    if numbers := _NUMBERS.fullmatch(piece):
        return [_numbered(int(one), hamlets) for one in re.findall(r"\d+", numbers[2])]
    return [(piece, [] if _NO_NAME.match(piece) else places.find(piece, known))]


def _numbered(number: int, hamlets: Sequence[UnitInfo]) -> tuple[str, list[UnitInfo]]:
    return f"xóm {number}", [one for one in hamlets if hamlet_number(one.name) == number]
