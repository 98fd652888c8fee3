"""A report form's definition as a workbook that an officer changes without code (design §5).

One row a field. What has no column of its own (who holds a figure, what the year's book fills in,
the pieces of a record) stays as it was. `edited.py` reads it when it comes back.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Self, get_args

from handlers.documents.form_contents import EditColumn, EditForm
from handlers.reporting.form import Field, Form, Kind, Occasion, Section
from handlers.texts import Texts

TICK: Final = "x"
BETWEEN: Final = "; "
"""Between several things in one cell."""
SPARE: Final = 10
_BEGINS: Final = "HVS-MAU-1"
SECTIONS: Final = tuple(part for group in get_args(Section) for part in get_args(group) or (group,))
OCCASIONS: Final = get_args(Occasion)
FIXED: Final = frozenset({Kind.BY_HAMLET})
"""Kinds that only the house itself can add: they belong to a holder."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of which form a workbook was made of: its hidden first cell."""

    form: str
    version: int

    def __str__(self) -> str:
        return f"{_BEGINS}|{self.form}|{self.version}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        match text.strip().split("|"):
            case [begins, form, version] if begins == _BEGINS and version.isdecimal():
                return cls(form, int(version)) if len(version) < 6 else None
        return None


Shown = str | int | None
Show = Callable[[Texts, Field], Shown]


@dataclass(frozen=True, slots=True)
class Column:
    """One property of a field: how it is called in the workbook and what stands in its cells."""

    key: str
    width: int
    show: Show


def options_said(field: Field) -> str:
    """Say "Đã có [yes]; Chưa có [no]": the key in brackets stays when the words change."""
    return BETWEEN.join(f"{option.label} [{option.key}]" for option in field.options)


def occasions_said(texts: Texts, field: Field) -> str:
    return BETWEEN.join(texts[f"form_edit.occasion_{one}"] for one in field.occasions)


def _tick(is_so: bool) -> str | None:
    return TICK if is_so else None


COLUMNS: Final = (
    Column("key", 20, lambda _, field: field.key),
    Column("kind", 18, lambda texts, field: texts[f"form_edit.kind_{field.kind}"]),
    Column("label", 30, lambda _, field: field.label),
    Column("ask", 48, lambda _, field: field.ask),
    Column("help", 40, lambda _, field: field.help),
    Column("counts", 14, lambda _, field: field.counts),
    Column("required", 10, lambda _, field: _tick(field.required)),
    Column("most", 12, lambda _, field: field.most),
    Column("unusual", 12, lambda _, field: field.unusual),
    Column("part_of", 18, lambda _, field: field.part_of),
    Column("section", 10, lambda _, field: field.section),
    Column("plan", 20, lambda _, field: BETWEEN.join(field.plan)),
    Column("options", 34, lambda _, field: options_said(field)),
    Column("only_if", 22, lambda _, field: field.only_if),
    Column("since", 10, lambda _, field: field.since),
    Column("until", 10, lambda _, field: field.until),
    Column("occasions", 26, occasions_said),
    Column("words", 34, lambda _, field: BETWEEN.join(field.words)),
)


def contents_of(texts: Texts, form: Form, *, made: datetime, sample: bool) -> dict[str, Any]:
    """What `form_editing.form_editing` draws, as JSON. `made`: local, without a zone."""
    contents = EditForm(
        title=texts.say("form_edit.title", form=form.title, version=form.version),
        guide=tuple(texts[f"form_edit.guide_{number}"] for number in (1, 2, 3)),
        sample=texts["form_sheet.sample"] if sample else "",
        made=made,
        marker=str(Version(form.key, form.version)),
        sheet=texts["form_edit.sheet"],
        lists=texts["form_sheet.lists"],
        title_label=texts["form_edit.name"],
        name=form.title,
        columns=tuple(_column(texts, column) for column in COLUMNS),
        rows=tuple(_row(texts, field) for field in form.fields),
        spare=SPARE,
        page=texts["form_sheet.page"],
    )
    return asdict(contents) | {"made": made.isoformat()}


def _column(texts: Texts, column: Column) -> EditColumn:
    return EditColumn(
        column.key,
        texts[f"form_edit.{column.key}"],
        column.width,
        texts[f"form_edit.{column.key}_help"],
        _options(texts, column.key),
        locked=column.key == "key",
    )


def _options(texts: Texts, key: str) -> tuple[str, ...]:
    match key:
        case "kind":
            return tuple(texts[f"form_edit.kind_{kind}"] for kind in Kind)
        case "required":
            return (TICK,)
        case "section":
            return tuple(filter(None, SECTIONS))
    return ()


def _row(texts: Texts, field: Field) -> tuple[Shown, ...]:
    return tuple(column.show(texts, field) or None for column in COLUMNS)
