"""The rows of learning that a test begins with: units, people, finished lessons."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from storage import completions, units
from storage.database import Transaction
from storage.statistics import BASIC, Period
from storage.tables import AnswerRow, Attempt, Consent, Person

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MODULES: Final = {
    "m1": ("a", "b"),
    "m2": ("c",),
    "m3": ("d", "e", "f"),
    "empty": (),
    BASIC: ("a", "b", "c"),
}
LESSONS: Final = ("a", "b", "c", "d", "e", "f", "gone")


def period(first: date, last: date) -> Period:
    start = datetime(first.year, first.month, first.day, tzinfo=LOCAL)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=LOCAL)
    return Period(first, last, start.astimezone(UTC), end.astimezone(UTC))


def a_unit(code: str, *, parent: str = "xa", **more: Any) -> units.NewUnit:
    kind = more.pop("kind", "xom")
    adults, households = more.pop("adults", None), more.pop("households", None)
    return units.NewUnit(
        code=code,
        name=more.pop("name", code),
        name_folded=code,
        kind=kind,
        parent=parent,
        duty="none",
        adults=adults,
        households=households,
        aliases=more.pop("aliases", ()),
        **more,
    )


async def a_commune(
    tx: Transaction, *hamlets: units.NewUnit, on: date = date(2026, 1, 1)
) -> dict[str, int]:
    """Import one commune; unit ids by code."""
    await units.import_all(tx, [a_unit("xa", parent="", kind="ubnd_xa"), *hamlets], on=on)
    return {unit.code: unit.id for unit in await units.listed(tx, on=on)}


async def a_person(
    tx: Transaction,
    *,
    unit_id: int | None = None,
    has_consent: bool = True,
    same_as: int | None = None,
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC),
) -> int:
    values = {"name": "", "name_folded": "", "unit_id": unit_id, "created_at": now}
    made = await tx.execute(
        insert(Person).values(canonical_id=same_as, **values).returning(Person.id)
    )
    person = int(made.scalar_one())
    if has_consent:
        await agree(tx, person, now=now)
    return person


async def agree(tx: Transaction, person: int, *, now: datetime) -> None:
    evidence = {"purpose": "learning", "version": 1, "text_hash": "", "channel": "web_chat"}
    await tx.execute(insert(Consent).values(person_id=person, given_at=now, **evidence))


async def a_finished_lesson(
    tx: Transaction,
    person: int,
    lesson: str,
    *,
    at: datetime | None,
    unit_id: int | None = None,
    answers: Sequence[bool] = (True,),
    activity_id: int | None = None,
) -> int:
    """An attempt, with what is kept beside it; `at` None leaves it unfinished."""
    begun = at or datetime(2026, 6, 1, tzinfo=UTC)
    values = {"unit_id": unit_id, "content_version": "v", "started_at": begun, "finished_at": at}
    if at is not None:
        values |= {"answered": len(answers), "correct": sum(answers)}
    statement = insert(Attempt).values(
        person_id=person, lesson_id=lesson, activity_id=activity_id, **values
    )
    attempt = int((await tx.execute(statement.returning(Attempt.id))).scalar_one())
    rows = [
        {"attempt_id": attempt, "question_id": f"q{n}", "option": 0, "correct": ok, "at": begun}
        for n, ok in enumerate(answers)
    ]
    if rows:
        await tx.execute(insert(AnswerRow), rows)
    await completions.refresh(tx, [person], MODULES)
    return attempt
