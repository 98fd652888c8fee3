"""What /nhac says goes out is what goes out: whom, when, who is lost, in any mixture (R15-R18)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import pytest

from handlers.flow import Scene
from handlers.quick_forms.form import Kind, Question, store_questions
from handlers.reminding import foreseeing
from handlers.reminding.foreseeing import Moment
from storage import duty_marks, muting, quick_forms, reminder_pauses, units
from storage.tables import OutboxRow, Reminder, Unit
from tests.conftest import ENGINES
from tests.handlers.broadcasting import broadcast, tick, told
from tests.handlers.chasing import an_officer, nudges
from tests.handlers.reminding import comes, local, passes
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk

HAMLETS: Final = tuple(f"xom-{number:02}" for number in range(1, 13))
OTHERS: Final = ("th-a", "mn-b", "phong-kinh-te", "cong-an-xa", "mttq", "hoi-nong-dan", "htx-a")
MOST: Final = 6
Place = tuple[int, str]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engines: where platforms close their windows a season is another one."""
    return str(request.param)


async def promised(house: House, *, most: int = MOST) -> list[Moment]:
    """What is said now of the next moments."""
    async with house.app.database.reading() as tx:
        scene = Scene(house.clock.wall(), tx, house.app.house)
        return await foreseeing.ahead(scene, await commune_of(house), most=most)


async def commune_of(house: House) -> int:
    return int((await house.rows(Unit.id, where=Unit.code == "xa-giao-minh"))[0])


async def ids(house: House) -> dict[str, int]:
    return dict(await house.rows(Unit.code, Unit.id))


# --- a commune in any mixture --------------------------------------------------------------------


@dataclass
class Mixture:
    house: House
    chance: random.Random
    by: int = 0
    names: dict[str, int] = field(default_factory=dict)

    async def happens(self, talk: Talk) -> None:
        officer = await an_officer(talk)
        self.by = (await officer.actor()).person_id
        self.names = await ids(self.house)
        await reported(await head(talk))
        await self._people(talk)
        await self._marks()
        await self._form()
        await self._pauses()

    async def _people(self, talk: Talk) -> None:
        """Heads, reporters beside them, one person of two units; some want to hear nothing."""
        for code in self.chance.sample([*HAMLETS, *OTHERS], 8):
            role = self.chance.choice(("head", "reporter"))
            one = await talk.somebody(f"Người {code}", role=role, unit=code)
            if self.chance.random() < 0.4:
                await one.holds("reporter", self.chance.choice(HAMLETS))
            if role == "reporter" and self.chance.random() < 0.5:
                await talk.somebody(f"Trưởng {code}", role="head", unit=code)
            if self.chance.random() < 0.2:
                await self._mute(one)

    async def _mute(self, one: Talk) -> None:
        actor = await one.actor()
        async with self.house.app.database.transaction() as tx:
            await muting.mute(tx, actor.account_id, now=self.house.clock.wall())

    async def _marks(self) -> None:
        for code in self.chance.sample([*HAMLETS, *OTHERS], 5):
            kind = self.chance.choice(("paper", "exempt", "extended"))
            until = date(2026, 12, self.chance.randint(15, 22)) if kind == "extended" else None
            async with self.house.app.database.transaction() as tx:
                await duty_marks.make(
                    tx,
                    commune_id=self.names["xa-giao-minh"],
                    unit_id=self.names[code],
                    period="2026",
                    kind=kind,
                    by=self.by,
                    now=self.house.clock.wall(),
                    until=until,
                )

    async def _form(self) -> None:
        asked = self.chance.sample([*HAMLETS, *OTHERS], 6)
        async with self.house.app.database.transaction() as tx:
            await quick_forms.add(
                tx,
                commune_id=self.names["xa-giao-minh"],
                title="Cài VNeID",
                questions=store_questions([Question(text="Bao nhiêu hộ?", kind=Kind.NUMBER)]),
                due_on=date(2026, 12, self.chance.choice((8, 10, 14))),
                units=[self.names[code] for code in asked],
                by=self.by,
                now=self.house.clock.wall(),
            )

    async def _pauses(self) -> None:
        """Some units; now and then the whole report."""
        wanted: list[tuple[int | None, str]] = [
            (self.names[code], self.chance.choice(("", "report:2026")))
            for code in self.chance.sample([*HAMLETS, *OTHERS], 2)
        ]
        if self.chance.random() < 0.2:
            wanted.append((None, "report:2026"))
        for unit, about in wanted:
            async with self.house.app.database.transaction() as tx:
                await reminder_pauses.make(
                    tx,
                    commune_id=self.names["xa-giao-minh"],
                    unit_id=unit,
                    about=about,
                    by=self.by,
                    now=self.house.clock.wall(),
                )


# --- what really goes ----------------------------------------------------------------------------


@dataclass
class Went:
    told: set[Place] = field(default_factory=set)
    lost: set[Place] = field(default_factory=set)
    persons: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.told or self.lost or self.persons)


async def went(house: House, moment: str, seen: set[tuple[object, ...]]) -> Went:
    """What that one moment brought."""
    await comes(house, moment)
    found = Went()
    rows = await house.rows(Reminder.id, Reminder.unit_id, Reminder.about, Reminder.state)
    for number, unit, about, state in rows:
        if state in ("told", "lost") and ("row", number) not in seen:
            seen.add(("row", number))
            (found.told if state == "told" else found.lost).add((unit, about))
    is_reminder = OutboxRow.kind == "reminder"
    for key, person in await house.rows(OutboxRow.key, OutboxRow.person_id, where=is_reminder):
        if ("key", key) not in seen:
            seen.add(("key", key))
            found.persons.add(person)
    return found


def said(moment: Moment) -> Went:
    return Went(
        {(one.due.unit.id, one.due.about) for one in moment.heard},
        {(one.due.unit.id, one.due.about) for one in moment.lost},
        set(moment.persons),
    )


def half_hours(until: datetime) -> Sequence[str]:
    """The hours at which anything may go, of every day from 23/11 up to that moment."""
    days = (until.date() - date(2026, 11, 22)).days
    every = [
        f"{date(2026, 11, 22) + timedelta(days=day)} {hour}"
        for day in range(1, days + 1)
        for hour in ("08:00", "08:30", "15:30", "16:00")
    ]
    return [one for one in every if local(one) <= until]


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_promised_is_what_happens(house: House, talk: Talk, seed: int) -> None:
    """Reported, paper, exempt, extended, paused, silent, nobody there: said and done are one."""
    await Mixture(house, random.Random(seed)).happens(talk)
    seen: set[tuple[object, ...]] = set()
    await went(house, "2026-11-22 16:00", seen)
    plan = await promised(house)
    assert len(plan) > 1
    real: dict[str, Went] = {}
    for moment in half_hours(plan[-1].at):
        if found := await went(house, moment, seen):
            real[moment] = found
    assert {one.key: said(one) for one in plan} == real


@pytest.mark.parametrize("seed", [7, 11])
async def test_the_eighth_of_december_as_it_was_said_on_the_eve(
    house: House, talk: Talk, seed: int
) -> None:
    await Mixture(house, random.Random(seed)).happens(talk)
    await comes(house, "2026-12-07 17:00")
    [plan] = [one for one in await promised(house) if one.key == "2026-12-08 08:00"]
    seen: set[tuple[object, ...]] = set()
    await went(house, "2026-12-07 17:30", seen)
    assert said(plan) == await went(house, "2026-12-08 08:00", seen)


async def test_looking_ahead_writes_nothing(house: House, talk: Talk) -> None:
    officer = await an_officer(await head(talk))
    await officer.says("/nhac")
    await officer.presses("Sắp nhắc ai", "8/12, 8 giờ")
    assert await house.rows(Reminder.id) == []
    assert await house.rows(OutboxRow.id, where=OutboxRow.kind == "reminder") == []


async def test_after_an_outage_the_catch_up_is_foreseen(house: House, talk: Talk) -> None:
    """R16: the process was down on 8/12; at night an officer looks at what comes."""
    await head(talk)
    await comes(house, "2026-12-07 12:00")
    house.clock.passes(seconds=(local("2026-12-08 22:00") - house.clock.wall()).total_seconds())
    [plan] = await promised(house, most=1)
    assert plan.key == "2026-12-09 08:00"
    assert await comes(house, "2026-12-09 08:00") == len(plan.persons) == 1


async def test_what_waits_for_tomorrow_is_foreseen(house: House, talk: Talk) -> None:
    """U11: one message a day; the rest goes the next morning."""
    five = await head(talk)
    officer = await an_officer(talk)
    await comes(house, "2026-12-07 17:00")
    await comes(house, "2026-12-08 07:20")
    await broadcast(officer, "trưởng xóm")
    await tick(house, minutes=5, seconds=1)
    assert len(told(five)) == 1
    plan = {one.key: one for one in await promised(house)}
    five_is = (await five.actor()).canonical_id
    assert five_is not in plan["2026-12-08 08:00"].persons
    assert five_is in plan["2026-12-09 08:00"].persons
    await comes(house, "2026-12-08 08:00")
    before = len(five.heard)
    await comes(house, "2026-12-09 08:00")
    assert len(five.heard) == before + 1


async def test_what_a_nudge_by_hand_covers_is_not_foreseen(house: House, talk: Talk) -> None:
    """R18: by hand at half past seven, and nothing more of it at eight or the next morning."""
    five = await head(talk)
    officer = await an_officer(talk)
    await comes(house, "2026-12-07 17:00")
    await comes(house, "2026-12-08 07:30")
    await nudges(officer)
    five_is = (await five.actor()).canonical_id
    plan = [one.key for one in await promised(house) if five_is in one.persons]
    assert plan[0] == "2026-12-12 08:00"
    before = len(five.heard)
    await passes(house, "2026-12-08 08:00", "2026-12-09 08:00", "2026-12-11 08:00")
    assert len(five.heard) == before


async def test_names_in_the_chat_are_those_who_hear(house: House, talk: Talk) -> None:
    officer = await an_officer(await head(talk))
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    await talk.somebody("Bà Mặt Trận", role="reporter", unit="mttq")
    await officer.says("lịch nhắc")
    await officer.presses("Sắp nhắc ai")
    shown = "\n".join(await officer.gets("8/12, 8 giờ"))
    assert "Báo cáo năm 2026, xóm (2): Xóm 5, Xóm 6." in shown
    assert "Báo cáo năm 2026, MTTQ, đoàn thể (1): Ủy ban MTTQ Việt Nam xã." in shown
    assert "chưa có người báo cáo (30):" in shown
    assert await comes(house, "2026-12-08 08:00") == 4
    assert "xin gửi báo cáo" in six.last


async def test_units_of_another_commune_are_not_foreseen(house: House, talk: Talk) -> None:
    """T13."""
    await an_officer(await head(talk))
    async with house.app.database.reading() as tx:
        mine = {one.id for one in await units.listed(tx, on=date(2026, 11, 22))}
    assert all(one.due.unit.id in mine for plan in await promised(house) for one in plan.going)
