"""A form that came back as a workbook: every cell read as a typed answer is, nothing guessed.

Pure. What cannot be read is listed with its row, never dropped; what belongs to another unit,
period or form is refused as a whole. `filled_fields.py` reads the fields of what is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from handlers.reporting.answers import Answer, Answers
from handlers.reporting.form import MOST_RECORDS, Field, Form, Kind
from handlers.reporting.workbooks.cell_answers import Misread
from handlers.reporting.workbooks.cells import Cells, Refused, Sheet, Wrong
from handlers.reporting.workbooks.filled_fields import FieldReader, Row, head_of
from handlers.reporting.workbooks.sheet import SHOWN, Marker

_INPUTS: Final = ("value", "whole", "unknown")
_NUMBERS: Final = frozenset(str(number) for number in range(1, MOST_RECORDS + 1))


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What a workbook tells."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    problems: tuple[Wrong, ...] = ()
    """Cells that were not read; if it does not belong here, the one reason."""
    belongs: bool = False
    form_version: int = 0
    asked: frozenset[str] = frozenset()
    """Keys of the fields that stand in it."""

    @property
    def blank(self) -> frozenset[str]:
        """Fields that were left blank, also by emptying what was filled in before."""
        return self.asked - set(self.answers) - {problem.key for problem in self.problems}


def read_filled(
    cells: Cells,
    *,
    form: Form,
    unit_code: str,
    period_key: str,
    today: date,
    hamlets: Mapping[str, str],
    known: Answers | None = None,
) -> FilledIn:
    """Read a filled-in form.

    `form`: as it is for the period; `hamlets`: code -> name; `known`: what stood in the sheet when
    it was made, so that an unchanged figure stays the book's.
    """
    if isinstance(cells, Refused):
        return _refused(f"form_sheet.refused_{cells.why}")
    marked = [found for one in cells if (found := _marked(one))]
    if len(marked) != 1:
        return _refused("form_sheet.two_sheets" if marked else "form_sheet.no_keys")
    sheet, marker, columns = marked[0]
    if marker.form != form.key:
        return _refused("form_sheet.other_form")
    if marker.unit != unit_code:
        return _refused("form_sheet.other_unit", unit=hamlets.get(marker.unit, marker.unit))
    if marker.period != period_key:
        return _refused("form_sheet.other_period")
    reading = _Reading(form, today, hamlets, known or {})
    reading.take(sheet, columns)
    return reading.told(marker.version)


def _refused(text: str, **values: str) -> FilledIn:
    return FilledIn(problems=(Wrong(text, values),))


def _marked(sheet: Sheet) -> tuple[Sheet, Marker, dict[str, int]] | None:
    """The marker, and which column is what, wherever they have been moved."""
    for (row, column), value in sheet.cells.items():
        marker = Marker.read(value) if isinstance(value, str) else None
        if marker is None:
            continue
        roles = {
            str(name): at
            for (line, at), name in sheet.cells.items()
            if line == row and at != column
        }
        if "value" in roles:
            return sheet, marker, {**roles, "key": column}
    return None


class _Reading:
    """One sheet being read, its problems collected."""

    def __init__(self, form: Form, today: date, hamlets: Mapping[str, str], known: Answers) -> None:
        self._form = form
        self._hamlets = hamlets
        self._known = known
        self._rows: dict[str, dict[str, Row]] = {}
        """Field key -> what stands behind it in the row's key -> the row."""
        self._fields = FieldReader(today, hamlets)
        self._problems = self._fields.problems

    def take(self, sheet: Sheet, columns: Mapping[str, int]) -> None:
        """Sort the rows by the fields they belong to; what belongs to none is a problem."""
        has_begun = False
        for number, cells in sheet.rows().items():
            key = cells.get(columns["key"])
            if isinstance(key, str) and Marker.read(key):
                continue
            has_begun = has_begun or key is not None
            row = Row(number, *(cells.get(columns.get(name, 0)) for name in _INPUTS))
            if has_begun and not str(key).startswith(SHOWN):
                self._place(str(key or ""), row)

    def _place(self, key: str, row: Row) -> None:
        name, _, rest = key.partition("/")
        found = self._form.get(name)
        if found is None or not self._is_of(found, rest):
            if not row.is_empty:
                self._problems.append(
                    Wrong("form_sheet.unknown_row", {"typed": row.typed}, row.number)
                )
            return
        rows = self._rows.setdefault(name, {})
        other = rows.get(rest)
        if other is None or other.is_empty:
            rows[rest] = row
        elif not row.is_empty:
            self._fields.wrong(found, row, Misread("twice"))

    def _is_of(self, found: Field, rest: str) -> bool:
        """Whether a field has such a row."""
        if not rest:
            return found.kind is not Kind.EVIDENCE
        match found.kind:
            case Kind.MANY_OF:
                return found.option(rest) is not None
            case Kind.BY_HAMLET:
                return rest in self._hamlets
            case Kind.RECORDS:
                number, _, part = rest.partition("/")
                return number in _NUMBERS and any(one.key == part for one in found.parts)
        return False

    def told(self, version: int) -> FilledIn:
        answers = {}
        for found in self._form.fields:
            if found.key in self._rows and (answer := self._answer(found)) is not None:
                answers[found.key] = self._as_known(found.key, answer)
        for key in [key for key in answers if not self._holds(self._form[key], answers)]:
            del answers[key]
        problems = sorted(self._problems, key=lambda one: one.row)
        return FilledIn(answers, tuple(problems), True, version, frozenset(self._rows))

    def _answer(self, found: Field) -> Answer | None:
        return self._fields.answer(found, self._rows[found.key])

    def _as_known(self, key: str, answer: Answer) -> Answer:
        """What was filled in for the unit and left alone keeps its source."""
        old = self._known.get(key)
        is_same = old is not None and (old.value, old.unknown, old.about) == (
            answer.value,
            answer.unknown,
            answer.about,
        )
        return old if is_same and old is not None else answer

    def _holds(self, found: Field, answers: Answers) -> bool:
        """False, and a problem, if the same sheet answers its condition otherwise."""
        key, _, value = found.only_if.partition("=")
        if not key or key not in answers or answers[key].value == value:
            return True
        option = self._form[key].option(value)
        values = {"label": self._form[key].label, "option": option.label if option else value}
        self._fields.wrong(found, head_of(self._rows[found.key]), Misread("condition", **values))
        return False
