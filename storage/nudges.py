"""Who wants to be told of the next lesson, and when; whoever is told is read again (R17).

A wish is of the person who said it. A human's is the newest of all linked persons, so that linking
joins and unlinking parts again without rewriting a row (design §5).
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.linking import canonical, has_account, is_same
from storage.outbox import IS_QUEUED
from storage.tables import (
    Account,
    Consent,
    LessonProgress,
    NudgeWish,
    OutboxRow,
    Person,
)

PURPOSE: Final = "nudges"
PREFIX: Final = "learn:"
"""What the key of such a message begins with."""
_AGAIN: Final = ":2"
RESTS: Final = timedelta(days=2)
"""Whoever learned so lately is left in peace."""
_A_WEEK: Final = timedelta(days=7)


class Wish(NamedTuple):
    weekday: int
    """0 = Monday."""
    at: str
    """Local: "19:00"."""
    not_until: date | None = None


class Slot(NamedTuple):
    """A stretch of one evening, and whose weekday it serves."""

    day: date
    """The local day that was wished for."""
    after: str
    """Local: "18:30"; wishes later than this …"""
    until: str
    """… up to this."""


class Learner(NamedTuple):
    """One human (the canonical person) who may be told now."""

    person_id: int
    wish: Wish


def key_of(day: date, person_id: int) -> str:
    """One message for each human and ISO week, whoever queues it."""
    return f"{PREFIX}{person_id}{_suffix(day)}"


async def keys_of(tx: Transaction, day: date, persons: Collection[int]) -> dict[int, str]:
    """Person -> key of this week's message; another one where the first was taken back unsent.

    One that another process queued since the caller looked keeps its key: the two are one (R15).
    """
    first = {person: key_of(day, person) for person in persons}
    there = select(OutboxRow.key).where(OutboxRow.key.in_(first.values()))
    there = there.where(OutboxRow.state == "superseded")
    used = set((await tx.execute(there)).scalars()) if first else set()
    return {person: f"{key}{_AGAIN}" if key in used else key for person, key in first.items()}


def _suffix(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f":{year}-W{week:02}"


# --- what was wished -----------------------------------------------------------------------------


async def wish_of(tx: Transaction, canonical_id: int) -> Wish | None:
    """The newest wish of this human that has not ended."""
    statement = (
        select(NudgeWish.weekday, NudgeWish.at, NudgeWish.not_until)
        .join(Person, Person.id == NudgeWish.person_id)
        .where(is_same(Person, canonical_id), NudgeWish.weekday.is_not(None))
        .order_by(NudgeWish.said_at.desc(), NudgeWish.person_id)
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return Wish(row[0] or 0, row[1], row[2]) if row else None


async def was_asked(tx: Transaction, canonical_id: int) -> bool:
    """Whether this human was ever asked, on whichever app: nobody is asked twice (U11)."""
    statement = (
        select(NudgeWish.person_id)
        .join(Person, Person.id == NudgeWish.person_id)
        .where(is_same(Person, canonical_id))
        .limit(1)
    )
    return await tx.scalar(statement) is not None


async def note_asked(tx: Transaction, person_id: int, *, now: datetime) -> None:
    row = {"person_id": person_id, "weekday": None, "at": "", "said_at": now}
    await tx.execute(upsert(tx, NudgeWish).values(row).on_conflict_do_nothing())


async def keep(tx: Transaction, person_id: int, wish: Wish, *, now: datetime) -> None:
    """Write what this person wishes from now on."""
    said = {**wish._asdict(), "said_at": now}
    statement = upsert(tx, NudgeWish).values(person_id=person_id, **said)
    await tx.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=said))


async def put_off(tx: Transaction, canonical_id: int, *, until: date) -> None:
    await tx.execute(update(NudgeWish).where(_is_of(canonical_id)).values(not_until=until))


async def end(tx: Transaction, canonical_id: int, *, now: datetime) -> None:
    """This human wants no more of it: what waits is not sent (U11, P4)."""
    nothing = {"weekday": None, "at": "", "not_until": None}
    await tx.execute(update(NudgeWish).where(_is_of(canonical_id)).values(**nothing))
    persons = select(Person.id).where(is_same(Person, canonical_id))
    await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.person_id.in_(persons), OutboxRow.key.startswith(PREFIX), IS_QUEUED)
        .values(state="cancelled", reason="not wanted", settled_at=now)
    )


def _is_of(canonical_id: int) -> ColumnElement[bool]:
    return NudgeWish.person_id.in_(select(Person.id).where(is_same(Person, canonical_id)))


# --- who is told ---------------------------------------------------------------------------------

_HUMAN: Final = aliased(Person)
_WISHED: Final = aliased(Person)


async def due(
    tx: Transaction, slot: Slot, *, now: datetime, today: date, beyond: int, limit: int
) -> list[Learner]:
    """Whoever wished for this moment and may be told, not yet this week; ids greater than `beyond`.

    `now`, `today`: the domain's clock. Whoever was told something else is for the caller to know.
    """
    statement = (
        _may_be_told(now, today)
        .where(NudgeWish.weekday == slot.day.weekday())
        .where(NudgeWish.at > slot.after, NudgeWish.at <= slot.until)
        .where(~_was_told(slot.day), _HUMAN.id > beyond)
        .order_by(_HUMAN.id)
        .limit(limit)
    )
    return [_learner(row) for row in await tx.execute(statement)]


async def still(
    tx: Transaction, humans: Collection[int], *, now: datetime, today: date
) -> dict[int, Learner]:
    """Those of `humans` who want it and may be told, by canonical id."""
    theirs = or_(Person.id.in_(humans), Person.canonical_id.in_(humans))
    wishes = NudgeWish.person_id.in_(
        select(Person.id).where(theirs)
    )  # not all there are, each time
    statement = _may_be_told(now, today).where(wishes, _HUMAN.id.in_(humans))
    return {row[0]: _learner(row) for row in await tx.execute(statement)}


def _learner(row: Any) -> Learner:
    return Learner(row[0], Wish(*row[1:]))


def _may_be_told(now: datetime, today: date) -> Select[int, int | None, str, date | None]:
    """Agreed, reachable, in no peace of their own: muted, locked, put off, or just learned.

    Whoever muted one app is left in peace on the other.
    """
    rests = NudgeWish.not_until > today
    # A day farther away was written before the demo's date was put back.
    rests &= NudgeWish.not_until <= today + _A_WEEK
    return (
        select(_HUMAN.id, NudgeWish.weekday, NudgeWish.at, NudgeWish.not_until)
        .select_from(NudgeWish)
        .join(_WISHED, _WISHED.id == NudgeWish.person_id)
        .join(_HUMAN, _HUMAN.id == canonical(_WISHED))
        .where(NudgeWish.weekday.is_not(None), _HUMAN.erased_at.is_(None), _is_newest())
        .where(NudgeWish.not_until.is_(None) | ~rests)
        .where(_agreed(), ~_learned(now))
        .where(has_account(_HUMAN, Account.state == "active", Account.chat != ""))
        .where(~has_account(_HUMAN, Account.muted_at.is_not(None) | (Account.state == "suspended")))
    )


def _is_newest() -> ColumnElement[bool]:
    """Of several wishes of one human the one that was said last."""
    other, whose = aliased(NudgeWish), aliased(Person)
    is_newer = (other.said_at > NudgeWish.said_at) | and_(
        other.said_at == NudgeWish.said_at, other.person_id < NudgeWish.person_id
    )
    newer = exists().where(other.person_id == whose.id, is_same(whose, _HUMAN.id))
    return ~newer.where(other.weekday.is_not(None), is_newer).correlate(_HUMAN, NudgeWish)


def _agreed() -> ColumnElement[bool]:
    whose = aliased(Person)
    return (
        exists()
        .where(is_same(whose, _HUMAN.id), Consent.person_id == whose.id)
        .where(Consent.purpose == PURPOSE, Consent.withdrawn_at.is_(None))
        .correlate(_HUMAN)
    )


def _learned(now: datetime) -> ColumnElement[bool]:
    """Within two days; what lies ahead of us longer was before the demo's date was put back."""
    whose = aliased(Person)
    return (
        exists()
        .where(is_same(whose, _HUMAN.id), LessonProgress.person_id == whose.id)
        .where(LessonProgress.updated_at.between(now - RESTS, now + RESTS))
        .correlate(_HUMAN)
    )


def _was_told(day: date) -> ColumnElement[bool]:
    """In this week, through any of the linked persons; what was taken back once is tried again."""
    linked = aliased(Person)
    key = literal(PREFIX) + cast(linked.id, String) + literal(_suffix(day))
    is_first = (OutboxRow.key == key) & (OutboxRow.state != "superseded")
    is_second = OutboxRow.key == key + literal(_AGAIN)
    return exists().where(is_same(linked, _HUMAN.id), is_first | is_second).correlate(_HUMAN)
