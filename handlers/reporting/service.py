"""The rules of sending, correcting, taking back, freezing: for the chat, the page and jobs alike.

All of it happens in the caller's transaction, and rights are those of this very moment (A3, T41).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from handlers.office import claims
from handlers.reporting import periods, rules
from handlers.reporting.answers import Answer, loaded, stored
from handlers.reporting.flow import WHO
from handlers.reporting.form import Field
from handlers.reporting.place import Place, entering_as
from handlers.roles.service import DESK, desk_role
from storage import audit, duty_marks, report_drafts, reports
from storage.database import Transaction
from storage.people import Actor
from storage.report_drafts import DraftInfo
from storage.reports import NewVersion, ReportInfo, VersionInfo
from storage.roles import persons_of

WITHDRAW_WITHIN: Final = timedelta(minutes=10)  # U9


class Denied(Exception):
    """This person may not report for that unit now; nothing was written (T01, T41)."""


class Frozen(Exception):
    """The figures of the period are frozen; nothing was written, the draft is kept (T41)."""


class Incomplete(Exception):
    """Required fields are open; `missing` names them in the order of asking."""

    def __init__(self, missing: list[Field]) -> None:
        super().__init__(str(len(missing)))
        self.missing = missing


class Impossible(Exception):
    """Figures that cannot stand together; `why` by field key."""

    def __init__(self, why: Mapping[str, rules.Refused]) -> None:
        super().__init__(", ".join(why))
        self.why = why


class Overtaken(Exception):
    """Another version counts than the one this draft corrects (T19); `counted` is that one."""

    def __init__(self, counted: VersionInfo) -> None:
        super().__init__(str(counted.number))
        self.counted = counted


class TooLate(Exception):
    """Ten minutes are over, or nothing counts, or somebody else has sent since (U9)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    report: int
    number: int
    is_late: bool
    is_correction: bool

    def code(self, period: str) -> str:
        """What stands on the receipt: "BC2026-12.1" is version 1 of report 12."""
        return f"BC{period[-4:]}-{self.report}.{self.number}"


def acting_as(actor: Actor, unit_id: int) -> str:
    """The role in which this person reports for the unit; "" if in none (A3)."""
    return next((g.role for g in actor.grants if g.role in WHO and g.unit_id == unit_id), "")


def _role(place: Place, by: Actor) -> str:
    """As who `by` sends: of the unit itself, or entering it for the unit. Raises `Denied`."""
    if place.is_entered:
        role = entering_as(by, place.unit.id, place.unit.commune_id)
    else:
        role = acting_as(by, place.unit.id)
    if not role:
        raise Denied
    return role


async def submit(
    tx: Transaction,
    place: Place,
    draft: DraftInfo,
    *,
    by: Actor,
    said_at: datetime,
    now: datetime,
    zone: tzinfo,
) -> Receipt:
    """Send what the draft says as the next version, and end the draft.

    `said_at`: when "Gửi" was pressed, which decides whether it was on time.
    Raises `Denied`, `Frozen`, `Incomplete`, `Impossible`, `Overtaken`; then nothing was written.
    """
    role = _role(place, by)
    answers = rules.relevant(place.form, loaded(draft.answers))
    _check(place, answers)
    await reports.hold(tx, place.unit.id)
    await reports.share_period(tx, place.unit.commune_id)
    if await reports.frozen(tx, place.unit.commune_id, place.period.key):
        raise Frozen
    before = await reports.of_unit(tx, place.unit.id, place.period.key)
    since = await _came_at(tx, place, before, said_at=min(said_at, now))
    if before is not None and before.version != draft.base:
        counted = await reports.version(tx, before.id, before.version)
        if counted is not None:
            raise Overtaken(counted)
    new = NewVersion(
        form_version=place.form.version,
        answers=stored(answers),
        via=draft.via,
        source=place.source,
        sent_by=by.person_id,
        sent_as=role,
        is_late=periods.is_late(since, place.period, zone),  # corrected later, it came on time
    )
    return await _sent(tx, place, new, by=by, before=before, now=now)


async def _came_at(
    tx: Transaction, place: Place, before: ReportInfo | None, *, said_at: datetime
) -> datetime:
    """When the unit reported first: its signed copy on paper counts like a first version."""
    marks = await duty_marks.of_unit(tx, place.unit.id, place.period.key)
    papers = [mark.made_at for mark in marks if mark.kind == "paper"]
    first = before.first_sent_at if before else None
    return min([*papers, first or said_at])


def _check(place: Place, answers: dict[str, Answer]) -> None:
    if missing := rules.open_ones(place.fields, answers):
        raise Incomplete(missing)
    if why := rules.misfits(place.form, answers, people=place.people):
        raise Impossible(why)


async def _sent(
    tx: Transaction,
    place: Place,
    new: NewVersion,
    *,
    by: Actor,
    before: ReportInfo | None,
    now: datetime,
) -> Receipt:
    number, version = await reports.send(
        tx,
        new,
        unit_id=place.unit.id,
        commune_id=place.unit.commune_id,
        form=place.form.key,
        period=place.period.key,
        now=now,
    )
    await report_drafts.drop(
        tx,
        await persons_of(tx, by.canonical_id),
        unit_id=place.unit.id,
        period=place.period.key,
        practice=False,
    )
    about = f"report:{place.period.key}"  # what was said of a paper is answered by this
    await claims.end(tx, place.unit.id, about, verdict="needless", by=by, role=new.sent_as, now=now)
    is_correction = before is not None and before.version > 0
    await audit.record(
        tx,
        by=by,
        role=new.sent_as,
        action="report.corrected" if is_correction else "report.sent",
        about=f"report:{number}",
        now=now,
        before={"version": before.version} if before else None,
        after={
            "version": version,
            "via": new.via,
            "source": new.source,
            "late": new.is_late,
        },
    )
    return Receipt(number, version, new.is_late, is_correction)


async def withdraw(tx: Transaction, place: Place, *, number: int, by: Actor, now: datetime) -> int:
    """Take back version `number`, of the last ten minutes; it becomes this person's draft (U9).

    The number of the version that counts again, 0 for none. Raises `Denied`, `Frozen`, `TooLate`.
    """
    role = _role(place, by)
    await reports.hold(tx, place.unit.id)
    await reports.share_period(tx, place.unit.commune_id)
    if await reports.frozen(tx, place.unit.commune_id, place.period.key):
        raise Frozen
    report = await reports.of_unit(tx, place.unit.id, place.period.key)
    newest = await reports.version(tx, report.id, report.version) if report else None
    if report is None or newest is None or newest.number != number:
        raise TooLate
    if not may_withdraw(report, newest, now=now, place=place, by=by):
        raise TooLate
    again = await reports.withdraw(tx, report, now=now)
    await report_drafts.begin(
        tx,
        person_id=by.person_id,
        unit_id=place.unit.id,
        form=place.form.key,
        period=place.period.key,
        practice=False,
        answers=newest.answers,
        base=again,
        now=now,
    )
    await audit.record(
        tx,
        by=by,
        role=role,
        action="report.withdrawn",
        about=f"report:{report.id}",
        now=now,
        before={"version": newest.number},
        after={"version": again},
    )
    return again


def may_withdraw(
    report: ReportInfo, newest: VersionInfo, *, now: datetime, place: Place, by: Actor
) -> bool:
    """Within ten minutes, and before an officer has received it.

    What the unit sent only by the unit, what the office entered not by a helper (A3).
    """
    if place.is_entered:
        role = entering_as(by, place.unit.id, place.unit.commune_id)
        if newest.source == "unit" or (role not in DESK and newest.sent_as != role):
            return False
    return report.state == "submitted" and now - newest.sent_at <= WITHDRAW_WITHIN


# --- chốt số liệu, mở lại ------------------------------------------------------------------------


async def freeze(
    tx: Transaction, commune_id: int, period: str, *, by: Actor, now: datetime
) -> int | None:
    """Freeze which versions count; how many, None if it stood already. Raises `Denied`."""
    role = desk_role(by.grants, commune_id)
    if not role:
        raise Denied
    await reports.hold_period(tx, commune_id)
    if await reports.frozen(tx, commune_id, period):
        return None
    count = await reports.freeze(tx, commune_id, period, by=by.person_id, now=now)
    await _audit_period(tx, "period.frozen", commune_id, period, by, role, now, {"reports": count})
    return count


async def reopen(
    tx: Transaction, commune_id: int, period: str, *, reason: str, by: Actor, now: datetime
) -> bool:
    """Let reports come in again, with a reason; False if nothing was frozen. Raises `Denied`."""
    role = desk_role(by.grants, commune_id)
    if not role:
        raise Denied
    await reports.hold_period(tx, commune_id)
    standing = await reports.frozen(tx, commune_id, period)
    if standing is None:
        return False
    await reports.reopen(tx, standing.id, by=by.person_id, reason=reason, now=now)
    await _audit_period(tx, "period.reopened", commune_id, period, by, role, now, {})
    return True


async def _audit_period(
    tx: Transaction,
    action: str,
    commune_id: int,
    period: str,
    by: Actor,
    role: str,
    now: datetime,
    after: dict[str, Any],
) -> None:
    await audit.record(
        tx,
        by=by,
        role=role,
        action=action,
        about=f"period:{commune_id}:{period}",
        now=now,
        after=after,
    )
