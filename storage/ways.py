"""Where a human can be reached, and how an account is named to others (design §5, T16)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from storage.database import Transaction
from storage.linking import canonical, is_same
from storage.lists import within
from storage.tables import Account, Membership, Person


class Door(NamedTuple):
    """One account through which a human can be reached."""

    account_id: int
    person_id: int
    """The person that was asked for."""
    channel: str
    bot: str
    user_id: str
    chat: str
    lane: str
    seen_at: datetime
    muted_at: datetime | None
    phone: str
    speaks: bool
    """False while somebody else of the household is the one who speaks there."""


_ASKED: Final = aliased(Person)
_LINKED: Final = aliased(Person)
_SPEAKER: Final = aliased(Person)


def _accounts_behind(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Accounts of everybody who is the same human as `_ASKED`, the newest seen first."""
    return (
        select(*columns)
        .select_from(_ASKED)
        .join(_LINKED, is_same(_LINKED, canonical(_ASKED)))
        .join(Membership, Membership.person_id == _LINKED.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.until.is_(None))
        .order_by(Account.seen_at.desc(), Account.id.desc())
    )


_WAYS: Final = (
    _accounts_behind(
        Account.id,
        _ASKED.id,
        Account.channel,
        Account.bot,
        Account.user_id,
        Account.chat,
        Account.lane,
        Account.seen_at,
        Account.muted_at,
        Account.phone,
        canonical(_SPEAKER) == canonical(_ASKED),
    )
    .join(_SPEAKER, _SPEAKER.id == Account.person_id)
    .where(within(_ASKED.id, "persons"), Account.state == "active", Account.chat != "")
)


async def to(tx: Transaction, persons: Collection[int]) -> dict[int, list[Door]]:
    """For each person all accounts that lead to this human, the newest used first."""
    found: dict[int, dict[int, Door]] = {}
    for row in await tx.execute(_WAYS, {"persons": list(persons)}):
        door = Door._make((*row[:-1], bool(row[-1])))
        found.setdefault(door.person_id, {}).setdefault(door.account_id, door)
    return {person: list(doors.values()) for person, doors in found.items()}


async def last_four(tx: Transaction, person_id: int) -> str:
    """Platform and the end of the id, to tell persons of one name apart (T16)."""
    statement = _accounts_behind(Account.channel, Account.user_id).where(_ASKED.id == person_id)
    return _ending((await tx.execute(statement.limit(1))).first())


async def ending_of(tx: Transaction, account_id: int) -> str:
    """The same for one account."""
    statement = select(Account.channel, Account.user_id).where(Account.id == account_id)
    return _ending((await tx.execute(statement)).first())


def _ending(row: Any) -> str:
    return f"{row[0]} …{row[1][-4:]}" if row else ""
