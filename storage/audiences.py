"""Which humans a broadcast is for, as roles and consents are at this moment (R17, P3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from storage.database import Transaction, long
from storage.linking import canonical, hamlet_of, has_account, is_same
from storage.lists import within
from storage.news import COVERS_BROADCASTS, PURPOSE
from storage.outbox import is_of_the_day
from storage.people import holds_now
from storage.tables import Account, Consent, LessonProgress, OutboxRow, Person, Role
from storage.tables import Unit as UnitRow

REPORTS: Final = ("head", "reporter")


@dataclass(frozen=True, slots=True)
class Asked:
    """A set of people, in ids that were checked to be the commune's; the union of its parts."""

    commune_id: int
    residents: tuple[int, ...] = ()
    """Hamlets: who lives there."""
    units: tuple[int, ...] = ()
    """Whoever holds a role of these units."""
    reporters: tuple[int, ...] = ()
    """Whoever reports for these units."""
    roles: tuple[str, ...] = ()
    """Whoever holds one of these in the commune."""
    lessons: tuple[str, ...] = ()
    """Whoever began one of these and lives in one of `homes`."""
    homes: tuple[int, ...] = ()


class Candidate(NamedTuple):
    """One human (the canonical person) of the set."""

    person_id: int
    may_be_told: bool
    """Agreed to news, or holds a role in the commune (P3)."""
    is_muted: bool
    is_locked: bool


_HUMAN: Final = aliased(Person)
_OTHER: Final = aliased(Person)


async def candidates(
    tx: Transaction, asked: Asked, *, among: Collection[int] | None = None
) -> list[Candidate]:
    """Everybody of the set, each human once, also those who may not or will not be told.

    `among`: only these canonical persons are looked at.
    """
    found: set[int] = set()
    for statement in _parts(asked, among):
        found |= {row[0] for row in await long(tx, statement)}
    if among is not None:
        found &= set(among)
    if not found:
        return []
    given = {"humans": sorted(found), "commune": asked.commune_id}
    rows = await long(tx, _STANDING.params(given))
    return [Candidate(row[0], bool(row[1]), bool(row[2]), bool(row[3])) for row in rows]


def _parts(asked: Asked, among: Collection[int] | None) -> Iterable[Select[int]]:
    if asked.residents:
        lives = select(_HUMAN.id).where(_HUMAN.canonical_id.is_(None), _HUMAN.erased_at.is_(None))
        lives = lives.where(hamlet_of(_HUMAN).in_(asked.residents))
        yield lives if among is None else lives.where(_HUMAN.id.in_(among))
    if asked.units or asked.reporters or asked.roles:
        holders = _holders(asked)
        yield holders if among is None else holders.where(canonical(Person).in_(among))
    if asked.lessons:
        yield _learners(asked, among)


def _holders(asked: Asked) -> Select[int]:
    wanted = or_(
        Role.unit_id.in_(asked.units),
        Role.unit_id.in_(asked.reporters) & Role.role.in_(REPORTS),
        Role.role.in_(asked.roles),
    )
    return (
        select(canonical(Person))
        .join(Role, Role.person_id == Person.id)
        .join(UnitRow, UnitRow.id == Role.unit_id)
        .where(holds_now(), func.coalesce(UnitRow.commune_id, UnitRow.id) == asked.commune_id)
        .where(wanted)
        .distinct()
    )


def _learners(asked: Asked, among: Collection[int] | None) -> Select[int]:
    learner = aliased(Person)
    began = (
        select(canonical(learner))
        .join(LessonProgress, LessonProgress.person_id == learner.id)
        .where(LessonProgress.lesson_id.in_(asked.lessons))
    )
    if among is not None:
        began = began.where(or_(learner.id.in_(among), learner.canonical_id.in_(among)))
    return select(_HUMAN.id).where(
        _HUMAN.id.in_(began), _HUMAN.erased_at.is_(None), hamlet_of(_HUMAN).in_(asked.homes)
    )


def _agreed() -> ColumnElement[bool]:
    return (
        exists()
        .where(is_same(_OTHER, _HUMAN.id), Consent.person_id == _OTHER.id)
        .where(Consent.purpose == PURPOSE, Consent.withdrawn_at.is_(None))
        .where(Consent.version >= COVERS_BROADCASTS)
        .correlate(_HUMAN)
    )


def _works() -> ColumnElement[bool]:
    return (
        exists()
        .where(is_same(_OTHER, _HUMAN.id), Role.person_id == _OTHER.id, holds_now())
        .where(UnitRow.id == Role.unit_id)
        .where(func.coalesce(UnitRow.commune_id, UnitRow.id) == bindparam("commune"))
        .correlate(_HUMAN)
    )


_STANDING: Final = (
    select(
        _HUMAN.id,
        or_(_agreed(), _works()),
        has_account(_HUMAN, Account.muted_at.is_not(None)),
        has_account(_HUMAN, Account.state == "suspended"),
    )
    .where(within(_HUMAN.id, "humans"), _HUMAN.erased_at.is_(None))
    .order_by(_HUMAN.id)
)


_WHO: Final = select(Person.id, canonical(Person)).where(
    within(Person.id, "persons"), Person.erased_at.is_(None)
)


async def humans_of(tx: Transaction, persons: Collection[int]) -> dict[int, int]:
    """Person -> the canonical person now; who was erased is missing."""
    return dict((await tx.execute(_WHO, {"persons": list(persons)})).all())


_SINCE: Final = bindparam("since", type_=OutboxRow.created_at.type)
_IS_THEIRS: Final = or_(within(_OTHER.id, "humans"), within(_OTHER.canonical_id, "humans"))
_TOLD: Final = (
    select(canonical(_OTHER))
    .join(OutboxRow, OutboxRow.person_id == _OTHER.id)
    .where(_IS_THEIRS, is_of_the_day(_SINCE))
    .distinct()
)
_HEARD: Final = (
    select(canonical(_OTHER), OutboxRow.key)
    .join(OutboxRow, OutboxRow.person_id == _OTHER.id)
    .where(_IS_THEIRS, is_of_the_day(_SINCE), OutboxRow.state.not_in(("queued", "retry_wait")))
)


async def heard_since(
    tx: Transaction, humans: Collection[int], *, since: datetime
) -> dict[int, set[str]]:
    """Canonical person -> keys of what went to this human unasked since then, or goes right now.

    What merely waits is not counted: two that wait would put each other off for ever.
    """
    found: dict[int, set[str]] = {}
    for human, key in await tx.execute(_HEARD, {"humans": list(humans), "since": since}):
        found.setdefault(human, set()).add((key or "").partition(">")[0])
    return found


async def told_since(tx: Transaction, humans: Collection[int], *, since: datetime) -> set[int]:
    """Those who were, or are about to be, told something unasked since then (wall clock; U11)."""
    rows = await tx.execute(_TOLD, {"humans": list(humans), "since": since})
    return set(rows.scalars())
