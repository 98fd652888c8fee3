"""Who is who: accounts, persons, consent, roles. Authority is read here, at the write (A3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Conflict, Transaction, prepared, upsert
from storage.linking import canonical, hamlet_of, is_same, name_of
from storage.lists import within
from storage.tables import Account, Consent, Membership, Person, Role, Unit

_TRIES: Final = 3


class Caller(NamedTuple):
    """The account of one arrival; `lane` is its keyed hash."""

    lane: str
    channel: str
    bot: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Grant:
    id: int
    role: str
    unit_id: int
    unit_code: str
    unit_name: str
    commune_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in this turn, as the database knows it now.

    `person_id` is who speaks (memberships); `canonical_id` is who it is in every count. Consents
    and roles are those of all linked persons; name and hamlet are the own, else a linked one's.
    """

    account_id: int
    channel: str
    person_id: int
    canonical_id: int
    name: str
    unit_id: int | None
    """The person's hamlet."""
    is_suspended: bool
    is_muted: bool
    chat: str = ""
    """The private chat last used; with `seen_at`, what `seen` has to renew."""
    seen_at: datetime | None = None
    is_stopped: bool = False
    chosen_at: datetime | None = None
    """When it was last said who speaks; None while the phone has one person only."""
    grants: tuple[Grant, ...] = ()
    consents: frozenset[str] = field(default_factory=frozenset)

    @property
    def has_consent(self) -> bool:
        return "learning" in self.consents

    def has_role(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)


_NEW_PERSON: Final = prepared(Person, lambda insert: insert.returning(Person.id))
_NEW_ACCOUNT: Final = prepared(
    Account, lambda insert: insert.on_conflict_do_nothing().returning(Account.id)
)
_NEW_MEMBERSHIP: Final = prepared(Membership, lambda insert: insert)


async def meet(tx: Transaction, callers: Sequence[Caller], *, now: datetime) -> Mapping[str, Actor]:
    """`lock`, after inserting the accounts never seen before, each with a new person (P10)."""
    actors = await lock(tx, [caller.lane for caller in callers])
    strangers = {caller.lane: caller for caller in callers if caller.lane not in actors}
    if not strangers:
        return actors
    for caller in strangers.values():
        await _first_seen(tx, caller, now)
    return {**actors, **await lock(tx, list(strangers))}


async def _first_seen(tx: Transaction, caller: Caller, now: datetime) -> None:
    nobody = {"created_at": now, "name": "", "name_folded": ""}
    person = await tx.scalar(_NEW_PERSON(tx), nobody)
    values = caller._asdict() | {
        "person_id": person,
        "state": "active",
        "chat": "",
        "seen_at": now,
        "created_at": now,
    }
    account = await tx.scalar(_NEW_ACCOUNT(tx), values)
    if account is None:  # another process was first
        await tx.execute(delete(Person).where(Person.id == person))
        return
    membership = {"account_id": account, "person_id": person, "since": now}
    await tx.execute(_NEW_MEMBERSHIP(tx), membership)


def holds_now() -> ColumnElement[bool]:
    """A role grant that has not ended; ends are written at the moment they take effect (A3)."""
    return Role.until.is_(None)


_CANONICAL: Final = canonical(Person)
_HOLDER: Final = aliased(Person)
_HAS_ROLE: Final = (
    select(Role.id)
    .join(_HOLDER, _HOLDER.id == Role.person_id)
    .where(is_same(_HOLDER, _CANONICAL), holds_now())
    .correlate(Person)
    .exists()
)
_AGREED: Final = aliased(Person)
_CONSENTS: Final = (
    select(func.aggregate_strings(Consent.purpose, " "))
    .join(_AGREED, _AGREED.id == Consent.person_id)
    .where(is_same(_AGREED, _CANONICAL), Consent.withdrawn_at.is_(None))
    .correlate(Person)
    .scalar_subquery()
)
_BEHIND: Final = (
    select(
        Account.lane,
        Account.id,
        Account.channel,
        Account.person_id,
        _CANONICAL,
        name_of(Person),
        hamlet_of(Person),
        Account.state,
        Account.muted_at,
        Account.chat,
        Account.seen_at,
        Account.chosen_at,
        _HAS_ROLE,
        _CONSENTS,
    )
    .join(Person, Person.id == Account.person_id)
    .where(within(Account.lane, "lanes"))
)
_LOCK: Final = (
    select(Person.id).where(within(Person.id, "persons")).order_by(Person.id).with_for_update()
)


async def lock(tx: Transaction, lanes: Collection[str]) -> Mapping[str, Actor]:
    """Lock the canonical persons behind `lanes`, in id order, and return who they are (R4, R6).

    On SQLite the open transaction is the lock.
    """
    rows = await _behind_locked(tx, {"lanes": list(lanes)})
    grants = await _grants(tx, {row[4] for row in rows if row[12]})
    return {
        row[0]: Actor(
            account_id=row[1],
            channel=row[2],
            person_id=row[3],
            canonical_id=row[4],
            name=row[5],
            unit_id=row[6],
            is_suspended=row[7] == "suspended",
            is_muted=row[8] is not None,
            chat=row[9],
            seen_at=row[10],
            is_stopped=row[7] == "stopped",
            chosen_at=row[11],
            # A locked account acts in no role, whatever is called (T15, A3).
            grants=() if row[7] == "suspended" else tuple(grants.get(row[4], ())),
            consents=frozenset((row[13] or "").split()),
        )
        for row in rows
    }


async def _behind_locked(tx: Transaction, asked: Mapping[str, Any]) -> list[Any]:
    """Rows of `_BEHIND`; whoever was linked while we waited for the lock is locked again."""
    rows = list(await tx.execute(_BEHIND, asked))
    if tx.dialect.name == "sqlite":
        return rows
    locked = set[int]()
    for _ in range(_TRIES):
        wanted = {row[4] for row in rows}
        if wanted <= locked:
            return rows
        await tx.execute(_LOCK, {"persons": list(wanted)})
        locked |= wanted
        rows = list(await tx.execute(_BEHIND, asked))
    raise Conflict


_GRANTS: Final = (
    select(
        _CANONICAL,
        Role.id,
        Role.role,
        Role.unit_id,
        Unit.code,
        Unit.name,
        func.coalesce(Unit.commune_id, Unit.id),
    )
    .join(Person, Person.id == Role.person_id)
    .join(Unit, Unit.id == Role.unit_id)
    .where(
        or_(within(Person.id, "persons"), within(Person.canonical_id, "persons")),
        holds_now(),
    )
    .order_by(Role.id)
)


async def _grants(tx: Transaction, canonicals: Collection[int]) -> dict[int, list[Grant]]:
    if not canonicals:
        return {}
    found: dict[int, list[Grant]] = {}
    for row in await tx.execute(_GRANTS, {"persons": list(canonicals)}):
        found.setdefault(row[0], []).append(Grant(*row[1:]))
    return found


async def acting(tx: Transaction, *, account_id: int, person_id: int) -> Actor | None:
    """Somebody who acts beside the chat of an account, whoever speaks there now; not locked.

    None if this person is on the account no longer, or the account is locked (T15).
    """
    statement = (
        select(
            Account.channel,
            _CANONICAL,
            name_of(Person),
            hamlet_of(Person),
            Account.muted_at,
            Account.chat,
            _CONSENTS,
        )
        .join(Membership, Membership.account_id == Account.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Account.id == account_id, Person.id == person_id)
        .where(Membership.until.is_(None), Account.state != "suspended")
    )
    row = (await tx.execute(statement)).first()
    if row is None:
        return None
    return Actor(
        account_id=account_id,
        channel=row[0],
        person_id=person_id,
        canonical_id=row[1],
        name=row[2],
        unit_id=row[3],
        is_suspended=False,
        is_muted=row[4] is not None,
        chat=row[5],
        grants=tuple((await _grants(tx, {row[1]})).get(row[1], ())),
        consents=frozenset((row[6] or "").split()),
    )


async def hold(tx: Transaction, canonical_id: int) -> None:
    """Nobody else acts as this human until we commit (R4). SQLite is locked already."""
    if tx.dialect.name != "sqlite":
        await tx.execute(_LOCK, {"persons": [canonical_id]})


_SEEN: Final = (
    update(Account)
    .where(Account.id == bindparam("account"))
    .values(
        chat=bindparam("used"),
        seen_at=bindparam("now"),
        state=case((Account.state == "stopped", "active"), else_=Account.state),
    )
    .execution_options(synchronize_session=None)
)


async def seen(
    tx: Transaction,
    chats: Mapping[int, str],
    *,
    now: datetime,
    at: Mapping[int, datetime] | None = None,
) -> None:
    """Note the private chat each account used; whoever writes is reachable again (T58).

    `at`: when it was, where that was not now: a platform may deliver hours late.
    """
    times = at or {}
    rows = [
        {"account": account, "used": chat, "now": times.get(account, now)}
        for account, chat in chats.items()
    ]
    if rows:
        await tx.execute(_SEEN, rows)


async def stopped(tx: Transaction, account_id: int) -> None:
    """The platform says this account cannot be reached (T58)."""
    await tx.execute(
        update(Account)
        .where(Account.id == account_id, Account.state == "active")
        .values(state="stopped")
    )


# --- consent, name, hamlet -----------------------------------------------------------------------


async def consent(
    tx: Transaction, actor: Actor, *, purpose: str, version: int, text_hash: str, now: datetime
) -> None:
    """Keep the evidence of a yes (P3)."""
    await tx.execute(
        upsert(tx, Consent).values(
            person_id=actor.person_id,
            purpose=purpose,
            version=version,
            text_hash=text_hash,
            channel=actor.channel,
            given_at=now,
        )
    )


async def withdraw(tx: Transaction, person_id: int, *, now: datetime) -> None:
    await tx.execute(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


def _linked(person_id: int) -> ColumnElement[bool]:
    """Every person that is the same human: names and hamlets are said once, for all apps."""
    this = aliased(Person)
    return is_same(Person, select(canonical(this)).where(this.id == person_id).scalar_subquery())


async def rename(tx: Transaction, person_id: int, *, name: str, folded: str) -> None:
    await tx.execute(update(Person).where(_linked(person_id)).values(name=name, name_folded=folded))


async def settle_in(tx: Transaction, person_id: int, *, unit_id: int | None) -> None:
    """Write the hamlet; what was learned before keeps the hamlet of its time."""
    await tx.execute(update(Person).where(_linked(person_id)).values(unit_id=unit_id))


async def keep_phone(tx: Transaction, account_id: int, *, phone: str) -> None:
    """Keep the number this account's owner shared and agreed to; "" forgets it (T17)."""
    await tx.execute(update(Account).where(Account.id == account_id).values(phone=phone))


async def forget_phones(tx: Transaction, persons: Collection[int]) -> None:
    """No role, no reason to keep a number (P1)."""
    theirs = select(Membership.account_id).where(
        Membership.person_id.in_(persons), Membership.until.is_(None)
    )
    await tx.execute(
        update(Account).where(Account.id.in_(theirs.scalar_subquery())).values(phone="")
    )


async def phone_of(tx: Transaction, account_id: int) -> str:
    return await tx.scalar(select(Account.phone).where(Account.id == account_id)) or ""


async def account_of(tx: Transaction, lane: str) -> int | None:
    return await tx.scalar(select(Account.id).where(Account.lane == lane))


async def lane_of(tx: Transaction, account_id: int) -> str | None:
    return await tx.scalar(select(Account.lane).where(Account.id == account_id))
