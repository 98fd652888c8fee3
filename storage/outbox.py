"""Messages on their way out: the transactional outbox (R8-R13). All times are the wall clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from storage.database import Transaction, prepared
from storage.lists import among, within
from storage.memory import Owners
from storage.tables import Account, Json, OutboxRow

WAITING: Final = ("queued", "sending", "retry_wait")
_WAITS: Final = among(OutboxRow.state, *WAITING)
UNASKED: Final = ("reminder", "broadcast")
"""Kinds nobody waits for: at night they rest, and no answer waits behind one (U11, R12)."""
KINDS: Final = ("reply", "notice", *UNASKED)
"""What goes first comes first (R12)."""
IS_QUEUED: Final = _WAITS & among(OutboxRow.state, "queued", "retry_wait")
_IS_SENDING: Final = _WAITS & among(OutboxRow.state, "sending")
NEVER_CAME: Final = ("failed", "cancelled", "superseded", "expired")
_REPLY_LIVES: Final = timedelta(hours=6)
"""No reply waits longer: what does was written before the clock was put back (R20)."""


def is_of_the_day(since: Any) -> ColumnElement[bool]:
    """Something unasked that was sent since then, or is about to be, whenever it was made (U11)."""
    went_at = func.coalesce(OutboxRow.settled_at, OutboxRow.created_at)
    return and_(
        OutboxRow.kind.in_(UNASKED),
        OutboxRow.state.not_in(NEVER_CAME),
        or_(OutboxRow.state.in_(WAITING), went_at >= since),
    )


@dataclass(frozen=True, slots=True)
class NewMessage:
    account_id: int
    chat: str
    kind: str
    """reply, notice, reminder or broadcast (R9, R12)."""
    body: Json
    expires_at: datetime
    token: str | None = None
    key: str | None = None
    """Proactive messages only: what makes two of them the same message."""
    reason: str = ""
    """Why it was never sent, for a row that begins as `failed`."""
    person_id: int | None = None
    """Whom a proactive message is for."""
    not_before: datetime | None = None
    channel: str = ""
    """The account's; "" = it is looked up."""


class Message(NamedTuple):
    """A row in the hands of its sender."""

    id: int
    account_id: int
    channel: str
    bot: str
    user_id: str
    chat: str
    kind: str
    body: Json
    token: str | None
    attempts: int
    parts_sent: int
    doubts: int
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    """When the account was last heard (the domain's clock, up to an hour old)."""
    phone: str = ""
    person_id: int | None = None
    key: str | None = None
    reason: str = ""
    """Why it waited, if it did."""


class Settled(NamedTuple):
    """What became of one attempt. `state` is one of R8."""

    id: int
    state: str
    parts_sent: int
    doubts: int
    not_before: datetime | None = None
    reason: str = ""
    platform_id: str = ""
    quota: str = ""


_MESSAGE: Final = (
    OutboxRow.id,
    OutboxRow.account_id,
    Account.channel,
    Account.bot,
    Account.user_id,
    OutboxRow.chat,
    OutboxRow.kind,
    OutboxRow.body,
    OutboxRow.token,
    OutboxRow.attempts,
    OutboxRow.parts_sent,
    OutboxRow.doubts,
    OutboxRow.created_at,
    OutboxRow.expires_at,
    Account.seen_at,
    Account.phone,
    OutboxRow.person_id,
    OutboxRow.key,
    OutboxRow.reason,
)


_ADD: Final = prepared(
    OutboxRow,
    lambda insert: insert.returning(OutboxRow.id, sort_by_parameter_order=True),
)
_ADD_KEYED: Final = prepared(
    OutboxRow,
    lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]).returning(
        OutboxRow.key, OutboxRow.id
    ),
)
_CHANNELS: Final = select(Account.id, Account.channel).where(within(Account.id, "accounts"))


async def add(
    tx: Transaction,
    messages: Sequence[NewMessage],
    *,
    states: Sequence[str],
    owner: str,
    now: datetime,
) -> list[int | None]:
    """Insert rows, each in its given first state; return their ids in order.

    None for a proactive message whose `key` was there before: it is never doubled.
    """
    known = await _channels(tx, messages)
    plain = [(n, m) for n, m in enumerate(messages) if m.key is None]
    keyed = {m.key: n for n, m in reversed(list(enumerate(messages))) if m.key is not None}
    ids: list[int | None] = [None] * len(messages)
    if plain:
        rows = [_values(m, known, states[n], owner, now) for n, m in plain]
        for (n, _), new in zip(plain, (await tx.execute(_ADD(tx), rows)).scalars(), strict=True):
            ids[n] = new
    if keyed:
        rows = [_values(messages[n], known, states[n], owner, now) for n in keyed.values()]
        rows.sort(key=lambda row: str(row["key"]))  # two processes lock keys in one order
        for key, new in await tx.execute(_ADD_KEYED(tx), rows):
            ids[keyed[key]] = new
    return ids


async def _channels(tx: Transaction, messages: Sequence[NewMessage]) -> Mapping[int, str]:
    """Account -> its channel, for those that came without."""
    asked = list({message.account_id for message in messages if not message.channel})
    if not asked:
        return {}
    return {row[0]: row[1] for row in await tx.execute(_CHANNELS, {"accounts": asked})}


def _values(
    message: NewMessage, known: Mapping[int, str], state: str, owner: str, now: datetime
) -> Json:
    return {
        "account_id": message.account_id,
        "channel": message.channel or known.get(message.account_id, ""),
        "person_id": message.person_id,
        "chat": message.chat,
        "kind": message.kind,
        "body": message.body,
        "token": message.token,
        "key": message.key,
        "expires_at": message.expires_at,
        "not_before": message.not_before,
        "state": state,
        "owner": owner if state == "sending" else "",
        "attempts": 1 if state == "sending" else 0,
        "parts_sent": 0,
        "doubts": 0,
        "reason": message.reason,
        "settled_at": now if state == "failed" else None,
        "platform_id": "",
        "quota": "",
        "created_at": now,
    }


def _goes_first(earlier: Any) -> ColumnElement[bool]:
    """What a later message of the same account waits for (R12).

    What nobody asked for may wait for the morning or for its turn, and no answer behind it; a
    notice counts from its first attempt.
    """
    begun = among(earlier.state, "sending", "retry_wait")
    return or_(
        among(earlier.kind, "reply"),
        and_(among(earlier.kind, "notice"), begun),
    )


_BLOCKED: Final = (
    select(OutboxRow.account_id, OutboxRow.id, OutboxRow.state, OutboxRow.owner)
    .where(within(OutboxRow.account_id, "accounts"), _WAITS, _goes_first(OutboxRow))
    .order_by(OutboxRow.id)
    .with_for_update()
)


async def blocked(
    tx: Transaction, accounts: Sequence[int], *, owner: str, in_hand: Collection[int]
) -> set[int]:
    """Accounts with an older message still waiting elsewhere: new ones must queue behind (R12).

    So they must behind one that is ours and in nobody's hand (see `take_back`).
    The rows are locked: a send that fails now is settled behind our commit, and takes what we
    insert back into the queue with it.
    """
    rows = await tx.execute(_BLOCKED, {"accounts": accounts})
    return {
        account for account, row, *held in rows if held != ["sending", owner] or row not in in_hand
    }


def _take(kind: str) -> ReturningUpdate[int]:
    earlier = aliased(OutboxRow)
    # OFFSET 0: PostgreSQL asks for each row, by index, and does not join with the whole outbox.
    in_order = ~exists(
        select(earlier.id)
        .where(
            earlier.account_id == OutboxRow.account_id,
            among(earlier.state, *WAITING),
            _goes_first(earlier),
            earlier.id < OutboxRow.id,
        )
        .offset(0)
    )
    due = or_(
        OutboxRow.not_before.is_(None),
        OutboxRow.not_before <= bindparam("now"),
        *([OutboxRow.not_before > bindparam("too_late")] if kind == "reply" else []),
    )
    # One kind and one channel at a time, in the order of the index: so it hands out the oldest
    # without a look at all that waits, be it 100,000 messages of a broadcast. As a pair between
    # two pairs, or PostgreSQL might walk through everything ever sent, by id.
    place = tuple_(OutboxRow.kind, OutboxRow.channel)
    here = tuple_(literal_column(f"'{kind}'"), bindparam("by", type_=String))
    chosen = (
        select(OutboxRow.id)
        .where(
            among(OutboxRow.state, "queued", "retry_wait"),
            place >= here,
            place <= here,
            due,
            in_order,
        )
        .order_by(OutboxRow.kind, OutboxRow.channel, OutboxRow.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    return (
        update(OutboxRow)
        .where(OutboxRow.id.in_(chosen.scalar_subquery()))
        .values(state="sending", owner=bindparam("taker"), attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=None)
    )


_TAKE: Final = {kind: _take(kind) for kind in KINDS}


async def take(
    tx: Transaction,
    *,
    owner: str,
    now: datetime,
    limit: int,
    channels: Sequence[str],
    kinds: Sequence[str] = KINDS,
) -> list[Message]:
    """Take at most `limit` due messages, what goes first of each channel, in order (R12)."""
    given = {"now": now, "taker": owner, "too_late": now + _REPLY_LIVES}
    ids: list[int] = []
    for kind in kinds:
        for channel in channels:
            if len(ids) < limit:
                more = {**given, "by": channel, "most": limit - len(ids)}
                if kind != "reply":
                    del more["too_late"]
                ids += (await tx.execute(_TAKE[kind], more)).scalars()
    return await read(tx, ids) if ids else []


async def read(tx: Transaction, ids: Sequence[int]) -> list[Message]:
    statement = (
        select(*_MESSAGE)
        .join(Account, Account.id == OutboxRow.account_id)
        .where(OutboxRow.id.in_(ids))
        .order_by(OutboxRow.id)
    )
    return [Message._make(row) for row in await tx.execute(statement)]


_SETTLE: Final = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("message"), OutboxRow.owner == bindparam("taker"))
    .values(
        state=bindparam("now_is"),
        owner="",
        parts_sent=bindparam("parts"),
        doubts=bindparam("doubted"),
        not_before=bindparam("again_at"),
        reason=bindparam("why"),
        platform_id=bindparam("receipt"),
        quota=bindparam("counted"),
        settled_at=bindparam("settled"),
    )
    .execution_options(synchronize_session=None)
)


async def settle(tx: Transaction, results: Sequence[Settled], *, owner: str, now: datetime) -> None:
    """Write what became of attempts; rows that another process took over are left alone (R26)."""
    rows = [
        {
            "message": result.id,
            "taker": owner,
            "now_is": result.state,
            "parts": result.parts_sent,
            "doubted": result.doubts,
            "again_at": result.not_before,
            "why": result.reason[:200],
            "receipt": result.platform_id[:80],
            "counted": result.quota[:20],
            "settled": None if result.state in WAITING else now,
        }
        for result in results
    ]
    await tx.execute(_SETTLE, rows)


async def rewrite(tx: Transaction, message: int, body: Json) -> None:
    """What a message of ours says now, before it is sent (R18)."""
    await tx.execute(update(OutboxRow).where(OutboxRow.id == message).values(body=body))


async def recover(tx: Transaction, *, living: Owners, now: datetime, again_at: datetime) -> int:
    """Judge rows that a dead process was sending (R9): a reply goes once more, others never."""
    dead = _IS_SENDING & OutboxRow.owner.not_in(living)
    once_more = (OutboxRow.kind == "reply") & (OutboxRow.doubts == 0)
    retried = await tx.execute(
        update(OutboxRow)
        .where(dead, once_more)
        .values(state="retry_wait", owner="", doubts=1, not_before=again_at)
    )
    given_up = await tx.execute(
        update(OutboxRow)
        .where(dead, ~once_more)
        .values(state="uncertain", owner="", settled_at=now, reason="owner died while sending")
    )
    return retried.rowcount + given_up.rowcount


async def take_back(
    tx: Transaction, *, owner: str, besides: Collection[int], before: datetime
) -> None:
    """Queue again what is ours and was never in our hands: the answer to its commit was lost.

    Nothing of it was sent, so that even a proactive message may go.
    """
    await tx.execute(
        update(OutboxRow)
        .where(_IS_SENDING, OutboxRow.owner == owner)
        .where(OutboxRow.created_at < before, OutboxRow.id.not_in(besides))
        .values(state="queued", owner="")
    )


async def tried(tx: Transaction, key: str) -> set[int]:
    """Accounts that one proactive message was already tried through (see `Delivery`)."""
    statement = select(OutboxRow.account_id).where(
        or_(OutboxRow.key == key, OutboxRow.key.startswith(f"{key}>", autoescape=True))
    )
    return set((await tx.execute(statement)).scalars())


async def letters(
    tx: Transaction, *, account_id: int, after: int, limit: int = 100
) -> list[Message]:
    """What one person's own page has not yet fetched, oldest first."""
    statement = (
        select(*_MESSAGE)
        .join(Account, Account.id == OutboxRow.account_id)
        .where(OutboxRow.account_id == account_id, OutboxRow.id > after)
        .where(OutboxRow.state != "cancelled")
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    return [Message._make(row) for row in await tx.execute(statement)]
