"""What people were told, looked up again: by button, by words, by who missed it (T05, R13)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import bindparam, func, or_, select, update

from storage.database import Transaction
from storage.lists import among
from storage.outbox import IS_QUEUED
from storage.tables import Json, OutboxRow


class Pressed(NamedTuple):
    """The message an old or a standing button belongs to."""

    id: int
    account_id: int
    chat: str
    body: Json
    created_at: datetime
    used_at: datetime | None


async def by_token(tx: Transaction, token: str) -> Pressed | None:
    statement = select(
        OutboxRow.id,
        OutboxRow.account_id,
        OutboxRow.chat,
        OutboxRow.body,
        OutboxRow.created_at,
        OutboxRow.used_at,
    ).where(OutboxRow.token == token)
    row = (await tx.execute(statement)).first()
    return Pressed._make(row) if row else None


_PRESSED: Final = (
    OutboxRow.id,
    OutboxRow.account_id,
    OutboxRow.chat,
    OutboxRow.body,
    OutboxRow.created_at,
    OutboxRow.used_at,
)
_WAS_TOLD: Final = among(OutboxRow.state, "sent", "sending", "uncertain")
_LAST: Final = (
    select(*_PRESSED)
    .where(OutboxRow.account_id == bindparam("account"), _WAS_TOLD)
    .order_by(OutboxRow.id.desc())
    .limit(1)
)


async def last_told(tx: Transaction, account_id: int) -> Pressed | None:
    """What this account was told last, of whatever kind."""
    row = (await tx.execute(_LAST, {"account": account_id})).first()
    return Pressed._make(row) if row else None


_NOTICES: Final = (
    select(OutboxRow.token, *_PRESSED)
    .where(
        OutboxRow.account_id == bindparam("account"),
        or_(_WAS_TOLD, IS_QUEUED),
        OutboxRow.token.is_not(None),
        OutboxRow.created_at > bindparam("since"),
        func.coalesce(OutboxRow.body["notice"].as_string(), "") != "",
    )
    .order_by(OutboxRow.id.desc())
)


async def notices(
    tx: Transaction, account_id: int, *, since: datetime
) -> list[tuple[str, Pressed]]:
    """(token, message) of every notice this account was or will be told, newest first."""
    rows = await tx.execute(_NOTICES, {"account": account_id, "since": since})
    return [(row[0] or "", Pressed._make(row[1:])) for row in rows]


async def troubles(tx: Transaction, persons: Collection[int]) -> dict[int, str]:
    """The word for why each person's newest proactive message did not arrive, if it did not."""
    newest = (
        select(func.max(OutboxRow.id))
        .where(OutboxRow.person_id.in_(persons))
        .group_by(OutboxRow.person_id)
    )
    statement = select(OutboxRow.person_id, OutboxRow.state, OutboxRow.reason).where(
        OutboxRow.id.in_(newest.scalar_subquery())
    )
    found: dict[int, str] = {}
    for person, state, reason in await tx.execute(statement):
        if person is not None and state == "failed":
            found[person] = reason.replace(" ", "_")
        elif person is not None and state in ("uncertain", "expired"):
            found[person] = state
    return found


async def use(tx: Transaction, message_id: int, *, now: datetime) -> bool:
    """True for the one press that counts; a second one changes nothing (T05)."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id == message_id, OutboxRow.used_at.is_(None))
        .values(used_at=now)
    )
    return (await tx.execute(statement)).rowcount == 1
