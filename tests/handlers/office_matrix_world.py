"""What each commune of the permission matrix has: one of everything that an act can be about."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from handlers.points.remarks import of_reports
from handlers.quick_forms.form import Kind, Question, store_questions
from handlers.reporting.answers import Answer, stored
from handlers.yearly import gathering, past_comparing, past_writing, past_year
from handlers.yearly.past_writing import Own
from storage import (
    duty_marks,
    figure_imports,
    frames,
    onward,
    people,
    points,
    quick_forms,
    registers,
    reports,
    units,
)
from storage.database import Transaction
from storage.people import Actor
from storage.registers import NewEntry
from storage.reports import NewVersion
from storage.units import NewUnit
from tests.talk import House, Talk

DIFFICULTY = "Mạng yếu ở nhà văn hóa"
FRAME = "Câu do cán bộ viết cho {xa}"


@dataclass(frozen=True)
class Side:
    """One commune, and the numbers of what is there."""

    name: str
    commune: int
    units: Mapping[str, int]
    """Letter -> unit: "5" has reported, "6" and "S" (a school) owe."""
    exempt: int
    """A unit with a mark."""
    past: tuple[int, int]
    """Units of which figures of 2025 wait, and are written."""
    report: int = 0
    mark: int = 0
    form: int = 0
    entry: int = 0
    visit: int = 0
    point: int = 0
    submitted: int = 0
    key: str = field(default="", repr=False)
    waiting: int = 0
    written: int = 0
    note: int = 0

    async def filled(self, house: House, officer: Talk) -> "Side":
        async with house.app.database.transaction() as tx:
            actor = (await people.lock(tx, [officer.lane]))[officer.lane]
            filling = _Filling(tx, self, actor, house)
            return await filling.all_of_it()


async def sides(house: House) -> tuple[Side, Side]:
    """The sample commune, and a second one beside it."""
    made = [
        ("xa-hai", "Xã Hai", "ubnd_xa", "", "none"),
        ("thon-dong", "Thôn Đông", "xom", "xa-hai", "required"),
        ("thon-tay", "Thôn Tây", "xom", "xa-hai", "required"),
        ("truong-hai", "Trường Hai", "truong_hoc", "xa-hai", "required"),
        ("thon-nam", "Thôn Nam", "xom", "xa-hai", "required"),
        ("thon-bac", "Thôn Bắc", "xom", "xa-hai", "required"),
    ]
    new = [
        NewUnit(code, name, name.lower(), kind, parent, duty, None, None, ())
        for code, name, kind, parent, duty in made
    ]
    async with house.app.database.transaction() as tx:
        day = house.clock.wall().date().replace(month=1, day=1)
        await units.import_all(tx, new, on=day)
        known = {one.code: one.id for one in await units.listed(tx, on=house.clock.wall().date())}
        await units.write_settings(tx, known["xa-hai"], {"name": "xã Hai"})
    return (
        _side(known, "home", "xa-giao-minh", "xom-05", "xom-06", "mn-a", "xom-08", "xom-09"),
        _side(
            known, "far", "xa-hai", "thon-dong", "thon-tay", "truong-hai", "thon-nam", "thon-bac"
        ),
    )


def _side(known: Mapping[str, int], name: str, commune: str, *codes: str) -> Side:
    five, six, school, exempt, past = (known[code] for code in codes)
    letters = {"5": five, "6": six, "S": school}
    return Side(name, known[commune], letters, exempt, (five, past))


@dataclass(frozen=True)
class _Filling:
    tx: Transaction
    side: Side
    by: Actor
    house: House

    async def all_of_it(self) -> Side:
        report = await self._report()
        side = replace(self.side, report=report, key=await self._key())
        made: dict[str, Any] = {**await self._made(report), **await self._imports()}
        return replace(side, **made)

    async def _made(self, report: int) -> dict[str, Any]:
        tx, commune, now = self.tx, self.side.commune, self.house.clock.wall()
        by = self.by.person_id
        about: dict[str, Any] = {"commune_id": commune, "period": "2026", "by": by, "now": now}
        mark = await duty_marks.make(tx, unit_id=self.side.exempt, kind="exempt", **about)
        asked = store_questions([Question(text="Bao nhiêu hộ?", kind=Kind.NUMBER)])
        form = await quick_forms.add(
            tx,
            commune_id=commune,
            title="Phiếu",
            questions=asked,
            due_on=now.date() + timedelta(days=3),
            units=list(self.side.units.values()),
            by=by,
            now=now,
        )
        entry = NewEntry(commune, self.side.units["5"], "award", 2026, now.date(), what="letter")
        visit = replace(entry, register="visit", due_on=now.date())
        sources = {"reports": [[report, 1]], "tickets": [], "units": [], "words": []}
        point: dict[str, Any] = {
            "kind": "proposal",
            "text": "Xin cấp thêm tài liệu",
            "sources": sources,
        }
        plain = await points.add(tx, **point, **about)
        told = await points.add(tx, **point, **about)
        await points.submit(tx, told, [commune], on=now.date())
        await frames.put(tx, commune, "closing", FRAME, by=by, now=now)
        note = await onward.add(
            tx, commune, "2026", addressee="Sở", number="1", sent_on=now.date(), by=by, now=now
        )
        await reports.freeze(tx, commune, "2027", by=by, now=now)
        return {
            "mark": mark,
            "form": form,
            "entry": await registers.add(tx, entry, by=by, now=now),
            "visit": await registers.add(tx, visit, by=by, now=now),
            "point": plain,
            "submitted": told,
            "note": note,
        }

    async def _report(self) -> int:
        told = {"sessions": Answer(3), "difficulties": Answer(DIFFICULTY)}
        new = NewVersion(1, stored(told), "guided", "unit", self.by.person_id, "head", False)
        number, _ = await reports.send(
            self.tx,
            new,
            unit_id=self.side.units["5"],
            commune_id=self.side.commune,
            form="xom",
            period="2026",
            now=self.house.clock.wall(),
        )
        return number

    async def _key(self) -> str:
        """What a press keeps of the one difficulty."""
        today = self.house.clock.wall().date()
        found = await gathering.gather(self.tx, self.side.commune, "2026", today=today)
        assert found is not None
        return next(one.key for one in of_reports(found.told))

    async def _imports(self) -> dict[str, int]:
        """Figures of 2025: of one unit they wait, of another they are written."""
        now = self.house.clock.wall()
        year = await past_year.load(self.tx, self.side.commune, "2025", today=now.date())
        assert year is not None
        numbers = []
        for unit in reversed(self.side.past):
            rows = {
                "units": {str(unit): stored({"sessions": Answer(12)})},
                "rows": {str(unit): 2},
                "only": [],
                "letters": {"sessions": "C"},
                "forms": {key: form.version for key, form in year.forms.items()},
            }
            rows["base"] = dict((await past_comparing.compare(self.tx, year, rows)).base)
            number = await figure_imports.add(
                self.tx,
                commune_id=self.side.commune,
                period="2025",
                rows=rows,
                by=self.by.person_id,
                now=now,
            )
            numbers.append(number)
            if len(numbers) == 1:
                kept = await figure_imports.find(self.tx, number, [self.side.commune])
                assert kept is not None
                await past_writing.write(self.tx, kept, year, Own.KEEP, by=self.by, now=now)
        return {"written": numbers[0], "waiting": numbers[1]}
