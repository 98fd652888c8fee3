"""Sessions that people join by a code (/buoihoc): open, joined, counted by hand, closed.

A session is an activity in the state "open"; what becomes of it is in `storage.activities`. Who may
do what is the caller's to decide.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, or_, select, update

from storage import activities
from storage.database import Transaction, upsert
from storage.linking import canonical, is_same
from storage.tables import Activity, ActivityUnit, AnswerRow, Attempt, Attendance, Person

JOINABLE: Final = timedelta(hours=6)
"""How long after its opening a session takes people in."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is to be opened; `units` begins with the one that holds it."""

    commune_id: int
    units: tuple[int, ...]
    held_on: date
    lesson_id: str | None
    contents: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Live:
    """A session that takes people in now."""

    id: int
    unit_id: int
    lesson_id: str | None


class Joined(Enum):
    NOW = "now"
    BEFORE = "before"
    CLOSED = "closed"


# --- opening -------------------------------------------------------------------------------------


async def open_one(
    tx: Transaction, new: NewSession, *, code: str, by: int, role: str, now: datetime
) -> int | None:
    """Open it under this code; its id, None if another open session has the code."""
    row = upsert(tx, Activity).values(
        commune_id=new.commune_id,
        unit_id=new.units[0],
        state="open",
        source="session",
        kind="class",
        held_on=new.held_on,
        sessions=1,
        is_about=False,
        nameless=0,
        contents=",".join(new.contents),
        lesson_id=new.lesson_id,
        place=new.place,
        code=code,
        recorded_by=by,
        recorded_as=role,
        created_at=now,
    )
    number = await tx.scalar(row.on_conflict_do_nothing().returning(Activity.id))
    if number is None:
        return None
    for unit in dict.fromkeys(new.units):
        await activities.add_unit(tx, number, unit)
    return int(number)


async def last_lesson(tx: Transaction, unit_id: int) -> str | None:
    """The lesson this unit learned together last."""
    statement = select(Activity.lesson_id).where(
        Activity.unit_id == unit_id,
        Activity.lesson_id.is_not(None),
        Activity.state != "undone",
    )
    found: str | None = await tx.scalar(statement.order_by(Activity.id.desc()).limit(1))
    return found


# --- joining -------------------------------------------------------------------------------------


_LIVE: Final = select(Activity.id, Activity.unit_id, Activity.lesson_id).where(
    Activity.code == bindparam("code"),
    Activity.state == "open",
    Activity.created_at >= bindparam("since"),
)


async def live(tx: Transaction, code: str, *, now: datetime) -> Live | None:
    """The session of this code; None if there is none, it is closed, or too long open (T03)."""
    row = (await tx.execute(_LIVE, {"code": code, "since": now - JOINABLE})).first()
    return Live(*row) if row else None


async def join(
    tx: Transaction,
    session_id: int,
    *,
    person_id: int,
    canonical_id: int,
    unit_id: int | None,
    now: datetime,
) -> Joined:
    """Take a human in, once over all linked persons; the caller holds the canonical person.

    `unit_id` is the hamlet of this moment; told right afterwards, it may be given again.
    """
    is_open = select(Activity.id).where(Activity.id == session_id, Activity.state == "open")
    if await tx.scalar(is_open.with_for_update(read=True)) is None:  # whoever closes it, waits
        return Joined.CLOSED
    here = Attendance.activity_id == session_id
    mine = select(Person.id).where(is_same(Person, canonical_id))
    known = update(Attendance).where(here, Attendance.person_id.in_(mine))
    placed = known.values(unit_id=func.coalesce(Attendance.unit_id, unit_id))
    if (await tx.execute(placed)).rowcount:
        return Joined.BEFORE
    row = {"activity_id": session_id, "person_id": person_id, "unit_id": unit_id, "at": now}
    await tx.execute(insert(Attendance).values(row))
    return Joined.NOW


_ATTENDING: Final = (
    select(Attendance.activity_id)
    .join(Person, Person.id == Attendance.person_id)
    .join(Activity, Activity.id == Attendance.activity_id)
    .where(
        is_same(Person, bindparam("canonical")),
        Activity.state == "open",
        Attendance.at >= bindparam("since"),
    )
    .order_by(Attendance.at.desc(), Attendance.activity_id.desc())
    .limit(1)
)


async def retire_codes(tx: Transaction, *, now: datetime) -> None:
    """Codes of sessions that nobody closed are free again; the sessions stay open to be closed."""
    old = (Activity.state == "open") & (Activity.created_at < now - JOINABLE)
    await tx.execute(update(Activity).where(old, Activity.code.is_not(None)).values(code=None))


async def attending(tx: Transaction, canonical_id: int, *, now: datetime) -> int | None:
    """The open session this human joined at most 6 hours ago: what is begun now belongs to it."""
    asked = {"canonical": canonical_id, "since": now - JOINABLE}
    found: int | None = await tx.scalar(_ATTENDING, asked)
    return found


# --- while it is open ----------------------------------------------------------------------------


async def open_ids(
    tx: Transaction, *, units: Collection[int], communes: Collection[int], limit: int
) -> list[int]:
    """Open sessions of these units, and all of these communes, newest first."""
    with_mine = select(ActivityUnit.activity_id).where(ActivityUnit.unit_id.in_(units))
    mine = or_(Activity.id.in_(with_mine), Activity.commune_id.in_(communes))
    statement = select(Activity.id).where(Activity.state == "open", mine)
    return list((await tx.execute(statement.order_by(Activity.id.desc()).limit(limit))).scalars())


_LEFT_OPEN: Final = (
    select(Activity.id)
    .join(Person, Person.id == Activity.recorded_by)
    .where(
        is_same(Person, bindparam("canonical")),
        Activity.state == "open",
        Activity.created_at < bindparam("since"),
    )
    .order_by(Activity.id)
    .limit(1)
)


async def left_open(tx: Transaction, canonical_id: int, *, now: datetime) -> int | None:
    """The oldest session this human opened, that takes nobody in any more and is not closed."""
    asked = {"canonical": canonical_id, "since": now - JOINABLE}
    found: int | None = await tx.scalar(_LEFT_OPEN, asked)
    return found


async def count(
    tx: Transaction, session_id: int, heads: int | None, *, is_about: bool, version: int
) -> bool:
    """Write how many were counted by hand; False if it was changed since `version` (T19)."""
    return await _change(tx, session_id, version, {"heads": heads, "is_about": is_about})


async def close(
    tx: Transaction, session_id: int, *, version: int, by: int, role: str, now: datetime
) -> bool:
    """Record it as it is; False if it was counted anew, closed or cancelled since (T19, T42).

    From here on it is the record of whoever closed it.
    """
    values = {"state": "recorded", "closed_at": now, "recorded_by": by, "recorded_as": role}
    return await _change(tx, session_id, version, values)


async def cancel(tx: Transaction, session_id: int, *, version: int, by: int, now: datetime) -> bool:
    """It counts nowhere; False if it was changed since `version`."""
    values = {"state": "undone", "undone_at": now, "undone_by": by}
    return await _change(tx, session_id, version, values)


async def _change(tx: Transaction, session_id: int, version: int, values: dict[str, Any]) -> bool:
    changed = await tx.scalar(
        update(Activity)
        .where(Activity.id == session_id, Activity.state == "open", Activity.version == version)
        .values(**values, version=version + 1)
        .returning(Activity.id)
    )
    return changed is not None


# --- what may be suspicious about it (T44) -------------------------------------------------------


_RECORDED: Final = (Activity.state == "recorded", Activity.source == "session")


async def heads_before(
    tx: Transaction, unit_id: int, *, besides: int, limit: int
) -> list[int | None]:
    """How many were counted by hand at this unit's last sessions, newest first."""
    statement = select(Activity.heads).where(
        *_RECORDED, Activity.unit_id == unit_id, Activity.id != besides
    )
    newest_first = (Activity.closed_at.desc(), Activity.id.desc())
    return list((await tx.execute(statement.order_by(*newest_first).limit(limit))).scalars())


async def closed_by(tx: Transaction, canonical_id: int, *, since: datetime, until: datetime) -> int:
    """How many sessions this human closed from `since` up to before `until`."""
    statement = (
        select(func.count())
        .select_from(Activity)
        .join(Person, Person.id == Activity.recorded_by)
        .where(*_RECORDED, is_same(Person, canonical_id))
        .where(Activity.closed_at >= since, Activity.closed_at < until)
    )
    return int(await tx.scalar(statement) or 0)


async def moments(tx: Transaction, session_id: int) -> list[tuple[datetime, Sequence[datetime]]]:
    """When each human joined, and when each of their answers at this session came."""
    human = canonical(Person)
    came = (
        select(human, func.min(Attendance.at))
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.activity_id == session_id)
        .group_by(human)
    )
    answered = (
        select(human, AnswerRow.at)
        .select_from(Attendance)
        .join(Person, Person.id == Attendance.person_id)
        .join(Attempt, Attempt.person_id == Attendance.person_id)
        .join(AnswerRow, AnswerRow.attempt_id == Attempt.id)
        .where(Attendance.activity_id == session_id, Attempt.activity_id == session_id)
        .order_by(AnswerRow.at)
    )
    answers: dict[int, list[datetime]] = {}
    for person, at in await tx.execute(answered):
        answers.setdefault(person, []).append(at)
    return [(at, answers.get(person, ())) for person, at in await tx.execute(came)]
