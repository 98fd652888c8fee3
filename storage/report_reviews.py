"""Verdicts of officers about versions of reports: received, or returned with a reason.

Who may give one is the caller's to decide; every question names the report or the commune (T13).
A verdict changes the report only as it was looked at: that very version, in that state (T42).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, insert, select, update

from storage.database import Transaction
from storage.reports import ReportInfo
from storage.tables import Freeze, Report, ReportFile, ReportReview, ReportVersion, Unit

ACCEPTED: Final = "accepted"
RETURNED: Final = "returned"
SUBMITTED: Final = "submitted"


@dataclass(frozen=True, slots=True)
class ReviewInfo:
    id: int
    report_id: int
    number: int
    """Of the version that was looked at."""
    verdict: str
    """`ACCEPTED` or `RETURNED`."""
    reason: str
    made_by: int | None
    """None: whoever gave it was erased (P5)."""
    made_at: datetime


_REVIEW: Final = tuple(getattr(ReportReview, one.name) for one in fields(ReviewInfo))
_REPORT: Final = tuple(getattr(Report, one.name) for one in fields(ReportInfo))


async def newest(tx: Transaction, report_id: int, number: int) -> ReviewInfo | None:
    """The verdict that stands about one version; None while nobody has given one."""
    statement = select(*_REVIEW).where(
        ReportReview.report_id == report_id, ReportReview.number == number
    )
    row = (await tx.execute(statement.order_by(ReportReview.id.desc()).limit(1))).first()
    return ReviewInfo(*row) if row else None


async def last_of_each(tx: Transaction, commune_id: int, period: str) -> Mapping[int, ReviewInfo]:
    """Report id -> the last verdict about it, of the version that counts or an older one."""
    statement = (
        select(*_REVIEW)
        .join(Report, Report.id == ReportReview.report_id)
        .where(Report.commune_id == commune_id, Report.period == period)
        .where(ReportReview.number <= Report.version)
        .order_by(ReportReview.id)
    )
    return {row.report_id: ReviewInfo(*row) for row in await tx.execute(statement)}


async def find(
    tx: Transaction, report_id: int, *, commune_id: int, period: str
) -> ReportInfo | None:
    """The report, if it is one of this commune and period (T13)."""
    statement = select(*_REPORT).where(
        Report.id == report_id, Report.commune_id == commune_id, Report.period == period
    )
    row = (await tx.execute(statement)).first()
    return ReportInfo(*row) if row else None


async def hold(tx: Transaction, reports: Collection[int], *, commune_id: int, period: str) -> None:
    """Nobody sends or takes back any of these reports until we commit; SQLite has us alone."""
    theirs = select(Report.unit_id).where(
        Report.id.in_(reports), Report.commune_id == commune_id, Report.period == period
    )
    rows = select(Unit.id).where(Unit.id.in_(theirs)).order_by(Unit.id)
    await tx.execute(rows.with_for_update(key_share=True))


async def give(
    tx: Transaction,
    *,
    commune_id: int,
    period: str,
    report_id: int,
    number: int,
    verdict: str,
    by: int,
    now: datetime,
    reason: str = "",
    state: str = SUBMITTED,
) -> int | None:
    """Write the verdict and the report's new state; the review's id.

    None, and nothing written, unless version `number` counts and the report is in `state` now.
    """
    changed = await tx.scalar(
        update(Report)
        .where(
            Report.id == report_id,
            Report.commune_id == commune_id,
            Report.period == period,
            Report.version == number,
            Report.state == state,
        )
        .values(state=verdict, changed_at=now)
        .returning(Report.id)
    )
    if changed is None:
        return None
    values = {"report_id": report_id, "number": number, "verdict": verdict, "reason": reason}
    added = await tx.execute(
        insert(ReportReview).values(**values, made_by=by, made_at=now).returning(ReportReview.id)
    )
    return int(added.scalar_one())


# --- what is looked at ---------------------------------------------------------------------------


async def late(tx: Transaction, commune_id: int, period: str) -> set[int]:
    """Ids of the reports whose version that counts is marked as late."""
    counts = (ReportVersion.report_id == Report.id) & (ReportVersion.number == Report.version)
    statement = (
        select(Report.id)
        .join(ReportVersion, counts)
        .where(Report.commune_id == commune_id, Report.period == period)
        .where(ReportVersion.is_late)
    )
    return set((await tx.execute(statement)).scalars())


async def periods_known(tx: Transaction, communes: Collection[int]) -> list[tuple[int, str]]:
    """(commune, period) of all that was sent and not taken back, and of all that is frozen."""
    sent = select(Report.commune_id, Report.period).where(
        Report.commune_id.in_(communes), Report.version > 0
    )
    frozen = select(Freeze.commune_id, Freeze.period).where(
        Freeze.commune_id.in_(communes), Freeze.reopened_at.is_(None)
    )
    found = {(row[0], row[1]) for row in await tx.execute(sent.distinct())}
    found |= {(row[0], row[1]) for row in await tx.execute(frozen)}
    return sorted(found)


async def returned_units(tx: Transaction, commune_id: int, period: str) -> set[int]:
    """Ids of the units whose report was returned and not sent again yet."""
    statement = select(Report.unit_id).where(
        Report.commune_id == commune_id, Report.period == period, Report.state == RETURNED
    )
    return set((await tx.execute(statement)).scalars())


async def exists_on(tx: Transaction, report_id: int, day: date) -> bool:
    """Whether the unit of that report exists on a day, so that it can send once more."""
    statement = select(Unit.until).join(Report, Report.unit_id == Unit.id)
    until = await tx.scalar(statement.where(Report.id == report_id))
    return until is None or until > day


async def files_given(
    tx: Transaction, units: Collection[int], period: str
) -> Mapping[int, Mapping[str, int]]:
    """Unit id -> field ("scan" = the signed report) -> how many files are there."""
    statement = (
        select(ReportFile.unit_id, ReportFile.field, func.count())
        .where(ReportFile.unit_id.in_(units), ReportFile.period == period)
        .where(ReportFile.removed_at.is_(None), ReportFile.file_id.is_not(None))
        .group_by(ReportFile.unit_id, ReportFile.field)
    )
    found: dict[int, dict[str, int]] = {}
    for unit, field, count in await tx.execute(statement):
        found.setdefault(unit, {})[field] = count
    return found
