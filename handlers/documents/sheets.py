"""Figures as an .xlsx workbook: typed cells, words that stay words (T26), ready to print on A4."""

import io
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from xlsxwriter import Workbook as Book
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from handlers.documents.contents import Kind, Row, Table, Workbook

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
_BOXED: Final = {"border": 1, "valign": "vcenter"}
_TOTAL: Final = {"bold": True, "bg_color": "#E7E6E6", "top": 2}
_NUMBERS: Final[Mapping[Kind, str]] = {"text": "@", "count": "#,##0", "percent": "0.0%"}
_A4: Final = 9
_HEAD: Final = 2  # rows above the names of the columns: title and facts
_FROZEN: Final = 2  # columns that stay in view: code and name
_NARROWEST, _WIDEST, _NOTE_WIDTH = 12, 36, 40  # letters
_FIGURE_WIDTH, _DEFINITION_WIDTH = 32, 90  # letters
_LINE: Final = 16.5  # points
_MOST_LINES: Final = 8
_LONGEST: Final = 2_000  # letters a cell; Excel's own limit is 32,767


def statistics(data: Mapping[str, Any]) -> bytes:
    """The workbook of `contents.Workbook`. Equal data give equal bytes."""
    made = Workbook.from_json(data)
    out = io.BytesIO()
    with Book(out, {"constant_memory": True, "default_format_properties": dict(_FONT)}) as book:
        book.set_properties({"title": _clean(made.title), "created": made.made})
        _table_sheet(book, made, "sheet_table", made.table)
        if made.trend:
            _table_sheet(book, made, "sheet_trend", made.trend)
        _definitions_sheet(book, made)
    return out.getvalue()


def _table_sheet(book: Book, made: Workbook, name: str, table: Table) -> None:
    sheet = book.add_worksheet(made.words[name])
    last = len(table.columns)  # the column of notes
    _set_up(sheet, made)
    sheet.repeat_rows(_HEAD)
    sheet.freeze_panes(_HEAD + 1, min(_FROZEN, last))
    widths = _widths(table)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    _head(book, sheet, made, widths, rows=len(table.rows))
    _column_names(book, sheet, [column.name for column in table.columns], made, widths)
    plain, strong = (
        {kind: _format(book, kind, look) for kind in _NUMBERS} for look in ({}, _TOTAL)
    )
    for at, row in enumerate(table.rows, start=_HEAD + 1):
        _row(sheet, at, row, table, plain)
    after = _HEAD + 1 + len(table.rows)
    sheet.autofilter(_HEAD, 0, max(after - 1, _HEAD), last)
    if not table.rows:
        sheet.write_string(after, 0, made.words["sheet_nothing"], plain["text"])
        after += 1
    if table.total:
        _row(sheet, after, table.total, table, strong)


def _set_up(sheet: Worksheet, made: Workbook) -> None:
    """A4 across, every printed page says what it is and whether it is a sample."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L{_for_header(made.title)}&R{_for_header(made.sample)}")
    sheet.set_footer(f"&R{_for_header(made.words['sheet_page'])} &P/&N")


def _for_header(text: str) -> str:
    """`&` begins a command there; 255 letters are all a header may have."""
    return _clean(text)[:100].replace("&", "&&")


def _head(book: Book, sheet: Worksheet, made: Workbook, widths: list[int], *, rows: int) -> None:
    title = book.add_format({**_FONT, "bold": True, "font_size": 16})
    words = f"{made.sample} - {made.title}" if made.sample else made.title
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, _clean(words), title)
    facts = [f"{label}: {fact}" for label, fact in made.facts]
    said = _clean(". ".join([*facts, f"{made.words['sheet_rows']}: {rows}"]))
    wrapping = book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
    sheet.set_row(1, _height([(said, sum(widths))]))
    sheet.merge_range(1, 0, 1, len(widths) - 1, "", wrapping)
    sheet.write_string(1, 0, said, wrapping)


def _column_names(
    book: Book, sheet: Worksheet, names: Sequence[str], made: Workbook, widths: list[int]
) -> None:
    look = {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#D9D9D9"}
    heading = book.add_format({**_FONT, **_BOXED, **look, "valign": "vcenter"})
    words = [_clean(name) for name in (*names, made.words["sheet_note"])]
    # Bold letters are wider, and a line is broken at a space.
    narrow = [round(0.7 * width) for width in widths]
    sheet.set_row(_HEAD, _height(zip(words, narrow, strict=True)) + 4)
    for at, name in enumerate(words):
        sheet.write_string(_HEAD, at, name, heading)


def _height(cells: Iterable[tuple[str, int]]) -> float:
    """Points for the most lines any (text, width in letters) takes: not every program counts."""
    lines = max(math.ceil(len(text) / width) for text, width in cells)
    return _LINE * min(max(lines, 1), _MOST_LINES)


def _format(book: Book, kind: Kind, look: Mapping[str, Any]) -> Format:
    shape = {"text_wrap": True, "indent": 1} if kind == "text" else {}
    return book.add_format({**_FONT, **_BOXED, "num_format": _NUMBERS[kind], **shape, **look})


def _row(sheet: Worksheet, at: int, row: Row, table: Table, formats: Mapping[Kind, Format]) -> None:
    texts = [_clean(cell) for cell in row.cells if isinstance(cell, str)]
    sheet.set_row(
        at, _height([*((text, _WIDEST) for text in texts), (_clean(row.note), _NOTE_WIDTH - 4)])
    )
    for column, (kind, cell) in enumerate(
        zip((column.kind for column in table.columns), row.cells, strict=True)
    ):
        _cell(sheet, at, column, cell, formats[kind])
    _cell(sheet, at, len(table.columns), row.note, formats["text"])


def _cell(sheet: Worksheet, at: int, column: int, cell: str | float | None, look: Format) -> None:
    """Never `write`: it would read a formula or a link out of people's words (T26)."""
    if cell is None or cell == "":
        sheet.write_blank(at, column, None, look)
    elif isinstance(cell, str):
        sheet.write_string(at, column, _clean(cell), look)
    else:
        sheet.write_number(at, column, cell, look)


def _widths(table: Table) -> list[int]:
    """Each column as wide as its longest text, but only as wide as a page can bear."""
    rows = (*table.rows, *((table.total,) if table.total else ()))
    widths = []
    for at, column in enumerate(table.columns):
        texts = [str(row.cells[at]) for row in rows if column.kind == "text"]
        longest_word = max(map(len, column.name.split()), default=0)
        widths.append(min(_WIDEST, max(_NARROWEST, longest_word + 3, *map(_letters, texts))))
    return [*widths, _NOTE_WIDTH]


def _letters(text: str) -> int:
    return len(text) + 3


def _definitions_sheet(book: Book, made: Workbook) -> None:
    """What each figure means, and below the facts about this workbook, the rows as a number."""
    sheet = book.add_worksheet(made.words["sheet_definitions"])
    _set_up(sheet, made)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, _FIGURE_WIDTH)
    sheet.set_column(1, 1, _DEFINITION_WIDTH)
    heading = book.add_format({**_FONT, **_BOXED, "bold": True, "bg_color": "#D9D9D9"})
    text = _format(book, "text", {})
    number = _format(book, "count", {"align": "left"})
    _pair(sheet, 0, (made.words["sheet_figure"], made.words["sheet_definition"]), heading)
    for at, pair in enumerate(made.definitions, start=1):
        _pair(sheet, at, pair, text)
    below = len(made.definitions) + 2
    sheet.write_string(below, 0, made.words["sheet_about"], heading)
    sheet.write_blank(below, 1, None, heading)
    sample = ((made.sample, ""),) if made.sample else ()
    facts = (*sample, *made.facts)
    for at, pair in enumerate(facts, start=below + 1):
        _pair(sheet, at, pair, text)
    last = below + 1 + len(facts)
    sheet.write_string(last, 0, made.words["sheet_rows"], text)
    sheet.write_number(last, 1, len(made.table.rows), number)


def _pair(sheet: Worksheet, at: int, pair: Sequence[str], look: Format) -> None:
    widths = (_FIGURE_WIDTH, _DEFINITION_WIDTH)
    sheet.set_row(at, _height(zip(map(_clean, pair), widths, strict=True)))
    for column, words in enumerate(pair):
        _cell(sheet, at, column, words, look)


def _clean(text: str) -> str:
    """Composed letters on one line, without control characters and invisible marks."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(char for char in composed if unicodedata.category(char)[0] != "C")[:_LONGEST]


__all__ = ["MEDIA_TYPE", "statistics"]
