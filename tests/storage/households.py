"""Random lives of three humans on four phones, and what must be counted, in plain Python.

The model knows nothing of rows or edges: a human is a set of people who are the same, and every
figure is that of one account in which all of them had learned.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from storage import (
    completions,
    dossier,
    erase,
    households,
    learning,
    linking,
    people,
    statistics,
    ways,
)
from storage.database import Transaction
from storage.people import Actor, Caller
from storage.statistics import Scope
from tests.storage.histories import MODULES, a_commune, a_unit, period

PHONES: Final = 4
_CHANNELS: Final = ("fake-a", "fake-b", "fake-c")
_LESSONS: Final = [lesson for lessons in MODULES.values() for lesson in lessons]
_YEAR: Final = period(date(2026, 1, 1), date(2026, 12, 31))


@dataclass(eq=False)
class Somebody:
    """One profile: what a single person of a single phone has done."""

    id: int
    agreed: bool = False
    name: str = ""
    done: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Phone:
    lane: str
    account: int
    people: list[Somebody]
    speaker: Somebody


@dataclass(eq=False)
class Village:
    """The model and the database side by side."""

    tx: Transaction
    chance: random.Random
    commune: int
    hamlet: int
    phones: list[Phone] = field(default_factory=list)
    humans: list[set[Somebody]] = field(default_factory=list)
    now: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    did: list[str] = field(default_factory=list)

    # --- the model -------------------------------------------------------------------------------

    def human(self, one: Somebody) -> set[Somebody]:
        return next(human for human in self.humans if one in human)

    def agrees(self, human: set[Somebody]) -> bool:
        return any(one.agreed for one in human)

    def lessons(self, human: set[Somebody]) -> list[str]:
        return [lesson for one in human for lesson in one.done]

    def _came(self, number: int) -> Somebody:
        new = Somebody(number)
        self.humans.append({new})
        return new

    def _next_speaker(self, phone: Phone, number: int) -> None:
        """The longest-standing member left, else somebody new."""
        if not phone.people:
            phone.people.append(self._came(number))
        phone.speaker = phone.people[0]

    # --- what people do --------------------------------------------------------------------------

    async def settle_in(self) -> None:
        callers = [
            Caller(f"lane-{n}", _CHANNELS[n % len(_CHANNELS)], "b1", f"user-{n}")
            for n in range(PHONES)
        ]
        actors = await people.meet(self.tx, callers, now=self.now)
        for caller in callers:
            actor = actors[caller.lane]
            owner = self._came(actor.person_id)
            self.phones.append(Phone(caller.lane, actor.account_id, [owner], owner))
        chats = {phone.account: f"chat-{phone.account}" for phone in self.phones}
        await people.seen(self.tx, chats, now=self.now)

    async def acts(self, count: int) -> None:
        acts: Sequence[Callable[[Phone], Awaitable[None]]] = (
            *(self.learn, self.learn, self.learn, self.agree, self.agree, self.call),
            *(self.link, self.link, self.link, self.unlink, self.link_and_cut, self.add),
            *(self.switch, self.switch, self.remove, self.withdraw, self.delete),
        )
        for number in range(count):
            act, phone = self.chance.choice(acts), self.chance.choice(self.phones)
            self.now += timedelta(minutes=1)
            self.did.append(f"{act.__name__} {self.phones.index(phone)}")
            await act(phone)
            if number % 12 == 0 or number == count - 1:
                await self.compare()

    async def _actor(self, phone: Phone) -> Actor:
        return (await people.lock(self.tx, [phone.lane]))[phone.lane]

    async def agree(self, phone: Phone) -> None:
        evidence = {"purpose": "learning", "version": 1, "text_hash": ""}
        await people.consent(self.tx, await self._actor(phone), now=self.now, **evidence)  # type: ignore[arg-type]
        phone.speaker.agreed = True

    async def withdraw(self, phone: Phone) -> None:
        actor = await self._actor(phone)
        purposes = {"learning"}
        await dossier.withdraw(self.tx, actor.canonical_id, purposes=purposes, now=self.now)
        for one in self.human(phone.speaker):
            one.agreed = False

    async def call(self, phone: Phone) -> None:
        name = f"Bác {len(self.did)}"
        await people.rename(self.tx, phone.speaker.id, name=name, folded=name)
        for one in self.human(phone.speaker):
            one.name = name

    async def learn(self, phone: Phone) -> None:
        actor, lesson = await self._actor(phone), self.chance.choice(_LESSONS)
        if not actor.has_consent:
            return
        attempt = await learning.begin(
            self.tx,
            person_id=actor.person_id,
            unit_id=self.hamlet,
            lesson_id=lesson,
            content_version="1",
            now=self.now,
        )
        await learning.finish(self.tx, attempt, page=4, now=self.now)
        phone.speaker.done.append(lesson)

    async def link(self, phone: Phone) -> None:
        other = self.chance.choice(self.phones)
        one, two = phone.speaker, self.chance.choice(other.people)
        link = await linking.join(self.tx, one.id, two.id, now=self.now)
        assert (link is None) == (self.human(one) is self.human(two))
        if link is not None:
            theirs = self.human(two)
            self.humans.remove(theirs)
            self.human(one).update(theirs)

    async def link_and_cut(self, phone: Phone) -> None:
        """Pressing "Không phải tôi, gỡ ra" leaves everything as it was before."""
        other = self.chance.choice(self.phones)
        number = await linking.join(self.tx, phone.speaker.id, other.speaker.id, now=self.now)
        if number is not None:
            link = await linking.find(self.tx, number)
            assert link is not None
            assert await linking.cut(self.tx, link, now=self.now)
            assert not await linking.cut(self.tx, link, now=self.now)

    async def unlink(self, phone: Phone) -> None:
        together = await linking.group(self.tx, phone.speaker.id)
        here = await linking.behind(self.tx, phone.account, among=together)
        human = self.human(phone.speaker)
        leaving = {one for one in phone.people if one in human}
        assert set(here) == {one.id for one in leaving}
        parted = await linking.part(self.tx, here, now=self.now)
        assert parted == (leaving != human)
        if parted:
            human -= leaving
            self.humans.append(leaving)

    async def add(self, phone: Phone) -> None:
        number = await households.add(self.tx, phone.account, now=self.now)
        assert (number is None) == (len(phone.people) >= households.MOST)
        if number is not None:
            phone.speaker = self._came(number)
            phone.people.append(phone.speaker)

    async def switch(self, phone: Phone) -> None:
        one = self.chance.choice(phone.people)
        assert await households.choose(self.tx, phone.account, one.id, now=self.now)
        phone.speaker = one
        stranger = next(p.speaker for p in self.phones if p is not phone)
        if stranger not in phone.people:
            assert not await households.choose(self.tx, phone.account, stranger.id, now=self.now)

    async def remove(self, phone: Phone) -> None:
        one = self.chance.choice(phone.people)
        human = self.human(one)
        if all(other in human for other in phone.people):
            return
        speaks = await households.remove(self.tx, phone.account, one.id, now=self.now)
        phone.people = [other for other in phone.people if other not in human]
        if phone.speaker in human:
            self._next_speaker(phone, speaks)
        assert speaks == phone.speaker.id

    async def delete(self, phone: Phone) -> None:
        actor, human = await self._actor(phone), self.human(phone.speaker)
        speaks = await erase.erase(
            self.tx, actor.canonical_id, keyed_hash=lambda text: text, now=self.now
        )
        self.humans.remove(human)
        for one in self.phones:
            one.people = [other for other in one.people if other not in human]
            if one.speaker in human:
                self._next_speaker(one, speaks[one.account])

    # --- as if each human had one account --------------------------------------------------------

    async def compare(self) -> None:
        learners = [h for h in self.humans if self.agrees(h) and self.lessons(h)]
        await completions.refresh(self.tx, [one.id for h in self.humans for one in h], MODULES)
        scope = Scope(self.commune)
        table = await statistics.table(self.tx, scope, _YEAR, modules=MODULES, now=_YEAR.end)
        done = [set(self.lessons(human)) for human in learners]
        assert table.total.learners == len(learners), self.did
        assert table.total.lessons == sum(len(self.lessons(human)) for human in learners), self.did
        assert table.total.completers == sum(_has_module(one) for one in done), self.did
        for human in self.humans:
            await self._compare_human(human)
        for phone in self.phones:
            await self._compare_phone(phone)

    async def _compare_human(self, human: set[Somebody]) -> None:
        first = min(one.id for one in human)
        kept = await dossier.kept(self.tx, first)
        progress = await learning.progress_of(self.tx, first)
        phones = {p.account for p in self.phones if human & set(p.people)}
        assert kept.attempts == len(self.lessons(human)), self.did
        assert {lesson for lesson, _ in kept.lessons} == set(self.lessons(human)), self.did
        assert set(progress) == set(self.lessons(human)), self.did
        assert kept.accounts == len(phones), self.did
        asked = self.chance.choice(sorted(one.id for one in human))
        doors = (await ways.to(self.tx, [asked])).get(asked, [])
        assert {door.account_id for door in doors} == phones, self.did
        speaking = {p.account for p in self.phones if p.speaker in human}
        assert {door.account_id for door in doors if door.speaks} == speaking, self.did

    async def _compare_phone(self, phone: Phone) -> None:
        actor, human = await self._actor(phone), self.human(phone.speaker)
        assert actor.person_id == phone.speaker.id, self.did
        assert actor.canonical_id == min(one.id for one in human), self.did
        assert actor.has_consent == self.agrees(human), self.did
        named = sorted((one for one in human if one.name), key=lambda one: one.id)
        assert actor.name == (phone.speaker.name or (named[0].name if named else "")), self.did
        members = await households.members(self.tx, phone.account)
        shown = {min(other.id for other in self.human(one)) for one in phone.people}
        assert {member.canonical_id for member in members} == shown, self.did


def _has_module(done: set[str]) -> bool:
    return any(lessons and done >= set(lessons) for lessons in MODULES.values())


async def a_village(tx: Transaction, seed: int) -> Village:
    ids = await a_commune(tx, a_unit("xom-01", adults=100))
    village = Village(tx, random.Random(seed), ids["xa"], ids["xom-01"])
    await village.settle_in()
    return village
