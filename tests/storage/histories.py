"""Made-up learning histories, and the same figures counted again by hand in plain Python."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, update

from storage import statistics, units
from storage.database import Transaction
from storage.statistics import Period
from storage.tables import AnswerRow, Attempt, Consent, Person

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MODULES: Final = {"m1": ("a", "b"), "m2": ("c",), "m3": ("d", "e", "f"), "empty": ()}
_LESSONS: Final = [lesson for lessons in MODULES.values() for lesson in lessons] + ["gone"]


def period(first: date, last: date) -> Period:
    start = datetime(first.year, first.month, first.day, tzinfo=LOCAL)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=LOCAL)
    return Period(first, last, start.astimezone(UTC), end.astimezone(UTC))


def a_unit(code: str, *, parent: str = "xa", **more: Any) -> units.NewUnit:
    kind = more.pop("kind", "xom")
    adults = more.pop("adults", None)
    return units.NewUnit(
        code=code,
        name=more.pop("name", code),
        name_folded=code,
        kind=kind,
        parent=parent,
        duty="none",
        adults=adults,
        households=None,
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
) -> int:
    """An attempt; `at` None leaves it unfinished."""
    begun = at or datetime(2026, 6, 1, tzinfo=UTC)
    values = {"unit_id": unit_id, "content_version": "v", "started_at": begun, "finished_at": at}
    statement = insert(Attempt).values(person_id=person, lesson_id=lesson, **values)
    attempt = int((await tx.execute(statement.returning(Attempt.id))).scalar_one())
    rows = [
        {"attempt_id": attempt, "question_id": f"q{n}", "option": 0, "correct": ok, "at": begun}
        for n, ok in enumerate(answers)
    ]
    if rows:
        await tx.execute(insert(AnswerRow), rows)
    return attempt


# --- random histories ----------------------------------------------------------------------------


@dataclass
class Learner:
    id: int
    canonical: int
    counts: bool
    is_erased: bool = False


@dataclass
class Done:
    id: int
    learner: Learner
    lesson: str
    unit: int | None
    at: datetime | None
    answers: list[bool]


@dataclass
class History:
    hamlets: dict[int, int | None]
    """Hamlet id -> adults."""
    elsewhere: set[int | None]
    """Places of this commune that are no hamlet, and "no unit at all"."""
    commune: int
    done: list[Done] = field(default_factory=list)


async def a_history(tx: Transaction, seed: int) -> History:
    """A commune with people who move, link, agree late, withdraw and are erased."""
    chance = random.Random(seed)
    codes = [f"xom-{n:02}" for n in range(1, chance.randint(2, 5))]
    known = [a_unit(code, adults=chance.choice([None, 7, 200])) for code in codes]
    ids = await a_commune(tx, *known, a_unit("truong", kind="truong_hoc"))
    adults = {ids[unit.code]: unit.adults for unit in known}
    history = History(adults, {None, ids["truong"], ids["xa"]}, ids["xa"])
    learners = [await _a_learner(tx, chance, n) for n in range(chance.randint(0, 8))]
    await _link_some(tx, chance, learners)
    places: list[int | None] = [*adults, *adults, *adults, ids["truong"], ids["xa"], None]
    for learner in learners:
        for _ in range(chance.randint(0, 9)):
            history.done.append(await _a_go(tx, chance, learner, chance.choice(places)))
    return history


async def _a_learner(tx: Transaction, chance: random.Random, _number: int) -> Learner:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    fate = chance.choice(["agrees", "agrees", "agrees", "never", "withdrew", "again", "erased"])
    person = await a_person(tx, has_consent=fate != "never")
    if fate in ("withdrew", "again"):
        await tx.execute(
            update(Consent).where(Consent.person_id == person).values(withdrawn_at=now)
        )
    if fate == "again":
        await agree(tx, person, now=now)
    if fate == "erased":
        await tx.execute(update(Person).where(Person.id == person).values(erased_at=now))
        await tx.execute(delete(Consent).where(Consent.person_id == person))
    return Learner(person, person, fate in ("agrees", "again"), fate == "erased")


async def _link_some(tx: Transaction, chance: random.Random, learners: list[Learner]) -> None:
    for before, learner in itertools.pairwise(learners):
        if chance.random() < 0.3:
            learner.canonical = before.canonical
            await tx.execute(
                update(Person).where(Person.id == learner.id).values(canonical_id=learner.canonical)
            )
    agreed = {learner.canonical for learner in learners if learner.counts}
    for learner in learners:  # a yes on one app is a yes on all that are linked
        learner.counts = learner.canonical in agreed and not learner.is_erased


async def _a_go(tx: Transaction, chance: random.Random, learner: Learner, unit: int | None) -> Done:
    lesson = chance.choice(_LESSONS)
    at = None
    if chance.random() < 0.85:
        at = datetime(2025, 12, 28, tzinfo=UTC) + timedelta(hours=chance.randint(0, 240))
    answers = [chance.random() < 0.6 for _ in range(chance.randint(0, 3))]
    number = await a_finished_lesson(tx, learner.id, lesson, at=at, unit_id=unit, answers=answers)
    return Done(number, learner, lesson, unit, at, answers)


# --- counted again, without SQL ------------------------------------------------------------------


def recount(
    history: History, span: Period, *, only: set[int] | None = None
) -> dict[int | None, dict[str, int]]:
    """Hamlet id (None: unknown hamlet) -> figures; the key -1 holds the total."""
    found: dict[int | None, dict[str, int]] = {}
    valid = [d for d in history.done if d.learner.counts and d.at is not None]
    seen = [d for d in valid if _is_in(d, span) and (only is None or d.unit in only)]
    groups: dict[int | None, list[Done]] = {-1: seen}
    for done in seen:
        groups.setdefault(done.unit if done.unit in history.hamlets else None, []).append(done)
    ends = _module_ends(valid, span)
    for place, group in groups.items():
        inside = {done.id for done in group}
        found[place] = {
            "learners": len({done.learner.canonical for done in group}),
            "lessons": len(group),
            "completers": len({person for person, end in ends if end in inside}),
            "answers": sum(len(done.answers) for done in group),
            "right": sum(sum(done.answers) for done in group),
        }
    return found


def _is_in(done: Done, span: Period) -> bool:
    return done.at is not None and span.start <= done.at < span.end


def _module_ends(valid: list[Done], span: Period) -> set[tuple[int, int]]:
    """(canonical person, attempt that completed a module)."""
    ends = set()
    in_order = sorted(valid, key=lambda d: (d.at or span.end, d.id))
    for person in {done.learner.canonical for done in valid}:
        for lessons in MODULES.values():
            left = set(lessons)
            for done in in_order:
                if done.learner.canonical == person and done.lesson in left:
                    left.discard(done.lesson)
                    if not left:
                        ends.add((person, done.id))
    return ends


def as_counted(table: statistics.HamletTable) -> dict[int | None, dict[str, int]]:
    """The table in the shape of `recount`, without the lines that are all zero."""
    lines: list[tuple[int | None, statistics.Figures]] = [
        (row.unit_id, row.figures) for row in table.rows
    ]
    found: dict[int | None, dict[str, int]] = {}
    for place, figures in (*lines, (-1, table.total)):
        counts = {
            "learners": figures.learners,
            "lessons": figures.lessons,
            "completers": figures.completers,
            "answers": figures.answers,
            "right": figures.right,
        }
        if place == -1 or any(counts.values()):
            found[place] = counts
    return found
