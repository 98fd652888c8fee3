"""What a BÁO CÁO in the layout of NĐ 30/2020 shows, as plain data; `report_letter` draws it later.

Of a unit or of the commune. As in `contents.py` every text is ready to be shown, nothing heavy is
imported, and `dataclasses.asdict` gives the JSON that `LetterContents.from_json` reads back.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from handlers.documents.contents import Content

MOST_COLUMNS: Final = 30
MOST_LINES: Final = 2_000
MOST_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Head(Content):
    """The top of the first page: who writes on the left, the state on the right."""

    over: str
    """The body above: "UBND XÃ GIAO MINH"; "" = none."""
    unit: str
    """"TRƯỜNG THCS A"."""
    number: str
    """"Số: ……/BC-……"; "" = no such line."""
    nation: str
    motto: str
    place: str
    """Place and day, dotted for the clerk."""


@dataclass(frozen=True, slots=True)
class Line(Content):
    """A paragraph of the body; numbers and dashes are in the text."""

    text: str
    kind: Literal["text", "item", "heading"] = "text"


Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Column(Content):
    name: str
    share: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """Of the width, beside the other columns' shares."""
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row(Content):
    cells: Annotated[tuple[str, ...], Field(min_length=1)]
    """One for each column; a single one goes across the whole table, as a heading of rows."""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table(Content):
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=MOST_COLUMNS)]
    rows: Annotated[tuple[Row, ...], Field(max_length=MOST_ROWS)]

    def __post_init__(self) -> None:
        if any(len(row.cells) not in (1, len(self.columns)) for row in self.rows):
            raise ValueError("a row needs one cell for each column, or one for all")


@dataclass(frozen=True, slots=True)
class Section(Content):
    number: str
    """Roman: "II"."""
    heading: str
    """In capitals."""
    lines: Annotated[tuple[Line, ...], Field(max_length=MOST_LINES)]
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Signature(Content):
    above: tuple[str, ...]
    """"TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH": lines above the office of who signs."""
    signs: str
    """"TRƯỞNG XÓM"."""
    name: str
    """"" = left to who signs."""


@dataclass(frozen=True, slots=True)
class Annex(Content):
    """Pages of its own at the end, with page numbers of their own."""

    label: str
    """"Phụ lục", "Phụ lục II"."""
    title: str
    """In capitals."""
    about: str
    """"(Kèm theo Báo cáo …)"."""
    table: Table
    notes: tuple[str, ...] = ()
    """Below the table."""
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class LetterContents(Content):
    marks: tuple[str, ...]
    """On every page: "DỮ LIỆU MẪU"; none for a real report."""
    head: Head
    title: str
    """"BÁO CÁO"."""
    subject: Annotated[tuple[str, ...], Field(min_length=1)]
    """The trích yếu, broken into lines where the sense allows it."""
    to: str
    """"Kính gửi:"."""
    addressees: tuple[str, ...]
    """One stands on the same line, several below one another; () = the whole line is left out."""
    grounds: tuple[str, ...]
    opening: str
    sections: tuple[Section, ...]
    closing: str
    """Ends with "./."."""
    recipients_title: str
    recipients: tuple[str, ...]
    signature: Signature
    annexes: tuple[Annex, ...]
