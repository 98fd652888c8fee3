"""The reports of a commune as they stood at the end of an earlier day."""

from dataclasses import replace
from datetime import date, tzinfo

from handlers.reporting.answers import loaded
from handlers.reporting.form import Form
from handlers.reporting.forms import built_in
from handlers.statistics import spans
from handlers.yearly.gathering import Gathered, Told
from storage import report_forms, report_totals
from storage.database import Transaction
from storage.reports import ReportInfo, VersionInfo


async def as_of(tx: Transaction, gathered: Gathered, day: date, *, zone: tzinfo) -> Gathered:
    """The same commune and period with what had been sent by the end of that local day.

    It is no snapshot: nothing was frozen then.
    """
    after = spans.days(day, day).period(zone).end
    commune = gathered.commune.id
    sent = await report_totals.sent_until(tx, commune, gathered.period.key, after)
    known = {(one.report.id, one.version.number): one for one in gathered.told}
    told = [
        known.get((report.id, version.number)) or await _told(tx, gathered, report, version)
        for report, version in sent
    ]
    order = {one.unit.id: place for place, one in enumerate(gathered.obligations)}
    found = [one for one in told if one is not None]
    found.sort(key=lambda one: order.get(one.unit.id, len(order)))
    return replace(gathered, told=tuple(found), frozen_at=None)


async def _told(
    tx: Transaction, gathered: Gathered, report: ReportInfo, version: VersionInfo
) -> Told | None:
    """None for a unit that is no more in the commune."""
    units = [one.unit for one in gathered.obligations] + [one.unit for one in gathered.told]
    unit = next((one for one in units if one.id == report.unit_id), None)
    if unit is None:
        return None
    form = await _form(tx, gathered, report.form, version.form_version)
    name = gathered.names.get(unit.code, unit.name)
    return Told(unit, name, form, report, version, loaded(version.answers))


async def _form(tx: Transaction, gathered: Gathered, key: str, version: int) -> Form:
    own = await report_forms.of_version(tx, gathered.commune.id, key, version)
    form = Form.model_validate(own) if own is not None else built_in()[key]
    return form.on(year=gathered.period.year, occasion=gathered.period.occasion)
