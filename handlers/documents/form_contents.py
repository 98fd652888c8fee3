"""What the workbooks of report forms show, as plain data: built in the turn, drawn by the worker.

As in `contents.py`: every text is ready to be shown, `dataclasses.asdict` gives the JSON that
`from_json` reads back, and nothing heavy is imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from handlers.documents.contents import Content

MOST_LINES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Cell(Content):
    """One cell of a line. "none" = nothing belongs in it, "shown" = to read, not to fill in."""

    kind: Literal["none", "shown", "count", "text", "long", "choice"] = "none"
    value: str | int | None = None
    options: tuple[str, ...] = ()
    """Of a choice: what the list in the cell offers."""


NONE: Final = Cell()


@dataclass(frozen=True, slots=True)
class Line(Content):
    """One row of a form to fill in."""

    key: str
    """How the row is known when it comes back, whatever stands in it; "" = it asks nothing."""
    label: str
    number: str = ""
    hint: str = ""
    counts: str = ""
    value: Cell = NONE
    whole: Cell = NONE
    unknown: Cell = NONE
    note: str = ""


FILL_WORDS: Final = (
    "sheet",
    "lists",
    "number",
    "label",
    "hint",
    "counts",
    "value",
    "whole",
    "unknown",
    "note",
    "page",
    "count_title",
    "count_wrong",
    "choice_title",
    "choice_wrong",
)
"""The form's own words: each is the text `form_sheet.<word>`."""


@dataclass(frozen=True, slots=True)
class FillIn(Content):
    """The form of one unit and period."""

    title: str
    about: str
    """Unit, period and deadline on one line."""
    guide: tuple[str, ...]
    sample: str
    """"DỮ LIỆU MẪU", or ""."""
    made: datetime
    """Local, without a zone: the file's own date."""
    marker: str
    """Which form of which unit and period this is; hidden."""
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MOST_LINES)]
    words: Mapping[str, str]
    """Exactly `FILL_WORDS`."""

    def __post_init__(self) -> None:
        if set(self.words) != set(FILL_WORDS):
            raise ValueError("words: exactly those of FILL_WORDS")


@dataclass(frozen=True, slots=True)
class EditColumn(Content):
    """One property of all fields; `options` makes it a list."""

    key: str
    name: str
    width: int
    """Letters."""
    help: str
    """Shown when a cell of it is chosen."""
    options: tuple[str, ...] = ()
    locked: bool = False


@dataclass(frozen=True, slots=True)
class EditForm(Content):
    """The definition of a form, one row a field, for an officer to change."""

    title: str
    guide: tuple[str, ...]
    sample: str
    made: datetime
    marker: str
    sheet: str
    lists: str
    title_label: str
    """"Tên biểu": the form's own name stands beside it and may be changed."""
    name: str
    columns: Annotated[tuple[EditColumn, ...], Field(min_length=1, max_length=40)]
    rows: tuple[tuple[str | int | None, ...], ...]
    spare: int
    """Empty rows below, for new fields."""
    page: str
