"""Which unit a row of somebody's own workbook is about: by code or name, never guessed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from handlers import places
from handlers.reporting.workbooks.cells import Wrong
from handlers.units import start_payload
from handlers.words import fold
from handlers.yearly.past_year import Year
from storage.units import UnitInfo

_SUMS: Final = frozenset(
    ("tong", "tong cong", "cong", "tong so", "toan xa", "cong toan xa", "tong toan xa", "ca xa")
)
_MOST_GUESSES: Final = 30
"""Rows of unknown units for which a similar name is looked for."""


def plain(text: str) -> str:
    """Letters and digits only, so that "Xóm 3 – xã cũ A" is "xom 3 xa cu a"."""
    kept = "".join(char if char.isalnum() else " " for char in fold(text))
    return " ".join(word.lstrip("0") or "0" if word.isdecimal() else word for word in kept.split())


def is_sum(text: str) -> bool:
    """A line of totals below the units."""
    return plain(text) in _SUMS


@dataclass(frozen=True, slots=True)
class Cell:
    """What names the unit in one row."""

    code: str
    name: str
    column: str
    """What the column of the name is called: where "Xóm" stands, 5 is Xóm 5."""

    @property
    def is_empty(self) -> bool:
        return not plain(self.code) and not plain(self.name)


class Units:
    """All units of a year, by every name they go by."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._guesses = 0
        self._codes = {unit.code: unit for unit in year.units}
        self._called: dict[str, dict[int, UnitInfo]] = {}
        for unit in year.units:
            names = (unit.name, unit.code, start_payload(unit.code), *unit.aliases)
            for name in (*names, year.name_of(unit)):
                self._called.setdefault(plain(name), {})[unit.id] = unit

    def find(self, cell: Cell) -> UnitInfo | Wrong:
        """The one unit, or what has to be mended."""
        by_code = self._codes.get(_code(cell.code)) or self._codes.get(_code(cell.name))
        called = self._by_name(cell)
        if by_code is not None:
            if called and by_code.id not in called:
                values = {"code": by_code.code, "names": self._names(called.values())}
                return Wrong("past.two_units", values)
            return by_code
        if len(called) == 1:
            return next(iter(called.values()))
        typed = " ".join((cell.name or cell.code).split())[:40]
        if called:
            values = {"typed": typed, "names": self._names(called.values())}
            return Wrong("past.which_unit", values)
        return self._unknown(typed)

    def _by_name(self, cell: Cell) -> dict[int, UnitInfo]:
        name = plain(cell.name)
        if not name:
            return self._called.get(plain(cell.code), {})
        if name.isdecimal():
            return self._called.get(f"{cell.column.split()[-1]} {name}", {}) if cell.column else {}
        return self._called.get(name, {})

    def _unknown(self, typed: str) -> Wrong:
        self._guesses += 1
        similar = places.find(typed, self._year.units) if self._guesses <= _MOST_GUESSES else []
        if not similar:
            return Wrong("past.no_unit", {"typed": typed})
        return Wrong("past.which_unit", {"typed": typed, "names": self._names(similar)})

    def _names(self, units: Iterable[UnitInfo]) -> str:
        return "; ".join(self._year.name_of(unit) for unit in units)


def _code(text: str) -> str:
    return "".join(text.split()).casefold()
