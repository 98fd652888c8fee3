"""Which units were reminded of what, once for each stage; times are the domain's clock (R15).

Whom it reached and by which app is the outbox's business.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from storage.database import Transaction, upsert
from storage.tables import Reminder


class Reminded(NamedTuple):
    """How often a unit was reminded of one thing, and when last."""

    times: int
    last: datetime


async def add(
    tx: Transaction,
    *,
    commune_id: int,
    unit_id: int,
    about: str,
    stage: str,
    by: int | None,
    now: datetime,
) -> bool:
    """Note one reminder; False if this stage of it was noted already."""
    values = {
        "commune_id": commune_id,
        "unit_id": unit_id,
        "about": about,
        "stage": stage,
        "made_by": by,
        "made_at": now,
    }
    statement = upsert(tx, Reminder).values(values).on_conflict_do_nothing()
    return await tx.scalar(statement.returning(Reminder.id)) is not None


async def of(tx: Transaction, commune_id: int, about: str) -> Mapping[int, Reminded]:
    """Unit id -> how often it was reminded, for those that were."""
    statement = (
        select(Reminder.unit_id, func.count(), func.max(Reminder.made_at))
        .where(Reminder.commune_id == commune_id, Reminder.about == about)
        .group_by(Reminder.unit_id)
    )
    return {unit: Reminded(times, last) for unit, times, last in await tx.execute(statement)}


async def at_stage(tx: Transaction, commune_id: int, about: str, stage: str) -> set[int]:
    """Ids of the units that were reminded at this stage."""
    statement = select(Reminder.unit_id).where(
        Reminder.commune_id == commune_id, Reminder.about == about, Reminder.stage == stage
    )
    return set((await tx.execute(statement)).scalars())
