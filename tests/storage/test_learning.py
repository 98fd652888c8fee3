"""Progress, attempts and first answers as they are stored."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select

from storage import learning
from storage.database import Database, Transaction
from storage.learning import Answer
from storage.tables import AnswerRow, Attempt, LessonProgress
from tests.storage.histories import a_person

NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


async def _begin(tx: Transaction, person: int, lesson: str = "a", version: str = "1") -> int:
    return await learning.begin(
        tx, person_id=person, unit_id=None, lesson_id=lesson, content_version=version, now=NOW
    )


async def _answer(
    tx: Transaction, attempt: int, question: str, *, option: int, correct: bool
) -> Answer | None:
    return await learning.answer(
        tx, attempt, question_id=question, option=option, correct=correct, now=NOW
    )


async def test_the_first_answer_counts(database: Database) -> None:
    async with database.transaction() as tx:
        attempt = await _begin(tx, await a_person(tx))
        first = await _answer(tx, attempt, "q1", option=2, correct=False)
        second = await _answer(tx, attempt, "q1", option=1, correct=True)
        stored = await tx.scalar(select(func.count()).select_from(AnswerRow))
    assert first == second == Answer(2, False)
    assert stored == 1


async def test_an_answer_to_an_erased_attempt_is_dropped(database: Database) -> None:
    async with database.transaction() as tx:
        attempt = await _begin(tx, await a_person(tx))
        await tx.execute(delete(Attempt))
        assert await _answer(tx, attempt, "q1", option=1, correct=True) is None


async def test_a_finished_lesson_stays_finished_when_it_is_read_again(database: Database) -> None:
    async with database.transaction() as tx:
        person = await a_person(tx)
        attempt = await _begin(tx, person)
        await learning.finish(tx, attempt, page=4, now=NOW)
        await learning.reach(tx, person_id=person, lesson_id="a", page=1, now=LATER)
        again = await _begin(tx, person)
        await learning.finish(tx, again, page=4, now=LATER)
        found = (await learning.progress_of(tx, person))["a"]
        rows = await tx.scalar(select(func.count()).select_from(LessonProgress))
    assert (found.page, found.finished_at) == (4, NOW)
    assert rows == 1


async def test_finishing_twice_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        attempt = await _begin(tx, await a_person(tx))
        await learning.finish(tx, attempt, page=4, now=NOW)
        await learning.finish(tx, attempt, page=4, now=LATER)
        assert await tx.scalar(select(Attempt.finished_at)) == NOW


async def test_linked_accounts_share_their_progress(database: Database) -> None:
    async with database.transaction() as tx:
        one = await a_person(tx)
        other = await a_person(tx, same_as=one)
        stranger = await a_person(tx)
        await learning.finish(tx, await _begin(tx, other), page=4, now=NOW)
        await learning.reach(tx, person_id=one, lesson_id="a", page=2, now=LATER)
        await learning.reach(tx, person_id=stranger, lesson_id="b", page=2, now=LATER)
        found = await learning.progress_of(tx, one)
    assert set(found) == {"a"}
    assert (found["a"].page, found["a"].finished_at) == (2, NOW)


async def test_only_an_open_attempt_at_the_same_content_goes_on(database: Database) -> None:
    async with database.transaction() as tx:
        one = await a_person(tx)
        other = await a_person(tx, same_as=one)
        attempt = await _begin(tx, other)

        async def found(lesson: str, version: str) -> int | None:
            return await learning.under_way(tx, one, lesson_id=lesson, content_version=version)

        assert await found("a", "1") == attempt
        assert await found("a", "2") is None
        assert await found("b", "1") is None
        await learning.finish(tx, attempt, page=4, now=NOW)
        assert await found("a", "1") is None


async def test_the_last_result_counts_the_stored_answers(database: Database) -> None:
    async with database.transaction() as tx:
        person = await a_person(tx)
        assert await learning.last_result(tx, person) is None
        attempt = await _begin(tx, person)
        await _answer(tx, attempt, "q1", option=1, correct=True)
        await _answer(tx, attempt, "q2", option=1, correct=False)
        assert await learning.last_result(tx, person) is None
        await learning.finish(tx, attempt, page=4, now=NOW)
        await _begin(tx, person, "b")
        found = await learning.last_result(tx, person)
    assert found == learning.Result("a", NOW, right=1, answered=2)
