"""The definition of a report form as .xlsx, one row a field, for an officer to change (§5)."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook as Book
from xlsxwriter.worksheet import Worksheet

from handlers.documents.form_contents import EditColumn, EditForm
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
)


def form_editing(data: Mapping[str, Any]) -> bytes:
    """The workbook of `form_contents.EditForm`. Equal data give equal bytes."""
    made = EditForm.from_json(data)
    out = io.BytesIO()
    with Book(out) as book:
        book.set_properties({"title": clean(made.title), "created": made.made})
        sheet = book.add_worksheet(made.sheet)
        lists = Lists(book.add_worksheet(made.lists))
        _Editing(book, sheet, lists, made).draw()
    return out.getvalue()


class _Editing(FormSheet):
    """Draws an `EditForm`."""

    def __init__(self, book: Book, sheet: Worksheet, lists: Lists, made: EditForm) -> None:
        super().__init__(book, sheet, lists)
        self._made = made

    def draw(self) -> None:
        sheet, made = self.sheet, self._made
        last = len(made.columns)
        print_on_a4(sheet, made.title, made.sample, made.page)
        sheet.set_column(0, 0, 3, None, {"hidden": True})
        for at, column in enumerate(made.columns, start=1):
            sheet.set_column(at, at, column.width)
        self._marked()
        width = min(sum(column.width for column in made.columns[:6]), 140)
        top = self.head(made.title, made.sample, made.guide, min(last, 6), width)
        self._name(top)
        self._column_names(top + 1)
        sheet.repeat_rows(top + 1)
        sheet.repeat_columns(1, 3)
        sheet.fit_to_pages(2, 0)
        sheet.freeze_panes(top + 2, 2)
        for row in range(len(made.rows) + made.spare):
            known = made.rows[row] if row < len(made.rows) else ()
            self._row(top + 2 + row, known)

    def _marked(self) -> None:
        plain = self.look("plain")
        self.text(0, 0, self._made.marker, plain)
        for at, column in enumerate(self._made.columns, start=1):
            self.text(0, at, column.key, plain)
        self.sheet.set_row(0, None, None, {"hidden": True})

    def _name(self, row: int) -> None:
        """The form's own name, in a row that is known by its key."""
        self.text(row, 0, "title", self.look("plain"))
        self.text(row, 1, self._made.title_label, self.look("strong", bold=True, **BOXED))
        look = self.look("input", **BOXED, locked=False, num_format="@")
        self.sheet.merge_range(row, 2, row, 3, "", look)
        self.text(row, 2, self._made.name, look)
        self.sheet.set_row(row, 1.4 * LINE)

    def _column_names(self, row: int) -> None:
        look = self.look("head", bold=True, align="center", bg_color="#D9D9D9", **BOXED)
        names = [(column.name, 0.75 * column.width) for column in self._made.columns]
        self.sheet.set_row(row, height_of(names))
        self.text(row, 0, "columns", self.look("plain"))
        for at, (name, _) in enumerate(names, start=1):
            self.text(row, at, name, look)

    def _row(self, row: int, known: Sequence[str | int | None]) -> None:
        columns = self._made.columns
        cells = [*known, *([None] * (len(columns) - len(known)))]
        texts = [
            (str(cell or ""), column.width) for cell, column in zip(cells, columns, strict=True)
        ]
        self.sheet.set_row(row, max(1.4 * LINE, height_of(texts)))
        for at, (cell, column) in enumerate(zip(cells, columns, strict=True), start=1):
            self._cell(row, at, cell, column)

    def _cell(self, row: int, at: int, cell: str | int | None, column: EditColumn) -> None:
        if column.locked:
            look = self.look("shown", bg_color=GREY, **BOXED)
        elif isinstance(cell, int):
            look = self.look("input number", **BOXED, locked=False, align="center")
        else:
            look = self.look("input", **BOXED, locked=False, num_format="@")
        if isinstance(cell, int):
            self.sheet.write_number(row, at, cell, look)
        else:
            self.text(row, at, cell or "", look)
        if column.locked:
            return
        rule: dict[str, Any] = {
            "validate": "any",
            "input_title": column.name[:32],
            "input_message": column.help[:255],
        }
        if column.options:
            source = self.lists.range_of(column.options)
            rule |= {"validate": "list", "source": source}
        self.sheet.data_validation(row, at, row, at, rule)


__all__ = ["MEDIA_TYPE", "form_editing"]
