"""The rows of a filled-in form that belong to one field, as its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, TypeVar

from handlers.reporting.answers import UNKNOWN, Answer
from handlers.reporting.form import MOST_RECORDS, Field, Kind, Part
from handlers.reporting.workbooks import cell_answers as cell
from handlers.reporting.workbooks.cell_answers import Misread
from handlers.reporting.workbooks.cells import Value, Wrong

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
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


Rows = Mapping[str, Row]
"""What stands behind a field's key in the row's key ("" = its first row) -> the row."""


def head_of(rows: Rows) -> Row:
    """Its first row; where somebody took that out, an empty one in the place of the next."""
    if "" in rows:
        return rows[""]
    return Row(next(iter(rows.values())).number, None, None, None)


class FieldReader:
    """Reads one field after the other; what is wrong with a cell is in `problems`."""

    def __init__(self, today: date, hamlets: Mapping[str, str]) -> None:
        self._today = today
        self._hamlets = hamlets
        self.problems: list[Wrong] = []

    def wrong(self, found: Field, row: Row, misread: Misread) -> None:
        text = f"form_sheet.{misread.what}"
        self.problems.append(Wrong(text, misread.values, row.number, found.label, found.key))

    def answer(self, found: Field, rows: Rows) -> Answer | None:
        """None: left blank, or there is a problem."""
        head = head_of(rows)
        try:
            self._look_for_strays(found, rows)
            is_unknown = cell.tick(head.unknown)
            answer = _READERS[found.kind](self, found, rows)
        except Misread as misread:
            self.wrong(found, head, misread)
            return None
        if not is_unknown:
            return answer
        if answer is not None and not answer.unknown:
            self.wrong(found, head, Misread("both"))
            return None
        return UNKNOWN

    def _look_for_strays(self, found: Field, rows: Rows) -> None:
        """Cells that are grey in our sheet and were filled in all the same."""
        has_whole = found.kind in (Kind.SHARE, Kind.BY_HAMLET)
        for rest, row in rows.items():
            strays = (None if has_whole else row.whole, row.unknown if rest else None)
            for stray in strays:
                if stray is not None:
                    self.wrong(found, row, Misread("stray", typed=cell.shown(stray)))

    def _count(self, _: Field, rows: Rows) -> Answer | None:
        return cell.count(head_of(rows).value)

    def _share(self, _: Field, rows: Rows) -> Answer | None:
        head = head_of(rows)
        return cell.share(head.value, head.whole)

    def _date(self, _: Field, rows: Rows) -> Answer | None:
        return cell.day(head_of(rows).value, today=self._today)

    def _one_of(self, found: Field, rows: Rows) -> Answer | None:
        return cell.one_of(head_of(rows).value, found.options)

    def _note(self, _: Field, rows: Rows) -> Answer | None:
        return cell.note(head_of(rows).value)

    def _none(self, head: Row) -> Answer | None:
        """The first row of a list: "Không có", "chưa nắm được", or blank."""
        answer = cell.note(head.value)
        if answer is None or answer.unknown:
            return answer
        if answer.value:
            raise Misread("list_head", typed=cell.shown(head.value or ""))
        return Answer([])

    def _listed(self, rows: Rows, some: list[object]) -> Answer | None:
        """A list of what stands below its first row."""
        none = self._none(head_of(rows))
        if none is None:
            return Answer(some) if some else None
        if some:
            raise Misread("none_and_some")
        return none

    def _many_of(self, found: Field, rows: Rows) -> Answer | None:
        chosen: list[object] = []
        for option in found.options:
            row = rows.get(option.key)
            if row is not None and self._read(found, row, lambda r: cell.tick(r.value)):
                chosen.append(option.key)
        return self._listed(rows, chosen)

    def _records(self, found: Field, rows: Rows) -> Answer | None:
        some: list[object] = []
        for number in range(1, MOST_RECORDS + 1):
            record = self._record(found, rows, number)
            if record:
                some.append(record)
        return self._listed(rows, some)

    def _record(self, found: Field, rows: Rows, number: int) -> dict[str, str]:
        """Its parts; one that lacks what it needs is a problem, and is left out."""
        record: dict[str, str] = {}
        for part in found.parts:
            row = rows.get(f"{number}/{part.key}")
            if row is not None and (said := self._read(found, row, partial(_part, of=part))):
                record[part.key] = said
        missing = [one for one in found.parts if not one.optional and one.key not in record]
        if not record or not missing:
            return record
        row = next(one for key, one in rows.items() if key.startswith(f"{number}/"))
        values = {"number": str(number), "label": missing[0].label}
        self.wrong(found, row, Misread("part_of_record", **values))
        return {}

    def _by_hamlet(self, found: Field, rows: Rows) -> Answer | None:
        head = head_of(rows)
        at_once = cell.whole_share(head.value, head.whole)
        pairs: dict[str, object] = {}
        for code in self._hamlets:
            row = rows.get(code) if code else None
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

    def _read(self, found: Field, row: Row, by: Callable[[Row], T]) -> T | None:
        """One row of many: what is wrong with it does not touch the others."""
        try:
            return by(row)
        except Misread as misread:
            self.wrong(found, row, misread)
            return None


def _part(row: Row, of: Part) -> str:
    return cell.part(row.value, of)


_READERS: Final = {
    Kind.COUNT: FieldReader._count,
    Kind.SHARE: FieldReader._share,
    Kind.DATE: FieldReader._date,
    Kind.ONE_OF: FieldReader._one_of,
    Kind.MANY_OF: FieldReader._many_of,
    Kind.RECORDS: FieldReader._records,
    Kind.NOTE: FieldReader._note,
    Kind.BY_HAMLET: FieldReader._by_hamlet,
}
