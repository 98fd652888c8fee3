"""The summary of completed modules is what the attempts say, after whatever was done."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from storage import completions, learning, linking
from storage.database import Database, Transaction
from storage.statistics import BASIC
from storage.tables import AnswerRow, Attempt, Completion
from tests.storage import recounting, stories
from tests.storage.histories import MODULES, a_commune, a_finished_lesson, a_person, a_unit

NOON = datetime(2026, 6, 1, 5, tzinfo=UTC)

Stored = set[tuple[int, str, int | None, datetime]]


async def _stored(tx: Transaction) -> Stored:
    columns = (Completion.person_id, Completion.module, Completion.unit_id, Completion.at)
    return {(row[0], row[1], row[2], row[3]) for row in await tx.execute(select(*columns))}


async def _due(tx: Transaction) -> Stored:
    ends = (await recounting.read(tx)).ends(MODULES)
    return {(e.human, e.module, e.attempt.unit_id, e.attempt.finished_at) for e in ends}


@pytest.mark.parametrize("seed", range(100, 140))
async def test_completions_are_right_after_every_step(database: Database, seed: int) -> None:
    """T18: links, their end and erasures among them; and the answers counted beside."""
    async with database.transaction() as tx:
        story = await stories.a_story(tx, seed)
        for step in range(50):
            await story.goes_on()
            assert await _stored(tx) == await _due(tx), (step, story.did)
        assert await _miscounted(tx) == []


async def _miscounted(tx: Transaction) -> list[int]:
    raw = await recounting.read(tx)
    return [
        attempt.id
        for attempt in raw.attempts
        if attempt.finished_at is not None
        and (attempt.answered, attempt.correct) != _given(raw.answers_of[attempt.id])
    ]


def _given(answers: list[recounting.Row]) -> tuple[int, int]:
    return len(answers), sum(answer.correct for answer in answers)


@pytest.mark.parametrize("seed", range(6))
async def test_what_was_spoilt_is_right_after_a_recount(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    async with database.transaction() as tx:
        story = await stories.a_story(tx, seed)
        for _ in range(60):
            await story.goes_on()
    assert await completions.recount(database, MODULES) == 0
    spoilt = await _spoil(database, chance)
    assert await completions.recount(database, MODULES) == spoilt
    async with database.reading() as tx:
        assert await _stored(tx) == await _due(tx)
        assert await _miscounted(tx) == []
    assert await completions.recount(database, MODULES) == 0


async def _spoil(database: Database, chance: random.Random) -> int:
    """Take rows away, put some there, move some; how many are wrong now."""
    async with database.transaction() as tx:
        rows = sorted(await _stored(tx), key=lambda row: row[:2])
        attempts = sorted((await tx.execute(select(Attempt.id))).scalars())
        wrong = chance.sample(rows, len(rows) // 2)
        for person, module, _, at in wrong:
            this = (Completion.person_id == person, Completion.module == module)
            if chance.random() < 0.5:
                await tx.execute(delete(Completion).where(*this))
            else:
                later = at + timedelta(hours=1)
                await tx.execute(update(Completion).where(*this).values(at=later))
        await tx.execute(
            insert(Completion).values(person_id=rows[0][0], module="gone", at=NOON)
            if rows
            else update(Completion).values(at=NOON)
        )
        finished = Attempt.id.in_(attempts[: len(attempts) // 2]) & Attempt.finished_at.is_not(None)
        changed = await tx.execute(update(Attempt).where(finished).values(answered=9))
        return len(wrong) + changed.rowcount + (1 if rows else 0)


async def test_new_lessons_are_counted_for_everybody(database: Database) -> None:
    """More people than are looked at in one transaction, and a module that is whole only now."""
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"))
        people = [await a_person(tx) for _ in range(completions.HUMANS + 1)]
        for person in people:
            await a_finished_lesson(tx, person, "gone", at=NOON, unit_id=ids["xom-01"])
    whole = {**MODULES, "m9": ("gone",)}
    assert await completions.recount(database, whole) == len(people)
    assert await completions.recount(database, MODULES) == len(people)


async def test_a_module_is_completed_where_and_when_its_last_lesson_first_was(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"), a_unit("xom-02"))
        person = await a_person(tx)
        for lesson, code, hours in (("b", "xom-01", 0), ("a", "xom-02", 1), ("a", "xom-01", 2)):
            at = NOON + timedelta(hours=hours)
            await a_finished_lesson(tx, person, lesson, at=at, unit_id=ids[code])
        assert await _stored(tx) == {(person, "m1", ids["xom-02"], NOON + timedelta(hours=1))}


async def test_of_two_lessons_at_one_moment_the_later_row_completes(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await a_commune(tx, a_unit("xom-01"), a_unit("xom-02"))
        person = await a_person(tx)
        await a_finished_lesson(tx, person, "b", at=NOON, unit_id=ids["xom-01"])
        await a_finished_lesson(tx, person, "a", at=NOON, unit_id=ids["xom-02"])
        assert await _stored(tx) == {(person, "m1", ids["xom-02"], NOON)}


async def test_two_apps_complete_together_what_neither_has_alone(database: Database) -> None:
    """T18: and it is gone again when they part."""
    async with database.transaction() as tx:
        await a_commune(tx, a_unit("xom-01"))
        one, other = await a_person(tx), await a_person(tx)
        for person, lesson in ((one, "a"), (other, "b"), (other, "c")):
            await a_finished_lesson(tx, person, lesson, at=NOON)
        assert {row[:2] for row in await _stored(tx)} == {(other, "m2")}
        await linking.join(tx, one, other, now=NOON)
        await completions.refresh(tx, [one, other], MODULES)
        together = {(one, "m1"), (one, "m2"), (one, BASIC)}
        assert {row[:2] for row in await _stored(tx)} == together
        await linking.part(tx, [other], now=NOON)
        await completions.refresh(tx, [one, other], MODULES)
        assert {row[:2] for row in await _stored(tx)} == {(other, "m2")}


async def test_finishing_writes_how_many_answers_were_right(database: Database) -> None:
    """T43: the first answers, and only once."""
    async with database.transaction() as tx:
        person = await a_person(tx)
        attempt = await learning.begin(
            tx, person_id=person, unit_id=None, lesson_id="a", content_version="v", now=NOON
        )
        for question, right in (("q1", True), ("q2", False), ("q2", True), ("q3", True)):
            await learning.answer(
                tx, attempt, question_id=question, option=1, correct=right, now=NOON
            )
        await learning.finish(tx, attempt, page=3, now=NOON)
        await tx.execute(delete(AnswerRow))
        await learning.finish(tx, attempt, page=3, now=NOON)
        counted = select(Attempt.answered, Attempt.correct)
        assert tuple((await tx.execute(counted)).one()) == (3, 2)
