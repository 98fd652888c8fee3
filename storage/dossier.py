"""What is stored about one person, as that person may see it (P4)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, update

from storage import news, nudges
from storage.database import Transaction
from storage.linking import accounts_of
from storage.roles import persons_of
from storage.tables import (
    Account,
    Activity,
    Attempt,
    Attendance,
    Consent,
    LessonProgress,
    Person,
    Report,
    ReportDraft,
    ReportFile,
    ReportVersion,
    Ticket,
    Unit,
)


class Kept(NamedTuple):
    """Everything that is stored about a canonical person, as the person may see it."""

    hamlet: str
    accounts: int
    lessons: Sequence[tuple[str, datetime]]
    """(lesson id, when first finished)"""
    attempts: int
    consents: Sequence[tuple[str, datetime]]
    """(purpose, since when), those in force"""
    tickets: int
    sessions: Sequence[tuple[date, str]]
    """(local day, who held it) of every session that was joined, the last one first"""


async def kept(tx: Transaction, canonical_id: int, *, speaker: int = 0) -> Kept:
    """`speaker`: whose own hamlet is said, where linked persons have told two."""
    persons = await persons_of(tx, canonical_id)
    hamlet = (
        select(Unit.name)
        .join(Person, Person.unit_id == Unit.id)
        .where(Person.id.in_(persons))
        .order_by(Person.id != speaker, Person.id)
        .limit(1)
    )
    lessons = (
        select(LessonProgress.lesson_id, func.min(LessonProgress.finished_at))
        .where(LessonProgress.person_id.in_(persons), LessonProgress.finished_at.is_not(None))
        .group_by(LessonProgress.lesson_id)
        .order_by(LessonProgress.lesson_id)
    )
    consents = (
        select(Consent.purpose, func.min(Consent.given_at))
        .where(Consent.person_id.in_(persons), Consent.withdrawn_at.is_(None))
        .group_by(Consent.purpose)
        .order_by(Consent.purpose)
    )
    sessions = (
        select(Activity.held_on, Unit.name)
        .join(Unit, Unit.id == Activity.unit_id)
        .where(Activity.id.in_(_joined_by(persons)))
        .order_by(Activity.held_on.desc(), Activity.id.desc())
    )
    return Kept(
        hamlet=await tx.scalar(hamlet) or "",
        accounts=await _accounts(tx, persons),
        lessons=[(row[0], row[1]) for row in await tx.execute(lessons) if row[1] is not None],
        attempts=await _count(tx, Attempt, persons),
        consents=[(row[0], row[1]) for row in await tx.execute(consents)],
        tickets=await _count(tx, Ticket, persons),
        sessions=[(row[0], row[1]) for row in await tx.execute(sessions)],
    )


class DraftKept(NamedTuple):
    unit_id: int
    unit: str
    period: str
    practice: bool
    changed_at: datetime


class VersionSent(NamedTuple):
    unit_id: int
    unit: str
    period: str
    number: int
    sent_at: datetime
    is_withdrawn: bool


class FileGiven(NamedTuple):
    unit_id: int
    unit: str
    period: str
    name: str
    given_at: datetime


class Reported(NamedTuple):
    """What somebody reported for units, newest first; what was taken out again is not there."""

    drafts: Sequence[DraftKept]
    sent: Sequence[VersionSent]
    files: Sequence[FileGiven]


async def reported(tx: Transaction, canonical_id: int) -> Reported:
    persons = await persons_of(tx, canonical_id)
    drafts = (
        select(Unit.id, Unit.name, ReportDraft.period, ReportDraft.practice, ReportDraft.changed_at)
        .join(Unit, Unit.id == ReportDraft.unit_id)
        .where(ReportDraft.person_id.in_(persons))
        .order_by(ReportDraft.changed_at.desc(), ReportDraft.id)
    )
    taken_back = ReportVersion.withdrawn_at.is_not(None)
    sent = (
        select(Unit.id, Unit.name, Report.period, ReportVersion.number, ReportVersion.sent_at)
        .add_columns(taken_back)
        .join(Report, Report.id == ReportVersion.report_id)
        .join(Unit, Unit.id == Report.unit_id)
        .where(ReportVersion.sent_by.in_(persons))
        .order_by(ReportVersion.sent_at.desc(), Report.id)
    )
    files = (
        select(Unit.id, Unit.name, ReportFile.period, ReportFile.name, ReportFile.given_at)
        .join(Unit, Unit.id == ReportFile.unit_id)
        .where(ReportFile.given_by.in_(persons), ReportFile.removed_at.is_(None))
        .order_by(ReportFile.given_at.desc(), ReportFile.id)
    )
    return Reported(
        drafts=[DraftKept._make(row) for row in await tx.execute(drafts)],
        sent=[VersionSent._make(row) for row in await tx.execute(sent)],
        files=[FileGiven._make(row) for row in await tx.execute(files)],
    )


def _joined_by(persons: Collection[int]) -> Select[int]:
    return select(Attendance.activity_id).where(Attendance.person_id.in_(persons))


async def _accounts(tx: Transaction, persons: Collection[int]) -> int:
    theirs = Account.id.in_(accounts_of(persons))
    return (await tx.scalar(select(func.count()).select_from(Account).where(theirs))) or 0


async def _count(tx: Transaction, table: Any, persons: Collection[int]) -> int:
    statement = select(func.count()).select_from(table).where(table.person_id.in_(persons))
    return (await tx.scalar(statement)) or 0


async def withdraw(
    tx: Transaction, canonical_id: int, *, purposes: Collection[str], now: datetime
) -> bool:
    """End these consents, and what waits because of them; False if none was in force."""
    if news.PURPOSE in purposes:
        await news.cancel(tx, canonical_id, now=now)
    if nudges.PURPOSE in purposes:
        await nudges.end(tx, canonical_id, now=now)
    persons = await persons_of(tx, canonical_id)
    in_force = Consent.person_id.in_(persons) & Consent.withdrawn_at.is_(None)
    statement = update(Consent).where(in_force, Consent.purpose.in_(purposes))
    return (await tx.execute(statement.values(withdrawn_at=now))).rowcount > 0
