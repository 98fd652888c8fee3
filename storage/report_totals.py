"""What the commune's totals need besides the reports that count: shared activities, past moments.

Every question names the commune it is about (T13).
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from sqlalchemy import Row, func, or_, select

from storage.activities import joined
from storage.database import Transaction
from storage.reports import ReportInfo, VersionInfo
from storage.tables import Activity, ActivityUnit, Report, ReportVersion


@dataclass(frozen=True, slots=True)
class SharedActivity:
    """One recorded activity that two or more units held together."""

    id: int
    units: frozenset[int]
    sessions: int
    """Buổi in it; 0 for what is no class."""
    heads: int
    """Lượt dự, where known."""
    since: datetime
    """Recorded, or closed."""
    until: datetime | None
    """Undone; None = it stands."""


async def held_together(
    tx: Transaction, commune_id: int, first: date, last: date
) -> list[SharedActivity]:
    """What several units held together between two local days, also if it was undone since."""
    several = (
        select(ActivityUnit.activity_id)
        .join(Activity, Activity.id == ActivityUnit.activity_id)
        .where(Activity.commune_id == commune_id, Activity.held_on.between(first, last))
        .group_by(ActivityUnit.activity_id)
        .having(func.count() > 1)
    )
    units: dict[int, set[int]] = {}
    each = select(ActivityUnit.activity_id, ActivityUnit.unit_id)
    for number, unit in await tx.execute(each.where(ActivityUnit.activity_id.in_(several))):
        units.setdefault(number, set()).add(unit)
    statement = select(
        Activity.id,
        Activity.kind,
        Activity.sessions,
        Activity.heads,
        joined().label("joined"),
        Activity.closed_at,
        Activity.created_at,
        Activity.undone_at,
    ).where(Activity.id.in_(several), Activity.state.in_(("recorded", "undone")))
    rows = await tx.execute(statement.order_by(Activity.id))
    return [_shared(row, frozenset(units[row.id])) for row in rows]


def _shared(row: Row[*tuple[object, ...]], units: frozenset[int]) -> SharedActivity:
    return SharedActivity(
        id=row.id,
        units=units,
        sessions=row.sessions if row.kind == "class" else 0,
        heads=(row.heads or 0) + row.joined,
        since=row.closed_at or row.created_at,
        until=row.undone_at,
    )


# --- the reports as they were --------------------------------------------------------------------

_REPORT: Final = tuple(getattr(Report, one.name) for one in fields(ReportInfo))
_VERSION: Final = tuple(getattr(ReportVersion, one.name) for one in fields(VersionInfo))


async def sent_until(
    tx: Transaction, commune_id: int, period: str, moment: datetime
) -> list[tuple[ReportInfo, VersionInfo]]:
    """The newest version of each report sent before `moment` and not taken back by then.

    What was returned since counts as well: at that moment it stood.
    """
    statement = select(*_REPORT, *_VERSION).join(
        ReportVersion, ReportVersion.report_id == Report.id
    )
    rows = await tx.execute(
        statement.where(
            Report.commune_id == commune_id,
            Report.period == period,
            ReportVersion.sent_at < moment,
            or_(ReportVersion.withdrawn_at.is_(None), ReportVersion.withdrawn_at >= moment),
        ).order_by(Report.id, ReportVersion.number)
    )
    width = len(_REPORT)
    newest = {row.id: (ReportInfo(*row[:width]), VersionInfo(*row[width:])) for row in rows}
    return list(newest.values())
