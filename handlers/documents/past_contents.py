"""What the workbooks about a past year show, as plain data: one row a unit, one column a figure.

As in `form_contents.py`: every text is ready to be shown, built in the turn, drawn by the worker.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from handlers.documents.contents import Content

MOST_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class PastColumn(Content):
    """One figure of every unit that is asked for it."""

    key: str
    """How the column is known when the workbook comes back, wherever it has been moved."""
    name: str
    counts: str
    """"buổi", "người"."""
    about: str
    """What exactly is counted."""
    who: str
    """Which kinds of units are asked."""


@dataclass(frozen=True, slots=True)
class PastRow(Content):
    code: str
    name: str
    kind: str
    cells: tuple[str | int | None, ...]
    """What is known already, a cell for each column."""
    asked: tuple[bool, ...]
    """False: nothing belongs in it."""


@dataclass(frozen=True, slots=True)
class PastSheet(Content):
    """Figures of a past year to fill in."""

    title: str
    guide: tuple[str, ...]
    sample: str
    """"DỮ LIỆU MẪU", or ""."""
    made: datetime
    """Local, without a zone: the file's own date."""
    marker: str
    """Which commune and year this is; hidden."""
    sheet: str
    named: Annotated[tuple[str, ...], Field(min_length=3, max_length=3)]
    """Code, name, kind of a unit."""
    columns: Annotated[tuple[PastColumn, ...], Field(min_length=1, max_length=48)]
    rows: Annotated[tuple[PastRow, ...], Field(max_length=MOST_ROWS)]
    help_sheet: str
    help_names: Annotated[tuple[str, ...], Field(min_length=4, max_length=4)]
    """Column, what it counts, which units are asked, what exactly is meant."""
    page: str
    count_title: str
    count_wrong: str


@dataclass(frozen=True, slots=True)
class PastCheck(Content):
    """Every line that was not read, and every figure that differs: to mend, or to decide on."""

    title: str
    guide: tuple[str, ...]
    sample: str
    made: datetime
    sheet: str
    names: Annotated[tuple[str, ...], Field(min_length=4, max_length=4)]
    """Row, column, unit, what to do."""
    rows: Annotated[tuple[tuple[int, str, str, str], ...], Field(max_length=MOST_ROWS)]
    page: str
