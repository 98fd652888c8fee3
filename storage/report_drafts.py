"""What somebody has answered of a report so far: of one human, on whichever app (U6, U10).

`persons` are all persons who are one human now; times are the domain's clock.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from storage.database import Transaction, upsert
from storage.tables import Json, ReportDraft

KEEP: Final = timedelta(days=30)  # U10


@dataclass(frozen=True, slots=True)
class DraftInfo:
    id: int
    person_id: int
    unit_id: int
    form: str
    period: str
    practice: bool
    answers: Json
    passed: Json
    base: int
    via: str
    version: int
    changed_at: datetime


_COLUMNS: Final = tuple(getattr(ReportDraft, one.name) for one in fields(DraftInfo))


async def find(
    tx: Transaction, persons: Collection[int], *, unit_id: int, period: str, practice: bool
) -> DraftInfo | None:
    """The draft of this human; after linking two apps the newer of two."""
    statement = (
        select(*_COLUMNS)
        .where(ReportDraft.person_id.in_(persons), ReportDraft.unit_id == unit_id)
        .where(ReportDraft.period == period, ReportDraft.practice.is_(practice))
        .order_by(ReportDraft.changed_at.desc(), ReportDraft.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return DraftInfo(*row) if row else None


async def read(tx: Transaction, draft_id: int, persons: Collection[int]) -> DraftInfo | None:
    """One draft, if it is this human's (T13)."""
    mine = ReportDraft.person_id.in_(persons)
    row = (await tx.execute(select(*_COLUMNS).where(ReportDraft.id == draft_id, mine))).first()
    return DraftInfo(*row) if row else None


async def of(tx: Transaction, persons: Collection[int]) -> list[DraftInfo]:
    """All open drafts of this human, newest first."""
    statement = select(*_COLUMNS).where(ReportDraft.person_id.in_(persons))
    rows = await tx.execute(statement.order_by(ReportDraft.changed_at.desc(), ReportDraft.id))
    return [DraftInfo(*row) for row in rows]


async def of_others(
    tx: Transaction, persons: Collection[int], *, unit_id: int, period: str, since: datetime
) -> list[DraftInfo]:
    """What other people are answering for the same report, newest first (T19)."""
    statement = (
        select(*_COLUMNS)
        .where(ReportDraft.unit_id == unit_id, ReportDraft.period == period)
        .where(ReportDraft.person_id.not_in(persons), ReportDraft.practice.is_(False))
        .where(ReportDraft.changed_at >= since)
        .order_by(ReportDraft.changed_at.desc())
    )
    return [DraftInfo(*row) for row in await tx.execute(statement)]


async def begin(
    tx: Transaction,
    *,
    person_id: int,
    unit_id: int,
    form: str,
    period: str,
    practice: bool,
    answers: Json,
    base: int,
    now: datetime,
) -> int:
    """Begin anew, over an older draft of the same; its id."""
    fresh = {
        "form": form,
        "answers": answers,
        "passed": {"keys": []},
        "base": base,
        "via": "guided",
        "changed_at": now,
    }
    key = {"person_id": person_id, "unit_id": unit_id, "period": period, "practice": practice}
    row = upsert(tx, ReportDraft).values(**key, **fresh, version=1)
    over = row.on_conflict_do_update(
        index_elements=list(key), set_={**fresh, "version": ReportDraft.version + 1}
    )
    return int(await tx.scalar(over.returning(ReportDraft.id)))


async def save(tx: Transaction, draft: DraftInfo, *, now: datetime) -> int | None:
    """Write answers, passed, base and via; the new version, None if it was changed meanwhile."""
    values = {"answers": draft.answers, "passed": draft.passed, "base": draft.base}
    written: int | None = await tx.scalar(
        update(ReportDraft)
        .where(ReportDraft.id == draft.id, ReportDraft.version == draft.version)
        .values(**values, via=draft.via, version=draft.version + 1, changed_at=now)
        .returning(ReportDraft.version)
    )
    return written


async def drop(
    tx: Transaction, persons: Collection[int], *, unit_id: int, period: str, practice: bool
) -> None:
    """All drafts of this human for one report: two linked apps may have had one each."""
    await tx.execute(
        delete(ReportDraft).where(
            ReportDraft.person_id.in_(persons),
            ReportDraft.unit_id == unit_id,
            ReportDraft.period == period,
            ReportDraft.practice.is_(practice),
        )
    )


async def sweep(tx: Transaction, *, now: datetime) -> int:
    """Drop what nobody has touched for 30 days; nothing is ever sent by time-out (U10)."""
    return (
        await tx.execute(delete(ReportDraft).where(ReportDraft.changed_at <= now - KEEP))
    ).rowcount
