"""One reporting year of a commune's registers: its lines, its units, and what units reported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from handlers import places
from handlers.reporting import periods
from handlers.statistics import spans
from handlers.yearly.gathering import Gathered, Told, gather
from storage import registers, units
from storage.database import Transaction
from storage.registers import EntryInfo
from storage.units import UnitInfo

_FIELD = {"plan": "plan_issued", "launch": "launched"}
"""What a unit tells of it in its report; a programme is told nowhere else."""


@dataclass(frozen=True, slots=True)
class Year:
    commune_id: int
    year: int
    entries: tuple[EntryInfo, ...]
    """Every standing line, by its day."""
    units: Mapping[int, UnitInfo]
    names: Mapping[int, str]
    """Unit id -> a name no other unit of the commune has."""
    told: tuple[Told, ...]
    """The reports that count."""
    required: tuple[UnitInfo, ...]
    """Who must report, and so must have a plan; in the order of kind and name."""
    older: frozenset[int]
    """Units with a plan of an earlier year in the register."""

    def of(self, *kinds: str) -> list[EntryInfo]:
        return [one for one in self.entries if one.register in kinds]

    def tellers(self, kind: str) -> list[Told]:
        """Who reported a plan, or a launch, of this year."""
        field = _FIELD.get(kind, "")
        answered = ((one, one.answers.get(field)) for one in self.told)
        return [one for one, answer in answered if answer is not None and answer.value == "yes"]

    def having(self, kind: str, entries: Iterable[EntryInfo] | None = None) -> set[int]:
        """Units that have it, by the register or by their own report: each once."""
        written = self.of(kind) if entries is None else entries
        found = {one.unit_id for one in written if one.register == kind and one.unit_id}
        return found | {one.unit.id for one in self.tellers(kind)}

    def lacking(self, kind: str, entries: Iterable[EntryInfo] | None = None) -> list[UnitInfo]:
        """Who must have it and has none."""
        having = self.having(kind, entries)
        return [one for one in self.required if one.id not in having]

    def told_figure(self, key: str) -> int | None:
        """The sum of what units told; None when nobody told a figure."""
        answers = (one.answers.get(key) for one in self.told)
        figures = [a.value for a in answers if a is not None and isinstance(a.value, int)]
        return sum(figures) if figures else None


def year_of_day(day: date) -> int:
    """The reporting year that a day counts in: from 15/12 on the next one."""
    return day.year if day <= spans.report_period(day.year).last else day.year + 1


def open_year(today: date) -> int:
    """The year an officer works on: in January still the one before."""
    found = [one.year for one in periods.open_on(today, {}) if one.occasion == "annual"]
    return found[0] if found else year_of_day(today)


async def load(tx: Transaction, commune_id: int, year: int, *, today: date) -> Year:
    gathered = await gather(tx, commune_id, str(year), today=today)
    entries = tuple(await registers.of_year(tx, commune_id, year))
    known = await _units_of(tx, commune_id, year, today=today)
    known |= await _former(tx, known, entries)
    shown = places.shown(known.values())
    return Year(
        commune_id=commune_id,
        year=year,
        entries=entries,
        units=known,
        names={one.id: shown[one.code] for one in known.values()},
        told=gathered.told if gathered else (),
        required=_required(gathered),
        older=frozenset(await registers.units_before(tx, commune_id, "plan", year)),
    )


def _required(gathered: Gathered | None) -> tuple[UnitInfo, ...]:
    found = gathered.obligations if gathered else ()
    return tuple(one.unit for one in found if one.duty == "required")


async def _units_of(
    tx: Transaction, commune_id: int, year: int, *, today: date
) -> dict[int, UnitInfo]:
    """All of the year and of today: also a unit that was merged into another meanwhile."""
    first = spans.report_period(year).first
    last = max(first, today)
    found = await units.listed_during(tx, first=first, last=last, commune_id=commune_id)
    return {one.id: one for one in found}


async def _former(
    tx: Transaction, known: Mapping[int, UnitInfo], entries: Iterable[EntryInfo]
) -> dict[int, UnitInfo]:
    """Units that were there on the day of a line and on no other day that was asked about."""
    found: dict[int, UnitInfo] = {}
    for entry in entries:
        if entry.unit_id is None or entry.unit_id in known or entry.held_on is None:
            continue
        if unit := await units.by_id(tx, entry.unit_id, on=entry.held_on):
            found[unit.id] = unit
    return found
