"""A year of learning, made up: rows for every table the participation figures are counted from."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

import asyncpg

from storage.database import Database

YEAR: Final = 2026
MODULES: Final = {
    f"m{module}": tuple(f"m{module}-{n}" for n in range(1, 6)) for module in range(1, 8)
}
LESSONS: Final = [lesson for lessons in MODULES.values() for lesson in lessons]
_BEGIN: Final = datetime(YEAR, 1, 1, tzinfo=UTC)
_RIGHT: Final = 4  # attempt 7 has 7 % 4 right answers
_MINUTES: Final = 365 * 24 * 60


@dataclass(frozen=True)
class Size:
    communes: int = 1
    hamlets: int = 15
    persons: int = 20_000
    attempts: int = 330_000
    activities: int = 100  # of each hamlet
    seed: int = 5


class Rows(NamedTuple):
    table: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@dataclass
class AYear:
    """The same rows for the same size, for both engines, parents first."""

    size: Size
    hamlets: dict[int, list[int]] = field(default_factory=dict)
    """Commune id -> ids of its hamlets."""

    def __post_init__(self) -> None:
        each = self.size.hamlets + 1
        for first in range(1, self.size.communes * each, each):
            self.hamlets[first] = list(range(first + 1, first + each))

    def tables(self) -> Iterator[Rows]:
        chance = random.Random(self.size.seed)
        everywhere = [unit for units in self.hamlets.values() for unit in units]
        homes = [chance.choice(everywhere) for _ in range(self.size.persons)]
        yield self._units()
        yield Rows(
            "headcounts",
            ("unit_id", "since", "adults", "households"),
            ((unit, date(YEAR, 1, 1), 1500, 500) for unit in everywhere),
        )
        yield from _people(chance, homes)
        yield from _learning(chance, homes, everywhere, self.size.attempts)
        yield from self._gatherings(chance)

    def _units(self) -> Rows:
        columns = ("id", "code", "name", "name_folded", "kind", "duty", "parent_id", "commune_id")
        communes = ((c, f"c{c}", f"c{c}", "", "ubnd_xa", "none", None, None) for c in self.hamlets)
        hamlets = (
            (u, f"u{u}", f"u{u}", "", "xom", "none", commune, commune)
            for commune, units in self.hamlets.items()
            for u in units
        )
        return Rows("units", columns, (row for rows in (communes, hamlets) for row in rows))

    def _gatherings(self, chance: random.Random) -> Iterator[Rows]:
        held = [
            (commune, unit)
            for commune, units in self.hamlets.items()
            for unit in units
            for _ in range(self.size.activities)
        ]
        columns = ("id", "commune_id", "unit_id", "state", "source", "kind", "held_on", "sessions")
        more = ("heads", "is_about", "nameless", "topics", "contents", "place", "led_by")
        yield Rows(
            "activities",
            (*columns, *more, "recorded_as", "created_at", "version"),
            (
                (
                    *(number, commune, unit, "recorded", "told", "class"),
                    *(date(YEAR, 1, 1) + timedelta(days=chance.randrange(365)), 1),
                    *(chance.choice([None, 12, 35]), False, 0, "", "", "", ""),
                    *("head", _BEGIN, 1),
                )
                for number, (commune, unit) in enumerate(held, 1)
            ),
        )
        yield Rows(
            "activity_units",
            ("activity_id", "unit_id"),
            ((number, unit) for number, (_, unit) in enumerate(held, 1)),
        )
        yield Rows(
            "attendances",
            ("activity_id", "person_id", "at"),
            (
                (number, person, _BEGIN)
                for number in range(1, len(held) + 1, 2)
                for person in chance.sample(range(1, self.size.persons), 10)
            ),
        )


def _people(chance: random.Random, homes: list[int]) -> Iterator[Rows]:
    columns = ("id", "canonical_id", "name", "name_folded", "unit_id", "created_at")
    yield Rows(
        "persons",
        columns,
        (
            (n, n - 1 if n % 20 == 0 else None, "", "", home, _BEGIN)
            for n, home in enumerate(homes, 1)
        ),
    )
    given = ("person_id", "purpose", "version", "text_hash", "channel", "given_at", "withdrawn_at")
    yield Rows(
        "consents",
        given,
        (
            (n, "learning", 1, "", "web_chat", _BEGIN, _BEGIN if chance.random() < 0.03 else None)
            for n in range(1, len(homes) + 1)
        ),
    )


def _learning(
    chance: random.Random, homes: list[int], everywhere: list[int], attempts: int
) -> Iterator[Rows]:
    """Three answers an attempt, a few with four; 8 % unfinished, 3 % after a move."""
    columns = ("id", "person_id", "unit_id", "lesson_id", "content_version", "started_at")

    def goes() -> Iterator[tuple[Any, ...]]:
        for number, at in enumerate(times, 1):
            person = chance.randrange(len(homes))
            unit = chance.choice(everywhere) if chance.random() < 0.03 else homes[person]
            lesson = LESSONS[
                begun[person] % len(LESSONS)
            ]  # one after the other, as they are offered
            begun[person] += 1
            end = None if number % 12 == 0 else at + timedelta(minutes=4)
            count = (_answers(number), number % _RIGHT) if end else (0, 0)
            yield number, person + 1, unit, lesson, "v", at, end, *count

    begun = [0] * len(homes)
    minutes = sorted(chance.randrange(_MINUTES) for _ in range(attempts))
    times = [_BEGIN + timedelta(minutes=minute) for minute in minutes]
    yield Rows("attempts", (*columns, "finished_at", "answered", "correct"), goes())
    yield Rows(
        "answers",
        ("attempt_id", "question_id", "option", "correct", "at"),
        (
            (number, f"q{n}", 0, n <= number % _RIGHT, at + timedelta(minutes=n))
            for number, at in enumerate(times, 1)
            for n in range(1, _answers(number) + 1)
        ),
    )


def _answers(attempt: int) -> int:
    return 4 if attempt % 33 == 0 else 3


# --- into a database -----------------------------------------------------------------------------


async def write(database: Database, rows: Rows) -> None:
    await (_into_sqlite if database.is_sqlite else _into_postgresql)(database, rows)


async def _into_sqlite(database: Database, rows: Rows) -> None:
    marks = ", ".join("?" * len(rows.columns))
    insert = f"INSERT INTO {rows.table} ({', '.join(rows.columns)}) VALUES ({marks})"
    with sqlite3.connect(database.url.partition("///")[2]) as raw:
        raw.executemany(insert, (tuple(map(_as_text, row)) for row in rows.rows))


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


async def _into_postgresql(database: Database, rows: Rows) -> None:
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    try:
        while part := list(islice(rows.rows, 50_000)):
            await connection.copy_records_to_table(rows.table, records=part, columns=rows.columns)
    finally:
        await connection.close()
