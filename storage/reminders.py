"""Obligations to remind: one row for each unit, what is due, and stage (R15). Domain's clock.

A row is planned once, whoever plans it; the messages that name it are rows of the outbox, one for
each person and day.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, case, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.linking import canonical
from storage.outbox import IS_QUEUED, UNASKED, WAITING
from storage.tables import OutboxRow, Person, Reminder, ReminderDelivery

PREFIX: Final = "remind:"
"""What the key of a reminder begins with; learning nudges are of the same kind."""
ASKED: Final = "asked:"
"""What the stage of a reminder begins with that an officer asked for."""
LOOKED_AT: Final = "reminders"
"""The scope of facts that says how far each commune was looked at."""
HELD_BACK: Final = "paused"
"""Why a message was taken back that an officer holds back."""


_IS_ASKED: Final = Reminder.stage.startswith(ASKED)


class Reminded(NamedTuple):
    """How often a unit was reminded of one thing, and when last."""

    times: int
    last: datetime


class Obligation(NamedTuple):
    """One row: a unit, what is due there, and the stage it was planned for."""

    id: int
    unit_id: int
    about: str
    stage: str
    state: str
    with_head: bool

    @property
    def is_asked_for(self) -> bool:
        """By an officer, by hand."""
        return self.stage.startswith(ASKED)


class NewObligation(NamedTuple):
    unit_id: int
    about: str
    stage: str
    state: str = "due"
    with_head: bool = False


_OBLIGATION: Final = (
    Reminder.id,
    Reminder.unit_id,
    Reminder.about,
    Reminder.stage,
    Reminder.state,
    Reminder.with_head,
)


async def plan(
    tx: Transaction,
    commune_id: int,
    rows: Sequence[NewObligation],
    *,
    by: int | None,
    now: datetime,
) -> list[Obligation]:
    """Write obligations; those that were there before are left out of the answer (R15).

    What an officer asked for and nobody was told of can be asked for once more.
    """
    new: list[Obligation] = []
    for row in rows:
        written = {"state": row.state, "with_head": row.with_head, "made_by": by, "made_at": now}
        values = {**row._asdict(), **written, "commune_id": commune_id}
        statement = upsert(tx, Reminder).values(values)
        statement = statement.on_conflict_do_update(
            index_elements=["unit_id", "about", "stage"],
            set_=written,
            where=_IS_ASKED & Reminder.state.not_in(("due", "told")),
        )
        number = await tx.scalar(statement.returning(Reminder.id))
        if number is not None:
            new.append(Obligation(number, *row))
    return new


async def due(tx: Transaction, commune_id: int) -> list[Obligation]:
    """Those whose message has not gone: the day was full, the unit's office was closed."""
    statement = select(*_OBLIGATION).where(
        Reminder.commune_id == commune_id, Reminder.state == "due"
    )
    return [Obligation._make(row) for row in await tx.execute(statement.order_by(Reminder.id))]


async def not_on_its_way(tx: Transaction, commune_id: int) -> list[Obligation]:
    """Those of them that no message names which waits or is being sent."""
    waits = (
        select(ReminderDelivery.reminder_id)
        .join(OutboxRow, OutboxRow.key == ReminderDelivery.key)
        .where(OutboxRow.state.in_(WAITING))
    )
    statement = select(*_OBLIGATION).where(
        Reminder.commune_id == commune_id, Reminder.state == "due", Reminder.id.not_in(waits)
    )
    return [Obligation._make(row) for row in await tx.execute(statement.order_by(Reminder.id))]


async def known(
    tx: Transaction, commune_id: int, stages: Collection[str]
) -> set[tuple[int, str, str]]:
    """(unit, about, stage) of what was planned for these stages already."""
    statement = select(Reminder.unit_id, Reminder.about, Reminder.stage).where(
        Reminder.commune_id == commune_id, Reminder.stage.in_(stages)
    )
    return {(unit, about, stage) for unit, about, stage in await tx.execute(statement)}


async def settle(tx: Transaction, ids: Collection[int], *, state: str) -> None:
    """What became of obligations that were due: told, superseded, dropped, lost."""
    if ids:
        statement = update(Reminder).where(Reminder.id.in_(ids), Reminder.state == "due")
        await tx.execute(statement.values(state=state))


async def _queued(tx: Transaction, keys: Collection[str]) -> set[str]:
    """Those of these messages that wait in the outbox, through whichever account."""
    rerouted = [OutboxRow.key.startswith(f"{key}>", autoescape=True) for key in keys]
    statement = select(OutboxRow.key).where(or_(OutboxRow.key.in_(keys), *rerouted), IS_QUEUED)
    return {(key or "").partition(">")[0] for key in (await tx.execute(statement)).scalars()}


async def drop(tx: Transaction, unit_id: int, about: str) -> None:
    """This unit is asked no more: what is planned, or waits to be sent, falls for good (R17)."""
    mine = (Reminder.unit_id == unit_id, Reminder.about == about)
    named = (
        select(ReminderDelivery.reminder_id, ReminderDelivery.key)
        .join(Reminder, Reminder.id == ReminderDelivery.reminder_id)
        .where(*mine, Reminder.state.in_(("due", "told")))
    )
    pairs = [(number, key) for number, key in await tx.execute(named)]
    queued = await _queued(tx, {key for _, key in pairs})
    waits = [pair for pair in pairs if pair[1] in queued]
    for number, key in waits:
        await tx.execute(
            delete(ReminderDelivery).where(
                ReminderDelivery.reminder_id == number, ReminderDelivery.key == key
            )
        )
    unsent = {number for number, _ in waits} - {
        number for number, key in pairs if key not in queued
    }
    await tx.execute(
        update(Reminder)
        .where(*mine, (Reminder.state == "due") | Reminder.id.in_(unsent))
        .values(state="dropped")
    )


# --- the messages that name them -----------------------------------------------------------------


async def name_in(tx: Transaction, pairs: Collection[tuple[int, str]]) -> None:
    """Note which message (by its key) names which obligations."""
    for number, key in sorted(pairs):
        statement = upsert(tx, ReminderDelivery).values(reminder_id=number, key=key)
        await tx.execute(statement.on_conflict_do_nothing())


async def named_in(tx: Transaction, key: str) -> list[Obligation]:
    """The obligations that one message names."""
    statement = (
        select(*_OBLIGATION)
        .join(ReminderDelivery, ReminderDelivery.reminder_id == Reminder.id)
        .where(ReminderDelivery.key == key)
        .order_by(Reminder.id)
    )
    return [Obligation._make(row) for row in await tx.execute(statement)]


async def told_by(tx: Transaction, keys: Collection[str]) -> None:
    """These messages are where they are read: what they name is told."""
    named = select(ReminderDelivery.reminder_id).where(ReminderDelivery.key.in_(keys))
    statement = update(Reminder).where(Reminder.id.in_(named), Reminder.state == "due")
    await tx.execute(statement.values(state="told"))


async def waiting(tx: Transaction, humans: Collection[int]) -> set[str]:
    """Keys of the reminders that wait for these humans: more may still be named in them."""
    statement = (
        select(OutboxRow.key)
        .join(Person, Person.id == OutboxRow.person_id)
        .where(canonical(Person).in_(humans), OutboxRow.kind == "reminder", IS_QUEUED)
    )
    return {(key or "").partition(">")[0] for key in (await tx.execute(statement)).scalars()}


_NEVER_CAME: Final = ("failed", "cancelled", "superseded", "expired")


async def told_since(
    tx: Transaction, humans: Collection[int], *, since: datetime
) -> dict[int, set[str]]:
    """Canonical person id -> keys of what this human got unasked since then (wall clock; U11)."""
    told_at = func.coalesce(OutboxRow.settled_at, OutboxRow.created_at)
    statement = (
        select(canonical(Person), OutboxRow.key)
        .join(Person, Person.id == OutboxRow.person_id)
        .where(canonical(Person).in_(humans), OutboxRow.kind.in_(UNASKED))
        .where(OutboxRow.state.not_in(_NEVER_CAME), told_at >= since)
    )
    found: dict[int, set[str]] = {}
    for human, key in await tx.execute(statement):
        found.setdefault(human, set()).add((key or "").partition(">")[0])
    return found


# --- messages of which nothing arrived -----------------------------------------------------------

_NOTHING_CAME: Final = (
    OutboxRow.state.in_(_NEVER_CAME) & (OutboxRow.parts_sent == 0) & (OutboxRow.doubts == 0)
)


async def fallen_since(
    tx: Transaction, humans: Collection[int], *, since: datetime
) -> dict[str, set[str]]:
    """Reminders made since then of which nothing came to these humans, nor will: key -> ends."""
    fallen = await _fallen(tx, canonical(Person).in_(humans), OutboxRow.created_at >= since)
    return {key: ends for key, ends in fallen.items() if key.startswith(PREFIX)}


async def named_by(tx: Transaction, keys: Collection[str]) -> set[tuple[int, str]]:
    """Which obligations these messages name: (id, key)."""
    named = select(ReminderDelivery.reminder_id, ReminderDelivery.key)
    rows = await tx.execute(named.where(ReminderDelivery.key.in_(keys))) if keys else ()
    return {(number, key) for number, key in rows}


async def reopen(tx: Transaction, commune_id: int) -> None:
    """What is told by messages alone that fell unsent is due again (R21)."""
    await _judge(tx, Reminder.commune_id == commune_id, Reminder.state == "told")


async def refused(tx: Transaction, keys: Collection[str]) -> None:
    """These messages were refused for certain: what nobody else was told of is lost (R13)."""
    if not keys:
        return
    named = select(ReminderDelivery.reminder_id).where(ReminderDelivery.key.in_(keys))
    await _judge(tx, Reminder.id.in_(named), Reminder.state.in_(("due", "told")))


async def _judge(tx: Transaction, *which: ColumnElement[bool]) -> None:
    """Settle obligations anew of whose messages nothing arrived."""
    # Asked of each of them: as a list of all that ever fell it would be read out of the whole
    # outbox, 85 % of the time that sending to 100,000 takes.
    told = aliased(ReminderDelivery)
    fell = (
        select(told.reminder_id)
        .join(OutboxRow, OutboxRow.key == told.key)
        .where(told.reminder_id == Reminder.id, _NOTHING_CAME)
        .correlate(Reminder)
    )
    named = (
        select(ReminderDelivery.reminder_id, ReminderDelivery.key)
        .join(Reminder, Reminder.id == ReminderDelivery.reminder_id)
        .where(*which, fell.exists())
    )
    keys: dict[int, set[str]] = {}
    for number, key in await tx.execute(named):
        keys.setdefault(number, set()).add(key)
    persons = select(OutboxRow.person_id).where(OutboxRow.key.in_(set().union(*keys.values())))
    fallen = await _fallen(tx, OutboxRow.person_id.in_(persons)) if keys else {}
    for number, theirs in keys.items():
        if theirs <= fallen.keys():
            ends = set[str]().union(*(fallen[key] for key in theirs))
            await tx.execute(
                update(Reminder).where(Reminder.id == number).values(state=_state_after(ends))
            )


def _state_after(ends: Collection[str]) -> str:
    """Due again, but for what was refused, and what an officer holds back: that is over."""
    if HELD_BACK in ends:
        return "dropped"
    return "lost" if set(ends) == {"failed"} else "due"


async def _fallen(tx: Transaction, *whose: ColumnElement[bool]) -> dict[str, set[str]]:
    """Reminders of which nothing came through any account, nor will: key -> how each ended.

    That is the state of its row; of one that was taken back, why.
    """
    end = case((OutboxRow.state == "superseded", OutboxRow.reason), else_=OutboxRow.state)
    statement = (
        select(OutboxRow.key, end, _NOTHING_CAME)
        .join(Person, Person.id == OutboxRow.person_id)
        .where(OutboxRow.kind == "reminder", *whose)
    )
    found: dict[str, set[str]] = {}
    came: set[str] = set()
    for full_key, ended, is_nothing in await tx.execute(statement):
        key = (full_key or "").partition(">")[0]
        found.setdefault(key, set()).add(ended)
        if not is_nothing:
            came.add(key)
    return {key: ends for key, ends in found.items() if key not in came}


# --- what was done -------------------------------------------------------------------------------

_COUNTS: Final = Reminder.state.in_(("due", "told"))


async def of(tx: Transaction, commune_id: int, about: str) -> Mapping[int, Reminded]:
    """Unit id -> how often it was reminded, for those that were."""
    statement = (
        select(Reminder.unit_id, func.count(), func.max(Reminder.made_at))
        .where(Reminder.commune_id == commune_id, Reminder.about == about, _COUNTS)
        .group_by(Reminder.unit_id)
    )
    return {unit: Reminded(times, last) for unit, times, last in await tx.execute(statement)}


async def at_stage(tx: Transaction, commune_id: int, about: str, stage: str) -> set[int]:
    """Ids of the units that were reminded at this stage."""
    statement = select(Reminder.unit_id).where(
        Reminder.commune_id == commune_id, Reminder.about == about, Reminder.stage == stage, _COUNTS
    )
    return set((await tx.execute(statement)).scalars())


async def by_hand(
    tx: Transaction, commune_id: int, *, since: datetime, now: datetime
) -> Mapping[tuple[int, str], datetime]:
    """(unit id, what is due) -> when an officer last reminded of it between the two moments."""
    statement = (
        select(Reminder.unit_id, Reminder.about, func.max(Reminder.made_at))
        .where(Reminder.commune_id == commune_id, _IS_ASKED, _COUNTS)
        .where(Reminder.made_at.between(since, now))
        .group_by(Reminder.unit_id, Reminder.about)
    )
    return {(unit, about): at for unit, about, at in await tx.execute(statement)}
