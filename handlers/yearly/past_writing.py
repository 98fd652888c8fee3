"""The rules of importing a past year: all of it or nothing, and undone within a day (T53).

All of it happens in the caller's transaction, and rights are those of this very moment (A3, T41).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from handlers.reporting import periods
from handlers.reporting.answers import stored
from handlers.roles import desk_role
from handlers.yearly import past_comparing
from handlers.yearly.past_comparing import Change, Comparison, What
from handlers.yearly.past_year import Year
from storage import audit, figure_imports, reports
from storage.database import Transaction
from storage.figure_imports import ImportInfo
from storage.people import Actor
from storage.reports import NewVersion, ReportInfo

UNDO_WITHIN: Final = timedelta(hours=24)


class Denied(Exception):
    """This person is not of that commune's office now; nothing was written (T13, T41)."""


class Frozen(Exception):
    """The figures of that year are frozen; nothing was written (T41)."""


class Gone(Exception):
    """It was decided about already, or a day is over; nothing was written."""


class Changed(Exception):
    """Something else counts than what was shown; nothing was written."""


class Own(StrEnum):
    """What becomes of figures that a unit sent itself."""

    KEEP = "write"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Undone:
    withdrawn: int
    own: tuple[int, ...]
    """Ids of units whose own figures count again."""
    kept: tuple[int, ...]
    """Ids of units that something newer was sent for."""


def is_past(year: int, settings: periods.Settings, today: date) -> bool:
    """Whether no unit can report for that year any more."""
    open_now = {one.year for one in periods.open_on(today, settings) if one.occasion == "annual"}
    return periods.FIRST_YEAR <= year < today.year and year not in open_now


# --- writing -------------------------------------------------------------------------------------


async def write(
    tx: Transaction, found: ImportInfo, year: Year, own: Own, *, by: Actor, now: datetime
) -> Sequence[Change]:
    """Write what was read as reports of that year, received already; what was written.

    Raises `Denied`, `Gone`, `Frozen`, `Changed`; then nothing was written.
    """
    role = desk_role(by.grants, found.commune_id)
    if not role or year.commune.id != found.commune_id:
        raise Denied
    if found.state != "read":
        raise Gone
    await _hold(tx, year, [int(unit) for unit in found.rows["units"]])
    compared = await past_comparing.compare(tx, year, found.rows)
    if past_comparing.is_outdated(found.rows, year) or compared.base != found.rows["base"]:
        raise Changed
    written = chosen(compared, own)
    return await _written(tx, found, year, written, by=by, role=role, now=now)


def chosen(compared: Comparison, own: Own) -> list[Change]:
    """What would be written."""
    kept = (What.NEW, What.OTHER)
    return compared.of(*kept) if own is Own.KEEP else compared.of(*kept, What.OWN)


async def _hold(tx: Transaction, year: Year, ids: Sequence[int]) -> None:
    """Nobody sends for these units or freezes the year until we commit. Raises `Frozen`."""
    for unit in sorted(ids):
        await reports.hold(tx, unit)
    await reports.share_period(tx, year.commune.id)
    if await reports.frozen(tx, year.commune.id, year.period.key):
        raise Frozen


async def _written(
    tx: Transaction,
    found: ImportInfo,
    year: Year,
    changes: Sequence[Change],
    *,
    by: Actor,
    role: str,
    now: datetime,
) -> Sequence[Change]:
    versions: dict[str, int] = {}
    for change in changes:
        report, number = await _sent(tx, change, year, by=by, role=role, now=now)
        versions[str(report)] = number
        before = {"version": change.report.version} if change.report else None
        after = {"version": number, "import": found.id}
        await _audit(tx, f"report:{report}", "report.imported", by, role, now, before, after)
    await figure_imports.received(tx, dict.fromkeys(map(int, versions), "accepted"))
    states = {str(one.report.id): one.report.state for one in changes if one.report}
    replaced = [one.unit.id for one in changes if one.what is What.OWN]
    rows = {**found.rows, "before": states, "replaced": replaced}
    if not await figure_imports.finish(tx, found.id, rows=rows, versions=versions, now=now):
        raise RuntimeError("an import was decided about within a turn of its own person")
    summary = {"period": year.period.key, "reports": len(versions)}
    await _audit(tx, f"import:{found.id}", "figures.imported", by, role, now, None, summary)
    return changes


async def _sent(
    tx: Transaction, change: Change, year: Year, *, by: Actor, role: str, now: datetime
) -> tuple[int, int]:
    """The next version of one unit's report: (report id, number)."""
    form = year.form_of(change.unit)
    new = NewVersion(
        form_version=form.version,
        answers=stored(change.answers),
        via="file",
        source="paper",
        sent_by=by.person_id,
        sent_as=role,
        is_late=False,
    )
    return await reports.send(
        tx,
        new,
        unit_id=change.unit.id,
        commune_id=year.commune.id,
        form=form.key,
        period=year.period.key,
        now=now,
    )


async def _audit(
    tx: Transaction,
    about: str,
    action: str,
    by: Actor,
    role: str,
    now: datetime,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
) -> None:
    was = dict(before) if before is not None else None
    await audit.record(
        tx, by=by, role=role, action=action, about=about, now=now, before=was, after=dict(after)
    )


# --- undoing -------------------------------------------------------------------------------------


async def undo(
    tx: Transaction, found: ImportInfo, year: Year, *, by: Actor, now: datetime
) -> Undone:
    """Take back exactly what it wrote, where nothing newer was sent over it.

    Raises `Denied`, `Gone`, `Frozen`; then nothing was changed.
    """
    role = desk_role(by.grants, found.commune_id)
    if not role or year.commune.id != found.commune_id:
        raise Denied
    if found.state != "done" or found.done_at is None or now - found.done_at > UNDO_WITHIN:
        raise Gone
    await _hold(tx, year, [int(unit) for unit in found.rows["units"]])
    if not await figure_imports.undo(tx, found.id, by=by.person_id, now=now):
        raise Gone
    known = await reports.of_units(tx, list(year.by_id), year.period.key)
    ours = [one for one in known.values() if str(one.id) in found.versions]
    withdrawn = [one for one in ours if one.version == found.versions[str(one.id)]]
    for report in withdrawn:
        await _withdrawn(tx, report, found, by=by, role=role, now=now)
    kept = tuple(one.unit_id for one in ours if one not in withdrawn)
    summary = {"withdrawn": len(withdrawn), "kept": len(kept)}
    await _audit(tx, f"import:{found.id}", "figures.undone", by, role, now, None, summary)
    replaced = set(found.rows.get("replaced", ()))
    own = tuple(one.unit_id for one in withdrawn if one.unit_id in replaced)
    return Undone(len(withdrawn), own, kept)


async def _withdrawn(
    tx: Transaction, report: ReportInfo, found: ImportInfo, *, by: Actor, role: str, now: datetime
) -> None:
    """Take back one; what counts again is in the state it was in."""
    again = await reports.withdraw(tx, report, now=now)
    state = found.rows.get("before", {}).get(str(report.id), "submitted")
    if again:
        await figure_imports.received(tx, {report.id: state})
    before, after = {"version": report.version}, {"version": again, "import": found.id}
    await _audit(tx, f"report:{report.id}", "report.withdrawn", by, role, now, before, after)
