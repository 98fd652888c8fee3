"""The dated tree of units under a commune, its search names, denominators and settings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Date, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from storage import deadlines
from storage.database import Transaction, upsert
from storage.tables import CommuneSettings, Deadline, Headcount, Json, Unit, UnitAlias

HAMLET: Final = "xom"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """One line of an import; `parent` is a code, "" for the commune itself."""

    code: str
    name: str
    name_folded: str
    kind: str
    parent: str
    duty: str
    adults: int | None
    households: int | None
    aliases: Sequence[tuple[str, str]]
    """(alias, folded alias)"""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A unit as the conversations see it."""

    id: int
    code: str
    name: str
    kind: str
    duty: str
    commune_id: int
    aliases: tuple[str, ...] = ()
    parent: str = ""
    adults: int | None = None


async def hold_off(tx: Transaction) -> None:
    """Nobody else writes units until we commit; who began to, we wait for. SQLite has us alone."""
    if tx.dialect.name != "sqlite":
        await tx.exec_driver_sql("LOCK TABLE units IN SHARE ROW EXCLUSIVE MODE")


async def any_units(tx: Transaction) -> bool:
    return await tx.scalar(select(Unit.id).limit(1)) is not None


async def import_all(tx: Transaction, units: Sequence[NewUnit], *, on: date) -> None:
    """Write all units, new or known by code; parents first.

    Denominators count from `on`; the first ones known of a unit from the beginning of that year.
    """
    ids = dict((await tx.execute(select(Unit.code, Unit.id))).all())
    for unit in _parents_first(units):
        parent = ids.get(unit.parent)
        values = {
            "name": unit.name,
            "name_folded": unit.name_folded,
            "kind": unit.kind,
            "duty": unit.duty,
            "parent_id": parent,
            "commune_id": await _commune_of(tx, parent),
            "since": unit.since,
            "until": unit.until,
        }
        if unit.code in ids:
            await tx.execute(update(Unit).where(Unit.code == unit.code).values(values))
        else:
            new = upsert(tx, Unit).values(code=unit.code, **values).returning(Unit.id)
            ids[unit.code] = await tx.scalar(new)
        await _write_names_and_counts(tx, ids[unit.code], unit, on)


async def _commune_of(tx: Transaction, parent: int | None) -> int | None:
    if parent is None:
        return None
    statement = select(func.coalesce(Unit.commune_id, Unit.id)).where(Unit.id == parent)
    return await tx.scalar(statement)


async def _write_names_and_counts(tx: Transaction, unit_id: int, unit: NewUnit, on: date) -> None:
    await tx.execute(delete(UnitAlias).where(UnitAlias.unit_id == unit_id))
    for alias, folded in unit.aliases:
        await tx.execute(
            upsert(tx, UnitAlias).values(unit_id=unit_id, alias=alias, alias_folded=folded)
        )
    if unit.adults is None and unit.households is None:
        return
    counts = {"adults": unit.adults, "households": unit.households}
    known = await tx.scalar(select(Headcount.since).where(Headcount.unit_id == unit_id).limit(1))
    since = on if known is not None else on.replace(month=1, day=1)
    statement = upsert(tx, Headcount).values(unit_id=unit_id, since=since, **counts)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["unit_id", "since"], set_=counts)
    )


def _parents_first(units: Sequence[NewUnit]) -> Iterable[NewUnit]:
    waiting, written = list(units), set[str]()
    codes = {unit.code for unit in units}
    while waiting:
        ready = [u for u in waiting if u.parent not in codes or u.parent in written]
        if not ready:
            raise ValueError("the units form a ring")
        yield from ready
        written.update(unit.code for unit in ready)
        waiting = [unit for unit in waiting if unit.code not in written]


_DAY: Final = bindparam("day", type_=Date)
_PARENT: Final = aliased(Unit)
_EXIST: Final = or_(Unit.since.is_(None), Unit.since <= _DAY) & or_(
    Unit.until.is_(None), Unit.until > _DAY
)
_FIRST: Final = bindparam("first", type_=Date)
_EVER: Final = (
    select(Unit.id, Unit.code, Unit.name, Unit.kind, Unit.duty, Unit.commune_id, _PARENT.code)
    .outerjoin(_PARENT, _PARENT.id == Unit.parent_id)
    .order_by(Unit.commune_id.is_not(None), Unit.kind, Unit.code)
)
_LISTED: Final = _EVER.where(_EXIST)
_DURING: Final = _EVER.where(
    or_(Unit.since.is_(None), Unit.since <= _DAY), or_(Unit.until.is_(None), Unit.until > _FIRST)
)


async def listed(tx: Transaction, *, on: date) -> list[UnitInfo]:
    """All units that exist on a day, communes first, in the order of their codes."""
    return await _informed(tx, await tx.execute(_LISTED, {"day": on}), on=on)


async def listed_during(
    tx: Transaction, *, first: date, last: date, commune_id: int
) -> list[UnitInfo]:
    """The units of a commune that existed on any day of these, also those merged meanwhile."""
    rows = await tx.execute(_DURING, {"day": last, "first": first})
    found = await _informed(tx, rows, on=last)
    return [unit for unit in found if unit.commune_id == commune_id]


async def _informed(tx: Transaction, rows: Iterable[Any], *, on: date) -> list[UnitInfo]:
    """Each with its names and its adults on that day."""
    aliases = await _aliases(tx)
    adults = await adults_on(tx, on=on)
    return [
        UnitInfo(
            id=row[0],
            code=row[1],
            name=row[2],
            kind=row[3],
            duty=row[4],
            commune_id=row[5] or row[0],
            aliases=tuple(aliases.get(row[0], ())),
            parent=row[6] or "",
            adults=adults.get(row[0]),
        )
        for row in rows
    ]


_ALIASES: Final = select(UnitAlias.unit_id, UnitAlias.alias).order_by(UnitAlias.id)


async def _aliases(tx: Transaction) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    for unit_id, alias in await tx.execute(_ALIASES):
        found.setdefault(unit_id, []).append(alias)
    return found


_ADULTS: Final = (
    select(Headcount.unit_id, Headcount.adults)
    .where(Headcount.since <= _DAY, Headcount.adults.is_not(None))
    .order_by(Headcount.since)
)


async def adults_on(tx: Transaction, *, on: date) -> dict[int, int | None]:
    """The newest known number of adults of each unit on a day; missing = unknown."""
    return dict((await tx.execute(_ADULTS, {"day": on})).all())


# --- denominators, one dated row each ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class People:
    """How many people and households a unit has; None = unknown."""

    adults: int | None = None
    households: int | None = None


class Count(NamedTuple):
    """One dated row of a unit's people: what was told from that day on."""

    since: date
    adults: int | None
    households: int | None


async def counts_of(tx: Transaction, unit_id: int) -> list[Count]:
    """All that was ever told of a unit's people, oldest first."""
    rows = select(Headcount.since, Headcount.adults, Headcount.households)
    found = await tx.execute(rows.where(Headcount.unit_id == unit_id).order_by(Headcount.since))
    return [Count(*row) for row in found]


async def headcount_on(tx: Transaction, unit_id: int, *, on: date) -> People:
    """The newest known number of each kind on a day: what was not told leaves the older one."""
    return _valid(await counts_of(tx, unit_id), on)


def _valid(counts: Iterable[Count], on: date) -> People:
    adults = households = None
    for count in counts:
        if count.since <= on:
            adults = adults if count.adults is None else count.adults
            households = households if count.households is None else count.households
    return People(adults, households)


async def set_headcount(
    tx: Transaction, unit_id: int, *, since: date, people: People, seen: Sequence[Count]
) -> bool:
    """Write one dated row, over that of the same day.

    False, and nothing written, if the unit's rows are not those that were `seen` (T19).
    """
    await tx.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))
    if await counts_of(tx, unit_id) != list(seen):
        return False
    told = {"adults": people.adults, "households": people.households}
    row = upsert(tx, Headcount).values(unit_id=unit_id, since=since, **told)
    await tx.execute(row.on_conflict_do_update(index_elements=["unit_id", "since"], set_=told))
    return True


async def hamlets(tx: Transaction, *, on: date, commune_id: int | None = None) -> list[UnitInfo]:
    """The hamlets of one commune, or of all when only one process serves one commune."""
    units = await listed(tx, on=on)
    found = [u for u in units if u.kind == HAMLET and commune_id in (None, u.commune_id)]
    return sorted(found, key=lambda unit: unit.code)


async def by_code(tx: Transaction, code: str, *, on: date) -> UnitInfo | None:
    return next((unit for unit in await listed(tx, on=on) if unit.code == code), None)


async def by_id(tx: Transaction, unit_id: int, *, on: date) -> UnitInfo | None:
    return next((unit for unit in await listed(tx, on=on) if unit.id == unit_id), None)


async def communes(tx: Transaction, *, on: date) -> list[UnitInfo]:
    return [unit for unit in await listed(tx, on=on) if unit.commune_id == unit.id]


_COMMUNE_IDS: Final = select(Unit.id).where(Unit.commune_id.is_(None), _EXIST).order_by(Unit.id)


async def commune_ids(tx: Transaction, *, on: date) -> list[int]:
    return list((await tx.execute(_COMMUNE_IDS, {"day": on})).scalars())


async def settings_of(tx: Transaction, unit_id: int | None) -> Json:
    """The settings of the commune a unit belongs to; of the only commune for None. {} if none.

    With the days of reports that an officer set (`storage.deadlines`).
    """
    if unit_id is None:
        commune = select(CommuneSettings.unit_id).order_by(CommuneSettings.unit_id).limit(1)
    else:
        commune = select(func.coalesce(Unit.commune_id, Unit.id)).where(Unit.id == unit_id)
    is_set = (
        (Deadline.commune_id == Unit.id) & (Deadline.kind == "report") & Deadline.ended_at.is_(None)
    )
    statement = (
        select(CommuneSettings.settings, Deadline.period, Deadline.due_on)
        .select_from(Unit)
        .outerjoin(CommuneSettings, CommuneSettings.unit_id == Unit.id)
        .outerjoin(Deadline, is_set)
        .where(Unit.id == commune.scalar_subquery())
    )
    rows = list(await tx.execute(statement))
    settings = rows[0].settings if rows else None
    days = {period: due_on for _, period, due_on in rows if period}
    return deadlines.laid_over(settings or {}, days)


async def write_settings(tx: Transaction, unit_id: int, settings: Json) -> None:
    statement = upsert(tx, CommuneSettings).values(unit_id=unit_id, settings=settings)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["unit_id"], set_={"settings": settings})
    )
