"""Figures of a past year as .xlsx: the template to fill in, and what was wrong with one (T26)."""

import io
from collections.abc import Mapping
from typing import Any, Final

from xlsxwriter import Workbook as Book
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from handlers.documents.form_drawing import (
    BOXED,
    GREY,
    LINE,
    PlainSheet,
    clean,
    height_of,
    print_on_a4,
    protect,
)
from handlers.documents.past_contents import PastCheck, PastRow, PastSheet

_NAMED: Final = (("code", 15), ("name", 32), ("kind", 20))
_FIGURE: Final = 17  # letters
_HELP: Final = (44, 14, 34, 64)
_CHECK: Final = (8, 8, 30, 80)
_MOST_COUNT: Final = 1_000_000
_GUIDE_WIDTH: Final = 120


def past_figures(data: Mapping[str, Any]) -> bytes:
    """The workbook of `PastSheet`. Equal data give equal bytes."""
    made = PastSheet.from_json(data)
    out = io.BytesIO()
    with Book(out) as book:
        book.set_properties({"title": clean(made.title), "created": made.made})
        sheet = book.add_worksheet(made.sheet)
        helping = book.add_worksheet(made.help_sheet)
        _Template(book, sheet, made).draw()
        _Help(book, helping, made).draw()
    return out.getvalue()


def past_check(data: Mapping[str, Any]) -> bytes:
    """The workbook of `PastCheck`. Equal data give equal bytes."""
    made = PastCheck.from_json(data)
    out = io.BytesIO()
    with Book(out) as book:
        book.set_properties({"title": clean(made.title), "created": made.made})
        sheet = book.add_worksheet(made.sheet)
        _Check(book, sheet, made).draw()
    return out.getvalue()


class _Template(PlainSheet):
    """One row a unit; what names it is to read, the rest to fill in."""

    def __init__(self, book: Book, sheet: Worksheet, made: PastSheet) -> None:
        super().__init__(book, sheet)
        self._made = made
        self._first = len(_NAMED) + 1  # column 0 is hidden

    def draw(self) -> None:
        sheet, made = self.sheet, self._made
        print_on_a4(sheet, made.title, made.sample, made.page)
        sheet.set_column(0, 0, 3, None, {"hidden": True})
        for at, (_, width) in enumerate(_NAMED, start=1):
            sheet.set_column(at, at, width)
        sheet.set_column(self._first, self._last, _FIGURE)
        self._marked()
        across = min(self._last, self._first + 4)
        top = self.head(made.title, made.sample, made.guide, across, _GUIDE_WIDTH)
        self._names(top)
        sheet.repeat_rows(top)
        sheet.repeat_columns(1, 2)
        sheet.fit_to_pages(max(1, round(len(made.columns) / 8)), 0)
        sheet.freeze_panes(top + 1, 3)
        for row, unit in enumerate(made.rows, start=top + 1):
            self._unit(row, unit)
        if made.rows:
            self._rule(top + 1, top + len(made.rows))
        protect(sheet)

    @property
    def _last(self) -> int:
        return self._first + len(self._made.columns) - 1

    def _marked(self) -> None:
        """What this is and which column is which: found again wherever they are moved."""
        plain = self.look("plain")
        self.text(0, 0, self._made.marker, plain)
        for at, (key, _) in enumerate(_NAMED, start=1):
            self.text(0, at, key, plain)
        for at, column in enumerate(self._made.columns, start=self._first):
            self.text(0, at, column.key, plain)
        self.sheet.set_row(0, None, None, {"hidden": True})

    def _names(self, row: int) -> None:
        look = self.look("head", bold=True, align="center", bg_color="#D9D9D9", **BOXED)
        names = [
            *zip(self._made.named, (width for _, width in _NAMED), strict=True),
            *((_titled(one.name, one.counts), _FIGURE) for one in self._made.columns),
        ]
        self.sheet.set_row(row, height_of((name, 0.75 * width) for name, width in names))
        for at, (name, _) in enumerate(names, start=1):
            self.text(row, at, name, look)

    def _unit(self, row: int, unit: PastRow) -> None:
        shown = self.look("shown", bg_color=GREY, indent=1, **BOXED)
        strong = self.look("strong", bg_color=GREY, bold=True, indent=1, **BOXED)
        words = (unit.code, unit.name, unit.kind)
        for at, text in enumerate(words, start=1):
            self.text(row, at, text, strong if at == 2 else shown)
        for at, (cell, asked) in enumerate(zip(unit.cells, unit.asked, strict=True)):
            self._cell(row, self._first + at, cell, self._look_of(asked=asked))
        texts = zip(words, (width for _, width in _NAMED), strict=True)
        self.sheet.set_row(row, max(1.4 * LINE, height_of(texts)))

    def _look_of(self, *, asked: bool) -> Format:
        if asked:  # as typed: with a pattern 1.234 might be shown as 1
            return self.look("count", **BOXED, locked=False, align="center")
        return self.look("none", **BOXED, bg_color=GREY)

    def _cell(self, row: int, column: int, cell: str | int | None, look: Format) -> None:
        if isinstance(cell, int):
            self.sheet.write_number(row, column, cell, look)
        else:
            self.text(row, column, cell or "", look)

    def _rule(self, first: int, last: int) -> None:
        """Whole numbers; something else may be meant ("khoảng 120") and is only asked about."""
        made = self._made
        rule = {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": _MOST_COUNT,
            "error_type": "information",
            "error_title": made.count_title[:32],
            "error_message": made.count_wrong[:255],
        }
        self.sheet.data_validation(first, self._first, last, self._last, rule)


def _titled(name: str, counts: str) -> str:
    return f"{name} ({counts})" if counts else name


class _Table(PlainSheet):
    """A table to read, below a title."""

    def table(
        self, top: int, names: tuple[str, ...], widths: tuple[int, ...], rows: list[tuple[Any, ...]]
    ) -> None:
        for at, width in enumerate(widths, start=1):
            self.sheet.set_column(at, at, width)
        head = self.look("head", bold=True, align="center", bg_color="#D9D9D9", **BOXED)
        self.sheet.set_row(top, height_of(zip(names, widths, strict=True)))
        for at, name in enumerate(names, start=1):
            self.text(top, at, name, head)
        look = self.look("shown", indent=1, **BOXED)
        number = self.look("number", align="center", **BOXED)
        for row, cells in enumerate(rows, start=top + 1):
            texts = [str(cell or "") for cell in cells]
            self.sheet.set_row(row, max(1.4 * LINE, height_of(zip(texts, widths, strict=True))))
            for at, cell in enumerate(cells, start=1):
                if isinstance(cell, int) and cell:
                    self.sheet.write_number(row, at, cell, number)
                else:
                    self.text(row, at, str(cell or ""), look)
        self.sheet.repeat_rows(top)


class _Help(_Table):
    """What each column asks for."""

    def __init__(self, book: Book, sheet: Worksheet, made: PastSheet) -> None:
        super().__init__(book, sheet)
        self._made = made

    def draw(self) -> None:
        made = self._made
        print_on_a4(self.sheet, made.help_sheet, made.sample, made.page)
        self.sheet.set_column(0, 0, 3, None, {"hidden": True})
        top = self.head(made.help_sheet, made.sample, (), len(_HELP), sum(_HELP))
        rows = [(one.name, one.counts, one.who, one.about) for one in made.columns]
        self.table(top, made.help_names, _HELP, rows)


class _Check(_Table):
    """What is to be mended."""

    def __init__(self, book: Book, sheet: Worksheet, made: PastCheck) -> None:
        super().__init__(book, sheet)
        self._made = made

    def draw(self) -> None:
        made = self._made
        print_on_a4(self.sheet, made.title, made.sample, made.page)
        self.sheet.set_column(0, 0, 3, None, {"hidden": True})
        top = self.head(made.title, made.sample, made.guide, len(_CHECK), sum(_CHECK))
        self.table(top, made.names, _CHECK, list(made.rows))
        self.sheet.freeze_panes(top + 1, 0)
