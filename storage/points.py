"""What an officer collected for the commune's report, and what UBND xã decided about it (NV-5.1).

Who may do what is the caller's to decide; every question names the commune or communes (T13).
A point that was removed stays stored, and is as if it were not there.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, insert, select, update

from storage.database import Transaction
from storage.tables import CollectedPoint, Json, Ticket, Unit
from storage.tickets import DIFFICULTY


@dataclass(frozen=True, slots=True)
class PointInfo:
    id: int
    commune_id: int
    period: str
    kind: str
    """"difficulty", "proposal", "example"."""
    text: str
    """"" where whoever told it has erased everything (P5)."""
    sources: Json
    """{"reports": [[report id, version], …], "tickets": [id, …], "units": [unit id, …],
    "words": [[report id, field key, digest of what was told], …]}."""
    submitted_on: date | None
    """When it was put before UBND xã."""
    decision: str
    """"" = none yet."""
    decided_on: date | None


_HERE: Final = timezone(timedelta(hours=7))
_TO_NEW_YEAR: Final = timedelta(days=17)
"""From 15/12."""
_POINT: Final = tuple(getattr(CollectedPoint, one.name) for one in fields(PointInfo))


async def hold(tx: Transaction, commune_id: int) -> None:
    """Nobody else collects for this commune until we commit (T19); SQLite has us alone."""
    await tx.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update(key_share=True))


async def of(tx: Transaction, commune_id: int, period: str) -> list[PointInfo]:
    """All of a period, oldest first."""
    statement = select(*_POINT).where(
        CollectedPoint.commune_id == commune_id,
        CollectedPoint.period == period,
        CollectedPoint.removed_at.is_(None),
    )
    rows = await tx.execute(statement.order_by(CollectedPoint.id))
    return [PointInfo(*row) for row in rows]


async def find(tx: Transaction, point_id: int, communes: Collection[int]) -> PointInfo | None:
    """One of these communes; None for any other, as if it were not there (T13)."""
    statement = select(*_POINT).where(
        CollectedPoint.id == point_id,
        CollectedPoint.commune_id.in_(communes),
        CollectedPoint.removed_at.is_(None),
    )
    row = (await tx.execute(statement)).first()
    return PointInfo(*row) if row else None


async def add(
    tx: Transaction,
    *,
    commune_id: int,
    period: str,
    kind: str,
    text: str,
    sources: Json,
    by: int,
    now: datetime,
) -> int:
    """Keep a point; its id."""
    values = {
        "commune_id": commune_id,
        "period": period,
        "kind": kind,
        "text": text,
        "sources": sources,
        "decision": "",
        "made_by": by,
        "made_at": now,
    }
    statement = insert(CollectedPoint).values(values).returning(CollectedPoint.id)
    return int((await tx.execute(statement)).scalar_one())


async def rewrite(tx: Transaction, point_id: int, communes: Collection[int], *, text: str) -> bool:
    return await _change(tx, point_id, communes, text=text)


async def remove(
    tx: Transaction, point_id: int, communes: Collection[int], *, now: datetime
) -> bool:
    """Take it out of the report; False if it was out already."""
    return await _change(tx, point_id, communes, removed_at=now)


async def submit(tx: Transaction, point_id: int, communes: Collection[int], *, on: date) -> bool:
    """It was put before UBND xã on that day; a later day replaces an earlier one."""
    return await _change(tx, point_id, communes, submitted_on=on)


async def decide(
    tx: Transaction,
    point_id: int,
    communes: Collection[int],
    *,
    decision: str,
    on: date,
    by: int,
) -> bool:
    """What UBND xã decided; a later word replaces an earlier one."""
    return await _change(tx, point_id, communes, decision=decision, decided_on=on, decided_by=by)


async def _change(tx: Transaction, point_id: int, communes: Collection[int], **values: Any) -> bool:
    changed = await tx.scalar(
        update(CollectedPoint)
        .where(
            CollectedPoint.id == point_id,
            CollectedPoint.commune_id.in_(communes),
            CollectedPoint.removed_at.is_(None),
        )
        .values(values)
        .returning(CollectedPoint.id)
    )
    return changed is not None


# --- whoever told it has erased everything -------------------------------------------------------


async def forget(tx: Transaction, persons: Collection[int]) -> None:
    """Nothing these persons told for themselves stays in a point; to be asked before tickets go.

    What they told for a unit is the unit's (NV-5.1): it stays as a point, without them.
    """
    told = await _difficulties_of(tx, persons)
    for commune in sorted({one.commune_id for one in told}):
        await hold(tx, commune)
        here = [one for one in told if one.commune_id == commune]
        statement = select(*_POINT, CollectedPoint.removed_at)
        rows = await tx.execute(statement.where(CollectedPoint.commune_id == commune))
        known = [(PointInfo(*row[:-1]), row[-1] is not None) for row in rows]
        stands = {id_ for one, is_out in known if not is_out for id_ in _tickets_of(one)}
        for one in here:
            if one.unit_id is not None and one.id not in stands:
                await _keep(tx, one)
        for point, _ in known:
            if named := [one for one in here if one.id in _tickets_of(point)]:
                await _without(tx, point, named)


class _Told(NamedTuple):
    id: int
    commune_id: int
    unit_id: int | None
    question: str
    created_at: datetime


async def _difficulties_of(tx: Transaction, persons: Collection[int]) -> list[_Told]:
    statement = select(*(getattr(Ticket, name) for name in _Told._fields)).where(
        Ticket.person_id.in_(persons), Ticket.kind == DIFFICULTY
    )
    return [_Told(*row) for row in await tx.execute(statement.order_by(Ticket.id))]


def _tickets_of(point: PointInfo) -> Sequence[int]:
    return list(point.sources.get("tickets", ()))


async def _keep(tx: Transaction, told: _Told) -> None:
    """A unit's difficulty that nobody has collected yet."""
    values = {
        "commune_id": told.commune_id,
        "period": _period_of(told.created_at),
        "kind": "difficulty",
        "text": " ".join(told.question.split()),
        "sources": {"reports": [], "tickets": [], "units": [told.unit_id], "words": []},
        "decision": "",
        "made_at": told.created_at,
    }
    await tx.execute(insert(CollectedPoint).values(values))


def _period_of(moment: datetime) -> str:
    """Key of the yearly report of that moment: a reporting year begins on 15/12."""
    day = moment.astimezone(_HERE) + _TO_NEW_YEAR
    return str(day.year)


async def _without(tx: Transaction, point: PointInfo, gone: Sequence[_Told]) -> None:
    """Cut their words out; where they cannot be told from others', no words stay."""
    numbers = {one.id for one in gone}
    left = {**point.sources, "tickets": [n for n in _tickets_of(point) if n not in numbers]}
    is_nobodys = not any(left.get(key) for key in ("reports", "tickets", "units"))
    this = CollectedPoint.id == point.id
    if is_nobodys and not point.decision:
        await tx.execute(delete(CollectedPoint).where(this))
        return
    text = point.text
    for one in gone:
        text = text if one.unit_id is not None else _cut(text, one.question)
    await tx.execute(update(CollectedPoint).where(this).values(text=text, sources=left))


def _cut(text: str, told: str) -> str:
    """`text` without the sentences `told`; "" if they do not stand in it as they were told."""
    words = re.escape(" ".join(told.split()).rstrip(" .;"))
    alone = re.compile(rf"(?:^|(?<=[.;] )){words}(?:[ .;]+|$)", re.IGNORECASE)
    rest, times = alone.subn("", text, count=1)
    return rest.rstrip(" .;") if times else ""
