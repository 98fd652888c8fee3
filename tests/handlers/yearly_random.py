"""Reports of a whole commune by chance: blanks, unknowns, verdicts, versions, shared sessions."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import update

from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, UNKNOWN, Answer, stored
from handlers.reporting.form import Field, Kind
from handlers.reporting.forms import built_in
from handlers.reporting.place import form_key
from storage import activities, reports, units
from storage.activities import NewActivity
from storage.database import Transaction
from storage.reports import NewVersion
from storage.tables import Report
from storage.units import UnitInfo

HOLDERS: Final = {"vneid": "cong-an-xa", "online": "tt-pvhcc"}


@dataclass
class Making:
    """One year of reports, made up."""

    tx: Transaction
    chance: random.Random
    year: int
    by: int
    known: list[UnitInfo] = field(default_factory=list)
    book: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    async def make(self) -> None:
        listed = await units.listed(self.tx, on=date(2026, 6, 1))
        self.known = [one for one in listed if form_key(one)]
        await self._activities()
        for unit in self.known:
            if self.chance.random() < 0.7:
                await self._report(unit)

    async def _activities(self) -> None:
        for unit in self.known:
            own = {
                "sessions": self.chance.randint(0, 9),
                "attendances": self.chance.randint(0, 300),
            }
            self.book[unit.id] = own
        for _ in range(self.chance.randint(0, 6)):
            held = self.chance.sample(self.known, self.chance.choice((2, 2, 3)))
            sessions, heads = self.chance.randint(1, 3), self.chance.randint(5, 90)
            is_early = self.chance.random() < 0.7
            at = datetime(self.year, 6 if is_early else 12, 26, tzinfo=UTC)
            new = NewActivity(
                held[0].commune_id,
                tuple(one.id for one in held),
                self.chance.choice(("class", "class", "campaign")),
                date(self.year, 6, 20),
                heads,
                sessions=sessions,
            )
            number = await activities.add(self.tx, new, by=self.by, role="officer", now=at)
            if is_early:
                for one in held:
                    self.book[one.id]["sessions"] += sessions if new.kind == "class" else 0
                    self.book[one.id]["attendances"] += heads
            elif self.chance.random() < 0.3:
                await activities.undo(self.tx, number, by=self.by, now=at + timedelta(days=1))

    async def _report(self, unit: UnitInfo) -> None:
        at = datetime(self.year, 12, 1, tzinfo=UTC)
        for _ in range(self.chance.randint(1, 3)):
            at += timedelta(days=self.chance.randint(1, 4))
            number, _ = await self._send(unit, at)
        found = await reports.of_unit(self.tx, unit.id, str(self.year))
        assert found is not None
        fate = self.chance.random()
        if fate < 0.12:
            await reports.withdraw(self.tx, found, now=at + timedelta(minutes=5))
        elif fate < 0.3:
            state = "returned" if fate < 0.2 else "accepted"
            await self.tx.execute(update(Report).where(Report.id == number).values(state=state))

    async def _send(self, unit: UnitInfo, at: datetime) -> tuple[int, int]:
        key = form_key(unit) or ""
        new = NewVersion(
            form_version=1,
            answers=stored(self._answers(unit)),
            via="guided",
            source=self.chance.choice(("unit", "unit", "phone", "paper")),
            sent_by=self.by,
            sent_as="head",
            is_late=self.chance.random() < 0.2,
        )
        return await reports.send(
            self.tx,
            new,
            unit_id=unit.id,
            commune_id=unit.commune_id,
            form=key,
            period=str(self.year),
            now=at,
        )

    def _answers(self, unit: UnitInfo) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        for one in form_of(unit):
            if one.only_if and not meets(one, found):
                continue
            if one.holder and HOLDERS[one.holder] != unit.code:
                if one.taken_from and self.chance.random() < 0.5:
                    found[one.key] = Answer([self.chance.randint(1, 90), 100], source=FROM_HOLDER)
                continue
            roll = self.chance.random()
            if roll < 0.15:
                continue
            found[one.key] = UNKNOWN if roll < 0.27 else self._answer(one, unit)
        return found

    def _answer(self, one: Field, unit: UnitInfo) -> Answer:
        if not one.asked:
            return Answer(self.chance.randint(1, 400), source=FROM_BOOK)
        if one.key in self.book[unit.id] and self.chance.random() < 0.6:
            return Answer(self.book[unit.id][one.key], source=FROM_BOOK)
        about = one.is_figure and self.chance.random() < 0.15
        return Answer(self._value(one), about=about)

    def _value(self, one: Field) -> Any:
        if one.kind is Kind.COUNT:
            return self.chance.choice((0, self.chance.randint(1, 40), 4321))
        if one.kind is Kind.SHARE:
            whole = self.chance.randint(1, 900)
            return [self.chance.randint(0, whole), whole]
        return self._words(one)

    def _words(self, one: Field) -> Any:
        match one.kind:
            case Kind.BY_HAMLET:
                if self.chance.random() < 0.3:
                    return {"": [5200, 6000]}
                codes = [
                    u.code for u in self.known if u.kind == "xom" and self.chance.random() < 0.8
                ]
                return {code: [self.chance.randint(0, 300), 300] for code in codes or ["xom-05"]}
            case Kind.ONE_OF:
                return self.chance.choice(one.options).key
            case Kind.DATE:
                return f"{self.year}-07-15"
            case Kind.RECORDS:
                return [{one.parts[0].key: "Tên"} for _ in range(self.chance.randint(0, 3))]
            case Kind.EVIDENCE:
                return list(range(self.chance.randint(1, 3)))
        return self.chance.choice(("", "Máy cũ, mạng chậm."))


def form_of(unit: UnitInfo) -> list[Field]:
    """The fields of a yearly report."""
    return [one for one in built_in()[form_key(unit) or ""].fields if "annual" in one.occasions]


def meets(one: Field, answers: Any) -> bool:
    key, _, value = one.only_if.partition("=")
    answer = answers.get(key)
    told = answer["value"] if isinstance(answer, dict) else getattr(answer, "value", None)
    return bool(told == value)
