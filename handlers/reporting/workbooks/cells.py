"""The cells of a workbook that somebody sent, as `handlers/documents/sheet_reading.py` gives them.

The receiver of an uploaded .xlsx orders `READ`; what was read comes back as a handed-in file of
the purpose it named, and `loaded` takes that file's body.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, get_args

from handlers.texts import Texts

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READ: Final = "read_sheet"
"""The kind of order that `bot/reading_sheets.py` carries out.

Its data: {"file": id of the .xlsx, "purpose": of the file it becomes, ≤ 40 characters}.
"""

Why = Literal["broken", "locked", "macros", "links", "too_big", "too_long"]
"""Why it was not read; the sentence is `form_sheet.refused_<why>`."""
_WHYS: Final = frozenset(get_args(Why))


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell without a value that could be read: "#REF!", or a formula nobody has worked out."""

    says: str


Value = str | int | float | bool | date | Odd


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    cells: Mapping[tuple[int, int], Value]
    """(row, column), both from 1 as in Excel; empty ones are not in it."""

    def rows(self) -> dict[int, dict[int, Value]]:
        """Row -> column -> value, in the order of the sheet."""
        found: dict[int, dict[int, Value]] = {}
        for (row, column), value in sorted(self.cells.items(), key=lambda item: item[0]):
            found.setdefault(row, {})[column] = value
        return found


@dataclass(frozen=True, slots=True)
class Refused:
    why: str


Cells = tuple[Sheet, ...] | Refused


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing in a sheet that somebody has to look at."""

    text: str
    """Id of the sentence that says what is wrong and what helps."""
    values: Mapping[str, str] = field(default_factory=dict)
    row: int = 0
    """As Excel numbers them; 0 = it is about the whole file."""
    label: str = ""
    """What the row asks for; "" = nobody knows."""
    key: str = ""
    """Of the field it belongs to."""

    def said(self, texts: Texts) -> str:
        """The sentence, behind the place where the person finds it."""
        what = texts.say(self.text, **self.values)
        if not self.row:
            return what
        place = "form_sheet.place" if self.label else "form_sheet.row"
        return f"{texts.say(place, row=self.row, label=self.label)}: {what}"


def loaded(body: bytes) -> Cells:
    """What was read. Raises ValueError, KeyError: always our own mistake."""
    found = json.loads(body)
    if "refused" in found:
        why = str(found["refused"])
        return Refused(why if why in _WHYS else "broken")
    return tuple(_sheet(one) for one in found["sheets"])


def _sheet(found: Mapping[str, Any]) -> Sheet:
    cells = {(int(row), int(column)): _value(value) for row, column, value in found["cells"]}
    return Sheet(str(found["name"]), cells)


def _value(found: Any) -> Value:
    match found:
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case {"error": str(says)}:
            return Odd(says)
        case {"formula": _}:
            return Odd("=")
        case str() | bool() | int() | float():
            return found
    raise ValueError("no value of a cell")
