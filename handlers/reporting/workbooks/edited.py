"""A form's definition that an officer has changed, read back with every mistake at once.

Pure. Nothing is taken over unless all of it is right: a form, or what is to be mended and in which
row. `edited_row.py` reads one row.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from handlers.reporting.checks import problems_of
from handlers.reporting.form import Field, Form, Problem
from handlers.reporting.forms import built_in
from handlers.reporting.workbooks.cells import Cells, Refused, Sheet
from handlers.reporting.workbooks.edited_options import Faulty
from handlers.reporting.workbooks.edited_row import Draft, FieldReader, Row, draft_of
from handlers.reporting.workbooks.workbook import COLUMNS, Version
from handlers.texts import Texts
from handlers.words import clean

MOST_FIELDS: Final = 60
_MOST_TITLE: Final = 80


def read_edited(
    cells: Cells, base: Form, texts: Texts, *, taken: Collection[str] = ()
) -> Form | list[Problem]:
    """The changed form, its version one higher, or all that is wrong with it.

    `base`: the newest version there is; `taken`: keys that any earlier version used, which no new
    field may have.
    """
    if isinstance(cells, Refused):
        return [_whole(texts, f"form_sheet.refused_{cells.why}")]
    marked = [found for one in cells if (found := _marked(one))]
    if len(marked) != 1:
        return [_whole(texts, "form_edit.no_keys")]
    sheet, version, columns = marked[0]
    if version.form != base.key:
        return [_whole(texts, "form_edit.other_form")]
    if version.version != base.version:
        values = {"version": version.version, "now": base.version}
        return [_whole(texts, "form_edit.other_version", **values)]
    missing = [column.key for column in COLUMNS if column.key not in columns]
    if missing:
        return [
            _whole(texts, "form_edit.no_column", column=texts[f"form_edit.{key}"])
            for key in missing
        ]
    return _Editing(base, texts, {*taken, *_built_in_keys()}).read(sheet, columns)


def _whole(texts: Texts, text: str, **values: object) -> Problem:
    return Problem(where=texts["form_edit.whole"], what=texts.say(text, **values))


def _built_in_keys() -> set[str]:
    return {field.key for form in built_in().values() for field in form.fields}


def _marked(sheet: Sheet) -> tuple[Sheet, Version, dict[str, int]] | None:
    """The marker, and which column is what, wherever they have been moved."""
    for (row, column), value in sheet.cells.items():
        version = Version.read(value) if isinstance(value, str) else None
        if version is not None:
            names = {
                str(name): at
                for (line, at), name in sheet.cells.items()
                if line == row and at != column
            }
            return sheet, version, {**names, "": column}
    return None


class _Editing:
    """One workbook being read, what is wrong with it collected."""

    def __init__(self, base: Form, texts: Texts, taken: set[str]) -> None:
        self._base = base
        self._texts = texts
        self._taken = taken
        self._found: list[tuple[int, Problem]] = []

    def read(self, sheet: Sheet, columns: Mapping[str, int]) -> Form | list[Problem]:
        title = self._title(sheet, columns[""])
        drafts = self._drafts(_rows(sheet, columns))
        fields = self._fields(drafts)
        ordered = sorted(fields, key=lambda field: not field.required)
        changes = {"title": title, "fields": tuple(ordered), "version": self._base.version + 1}
        self._judge(self._base.model_copy(update=changes), drafts)
        if self._found:
            return [problem for _, problem in sorted(self._found, key=lambda one: one[0])]
        return self._made(changes)

    def _made(self, changes: Mapping[str, Any]) -> Form | list[Problem]:
        """By the form's own rules; what was not said in Vietnamese above, they say themselves."""
        try:
            return Form.model_validate({**dict(self._base), **changes})
        except ValidationError as error:
            what = "; ".join(one["msg"] for one in error.errors())
            return [_whole(self._texts, "form_edit.not_fitting", what=what)]

    def _drafts(self, rows: Sequence[Row]) -> list[Draft]:
        if not rows:
            self._wrong(None, Faulty("no_fields"))
        if len(rows) > MOST_FIELDS:
            self._wrong(None, Faulty("too_many_fields", count=len(rows), most=MOST_FIELDS))
        known = {field.key: field for field in self._base.fields}
        used = {*self._taken, *known}
        drafts: list[Draft] = []
        for row in rows[:MOST_FIELDS]:
            draft = draft_of(row, known, used, self._texts)
            if any(one.key == draft.key for one in drafts):
                self._wrong(draft, Faulty("twice", key=draft.key))
            used.add(draft.key)
            drafts.append(draft)
        return drafts

    def _fields(self, drafts: Sequence[Draft]) -> list[Field]:
        fields = []
        for draft in drafts:
            reader = FieldReader(draft, drafts, self._texts)
            field = reader.read()
            for fault in reader.faults:
                self._wrong(draft, fault)
            if field is not None:
                fields.append(field)
        return fields

    def _judge(self, form: Form, drafts: Sequence[Draft]) -> None:
        """Words and sense, as for the forms of the house; `form` may still lack something."""
        by_key = {draft.key: draft for draft in drafts}
        for problem in problems_of(form):
            draft = by_key.get(problem.where.partition(": ")[2])
            self._found.append(
                (_number(draft), Problem(where=self._place(draft), what=problem.what))
            )

    def _wrong(self, draft: Draft | None, fault: Faulty) -> None:
        values = dict(fault.values)
        if "column" in values:
            values["column"] = self._texts[f"form_edit.{values['column']}"]
        what = self._texts.say(f"form_edit.{fault.what}", **values)
        self._found.append((_number(draft), Problem(where=self._place(draft), what=what)))

    def _place(self, draft: Draft | None) -> str:
        if draft is None:
            return self._texts["form_edit.whole"]
        text = "form_edit.place" if draft.label else "form_edit.row"
        return self._texts.say(text, row=draft.row.number, label=draft.label)

    def _title(self, sheet: Sheet, keys: int) -> str:
        """The form's name: the second text of its row; the base's own where the row is gone."""
        for cells in sheet.rows().values():
            if cells.get(keys) != "title":
                continue
            said = [str(value) for at, value in cells.items() if at != keys][1:]
            title = " ".join(clean(said[0]).split()) if said else ""
            if not title:
                self._wrong(None, Faulty("needed", column="name"))
            elif len(title) > _MOST_TITLE:
                values = {"count": len(title), "most": _MOST_TITLE}
                self._wrong(None, Faulty("too_long", column="name", **values))
            return title
        return self._base.title


def _number(draft: Draft | None) -> int:
    return draft.row.number if draft is not None else 0


def _rows(sheet: Sheet, columns: Mapping[str, int]) -> list[Row]:
    """Rows below the names of the columns; one with nothing but its key was taken out."""
    found: list[Row] = []
    has_begun = False
    for number, cells in sheet.rows().items():
        if cells.get(columns[""]) == "columns":
            has_begun = True
            continue
        row = {one.key: cells[columns[one.key]] for one in COLUMNS if columns[one.key] in cells}
        if has_begun and set(row) - {"key"}:
            found.append(Row(number, row))
    return found
