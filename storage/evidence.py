"""Photos that are awaited in a chat: a link to hand one in is such a request too (T33, T34).

What is awaited is the newest request of one person in one chat; an older one is never gone back to.
Who is first, the photo in the chat or the page behind the link, has used the link up; where one
asking takes several photos, each further one has a link of its own whose address nobody is told.
All times are the domain's clock.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, update

from storage import file_links, files
from storage.database import Transaction, upsert
from storage.file_links import Link
from storage.tables import FileLink

_FURTHER: Final = "further:"
"""Begins the `token_hash` of a further photo's link: the hash of no address is like it."""


class Awaited(NamedTuple):
    """What was asked for last."""

    link: int
    purpose: str
    asked_at: datetime
    used_at: datetime | None
    taken: int
    """How many photos or files have been taken for it."""
    last_at: datetime
    """When the last of them was; without any when it was asked for."""


def _stands(link: int) -> ColumnElement[bool]:
    """Not filled yet, and not ended with a right (T14)."""
    is_alive = FileLink.expires_at > FileLink.created_at
    stands: ColumnElement[bool] = (FileLink.id == link) & FileLink.file_id.is_(None) & is_alive
    return stands


async def newest(
    tx: Transaction,
    persons: Collection[int],
    *,
    account_id: int,
    chat: str,
    purposes: Collection[str],
) -> Awaited | None:
    """What these persons were last asked for here, used up or not.

    `purposes`: first words, "sheet" of "sheet:12"; what was asked for beside them is not looked at.
    """
    wanted = [FileLink.purpose.startswith(f"{word}:", autoescape=True) for word in purposes]
    statement = (
        select(FileLink.id, FileLink.purpose, FileLink.created_at, FileLink.used_at)
        .where(FileLink.person_id.in_(persons), FileLink.account_id == account_id)
        .where(FileLink.chat == chat, FileLink.way == "hand_in", or_(*wanted))
        .where(FileLink.expires_at > FileLink.created_at)
        .where(~FileLink.token_hash.startswith(_FURTHER))
        .order_by(FileLink.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    if row is None:
        return None
    link, purpose, asked_at, used_at = row
    is_further = FileLink.token_hash.startswith(f"{_FURTHER}{link}:")
    counted = select(func.count(), func.max(FileLink.used_at)).where(
        FileLink.person_id.in_(persons), is_further
    )
    further, last_at = (await tx.execute(counted)).one()
    taken = further + (used_at is not None)
    return Awaited(link, purpose, asked_at, used_at, taken, last_at or used_at or asked_at)


async def use(tx: Transaction, awaited: Awaited, *, now: datetime) -> int | None:
    """The link that a photo fills from now on; None if something was first."""
    if awaited.used_at is None:
        statement = update(FileLink).where(_stands(awaited.link), FileLink.used_at.is_(None))
        used = (await tx.execute(statement.values(used_at=now))).rowcount == 1
        return awaited.link if used else None
    like = select(
        FileLink.way,
        FileLink.purpose,
        FileLink.person_id,
        FileLink.account_id,
        FileLink.chat,
        FileLink.created_at,
        FileLink.expires_at,
    ).where(FileLink.id == awaited.link)
    values = {**(await tx.execute(like)).one()._asdict(), "used_at": now}
    values["token_hash"] = f"{_FURTHER}{awaited.link}:{awaited.taken}"
    further = upsert(tx, FileLink).values(values).on_conflict_do_nothing()
    link: int | None = await tx.scalar(further.returning(FileLink.id))
    return link


async def is_awaited(tx: Transaction, link: int) -> bool:
    """True if the photo that was taken for this request is still wanted."""
    return await tx.scalar(select(FileLink.id).where(_stands(link))) is not None


async def fill(tx: Transaction, link: int, *, file_id: int, now: datetime) -> Link | None:
    """Write which file came; None if nobody waits for it any more."""
    statement = update(FileLink).where(_stands(link)).values(file_id=file_id)
    token_hash = await tx.scalar(statement.returning(FileLink.token_hash))
    return await file_links.look(tx, token_hash, now=now) if token_hash is not None else None


async def let_go(tx: Transaction, file_id: int, *, purpose: str) -> None:
    """What came for this purpose is not kept: its links forget it, and it goes (P1).

    A file at which anything else points stays.
    """
    came = (FileLink.file_id == file_id) & (FileLink.purpose == purpose)
    brought = came & (FileLink.way == "hand_in")
    await tx.execute(update(FileLink).where(brought).values(file_id=None))
    await files.let_go(tx, [file_id])
