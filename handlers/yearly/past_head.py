"""Which sheet of a workbook has the figures of a year, and what its columns are. Pure.

Our own template says so in a hidden row; of anybody's own workbook the names of the columns are
read, in whatever order they stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from handlers.reporting.workbooks.cell_answers import text_of
from handlers.reporting.workbooks.cells import Sheet, Value, Wrong
from handlers.yearly.past_units import plain
from handlers.yearly.past_year import Column, Year

MOST_HEAD_ROWS: Final = 10
_BEGINS: Final = "HVS-NAMTRUOC-1"
_CODES: Final = frozenset(("ma", "ma don vi", "ma so", "ma xom", "code"))
_NAMES: Final = frozenset(
    (
        *("ten don vi", "don vi", "ten", "ten xom", "xom", "thon", "ten thon", "xom thon"),
        *("to dan pho", "co quan don vi", "don vi bao cao", "ten co quan don vi", "name"),
    )
)
_PASSED: Final = frozenset(
    ("loai", "loai don vi", "kind", "stt", "tt", "so tt", "so thu tu", "thu tu")
)
"""Columns that say nothing we need, and of which nobody has to be told."""


@dataclass(frozen=True, slots=True)
class Marker:
    """For which commune and year our template was made: its hidden first cell."""

    commune: str
    year: str

    def __str__(self) -> str:
        return f"{_BEGINS}|{self.commune}|{self.year}"

    @classmethod
    def read(cls, value: object) -> Self | None:
        match str(value).strip().split("|"):
            case [begins, commune, year] if begins == _BEGINS:
                return cls(commune, year)
        return None


@dataclass(frozen=True, slots=True)
class Head:
    """The row with the names of the columns, and what each column is."""

    sheet: Sheet
    row: int
    figures: Mapping[int, Column]
    """By column."""
    code: int = 0
    name: int = 0
    """0 = there is none."""
    called: str = ""
    """What the column of the names is called, folded."""
    unknown: Mapping[int, str] = field(default_factory=dict)
    """Columns that are not understood, as they are called."""

    @property
    def score(self) -> int:
        return len(self.figures) if self.code or self.name else 0


class Heads:
    """Reads rows as names of columns."""

    def __init__(self, year: Year) -> None:
        self._known: dict[str, Column] = {}
        for column in year.columns:
            for name in _names_of(column):
                self._known.setdefault(plain(name), column)

    def best_of(self, sheet: Sheet) -> Head | None:
        rows = {number: cells for number, cells in sheet.rows().items() if number <= MOST_HEAD_ROWS}
        found = [self.read(sheet, number, cells) for number, cells in rows.items()]
        best = max(found, key=lambda head: head.score, default=None)
        return best if best is not None and best.score else None

    def read(self, sheet: Sheet, number: int, cells: Mapping[int, Value]) -> Head:
        figures: dict[int, Column] = {}
        unknown: dict[int, str] = {}
        code = name = 0
        called = ""
        for at, value in cells.items():
            said = plain(text_of(value))
            column = self._known.get(said) or self._known.get(plain(_without_unit(text_of(value))))
            if column is not None:
                figures[at] = column
            elif said in _CODES and not code:
                code = at
            elif said in _NAMES and not name:
                name, called = at, said
            elif said and said not in _PASSED and Marker.read(value) is None:
                unknown[at] = " ".join(text_of(value).split())[:40]
        return Head(sheet, number, figures, code, name, called, unknown)

    def is_another(self, head: Head, number: int, cells: Mapping[int, Value]) -> bool:
        """Whether a row below `head` only says once more what the columns are called."""
        if number > head.row + MOST_HEAD_ROWS:
            return False
        other = self.read(head.sheet, number, cells)
        return other.score > 1 and set(other.figures) <= set(head.figures)


def _names_of(column: Column) -> list[str]:
    if not column.is_whole:
        return [column.key, *column.labels]
    wholes = [f"{label} {end}" for label in column.labels for end in ("trên tổng số", "tổng số")]
    return [column.key, *wholes, *(f"tổng số {label}" for label in column.labels)]


def _without_unit(text: str) -> str:
    """A name without what it counts: "Số buổi học, tập huấn (buổi)"."""
    return text.partition("(")[0]


# --- which sheet ---------------------------------------------------------------------------------


def find(sheets: Sequence[Sheet], year: Year) -> Head | Wrong:
    """The one sheet that has them; else why there is none that can be taken."""
    heads = Heads(year)
    marked = [(one, marker) for one in sheets if (marker := _marked(one))]
    if wrong := next(filter(None, (_foreign(marker, year) for _, marker in marked)), None):
        return wrong
    among = [one for one, _ in marked] or list(sheets)
    found = [head for one in among if (head := heads.best_of(one))]
    of_year = [head for head in found if year.period.key in head.sheet.name]
    if len(found) > 1 and len(of_year) == 1:
        found = of_year
    if not found:
        return Wrong("past.no_head")
    if len(found) > 1:
        names = "; ".join(head.sheet.name[:30] for head in found[:5])
        return Wrong("past.many_sheets", {"names": names})
    return _once_each(found[0])


def _marked(sheet: Sheet) -> Marker | None:
    first = (value for (row, _), value in sheet.cells.items() if row <= MOST_HEAD_ROWS)
    return next((marker for value in first if (marker := Marker.read(value))), None)


def _foreign(marker: Marker, year: Year) -> Wrong | None:
    if marker.commune != year.commune.code:
        return Wrong("past.other_commune")
    if marker.year != year.period.key:
        return Wrong("past.other_year", {"other": marker.year[:4], "year": year.period.key})
    return None


def _once_each(head: Head) -> Head | Wrong:
    """Two columns of one figure: nobody guesses which of them is meant."""
    seen: dict[str, int] = {}
    for at, column in head.figures.items():
        if column.key in seen:
            values = {"first": letter(seen[column.key]), "second": letter(at)}
            return Wrong("past.twice_column", {**values, "label": column.labels[0]})
        seen[column.key] = at
    return head


def letter(column: int) -> str:
    """As Excel names it: 5 is "E"."""
    before, rest = divmod(column - 1, 26)
    return (letter(before) if before else "") + chr(ord("A") + rest)
