"""What units reported: each report's state and versions, and chốt số liệu.

Times are the domain's clock. Who may do what is the caller's to decide; every question names the
unit or the communes it is about (T13). What is being answered is in `report_drafts`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, select, update

from storage.database import Transaction, upsert
from storage.tables import Freeze, Json, Report, ReportReview, ReportVersion, Unit


@dataclass(frozen=True, slots=True)
class ReportInfo:
    id: int
    commune_id: int
    unit_id: int
    form: str
    period: str
    state: str
    version: int
    """The version that counts; 0 = none does."""
    first_sent_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class VersionInfo:
    report_id: int
    number: int
    form_version: int
    answers: Json
    via: str
    source: str
    sent_by: int | None
    sent_as: str
    sent_at: datetime
    is_late: bool
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What is to be sent."""

    form_version: int
    answers: Json
    via: str
    source: str
    sent_by: int
    sent_as: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class FreezeInfo:
    id: int
    frozen_at: datetime
    frozen_by: int | None
    snapshot: Json


_REPORT: Final = tuple(getattr(Report, one.name) for one in fields(ReportInfo))
_VERSION: Final = tuple(getattr(ReportVersion, one.name) for one in fields(VersionInfo))


async def hold(tx: Transaction, unit_id: int) -> None:
    """Nobody else sends for this unit until we commit (T19); SQLite has us alone."""
    await tx.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))


async def of_unit(tx: Transaction, unit_id: int, period: str) -> ReportInfo | None:
    statement = select(*_REPORT).where(Report.unit_id == unit_id, Report.period == period)
    row = (await tx.execute(statement)).first()
    return ReportInfo(*row) if row else None


async def of_units(
    tx: Transaction, units: Collection[int], period: str
) -> Mapping[int, ReportInfo]:
    """Unit id -> its report of a period, for those that have one."""
    statement = select(*_REPORT).where(Report.unit_id.in_(units), Report.period == period)
    return {row.unit_id: ReportInfo(*row) for row in await tx.execute(statement)}


async def returned_of(tx: Transaction, unit_id: int) -> list[str]:
    """Periods of which this unit's report was returned and not sent again yet."""
    statement = select(Report.period).where(Report.unit_id == unit_id, Report.state == "returned")
    return list((await tx.execute(statement.order_by(Report.period))).scalars())


async def version(tx: Transaction, report_id: int, number: int) -> VersionInfo | None:
    statement = select(*_VERSION).where(
        ReportVersion.report_id == report_id, ReportVersion.number == number
    )
    row = (await tx.execute(statement)).first()
    return VersionInfo(*row) if row else None


async def versions(tx: Transaction, report_id: int) -> list[VersionInfo]:
    """All that were ever sent, oldest first, those taken back among them."""
    statement = select(*_VERSION).where(ReportVersion.report_id == report_id)
    rows = await tx.execute(statement.order_by(ReportVersion.number))
    return [VersionInfo(*row) for row in rows]


async def counted(tx: Transaction, unit_id: int, period: str) -> VersionInfo | None:
    """The version of this unit's report that counts now."""
    statement = _counted().where(Report.unit_id == unit_id, Report.period == period)
    row = (await tx.execute(statement)).first()
    return VersionInfo(*row) if row else None


async def counting(
    tx: Transaction, commune_id: int, period: str, *, snapshot: Mapping[str, int] | None
) -> list[tuple[ReportInfo, VersionInfo]]:
    """Every report of a commune that counts, submitted or accepted, with its version.

    `snapshot` of a frozen period: report id -> version; those count, whatever came later.
    """
    statement = select(*_REPORT, *_VERSION).join(
        ReportVersion, ReportVersion.report_id == Report.id
    )
    statement = statement.where(Report.commune_id == commune_id, Report.period == period)
    if snapshot is None:
        statement = statement.where(
            Report.version == ReportVersion.number, Report.state.in_(("submitted", "accepted"))
        )
    rows = await tx.execute(statement.order_by(Report.id))
    width = len(_REPORT)
    found = [(ReportInfo(*row[:width]), VersionInfo(*row[width:])) for row in rows]
    if snapshot is None:
        return found
    return [(one, version) for one, version in found if snapshot.get(str(one.id)) == version.number]


def _counted() -> Select[*tuple[Any, ...]]:
    is_newest = (Report.id == ReportVersion.report_id) & (Report.version == ReportVersion.number)
    return select(*_VERSION).join(Report, is_newest)


# --- sending -------------------------------------------------------------------------------------


async def send(
    tx: Transaction,
    new: NewVersion,
    *,
    unit_id: int,
    commune_id: int,
    form: str,
    period: str,
    now: datetime,
) -> tuple[int, int]:
    """Write the next version, which counts from now on: (report id, number).

    The caller holds the unit and has asked whether it may be sent.
    """
    values = {
        "commune_id": commune_id,
        "unit_id": unit_id,
        "form": form,
        "period": period,
        "state": "draft",
        "version": 0,
        "changed_at": now,
    }
    first = upsert(tx, Report).values(values).on_conflict_do_nothing()
    await tx.execute(first)
    found = await of_unit(tx, unit_id, period)
    assert found is not None  # noqa: S101 - for the type checker: written above
    number = await _next_number(tx, found.id)
    row = {name: getattr(new, name) for name in new.__dataclass_fields__}
    await tx.execute(
        insert(ReportVersion).values(report_id=found.id, number=number, sent_at=now, **row)
    )
    counts = {
        "state": "submitted",
        "version": number,
        "form": form,
        "first_sent_at": found.first_sent_at or now,
        "changed_at": now,
    }
    await tx.execute(update(Report).where(Report.id == found.id).values(counts))
    return found.id, number


async def _next_number(tx: Transaction, report_id: int) -> int:
    newest = select(func.max(ReportVersion.number)).where(ReportVersion.report_id == report_id)
    return ((await tx.scalar(newest)) or 0) + 1


async def withdraw(tx: Transaction, report: ReportInfo, *, now: datetime) -> int:
    """Take back the version that counts; the number of the one that counts again, 0 for none."""
    await tx.execute(
        update(ReportVersion)
        .where(ReportVersion.report_id == report.id, ReportVersion.number == report.version)
        .values(withdrawn_at=now)
    )
    before = select(func.max(ReportVersion.number)).where(
        ReportVersion.report_id == report.id, ReportVersion.withdrawn_at.is_(None)
    )
    again = (await tx.scalar(before)) or 0
    values = {
        "version": again,
        "state": await _verdict(tx, report.id, again) if again else "draft",
        "first_sent_at": report.first_sent_at if again else None,
        "changed_at": now,
    }
    await tx.execute(update(Report).where(Report.id == report.id).values(values))
    return again


async def _verdict(tx: Transaction, report_id: int, number: int) -> str:
    """The state of a version that counts again: what an officer had said of it stands."""
    statement = select(ReportReview.verdict).where(
        ReportReview.report_id == report_id, ReportReview.number == number
    )
    verdict = await tx.scalar(statement.order_by(ReportReview.id.desc()).limit(1))
    return verdict or "submitted"


# --- chốt số liệu --------------------------------------------------------------------------------


async def frozen(tx: Transaction, commune_id: int, period: str) -> FreezeInfo | None:
    """The standing freeze of a period."""
    statement = select(Freeze.id, Freeze.frozen_at, Freeze.frozen_by, Freeze.snapshot).where(
        Freeze.commune_id == commune_id, Freeze.period == period, Freeze.reopened_at.is_(None)
    )
    row = (await tx.execute(statement)).first()
    return FreezeInfo(*row) if row else None


async def hold_period(tx: Transaction, commune_id: int) -> None:
    """Nobody freezes or reopens while somebody sends, and the other way round (T41)."""
    await tx.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update(key_share=True))


async def share_period(tx: Transaction, commune_id: int) -> None:
    """Send beside others who send, but not beside who freezes (T41)."""
    await tx.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update(read=True))


async def freeze(tx: Transaction, commune_id: int, period: str, *, by: int, now: datetime) -> int:
    """Write down which versions count, not those that were returned; how many there are.

    The caller holds the period.
    """
    statement = select(Report.id, Report.version).where(
        Report.commune_id == commune_id,
        Report.period == period,
        Report.version > 0,
        Report.state.in_(("submitted", "accepted")),
    )
    snapshot = {str(number): newest for number, newest in await tx.execute(statement)}
    values = {"commune_id": commune_id, "period": period, "snapshot": snapshot}
    await tx.execute(insert(Freeze).values(**values, frozen_by=by, frozen_at=now, reason=""))
    return len(snapshot)


async def reopen(tx: Transaction, freeze_id: int, *, by: int, reason: str, now: datetime) -> None:
    values = {"reopened_by": by, "reopened_at": now, "reason": reason}
    await tx.execute(update(Freeze).where(Freeze.id == freeze_id).values(values))
