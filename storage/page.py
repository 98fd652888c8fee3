"""Who is logged in at the admin page: one-time logins, sessions, acts to be confirmed (W2, W5).

Wall-clock times. Only hashes of tokens and cookies are stored.
"""

import base64
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.tables import Account, Json, PageAct, PageLogin, PageSession

LOGIN_LIVES: Final = timedelta(minutes=10)  # T46
LOGINS_MOST: Final = 5  # W5
LOGINS_WITHIN: Final = timedelta(minutes=15)
IDLE: Final = timedelta(minutes=30)  # W2
LASTS: Final = timedelta(hours=8)
SEEN_EVERY: Final = timedelta(minutes=1)
ACT_LIVES: Final = timedelta(minutes=10)
KEEP: Final = timedelta(days=90)
_SECRET_BYTES: Final = 16  # 128 bits


class Login(NamedTuple):
    """A one-time address and the account it was given to."""

    id: int
    person_id: int
    account_id: int
    chat: str
    expires_at: datetime
    is_open: bool


class Session(NamedTuple):
    """One browser that is logged in."""

    id: int
    person_id: int
    account_id: int
    chat: str
    browser: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class Act(NamedTuple):
    """Something begun on the page that waits for its owner's word in chat."""

    id: int
    person_id: int
    kind: str
    body: Json


def _is_free(account: Any) -> ColumnElement[bool]:
    """The account was not locked meanwhile (T15)."""
    theirs = aliased(Account)
    return ~exists().where(theirs.id == account, theirs.state == "suspended")


# --- logging in ----------------------------------------------------------------------------------


async def offer(
    tx: Transaction,
    *,
    person_id: int,
    account_id: int,
    chat: str,
    now: datetime,
    entropy: Callable[[int], bytes],
    keyed_hash: Callable[[str], str],
) -> str | None:
    """Make a one-time login and return its token, told once; None after five in a quarter (W5)."""
    recent = select(func.count()).where(
        PageLogin.person_id == person_id, PageLogin.created_at > now - LOGINS_WITHIN
    )
    if (await tx.scalar(recent) or 0) >= LOGINS_MOST:
        return None
    token = base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).decode().rstrip("=")
    values = {
        "token_hash": login_hash(token, keyed_hash),
        "person_id": person_id,
        "account_id": account_id,
        "chat": chat,
        "created_at": now,
        "expires_at": now + LOGIN_LIVES,
    }
    await tx.execute(upsert(tx, PageLogin), values)
    return token


def login_hash(token: str, keyed_hash: Callable[[str], str]) -> str:
    return keyed_hash(f"page login|{token}")


async def look(tx: Transaction, token_hash: str, *, now: datetime) -> Login | None:
    """The login, dead ones too; nothing is spent. None: there never was one, or it was swept."""
    statement = select(
        PageLogin.id,
        PageLogin.person_id,
        PageLogin.account_id,
        PageLogin.chat,
        PageLogin.expires_at,
        _is_open(now),
    )
    row = (await tx.execute(statement.where(PageLogin.token_hash == token_hash))).first()
    return Login._make((*row[:-1], bool(row[-1]))) if row else None


def _is_open(now: datetime) -> ColumnElement[bool]:
    fresh = PageLogin.used_at.is_(None) & (PageLogin.expires_at > now)
    return fresh & _is_free(PageLogin.account_id)


async def spend(tx: Transaction, token_hash: str, *, now: datetime) -> Login | None:
    """Use the login up; None if somebody was first, or it cannot be used any more (T47)."""
    spent = await tx.scalar(
        update(PageLogin)
        .where(PageLogin.token_hash == token_hash, _is_open(now))
        .values(used_at=now)
        .returning(PageLogin.id)
    )
    return await look(tx, token_hash, now=now) if spent is not None else None


# --- sessions ------------------------------------------------------------------------------------


async def begin(
    tx: Transaction, login: Login, *, key_hash: str, browser: str, now: datetime
) -> int:
    values = {
        "key_hash": key_hash,
        "person_id": login.person_id,
        "account_id": login.account_id,
        "chat": login.chat,
        "browser": browser,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + LASTS,
    }
    statement = upsert(tx, PageSession).values(values)
    return int(await tx.scalar(statement.returning(PageSession.id)))


def _lives(now: datetime) -> ColumnElement[bool]:
    runs = PageSession.ended_at.is_(None) & (PageSession.expires_at > now)
    return runs & (PageSession.seen_at > now - IDLE) & _is_free(PageSession.account_id)


async def session(tx: Transaction, key_hash: str, *, now: datetime) -> Session | None:
    """The living session of a cookie."""
    row = (
        await tx.execute(_sessions().where(PageSession.key_hash == key_hash, _lives(now)))
    ).first()
    return Session._make(row) if row else None


def _sessions() -> Any:
    return select(
        PageSession.id,
        PageSession.person_id,
        PageSession.account_id,
        PageSession.chat,
        PageSession.browser,
        PageSession.created_at,
        PageSession.seen_at,
        PageSession.expires_at,
    )


async def sessions_of(tx: Transaction, persons: Collection[int], *, now: datetime) -> list[Session]:
    """Where these persons are logged in now, newest first."""
    mine = _sessions().where(PageSession.person_id.in_(persons), _lives(now))
    return [Session._make(row) for row in await tx.execute(mine.order_by(PageSession.id.desc()))]


async def seen(tx: Transaction, session_id: int, *, now: datetime) -> None:
    await tx.execute(update(PageSession).where(PageSession.id == session_id).values(seen_at=now))


async def end(
    tx: Transaction, persons: Collection[int], *, now: datetime, only: int | None = None
) -> int:
    """End sessions of these persons, all or one; how many there were."""
    mine = update(PageSession).where(
        PageSession.person_id.in_(persons), PageSession.ended_at.is_(None)
    )
    if only is not None:
        mine = mine.where(PageSession.id == only)
    return (await tx.execute(mine.values(ended_at=now, talk=None))).rowcount


async def shut_out(tx: Transaction, persons: Collection[int], *, now: datetime) -> None:
    """Sessions, logins and acts that wait end at once (T14, T15, W2)."""
    await end(tx, persons, now=now)
    waits = PageLogin.person_id.in_(persons) & PageLogin.used_at.is_(None)
    await tx.execute(update(PageLogin).where(waits).values(used_at=now))
    asked = PageAct.person_id.in_(persons) & (PageAct.state == "asked")
    await tx.execute(update(PageAct).where(asked).values(state="refused", settled_at=now))


# --- the conversation that is held on the page ---------------------------------------------------


async def talk(tx: Transaction, session_id: int) -> tuple[Json | None, int]:
    """What was stored of it, and its version."""
    statement = select(PageSession.talk, PageSession.talk_version)
    row = (await tx.execute(statement.where(PageSession.id == session_id))).first()
    return (row[0], row[1]) if row else (None, 0)


async def keep_talk(tx: Transaction, session_id: int, stored: Json | None, *, version: int) -> bool:
    """Write it over `version`; False if another tab was first."""
    mine = update(PageSession).where(
        PageSession.id == session_id, PageSession.talk_version == version
    )
    return (await tx.execute(mine.values(talk=stored, talk_version=version + 1))).rowcount == 1


# --- acts that are confirmed in chat -------------------------------------------------------------


async def ask(tx: Transaction, session: Session, *, kind: str, body: Json, now: datetime) -> int:
    values = {
        "person_id": session.person_id,
        "account_id": session.account_id,
        "kind": kind,
        "body": body,
        "state": "asked",
        "asked_at": now,
        "expires_at": now + ACT_LIVES,
    }
    return int(await tx.scalar(upsert(tx, PageAct).values(values).returning(PageAct.id)))


async def settle(
    tx: Transaction, act_id: int, persons: Collection[int], *, state: str, now: datetime
) -> Act | None:
    """Take the act up, once; None if it is not theirs, settled, or older than ten minutes."""
    taken = await tx.execute(
        update(PageAct)
        .where(
            PageAct.id == act_id,
            PageAct.person_id.in_(persons),
            PageAct.state == "asked",
            PageAct.expires_at > now,
        )
        .values(state=state, settled_at=now)
        .returning(PageAct.id, PageAct.person_id, PageAct.kind, PageAct.body)
    )
    row = taken.first()
    return Act._make(row) if row else None


async def waiting(tx: Transaction, persons: Collection[int], *, now: datetime) -> list[Act]:
    """What these persons have begun and not confirmed yet."""
    statement = select(PageAct.id, PageAct.person_id, PageAct.kind, PageAct.body).where(
        PageAct.person_id.in_(persons), PageAct.state == "asked", PageAct.expires_at > now
    )
    return [Act._make(row) for row in await tx.execute(statement.order_by(PageAct.id))]


async def sweep(tx: Transaction, *, now: datetime) -> None:
    """Forget what ended long ago; a dead session's talk goes at once."""
    dead = (PageSession.expires_at < now) & PageSession.talk.is_not(None)
    await tx.execute(update(PageSession).where(dead).values(talk=None))
    for table in (PageLogin, PageSession, PageAct):
        await tx.execute(delete(table).where(table.expires_at < now - KEEP))
