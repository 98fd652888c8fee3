"""Everything an officer is shown beside a report: last year, notes, what may be counted twice.

Read once a turn for a whole commune, so that a hundred reports cost as many questions as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from handlers.evidence import SCAN
from handlers.office.receiving import comparing, doubles
from handlers.office.receiving.comparing import Difference, Outlier
from handlers.office.receiving.doubles import Ended, Suspicion
from handlers.office.receiving.review import Where
from handlers.reporting.answers import Answers, loaded
from handlers.reporting.saying import Names
from handlers.yearly import gathering
from handlers.yearly.gathering import Gathered, Told
from storage import report_reviews, report_totals, reports, units
from storage.database import Transaction
from storage.report_reviews import SUBMITTED, ReviewInfo
from storage.units import UnitInfo


@dataclass(frozen=True, slots=True)
class Seen:
    """One report with all that is said about it."""

    told: Told
    changed: tuple[Difference, ...]
    """From last year, jumps first."""
    outliers: tuple[Outlier, ...]
    suspicions: tuple[Suspicion, ...]
    earlier: ReviewInfo | None
    """The last verdict about this version or one before."""
    files: Mapping[str, int]
    is_ended: bool
    """Its unit is no more: nobody can send it again, so it cannot be returned."""

    @property
    def evidence(self) -> int:
        return sum(count for field, count in self.files.items() if field != SCAN)

    @property
    def scans(self) -> int:
        return self.files.get(SCAN, 0)

    @property
    def unknown(self) -> list[str]:
        """Labels of what is "chưa nắm được"."""
        fields, answers = self.told.form.fields, self.told.answers
        return [one.label for one in fields if one.key in answers and answers[one.key].unknown]

    @property
    def is_plain(self) -> bool:
        """Nothing about it needs an officer's eye; being late alone does not."""
        told_by_itself = self.told.version.source == "unit"
        is_new = self.earlier is None
        odd = comparing.jumps(self.changed) or self.outliers or self.suspicions or self.unknown
        return told_by_itself and is_new and not odd


@dataclass(frozen=True)
class Survey:
    """All reports of one commune and period, with what surrounds them."""

    gathered: Gathered
    before: Mapping[int, Answers]
    """Unit id -> last year's answers."""
    suspicions: tuple[Suspicion, ...]
    earlier: Mapping[int, ReviewInfo]
    files: Mapping[int, Mapping[str, int]]
    late: frozenset[int]
    there: frozenset[int]
    """Ids of the units that exist today."""

    @cached_property
    def queue(self) -> list[Told]:
        """Sent and neither received nor returned, the oldest first."""
        waiting = [one for one in self.gathered.told if one.report.state == SUBMITTED]
        return sorted(waiting, key=lambda one: (one.version.sent_at, one.report.id))

    @property
    def plain(self) -> list[Told]:
        """Those of the queue that need no officer's eye."""
        return [one for one in self.queue if self.seen(one).is_plain]

    @property
    def names(self) -> Names:
        return Names(self.gathered.names)

    def seen(self, told: Told) -> Seen:
        changed = comparing.differences(told.form, self.before.get(told.unit.id, {}), told.answers)
        others = [
            one.answers
            for one in self.gathered.told
            if one.form.key == told.form.key and one.unit.id != told.unit.id
        ]
        return Seen(
            told=told,
            changed=tuple(changed),
            outliers=tuple(comparing.outliers(told.form, told.answers, others)),
            suspicions=tuple(one for one in self.suspicions if told.unit.id in one.units),
            earlier=self.earlier.get(told.report.id),
            files=self.files.get(told.unit.id, {}),
            is_ended=told.unit.id not in self.there,
        )


async def survey(tx: Transaction, where: Where, *, today: date) -> Survey | None:
    """None for a period that is none."""
    gathered = await gathering.gather(tx, where.commune, where.period, today=today)
    if gathered is None:
        return None
    found = {one.unit.id for one in gathered.told}
    found |= {one.unit.id for one in gathered.obligations}
    return Survey(
        gathered=gathered,
        before=await _year_before(tx, where, gathered),
        suspicions=tuple(await _suspicions(tx, gathered, today=today)),
        earlier=await report_reviews.last_of_each(tx, where.commune, where.period),
        files=await report_reviews.files_given(tx, found, where.period),
        late=frozenset(await report_reviews.late(tx, where.commune, where.period)),
        there=frozenset(await _units_on(tx, where.commune, today)),
    )


async def _year_before(tx: Transaction, where: Where, gathered: Gathered) -> Mapping[int, Answers]:
    if gathered.period.occasion != "annual":
        return {}
    key = str(gathered.period.year - 1)
    frozen = await reports.frozen(tx, where.commune, key)
    counted = await reports.counting(
        tx, where.commune, key, snapshot=frozen.snapshot if frozen else None
    )
    return {report.unit_id: loaded(version.answers) for report, version in counted}


async def _suspicions(tx: Transaction, gathered: Gathered, *, today: date) -> list[Suspicion]:
    period = gathered.period
    return doubles.suspicions(
        gathered.told,
        held=await report_totals.held_together(tx, gathered.commune.id, period.first, period.last),
        ended=await _ended(tx, gathered, today=today),
        holders=gathered.settings.get("holders") or {},
    )


async def _ended(tx: Transaction, gathered: Gathered, *, today: date) -> list[Ended]:
    """Units that ended since the period began, with those that go on in their place."""
    of_then = await _units_on(tx, gathered.commune.id, gathered.period.first)
    of_now = await _units_on(tx, gathered.commune.id, min(today, gathered.period.due))
    gone = [one for number, one in of_then.items() if number not in of_now]
    begun = [one for number, one in of_now.items() if number not in of_then]
    return doubles.successors(gone, of_now.values(), begun) if gone else []


async def _units_on(tx: Transaction, commune: int, day: date) -> dict[int, UnitInfo]:
    known = await units.listed(tx, on=day)
    return {one.id: one for one in known if one.commune_id == commune}
