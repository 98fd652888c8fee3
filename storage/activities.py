"""What is done together and recorded: each activity once, whoever of its units tells of it.

Dates are local days; times are the domain's clock. Who may see or change what is the caller's to
decide: every list is asked for by the ids of units (T13).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.tables import Activity, ActivityUnit, Attendance, Flag, Person, Unit


@dataclass(frozen=True, slots=True)
class NewActivity:
    """What is to be recorded; `units` begins with the one that held it first of all."""

    commune_id: int
    units: tuple[int, ...]
    kind: str
    held_on: date
    heads: int | None
    """People counted by hand, all sessions together; None = "chưa nắm được"."""
    is_about: bool = False
    sessions: int = 1
    households: int | None = None
    topics: tuple[str, ...] = ()
    contents: tuple[str, ...] = ("ND-5",)
    place: str = ""
    led_by: str = ""


@dataclass(frozen=True, slots=True)
class ActivityInfo:
    id: int
    commune_id: int
    unit_id: int
    """Who held it first of all; one of `units`."""
    units: frozenset[int]
    state: str
    source: str
    kind: str
    held_on: date
    sessions: int
    heads: int | None
    is_about: bool
    households: int | None
    joined: int
    """Different people who joined by the code, those erased since among them."""
    topics: tuple[str, ...]
    contents: tuple[str, ...]
    lesson_id: str | None
    place: str
    led_by: str
    code: str | None
    evidence_id: int | None
    recorded_by: int | None
    created_at: datetime
    closed_at: datetime | None
    version: int

    @property
    def people(self) -> int | None:
        """Lượt dự: counted by hand and joined; None = nobody knows and nobody joined."""
        if self.heads is None:
            return self.joined or None
        return self.heads + self.joined


def joined() -> Any:
    """How many different people joined an activity by its code, as a column of `activities`."""
    there = aliased(Person)
    human = func.coalesce(there.canonical_id, there.id)
    found = (
        select(func.count(human.distinct()))
        .select_from(Attendance)
        .join(there, there.id == Attendance.person_id)
        .where(Attendance.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    return found + Activity.nameless


_COLUMNS: Final = (
    Activity.id,
    Activity.commune_id,
    Activity.unit_id,
    Activity.state,
    Activity.source,
    Activity.kind,
    Activity.held_on,
    Activity.sessions,
    Activity.heads,
    Activity.is_about,
    Activity.households,
    Activity.topics,
    Activity.contents,
    Activity.lesson_id,
    Activity.place,
    Activity.led_by,
    Activity.code,
    Activity.evidence_id,
    Activity.recorded_by,
    Activity.created_at,
    Activity.closed_at,
    Activity.version,
)


def _chosen() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS, joined().label("joined"))


async def _infos(tx: Transaction, statement: Select[*tuple[Any, ...]]) -> list[ActivityInfo]:
    rows = (await tx.execute(statement)).mappings().all()
    units = await _units(tx, [row["id"] for row in rows])
    return [_info(row, units.get(row["id"], ())) for row in rows]


def _info(row: Mapping[Any, Any], units: Collection[int]) -> ActivityInfo:
    plain = dict(row)
    for name in ("topics", "contents"):
        plain[name] = tuple(word for word in plain[name].split(",") if word)
    return ActivityInfo(**plain, units=frozenset(units))


async def _units(tx: Transaction, ids: Collection[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    statement = select(ActivityUnit.activity_id, ActivityUnit.unit_id)
    for activity, unit in await tx.execute(statement.where(ActivityUnit.activity_id.in_(ids))):
        found.setdefault(activity, []).append(unit)
    return found


# --- recording -----------------------------------------------------------------------------------


async def add(tx: Transaction, new: NewActivity, *, by: int, role: str, now: datetime) -> int:
    """Record it; its id."""
    values = _values(new) | {
        "commune_id": new.commune_id,
        "state": "recorded",
        "source": "told",
        "nameless": 0,
        "recorded_by": by,
        "recorded_as": role,
        "created_at": now,
        "closed_at": now,
    }
    added = await tx.execute(insert(Activity).values(**values).returning(Activity.id))
    number = int(added.scalar_one())
    await _write_units(tx, number, new.units)
    return number


def _values(new: NewActivity) -> dict[str, Any]:
    return {
        "unit_id": new.units[0],
        "kind": new.kind,
        "held_on": new.held_on,
        "sessions": new.sessions,
        "heads": new.heads,
        "is_about": new.is_about,
        "households": new.households,
        "topics": ",".join(new.topics),
        "contents": ",".join(new.contents),
        "place": new.place,
        "led_by": new.led_by,
    }


async def _write_units(tx: Transaction, number: int, units: Sequence[int]) -> None:
    await tx.execute(delete(ActivityUnit).where(ActivityUnit.activity_id == number))
    rows = [{"activity_id": number, "unit_id": unit} for unit in dict.fromkeys(units)]
    await tx.execute(insert(ActivityUnit), rows)


async def change(tx: Transaction, number: int, new: NewActivity, *, version: int) -> bool:
    """Write it anew; False if it was changed or undone since `version` was shown (T42)."""
    changed = await tx.scalar(
        update(Activity)
        .where(Activity.id == number, Activity.version == version, Activity.state == "recorded")
        .values(**_values(new), version=version + 1)
        .returning(Activity.id)
    )
    if changed is None:
        return False
    await _write_units(tx, number, new.units)
    return True


async def undo(tx: Transaction, number: int, *, by: int, now: datetime) -> bool:
    """Take it back: it counts nowhere, and stays as it was written. False if it was already."""
    undone = await tx.scalar(
        update(Activity)
        .where(Activity.id == number, Activity.state != "undone")
        .values(
            state="undone",
            undone_at=now,
            undone_by=by,
            evidence_id=None,  # names and signatures of what counts nowhere (P1)
            version=Activity.version + 1,
        )
        .returning(Activity.id)
    )
    return undone is not None


async def add_unit(tx: Transaction, number: int, unit_id: int) -> None:
    """One more unit took part in the same activity: it still counts once."""
    row = upsert(tx, ActivityUnit).values(activity_id=number, unit_id=unit_id)
    await tx.execute(row.on_conflict_do_nothing())


async def attach(tx: Transaction, number: int, *, file_id: int) -> None:
    """The sign-in sheet's picture, as evidence."""
    await tx.execute(update(Activity).where(Activity.id == number).values(evidence_id=file_id))


# --- reading -------------------------------------------------------------------------------------


async def find(
    tx: Transaction, number: int, *, units: Collection[int] | None, communes: Collection[int]
) -> ActivityInfo | None:
    """The activity if one of these units took part in it (None = any of these communes) (T13)."""
    statement = _chosen().where(Activity.id == number, Activity.commune_id.in_(communes))
    if units is not None:
        statement = statement.where(_with(units))
    found = await _infos(tx, statement)
    return found[0] if found else None


def _with(units: Collection[int]) -> Any:
    mine = select(ActivityUnit.activity_id).where(ActivityUnit.unit_id.in_(units))
    return Activity.id.in_(mine)


async def of_units(
    tx: Transaction, units: Collection[int], *, limit: int, skip: int = 0
) -> list[ActivityInfo]:
    """What these units did, newest first."""
    statement = _chosen().where(_with(units), Activity.state == "recorded")
    newest_first = (Activity.held_on.desc(), Activity.id.desc())
    return await _infos(tx, statement.order_by(*newest_first).limit(limit).offset(skip))


async def of_communes(
    tx: Transaction, communes: Collection[int], *, limit: int, skip: int = 0
) -> list[ActivityInfo]:
    """What any unit of these communes did, newest first."""
    recorded = Activity.state == "recorded"
    statement = _chosen().where(Activity.commune_id.in_(communes), recorded)
    newest_first = (Activity.held_on.desc(), Activity.id.desc())
    return await _infos(tx, statement.order_by(*newest_first).limit(limit).offset(skip))


async def commune_of(tx: Transaction, unit_id: int) -> int | None:
    return await tx.scalar(select(Unit.commune_id).where(Unit.id == unit_id))


async def hold(tx: Transaction, units: Collection[int]) -> None:
    """Nobody else records for these units until we commit (T19); SQLite has us alone."""
    rows = select(Unit.id).where(Unit.id.in_(units)).order_by(Unit.id)
    await tx.execute(rows.with_for_update())


async def on_day(tx: Transaction, units: Collection[int], day: date) -> list[ActivityInfo]:
    """What any of these units did on a day: perhaps the very thing that is told again."""
    statement = _chosen().where(
        Activity.held_on == day, _with(units), Activity.state.in_(("open", "recorded"))
    )
    return await _infos(tx, statement.order_by(Activity.id))


# --- the end of a person (P5) --------------------------------------------------------------------


async def forget(tx: Transaction, persons: Collection[int]) -> None:
    """Attendances of one human become heads without a name: sums stay as they were (P5)."""
    there = Attendance.person_id.in_(persons)
    theirs = (await tx.execute(select(Attendance.activity_id).where(there).distinct())).scalars()
    if ids := list(theirs):
        nameless = {"nameless": Activity.nameless + 1}
        await tx.execute(update(Activity).where(Activity.id.in_(ids)).values(nameless))
        await tx.execute(delete(Attendance).where(there))


# --- what a person should look at (T44) ----------------------------------------------------------


async def flag(tx: Transaction, number: int, kind: str, *, now: datetime) -> bool:
    """Mark it once for each kind; False if it was."""
    row = upsert(tx, Flag).values(activity_id=number, kind=kind, created_at=now)
    marked = row.on_conflict_do_nothing().returning(Flag.id)
    return await tx.scalar(marked) is not None


async def flagged(
    tx: Transaction, communes: Collection[int], *, limit: int
) -> list[tuple[int, str, ActivityInfo]]:
    """(flag's id, its kind, the activity) of what nobody has looked at, oldest first."""
    statement = (
        select(Flag.id, Flag.kind, Flag.activity_id)
        .join(Activity, Activity.id == Flag.activity_id)
        .where(Flag.seen_at.is_(None), Activity.commune_id.in_(communes))
        .where(Activity.state != "undone")
        .order_by(Flag.id)
        .limit(limit)
    )
    rows = (await tx.execute(statement)).all()
    infos = await _infos(tx, _chosen().where(Activity.id.in_({row[2] for row in rows})))
    by_id = {info.id: info for info in infos}
    return [(row[0], row[1], by_id[row[2]]) for row in rows]


async def looked_at(
    tx: Transaction, flag_id: int, communes: Collection[int], *, by: int, now: datetime
) -> bool:
    """Somebody has looked; the activity stays as it is."""
    theirs = select(Activity.id).where(Activity.commune_id.in_(communes)).scalar_subquery()
    seen = await tx.scalar(
        update(Flag)
        .where(Flag.id == flag_id, Flag.seen_at.is_(None), Flag.activity_id.in_(theirs))
        .values(seen_by=by, seen_at=now)
        .returning(Flag.id)
    )
    return seen is not None
