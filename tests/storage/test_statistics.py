"""The participation figures, against an independent recount and against plain sense."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import insert, update

from storage import people, statistics, units
from storage.database import Database, Transaction
from storage.statistics import HamletTable, Period
from storage.tables import Consent, Headcount, Person
from tests.storage import histories
from tests.storage.histories import (
    LOCAL,
    MODULES,
    a_commune,
    a_finished_lesson,
    a_person,
    a_unit,
    period,
)

YEAR = period(date(2026, 1, 1), date(2026, 12, 31))
NOON = datetime(2026, 6, 1, 5, tzinfo=UTC)
AGREED = datetime(2026, 1, 1, tzinfo=UTC)


async def _table(
    tx: Transaction, commune: int, span: Period = YEAR, only: set[int] | None = None
) -> HamletTable:
    return await statistics.hamlet_table(
        tx, commune_id=commune, period=span, modules=MODULES, only=only
    )


@pytest.mark.parametrize("seed", range(40))
async def test_figures_equal_a_recount(database: Database, seed: int) -> None:
    async with database.transaction() as tx:
        history = await histories.a_history(tx, seed)
        spans = [YEAR, period(date(2025, 12, 30), date(2026, 1, 2))]
        for span in spans:
            table = await _table(tx, history.commune, span)
            assert histories.as_counted(table) == histories.recount(history, span)
        mine = {min(history.hamlets)}
        table = await _table(tx, history.commune, only=mine)
        assert histories.as_counted(table) == histories.recount(history, YEAR, only=mine)


async def test_who_moved_counts_in_both_hamlets_and_once_in_the_total(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01", adults=10), a_unit("xom-02", adults=30))
        person = await a_person(tx)
        await a_finished_lesson(tx, person, "a", at=NOON, unit_id=ids["xom-01"])
        await a_finished_lesson(tx, person, "b", at=NOON, unit_id=ids["xom-02"])
        table = await _table(tx, ids["xa"])
    assert [row.figures.learners for row in table.rows] == [1, 1]
    assert table.total.learners == 1
    assert table.total.share == Fraction(100, 40)
    assert [row.figures.completers for row in table.rows] == [0, 1]  # where it was completed


async def test_linked_accounts_are_one_learner_until_unlinked(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        one = await a_person(tx)
        other = await a_person(tx, same_as=one)
        for person in (one, other):
            await a_finished_lesson(tx, person, "a", at=NOON, unit_id=ids["xom-01"])
        linked = await _table(tx, ids["xa"])
        await tx.execute(update(Person).where(Person.id == other).values(canonical_id=None))
        parted = await _table(tx, ids["xa"])
    assert (linked.total.learners, linked.total.lessons) == (1, 2)
    assert (parted.total.learners, parted.total.lessons) == (2, 2)


async def test_without_present_consent_nobody_counts(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        never = await a_person(tx, has_consent=False)
        withdrew = await a_person(tx)
        erased = await a_person(tx)
        reminders_only = await a_person(tx, has_consent=False)
        for person in (never, withdrew, erased, reminders_only):
            await a_finished_lesson(tx, person, "a", at=NOON, unit_id=ids["xom-01"])
        await people.withdraw(tx, withdrew, now=NOON)
        await tx.execute(update(Person).where(Person.id == erased).values(erased_at=NOON))
        evidence = {"version": 1, "text_hash": "", "channel": "web_chat", "given_at": AGREED}
        await tx.execute(
            insert(Consent).values(person_id=reminders_only, purpose="reminders", **evidence)
        )
        table = await _table(tx, ids["xa"])
    assert (table.total.learners, table.total.lessons, table.total.answers) == (0, 0, 0)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=LOCAL), False),
        (datetime(2026, 1, 1, 0, 0, 0, tzinfo=LOCAL), True),  # still 2025 in UTC
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=LOCAL), True),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=LOCAL), False),
    ],
)
async def test_the_year_begins_and_ends_in_local_time(
    database: Database, at: datetime, counts: bool
) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        await a_finished_lesson(tx, await a_person(tx), "a", at=at, unit_id=ids["xom-01"])
        table = await _table(tx, ids["xa"])
    assert table.total.lessons == int(counts)


async def test_an_unknown_denominator_is_no_zero(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01", adults=8), a_unit("xom-02"))
        await a_finished_lesson(tx, await a_person(tx), "a", at=NOON, unit_id=ids["xom-02"])
        table = await _table(tx, ids["xa"])
    assert [row.figures.share for row in table.rows] == [Fraction(0), None]
    assert (table.total.adults, table.total.share, table.without_adults) == (None, None, 1)


async def test_the_denominator_is_the_one_of_its_time(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01", adults=100))
        newer = {"unit_id": ids["xom-01"], "since": date(2026, 7, 1), "adults": 50}
        await tx.execute(insert(Headcount).values(**newer))
        spring = await _table(tx, ids["xa"], period(date(2026, 4, 1), date(2026, 6, 30)))
        summer = await _table(tx, ids["xa"], period(date(2026, 4, 1), date(2026, 7, 1)))
    assert (spring.rows[0].figures.adults, summer.rows[0].figures.adults) == (100, 50)


async def test_a_module_completed_last_year_is_not_completed_again(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        person, home = await a_person(tx), ids["xom-01"]
        last_year = datetime(2025, 5, 1, tzinfo=UTC)
        for lesson, at in (("a", last_year), ("b", last_year), ("b", NOON)):
            await a_finished_lesson(tx, person, lesson, at=at, unit_id=home)
        again = await _table(tx, ids["xa"])
        await a_finished_lesson(tx, person, "c", at=NOON, unit_id=home)
        another = await _table(tx, ids["xa"])
    assert (again.total.learners, again.total.completers) == (1, 0)
    assert another.total.completers == 1


async def test_an_unfinished_attempt_is_no_lesson(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        await a_finished_lesson(tx, await a_person(tx), "a", at=None, unit_id=ids["xom-01"])
        table = await _table(tx, ids["xa"])
    assert (table.total.learners, table.total.lessons, table.total.answers) == (0, 0, 0)


async def test_an_unknown_hamlet_is_a_line_of_its_own(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"), a_unit("truong", kind="truong_hoc"))
        for unit_id in (None, ids["truong"]):
            await a_finished_lesson(tx, await a_person(tx), "a", at=NOON, unit_id=unit_id)
        table = await _table(tx, ids["xa"])
        own = await _table(tx, ids["xa"], only={ids["xom-01"]})
    assert [(row.unit_id, row.figures.learners) for row in table.rows] == [
        (ids["xom-01"], 0),
        (None, 2),
    ]
    assert own.total.learners == 0
    assert [row.unit_id for row in own.rows] == [ids["xom-01"]]


async def test_a_commune_never_sees_its_neighbour(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        other = [a_unit("xa-2", parent="", kind="ubnd_xa"), a_unit("x2", parent="xa-2")]
        await units.import_all(tx, other, on=date(2026, 1, 1))
        theirs = await units.by_code(tx, "x2", on=date(2026, 1, 1))
        assert theirs is not None
        for unit_id in (theirs.id, None):
            await a_finished_lesson(tx, await a_person(tx), "a", at=NOON, unit_id=unit_id)
        ours = await _table(tx, ids["xa"])
        asked = await _table(tx, ids["xa"], only={theirs.id})
    assert ours.total.learners == 0  # with two communes "no hamlet" belongs to neither
    assert (asked.total.learners, asked.rows) == (0, ())


async def test_a_hamlet_that_is_no_more_is_shown_while_it_has_figures(database: Database) -> None:
    gone = a_unit("xom-02", until=date(2026, 2, 1))
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"), gone)
        autumn = period(date(2026, 10, 1), date(2026, 10, 31))
        before = await _table(tx, ids["xa"], autumn)
        at = datetime(2026, 10, 5, tzinfo=UTC)
        await a_finished_lesson(tx, await a_person(tx), "a", at=at, unit_id=ids["xom-02"])
        after = await _table(tx, ids["xa"], autumn)
        year = await _table(tx, ids["xa"])
    assert [row.code for row in before.rows] == ["xom-01"]
    assert [row.code for row in after.rows] == ["xom-01", "xom-02"]
    assert [row.code for row in year.rows] == ["xom-01", "xom-02"]


async def test_right_answers_in_percent(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        answers = [True, True, False]
        person = await a_person(tx)
        await a_finished_lesson(tx, person, "a", at=NOON, unit_id=ids["xom-01"], answers=answers)
        table = await _table(tx, ids["xa"])
    assert table.total.right_share == Fraction(200, 3)
    assert statistics.Figures().right_share is None
