"""What people do in a season while reminders go: written to the database and to the record.

Each deed uses the service or storage function that the conversation uses, and does nothing where
it would be refused.
"""

import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.channels.base import Channel
from bot.speaking import Speaker
from handlers.flow import Turn
from handlers.messages import Incoming, Kind
from handlers.office.chasing import nudging
from storage import conversations, linking, muting, people, roles
from storage.conversations import State
from storage.database import Database, Transaction
from tests.crash.seasons_commune import PEOPLE, PLACES, SECOND_APPS, Rows
from tests.crash.seasons_days import SLEEPS, WAKES
from tests.crash.seasons_facts import REPORT, Nudge, Record
from tests.crash.seasons_forms import Forms
from tests.crash.seasons_papers import Papers
from tests.crash.seasons_process import SeasonClock, a_house

ABOUT: Final = "report:2026"
_ROLES: Final = ("reporter", "reporter", "head")

Deed = Callable[[Transaction], Awaitable[bool]]
"""What somebody does; False: it could not be done just now."""


class Deeds:
    """Everything that people can do, by chance."""

    def __init__(
        self,
        database: Database,
        rows: Rows,
        record: Record,
        clock: SeasonClock,
        chance: random.Random,
        channels: dict[str, Channel],
    ) -> None:
        self._database = database
        self._rows = rows
        self._record = record
        self._clock = clock
        self._chance = chance
        self._speaker = Speaker(channels, owner="outside", in_hand=())
        self._grants: dict[tuple[str, str, str], int] = {}
        self._links: dict[tuple[str, str], int] = {}
        self.papers = Papers(rows, record, clock, chance)
        self.forms = Forms(rows, record, clock, chance)
        self.count = 0

    async def begins(self) -> None:
        """Who holds what when the season begins."""
        async with self._database.transaction() as tx:
            for unit in PLACES:
                for _ in range(self._chance.choice((0, 1, 1, 2, 2))):
                    await self._grant(tx, self._somebody(), self._chance.choice(_ROLES), unit)
            for _ in range(self._chance.randint(1, 2)):
                await self._grant(tx, self._somebody(), "officer", "")
            await self._grant(tx, PEOPLE[0], "admin", "")

    async def one(self) -> None:
        """Somebody does something that can be done now."""
        papers, forms = self.papers, self.forms
        able: tuple[Deed, ...] = (
            *(papers.hands_in,) * 5,
            *(papers.is_returned, papers.is_returned, papers.brings_paper, papers.is_exempt),
            *(papers.is_unmarked, papers.gets_more_time, papers.says_so, papers.is_looked_at),
            *(papers.ends, papers.freezes, forms.asks, forms.is_answered),
            *(forms.is_answered, forms.closes, papers.pauses, papers.goes_on),
            *(self.nudges, self.nudges, self.nudges, self.mutes, self.unmutes, self.comes_back),
            *(self.links, self.links, self.parts, self.gets_role, self.gets_role),
            *(self.loses_role, self.loses_role, self.talks, self.talks, self.talks),
        )
        for deed in self._chance.sample(able, k=6):
            async with self._database.transaction() as tx:
                if await deed(tx):
                    self.count += 1
                    return

    def _somebody(self, among: Collection[str] = ()) -> str:
        chosen = sorted(among) or [one for one in PEOPLE if one not in SECOND_APPS]
        return self._chance.choice(chosen)

    def _changes(self, **what: object) -> bool:
        self._record.changes(self._clock.local, **what)
        return True

    # --- an officer asks by hand -----------------------------------------------------------------

    async def nudges(self, tx: Transaction) -> bool:
        """The real act of the conversation, in daytime only."""
        local, world = self._clock.local, self._record.world
        officers = [person for person, role, _ in sorted(world.roles) if role == "officer"]
        if not officers or not WAKES <= local.time() < SLEEPS:
            return False
        about, stored = REPORT, ABOUT
        if world.forms and self._chance.random() < 0.3:
            about = self._chance.choice(sorted(world.forms))
            stored = f"quick:{self.forms.numbers[about]}"
        chosen = self._chance.sample(sorted(PLACES), k=self._chance.randint(1, len(PLACES)))
        turn = await self._turn(tx, officers[0])
        done = await nudging.nudge(
            turn,
            about=stored,
            commune_id=self._rows.commune,
            unit_ids=[self._rows.units[one] for one in chosen],
        )
        await self._speaker.notify(tx, turn.mails, self._clock.wall(), self._clock.wall())
        for one in chosen:
            if self._rows.units[one] in done.reached:
                nudge = Nudge(self._record.count(), local, one, about)
                self._record.nudges.append(nudge)
        return bool(done.reached)

    async def _turn(self, tx: Transaction, person: str) -> Turn:
        actor = (await people.lock(tx, [f"lane-{person}"]))[f"lane-{person}"]
        now = self._clock.wall()
        event = Incoming(f"e{self._record.count()}", person, person, now, Kind.TEXT)
        state = State(actor.account_id, person, actor.person_id)
        return Turn(
            now=now,
            tx=tx,
            house=a_house(),
            event=event,
            state=state,
            actor=actor,
            keyed_hash=str,
            entropy=lambda number: bytes(number),
        )

    # --- who hears -------------------------------------------------------------------------------

    async def mutes(self, tx: Transaction) -> bool:
        person = self._somebody(PEOPLE)
        await muting.mute(tx, self._rows.accounts[person], now=self._clock.wall())
        return self._changes(muted=self._record.world.muted | {person})

    async def unmutes(self, tx: Transaction) -> bool:
        muted = self._record.world.muted
        if not muted:
            return False
        person = self._somebody(muted)
        human = await linking.human_of(tx, self._rows.persons[person])
        await muting.unmute(tx, self._rows.accounts[person], human)
        return self._changes(muted=muted - self._record.world.human(person))

    async def comes_back(self, tx: Transaction) -> bool:
        """Whoever had blocked us writes again (T58)."""
        gone = self._record.world.gone
        if not gone:
            return False
        person = self._somebody(gone)
        await people.seen(tx, {self._rows.accounts[person]: person}, now=self._clock.wall())
        return self._changes(gone=gone - {person})

    async def talks(self, tx: Transaction) -> bool:
        """Somebody is in the middle of a question."""
        person = self._somebody()
        account, number = self._rows.accounts[person], self._rows.persons[person]
        key = (account, person, number)
        state = (await conversations.load(tx, [key]))[key]
        state.flow, state.step = "reporting", "answer"
        state.offered = {"text": "Xin cảm ơn.\nSố buổi học là bao nhiêu?"}
        await conversations.save(tx, [state], now=self._clock.wall())
        return True

    async def links(self, tx: Transaction) -> bool:
        known = self._record.world.links
        free = SECOND_APPS - {one for pair in known for one in pair}
        if not free:
            return False
        pair = (self._somebody(), self._somebody(free))
        one, other = (self._rows.persons[person] for person in pair)
        link = await linking.join(tx, one, other, now=self._clock.wall())
        if link is None:
            return False
        self._links[pair] = link
        return self._changes(links=known | {pair})

    async def parts(self, tx: Transaction) -> bool:
        known = self._record.world.links
        if not known:
            return False
        pair = self._chance.choice(sorted(known))
        link = await linking.find(tx, self._links[pair])
        if link is None or not await linking.cut(tx, link, now=self._clock.wall()):
            return False
        return self._changes(links=known - {pair})

    # --- roles -----------------------------------------------------------------------------------

    async def gets_role(self, tx: Transaction) -> bool:
        if self._chance.random() < 0.15:
            return await self._grant(tx, self._somebody(), "officer", "")
        unit = self._chance.choice(sorted(PLACES))
        return await self._grant(tx, self._somebody(), self._chance.choice(_ROLES), unit)

    async def _grant(self, tx: Transaction, person: str, role: str, unit: str) -> bool:
        world = self._record.world
        if (person, role, unit) in world.roles:
            return False
        self._grants[person, role, unit] = await roles.grant(
            tx,
            person_id=self._rows.persons[person],
            role=role,
            unit_id=self._rows.units[unit] if unit else self._rows.commune,
            granted_by=None,
            invite_id=None,
            now=self._clock.wall() - timedelta(seconds=1),
        )
        return self._changes(roles=world.roles | {(person, role, unit)})

    async def loses_role(self, tx: Transaction) -> bool:
        """What waits for this person is silenced, as always (T14)."""
        held = self._record.world.roles
        ending = [one for one in sorted(held) if one[1] != "admin"]
        if not ending:
            return False
        grant = self._chance.choice(ending)
        now, number = self._clock.wall(), self._grants[grant]
        if not await roles.end(tx, number, by=None, now=now):
            return False
        persons = await roles.persons_of(
            tx, await linking.human_of(tx, self._rows.persons[grant[0]])
        )
        await roles.silence(tx, persons, now=now)
        return self._changes(roles=held - {grant})

    def is_gone(self, person: str) -> None:
        """The platform says so, while we send."""
        world = self._record.world
        self._record.worlds.append(
            (
                self._record.count(),
                self._clock.local,
                replace(world, gone=world.gone | {person}),
            )
        )
