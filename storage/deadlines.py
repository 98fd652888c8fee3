"""Deadlines that officers set, and what units have done of those that are no report.

Who may do what is the caller's to decide; every question names the commune (T13). Times are the
domain's clock, days are local.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, insert, select, update

from storage.database import Transaction, upsert
from storage.tables import Deadline, DeadlineUnit, Json, Unit

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewDeadline:
    commune_id: int
    kind: str
    period: str
    title: str
    whom: str
    """A group; "" = `units`."""
    due_on: date
    """The last local day on time."""
    before: tuple[int, ...] = ()
    """On how many days before it to remind; () = as usual."""


@dataclass(frozen=True, slots=True)
class DeadlineInfo(NewDeadline):
    id: int = 0
    made_at: datetime | None = None

    @property
    def about(self) -> str:
        """As of a reminder: "report:2026", "own:3"."""
        return f"{self.kind}:{self.id if self.kind == 'own' else self.period}"


class Done(NamedTuple):
    """A unit that is named, or has done it."""

    at: datetime | None
    by: int | None


_COLUMNS: Final = ("commune_id", "kind", "period", "title", "whom", "due_on")
_INFO: Final = (
    *(getattr(Deadline, column) for column in _COLUMNS),
    *(Deadline.rungs, Deadline.id, Deadline.made_at),
)
_STANDS: Final = Deadline.ended_at.is_(None)


def _info(row: Row[Any]) -> DeadlineInfo:
    rungs, number, made_at = row[len(_COLUMNS) :]
    named = dict(zip(_COLUMNS, row, strict=False))
    return DeadlineInfo(**named, before=tuple(rungs.get("before", ())), id=number, made_at=made_at)


def _rungs(before: Sequence[int]) -> Json:
    return {"before": list(before)} if before else {}


async def hold(tx: Transaction, commune_id: int) -> None:
    """Nobody else sets deadlines of this commune until we commit (T19); SQLite has us alone."""
    held = select(Unit.id).where(Unit.id == commune_id)
    await tx.execute(held.with_for_update(key_share=True))


async def add(
    tx: Transaction, new: NewDeadline, *, units: Collection[int], by: int, now: datetime
) -> int:
    """Write one and the units it names; its id."""
    values = {column: getattr(new, column) for column in _COLUMNS}
    values["rungs"] = _rungs(new.before)
    statement = upsert(tx, Deadline).values(**values, made_by=by, made_at=now)
    number = int(await tx.scalar(statement.returning(Deadline.id)))
    if units:
        rows = [{"deadline_id": number, "unit_id": unit} for unit in sorted(units)]
        await tx.execute(insert(DeadlineUnit), rows)
    return number


async def change(tx: Transaction, number: int, *, due_on: date, before: Sequence[int]) -> bool:
    """Another day or other rungs; False if it has ended."""
    statement = update(Deadline).where(Deadline.id == number, _STANDS)
    statement = statement.values(due_on=due_on, rungs=_rungs(before))
    return await tx.scalar(statement.returning(Deadline.id)) is not None


async def end(tx: Transaction, number: int, *, by: int, now: datetime) -> bool:
    """True for the one call that ended it."""
    statement = update(Deadline).where(Deadline.id == number, _STANDS)
    statement = statement.values(ended_by=by, ended_at=now)
    return await tx.scalar(statement.returning(Deadline.id)) is not None


async def find(tx: Transaction, number: int, communes: Collection[int]) -> DeadlineInfo | None:
    """One that stands in these communes; None for any other, as if it were not there (T13)."""
    statement = select(*_INFO).where(
        Deadline.id == number, Deadline.commune_id.in_(communes), _STANDS
    )
    row = (await tx.execute(statement)).first()
    return _info(row) if row else None


async def standing(
    tx: Transaction, commune_id: int, *, kinds: Collection[str] = ()
) -> list[DeadlineInfo]:
    """All that stand, the nearest day first."""
    statement = select(*_INFO).where(Deadline.commune_id == commune_id, _STANDS)
    if kinds:
        statement = statement.where(Deadline.kind.in_(kinds))
    rows = await tx.execute(statement.order_by(Deadline.due_on, Deadline.id))
    return [_info(row) for row in rows]


async def of(tx: Transaction, commune_id: int, kind: str, period: str) -> DeadlineInfo | None:
    """The one that stands for a period."""
    found = await standing(tx, commune_id, kinds=(kind,))
    return next((one for one in found if one.period == period), None)


# --- what units have done ------------------------------------------------------------------------


async def units_of(tx: Transaction, number: int) -> Mapping[int, Done]:
    """Unit id -> whether it was done, of those that are named or have done it."""
    statement = select(DeadlineUnit.unit_id, DeadlineUnit.done_at, DeadlineUnit.done_by)
    rows = await tx.execute(statement.where(DeadlineUnit.deadline_id == number))
    return {unit: Done(at, by) for unit, at, by in rows}


async def set_done(tx: Transaction, number: int, unit_id: int, *, by: int, now: datetime) -> bool:
    """Note that a unit has done it; True for the first who does."""
    key = {"deadline_id": number, "unit_id": unit_id}
    await tx.execute(upsert(tx, DeadlineUnit).values(key).on_conflict_do_nothing())
    statement = update(DeadlineUnit).where(
        DeadlineUnit.deadline_id == number,
        DeadlineUnit.unit_id == unit_id,
        DeadlineUnit.done_at.is_(None),
    )
    first = statement.values(done_by=by, done_at=now).returning(DeadlineUnit.unit_id)
    return await tx.scalar(first) is not None


async def take_back(tx: Transaction, number: int, unit_id: int) -> bool:
    """It was not done after all; False if that was known."""
    statement = update(DeadlineUnit).where(
        DeadlineUnit.deadline_id == number,
        DeadlineUnit.unit_id == unit_id,
        DeadlineUnit.done_at.is_not(None),
    )
    open_again = statement.values(done_by=None, done_at=None).returning(DeadlineUnit.unit_id)
    return await tx.scalar(open_again) is not None


# --- over the settings of the commune ------------------------------------------------------------


def laid_over(settings: Json, reports: Mapping[str, date]) -> Json:
    """The commune's settings with the days that officers set: period -> last day on time.

    Settings say *before* which day; the one of a single year stands beside the yearly day.
    """
    if not reports:
        return settings
    days = dict(settings.get("deadlines") or {})
    years = dict(days.get("years") or {})
    for period, due_on in reports.items():
        occasion = period.rpartition("_")[0]
        (days if occasion else years)[occasion or period] = (due_on + _ONE_DAY).isoformat()
    return {**settings, "deadlines": {**days, "years": years}}
