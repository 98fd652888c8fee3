"""What units say they have handed in on paper, until somebody of the office has looked.

One claim stands for a unit and a thing ("report:2026", "plans:2027") at a time; settled ones are
kept. Who may say or settle is the caller's to decide; every question names the commune or the unit
(T13). Domain's clock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select, update

from storage.database import Transaction, upsert
from storage.tables import Claim

Verdict = Literal["seen", "unseen", "needless"]
"""The office has it; it does not; something else (a report, an exemption) made it needless."""


@dataclass(frozen=True, slots=True)
class ClaimInfo:
    id: int
    commune_id: int
    unit_id: int
    about: str
    """As of a reminder: "report:2026"."""
    said_by: int | None
    said_at: datetime


_CLAIM: Final = tuple(getattr(Claim, one.name) for one in fields(ClaimInfo))


async def say(
    tx: Transaction, *, commune_id: int, unit_id: int, about: str, by: int, now: datetime
) -> int | None:
    """A unit says so; the claim's id, None if one stands already (said by whomever)."""
    values = {"commune_id": commune_id, "unit_id": unit_id, "about": about}
    statement = upsert(tx, Claim).values(**values, said_by=by, said_at=now)
    number: int | None = await tx.scalar(statement.on_conflict_do_nothing().returning(Claim.id))
    return number


async def standing(tx: Transaction, commune_id: int, about: str) -> Mapping[int, ClaimInfo]:
    """Unit id -> what it says of this thing and nobody has looked at, oldest first."""
    statement = select(*_CLAIM).where(
        Claim.commune_id == commune_id, Claim.about == about, Claim.settled_at.is_(None)
    )
    rows = await tx.execute(statement.order_by(Claim.id))
    return {row.unit_id: ClaimInfo(*row) for row in rows}


async def of_units(tx: Transaction, unit_ids: Collection[int]) -> list[ClaimInfo]:
    """Everything that these units say of whatever thing and nobody has looked at, oldest first."""
    statement = select(*_CLAIM).where(Claim.unit_id.in_(unit_ids), Claim.settled_at.is_(None))
    return [ClaimInfo(*row) for row in await tx.execute(statement.order_by(Claim.id))]


async def settle(
    tx: Transaction,
    unit_ids: Collection[int],
    about: str,
    *,
    verdict: Verdict,
    by: int | None,
    now: datetime,
) -> list[int]:
    """Settle what these units say of this thing; the ids of the claims that stood until now."""
    settled = await tx.execute(
        update(Claim)
        .where(Claim.unit_id.in_(unit_ids), Claim.about == about, Claim.settled_at.is_(None))
        .values(verdict=verdict, settled_by=by, settled_at=now)
        .returning(Claim.id)
    )
    return sorted(settled.scalars())
