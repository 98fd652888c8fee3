"""The rows of a workbook of a past year as answers of units: what is not certain is named. Pure.

Every cell is read by the rules of what people type (N1-N5, T21); a row with one bad cell stays out
as a whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handlers import words
from handlers.reporting import rules
from handlers.reporting.answers import Answer
from handlers.reporting.form import Field, Kind
from handlers.reporting.workbooks import cell_answers
from handlers.reporting.workbooks.cell_answers import Misread, text_of
from handlers.reporting.workbooks.cells import Cells, Refused, Value, Wrong
from handlers.yearly import past_head
from handlers.yearly.past_head import Head, Heads, letter
from handlers.yearly.past_units import Cell, Units, is_sum
from handlers.yearly.past_year import WHOLE, Year
from storage.units import People, UnitInfo

MOST_FAULTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell or row that somebody has to mend."""

    row: int
    column: str
    """"E"; "" = the whole row."""
    unit: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What a workbook tells."""

    refused: Wrong | None = None
    """Why nothing of it can be used."""
    units: Mapping[int, Mapping[str, Answer]] = field(default_factory=dict)
    """Unit id -> what is told of it; only rows without a fault."""
    rows: Mapping[int, int] = field(default_factory=dict)
    """Unit id -> its row."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """Key of each field that has a column -> "E"."""
    faults: tuple[Fault, ...] = ()
    only: frozenset[int] = frozenset()
    """Units without a row of their own: nothing but what hamlets' rows tell is said of them."""
    empty: int = 0
    """Units that are in it, without any figure."""
    ignored: tuple[str, ...] = ()
    """Columns that were not understood: "G “Ghi chú”"."""


def read(cells: Cells, year: Year) -> Read:
    """Read the workbook of one year of a commune."""
    if isinstance(cells, Refused):
        return Read(refused=Wrong(f"past.refused_{cells.why}"))
    head = past_head.find(cells, year)
    if isinstance(head, Wrong):
        return Read(refused=head)
    reading = _Reading(year, head)
    reading.take()
    return reading.told()


class _Reading:
    """One sheet being read."""

    def __init__(self, year: Year, head: Head) -> None:
        self._year = year
        self._head = head
        self._heads = Heads(year)
        self._units = Units(year)
        self._columns = {column.key: at for at, column in head.figures.items()}
        self._told: dict[int, dict[str, Answer]] = {}
        self._rows: dict[int, int] = {}
        self._bad: set[int] = set()
        self._empty: set[int] = set()
        self._held: dict[str, dict[int, list[Any]]] = {}
        """Key of a field with a row for every hamlet -> hamlet -> its pair."""
        self._faults: list[Fault] = []

    def take(self) -> None:
        for number, cells in self._head.sheet.rows().items():
            if number > self._head.row and not self._heads.is_another(self._head, number, cells):
                self._row(number, cells)

    def _row(self, number: int, cells: Mapping[int, Value]) -> None:
        who = self._named(cells)
        is_told = any(at in cells for at in self._columns.values())
        if is_sum(who.name) or is_sum(who.code) or (who.is_empty and not is_told):
            return
        unit = Wrong("past.nameless") if who.is_empty else self._units.find(who)
        if isinstance(unit, Wrong):
            if is_told:  # else it is a heading, a signature, a remark below
                name = " ".join((who.name or who.code).split())[:40]
                self._faults.append(Fault(number, "", name, unit.text, unit.values))
            return
        if unit.id in self._rows:
            values = {"row": str(self._rows[unit.id])}
            self._faults.append(self._fault(number, "", unit, "past.twice_unit", values))
            self._bad.add(unit.id)
            return
        self._rows[unit.id] = number
        self._answers(number, unit, cells)

    def _named(self, cells: Mapping[int, Value]) -> Cell:
        def text(at: int) -> str:
            return text_of(cells[at]) if at in cells else ""

        return Cell(text(self._head.code), text(self._head.name), self._head.called)

    def _answers(self, number: int, unit: UnitInfo, cells: Mapping[int, Value]) -> None:
        asked = {**self._year.figures(unit), **self._year.held(unit)}
        told: dict[str, Answer] = {}
        for key in self._keys():
            at = self._columns.get(key) or self._columns[f"{key}{WHOLE}"]
            pair = (cells.get(self._columns.get(one, 0)) for one in (key, f"{key}{WHOLE}"))
            value, whole = next(pair), next(pair)
            if value is None and whole is None:
                continue
            try:
                answer = _answer(asked.get(key), value, whole)
                self._fits(unit, key, answer)
            except Misread as wrong:
                values = {**wrong.values, "label": self._head.figures[at].labels[0]}
                text = _text_of(wrong)
                self._faults.append(self._fault(number, letter(at), unit, text, values))
                self._bad.add(unit.id)
            else:
                told[key] = answer
        self._keep(unit, told)

    def _fits(self, unit: UnitInfo, key: str, answer: Answer) -> None:
        """Raises `Misread` for a hamlet's share that is greater than the hamlet (T20)."""
        if key not in self._year.holders or not isinstance(answer.value, list):
            return
        part, whole = answer.value
        adults = self._year.people.get(unit.id, People()).adults
        refused = rules.judge_pair(part, whole, adults=adults)
        if refused is not None:
            values = {name: str(one) for name, one in refused.values.items()}
            what = refused.text_id.removeprefix("reporting.")
            raise Misread(what, **values, typed=words.say_number(whole))

    def _keep(self, unit: UnitInfo, told: dict[str, Answer]) -> None:
        for key in [key for key in told if key in self._year.holders]:
            pair = told.pop(key).value
            if isinstance(pair, list):  # else "chưa nắm được": it is not among the holder's rows
                self._held.setdefault(key, {})[unit.id] = pair
        if told:
            self._told[unit.id] = told
        elif not any(unit.id in pairs for pairs in self._held.values()):
            self._empty.add(unit.id)

    def _keys(self) -> Iterator[str]:
        """Keys of fields, in the order of the sheet."""
        seen = [key.removesuffix(WHOLE) for key in self._columns]
        yield from dict.fromkeys(seen)

    def _fault(
        self, row: int, column: str, unit: UnitInfo, text: str, values: Mapping[str, str]
    ) -> Fault:
        return Fault(row, column, self._year.name_of(unit), text, values)

    def told(self) -> Read:
        ignored = [f"{letter(at)} “{name}”" for at, name in self._head.unknown.items()]
        held = self._of_holders()
        both = (*self._told, *(unit for unit in held if unit not in self._told))
        good = {
            unit: {**self._told.get(unit, {}), **held.get(unit, {})}
            for unit in both
            if unit not in self._bad
        }
        return Read(
            units=good,
            rows={unit: self._rows.get(unit, self._head.row) for unit in good},
            only=frozenset(unit for unit in good if unit not in self._told),
            letters={
                key: letter(self._columns.get(key) or self._columns[f"{key}{WHOLE}"])
                for key in self._keys()
            },
            faults=tuple(self._faults),
            empty=len(self._empty - self._bad - set(held)),
            ignored=tuple(ignored),
        )

    def _of_holders(self) -> dict[int, dict[str, Answer]]:
        """What the rows of hamlets tell for their holders' reports; bad rows do not."""
        found: dict[int, dict[str, Answer]] = {}
        for key, pairs in self._held.items():
            codes = {self._year.by_id[hamlet].code: hamlet for hamlet in pairs}
            kept = {code: pairs[one] for code, one in codes.items() if one not in self._bad}
            if kept:
                holder, _ = self._year.holders[key]
                found.setdefault(holder.id, {})[key] = Answer(dict(kept))
        return found


def _answer(asked: Field | None, value: Value | None, whole: Value | None) -> Answer:
    """Raises `Misread`."""
    if asked is None:
        typed = next((one for one in (value, whole) if one is not None), "")
        raise Misread("not_asked", typed=cell_answers.shown(typed))
    if asked.kind in (Kind.SHARE, Kind.BY_HAMLET):
        answer = cell_answers.whole_share(value, whole)
    else:
        answer = cell_answers.count(value)
    if answer is None:
        raise Misread("count_unclear", typed="")
    return answer


_OWN: Final = frozenset(
    (
        *("not_asked", "part_missing", "whole_missing", "part_above", "count_doubt"),
        *("share_of_none", "above_unit", "too_big"),
    )
)


def _text_of(wrong: Misread) -> str:
    return f"past.{wrong.what}" if wrong.what in _OWN else f"form_sheet.{wrong.what}"
