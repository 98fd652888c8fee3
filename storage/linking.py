"""One person on two apps: which persons are the same human, and the codes that join them (T18).

An open row of `same_person` is an edge; whoever is joined by edges is one human in every count.
There is never a circle, so closing one row parts exactly two groups. `persons.canonical_id`, the
smallest id of a group, is written in the transaction that changes an edge; learning rows never are.
"""

import itertools
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Conflict, Transaction, upsert
from storage.tables import Account, LinkCode, Membership, Person, SamePerson

_KEEP_CODES: Final = timedelta(days=1)


class Link(NamedTuple):
    """One row of `same_person`."""

    id: int
    a: int
    b: int
    is_open: bool = True


class Offer(NamedTuple):
    """A code that can still be entered, and where it was shown."""

    id: int
    person_id: int
    account_id: int


# --- who is the same -----------------------------------------------------------------------------


def canonical(person: Any) -> ColumnElement[int]:
    """Who this person (a table or an alias) is in every count."""
    return func.coalesce(person.canonical_id, person.id)


async def human_of(tx: Transaction, person_id: int) -> int:
    """The canonical person behind one person id; the id itself where nobody is."""
    found = await tx.scalar(select(canonical(Person)).where(Person.id == person_id))
    return found if found is not None else person_id


def is_same(person: Any, canonical_id: Any) -> ColumnElement[bool]:
    """True for every person (a table or an alias) that is this canonical one."""
    return or_(person.id == canonical_id, person.canonical_id == canonical_id)


def name_of(person: Any) -> ColumnElement[str]:
    """The person's own name, else that of a linked one; "" if nobody has said it."""
    linked = aliased(Person)
    theirs = _of_another(person, linked, linked.name, linked.name != "")
    return func.coalesce(func.nullif(person.name, ""), theirs, "")


def hamlet_of(person: Any) -> ColumnElement[int | None]:
    """The person's own hamlet, else that of a linked one."""
    linked = aliased(Person)
    theirs = _of_another(person, linked, linked.unit_id, linked.unit_id.is_not(None))
    return func.coalesce(person.unit_id, theirs)


def _of_another(person: Any, linked: Any, column: Any, known: ColumnElement[bool]) -> Any:
    found = select(column).where(is_same(linked, canonical(person)), known)
    return found.order_by(linked.id).limit(1).correlate(person).scalar_subquery()


def _same_as_asked() -> Select[int]:
    asked, other = aliased(Person), aliased(Person)
    mine = select(canonical(asked)).where(asked.id == bindparam("person")).scalar_subquery()
    return select(other.id).where(is_same(other, mine)).order_by(other.id)


_GROUP: Final = _same_as_asked()


async def group(tx: Transaction, person_id: int) -> list[int]:
    """All persons that are the same human as this one, the smallest id first."""
    return list((await tx.execute(_GROUP, {"person": person_id})).scalars())


async def called(tx: Transaction, person_id: int) -> str:
    return await tx.scalar(select(name_of(Person)).where(Person.id == person_id)) or ""


async def home(tx: Transaction, person_id: int) -> int | None:
    """The hamlet's id."""
    return await tx.scalar(select(hamlet_of(Person)).where(Person.id == person_id))


async def behind(tx: Transaction, account_id: int, *, among: Collection[int]) -> list[int]:
    """Those of `among` who may speak through this account."""
    statement = select(Membership.person_id).where(
        Membership.account_id == account_id,
        Membership.person_id.in_(among),
        Membership.until.is_(None),
    )
    return sorted(set((await tx.execute(statement)).scalars()))


def has_account(human: Any, *conditions: Any) -> ColumnElement[bool]:
    """An account through which this human (a table or an alias) may speak is like this."""
    linked = aliased(Person)
    return (
        exists()
        .where(is_same(linked, human.id), Membership.person_id == linked.id)
        .where(Membership.until.is_(None), Account.id == Membership.account_id)
        .where(*conditions)
        .correlate(human)
    )


def accounts_of(persons: Collection[int]) -> Any:
    """Every account these persons may speak through, whoever speaks there now (a subquery)."""
    return (
        select(Membership.account_id)
        .where(Membership.person_id.in_(persons), Membership.until.is_(None))
        .scalar_subquery()
    )


async def share_a_phone(tx: Transaction, persons: Collection[int], others: Collection[int]) -> bool:
    """True if some phone knows one of each as two people: they are not the same human then."""
    both = Membership.account_id.in_(accounts_of(persons)) & Membership.person_id.in_(others)
    found = select(Membership.id).where(both, Membership.until.is_(None)).limit(1)
    return await tx.scalar(found) is not None


async def is_locked(tx: Transaction, persons: Collection[int]) -> bool:
    """True if one of the accounts behind these persons is suspended (T15)."""
    locked = Account.id.in_(accounts_of(persons)) & (Account.state == "suspended")
    return await tx.scalar(select(Account.id).where(locked).limit(1)) is not None


# --- joining and parting -------------------------------------------------------------------------


async def join(tx: Transaction, one: int, other: int, *, now: datetime) -> int | None:
    """Make two persons the same human; the row's id, None if they are that already.

    Raises `Conflict` if either was linked elsewhere while we waited for it.
    """
    together = await hold(tx, (one, other))
    if together[one] == together[other]:
        return None
    link = await _add(tx, one, other, now=now)
    await _settle(tx, {*together[one], *together[other]})
    return link


async def find(tx: Transaction, link_id: int) -> Link | None:
    statement = select(SamePerson.id, SamePerson.a, SamePerson.b, SamePerson.until.is_(None))
    row = (await tx.execute(statement.where(SamePerson.id == link_id))).first()
    return Link(row[0], row[1], row[2], bool(row[3])) if row else None


async def cut(tx: Transaction, link: Link, *, now: datetime) -> bool:
    """Close just this row: two groups remain. False if it was closed before."""
    together = await hold(tx, (link.a,))
    if not await _close(tx, [link.id], now=now):
        return False
    await _settle(tx, together[link.a])
    return True


async def part(tx: Transaction, persons: Collection[int], *, now: datetime) -> bool:
    """Take these persons of one human out; whoever is left stays together, and so do they.

    False if there was nobody to be parted from.
    """
    everybody = set((await hold(tx, (min(persons),)))[min(persons)])
    leaving = everybody & set(persons)
    edges = await _edges(tx, everybody)
    crossing = [edge for edge in edges if (edge.a in leaving) != (edge.b in leaving)]
    if not crossing:
        return False
    await _close(tx, [edge.id for edge in crossing], now=now)
    kept = [edge for edge in edges if edge not in crossing]
    for side in (leaving, everybody - leaving):
        await _keep_together(tx, side, kept, now=now)
    await _settle(tx, everybody)
    return True


async def hold(tx: Transaction, persons: Collection[int]) -> dict[int, list[int]]:
    """The groups of these persons, with nobody else's turn among them until we commit (R4).

    Raises `Conflict` if one of them was linked, parted or erased while we waited.
    """
    before = {person: await group(tx, person) for person in persons}
    if tx.dialect.name == "sqlite":
        return before
    firsts = [people[0] for people in before.values()]
    rows = select(Person.id).where(Person.id.in_(firsts)).order_by(Person.id)
    await tx.execute(rows.with_for_update())
    if before != {person: await group(tx, person) for person in persons}:
        raise Conflict
    return before


async def _edges(tx: Transaction, persons: Collection[int]) -> list[Link]:
    statement = select(SamePerson.id, SamePerson.a, SamePerson.b).where(
        SamePerson.a.in_(persons), SamePerson.until.is_(None)
    )
    return [Link(*row) for row in await tx.execute(statement)]


async def _add(tx: Transaction, one: int, other: int, *, now: datetime) -> int:
    row = {"a": min(one, other), "b": max(one, other), "since": now}
    added = upsert(tx, SamePerson).values(row).returning(SamePerson.id)
    return int((await tx.execute(added)).scalar_one())


async def _close(tx: Transaction, links: Collection[int], *, now: datetime) -> bool:
    are_open = SamePerson.id.in_(links) & SamePerson.until.is_(None)
    return (await tx.execute(update(SamePerson).where(are_open).values(until=now))).rowcount > 0


async def _keep_together(
    tx: Transaction, side: Collection[int], edges: Iterable[Link], *, now: datetime
) -> None:
    """Join what is left of a group where the one who left was its middle."""
    firsts = sorted(set(_firsts(side, edges).values()))
    for one, other in itertools.pairwise(firsts):
        await _add(tx, one, other, now=now)


async def _settle(tx: Transaction, persons: Collection[int]) -> None:
    """Write who is who among persons whose edges have changed."""
    firsts = _firsts(persons, await _edges(tx, persons))
    for first in set(firsts.values()):
        others = [person for person, its in firsts.items() if its == first != person]
        await tx.execute(update(Person).where(Person.id == first).values(canonical_id=None))
        await tx.execute(update(Person).where(Person.id.in_(others)).values(canonical_id=first))


def _firsts(persons: Collection[int], edges: Iterable[Link]) -> Mapping[int, int]:
    """Person -> the smallest id that edges between `persons` lead to."""
    first = {person: person for person in persons}
    for edge in edges:
        if edge.a in first and edge.b in first:
            low, high = sorted((first[edge.a], first[edge.b]))
            first = {person: low if its == high else its for person, its in first.items()}
    return first


# --- codes ---------------------------------------------------------------------------------------


def _is_live(now: datetime) -> ColumnElement[bool]:
    return LinkCode.used_at.is_(None) & (LinkCode.expires_at > now)


async def issue(
    tx: Transaction,
    *,
    code_hash: str,
    person_id: int,
    account_id: int,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Store a code and end the older ones of the same human; False if somebody holds the same."""
    await tx.execute(delete(LinkCode).where(LinkCode.expires_at < now - _KEEP_CODES))
    if await live(tx, code_hash, now=now) is not None:
        return False
    mine = LinkCode.person_id.in_(await group(tx, person_id))
    await tx.execute(update(LinkCode).where(mine, _is_live(now)).values(expires_at=now))
    code = {"code_hash": code_hash, "person_id": person_id, "account_id": account_id}
    await tx.execute(upsert(tx, LinkCode).values(**code, created_at=now, expires_at=expires_at))
    return True


async def live(tx: Transaction, code_hash: str, *, now: datetime) -> Offer | None:
    """The code that can be entered now; None if wrong, used, too old, or by chance held twice."""
    statement = select(LinkCode.id, LinkCode.person_id, LinkCode.account_id)
    found = list(await tx.execute(statement.where(LinkCode.code_hash == code_hash, _is_live(now))))
    return Offer(*found[0]) if len(found) == 1 else None


async def spend(tx: Transaction, code_id: int, *, by: int, now: datetime) -> Offer | None:
    """Use the code up; None if somebody was first, or it is too late."""
    used = await tx.execute(
        update(LinkCode)
        .where(LinkCode.id == code_id, _is_live(now))
        .values(used_by=by, used_at=now)
        .returning(LinkCode.id, LinkCode.person_id, LinkCode.account_id)
    )
    row = used.first()
    return Offer(*row) if row else None
