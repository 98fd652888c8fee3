"""One-time addresses to fetch a file or to hand one in (T46, T47): only hashes are stored.

All times are the domain's clock.
"""

import base64
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.tables import Account, File, FileLink

Way = Literal["fetch", "hand_in"]
LIVES: Final = timedelta(minutes=10)  # P11
SERVED_FOR: Final = timedelta(minutes=2)
"""How long the one who spent a link may go on fetching: a phone's lost line, its download list."""
ASKED_AGAIN_FOR: Final = timedelta(days=30)  # as long as a message's buttons live
KEEP: Final = timedelta(days=90)
_SECRET_BYTES: Final = 16  # 128 bits, 22 characters


class Link(NamedTuple):
    """A link and the account it was given to."""

    id: int
    way: str
    purpose: str
    person_id: int
    account_id: int
    chat: str
    channel: str
    bot: str
    user_id: str
    file_id: int | None
    expires_at: datetime
    used_at: datetime | None
    is_open: bool


class Offered(NamedTuple):
    """What a person was once given a link to."""

    way: str
    purpose: str
    file_id: int | None
    file_name: str
    at: datetime


def _is_open(now: datetime) -> ColumnElement[bool]:
    """Not spent, not too old, and not on an account that was locked meanwhile (T15)."""
    theirs = aliased(Account)  # a name of its own: the question may be part of one about accounts
    locked = exists().where(theirs.id == FileLink.account_id, theirs.state == "suspended")
    return FileLink.used_at.is_(None) & (FileLink.expires_at > now) & ~locked


def _links(now: datetime) -> Select[*tuple[Any, ...]]:
    return select(
        FileLink.id,
        FileLink.way,
        FileLink.purpose,
        FileLink.person_id,
        FileLink.account_id,
        FileLink.chat,
        Account.channel,
        Account.bot,
        Account.user_id,
        FileLink.file_id,
        FileLink.expires_at,
        FileLink.used_at,
        _is_open(now).label("is_open"),
    ).join(Account, Account.id == FileLink.account_id)


def hash_of(token: str, keyed_hash: Callable[[str], str]) -> str:
    return keyed_hash(f"file link|{token}")


async def offer(
    tx: Transaction,
    *,
    way: Way,
    purpose: str,
    person_id: int,
    account_id: int,
    chat: str,
    file_id: int | None,
    now: datetime,
    entropy: Callable[[int], bytes],
    keyed_hash: Callable[[str], str],
) -> str:
    """Make a link and return its token, which is told once and never stored.

    `entropy(n)` gives n random bytes. `file_id` is the file to fetch, None to hand one in.
    """
    token = base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).decode().rstrip("=")
    values = {
        "token_hash": hash_of(token, keyed_hash),
        "way": way,
        "purpose": purpose,
        "person_id": person_id,
        "account_id": account_id,
        "chat": chat,
        "file_id": file_id,
        "created_at": now,
        "expires_at": now + LIVES,
    }
    await tx.execute(upsert(tx, FileLink), values)
    return token


async def who_speaks(tx: Transaction, account_id: int) -> int | None:
    """The person whom an account speaks for now; None without such an account."""
    return await tx.scalar(select(Account.person_id).where(Account.id == account_id))


async def look(tx: Transaction, token_hash: str, *, now: datetime) -> Link | None:
    """The link, dead ones too; nothing is spent. None: there never was one, or it was swept."""
    row = (await tx.execute(_links(now).where(FileLink.token_hash == token_hash))).first()
    return Link._make(row) if row else None


async def spend(tx: Transaction, token_hash: str, *, way: Way, now: datetime) -> Link | None:
    """Use the link up; None if it cannot be used: spent, too old, ended, somebody was first."""
    spent = await tx.scalar(
        update(FileLink)
        .where(FileLink.token_hash == token_hash, FileLink.way == way, _is_open(now))
        .values(used_at=now)
        .returning(FileLink.id)
    )
    return await look(tx, token_hash, now=now) if spent is not None else None


async def fill(tx: Transaction, link_id: int, *, file_id: int) -> None:
    """Write which file came by a link, in the transaction that spends it."""
    await tx.execute(update(FileLink).where(FileLink.id == link_id).values(file_id=file_id))


async def carry_on(
    tx: Transaction,
    came: int,
    *,
    account_id: int,
    chat: str,
    purpose: str,
    file_id: int,
    token_hash: str,
    now: datetime,
) -> Link | None:
    """What was made of a file that came in, handed in by the same person here; filled already.

    `came`: id of that file. `token_hash` must be of no token at all. None if no such file came
    here, or its link was ended meanwhile (T14).
    """
    is_alive = FileLink.expires_at > FileLink.created_at
    person = await tx.scalar(
        select(FileLink.person_id)
        .where(FileLink.file_id == came, FileLink.way == "hand_in", is_alive)
        .where(FileLink.account_id == account_id, FileLink.chat == chat)
        .order_by(FileLink.id.desc())
        .limit(1)
    )
    if person is None:
        return None
    values = {
        "token_hash": token_hash,
        "way": "hand_in",
        "purpose": purpose,
        "person_id": person,
        "account_id": account_id,
        "chat": chat,
        "file_id": file_id,
        "created_at": now,
        "used_at": now,
        "expires_at": now + LIVES,
    }
    await tx.execute(upsert(tx, FileLink), values)
    return await look(tx, token_hash, now=now)


async def being_fetched(tx: Transaction, token_hash: str, *, now: datetime) -> Link | None:
    """A link that was spent at most two minutes ago and has not been ended since."""
    fresh = (FileLink.way == "fetch") & (FileLink.used_at > now - SERVED_FOR)
    alive = FileLink.used_at < FileLink.expires_at
    statement = _links(now).where(FileLink.token_hash == token_hash, fresh, alive)
    row = (await tx.execute(statement)).first()
    return Link._make(row) if row else None


async def handed_in(
    tx: Transaction, *, since: datetime, until: datetime
) -> list[tuple[Link, str, str]]:
    """Links by which a file came in this time, oldest first; each with its name and media type."""
    statement = (
        _links(until)
        .add_columns(File.name, File.media_type)
        .join(File, File.id == FileLink.file_id)
        .where(FileLink.way == "hand_in", FileLink.used_at.between(since, until))
        .where(FileLink.expires_at > since)  # what an index knows of it
        .order_by(FileLink.id)
    )
    return [(Link._make(row[:-2]), row[-2], row[-1]) for row in await tx.execute(statement)]


async def offered_to(tx: Transaction, persons: Collection[int], *, now: datetime) -> list[Offered]:
    """What these persons may ask for again, newest first: not what was ended (T14)."""
    was_ended = FileLink.expires_at <= FileLink.created_at
    statement = (
        select(
            FileLink.way,
            FileLink.purpose,
            FileLink.file_id,
            func.coalesce(File.name, ""),
            FileLink.created_at,
        )
        .outerjoin(File, File.id == FileLink.file_id)
        .where(FileLink.person_id.in_(persons), ~was_ended)
        .where(FileLink.created_at > now - ASKED_AGAIN_FOR)
        .order_by(FileLink.id.desc())
    )
    return [Offered._make(row) for row in await tx.execute(statement)]


async def end_all(tx: Transaction, persons: Collection[int]) -> None:
    """End every link of these persons: open ones, fetches that still run, asking again (T14)."""
    await tx.execute(
        update(FileLink)
        .where(FileLink.person_id.in_(persons))
        .values(expires_at=FileLink.created_at)
    )


async def files_of(tx: Transaction, persons: Collection[int]) -> set[int]:
    """Files that these persons fetched or handed in; for `files.let_go` behind an erasure (P5)."""
    statement = select(FileLink.file_id).where(
        FileLink.person_id.in_(persons), FileLink.file_id.is_not(None)
    )
    found = (await tx.execute(statement)).scalars()
    return {file_id for file_id in found if file_id is not None}


async def sweep(tx: Transaction, *, now: datetime) -> None:
    """A link's row says who fetched what when: kept 90 days, as long as the message it was in."""
    await tx.execute(delete(FileLink).where(FileLink.expires_at < now - KEEP))
