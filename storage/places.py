"""Where posters hang, and how many came from each (design §4: `h_` and `p_`).

Of whoever came only that they came is known, not by which poster: an arrival has no account.
"""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, false, func, insert, or_, select, update

from storage.database import Transaction, upsert
from storage.tables import Account, Arrival, PosterPlace, Unit


class Place(NamedTuple):
    """Somewhere a poster hangs that is no hamlet."""

    id: int
    commune_id: int
    code: str
    name: str


class Joins(NamedTuple):
    """How many accounts came first by the posters of one place."""

    code: str
    """Of the unit, or of the place."""
    name: str
    joined: int
    is_unit: bool


_PLACE: Final = select(
    PosterPlace.id, PosterPlace.commune_id, PosterPlace.code, PosterPlace.name
).order_by(PosterPlace.id)


async def _found(tx: Transaction, where: ColumnElement[bool]) -> list[Place]:
    return [Place._make(row) for row in await tx.execute(_PLACE.where(where))]


async def of_commune(tx: Transaction, commune_id: int) -> list[Place]:
    """All that were named, oldest first."""
    return await _found(tx, PosterPlace.commune_id == commune_id)


async def find(tx: Transaction, code: str) -> Place | None:
    """The place of a code: "cho-con" of a link, or the number that is typed."""
    number = PosterPlace.id == int(code) if code.isdecimal() and len(code) < 10 else false()
    found = await _found(tx, or_(PosterPlace.code == code, number))
    return found[0] if found else None


async def name_one(tx: Transaction, commune_id: int, *, code: str, name: str) -> Place | None:
    """Write a new place; None, and nothing written, if the code is taken."""
    new = upsert(tx, PosterPlace).values(commune_id=commune_id, code=code, name=name)
    number = await tx.scalar(new.on_conflict_do_nothing().returning(PosterPlace.id))
    return Place(number, commune_id, code, name) if number is not None else None


# --- who came ------------------------------------------------------------------------------------


async def arrive(
    tx: Transaction, account_id: int, *, on: date, unit_id: int | None = None, place_id: int = 0
) -> bool:
    """Count this account where it came from, a unit or a place; False if it was counted before."""
    first = update(Account).where(Account.id == account_id, Account.arrived_on.is_(None))
    if await tx.scalar(first.values(arrived_on=on).returning(Account.id)) is None:
        return False
    place = {"unit_id": unit_id} if unit_id is not None else {"place_id": place_id}
    await tx.execute(insert(Arrival).values(arrived_on=on, **place))
    return True


async def joins(tx: Transaction, commune_id: int, *, first: date, last: date) -> list[Joins]:
    """The places of a commune from which somebody came in these days, most first."""
    during = Arrival.arrived_on.between(first, last)
    by_unit = (
        select(Unit.code, Unit.name, func.count())
        .join(Arrival, Arrival.unit_id == Unit.id)
        .where(during, func.coalesce(Unit.commune_id, Unit.id) == commune_id)
        .group_by(Unit.code, Unit.name)
    )
    by_place = (
        select(PosterPlace.code, PosterPlace.name, func.count())
        .join(Arrival, Arrival.place_id == PosterPlace.id)
        .where(during, PosterPlace.commune_id == commune_id)
        .group_by(PosterPlace.code, PosterPlace.name)
    )
    found = [Joins(*row, is_unit=True) for row in await tx.execute(by_unit)]
    found += [Joins(*row, is_unit=False) for row in await tx.execute(by_place)]
    return sorted(found, key=lambda one: (-one.joined, not one.is_unit, one.code))
