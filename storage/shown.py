"""What others were shown about one person, and how it is taken back (P5)."""

import json
import re
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, long
from storage.linking import canonical
from storage.tables import Account, Membership, OutboxRow, Person, Role, SamePerson, Table, Ticket

_REMOVED: Final = "…"
_SHOWN: Final = tuple(
    Table.metadata.tables[table].c[column]
    for table, column in (
        ("outbox", "body"),
        ("conversations", "draft"),
        ("conversations", "offered"),
        ("conversations", "trail"),
    )
)
_NOT_READ: Final = frozenset({"flow", "step", "token", "notice", "picture"})


async def forget(tx: Transaction, persons: Collection[int]) -> None:
    """Blank the name, the questions and the end of the number wherever others were told.

    To be called before any row of these persons goes: it is through them that this is found.
    """
    tickets = select(Ticket.id, Ticket.question).where(Ticket.person_id.in_(persons))
    asked = list(await tx.execute(tickets))
    keys = await _keys(tx, persons)
    keys += [f"ticket:{number}:" for number, _ in asked]
    for key in keys:
        await delete_told(tx, OutboxRow.key.startswith(key, autoescape=True))
    names = select(Person.name).where(Person.id.in_(persons), Person.name != "")
    called = [*(await tx.execute(names)).scalars()]
    for phrase in [*(called if keys else ()), *(question for _, question in asked)]:
        await _blank(tx, [phrase], where=_told_to_holders)
    for ending in await _endings(tx, persons):  # beside it stands the name, if it was known
        await _blank(tx, [ending, *called], where=_told_to_anybody)


async def _keys(tx: Transaction, persons: Collection[int]) -> list[str]:
    """How the keys of notices about their roles and links begin; see `handlers.linking`."""
    roles = select(Role.id).where(Role.person_id.in_(persons))
    linked = or_(SamePerson.a.in_(persons), SamePerson.b.in_(persons))
    links = (await tx.execute(select(SamePerson.id).where(linked))).scalars()
    return [
        *(f"role:{number}:" for number in (await tx.execute(roles)).scalars()),
        *(f"link:{number}:" for number in links),
        *(f"unlink:{person}:" for person in persons),
    ]


async def _endings(tx: Transaction, persons: Collection[int]) -> set[str]:
    """The ends of their numbers, as `ways.ending_of` shows them to whoever links with them."""
    statement = (
        select(Account.user_id)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.person_id.in_(persons), Membership.until.is_(None))
    )
    return {f"{_REMOVED}{user_id[-4:]}" for user_id in (await tx.execute(statement)).scalars()}


async def delete_told(tx: Transaction, told: ColumnElement[bool]) -> None:
    """Delete messages; the newest stays, emptied.

    SQLite would give its id again, and an open chat page has shown that id already.
    """
    newest = await tx.scalar(select(func.max(OutboxRow.id)).where(told))
    nothing = {
        "chat": "",
        "body": {"text": _REMOVED},
        "state": "cancelled",
        "token": None,
        "key": None,
        "person_id": None,
    }
    row = OutboxRow.id == newest
    await tx.execute(delete(OutboxRow).where(told, OutboxRow.id != newest))
    await tx.execute(update(OutboxRow).where(row).values(**nothing, platform_id="", reason=""))


# --- words ---------------------------------------------------------------------------------------


async def _blank(tx: Transaction, phrases: list[str], *, where: Any) -> None:
    """Put "…" for phrases in what was sent to, or is being asked of, somebody: where the first is.

    `where` says of which accounts, given the column of their ids.
    """
    stored = json.dumps(phrases[0])[1:-1]  # as it stands inside a JSON column
    either = "|".join(re.escape(phrase) for phrase in phrases)
    whole = re.compile(rf"(?<!\w)(?:{either})(?!\w)")
    for column in _SHOWN:
        table = column.table
        hit = cast(column, Text).contains(stored, autoescape=True)
        found = select(table.c.id, column).where(hit, where(table.c.account_id))
        for number, value in list(await long(tx, found)):
            left = {column.name: _without(whole, value)}
            await tx.execute(update(table).where(table.c.id == number).values(left))


def _told_to_anybody(account_id: Any) -> ColumnElement[bool]:
    is_one: ColumnElement[bool] = account_id.is_not(None)
    return is_one


def _told_to_holders(account_id: Any) -> ColumnElement[bool]:
    """Every account of every human with a role, whoever speaks there now."""
    granted = aliased(Person)
    holds = select(canonical(granted)).join(Role, Role.person_id == granted.id)
    accounts = (
        select(Membership.account_id)
        .join(Person, Person.id == Membership.person_id)
        .where(canonical(Person).in_(holds.scalar_subquery()))
    )
    is_theirs: ColumnElement[bool] = account_id.in_(accounts.scalar_subquery())
    return is_theirs


def _without(whole: re.Pattern[str], value: Any) -> Any:
    """The value with the phrase gone from what people read; keys and names of steps stay."""
    if isinstance(value, str):
        return whole.sub(_REMOVED, value)
    if isinstance(value, list):
        return [_without(whole, inner) for inner in value]
    if isinstance(value, dict):
        return {name: _without_in(whole, name, inner) for name, inner in value.items()}
    return value


def _without_in(whole: re.Pattern[str], name: str, inner: Any) -> Any:
    if name in _NOT_READ:
        return inner
    if name == "choices":
        return [[key, _without(whole, label)] for key, label in inner]
    return _without(whole, inner)
