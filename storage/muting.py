"""What is said with "dừng nhắc": kept with the account, true for the human on every app (U11)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction
from storage.linking import canonical, is_same
from storage.outbox import IS_QUEUED, UNASKED
from storage.tables import Account, Membership, OutboxRow, Person


async def mute(tx: Transaction, account_id: int, *, now: datetime) -> None:
    """Nothing unasked from now on, and nothing of what waits, for everybody of this phone."""
    await tx.execute(update(Account).where(Account.id == account_id).values(muted_at=now))
    member, same = aliased(Person), aliased(Person)
    humans = (
        select(canonical(member))
        .join(Membership, Membership.person_id == member.id)
        .where(Membership.account_id == account_id, Membership.until.is_(None))
    )
    persons = select(same.id).where(canonical(same).in_(humans))
    await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.person_id.in_(persons), OutboxRow.kind.in_(UNASKED), IS_QUEUED)
        .values(state="cancelled", reason="not wanted", settled_at=now)
    )


async def unmute(tx: Transaction, account_id: int, canonical_id: int) -> None:
    """Wanted again: on this account and wherever else this human is the one who speaks."""
    theirs = select(Person.id).where(is_same(Person, canonical_id))
    await tx.execute(
        update(Account)
        .where(or_(Account.id == account_id, Account.person_id.in_(theirs)))
        .values(muted_at=None)
    )


async def muted(tx: Transaction, persons: Collection[int]) -> set[int]:
    """Those of `persons` who said it, through whichever account, also one they have left since."""
    asked, same = aliased(Person), aliased(Person)
    statement = (
        select(asked.id)
        .join(same, is_same(same, canonical(asked)))
        .join(Membership, Membership.person_id == same.id)
        .join(Account, Account.id == Membership.account_id)
        .where(asked.id.in_(persons), Membership.until.is_(None), Account.muted_at.is_not(None))
    )
    return set((await tx.execute(statement.distinct())).scalars())
