"""Reads for whom it is: "xom 5, 7, cac truong va to cong nghe so". Pure (N12)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers import words
from handlers.broadcasts.audience import EVERY, NOBODY, Audience
from handlers.quick_forms.whom import read_whom
from lessons.catalogue import Module
from storage.units import UnitInfo

_LONGEST: Final = 600  # letters
_SIGNS: Final = re.compile(r"([,;\n+&]|\bva\b|\bvoi\b|\bcung\b)")
_LEAD: Final = re.compile(
    r"^(?:(?:xin|hay|giup|gui|nhan|bao|thong bao|tin|cho|toi|den|nhung|gom)\s+)+"
)
_ALL: Final = r"(?:(?:tat ca|toan bo|toan the|moi|cac|nhung|het)\s+)*"
_IN_COMMUNE: Final = r"(?: (?:trong|cua|o|toan|ca) ?xa| toan xa)?"
_REPORTER: Final = r"(?:nguoi|dau moi|can bo)(?: (?:nop|gui|lam|phu trach))? bao cao|dau moi"
_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    rf"{_ALL}truong (?:cac )?(?:xom|thon)": ("head",),
    rf"{_ALL}(?:thanh vien )?(?:to )?(?:cong nghe so(?: cong dong)?|cnscd|cnsc|cns)": ("helper",),
    rf"{_ALL}to so|{_ALL}nguoi giup(?: hoc)?": ("helper",),
    rf"{_ALL}(?:{_REPORTER})": ("head", "reporter"),
    rf"{_ALL}can bo(?: xa| phu trach)?": ("officer",),
    rf"{_ALL}lanh dao(?: xa| ubnd xa| ubnd)?": ("leader",),
}
_KNOWN_ROLES: Final = [
    (re.compile(pattern + _IN_COMMUNE), roles) for pattern, roles in _ROLES.items()
]
_OF_UNITS: Final = re.compile(
    rf"{_ALL}(?:(?:{_REPORTER})(?: cua| o| tai| cac)?|truong(?= (?:xom|thon|x) ?\d)) (?P<units>.+)"
)
_LEARNERS: Final = re.compile(
    rf"{_ALL}(?:hoc vien|(?:nguoi|ba con)(?: dang| da| co)? (?:tham gia )?hoc)"
    rf"(?: (?:bai|phan|mo dun|modun|chuong|mon))?(?: (?P<module>.+?))?{_IN_COMMUNE}"
)
_PEOPLE: Final = re.compile(
    rf"{_ALL}(?:ba con|nguoi dan|nhan dan|dan|toan dan|toan xa|ca xa){_IN_COMMUNE}"
)
_RESIDENTS: Final = re.compile(
    r"^(?:ba con|nguoi dan|nhan dan|cac ho|ho dan)(?: (?:o|tai|thuoc|cua))?\s+"
    r"(?=(?:tat ca|cac|xom|thon|x ?\d))"
)
_EVERYBODY: Final = re.compile(rf"{_ALL}(?:moi nguoi|nguoi)")


@dataclass(frozen=True, slots=True)
class Read:
    audience: Audience = NOBODY
    doubts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """(as typed, the units it may mean): asked one by one."""
    unread: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.unread and not (self.audience.is_empty and not self.doubts)


def read_audience(text: str, known: Sequence[UnitInfo], modules: Sequence[Module]) -> Read:
    """`known`: the units that can be meant; `modules`: those that have a lesson."""
    folded = words.fold(text.replace("\n", ", "))[:_LONGEST].strip(" .!:,")
    folded = _LEAD.sub("", folded)
    audience, left, reporting = NOBODY, [], []
    pieces = _SIGNS.split(folded)
    for place in range(0, len(pieces), 2):
        piece, sign = pieces[place].strip(" ."), (["", *pieces][place])
        piece = _RESIDENTS.sub("", piece)
        if (known_as := _known_as(piece, modules)) is not None:
            audience = audience.joined(known_as)
        elif of_units := _OF_UNITS.fullmatch(piece):
            reporting.append(of_units["units"])
        elif piece:
            left += [sign, "tat ca cac xom" if _PEOPLE.fullmatch(piece) else piece]
    return _with_units(audience, " ".join(left), ", ".join(reporting), known)


def _known_as(piece: str, modules: Sequence[Module]) -> Audience | None:
    for pattern, roles in _KNOWN_ROLES:
        if pattern.fullmatch(piece):
            return Audience(roles=roles)
    if found := _LEARNERS.fullmatch(piece):
        named = _module(found["module"] or "", modules)
        return Audience(modules=(named,)) if named else None
    return None


def _module(said: str, modules: Sequence[Module]) -> str:
    """The one module that these words name; "*" for none in particular, "" if it is unclear."""
    said = said.strip(" .\"'“”")
    if not said:
        return EVERY
    fitting = [one.id for one in modules if said in (one.id, words.fold(one.title))]
    if not fitting:
        fitting = [one.id for one in modules if said in words.fold(one.title)]
    return fitting[0] if len(fitting) == 1 else ""


def _with_units(audience: Audience, left: str, reporting: str, known: Sequence[UnitInfo]) -> Read:
    if _EVERYBODY.fullmatch(left.strip()):
        left = "tat ca"
    unread: list[str] = []
    doubts: list[tuple[str, tuple[int, ...]]] = []
    if left.strip(" ,"):
        here = read_whom(left, known)
        audience = audience.joined(Audience(units=here.units))
        unread += here.unread
        doubts += here.doubts
    if reporting:
        there = read_whom(reporting, known)
        audience = audience.joined(Audience(reporters=there.units))
        unread += (*there.unread, *(typed for typed, _ in there.doubts))
    return Read(audience, tuple(doubts), tuple(unread))
