"""The commune's totals as .xlsx: typed cells, words that stay words (T26), ready to print on A4.

Rows are written as they come and not kept: a hundred units with all their answers stay small.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from xlsxwriter import Workbook as Book
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from handlers.documents.form_drawing import clean, height_of, print_on_a4
from handlers.documents.totals_contents import Cell, Column, Kind, Row, Sheet, TotalsBook

_FONT: Final = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
_BOXED: Final = {"border": 1, "text_wrap": True}
_NUMBERS: Final[Mapping[Kind, str]] = {"text": "@", "count": "#,##0", "percent": "0.0%"}
_GREY, _LIGHT = "#D9D9D9", "#F2F2F2"
_PAGE_WIDTH: Final = 220  # letters that can still be read on A4 across
_NARROW: Final = 12  # letters: words in such a column are centred


def totals(data: Mapping[str, Any]) -> bytes:
    """The workbook of `totals_contents.TotalsBook`. Equal data give equal bytes."""
    made = TotalsBook.from_json(data)
    out = io.BytesIO()
    with Book(out, {"constant_memory": True, "default_format_properties": dict(_FONT)}) as book:
        book.set_properties({"title": clean(made.title), "created": made.made})
        looks = _Looks(book)
        for sheet in made.sheets:
            _Drawing(book.add_worksheet(clean(sheet.name)), looks, made, sheet).draw()
    return out.getvalue()


class _Looks:
    """Each format once: a workbook keeps every one that was asked for."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[str, Format] = {}

    def __call__(self, name: str, **look: Any) -> Format:
        if name not in self._known:
            self._known[name] = self._book.add_format({**_FONT, **look})
        return self._known[name]

    def cell(self, column: Column, *, is_word: bool, strong: bool) -> Format:
        number = "@" if is_word else _NUMBERS[column.kind]
        align = "left" if column.kind == "text" else "center" if is_word else "right"
        if column.width <= _NARROW:
            align = "center"
        bold = {"bold": True, "bg_color": _LIGHT} if strong else {}
        name = f"{number}{align}{'strong' if strong else ''}"
        return self(name, num_format=number, align=align, **_BOXED, **bold)


class _Drawing:
    """Draws one sheet from top to bottom."""

    def __init__(self, page: Worksheet, looks: _Looks, made: TotalsBook, sheet: Sheet) -> None:
        self._page = page
        self._looks = looks
        self._made = made
        self._sheet = sheet
        self._last = len(sheet.columns) - 1

    def draw(self) -> None:
        page, sheet = self._page, self._sheet
        print_on_a4(page, f"{self._made.title} - {sheet.name}", self._made.sample, self._made.page)
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, column.width)
        top = self._head()
        self._pages_across()
        page.repeat_rows(top)
        page.freeze_panes(top + 1, min(sheet.frozen, self._last))
        self._names(top)
        for at, row in enumerate(sheet.rows, start=top + 1):
            self._row(at, row)
        if sheet.rows and all(len(row.cells) > 1 for row in sheet.rows):
            page.autofilter(top, 0, top + len(sheet.rows), self._last)
        if not sheet.rows:
            self._text(top + 1, 0, self._made.nothing, self._looks("plain"))

    def _pages_across(self) -> None:
        """A sheet of many columns is printed on several pages, each with the names of its rows."""
        width = sum(column.width for column in self._sheet.columns)
        pages = -(-width // _PAGE_WIDTH)
        self._page.fit_to_pages(pages, 0)
        if pages > 1 and self._sheet.frozen:
            self._page.repeat_columns(0, self._sheet.frozen - 1)

    def _head(self) -> int:
        """Title and lines; the row behind them."""
        made, sheet = self._made, self._sheet
        title = f"{made.sample} - {sheet.title}" if made.sample else sheet.title
        big = self._looks("title", bold=True, font_size=15)
        self._page.set_row(0, 24)
        self._text(0, 0, title, big)
        # No merged cells and no wrapping: on a wide sheet the words run on over empty cells.
        for at, line in enumerate(sheet.lines, start=1):
            self._text(at, 0, line, self._looks("line"))
        return 1 + len(sheet.lines)

    def _names(self, row: int) -> None:
        look = self._looks("head", bold=True, align="center", bg_color=_GREY, **_BOXED)
        narrow = [(column.name, 0.8 * column.width) for column in self._sheet.columns]
        self._page.set_row(row, height_of(narrow))
        for at, column in enumerate(self._sheet.columns):
            self._text(row, at, column.name, look)

    def _row(self, at: int, row: Row) -> None:
        if len(row.cells) == 1 < len(self._sheet.columns):
            self._heading(at, str(row.cells[0]))
            return
        self._page.set_row(at, height_of(self._words(row.cells)))
        for place, (column, cell) in enumerate(zip(self._sheet.columns, row.cells, strict=True)):
            self._cell(at, place, column, cell, strong=row.strong)

    def _heading(self, at: int, words: str) -> None:
        look = self._looks("heading", bold=True, bg_color=_LIGHT, top=1, bottom=1)
        for place in range(len(self._sheet.columns)):
            self._text(at, place, words if place == 0 else "", look)

    def _words(self, cells: Sequence[Cell]) -> list[tuple[str, float]]:
        columns = zip(self._sheet.columns, cells, strict=True)
        return [(clean(cell), column.width) for column, cell in columns if isinstance(cell, str)]

    def _cell(self, row: int, at: int, column: Column, cell: Cell, *, strong: bool) -> None:
        """Never `write`: it would read a formula or a link out of people's words (T26)."""
        look = self._looks.cell(column, is_word=isinstance(cell, str), strong=strong)
        if cell is None or isinstance(cell, str):
            self._text(row, at, cell or "", look)
        else:
            self._page.write_number(row, at, cell, look)

    def _text(self, row: int, column: int, text: str, look: Format) -> None:
        if text:
            self._page.write_string(row, column, clean(text), look)
        else:
            self._page.write_blank(row, column, None, look)
