"""A commune's life by chance: everything that changes a figure, through the house's functions."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update

from storage import activities, completions, erase, learning, linking, people, units
from storage.activities import NewActivity
from storage.completions import Modules
from storage.database import Transaction
from storage.tables import Activity, ActivityUnit, Attempt, Attendance, Headcount, Person
from tests.storage.histories import LESSONS, LOCAL, MODULES, a_commune, a_person, a_unit, agree

_BEGIN: Final = datetime(2025, 11, 20, 3, tzinfo=UTC)
_HAMLETS: Final = ("xom-01", "xom-02", "xom-03")


@dataclass
class Story:
    """One commune, now and then with a neighbour, from the end of November on."""

    tx: Transaction
    chance: random.Random
    now: datetime = _BEGIN
    ids: dict[str, int] = field(default_factory=dict)
    """Code -> id of every unit."""
    lessons: Sequence[str] = LESSONS
    """What is learned."""
    modules: Modules = field(default_factory=lambda: MODULES)
    """What of it makes a module whole."""
    persons: list[int] = field(default_factory=list)
    under_way: list[tuple[int, int]] = field(default_factory=list)
    """(attempt, how many answers it has)"""
    did: str = ""
    """What was done last, for whoever reads a failure."""

    @property
    def commune(self) -> int:
        return self.ids["xa"]

    async def goes_on(self) -> None:
        """One more thing happens."""
        self._time_passes()
        acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (3, self.comes),
            (9, self.learns),
            (4, self.begins),
            (5, self.answers),
            (2, self.moves),
            (3, self.links),
            (1, self.unlinks),
            (1, self.parts),
            (1, self.is_erased),
            (1, self.changes_mind),
            (3, self.tells),
            (3, self.meets),
            (1, self.undoes),
            (1, self.is_counted_anew),
        ]
        weights = [weight for weight, _ in acts]
        act = self.chance.choices([act for _, act in acts], weights)[0]
        self.did = act.__name__
        await act()

    def _time_passes(self) -> None:
        """Often by days, sometimes right to a local midnight or the moment before it."""
        step = timedelta(hours=self.chance.choice([0, 1, 7, 30, 60]), microseconds=1)
        self.now += step
        if self.chance.random() < 0.25:
            day = self.now.astimezone(LOCAL).date() + timedelta(days=1)
            midnight = datetime.combine(day, time.min, LOCAL).astimezone(UTC)
            moments = (midnight - timedelta.resolution, midnight)
            self.now = max(self.now, self.chance.choice(moments))

    # --- people ----------------------------------------------------------------------------------

    async def comes(self) -> None:
        has_consent = self.chance.random() < 0.8
        home = self._somewhere()
        self.persons.append(
            await a_person(self.tx, unit_id=home, has_consent=has_consent, now=self.now)
        )

    def _somewhere(self) -> int | None:
        places = [*self.ids.values(), *(self.ids[code] for code in _HAMLETS * 2), None]
        return self.chance.choice(places)

    def _somebody(self) -> int | None:
        return self.chance.choice(self.persons) if self.persons else None

    async def moves(self) -> None:
        if (person := self._somebody()) is not None:
            await people.settle_in(self.tx, person, unit_id=self._somewhere())

    async def links(self) -> None:
        one, other = self._somebody(), self._somebody()
        if one is not None and other is not None and one != other:
            await linking.join(self.tx, one, other, now=self.now)
            await completions.refresh(self.tx, [one, other], self.modules)

    async def unlinks(self) -> None:
        """The row of one link is closed, as by the button of the other app."""
        person = self._somebody()
        if person is None:
            return
        together = await linking.group(self.tx, person)
        edges = await linking._edges(self.tx, together)
        if edges:
            await linking.cut(self.tx, self.chance.choice(edges), now=self.now)
            await completions.refresh(self.tx, together, self.modules)

    async def parts(self) -> None:
        person = self._somebody()
        if person is None:
            return
        together = await linking.group(self.tx, person)
        if await linking.part(self.tx, [person], now=self.now):
            await completions.refresh(self.tx, together, self.modules)

    async def is_erased(self) -> None:
        person = self._somebody()
        if person is None:
            return
        together = await linking.group(self.tx, person)
        await erase.erase(self.tx, together[0], keyed_hash=lambda text: text, now=self.now)
        self.persons = [one for one in self.persons if one not in together]
        kept = set((await self.tx.execute(select(Attempt.id))).scalars())
        self.under_way = [pair for pair in self.under_way if pair[0] in kept]

    async def changes_mind(self) -> None:
        if (person := self._somebody()) is None:
            return
        if self.chance.random() < 0.5:
            await people.withdraw(self.tx, person, now=self.now)
        else:
            await agree(self.tx, person, now=self.now)

    # --- learning --------------------------------------------------------------------------------

    async def begins(self, *, session: int | None = None) -> None:
        if (person := self._somebody()) is None:
            return
        home = await self.tx.scalar(select(Person.unit_id).where(Person.id == person))
        if self.chance.random() < 0.4:
            session = await self._a_session()
        attempt = await learning.begin(
            self.tx,
            person_id=person,
            unit_id=home,
            lesson_id=self.chance.choice(self.lessons),
            content_version="v",
            now=self.now,
            activity_id=session,
        )
        self.under_way.append((attempt, 0))

    async def answers(self) -> None:
        """The next answer of an attempt; with the third it is finished, or sometimes sooner."""
        if not self.under_way:
            return
        place = self.chance.randrange(len(self.under_way))
        attempt, given = self.under_way[place]
        right = self.chance.random() < 0.6
        await learning.answer(
            self.tx, attempt, question_id=f"q{given}", option=0, correct=right, now=self.now
        )
        self.under_way[place] = (attempt, given + 1)
        if given == 2 or self.chance.random() < 0.2:
            await self._finishes(place)

    async def learns(self) -> None:
        """A lesson from its beginning to its end, within minutes."""
        before = len(self.under_way)
        await self.begins()
        if len(self.under_way) == before:
            return
        attempt, _ = self.under_way[-1]
        for number in range(self.chance.randint(0, 3)):
            self.now += timedelta(minutes=1)
            right = self.chance.random() < 0.6
            await learning.answer(
                self.tx, attempt, question_id=f"q{number}", option=0, correct=right, now=self.now
            )
        await self._finishes(-1)

    async def _finishes(self, place: int) -> None:
        attempt, _ = self.under_way.pop(place)
        await learning.finish(self.tx, attempt, page=3, now=self.now)
        person = await self.tx.scalar(select(Attempt.person_id).where(Attempt.id == attempt))
        assert person is not None
        await completions.refresh(self.tx, [person], self.modules)

    # --- what is done together -------------------------------------------------------------------

    def _units(self) -> tuple[int, ...]:
        ours = [id_ for code, id_ in self.ids.items() if not code.startswith("lang")]
        return tuple(self.chance.sample(ours, self.chance.choice([1, 1, 2, 3])))

    async def tells(self) -> None:
        if (by := self._somebody()) is None:
            return
        kind = self.chance.choice(["class", "class", "home_visit", "campaign"])
        new = NewActivity(
            commune_id=self.commune,
            units=self._units(),
            kind=kind,
            held_on=self._today() - timedelta(days=self.chance.choice([0, 0, 1, 6])),
            heads=self.chance.choice([None, 0, 12, 35]),
            sessions=self.chance.choice([1, 1, 3]) if kind == "class" else 1,
        )
        number = await activities.add(self.tx, new, by=by, role="head", now=self.now)
        if self.chance.random() < 0.3:
            await activities.add_unit(self.tx, number, self.chance.choice(self._units()))

    def _today(self) -> date:
        return self.now.astimezone(LOCAL).date()

    async def meets(self) -> None:
        """A session people join by its code; left open now and then."""
        held = self._units()
        values: dict[str, Any] = {
            "commune_id": self.commune,
            "unit_id": held[0],
            "state": self.chance.choice(["open", "recorded", "recorded"]),
            "source": "session",
            "kind": "class",
            "held_on": self._today(),
            "sessions": 1,
            "heads": self.chance.choice([None, 0, 4]),
            "recorded_as": "helper",
            "created_at": self.now,
        }
        number = await self.tx.scalar(insert(Activity).values(**values).returning(Activity.id))
        for unit in held:
            await self.tx.execute(insert(ActivityUnit).values(activity_id=number, unit_id=unit))
        there = self.chance.sample(self.persons, min(len(self.persons), self.chance.randint(0, 5)))
        for person in there:
            row = {"activity_id": number, "person_id": person, "at": self.now}
            await self.tx.execute(insert(Attendance).values(**row))

    async def _a_session(self) -> int | None:
        held = select(Activity.id).where(Activity.source == "session")
        sessions = list((await self.tx.execute(held)).scalars())
        return self.chance.choice(sessions) if sessions else None

    async def undoes(self) -> None:
        by = self._somebody()
        numbers = list((await self.tx.execute(select(Activity.id))).scalars())
        if numbers and by is not None:
            await activities.undo(self.tx, self.chance.choice(numbers), by=by, now=self.now)
        elif numbers:
            closed = update(Activity).where(Activity.state == "open").values(state="recorded")
            await self.tx.execute(closed)

    async def is_counted_anew(self) -> None:
        """Adults and households of a hamlet from today on, or one of them."""
        unit = self.ids[self.chance.choice(_HAMLETS)]
        counts = {"adults": self.chance.choice([None, 90]), "households": 30}
        known = select(Headcount.unit_id).where(
            Headcount.unit_id == unit, Headcount.since == self._today()
        )
        if await self.tx.scalar(known) is None:
            row = {"unit_id": unit, "since": self._today(), **counts}
            await self.tx.execute(insert(Headcount).values(**row))


async def a_story(tx: Transaction, seed: int) -> Story:
    """Hamlets with and without denominators, one that ends, a school; every third a neighbour."""
    chance = random.Random(seed)
    hamlets = [a_unit(c, adults=chance.choice([None, 7, 200]), households=5) for c in _HAMLETS[:2]]
    ended = a_unit("xom-03", adults=50, until=date(2025, 12, 15), since=date(2020, 1, 1))
    new = a_unit("xom-04", adults=40, since=date(2025, 12, 15))
    school = a_unit("truong", kind="truong_hoc")
    ids = await a_commune(tx, *hamlets, ended, new, school, on=date(2025, 11, 1))
    if seed % 3 == 0:
        beside = [a_unit("lang", parent="", kind="ubnd_xa"), a_unit("lang-1", parent="lang")]
        await units.import_all(tx, beside, on=date(2025, 11, 1))
    for day in (date(2025, 11, 1), date(2026, 1, 1)):
        ids |= {unit.code: unit.id for unit in await units.listed(tx, on=day)}
    return Story(tx, chance, ids=ids)
