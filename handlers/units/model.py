"""What a unit is, and what is said about it. Pure values, no files."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, TypeVar

MAX_NAME: Final = 120
CODE: Final = re.compile(r"[a-z0-9-]{1,40}")  # h_<code> must fit a payload of 64


class UnitKind(StrEnum):
    """The kinds of plan.md §7 that are units of a commune."""

    COMMUNE = "ubnd_xa"
    FOCAL_OFFICE = "phong_vhxh"
    EMULATION_COUNCIL = "hd_tdkt"
    PARTY_BUILDING = "ban_xdd"
    OFFICE = "co_quan"
    SCHOOL = "truong_hoc"
    HAMLET = "xom"
    ARMED_FORCES = "luc_luong_vu_trang"
    FRONT = "mttq_ctxh"
    BUSINESS = "doanh_nghiep"
    LEADERSHIP = "dang_uy_hdnd"


class Duty(StrEnum):
    """How firmly a unit is asked for the yearly report."""

    REQUIRED = "required"
    REQUESTED = "requested"
    ENCOURAGED = "encouraged"
    NONE = "none"


_DUTIES: Final = {
    UnitKind.OFFICE: Duty.REQUIRED,
    UnitKind.SCHOOL: Duty.REQUIRED,
    UnitKind.HAMLET: Duty.REQUIRED,
    # They answer to their own command; the plan only says "lực lượng vũ trang" among the learners.
    UnitKind.ARMED_FORCES: Duty.REQUESTED,
    UnitKind.FRONT: Duty.REQUESTED,
    UnitKind.BUSINESS: Duty.ENCOURAGED,
}


def default_duty(kind: UnitKind) -> Duty:
    """The duty of plan.md §7 for a unit whose file says nothing."""
    return _DUTIES.get(kind, Duty.NONE)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as its file gives it; None means unknown."""

    code: str
    name: str
    kind: UnitKind
    parent: str | None
    """Code of the unit above; None only for the commune itself."""
    duty: Duty
    adults: int | None = None
    households: int | None = None
    aliases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    """First day on which the unit is no more."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct in a file. Line 0 is the whole file, an empty column the whole line."""

    line: int
    column: str
    what: str

    def __str__(self) -> str:
        place = f"Dòng {self.line}" if self.line else "Tệp"
        column = f", mục “{self.column}”" if self.column else ""
        return f"{place}{column}: {self.what}"


@dataclass(frozen=True, slots=True)
class Import:
    """What a units file says. Take `rows` only when there is no problem."""

    rows: tuple[UnitRow, ...]
    problems: tuple[Problem, ...]


class Listed(Protocol):
    """What `units_json` needs of a unit: a UnitRow, or a row of the database."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def duty(self) -> str: ...
    @property
    def adults(self) -> int | None: ...


def units_json(units: Iterable[Listed]) -> list[dict[str, str | int | None]]:
    """The shape of `units list --json` (design §4); unknown is None."""
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "kind": str(unit.kind),
            "parent": unit.parent or None,
            "duty": str(unit.duty),
            "adults": unit.adults,
            "start": start_payload(unit.code),
        }
        for unit in units
    ]


def start_payload(code: str) -> str:
    """What a hamlet's or unit's poster carries after /start."""
    return f"h_{code}"


def hamlet_number(name: str) -> int | None:
    """The hamlet's own number: 5 for "Xóm 5", "xom 05", "x5" and "Xóm 5 - xã cũ A"."""
    found = _HAMLET.match(fold(name[:MAX_NAME]))
    return int(found[1]) if found else None


_HAMLET: Final = re.compile(
    r"\s*(?:xom|x|thon|khu|ap|to dan pho)\s*(?:so\s*)?([0-9]{1,3})[a-z]?(?![0-9a-z])"
)


class Named(Protocol):
    """What `distinct_names` needs of a unit."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...


_Unit = TypeVar("_Unit", bound=Named)


def distinct_names(units: Iterable[Named]) -> dict[str, str]:
    """Code -> a name that is nobody else's: "Xóm 3 - xã cũ A" where two are called "Xóm 3"."""
    units = list(units)
    shown = {unit.code: unit.name for unit in units}
    for namesakes in namesakes_of(units):
        own = own_aliases(namesakes)
        for unit in namesakes:
            shown[unit.code] = own[unit.code] or f"{unit.name} ({unit.code})"
    return shown


def namesakes_of(units: Iterable[_Unit]) -> list[list[_Unit]]:
    called: defaultdict[str, list[_Unit]] = defaultdict(list)
    for unit in units:
        called[_as_said(unit.name)].append(unit)
    return [group for group in called.values() if len(group) > 1]


def own_aliases(namesakes: Sequence[Named]) -> dict[str, str | None]:
    """Code -> the first alias that none of the other units of this name goes by."""
    carried = Counter(said for unit in namesakes for said in set(map(_as_said, unit.aliases)))
    carried[_as_said(namesakes[0].name)] += len(namesakes)
    return {
        unit.code: next((alias for alias in unit.aliases if carried[_as_said(alias)] == 1), None)
        for unit in namesakes
    }


def _as_said(name: str) -> str:
    """Two names that sound the same are the same: "Xóm 03" is "xóm 3"."""
    return re.sub(r"\b0+(?=[0-9])", "", name.casefold())


def fold(text: str) -> str:
    """Small letters without tones: how people type names."""
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(char for char in plain if not unicodedata.combining(char))
