"""What a document shows, as plain data: built in the turn, drawn later by the worker process.

`dataclasses.asdict` of each gives the JSON that its `from_json` reads back. Every text is ready to
be shown (so picture, table and chat say the same); numbers only give lengths and typed cells.
Nothing here imports a drawing library, so a turn may use it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter

MOST_BARS: Final = 120
MOST_CHANGES: Final = 60
MOST_TIMES: Final = 60
MOST_FACTS: Final = 4

_Length = Annotated[float, Field(ge=0, allow_inf_nan=False)] | None
_Cell = str | int | Annotated[float, Field(allow_inf_nan=False)] | None
_STRICT: Final = ConfigDict(extra="forbid")


class Content:
    """What is read from JSON: a missing, unknown or wrongly typed key is a `ValueError`."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        # By way of text, as it is stored: only then may an array be a tuple in strict mode.
        reader: TypeAdapter[Self] = TypeAdapter(cls)
        return reader.validate_json(json.dumps(data), strict=True)


@dataclass(frozen=True, slots=True)
class About(Content):
    """What every picture of figures says, so that it can be forwarded alone."""

    title: str
    """The figure: "Tỷ lệ người học theo xóm"."""
    period: str
    place: str
    """Whose figures: "xã Giao Minh"."""
    sample: str
    """"DỮ LIỆU MẪU", or "" for real figures."""
    total: str
    """The figure of the whole, counted by itself. May be ""."""
    definition: str
    moment: str


@dataclass(frozen=True, slots=True)
class Bar(Content):
    name: str
    """A name nobody else in the picture has: "Xóm 3 - xã cũ A"."""
    value: _Length
    """The bar's length; None = no bar: named apart, under `why`."""
    says: str
    """The value as people read it: "2,9%"."""
    detail: str
    """Behind the value: "12/420". May be ""."""
    why: str
    """Why there is no value: "Chưa có mẫu số", "Dưới 5 người, không nêu số"."""


@dataclass(frozen=True, slots=True)
class Bars(Content):
    """One bar a hamlet, in the order given."""

    about: About
    rows: Annotated[tuple[Bar, ...], Field(max_length=MOST_BARS)]
    nothing: str
    """Said where there is no row at all."""


@dataclass(frozen=True, slots=True)
class Change(Content):
    name: str
    before: _Length
    before_says: str
    after: _Length
    after_says: str
    change: str
    """The difference in points: "+2,4 điểm"."""
    why: str
    """Why one of the two is not known; then the hamlet is named apart."""


@dataclass(frozen=True, slots=True)
class Improved(Content):
    """Two bars a hamlet, in the order given (the most improved first)."""

    about: About
    before: str
    """What the first bar is: "Tháng 10"."""
    after: str
    rows: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES)]
    nothing: str


@dataclass(frozen=True, slots=True)
class Time(Content):
    name: str
    """Short: "T9"."""
    under: str
    """A second line: the year, at the first time and at each January. May be ""."""
    note: str
    """A sentence, if this time is not over: "Cột gạch chéo: tháng 11 chưa hết." May be ""."""


@dataclass(frozen=True, slots=True)
class Series(Content):
    name: str
    values: tuple[_Length, ...]
    """One for each time; None = not known: no column, only what it `says`."""
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trend(Content):
    """One or two figures over the same times, one above the other."""

    about: About
    times: Annotated[tuple[Time, ...], Field(max_length=MOST_TIMES)]
    series: Annotated[tuple[Series, ...], Field(min_length=1, max_length=2)]
    nothing: str

    def __post_init__(self) -> None:
        for one in self.series:
            if not len(self.times) == len(one.values) == len(one.says):
                raise ValueError("a series needs one value and one text for each time")


Kind = Literal["text", "count", "percent"]
_ALLOWED: Final[Mapping[Kind, tuple[type, ...]]] = {
    "text": (str,),
    "count": (int,),
    "percent": (int, float),
}


@dataclass(frozen=True, slots=True)
class Column(Content):
    name: str
    kind: Kind
    """A percent is a ratio: 0.029 is shown as 2,9%."""


@dataclass(frozen=True, slots=True)
class Row(Content):
    cells: tuple[_Cell, ...]
    """One for each column; None = not known, an empty cell, never 0."""
    note: str
    """What an empty cell means ("chưa có mẫu số"), or why a total is less than its column's sum."""


@dataclass(frozen=True, slots=True)
class Table(Content):
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=40)]
    rows: tuple[Row, ...]
    total: Row | None
    """The figures counted by itself (one person once): a value, never a formula."""

    def __post_init__(self) -> None:
        for row in (*self.rows, *((self.total,) if self.total else ())):
            self._check(row.cells)

    def _check(self, cells: Sequence[str | int | float | None]) -> None:
        if len(cells) != len(self.columns):
            raise ValueError("a row needs one cell for each column")
        for column, cell in zip(self.columns, cells, strict=True):
            if cell is not None and not isinstance(cell, _ALLOWED[column.kind]):
                raise ValueError(f"a {type(cell).__name__} in a {column.kind} column")


SHEET_WORDS: Final = (
    "sheet_table",
    "sheet_trend",
    "sheet_definitions",
    "sheet_about",
    "sheet_figure",
    "sheet_definition",
    "sheet_note",
    "sheet_rows",
    "sheet_nothing",
    "sheet_page",
)
"""The workbook's own words: each is the text `documents.<word>`."""


@dataclass(frozen=True, slots=True)
class Workbook(Content):
    title: str
    sample: str
    made: datetime
    """Local, without a zone: the file's own date."""
    facts: tuple[tuple[str, str], ...]
    """Scope, period, moment: a label and what it is."""
    table: Table
    trend: Table | None
    definitions: tuple[tuple[str, str], ...]
    words: Mapping[str, str]
    """Exactly `SHEET_WORDS`."""

    def __post_init__(self) -> None:
        if set(self.words) != set(SHEET_WORDS):
            raise ValueError("words: exactly those of SHEET_WORDS")


@dataclass(frozen=True, slots=True)
class Card(Content):
    """One recorded activity."""

    sample: str
    movement: str
    """"Bình dân học vụ số"."""
    place: str
    units: Annotated[tuple[str, ...], Field(min_length=1)]
    day: str
    """"Chủ nhật 22/11/2026"."""
    what: str
    topics: tuple[str, ...]
    heads: str
    """"35", or "" when nobody knows."""
    heads_says: str
    """"lượt người dự", or "Chưa nắm được số người dự"."""
    facts: Annotated[tuple[tuple[str, str], ...], Field(max_length=MOST_FACTS)]
    """Where, who taught: a label and what it is."""
