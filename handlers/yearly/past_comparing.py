"""What a read workbook would change: new reports, other figures, and what a unit sent itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from handlers.reporting import rules
from handlers.reporting.answers import Answer, Answers, loaded, stored
from handlers.words import say_number
from handlers.yearly.past_rows import Fault, Read
from handlers.yearly.past_year import Year
from storage import reports
from storage.database import Transaction
from storage.reports import ReportInfo, VersionInfo
from storage.units import People, UnitInfo


class What(StrEnum):
    NEW = "new"
    """Nothing counts of this unit and year."""
    OTHER = "other"
    """An officer entered other figures before."""
    OWN = "own"
    """The unit itself sent other figures: kept, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Change:
    unit: UnitInfo
    what: What
    answers: Answers
    """All of the report as it would be: what was told besides the figures stays."""
    keys: tuple[str, ...]
    """Fields in which it differs from what counts."""
    before: Answers
    report: ReportInfo | None


@dataclass(frozen=True, slots=True)
class Comparison:
    changes: tuple[Change, ...]
    same: int
    """Units of which the workbook says what counts already."""
    faults: tuple[Fault, ...]
    """Figures that cannot stand; their units are in no change."""
    bad: frozenset[int]
    """Ids of these units."""
    base: Mapping[str, int]
    """Unit id -> the version that counts now, of all units that were read."""

    def of(self, *whats: What) -> list[Change]:
        return [one for one in self.changes if one.what in whats]


def to_rows(read: Read, year: Year) -> dict[str, Any]:
    """What `FigureImport.rows` keeps of it."""
    return {
        "units": {str(unit): stored(told) for unit, told in read.units.items()},
        "rows": {str(unit): row for unit, row in read.rows.items()},
        "only": sorted(read.only),
        "letters": dict(read.letters),
        "forms": _versions(year),
    }


def is_outdated(rows: Mapping[str, Any], year: Year) -> bool:
    """Whether a form was changed since the workbook was read."""
    return bool(rows.get("forms") != _versions(year))


def _versions(year: Year) -> dict[str, int]:
    return {key: form.version for key, form in year.forms.items()}


async def compare(tx: Transaction, year: Year, rows: Mapping[str, Any]) -> Comparison:
    """Measure what was read against what counts at this moment."""
    told = {int(unit): loaded(answers) for unit, answers in rows["units"].items()}
    told = {unit: answers for unit, answers in told.items() if unit in year.by_id}
    counted = await counted_of(tx, year, list(told))
    faults: list[Fault] = []
    changes: list[Change] = []
    bad: set[int] = set()
    same = 0
    for unit_id, answers in told.items():
        unit = year.by_id[unit_id]
        columns = answers if unit_id in rows["only"] else rows["letters"]
        change = _change(year, unit, answers, tuple(columns), counted.get(unit_id))
        wrong = _misfits(year, change, answers, rows)
        faults += wrong
        if wrong:
            bad.add(unit_id)
        elif change.keys:
            changes.append(change)
        else:
            same += 1
    base = {str(unit): counted[unit][0].version if unit in counted else 0 for unit in told}
    return Comparison(tuple(changes), same, tuple(faults), frozenset(bad), base)


Counted = Mapping[int, tuple[ReportInfo, VersionInfo]]


async def counted_of(tx: Transaction, year: Year, ids: Collection[int]) -> Counted:
    """Unit id -> its report and the version that counts, also of one that was returned."""
    period, commune = year.period.key, year.commune.id
    standing = await reports.counting(tx, commune, period, snapshot=None)
    found = {report.unit_id: (report, version) for report, version in standing}
    for unit, report in (await reports.of_units(tx, ids, period)).items():
        if unit not in found and report.version:
            version = await reports.version(tx, report.id, report.version)
            if version is not None:
                found[unit] = (report, version)
    return found


def _change(
    year: Year,
    unit: UnitInfo,
    told: Answers,
    columns: Collection[str],
    counted: tuple[ReportInfo, VersionInfo] | None,
) -> Change:
    """A column that is in the workbook says all of its figure: an empty cell makes it blank."""
    form = year.form_of(unit)
    before = loaded(counted[1].answers) if counted else {}
    asked = {key for key in year.figures(unit) if key in columns}
    told = {key: _with_others(answer, before.get(key)) for key, answer in told.items()}
    asked |= {key for key, (holder, _) in year.holders.items() if holder == unit and key in told}
    kept = {key: one for key, one in before.items() if key not in asked and form.get(key)}
    new = {key: _as_known(answer, before.get(key)) for key, answer in told.items() if key in asked}
    keys = tuple(key for key in columns if key in asked and new.get(key) != before.get(key))
    is_own = counted is not None and counted[1].source == "unit"
    what = What.OWN if is_own else What.OTHER if counted else What.NEW
    return Change(unit, what, {**kept, **new}, keys, before, counted[0] if counted else None)


def _with_others(answer: Answer, before: Answer | None) -> Answer:
    """Of a figure with a row for every hamlet: hamlets that are not told stay as they were."""
    if not isinstance(answer.value, dict):
        return answer
    old = before.value if before is not None and isinstance(before.value, dict) else {}
    return Answer({**{code: pair for code, pair in old.items() if code}, **answer.value})


def _as_known(answer: Answer, before: Answer | None) -> Answer:
    """A figure that is the same stays as it was told: the book's, a confirmed one."""
    if before is None:
        return answer
    is_same = (before.value, before.unknown, before.about) == (
        answer.value,
        answer.unknown,
        answer.about,
    )
    return before if is_same else answer


_SAID: Final = {
    "reporting.too_big": "past.too_big",
    "reporting.above_unit": "past.above_unit",
    "reporting.above_whole": "past.above_whole",
    "reporting.below_part": "past.below_part",
    "reporting.part_above": "past.part_above",
    "reporting.share_of_none": "past.share_of_none",
}


def _misfits(year: Year, change: Change, told: Answers, rows: Mapping[str, Any]) -> list[Fault]:
    """Above a hard limit, or above what it is a part of (T20)."""
    unit, form = change.unit, year.form_of(change.unit)
    people = year.people.get(unit.id, People())
    found = rules.misfits(form, change.answers, people=people, keys=list(told))
    wholes = {key for part in found for key in form.above(form[part])}
    faults = []
    for key, refused in found.items():
        if refused.text_id == "reporting.below_part" and key in wholes:
            continue  # the part says it
        typed = _figure(told[key])
        values = {"typed": typed, **{name: str(one) for name, one in refused.values.items()}}
        row, column = rows["rows"][str(unit.id)], rows["letters"][key]
        text = _SAID[refused.text_id]
        faults.append(Fault(row, column, year.name_of(unit), text, values))
    return faults


def _figure(answer: Answer) -> str:
    return say_number(answer.value) if isinstance(answer.value, int) else str(answer.value)
