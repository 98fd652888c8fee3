"""The units a table has rows for, and how many people live there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, TypedDict

from sqlalchemy import BigInteger, Date, bindparam, func, or_, select

from storage import units
from storage.database import Transaction
from storage.lists import within
from storage.statistics.figures import Figures, Period, Scope, UnitRow
from storage.tables import Headcount, Unit, UnitAlias


class Place(NamedTuple):
    """One unit of the commune."""

    id: int
    code: str
    name: str
    kind: str
    since: date | None
    until: date | None
    """The first day it is no more."""

    def existed(self, period: Period) -> bool:
        """True on any day of the period."""
        begun = self.since is None or self.since <= period.last
        return begun and (self.until is None or self.until > period.first)

    def has_ended(self, period: Period) -> bool:
        return self.until is not None and self.until <= period.last


class Places(NamedTuple):
    """The units of a scope; `with_unknown`: and everybody who is in none."""

    units: Sequence[Place]
    with_unknown: bool
    is_alone: bool
    """The only commune there is: every row of learning that has a unit is of it."""

    @property
    def ids(self) -> list[int]:
        return [place.id for place in self.units]


_COMMUNE: Final = bindparam("commune", type_=BigInteger)
_UNITS: Final = (
    select(Unit.id, Unit.code, Unit.name, Unit.kind, Unit.since, Unit.until)
    .where(or_(Unit.commune_id == _COMMUNE, Unit.id == _COMMUNE))
    .order_by(Unit.kind != units.HAMLET, Unit.kind, Unit.code)
)
_COMMUNES: Final = select(func.count()).select_from(Unit).where(Unit.commune_id.is_(None))


async def find(tx: Transaction, scope: Scope) -> Places:
    """Who has no hamlet belongs to the only commune; with two of them, to neither."""
    rows = [Place(*row) for row in await tx.execute(_UNITS, {"commune": scope.commune_id})]
    seen = [
        place
        for place in rows
        if (scope.only is None or place.id in scope.only) and scope.kind in ("", place.kind)
    ]
    is_alone = await tx.scalar(_COMMUNES) == 1
    return Places(seen, scope.is_whole and is_alone, is_alone)


def rows_of(
    places: Places,
    scope: Scope,
    period: Period,
    counted: Mapping[int | None, Mapping[str, int]],
    named: "Named",
) -> tuple[UnitRow, ...]:
    """Hamlets of the period first, then other units with figures, then the unknown hamlet."""
    listed = {units.HAMLET, scope.kind}
    rows = [
        UnitRow(
            unit_id=place.id,
            code=place.code,
            name=place.name,
            kind=place.kind,
            aliases=tuple(named.aliases.get(place.id, ())),
            figures=Figures(**counted.get(place.id, {}), **named.people.get(place.id, {})),
            has_ended=place.has_ended(period),
        )
        for place in places.units
        if place.id in counted or (place.kind in listed and place.existed(period))
    ]
    if None in counted:
        rows.append(UnitRow(None, "", "", "", (), Figures(**counted[None])))
    return tuple(rows)


class Named(NamedTuple):
    """What is known of units besides learning."""

    aliases: Mapping[int, Sequence[str]]
    people: Mapping[int, Mapping[str, int]]
    """Unit -> adults and households, those that are known on the period's last day."""


_HEADCOUNTS: Final = (
    select(Headcount.unit_id, Headcount.adults, Headcount.households)
    .where(Headcount.since <= bindparam("day", type_=Date), within(Headcount.unit_id, "units"))
    .order_by(Headcount.since)
)
_ALIASES: Final = (
    select(UnitAlias.unit_id, UnitAlias.alias)
    .where(within(UnitAlias.unit_id, "units"))
    .order_by(UnitAlias.id)
)


async def named(tx: Transaction, places: Places, period: Period) -> Named:
    aliases: dict[int, list[str]] = defaultdict(list)
    for unit_id, alias in await tx.execute(_ALIASES, {"units": places.ids}):
        aliases[unit_id].append(alias)
    return Named(aliases, await people(tx, places, period))


async def people(
    tx: Transaction, places: Places, period: Period
) -> Mapping[int, Mapping[str, int]]:
    """Unit -> the newest adults and households known on the period's last day."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    asked = {"units": places.ids, "day": period.last}
    for unit_id, adults, households in await tx.execute(_HEADCOUNTS, asked):
        known = {"adults": adults, "households": households}
        found[unit_id] |= {name: n for name, n in known.items() if n is not None}
    return found


class Together(TypedDict):
    adults: int | None
    households: int | None


def together(places: Places, period: Period, people: Mapping[int, Mapping[str, int]]) -> Together:
    """Adults and households of all hamlets in scope; None where one of them is not known."""
    last = [
        people.get(place.id, {})
        for place in places.units
        if place.kind == units.HAMLET and place.existed(period) and not place.has_ended(period)
    ]
    return Together(
        adults=_sum(known.get("adults") for known in last),
        households=_sum(known.get("households") for known in last),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(n for n in known if n is not None) or None
