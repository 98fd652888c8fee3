"""What a workbook of several plain sheets shows: the commune's totals, years side by side.

As in `contents.py`: every text is ready to be shown, `dataclasses.asdict` gives the JSON that
`from_json` reads back, and nothing heavy is imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from handlers.documents.contents import Content

MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 120
Kind = Literal["text", "count", "percent"]
Cell = str | int | Annotated[float, Field(allow_inf_nan=False)] | None
_ALLOWED: Final[Mapping[Kind, tuple[type, ...]]] = {
    "text": (str,),
    "count": (int, str),  # words stand where there is no figure: "chưa nắm được"
    "percent": (int, float),
}


@dataclass(frozen=True, slots=True)
class Column(Content):
    name: str
    kind: Kind
    """A percent is a ratio: 0.029 is shown as 2,9%."""
    width: Annotated[int, Field(ge=3, le=120)]
    """Letters."""


@dataclass(frozen=True, slots=True)
class Row(Content):
    cells: Annotated[tuple[Cell, ...], Field(min_length=1)]
    """One for each column, None = nothing; a single one goes across, as a heading of rows."""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Sheet(Content):
    name: Annotated[str, Field(min_length=1, max_length=31)]
    title: str
    lines: tuple[str, ...]
    """Below the title: of when it is, what to know."""
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=MOST_COLUMNS)]
    rows: Annotated[tuple[Row, ...], Field(max_length=MOST_ROWS)]
    frozen: int
    """Columns that stay in view."""

    def __post_init__(self) -> None:
        for row in self.rows:
            self._check(row)

    def _check(self, row: Row) -> None:
        if len(row.cells) == 1:
            return
        if len(row.cells) != len(self.columns):
            raise ValueError("a row needs one cell for each column, or one for all")
        for column, cell in zip(self.columns, row.cells, strict=True):
            if cell is not None and not isinstance(cell, _ALLOWED[column.kind]):
                raise ValueError(f"a {type(cell).__name__} in a {column.kind} column")


@dataclass(frozen=True, slots=True)
class TotalsBook(Content):
    title: str
    sample: str
    """"DỮ LIỆU MẪU", or ""."""
    made: datetime
    """Local, without a zone: the file's own date."""
    page: str
    """"Trang", for the footer."""
    nothing: str
    """Said in a sheet without rows."""
    sheets: Annotated[tuple[Sheet, ...], Field(min_length=1, max_length=12)]
