"""The report form of one unit as .xlsx, to fill in and send back (`sheet_reading` reads it).

Cells that are not to be filled in are locked, without a password. A hidden row and a hidden column
say what each cell is, for when the file comes back.
"""

import io
from collections.abc import Mapping
from typing import Any, Final

from xlsxwriter import Workbook as Book
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from handlers.documents.form_contents import Cell, FillIn, Line
from handlers.documents.form_drawing import (
    BOXED,
    GREY,
    LINE,
    MEDIA_TYPE,
    FormSheet,
    Lists,
    clean,
    height_of,
    print_on_a4,
    protect,
)

_ROLES: Final = ("number", "label", "hint", "counts", "value", "whole", "unknown", "note")
_WIDTHS: Final = (6, 25, 37, 10, 25, 10, 10, 17)  # letters
_LAST: Final = len(_ROLES)  # column 0 is hidden
_MOST_COUNT: Final = 1_000_000


def report_form(data: Mapping[str, Any]) -> bytes:
    """The workbook of `form_contents.FillIn`. Equal data give equal bytes."""
    made = FillIn.from_json(data)
    out = io.BytesIO()
    with Book(out) as book:
        book.set_properties({"title": clean(made.title), "created": made.made})
        sheet = book.add_worksheet(made.words["sheet"])
        lists = Lists(book.add_worksheet(made.words["lists"]))
        _Filling(book, sheet, lists, made).draw()
    return out.getvalue()


class _Filling(FormSheet):
    """Draws a `FillIn`."""

    def __init__(self, book: Book, sheet: Worksheet, lists: Lists, made: FillIn) -> None:
        super().__init__(book, sheet, lists)
        self._made = made

    def draw(self) -> None:
        sheet, made = self.sheet, self._made
        print_on_a4(sheet, f"{made.title} - {made.about}", made.sample, made.words["page"])
        sheet.set_column(0, 0, 3, None, {"hidden": True})
        for column, width in enumerate(_WIDTHS, start=1):
            sheet.set_column(column, column, width)
        self._marked()
        guide = (made.about, *made.guide)
        top = self.head(made.title, made.sample, guide, _LAST, sum(_WIDTHS))
        self._column_names(top)
        sheet.repeat_rows(top)
        for row, line in enumerate(made.lines, start=top + 1):
            self._line(row, line)
        sheet.print_area(1, 1, top + len(made.lines), _LAST)
        protect(sheet)

    def _marked(self) -> None:
        """What this is and which column is which: found again wherever they are moved."""
        plain = self.look("plain")
        self.text(0, 0, self._made.marker, plain)
        for column, role in enumerate(_ROLES, start=1):
            self.text(0, column, role, plain)
        self.sheet.set_row(0, None, None, {"hidden": True})

    def _column_names(self, row: int) -> None:
        look = self.look("head", bold=True, align="center", bg_color="#D9D9D9", **BOXED)
        names = [self._made.words[role] for role in _ROLES]
        self.sheet.set_row(row, height_of(zip(names, (0.75 * w for w in _WIDTHS), strict=True)))
        self.text(row, 0, "~", self.look("plain"))  # only shown
        for column, name in enumerate(names, start=1):
            self.text(row, column, name, look)

    def _line(self, row: int, line: Line) -> None:
        if not line.key and not line.number:
            look = self.look("heading", bold=True, bg_color="#D9D9D9", **BOXED)
            self.band(row, _LAST, line.label, look, width=sum(_WIDTHS))
            return
        self.text(row, 0, line.key, self.look("plain"))
        shown = self.look("shown", bg_color=GREY, indent=1, **BOXED)
        strong = self.look("strong", bg_color=GREY, bold=True, indent=1, **BOXED)
        centred = self.look("centred", bg_color=GREY, align="center", **BOXED)
        for column, text, look in (
            (1, line.number, centred),
            (2, line.label, strong if line.number else shown),
            (3, line.hint, shown),
            (4, line.counts, centred),
            (8, line.note, shown),
        ):
            self.text(row, column, text, look)
        for column, cell in ((5, line.value), (6, line.whole), (7, line.unknown)):
            self._cell(row, column, cell)
        self.sheet.set_row(row, self._height_of(line))

    def _height_of(self, line: Line) -> float:
        texts = (line.number, line.label, line.hint, line.counts, str(line.value.value or ""))
        cells = [*zip(texts, _WIDTHS, strict=False), (line.note, _WIDTHS[7])]
        roomy = 3 * LINE if line.value.kind == "long" else 1.4 * LINE
        return max(roomy, height_of(cells))

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        look = self._input_look(cell)
        if isinstance(cell.value, int):
            self.sheet.write_number(row, column, cell.value, look)
        else:
            self.text(row, column, cell.value or "", look)
        if cell.kind == "count":
            self.sheet.data_validation(row, column, row, column, self._count_rule())
        if cell.kind == "choice":
            rule = self._choice_rule(cell.options)
            self.sheet.data_validation(row, column, row, column, rule)

    def _input_look(self, cell: Cell) -> Format:
        if cell.kind in ("none", "shown"):
            align = "left" if isinstance(cell.value, str) else "center"
            return self.look(f"locked {align}", bg_color=GREY, align=align, **BOXED)
        look = {"border": 2, "text_wrap": True, "locked": False}
        if cell.kind == "count":  # as typed: with a pattern 1.234 might be shown as 1
            return self.look("count", **look, align="center", bold=True)
        align = "center" if cell.kind == "choice" else "left"
        return self.look(f"input {align}", **look, align=align, num_format="@")

    def _count_rule(self) -> dict[str, Any]:
        """Whole numbers; something else may be meant ("khoảng 120") and is only asked about."""
        words = self._made.words
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": _MOST_COUNT,
            "error_type": "information",
            "error_title": words["count_title"][:32],
            "error_message": words["count_wrong"][:255],
        }

    def _choice_rule(self, options: tuple[str, ...]) -> dict[str, Any]:
        words = self._made.words
        return {
            "validate": "list",
            "source": self.lists.range_of(options),
            "error_type": "information",
            "error_title": words["choice_title"][:32],
            "error_message": words["choice_wrong"][:255],
        }


__all__ = ["MEDIA_TYPE", "report_form"]
