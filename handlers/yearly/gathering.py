"""The reports that count for a commune and a period, each with the form it was made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from handlers import places
from handlers.office import owing
from handlers.office.owing import Obligation
from handlers.reporting import periods
from handlers.reporting.answers import Answers, loaded
from handlers.reporting.form import Form
from handlers.reporting.forms import built_in
from handlers.reporting.periods import ReportPeriod
from storage import report_forms, reports, units
from storage.database import Transaction
from storage.reports import ReportInfo, VersionInfo
from storage.units import UnitInfo


@dataclass(frozen=True, slots=True)
class Told:
    """What one unit reported, as it counts."""

    unit: UnitInfo
    name: str
    """A name no other unit of the commune has."""
    form: Form
    """As it was when this version was made, on that occasion (A6)."""
    report: ReportInfo
    version: VersionInfo
    answers: Answers

    @property
    def code(self) -> str:
        """As the receipt said it: "BC2026-12.1"."""
        return f"BC{self.report.period[-4:]}-{self.report.id}.{self.version.number}"


@dataclass(frozen=True, slots=True)
class Gathered:
    commune: UnitInfo
    settings: Mapping[str, Any]
    period: ReportPeriod
    told: tuple[Told, ...]
    """Submitted and accepted ones, in the order of duty, kind and code; of a frozen period those
    of the snapshot. Returned ones are not among them."""
    obligations: tuple[Obligation, ...]
    names: Mapping[str, str]
    """Code of each unit of the commune -> its own name."""
    frozen_at: datetime | None

    @property
    def asked(self) -> list[UnitInfo]:
        """The units that "27/34" is of: who reported, and who is asked and not exempt."""
        told = [one.unit for one in self.told]
        owing_now = [o.unit for o in self.obligations if o.standing is not owing.Standing.EXEMPT]
        return list({one.id: one for one in (*told, *owing_now)}.values())

    @property
    def silent(self) -> list[Obligation]:
        """Who is asked and has no figures here, whatever the reason."""
        counted = {one.unit.id for one in self.told}
        return [one for one in self.obligations if one.unit.id not in counted]


async def gather(
    tx: Transaction, commune_id: int, period_key: str, *, today: date
) -> Gathered | None:
    """All of one period; None for a period that is none, or a commune that is none."""
    settings = await units.settings_of(tx, commune_id)
    period = periods.by_key(period_key, settings)
    if period is None:
        return None
    last = max(period.first, min(today, period.due))
    mine = await units.listed_during(tx, first=period.first, last=last, commune_id=commune_id)
    commune = next((one for one in mine if one.id == commune_id), None)
    if commune is None:
        return None
    obligations = await owing.of(tx, commune_id, period, today=today)
    frozen = await reports.frozen(tx, commune_id, period.key)
    names = places.shown(mine)
    counted = await reports.counting(
        tx, commune_id, period.key, snapshot=frozen.snapshot if frozen else None
    )
    forms = _Forms(await report_forms.all_versions(tx, commune_id), period)
    order = {one.unit.id: place for place, one in enumerate(obligations)}
    by_id = {one.id: one for one in mine}
    told = [
        Told(
            unit := by_id[report.unit_id],
            names[unit.code],
            forms.of(report.form, version.form_version),
            report,
            version,
            loaded(version.answers),
        )
        for report, version in counted
        if report.unit_id in by_id
    ]
    told.sort(key=lambda one: order.get(one.unit.id, len(order)))
    return Gathered(
        commune=commune,
        settings=settings,
        period=period,
        told=tuple(told),
        obligations=tuple(obligations),
        names=names,
        frozen_at=frozen.frozen_at if frozen else None,
    )


class _Forms:
    """Forms as they were; each is read once, though a hundred reports were made with it."""

    def __init__(self, own: Mapping[tuple[str, int], Any], period: ReportPeriod) -> None:
        self._own = own
        self._period = period
        self._read: dict[tuple[str, int], Form] = {}

    def of(self, key: str, version: int) -> Form:
        if (key, version) not in self._read:
            own = self._own.get((key, version))
            form = Form.model_validate(own) if own is not None else built_in()[key]
            on = form.on(year=self._period.year, occasion=self._period.occasion)
            self._read[key, version] = on
        return self._read[key, version]
