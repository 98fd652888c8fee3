"""What units hand in and officers do about it: reports, paper, more time, pauses."""

import random
from datetime import date, timedelta
from typing import Final

from sqlalchemy import update

from storage import (
    claims,
    duty_marks,
    reminder_pauses,
    report_reviews,
    reports,
)
from storage.database import Transaction
from storage.reports import NewVersion
from storage.tables import Unit
from tests.crash.seasons_commune import PLACES, Rows
from tests.crash.seasons_facts import DUE, Record
from tests.crash.seasons_process import SeasonClock

PERIOD: Final = "2026"
_ABOUT: Final = f"report:{PERIOD}"
_INSTEAD: Final = ("paper", "exempt")


class Papers:
    """Each is asked with the transaction open, and says whether anything was done."""

    def __init__(
        self, rows: Rows, record: Record, clock: SeasonClock, chance: random.Random
    ) -> None:
        self._rows = rows
        self._record = record
        self._clock = clock
        self._chance = chance
        self._by = rows.persons["p00"]
        self._marks: dict[str, dict[str, int]] = {}
        self._behind: dict[str, str] = {}
        self._pauses: dict[str, int] = {}

    @property
    def _today(self) -> date:
        return self._clock.local.date()

    def _unit(self, *standing: str) -> str:
        """Some unit that stands so, and is there; "" for none."""
        world = self._record.world
        known = [
            unit
            for unit in PLACES
            if world.standing.get(unit, "owes") in standing
            and world.ended.get(unit, date.max) > self._today
        ]
        return self._chance.choice(known) if known else ""

    def _changes(self, **what: object) -> bool:
        self._record.changes(self._clock.local, **what)
        return True

    def _stands(self, unit: str, standing: str, **what: object) -> bool:
        known = self._record.world.standing
        return self._changes(standing={**known, unit: standing}, **what)

    # --- reports ---------------------------------------------------------------------------------

    async def hands_in(self, tx: Transaction) -> bool:
        unit = self._unit("owes", "returned", "paper", "exempt")
        if not unit or self._record.world.is_frozen:
            return False
        new = NewVersion(1, {}, "guided", "unit", self._by, "reporter", is_late=False)
        await reports.send(
            tx,
            new,
            unit_id=self._rows.units[unit],
            commune_id=self._rows.commune,
            form=PLACES[unit].kind,
            period=PERIOD,
            now=self._clock.wall(),
        )
        await self._settle(tx, unit, "needless")
        return self._stands(unit, "sent", claims=self._unclaimed(unit))

    async def is_returned(self, tx: Transaction) -> bool:
        """An officer has read it first: never in the very moment in which it was sent."""
        unit = self._unit("sent")
        if not unit or self._record.world.is_frozen:
            return False
        report = await reports.of_unit(tx, self._rows.units[unit], PERIOD)
        assert report is not None
        if report.changed_at >= self._clock.wall():
            return False
        await report_reviews.give(
            tx,
            commune_id=self._rows.commune,
            period=PERIOD,
            report_id=report.id,
            number=report.version,
            verdict="returned",
            by=self._by,
            now=self._clock.wall(),
            reason="thiếu số",
        )
        return self._stands(unit, "returned")

    async def freezes(self, tx: Transaction) -> bool:
        """Chốt số liệu, and mở lại."""
        world = self._record.world
        if world.is_frozen:
            standing = await reports.frozen(tx, self._rows.commune, PERIOD)
            assert standing is not None
            now = self._clock.wall()
            await reports.reopen(tx, standing.id, by=self._by, reason="sót", now=now)
            return self._changes(is_frozen=False)
        if self._chance.random() < 0.8:
            return False
        now = self._clock.wall()
        await reports.freeze(tx, self._rows.commune, PERIOD, by=self._by, now=now)
        return self._changes(is_frozen=True)

    # --- marks -----------------------------------------------------------------------------------

    async def brings_paper(self, tx: Transaction) -> bool:
        return await self._mark(tx, "paper")

    async def is_exempt(self, tx: Transaction) -> bool:
        return await self._mark(tx, "exempt")

    async def _mark(self, tx: Transaction, kind: str) -> bool:
        unit = self._unit("owes", "returned")
        if not unit or self._record.world.is_frozen:
            return False
        for known in _INSTEAD:
            await self._end(tx, unit, known)
        await self._make(tx, unit, kind, None)
        await self._settle(tx, unit, "seen" if kind == "paper" else "needless")
        self._behind[unit] = self._record.world.standing.get(unit, "owes")
        return self._stands(unit, kind, claims=self._unclaimed(unit))

    async def is_unmarked(self, tx: Transaction) -> bool:
        unit = self._unit("paper", "exempt")
        if not unit or self._record.world.is_frozen:
            return False
        await self._end(tx, unit, self._record.world.standing[unit])
        return self._stands(unit, self._behind[unit])

    async def gets_more_time(self, tx: Transaction) -> bool:
        unit, day = self._unit("owes", "returned"), DUE + timedelta(self._chance.randint(1, 12))
        world = self._record.world
        if not unit or world.is_frozen or day < self._today:
            return False
        await self._end(tx, unit, "extended")
        await self._make(tx, unit, "extended", day)
        return self._changes(until={**world.until, unit: day})

    async def _make(self, tx: Transaction, unit: str, kind: str, until: date | None) -> None:
        number = await duty_marks.make(
            tx,
            commune_id=self._rows.commune,
            unit_id=self._rows.units[unit],
            period=PERIOD,
            kind=kind,
            by=self._by,
            now=self._clock.wall(),
            until=until,
        )
        assert number is not None, f"{kind} of {unit} stands already"
        self._marks.setdefault(unit, {})[kind] = number

    async def _end(self, tx: Transaction, unit: str, kind: str) -> None:
        number = self._marks.get(unit, {}).pop(kind, None)
        if number is not None:
            await duty_marks.end(tx, number, by=self._by, now=self._clock.wall())

    # --- claims ----------------------------------------------------------------------------------

    async def says_so(self, tx: Transaction) -> bool:
        """Say "đã nộp bản giấy": it rests until an officer has looked."""
        unit, world = self._unit("owes", "returned"), self._record.world
        if not unit or unit in world.claims:
            return False
        number = await claims.say(
            tx,
            commune_id=self._rows.commune,
            unit_id=self._rows.units[unit],
            about=_ABOUT,
            by=self._by,
            now=self._clock.wall(),
        )
        assert number is not None
        return self._changes(claims={**world.claims, unit: self._today})

    async def is_looked_at(self, tx: Transaction) -> bool:
        """The officer has not seen it."""
        world = self._record.world
        if not world.claims:
            return False
        unit = self._chance.choice(sorted(world.claims))
        await self._settle(tx, unit, "unseen")
        return self._changes(claims=self._unclaimed(unit))

    def _unclaimed(self, unit: str) -> dict[str, date]:
        known = self._record.world.claims
        return {one: day for one, day in known.items() if one != unit}

    async def _settle(self, tx: Transaction, unit: str, verdict: claims.Verdict) -> None:
        await claims.settle(
            tx,
            [self._rows.units[unit]],
            _ABOUT,
            verdict=verdict,
            by=self._by,
            now=self._clock.wall(),
        )

    # --- units and pauses ------------------------------------------------------------------------

    async def ends(self, tx: Transaction) -> bool:
        """A hamlet is merged into another."""
        world = self._record.world
        if world.ended or self._chance.random() < 0.5:
            return False
        unit = self._chance.choice(["xom-01", "xom-02", "truong"])
        day = self._today + timedelta(days=self._chance.randint(0, 2))
        changed = update(Unit).where(Unit.id == self._rows.units[unit]).values(until=day)
        await tx.execute(changed)
        return self._changes(ended={**world.ended, unit: day})

    async def pauses(self, tx: Transaction) -> bool:
        unit = self._chance.choice(["", *PLACES])
        number = await reminder_pauses.make(
            tx,
            commune_id=self._rows.commune,
            unit_id=self._rows.units[unit] if unit else None,
            about="",
            by=self._by,
            now=self._clock.wall(),
        )
        if unit in self._record.world.paused or number is None:
            return False
        self._pauses[unit] = number
        return self._changes(paused=self._record.world.paused | {unit})

    async def goes_on(self, tx: Transaction) -> bool:
        paused = self._record.world.paused
        if not paused:
            return False
        unit, commune = self._chance.choice(sorted(paused)), self._rows.commune
        number, now = self._pauses[unit], self._clock.wall()
        await reminder_pauses.end(tx, number, commune_id=commune, by=self._by, now=now)
        return self._changes(paused=paused - {unit})
