"""Whoever never agreed is erased after a day: P10, R4."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from storage import households, linking, people, strangers
from storage.database import Database, Transaction
from storage.people import Actor, Caller
from storage.tables import Account, Consent, OutboxRow, Person
from tests.storage.histories import agree

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


async def came(tx: Transaction, count: int) -> list[Actor]:
    callers = [Caller(f"lane-{n}", "fake", "b1", f"user-{n}") for n in range(count)]
    return list((await people.meet(tx, callers, now=NOW)).values())


async def how_many(tx: Transaction) -> tuple[int, int]:
    """How many persons, how many accounts."""
    persons = await tx.scalar(select(func.count(Person.id)))
    return persons or 0, await tx.scalar(select(func.count(Account.id))) or 0


async def test_p10_strangers_go_in_small_batches(database: Database) -> None:
    async with database.transaction() as tx:
        actors = await came(tx, strangers.BATCH + 5)
        await agree(tx, actors[0].person_id, now=NOW)
    async with database.reading() as tx:
        batches = await strangers.find(tx, now=LATER)
    assert [len(batch) for batch in batches] == [strangers.BATCH, 4]
    for batch in batches:
        async with database.transaction() as tx:
            assert await strangers.forget(tx, batch, now=LATER) == len(batch)
    async with database.reading() as tx:
        assert await how_many(tx) == (1, 1)
        assert await strangers.find(tx, now=LATER) == []


async def test_p10_whoever_agrees_after_the_sweep_has_looked_stays(database: Database) -> None:
    async with database.transaction() as tx:
        [actor, linked, other] = await came(tx, 3)
        await linking.join(tx, actor.person_id, linked.person_id, now=NOW)
    async with database.reading() as tx:
        [batch] = await strangers.find(tx, now=LATER)
    async with database.transaction() as tx:
        await agree(tx, linked.person_id, now=LATER)
        await people.seen(tx, {other.account_id: "chat"}, now=LATER)
    async with database.transaction() as tx:
        assert await strangers.forget(tx, batch, now=LATER) == 0
        assert await how_many(tx) == (3, 3)
        assert await tx.scalar(select(func.count(Consent.id))) == 1


async def test_r4_whoever_speaks_while_it_sweeps_is_left_for_later(database: Database) -> None:
    """On SQLite there is one writer, so that nobody can be speaking then."""
    if database.is_sqlite:
        return
    async with database.transaction() as tx:
        await came(tx, 2)
    async with database.reading() as tx:
        [batch] = await strangers.find(tx, now=LATER)
    async with database.transaction() as turn:
        await people.lock(turn, ["lane-0"])
        async with database.transaction() as tx:
            assert await strangers.forget(tx, batch, now=LATER) == 1
    async with database.transaction() as tx:
        assert await how_many(tx) == (1, 1)
        assert await strangers.forget(tx, batch, now=LATER) == 1


async def test_p10_what_waited_for_a_guest_goes_with_the_guest(database: Database) -> None:
    async with database.transaction() as tx:
        [owner] = await came(tx, 1)
        await agree(tx, owner.person_id, now=NOW)
        guest = await households.add(tx, owner.account_id, now=NOW)
        for person in (owner.person_id, guest):
            row: dict[str, Any] = {"account_id": owner.account_id, "person_id": person, "chat": "c"}
            row |= {"kind": "notice", "state": "queued", "body": {}}
            row |= {"created_at": NOW, "expires_at": LATER}
            await tx.execute(OutboxRow.__table__.insert().values(**row))  # type: ignore[attr-defined]
        assert await strangers.forget(tx, now=LATER) == 1
        left = list((await tx.execute(select(OutboxRow.person_id))).scalars())
        assert left == [owner.person_id]
