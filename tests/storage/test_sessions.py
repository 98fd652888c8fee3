"""Sessions as they are stored, and what looks odd about one (T03, T18, T19, T44, P5)."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from handlers.sessions.suspicions import Moments, Seen, suspicions
from storage import activities, learning, sessions
from storage.database import Database, Transaction
from storage.sessions import JOINABLE, Joined, NewSession
from storage.tables import Activity, Attendance, Person
from tests.storage.histories import a_commune, a_person, a_unit

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


async def a_session(
    tx: Transaction,
    known: dict[str, int],
    *,
    code: str = "4821",
    unit: str = "x1",
    by: int | None = None,
    at: datetime = NOW,
) -> int | None:
    new = NewSession(known["xa"], (known[unit],), date(2026, 6, 1), "a", ("ND-5",), "")
    person = by or await a_person(tx)
    return await sessions.open_one(tx, new, code=code, by=person, role="head", now=at)


async def opened(tx: Transaction, known: dict[str, int], **more: Any) -> int:
    number = await a_session(tx, known, **more)
    assert number is not None
    return number


async def two_hamlets(tx: Transaction) -> dict[str, int]:
    return await a_commune(tx, a_unit("x1", adults=420), a_unit("x2"))


async def comes(
    tx: Transaction, number: int, person: int, *, same_as: int = 0, at: datetime = NOW
) -> Joined:
    human = same_as or person
    return await sessions.join(
        tx, number, person_id=person, canonical_id=human, unit_id=None, now=at
    )


async def closed(tx: Transaction, number: int, *, heads: int, by: int, at: datetime) -> None:
    await sessions.count(tx, number, heads, is_about=False, version=1)
    assert await sessions.close(tx, number, version=2, by=by, role="head", now=at)


async def test_t03_a_code_is_held_by_one_open_session_only(database: Database) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        first = await opened(tx, known)
        assert await a_session(tx, known, unit="x2") is None
        assert await sessions.close(tx, first, version=1, by=1, role="head", now=LATER)
        second = await opened(tx, known, unit="x2")
        live = await sessions.live(tx, "4821", now=LATER)
    assert live is not None
    assert (live.id, live.unit_id, live.lesson_id) == (second, known["x2"], "a")


async def test_a_code_lives_for_six_hours(database: Database) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        await opened(tx, known)
        assert await sessions.live(tx, "4821", now=NOW + JOINABLE) is not None
        assert await sessions.live(tx, "4821", now=NOW + JOINABLE + timedelta(seconds=1)) is None
        assert await sessions.live(tx, "4822", now=NOW) is None


async def test_t18_a_human_joins_once_through_whichever_app(database: Database) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        number = await opened(tx, known)
        me = await a_person(tx)
        mine_too = await a_person(tx, same_as=me)
        assert await comes(tx, number, me) is Joined.NOW
        assert await comes(tx, number, mine_too, same_as=me) is Joined.BEFORE
        assert await sessions.attending(tx, me, now=LATER) == number
        rows = (await tx.execute(select(Attendance.person_id))).scalars().all()
    assert rows == [me]


async def test_the_hamlet_told_right_afterwards_is_added_and_then_stays(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        number, me = await opened(tx, known), await a_person(tx)
        for unit in (None, known["x1"], known["x2"]):
            await sessions.join(tx, number, person_id=me, canonical_id=me, unit_id=unit, now=NOW)
        assert await tx.scalar(select(Attendance.unit_id)) == known["x1"]


async def test_nobody_is_taken_in_or_attends_once_it_is_closed(database: Database) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        number, me = await opened(tx, known), await a_person(tx)
        await comes(tx, number, me)
        await sessions.close(tx, number, version=1, by=me, role="head", now=LATER)
        assert await comes(tx, number, await a_person(tx)) is Joined.CLOSED
        assert await sessions.attending(tx, me, now=LATER) is None


async def test_one_attends_for_six_hours_what_was_joined_last(database: Database) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        me = await a_person(tx)
        first = await opened(tx, known)
        second = await opened(tx, known, code="1111", at=LATER)
        assert await sessions.attending(tx, me, now=NOW) is None
        await comes(tx, first, me)
        await comes(tx, second, me, at=LATER)
        assert await sessions.attending(tx, me, now=LATER) == second
        assert await sessions.attending(tx, me, now=LATER + JOINABLE) == second
        ended = LATER + JOINABLE + timedelta(seconds=1)
        assert await sessions.attending(tx, me, now=ended) is None


async def test_t19_of_two_who_close_at_one_moment_one_wins(database: Database) -> None:
    async with database.transaction() as tx:
        number = await opened(tx, await two_hamlets(tx))
        people = [await a_person(tx), await a_person(tx)]

    async def close(person: int) -> bool:
        async with database.transaction() as tx:
            return await sessions.close(tx, number, version=1, by=person, role="head", now=LATER)

    assert sorted(await asyncio.gather(*map(close, people))) == [False, True]


async def test_t19_a_join_and_the_closing_at_one_moment_agree(database: Database) -> None:
    """Whoever is told "đã ghi" is in the sum that the closer is told."""
    async with database.transaction() as tx:
        number = await opened(tx, known := await two_hamlets(tx))
        people = [await a_person(tx) for _ in range(5)]

    async def joins(person: int) -> Joined:
        async with database.transaction() as tx:
            return await comes(tx, number, person)

    async def closes() -> int:
        async with database.transaction() as tx:
            await sessions.close(tx, number, version=1, by=people[0], role="head", now=LATER)
            info = await activities.find(tx, number, units=None, communes=[known["xa"]])
            assert info is not None
            return info.joined

    *came, total = await asyncio.gather(*map(joins, people), closes())
    assert [one is Joined.NOW for one in came].count(True) == total


async def test_t42_what_was_changed_since_it_was_shown_is_not_overwritten(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        number = await opened(tx, await two_hamlets(tx))
        assert await sessions.count(tx, number, 20, is_about=False, version=1)
        assert not await sessions.count(tx, number, 30, is_about=False, version=1)
        assert not await sessions.close(tx, number, version=1, by=1, role="head", now=LATER)
        assert not await sessions.cancel(tx, number, version=1, by=1, now=LATER)
        assert await sessions.cancel(tx, number, version=2, by=1, now=LATER)
        assert not await sessions.close(tx, number, version=3, by=1, role="head", now=LATER)
        row = (await tx.execute(select(Activity.state, Activity.heads))).one()
    assert tuple(row) == ("undone", 20)


async def test_t13_only_own_units_and_communes_are_listed(database: Database) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        mine = await opened(tx, known)
        theirs = await opened(tx, known, code="1111", unit="x2")
        listed = [
            await sessions.open_ids(tx, units=units, communes=communes, limit=9)
            for units, communes in (([known["x1"]], []), ([], [known["xa"]]), ([], []))
        ]
    assert listed == [[mine], [theirs, mine], []]


async def test_who_left_one_open_is_found_through_every_app(database: Database) -> None:
    async with database.transaction() as tx:
        me = await a_person(tx)
        app = await a_person(tx, same_as=me)
        number = await opened(tx, await two_hamlets(tx), by=app)
        late = NOW + JOINABLE + timedelta(seconds=1)
        assert await sessions.left_open(tx, me, now=NOW + JOINABLE) is None
        assert await sessions.left_open(tx, me, now=late) == number
        assert await sessions.left_open(tx, await a_person(tx), now=late) is None


async def test_p5_joined_erased_and_linked_people_count_once_each(database: Database) -> None:
    async with database.transaction() as tx:
        known = await two_hamlets(tx)
        number = await opened(tx, known)
        people = [await a_person(tx) for _ in range(4)]
        for person in people:
            await comes(tx, number, person)
        await tx.execute(
            update(Person).where(Person.id == people[1]).values(canonical_id=people[0])
        )
        await activities.forget(tx, people[:2])
        info = await activities.find(tx, number, units=None, communes=[known["xa"]])
    assert info is not None
    assert info.joined == 3


async def test_what_is_known_of_earlier_sessions(database: Database) -> None:
    async with database.transaction() as tx:
        known, me = await two_hamlets(tx), await a_person(tx)
        numbers = []
        for n, heads in enumerate((20, 30, 40, 50)):
            numbers.append(await opened(tx, known))
            await closed(tx, numbers[-1], heads=heads, by=me, at=NOW + timedelta(minutes=n))
        before = await sessions.heads_before(tx, known["x1"], besides=numbers[-1], limit=3)
        count = await sessions.closed_by(tx, me, since=NOW, until=NOW + timedelta(minutes=3))
        assert await sessions.last_lesson(tx, known["x1"]) == "a"
        assert await sessions.last_lesson(tx, known["x2"]) is None
    assert before == [40, 30, 20]
    assert count == 3


async def test_moments_are_those_of_answers_at_this_session(database: Database) -> None:
    async with database.transaction() as tx:
        known, me = await two_hamlets(tx), await a_person(tx)
        number = await opened(tx, known)
        await comes(tx, number, me)
        for session in (number, None):
            attempt = await learning.begin(
                tx, person_id=me, unit_id=None, lesson_id="a", content_version="v",
                activity_id=session, now=NOW,
            )  # fmt: skip
            for n in (1, 2):
                at = NOW + timedelta(minutes=n)
                await learning.answer(
                    tx, attempt, question_id=f"q{n}", option=0, correct=True, now=at
                )
        found = await sessions.moments(tx, number)
    assert [(at, list(answers)) for at, answers in found] == [
        (NOW, [NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)])
    ]


# --- what looks odd (pure) -----------------------------------------------------------------------


def crowd(
    size: int, seconds: Sequence[float] = (0, 7, 19), *, apart: timedelta = timedelta(0)
) -> Moments:
    """`size` people who join one after the other and answer in one rhythm."""
    return [
        (NOW + n * apart, [NOW + n * apart + timedelta(minutes=5, seconds=s) for s in seconds])
        for n in range(size)
    ]


A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("seen", "kinds"),
    [
        (Seen(joined=420, heads=504, adults=420), ()),
        (Seen(joined=421, heads=0, adults=420), ("many_joined",)),
        (Seen(joined=0, heads=505, adults=420), ("many_heads",)),
        (Seen(joined=900, heads=900, adults=None), ()),
        (Seen(joined=0, heads=None, adults=420, heads_before=(None, None, None)), ()),
        (Seen(joined=0, heads=20, adults=420, heads_before=(20, 20, 20)), ("same_heads",)),
        (Seen(joined=0, heads=19, adults=420, heads_before=(19, 19, 19)), ()),
        (Seen(joined=0, heads=20, adults=420, heads_before=(20, 20)), ()),
        (Seen(joined=0, heads=20, adults=420, heads_before=(20, 21, 20)), ()),
        (Seen(joined=0, heads=1, adults=420, closed_today=3), ()),
        (Seen(joined=0, heads=1, adults=420, closed_today=4), ("many_sessions",)),
        (Seen(joined=31, heads=0, adults=420, moments=crowd(31)), ("same_rhythm",)),
        (Seen(joined=30, heads=0, adults=420, moments=crowd(30)), ()),
        (Seen(joined=31, heads=0, adults=420, moments=crowd(31, apart=A_MINUTE)),
         ("same_rhythm",)),
        (Seen(joined=31, heads=0, adults=420, moments=crowd(31, apart=3 * A_MINUTE)), ()),
        (Seen(joined=31, heads=0, adults=420, moments=crowd(31, (0,))), ()),
        (Seen(joined=40, heads=0, adults=420,
              moments=[*crowd(20), *crowd(20, (0, 8, 19))]), ()),
    ],
)  # fmt: skip
def test_t44_what_looks_odd(seen: Seen, kinds: tuple[str, ...]) -> None:
    assert suspicions(seen) == kinds
