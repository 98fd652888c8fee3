"""Photos that are awaited in a chat: a link to hand one in is such a request too (T33, T34).

What is awaited is the newest link of one person in one chat; an older one is never gone back to.
Who is first, the photo in the chat or the page behind the link, has used it up. All times are the
domain's clock.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, update

from storage import file_links
from storage.database import Transaction
from storage.file_links import Link
from storage.tables import FileLink


class Awaited(NamedTuple):
    """A request for one photo."""

    link: int
    purpose: str
    asked_at: datetime
    used_at: datetime | None


def _stands(link: int) -> ColumnElement[bool]:
    """Not filled yet, and not ended with a right (T14)."""
    is_alive = FileLink.expires_at > FileLink.created_at
    stands: ColumnElement[bool] = (FileLink.id == link) & FileLink.file_id.is_(None) & is_alive
    return stands


async def newest(
    tx: Transaction, persons: Collection[int], *, account_id: int, chat: str, purpose: str
) -> Awaited | None:
    """What these persons were last asked for here, used up or not.

    `purpose`: its first word, "sheet" of "sheet:12".
    """
    statement = (
        select(FileLink.id, FileLink.purpose, FileLink.created_at, FileLink.used_at)
        .where(FileLink.person_id.in_(persons), FileLink.account_id == account_id)
        .where(FileLink.chat == chat, FileLink.way == "hand_in")
        .where(FileLink.purpose.startswith(f"{purpose}:", autoescape=True))
        .where(FileLink.expires_at > FileLink.created_at)
        .order_by(FileLink.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return Awaited._make(row) if row else None


async def use(tx: Transaction, link: int, *, now: datetime) -> bool:
    """Take the request for one photo; False if something was first."""
    statement = update(FileLink).where(_stands(link), FileLink.used_at.is_(None))
    return (await tx.execute(statement.values(used_at=now))).rowcount == 1


async def is_awaited(tx: Transaction, link: int) -> bool:
    """True if the photo that was taken for this request is still wanted."""
    return await tx.scalar(select(FileLink.id).where(_stands(link))) is not None


async def fill(tx: Transaction, link: int, *, file_id: int, now: datetime) -> Link | None:
    """Write which file came; None if nobody waits for it any more."""
    statement = update(FileLink).where(_stands(link)).values(file_id=file_id)
    token_hash = await tx.scalar(statement.returning(FileLink.token_hash))
    return await file_links.look(tx, token_hash, now=now) if token_hash is not None else None
