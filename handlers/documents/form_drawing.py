"""What workbooks of report forms are drawn with: words stay words (T26), large type, A4."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

from xlsxwriter import Workbook as Book
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOXED: Final = {"border": 1, "text_wrap": True}
GREY: Final = "#EDEDED"
LINE: Final = 18.0  # points
_FONT: Final = {"font_name": "Times New Roman", "font_size": 14, "valign": "vcenter"}
_A4: Final = 9
_LONGEST: Final = 2_000  # letters a cell
_MOST_HEIGHT: Final = 400.0  # points: Excel's own limit is 409
_LETTER: Final = 1.1  # of 14 points, in the letters that a column's width counts


class Lists:
    """A hidden sheet of what lists in cells offer: a list in the cell itself breaks at commas."""

    def __init__(self, sheet: Worksheet) -> None:
        sheet.hide()
        sheet.protect()
        self.sheet = sheet
        self._known: dict[tuple[str, ...], str] = {}

    def range_of(self, options: tuple[str, ...]) -> str:
        if options not in self._known:
            column = len(self._known)
            for row, option in enumerate(options):
                self.sheet.write_string(row, column, clean(option))
            letter = _letter(column)
            name = self.sheet.get_name().replace("'", "''")
            self._known[options] = f"='{name}'!${letter}$1:${letter}${len(options)}"
        return self._known[options]


def _letter(column: int) -> str:
    return (
        chr(ord("A") + column) if column < 26 else _letter(column // 26 - 1) + _letter(column % 26)
    )


def print_on_a4(sheet: Worksheet, title: str, sample: str, page: str) -> None:
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_header(f"&L{_for_header(title)}&R{_for_header(sample)}")
    sheet.set_footer(f"&R{_for_header(page)} &P/&N")


def _for_header(text: str) -> str:
    """`&` begins a command there; 255 letters are all a header may have."""
    return clean(text)[:100].replace("&", "&&")


def protect(sheet: Worksheet) -> None:
    """Against slips of the hand only: whoever must may take it off."""
    sheet.protect("", {"format_columns": True, "format_rows": True})


class PlainSheet:
    """Formats, and words written as words."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book = book
        self.sheet = sheet
        self._formats: dict[str, Format] = {}

    def look(self, name: str, **look: Any) -> Format:
        if name not in self._formats:
            self._formats[name] = self.book.add_format({**_FONT, **look})
        return self._formats[name]

    def text(self, row: int, column: int, text: str, look: Format) -> None:
        if text:
            self.sheet.write_string(row, column, clean(text), look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def band(self, row: int, last: int, text: str, look: Format, *, width: int) -> None:
        """One text over the whole width."""
        self.sheet.set_row(row, height_of([(text, width)]))
        self.sheet.merge_range(row, 1, row, last, "", look)
        self.text(row, 1, text, look)

    def head(self, title: str, sample: str, lines: Sequence[str], last: int, width: int) -> int:
        """Title and lines of guidance below the hidden row; the first row behind them."""
        shown = f"{sample} - {title}" if sample else title
        big = self.look("title", bold=True, font_size=18, text_wrap=True)
        self.band(1, last, shown, big, width=round(width * 0.7))
        for row, line in enumerate(lines, start=2):
            look = self.look("guide", text_wrap=True, valign="top")
            self.band(row, last, line, look, width=width)
        return 2 + len(lines)


class FormSheet(PlainSheet):
    """A sheet whose cells offer lists."""

    def __init__(self, book: Book, sheet: Worksheet, lists: Lists) -> None:
        super().__init__(book, sheet)
        self.lists = lists


def height_of(cells: Iterable[tuple[str, float]]) -> float:
    """Points for the most lines any (text, width in letters) takes: not every program counts."""
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return min(max(1, lines) * LINE + 4, _MOST_HEIGHT)


def _lines(text: str, width: float) -> int:
    room = max(width / _LETTER, 1)
    return sum(max(1, math.ceil(len(line) / room)) for line in text.split("\n")) if text else 0


def clean(text: str) -> str:
    """Composed letters, without control characters and invisible marks; its lines stay."""
    composed = unicodedata.normalize("NFC", text)
    kept = (char for char in composed if char == "\n" or unicodedata.category(char)[0] != "C")
    return "".join(kept).strip()[:_LONGEST]
