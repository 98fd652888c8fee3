"""What became of every obligation to remind: the messages that named it, and how each ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from storage.database import Transaction
from storage.reminders import ASKED
from storage.tables import Account, OutboxRow, Reminder, ReminderDelivery


class Entry(NamedTuple):
    """One obligation and one message that named it; without any message the last six are empty."""

    unit_id: int
    about: str
    stage: str
    state: str
    """Of the obligation: due, told, superseded, dropped, lost."""
    made_at: datetime
    """When it was planned (the domain's clock)."""
    key: str | None
    channel: str | None
    user_id: str | None
    sent: str | None
    """State of the message (R8)."""
    reason: str | None
    settled_at: datetime | None
    """When the message ended in that state (wall clock)."""


async def everything(tx: Transaction) -> Sequence[Entry]:
    """All of them, in the order in which they were planned; one sent through another account too.

    For reports over a season: it reads the whole table.
    """
    message = aliased(OutboxRow)
    is_its_message = or_(
        message.key == ReminderDelivery.key,
        message.key.startswith(ReminderDelivery.key + ">"),
    )
    statement = (
        select(
            Reminder.unit_id,
            Reminder.about,
            Reminder.stage,
            Reminder.state,
            Reminder.made_at,
            message.key,
            Account.channel,
            Account.user_id,
            message.state,
            message.reason,
            message.settled_at,
        )
        .outerjoin(ReminderDelivery, ReminderDelivery.reminder_id == Reminder.id)
        .outerjoin(message, and_(message.kind == "reminder", is_its_message))
        .outerjoin(Account, Account.id == message.account_id)
        .order_by(Reminder.id, message.id)
    )
    return [Entry._make(row) for row in await tx.execute(statement)]


# --- of one commune -------------------------------------------------------------------------------


class Sent(NamedTuple):
    """One message that named obligations of a commune, through whichever account it went last."""

    key: str
    """Without the account: "remind:<person>:<local day>:a"."""
    state: str
    """As of R8."""
    reason: str
    person_id: int | None
    unit_ids: frozenset[int]

    @property
    def day(self) -> str:
        """Local: "2026-12-08"."""
        return self.key.split(":")[2]


async def sent(tx: Transaction, commune_id: int, *, since: datetime) -> list[Sent]:
    """Messages made since then (wall clock; texts go after 90 days, P10), oldest first."""
    named = (
        select(OutboxRow.key, OutboxRow.state, OutboxRow.reason, OutboxRow.person_id)
        .add_columns(Reminder.unit_id)
        .join(ReminderDelivery, ReminderDelivery.key == OutboxRow.key)
        .join(Reminder, Reminder.id == ReminderDelivery.reminder_id)
        .where(Reminder.commune_id == commune_id, OutboxRow.created_at >= since)
        .order_by(OutboxRow.id)
    )
    found: dict[str, Sent] = {}
    for key, state, reason, person, unit in await tx.execute(named):
        before = found[key].unit_ids if key in found else frozenset()
        found[key] = Sent(key, state, reason, person, before | {unit})
    again = (
        select(OutboxRow.key, OutboxRow.state, OutboxRow.reason)
        .where(OutboxRow.kind == "reminder", OutboxRow.created_at >= since)
        .where(OutboxRow.key.contains(">"))
        .order_by(OutboxRow.id)
    )
    for key, state, reason in await tx.execute(again):
        base = (key or "").partition(">")[0]
        if base in found:
            found[base] = found[base]._replace(state=state, reason=reason)
    return list(found.values())


class Tally(NamedTuple):
    """How many obligations of one stage came to one state."""

    stage: str
    state: str
    units: int

    @property
    def day(self) -> str:
        """Local: "2026-12-08"."""
        return self.stage.removeprefix(ASKED)[:10]


async def tallies(tx: Transaction, commune_id: int) -> list[Tally]:
    """Of all the commune's obligations; they stay when their messages are gone (P10)."""
    statement = (
        select(Reminder.stage, Reminder.state, func.count())
        .where(Reminder.commune_id == commune_id)
        .group_by(Reminder.stage, Reminder.state)
    )
    return [Tally(*row) for row in await tx.execute(statement)]


async def lost(tx: Transaction, commune_id: int, *, since: str) -> set[int]:
    """Units that nobody could be told of at a stage from that local day on ("2026-12-08")."""
    is_asked = Reminder.stage.startswith(ASKED)
    statement = select(Reminder.unit_id).where(
        Reminder.commune_id == commune_id,
        Reminder.state == "lost",
        Reminder.stage >= case((is_asked, f"{ASKED}{since}"), else_=since),
    )
    return set((await tx.execute(statement)).scalars())
