"""A past year of a commune: its units, what each could tell, and the columns that ask for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from handlers import places
from handlers.reporting import periods, rules
from handlers.reporting.form import Field, Form, Kind
from handlers.reporting.forms import built_in, labels
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.place import form_key
from storage import figure_imports, report_forms, units
from storage.database import Transaction
from storage.units import People, UnitInfo

WHOLE: Final = "/whole"
"""Behind a field's key: the second figure of a share."""
MOST_COLUMNS: Final = 44
"""The reader takes 50 (T31): three name the unit, some are an officer's own."""


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of every unit that is asked for it."""

    key: str
    """The field's, with `WHOLE` behind it for the second figure of a share."""
    field: Field
    labels: tuple[str, ...]
    """What the forms call it; the first stands above the column."""

    @property
    def is_whole(self) -> bool:
        return self.key.endswith(WHOLE)


@dataclass(frozen=True)
class Year:
    commune: UnitInfo
    period: ReportPeriod
    settings: Mapping[str, Any]
    units: tuple[UnitInfo, ...]
    """Those that report, hamlets first."""
    names: Mapping[str, str]
    """Code of each unit of the commune -> a name no other has."""
    forms: Mapping[str, Form]
    """Form key -> the form as it is for that year."""
    people: Mapping[int, People]
    """Unit id -> its people in that year."""

    def form_of(self, unit: UnitInfo) -> Form:
        key = form_key(unit)
        assert key is not None  # noqa: S101 - for the type checker: only such units are in `units`
        return self.forms[key]

    def name_of(self, unit: UnitInfo) -> str:
        return self.names.get(unit.code, unit.name)

    def figures(self, unit: UnitInfo) -> dict[str, Field]:
        """Key -> field, of what this unit is asked for in figures."""
        holders = self.settings.get("holders") or {}
        asked = rules.asked_of(self.form_of(unit), unit.code, holders)
        return {field.key: field for field in asked if field.is_figure}

    def held(self, unit: UnitInfo) -> dict[str, Field]:
        """Key -> field, of figures about this hamlet that their holder reports for all."""
        is_hamlet = unit.kind == units.HAMLET
        return {key: field for key, (_, field) in self.holders.items()} if is_hamlet else {}

    @cached_property
    def holders(self) -> Mapping[str, tuple[UnitInfo, Field]]:
        """Key of each field with a row for every hamlet -> whose report it stands in."""
        codes = self.settings.get("holders") or {}
        return {
            field.key: (unit, field)
            for unit in self.units
            if unit.code in codes.values()
            for field in rules.asked_of(self.form_of(unit), unit.code, codes)
            if field.kind is Kind.BY_HAMLET
        }

    @cached_property
    def by_id(self) -> Mapping[int, UnitInfo]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All figures that anybody is asked for, in the order of the forms."""
        made = list(self._columns())
        kept = made[:MOST_COLUMNS]
        if len(made) > MOST_COLUMNS and made[MOST_COLUMNS].is_whole:
            kept.pop()
        return tuple(kept)

    def _columns(self) -> Iterator[Column]:
        found: dict[str, list[Field]] = {}
        for unit in self._one_of_each():
            for key, field in self.figures(unit).items():
                found.setdefault(key, []).append(field)
        for key, fields in found.items():
            labels = tuple(dict.fromkeys((*_for_all(fields), *(one.label for one in fields))))
            yield Column(key, fields[0], labels)
            if fields[0].kind is Kind.SHARE:
                yield Column(f"{key}{WHOLE}", fields[0], labels)
        for key, (_, field) in self.holders.items():
            of_hamlet = self._as_of_hamlet(key) or field
            labels = tuple(dict.fromkeys((of_hamlet.label, field.label)))
            yield Column(key, of_hamlet, labels)
            yield Column(f"{key}{WHOLE}", of_hamlet, labels)

    def _as_of_hamlet(self, key: str) -> Field | None:
        """How the hamlets' own report asks for a figure that its holder enters."""
        fields = (field for form in self.forms.values() for field in form.fields)
        return next((field for field in fields if field.taken_from == key), None)

    def _one_of_each(self) -> list[UnitInfo]:
        """Units of which each asks for something the others before may not."""
        holders = set((self.settings.get("holders") or {}).values())
        first: dict[str, UnitInfo] = {}
        for unit in self.units:
            first.setdefault(unit.code if unit.code in holders else unit.kind, unit)
        return list(first.values())


def _for_all(fields: Sequence[Field]) -> list[str]:
    """The label for all kinds of units, where each kind has its own; not of an officer's words."""
    if len({field.label for field in fields}) == 1:
        return []
    label = labels().get(fields[0].key)
    return [label] if label else []


async def load(tx: Transaction, commune_id: int, key: str, *, today: date) -> Year | None:
    """None for a year that is none, or a commune that is none."""
    settings = await units.settings_of(tx, commune_id)
    period = periods.by_key(key, settings)
    if period is None or period.occasion != "annual":
        return None
    last = max(period.first, min(today, period.due))
    mine = await units.listed_during(tx, first=period.first, last=last, commune_id=commune_id)
    commune = next((one for one in mine if one.id == commune_id), None)
    if commune is None:
        return None
    asked = [one for one in mine if form_key(one) is not None]
    asked.sort(key=lambda one: (one.kind != units.HAMLET, one.kind, one.code))
    ids = [one.id for one in asked]
    return Year(
        commune=commune,
        period=period,
        settings=settings,
        units=tuple(asked),
        names=places.shown(mine),
        forms=await _forms(tx, commune_id, period),
        people=await _people(tx, ids, period, today=today),
    )


async def _forms(tx: Transaction, commune_id: int, period: ReportPeriod) -> dict[str, Form]:
    own = await report_forms.newest(tx, commune_id)
    newest = {
        key: Form.model_validate(own[key]) if key in own else form
        for key, form in built_in().items()
    }
    return {
        key: form.on(year=period.year, occasion=period.occasion) for key, form in newest.items()
    }


async def _people(
    tx: Transaction, ids: list[int], period: ReportPeriod, *, today: date
) -> dict[int, People]:
    """At the end of the year; what nobody told of it, as it is now."""
    then = await figure_imports.people_on(tx, ids, on=period.due)
    now = await figure_imports.people_on(tx, ids, on=today)
    found: dict[int, People] = {}
    for unit in ids:
        old, new = then.get(unit, People()), now.get(unit, People())
        found[unit] = replace(
            old,
            adults=new.adults if old.adults is None else old.adults,
            households=new.households if old.households is None else old.households,
        )
    return found
