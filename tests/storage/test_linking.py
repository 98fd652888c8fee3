"""Linking, codes and households as they are stored: T03, T15, T18, R4, P5, P10."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from storage import erase, households, learning, linking, people, strangers, ways
from storage.database import Conflict, Database, Transaction
from storage.people import Caller
from storage.tables import Account, Consent, Membership, Person, SamePerson
from tests.storage.histories import a_person, agree
from tests.storage.households import a_village

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)


class Undone(Exception):
    """Raised to leave nothing behind."""


@pytest.mark.parametrize("part", range(4))
async def test_totals_are_as_if_each_human_had_one_account(database: Database, part: int) -> None:
    """T18: any order of link, learn, switch, add, remove, unlink, delete; see `households`."""
    lives = 50 if database.is_sqlite else 4
    for seed in range(part * lives, (part + 1) * lives):
        with pytest.raises(Undone):
            await _live(database, seed)


async def _live(database: Database, seed: int) -> None:
    async with database.transaction() as tx:
        village = await a_village(tx, seed)
        await village.acts(25)
        raise Undone


async def people_of(tx: Transaction, count: int) -> list[int]:
    return [await a_person(tx, now=NOW) for _ in range(count)]


async def canonicals(tx: Transaction, persons: list[int]) -> list[int]:
    statement = select(linking.canonical(Person)).where(Person.id.in_(persons)).order_by(Person.id)
    return list((await tx.execute(statement)).scalars())


# --- who is the same -----------------------------------------------------------------------------


async def test_the_smallest_id_of_a_chain_is_who_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        a, b, c, d = await people_of(tx, 4)
        await linking.join(tx, c, d, now=NOW)
        await linking.join(tx, b, c, now=NOW)
        assert await canonicals(tx, [a, b, c, d]) == [a, b, b, b]
        await linking.join(tx, d, a, now=NOW)
        assert await canonicals(tx, [a, b, c, d]) == [a] * 4
        assert await linking.join(tx, b, d, now=NOW) is None
        stored = await tx.execute(select(Person.canonical_id).where(Person.id == a))
        assert stored.scalar_one() is None  # NULL means itself


async def test_leaving_from_the_middle_never_parts_the_neighbours(database: Database) -> None:
    async with database.transaction() as tx:
        a, b, c, d = await people_of(tx, 4)
        for other in (b, c, d):
            await linking.join(tx, other, a, now=NOW)  # a star: `a` is the middle
        assert await linking.part(tx, [a], now=SOON)
        assert await canonicals(tx, [a, b, c, d]) == [a, b, b, b]
        rows = list(await tx.execute(select(SamePerson.a, SamePerson.b, SamePerson.until)))
        assert sorted((x, y) for x, y, until in rows if until is None) == [(b, c), (c, d)]
        assert [until for x, _, until in rows if x == a] == [SOON] * 3
        assert not await linking.part(tx, [a], now=SOON)


async def test_one_link_is_cut_where_it_is(database: Database) -> None:
    """T02's way back: a chain of my own two apps stays, the stranger is out."""
    async with database.transaction() as tx:
        mine, my_other, stranger = await people_of(tx, 3)
        await linking.join(tx, mine, my_other, now=NOW)
        number = await linking.join(tx, mine, stranger, now=NOW)
        link = await linking.find(tx, number or 0)
        assert link is not None
        assert await linking.cut(tx, link, now=SOON)
        assert await canonicals(tx, [mine, my_other, stranger]) == [mine, mine, stranger]
        assert await linking.find(tx, link.id) == link._replace(is_open=False)


async def test_an_attempt_of_a_parted_app_is_no_longer_mine(database: Database) -> None:
    async with database.transaction() as tx:
        one, other = await people_of(tx, 2)
        await linking.join(tx, one, other, now=NOW)
        attempt = await learning.begin(
            tx, person_id=other, unit_id=None, lesson_id="a", content_version="1", now=NOW
        )
        assert await learning.is_of(tx, attempt, one)
        await linking.part(tx, [one], now=SOON)
        assert not await learning.is_of(tx, attempt, one)
        assert await learning.is_of(tx, attempt, other)


async def test_two_links_at_once_leave_one_human(database: Database) -> None:
    """R4, R6: each waits for the other; who is too late takes the turn again."""
    async with database.transaction() as tx:
        a, b, c, d = await people_of(tx, 4)

    async def joins(one: int, other: int) -> None:
        for _ in range(10):
            try:
                async with database.transaction() as tx:
                    await linking.join(tx, one, other, now=NOW)
            except Conflict:
                await asyncio.sleep(0)
            else:
                return
        raise AssertionError("never came through")

    await asyncio.gather(joins(a, b), joins(b, c), joins(c, d), joins(d, a))
    async with database.reading() as tx:
        assert await canonicals(tx, [a, b, c, d]) == [a] * 4
        open_rows = await tx.execute(select(SamePerson.id).where(SamePerson.until.is_(None)))
        assert len(open_rows.all()) == 3  # never a circle


async def test_who_is_linked_while_a_turn_waits_is_locked_as_who_they_are_now(
    database: Database,
) -> None:
    """R4: exclusion is per canonical person, also for the turn that waited."""
    async with database.transaction() as tx:
        await people.meet(tx, [caller(1), caller(2)], now=NOW)
        actors = await people.lock(tx, ["lane-1", "lane-2"])
        first, second = (actors[f"lane-{n}"].person_id for n in (1, 2))
    linked = asyncio.Event()

    async def link() -> None:
        async with database.transaction() as tx:
            await linking.join(tx, first, second, now=NOW)
            linked.set()

    async def turn() -> int:
        await linked.wait()
        async with database.transaction() as tx:
            return (await people.lock(tx, ["lane-2"]))["lane-2"].canonical_id

    assert (await asyncio.gather(link(), turn()))[1] == first


# --- codes ---------------------------------------------------------------------------------------


async def an_account(tx: Transaction, number: int) -> tuple[int, int]:
    actor = (await people.meet(tx, [caller(number)], now=NOW))[f"lane-{number}"]
    return actor.person_id, actor.account_id


def caller(number: int) -> Caller:
    return Caller(f"lane-{number}", "fake", "b1", f"user-{number}")


async def issued(tx: Transaction, code: str, who: tuple[int, int]) -> bool:
    return await linking.issue(
        tx, code_hash=code, person_id=who[0], account_id=who[1], now=NOW, expires_at=SOON
    )


async def test_t03_a_code_works_once_and_ten_minutes(database: Database) -> None:
    async with database.transaction() as tx:
        me, other = await an_account(tx, 1), await an_account(tx, 2)
        assert await issued(tx, "h1", me)
        offer = await linking.live(tx, "h1", now=NOW)
        assert offer is not None
        assert (offer.person_id, offer.account_id) == me
        assert await linking.live(tx, "h1", now=SOON) is None
        assert await linking.spend(tx, offer.id, by=other[0], now=SOON) is None
        assert await linking.spend(tx, offer.id, by=other[0], now=NOW) == offer
        assert await linking.spend(tx, offer.id, by=other[0], now=NOW) is None
        assert await linking.live(tx, "h1", now=NOW) is None


async def test_a_new_code_ends_the_older_one_of_the_same_human_only(database: Database) -> None:
    async with database.transaction() as tx:
        me, my_other, else_ = [await an_account(tx, n) for n in (1, 2, 3)]
        await linking.join(tx, me[0], my_other[0], now=NOW)
        for code, who in (("h1", me), ("h2", else_), ("h3", my_other)):
            assert await issued(tx, code, who)
        found = [await linking.live(tx, code, now=NOW) is not None for code in ("h1", "h2", "h3")]
        assert found == [False, True, True]
        assert not await issued(tx, "h2", me)  # unique among those that work


# --- whoever never agreed ------------------------------------------------------------------------


async def everybody(tx: Transaction) -> list[int]:
    return sorted((await tx.execute(select(Person.id))).scalars())


async def test_p10_a_stranger_linked_to_somebody_who_agreed_stays(database: Database) -> None:
    later = NOW + timedelta(days=2)
    async with database.transaction() as tx:
        me, other, alone = [await an_account(tx, n) for n in (1, 2, 3)]
        await agree(tx, me[0], now=NOW)
        await linking.join(tx, me[0], other[0], now=NOW)
        await issued(tx, "h1", alone)
        assert await strangers.forget(tx, now=later) == 1
        assert await everybody(tx) == [me[0], other[0]]


async def test_p10_two_linked_strangers_are_forgotten_when_both_are_silent(
    database: Database,
) -> None:
    later = NOW + timedelta(days=2)
    async with database.transaction() as tx:
        one, other = [await an_account(tx, n) for n in (1, 2)]
        await linking.join(tx, one[0], other[0], now=NOW)
        await people.seen(tx, {other[1]: "chat"}, now=later)
        await strangers.forget(tx, now=later)
        assert len(await everybody(tx)) == 2
        await strangers.forget(tx, now=later + timedelta(days=2))
        assert await everybody(tx) == []
        assert list(await tx.execute(select(Account.id))) == []


async def test_p10_on_a_shared_phone_only_the_one_who_never_agreed_goes(
    database: Database,
) -> None:
    later = NOW + timedelta(days=2)
    async with database.transaction() as tx:
        owner, account = await an_account(tx, 1)
        await agree(tx, owner, now=NOW)
        guest = await households.add(tx, account, now=NOW)
        assert guest is not None
        await strangers.forget(tx, now=later)
        assert await everybody(tx) == [owner]
        row = (await tx.execute(select(Account.person_id, Account.chosen_at))).one()
        assert tuple(row) == (owner, None)
        again = await households.add(tx, account, now=NOW)
        await households.choose(tx, account, owner, now=NOW)  # the guest is not the speaker now
        await people.seen(tx, {account: "chat"}, now=later)
        await strangers.forget(tx, now=later)
        assert again not in await everybody(tx)


async def test_p10_what_was_learned_under_a_linked_yes_goes_with_the_stranger(
    database: Database,
) -> None:
    later = NOW + timedelta(days=2)
    async with database.transaction() as tx:
        me, other = [await an_account(tx, n) for n in (1, 2)]
        await agree(tx, me[0], now=NOW)
        await linking.join(tx, me[0], other[0], now=NOW)
        attempt = await learning.begin(
            tx, person_id=other[0], unit_id=None, lesson_id="a", content_version="1", now=NOW
        )
        await learning.finish(tx, attempt, page=2, now=NOW)
        await linking.part(tx, [other[0]], now=NOW)
        await strangers.forget(tx, now=later)
        assert await everybody(tx) == [me[0]]
        assert await learning.progress_of(tx, other[0]) == {}


# --- shared phones -------------------------------------------------------------------------------


async def test_a_human_who_is_on_a_phone_twice_leaves_it_as_one(database: Database) -> None:
    async with database.transaction() as tx:
        owner, account = await an_account(tx, 1)
        guest, again = [await households.add(tx, account, now=NOW) for _ in range(2)]
        assert guest is not None
        assert again is not None
        await linking.join(tx, guest, again, now=NOW)
        listed = [one.person_id for one in await households.members(tx, account)]
        assert listed == [owner, again]  # once, as the one who speaks
        await reachable(tx, account, phone="84912345678")  # perhaps hers: P5
        assert await households.remove(tx, account, guest, now=NOW) == owner
        assert await tx.scalar(select(Account.phone).where(Account.id == account)) == ""
        assert [one.person_id for one in await households.members(tx, account)] == [owner]


async def test_r4_nobody_erased_speaks_on_a_phone_where_they_were_just_chosen(
    database: Database,
) -> None:
    """She deletes everything on her own app while somebody chooses her on the household's."""
    if database.is_sqlite:
        return  # one writer
    async with database.transaction() as tx:
        (owner, phone), own = await an_account(tx, 1), await an_account(tx, 2)
        she = await households.add(tx, phone, now=NOW)
        assert she is not None
        await linking.join(tx, she, own[0], now=NOW)
        await households.choose(tx, phone, owner, now=NOW)

    async def choose() -> bool:
        async with database.transaction() as tx:
            await people.lock(tx, ["lane-1"])
            return await households.choose(tx, phone, she, now=NOW)

    async with database.transaction() as tx:
        me = (await people.lock(tx, ["lane-2"]))["lane-2"]
        choosing = asyncio.create_task(choose())
        await asyncio.wait([choosing], timeout=0.3)
        assert not choosing.done()
        await erase.erase(tx, me.canonical_id, keyed_hash=str.upper, now=NOW)
    with pytest.raises(Conflict):  # the turn is taken again
        await choosing
    assert not await choose()
    async with database.reading() as tx:
        speaks = select(Account.person_id).where(Account.id == phone)
        assert await tx.scalar(speaks) == owner


# --- where somebody can be reached ---------------------------------------------------------------


async def reachable(tx: Transaction, account: int, **values: Any) -> None:
    row = {"chat": f"chat-{account}"} | values
    await tx.execute(update(Account).where(Account.id == account).values(**row))


async def test_every_account_of_a_human_is_a_way_newest_first(database: Database) -> None:
    async with database.transaction() as tx:
        me, mine, hers = [await an_account(tx, n) for n in (1, 2, 3)]
        await linking.join(tx, me[0], mine[0], now=NOW)
        await tx.execute(insert(Membership).values(account_id=hers[1], person_id=me[0], since=NOW))
        for n, account in enumerate((me[1], mine[1], hers[1])):
            await reachable(tx, account, seen_at=NOW + timedelta(minutes=n), phone=f"84{n}")
        found = (await ways.to(tx, [me[0], mine[0]]))[mine[0]]
        assert [(door.account_id, door.speaks) for door in found] == [
            (hers[1], False),
            (mine[1], True),
            (me[1], True),
        ]
        assert {(door.person_id, door.channel, door.bot) for door in found} == {
            (mine[0], "fake", "b1")
        }
        await reachable(tx, mine[1], state="stopped")
        await reachable(tx, me[1], chat="")
        assert [door.account_id for door in (await ways.to(tx, [me[0]]))[me[0]]] == [hers[1]]
        assert await ways.last_four(tx, mine[0]) == "fake …er-3"


async def test_consent_name_and_hamlet_are_those_of_the_human(database: Database) -> None:
    async with database.transaction() as tx:
        me, other = [await an_account(tx, n) for n in (1, 2)]
        await agree(tx, me[0], now=NOW)
        await people.rename(tx, me[0], name="Bác Năm", folded="bac nam")
        await linking.join(tx, me[0], other[0], now=NOW)
        actor = (await people.lock(tx, ["lane-2"]))["lane-2"]
        assert (actor.name, actor.has_consent) == ("Bác Năm", True)
        await people.rename(tx, other[0], name="Ông Năm", folded="ong nam")
        await linking.part(tx, [other[0]], now=NOW)
        actors = await people.lock(tx, ["lane-1", "lane-2"])
        assert {actor.name for actor in actors.values()} == {"Ông Năm"}  # said once, for all apps
        assert [actors[f"lane-{n}"].has_consent for n in (1, 2)] == [True, False]
        assert list((await tx.execute(select(Consent.person_id))).scalars()) == [me[0]]
