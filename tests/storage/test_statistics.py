"""The participation figures, against an independent recount and against plain sense."""

import itertools
from collections.abc import Collection
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Final

import pytest
from sqlalchemy import insert, update

from storage import people, statistics, units
from storage.database import Database, Transaction
from storage.statistics import Period, Scope, Source, Table
from storage.tables import Consent, Headcount, Person
from tests.storage import recounting, stories
from tests.storage.histories import (
    LOCAL,
    MODULES,
    a_commune,
    a_finished_lesson,
    a_person,
    a_unit,
    period,
)
from tests.storage.recounting import TOTAL, Asked, Raw
from tests.storage.stories import Story

YEAR = period(date(2026, 1, 1), date(2026, 12, 31))
NOON = datetime(2026, 6, 1, 5, tzinfo=UTC)
LATER = datetime(2027, 6, 1, tzinfo=UTC)
AGREED = datetime(2026, 1, 1, tzinfo=UTC)


async def _table(
    tx: Transaction,
    commune: int,
    span: Period = YEAR,
    only: Collection[int] | None = None,
    *,
    now: datetime = LATER,
    kind: str = "",
    source: Source | None = None,
) -> Table:
    scope = Scope(commune, None if only is None else frozenset(only), kind)
    return await statistics.table(tx, scope, span, modules=MODULES, now=now, source=source)


# --- equal to a recount of the raw rows ----------------------------------------------------------

SPANS: Final = {
    "week": period(date(2025, 12, 22), date(2025, 12, 28)),
    "month": period(date(2025, 12, 1), date(2025, 12, 31)),
    "quarter": period(date(2025, 10, 1), date(2025, 12, 31)),
    "year": period(date(2025, 1, 1), date(2025, 12, 31)),
    "year after": YEAR,
    "phase": period(date(2025, 11, 25), date(2026, 2, 15)),
    "new year": period(date(2025, 12, 31), date(2026, 1, 1)),
    "one day": period(date(2025, 12, 15), date(2025, 12, 15)),
}


@pytest.mark.parametrize("seed", range(48))
async def test_every_figure_equals_a_recount_of_the_raw_rows(database: Database, seed: int) -> None:
    """T18: whatever people did, for every period, scope and source."""
    async with database.transaction() as tx:
        story = await stories.a_story(tx, seed)
        for _ in range(70):
            await story.goes_on()
        raw = await recounting.read(tx)
        every = list(itertools.product(_scopes(story), SPANS, (None, *Source)))
        for scope, name, source in story.chance.sample(every, len(every) // 3):
            asked = Asked(scope, SPANS[name], source, MODULES, story.now)
            await _equals_a_recount(tx, raw, asked)
        spans = list(SPANS.values())
        whole = Scope(story.commune)
        trend = await statistics.totals(tx, whole, spans, modules=MODULES, now=story.now)
        for span, found in zip(spans, trend, strict=True):
            asked = Asked(whole, span, None, MODULES, story.now)
            assert found == recounting.recount(raw, asked)[TOTAL]


def _scopes(story: Story) -> list[Scope]:
    one, two, school = (story.ids[code] for code in ("xom-01", "xom-03", "truong"))
    return [
        Scope(story.commune),
        Scope(story.commune, frozenset({one})),
        Scope(story.commune, frozenset({one, two, school}), "xom"),
        Scope(story.commune, kind="xom"),
        Scope(story.commune, kind="truong_hoc"),
    ]


async def _equals_a_recount(tx: Transaction, raw: Raw, asked: Asked) -> None:
    table = await statistics.table(
        tx,
        asked.scope,
        asked.period,
        modules=asked.modules,
        now=asked.now,
        source=asked.source,
    )
    expected = recounting.recount(raw, asked)
    assert recounting.as_counted(table) == expected, asked
    shown = [row.unit_id for row in table.rows]
    assert shown == _rows(raw, asked, {place for place in expected if place != TOTAL}), asked


def _rows(raw: Raw, asked: Asked, with_figures: set[int | None]) -> list[int | None]:
    """Hamlets of the period, other units with figures or of the kind, and the unknown hamlet."""
    span, scope = asked.period, asked.scope
    shown = [
        unit
        for unit in recounting.units_of(raw, scope)
        if unit.id in with_figures
        or (
            unit.kind in ("xom", scope.kind)
            and (unit.since is None or unit.since <= span.last)
            and (unit.until is None or unit.until > span.first)
        )
    ]
    shown.sort(key=lambda unit: (unit.kind != "xom", unit.kind, unit.code))
    return [*(unit.id for unit in shown), *([None] if None in with_figures else [])]


# --- sense ---------------------------------------------------------------------------------------


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


async def test_schools_and_an_unknown_hamlet_are_lines_of_their_own(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"), a_unit("truong", kind="truong_hoc"))
        for unit_id in (None, ids["truong"], None):
            await a_finished_lesson(tx, await a_person(tx), "a", at=NOON, unit_id=unit_id)
        table = await _table(tx, ids["xa"])
        own = await _table(tx, ids["xa"], only={ids["xom-01"]})
        schools = await _table(tx, ids["xa"], kind="truong_hoc")
    assert [(row.unit_id, row.figures.learners) for row in table.rows] == [
        (ids["xom-01"], 0),
        (ids["truong"], 1),
        (None, 2),
    ]
    assert own.total.learners == 0
    assert [row.unit_id for row in own.rows] == [ids["xom-01"]]
    assert [(row.code, row.figures.learners) for row in schools.rows] == [("truong", 1)]


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
