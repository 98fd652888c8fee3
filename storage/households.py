"""Several people on one phone: who may speak through an account, and who does (design §5).

A role belongs to a person, never to the phone: whoever speaks acts with their own roles only.
"""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, func, select, update

from storage import linking
from storage.database import Transaction, upsert
from storage.tables import Account, Conversation, Membership, Person

MOST: Final = 6
MOST_EVER: Final = 12
"""With those who left: whoever counts people by coming and going is stopped here (T44)."""


class Member(NamedTuple):
    """Somebody who may speak through an account."""

    person_id: int
    canonical_id: int
    name: str
    """"" if it was never said."""
    unit_id: int | None


async def members(tx: Transaction, account_id: int) -> list[Member]:
    """Everybody of this phone, whoever came first first; one human is listed once."""
    statement = (
        select(
            Person.id,
            linking.canonical(Person),
            linking.name_of(Person),
            linking.hamlet_of(Person),
            Account.person_id == Person.id,
        )
        .join(Membership, Membership.person_id == Person.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.account_id == account_id, Membership.until.is_(None))
        .order_by(Membership.id)
    )
    found: dict[int, Member] = {}
    for person, human, name, unit, speaks in await tx.execute(statement):
        member = Member(person, human, name, unit)
        if speaks or member.canonical_id not in found:
            found[member.canonical_id] = member
    return list(found.values())


async def add(tx: Transaction, account_id: int, *, now: datetime) -> int | None:
    """Somebody new, who speaks from now on; None if the phone has as many people as it may."""
    if await _count(tx, account_id) >= MOST or await _came(tx, account_id) >= MOST_EVER:
        return None
    person = await _stranger(tx, account_id, now=now)
    await choose(tx, account_id, person, now=now)
    return person


async def choose(tx: Transaction, account_id: int, person_id: int, *, now: datetime) -> bool:
    """Write who speaks now; False if this person does not belong to this phone (any more).

    Whoever erases this person through another app is waited for. Raises `Conflict`.
    """
    await linking.hold(tx, (person_id,))
    belongs = (
        select(Membership.id)
        .where(Membership.account_id == account_id, Membership.person_id == person_id)
        .where(Membership.until.is_(None))
        .exists()
    )
    chosen = update(Account).where(Account.id == account_id, belongs)
    is_shared = await _count(tx, account_id) > 1
    at = now if is_shared else None  # one person alone is never asked who it is
    return (await tx.execute(chosen.values(person_id=person_id, chosen_at=at))).rowcount == 1


async def remove(tx: Transaction, account_id: int, person_id: int, *, now: datetime) -> int:
    """Take somebody off this phone, all that is the same human; return who speaks now."""
    persons = await linking.group(tx, person_id)
    mine = Membership.account_id == account_id
    theirs = Membership.person_id.in_(persons) & Membership.until.is_(None)
    await tx.execute(update(Membership).where(mine, theirs).values(until=now))
    talk = Conversation.account_id == account_id
    await tx.execute(delete(Conversation).where(talk, Conversation.person_id.in_(persons)))
    speaks = await tx.scalar(select(Account.person_id).where(Account.id == account_id))
    if speaks in persons:
        return await hand_on(tx, account_id, now=now)
    values: dict[str, Any] = {"phone": ""}  # perhaps it was theirs
    if await _count(tx, account_id) < 2:
        values["chosen_at"] = None
    await tx.execute(update(Account).where(Account.id == account_id).values(**values))
    return int(speaks or 0)


async def hand_on(tx: Transaction, account_id: int, *, now: datetime) -> int:
    """Who speaks now that the speaker is gone: another member, else a new stranger (P10)."""
    member = await _first_left(tx, account_id)
    left = await _count(tx, account_id)
    values = {"muted_at": None, "phone": "", "chosen_at": now if left > 1 else None}
    if member is None:
        member = await _stranger(tx, account_id, now=now)
        values["created_at"] = now
    speaks = update(Account).where(Account.id == account_id).values(person_id=member, **values)
    await tx.execute(speaks)
    return int(member)


async def _first_left(tx: Transaction, account_id: int) -> int | None:
    """Who came first of those who are still here, and will be when we commit."""
    first = (
        select(Membership.person_id)
        .where(Membership.account_id == account_id, Membership.until.is_(None))
        .order_by(Membership.id)
        .limit(1)
    )
    member = await tx.scalar(first)
    while member is not None:
        await linking.hold(tx, (member,))
        still_first = await tx.scalar(first)
        if still_first == member:
            return int(member)
        member = still_first
    return None


async def other_accounts(tx: Transaction, person_id: int, *, besides: int) -> int:
    """Through how many other accounts this human can still be somebody."""
    persons = await linking.group(tx, person_id)
    theirs = Account.id.in_(linking.accounts_of(persons)) & (Account.id != besides)
    return (await tx.scalar(select(func.count()).select_from(Account).where(theirs))) or 0


async def _count(tx: Transaction, account_id: int) -> int:
    mine = (Membership.account_id == account_id) & Membership.until.is_(None)
    return (await tx.scalar(select(func.count(Membership.id)).where(mine))) or 0


async def _came(tx: Transaction, account_id: int) -> int:
    """How many people this phone ever had; those who were erased have left no trace."""
    mine = Membership.account_id == account_id
    return (await tx.scalar(select(func.count(Membership.id)).where(mine))) or 0


async def _stranger(tx: Transaction, account_id: int, *, now: datetime) -> int:
    new = upsert(tx, Person).values(created_at=now, name="", name_folded="")
    person: int = (await tx.execute(new.returning(Person.id))).scalar_one()
    member = {"account_id": account_id, "person_id": person, "since": now}
    await tx.execute(upsert(tx, Membership).values(member))
    return person
