"""For which unit and period a report is, with all that its questions depend on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from handlers import places
from handlers.reporting import periods, rules
from handlers.reporting.answers import Answer, loaded
from handlers.reporting.flow import ENTERING, WHO
from handlers.reporting.form import Field, Form
from handlers.reporting.forms import built_in
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.saying import Names
from handlers.roles.service import WHOLE_COMMUNE
from storage import duty_marks, report_forms, reports, roles, units
from storage.database import Transaction
from storage.people import Actor
from storage.reports import VersionInfo
from storage.units import People, UnitInfo


@dataclass(frozen=True)
class Place:
    unit: UnitInfo
    name: str
    """A name no other unit of the commune has: "Xóm 3 - xã cũ A"."""
    period: ReportPeriod
    form: Form
    people: People
    settings: Mapping[str, Any]
    names: Names
    last_year: Mapping[str, Answer]
    """What counted a year ago: what a figure is measured against (T20)."""
    today: date
    source: str = "unit"
    """"phone" or "paper" while somebody else enters it for the unit."""

    @property
    def is_entered(self) -> bool:
        """Nhập giúp: who types it is not the unit."""
        return self.source != "unit"

    @cached_property
    def fields(self) -> list[Field]:
        """What this unit may be asked for."""
        return rules.asked_of(self.form, self.unit.code, self.settings.get("holders") or {})

    @property
    def office(self) -> str:
        """Phòng Văn hóa - Xã hội, as the commune calls it."""
        return str(self.settings.get("office") or "Phòng Văn hóa - Xã hội")

    @property
    def commune(self) -> str:
        """As the settings name it: "xã Giao Minh"."""
        return str(self.settings.get("name") or "xã")


async def reporting_units(tx: Transaction, actor: Actor, *, on: date) -> list[UnitInfo]:
    """The units this person reports for now (A3), in the order of the grants."""
    own = dict.fromkeys(grant.unit_id for grant in actor.grants if grant.role in WHO)
    known = {unit.id: unit for unit in await units.listed(tx, on=on)}
    return [known[one] for one in own if one in known and form_key(known[one]) is not None]


async def entered_units(tx: Transaction, actor: Actor, *, on: date) -> list[UnitInfo]:
    """The units this person may enter reports for now: a desk's commune, a helper's own (A3)."""
    return entered(actor, await units.listed(tx, on=on))


def entered(actor: Actor, among: Sequence[UnitInfo]) -> list[UnitInfo]:
    return [
        unit
        for unit in among
        if form_key(unit) is not None and entering_as(actor, unit.id, unit.commune_id)
    ]


async def units_of_period(
    tx: Transaction, unit_id: int, period_key: str, *, today: date
) -> list[UnitInfo]:
    """The commune's units since the last day on time: one merged after it still owes a report."""
    settings = await units.settings_of(tx, unit_id)
    period = periods.by_key(period_key, settings)
    where = await roles.place(tx, unit_id)
    if period is None or where is None:
        return []
    first = min(today, period.due)
    return await units.listed_during(tx, first=first, last=today, commune_id=where.commune_id)


def entering_as(actor: Actor, unit_id: int, commune_id: int) -> str:
    """The role in which this person may enter a report for the unit; "" if in none."""
    for grant in actor.grants:
        of_commune = grant.role in ENTERING and grant.role in WHOLE_COMMUNE
        if of_commune and grant.commune_id == commune_id:
            return grant.role
        if grant.role in ENTERING and grant.unit_id == unit_id and not of_commune:
            return grant.role
    return ""


def form_key(unit: UnitInfo) -> str | None:
    """The form that units of this kind fill in; None: they do not report."""
    return next((f.key for f in built_in().values() if unit.kind in f.kinds), None)


async def form_of(tx: Transaction, unit: UnitInfo, period: ReportPeriod) -> Form:
    """The commune's own form if it has one, as it is for that period. Raises KeyError."""
    key = form_key(unit)
    if key is None:
        raise KeyError(unit.kind)
    own = (await report_forms.newest(tx, unit.commune_id)).get(key)
    form = Form.model_validate(own) if own is not None else built_in()[key]
    return form.on(year=period.year, occasion=period.occasion)


async def find(
    tx: Transaction,
    unit: UnitInfo,
    period_key: str,
    *,
    known: Sequence[UnitInfo],
    today: date,
    source: str = "unit",
) -> Place | None:
    """All of it, its own extension among it; None for a period that is none."""
    settings = await units.settings_of(tx, unit.id)
    found = periods.by_key(period_key, settings)
    if found is None:
        return None
    period = replace(found, due=await _due(tx, unit, found))
    shown = places.shown([one for one in known if one.commune_id == unit.commune_id])
    hamlets = [one.code for one in known if one.kind == units.HAMLET and one.code in shown]
    return Place(
        unit=unit,
        name=shown.get(unit.code, unit.name),
        period=period,
        form=await form_of(tx, unit, period),
        people=await units.headcount_on(tx, unit.id, on=today),
        settings=settings,
        names=Names({code: shown[code] for code in hamlets}),
        last_year=await _year_before(tx, unit, period),
        today=today,
        source=source,
    )


async def _due(tx: Transaction, unit: UnitInfo, period: ReportPeriod) -> date:
    """The last day on time for this unit: gia hạn moves it (design §5)."""
    marks = await duty_marks.of_unit(tx, unit.id, period.key)
    return max([period.due, *(mark.until for mark in marks if mark.until)])


async def as_sent(tx: Transaction, place: Place, counted: VersionInfo) -> Place:
    """The place with the form that a version was made with (A6)."""
    if counted.form_version == place.form.version:
        return place
    own = await report_forms.of_version(
        tx, place.unit.commune_id, place.form.key, counted.form_version
    )
    form = Form.model_validate(own) if own is not None else built_in()[place.form.key]
    period = place.period
    return replace(place, form=form.on(year=period.year, occasion=period.occasion))


async def _year_before(
    tx: Transaction, unit: UnitInfo, period: ReportPeriod
) -> Mapping[str, Answer]:
    if period.occasion != "annual":
        return {}
    before = await reports.counted(tx, unit.id, str(period.year - 1))
    return loaded(before.answers) if before else {}
