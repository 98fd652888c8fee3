"""Reports of a commune as they lie in the tables, for tests of what they come to."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from handlers.reporting.answers import FROM_BOOK, UNKNOWN, Answer, stored
from handlers.reporting.place import form_key
from handlers.yearly import together
from handlers.yearly.gathering import Gathered, gather
from handlers.yearly.rows import Row, rows
from storage import activities, reports, units
from storage.activities import NewActivity
from storage.reports import NewVersion
from storage.units import UnitInfo
from tests.talk import House

SENT = datetime(2026, 12, 5, 3, tzinfo=UTC)
Told = Mapping[str, Answer | Any]
"""Field key -> its value, an `Answer`, or "?" for "chưa nắm được"."""


def book(value: int) -> Answer:
    return Answer(value, source=FROM_BOOK)


def answers(told: Told) -> dict[str, Answer]:
    return {key: UNKNOWN if one == "?" else _answer(one) for key, one in told.items()}


def _answer(one: Any) -> Answer:
    return one if isinstance(one, Answer) else Answer(one)


async def unit(house: House, code: str) -> UnitInfo:
    async with house.app.database.reading() as tx:
        found = await units.by_code(tx, code, on=date(2026, 12, 5))
    assert found is not None, code
    return found


async def sent(
    house: House,
    code: str,
    told: Told,
    *,
    period: str = "2026",
    at: datetime = SENT,
    source: str = "unit",
    is_late: bool = False,
) -> tuple[int, int]:
    """One more version of a unit's report: (report id, number)."""
    whose = await unit(house, code)
    key = form_key(whose)
    assert key is not None
    new = NewVersion(
        form_version=1,
        answers=stored(answers(told)),
        via="guided" if source == "unit" else "message",
        source=source,
        sent_by=None,  # type: ignore[arg-type]  # who it was has been erased
        sent_as="head" if source == "unit" else "officer",
        is_late=is_late,
    )
    async with house.app.database.transaction() as tx:
        return await reports.send(
            tx,
            new,
            unit_id=whose.id,
            commune_id=whose.commune_id,
            form=key,
            period=period,
            now=at,
        )


async def held(
    house: House,
    codes: tuple[str, ...],
    heads: int | None,
    *,
    sessions: int = 1,
    by: int,
    at: datetime = datetime(2026, 10, 2, 3, tzinfo=UTC),
) -> int:
    """A class that these units held together."""
    found = [await unit(house, code) for code in codes]
    new = NewActivity(
        commune_id=found[0].commune_id,
        units=tuple(one.id for one in found),
        kind="class",
        held_on=date(2026, 10, 1),
        heads=heads,
        sessions=sessions,
    )
    async with house.app.database.transaction() as tx:
        return await activities.add(tx, new, by=by, role="head", now=at)


async def all_gathered(house: House, *, period: str = "2026") -> Gathered:
    commune = await unit(house, "xa-giao-minh")
    async with house.app.database.reading() as tx:
        found = await gather(tx, commune.id, period, today=date(2026, 12, 20))
    assert found is not None
    return found


async def all_rows(house: House, gathered: Gathered) -> dict[str, Row]:
    async with house.app.database.reading() as tx:
        shared = await together.read(tx, gathered, zone=house.app.house.timezone)
    return {one.key: one for one in rows(house.app.house.texts, gathered, together=shared)}
