"""A form that came back as a workbook: every cell read as a typed answer is, nothing guessed.

Pure. What cannot be read is listed with its row, never dropped; what belongs to another unit,
period or form is refused as a whole. `cell_answers.py` reads the single cells.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from handlers.reporting import cell_answers as cell
from handlers.reporting.answers import UNKNOWN, Answer, Answers
from handlers.reporting.cell_answers import Misread
from handlers.reporting.cells import Cells, Refused, Sheet, Value, Wrong
from handlers.reporting.form import MOST_RECORDS, Field, Form, Kind
from handlers.reporting.sheet import SHOWN, Marker

T = TypeVar("T")
_INPUTS: Final = ("value", "whole", "unknown")


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What a workbook tells."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    problems: tuple[Wrong, ...] = ()
    """Cells that were not read; if it does not belong here, the one reason."""
    belongs: bool = False
    form_version: int = 0
    asked: frozenset[str] = frozenset()
    """Keys of the fields that stand in it: one without answer or problem was left blank."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What was typed in one row; an empty cell is None."""

    number: int
    value: Value | None
    whole: Value | None
    unknown: Value | None

    @property
    def is_empty(self) -> bool:
        return self.value is None and self.whole is None and self.unknown is None

    @property
    def typed(self) -> str:
        found = (one for one in (self.value, self.whole, self.unknown) if one is not None)
        return cell.shown(next(found, ""))


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
        self._today = today
        self._hamlets = hamlets
        self._known = known
        self._rows: dict[str, dict[str, _Row]] = {}
        """Field key -> what stands behind it in the row's key -> the row."""
        self._problems: list[Wrong] = []

    def take(self, sheet: Sheet, columns: Mapping[str, int]) -> None:
        """Sort the rows by the fields they belong to; what belongs to none is a problem."""
        has_begun = False
        for number, cells in sheet.rows().items():
            key = cells.get(columns["key"])
            if isinstance(key, str) and Marker.read(key):
                continue
            has_begun = has_begun or key is not None
            row = _Row(number, *(cells.get(columns.get(name, 0)) for name in _INPUTS))
            if has_begun and not str(key).startswith(SHOWN):
                self._place(str(key or ""), row)

    def _place(self, key: str, row: _Row) -> None:
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
            self._wrong(found, row, Misread("twice"))

    def _is_of(self, found: Field, rest: str) -> bool:
        """Whether a field has such a row."""
        if not rest:
            return True
        match found.kind:
            case Kind.MANY_OF:
                return found.option(rest) is not None
            case Kind.BY_HAMLET:
                return rest in self._hamlets
            case Kind.RECORDS:
                number, _, part = rest.partition("/")
                is_one = number.isdecimal() and 1 <= int(number) <= MOST_RECORDS
                return is_one and any(one.key == part for one in found.parts)
        return False

    def _wrong(self, found: Field, row: _Row, misread: Misread) -> None:
        text = f"form_sheet.{misread.what}"
        self._problems.append(Wrong(text, misread.values, row.number, found.label))

    def told(self, version: int) -> FilledIn:
        answers = {}
        for found in self._form.fields:
            if found.key in self._rows and (answer := self._answer(found)) is not None:
                answers[found.key] = self._as_known(found.key, answer)
        for key in [key for key in answers if not self._holds(self._form[key], answers)]:
            del answers[key]
        problems = sorted(self._problems, key=lambda one: one.row)
        return FilledIn(answers, tuple(problems), True, version, frozenset(self._rows))

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
        self._wrong(found, self._head(found), Misread("condition", **values))
        return False

    # --- one field -------------------------------------------------------------------------------

    def _head(self, found: Field) -> _Row:
        rows = self._rows[found.key]
        return rows.get("") or next(iter(rows.values()))

    def _answer(self, found: Field) -> Answer | None:
        head = self._rows[found.key].get("") or _Row(self._head(found).number, None, None, None)
        try:
            is_unknown = cell.tick(head.unknown)
            if found.kind not in (Kind.SHARE, Kind.BY_HAMLET) and head.whole is not None:
                raise Misread("stray_whole", typed=cell.shown(head.whole))
            answer = _READERS[found.kind](self, found, head)
        except Misread as misread:
            self._wrong(found, head, misread)
            return None
        if not is_unknown:
            return answer
        if answer is not None and not answer.unknown:
            self._wrong(found, head, Misread("both"))
            return None
        return UNKNOWN

    def _count(self, _: Field, head: _Row) -> Answer | None:
        return cell.count(head.value)

    def _share(self, _: Field, head: _Row) -> Answer | None:
        return cell.share(head.value, head.whole)

    def _date(self, _: Field, head: _Row) -> Answer | None:
        return cell.day(head.value, today=self._today)

    def _one_of(self, found: Field, head: _Row) -> Answer | None:
        return cell.one_of(head.value, found.options)

    def _note(self, _: Field, head: _Row) -> Answer | None:
        return cell.note(head.value)

    def _none(self, head: _Row) -> Answer | None:
        """The first row of a list: "Không có", "chưa nắm được", or blank."""
        answer = cell.note(head.value)
        if answer is None or answer.unknown:
            return answer
        if answer.value:
            raise Misread("list_head", typed=cell.shown(head.value or ""))
        return Answer([])

    def _listed(self, head: _Row, some: list[object]) -> Answer | None:
        """A list of what stands below its first row."""
        none = self._none(head)
        if none is None:
            return Answer(some) if some else None
        if some:
            raise Misread("none_and_some")
        return none

    def _many_of(self, found: Field, head: _Row) -> Answer | None:
        chosen: list[object] = []
        for option in found.options:
            row = self._rows[found.key].get(option.key)
            if row is not None and self._read(found, row, lambda r: cell.tick(r.value)):
                chosen.append(option.key)
        return self._listed(head, chosen)

    def _records(self, found: Field, head: _Row) -> Answer | None:
        some: list[object] = []
        for number in range(1, MOST_RECORDS + 1):
            record = self._record(found, number)
            if record:
                some.append(record)
        return self._listed(head, some)

    def _record(self, found: Field, number: int) -> dict[str, str]:
        """Its parts; one that lacks what it needs is a problem, and is left out."""
        record: dict[str, str] = {}
        rows = self._rows[found.key]
        for part in found.parts:
            row = rows.get(f"{number}/{part.key}")
            if row is not None and (
                said := self._read(found, row, lambda r, part=part: cell.part(r.value, part))
            ):
                record[part.key] = said
        missing = [one for one in found.parts if not one.optional and one.key not in record]
        if not record or not missing:
            return record
        row = next(one for key, one in rows.items() if key.startswith(f"{number}/"))
        values = {"number": str(number), "label": missing[0].label}
        self._wrong(found, row, Misread("part_of_record", **values))
        return {}

    def _by_hamlet(self, found: Field, head: _Row) -> Answer | None:
        at_once = cell.whole_share(head.value, head.whole)
        pairs: dict[str, object] = {}
        for code in self._hamlets:
            row = self._rows[found.key].get(code) if code else None
            if row is None:
                continue
            pair = self._read(found, row, lambda r: cell.whole_share(r.value, r.whole))
            if pair is not None and not pair.unknown:
                pairs[code] = pair.value
        if at_once is not None and at_once.unknown:
            return at_once
        if at_once is not None and pairs:
            raise Misread("both_ways")
        if at_once is not None:
            return Answer({"": at_once.value})
        return Answer(dict(pairs)) if pairs else None

    def _read(self, found: Field, row: _Row, by: Callable[[_Row], T]) -> T | None:
        """One row of many: what is wrong with it does not touch the others."""
        try:
            return by(row)
        except Misread as misread:
            self._wrong(found, row, misread)
            return None


_READERS: Final = {
    Kind.COUNT: _Reading._count,
    Kind.SHARE: _Reading._share,
    Kind.DATE: _Reading._date,
    Kind.ONE_OF: _Reading._one_of,
    Kind.MANY_OF: _Reading._many_of,
    Kind.RECORDS: _Reading._records,
    Kind.NOTE: _Reading._note,
    Kind.BY_HAMLET: _Reading._by_hamlet,
}
