"""Who owes the report of a period, by duty: what /chuabaocao, /duyet and /tonghop start from."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from handlers import places
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.place import form_key
from storage import claims, duty_marks, report_reviews, reports, units
from storage.claims import ClaimInfo
from storage.database import Transaction
from storage.duty_marks import MarkInfo
from storage.report_reviews import ReviewInfo
from storage.reports import ReportInfo
from storage.units import UnitInfo

DUTIES: Final = ("required", "requested", "encouraged")
"""In the order in which they are shown; never mixed in one figure (design §3)."""


class Standing(StrEnum):
    """Where a unit stands with one report; only `OWES` and `RETURNED` are asked for anything."""

    OWES = "owes"
    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    PAPER = "paper"
    """A signed copy came in; its figures are not entered yet."""
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Obligation:
    unit: UnitInfo
    name: str
    """A name no other unit of the commune has."""
    standing: Standing
    due: date
    """The last local day on time, its own extension counted in."""
    report: ReportInfo | None
    marks: tuple[MarkInfo, ...]
    claim: ClaimInfo | None = None
    """What it says of a signed copy, and nobody of the office has looked at."""

    @property
    def duty(self) -> str:
        return self.unit.duty

    @property
    def is_open(self) -> bool:
        """Whether anything is still expected of this unit."""
        return self.standing in (Standing.OWES, Standing.RETURNED)

    @property
    def is_claimed(self) -> bool:
        """Whether it says that it has handed in paper: it owes still, but is not reminded."""
        return self.is_open and self.claim is not None

    @property
    def lacks_figures(self) -> bool:
        """Whether its figures are still to come, if only from the signed copy."""
        return self.is_open or self.standing is Standing.PAPER

    @property
    def has_reported(self) -> bool:
        return self.standing in (Standing.SENT, Standing.ACCEPTED, Standing.PAPER)

    def is_overdue(self, today: date) -> bool:
        """Only who must report can be overdue (design §5)."""
        return self.is_open and self.duty == "required" and today > self.due


async def of(
    tx: Transaction, commune_id: int, period: ReportPeriod, *, today: date
) -> list[Obligation]:
    """Every unit that the period asks, in the order of duty, kind and name.

    Units count as they are today, those of a past period as they were on its last day on time: a
    hamlet that was merged into another before owes nothing.
    """
    known = await units.listed(tx, on=min(today, period.due))
    mine = [one for one in known if one.commune_id == commune_id]
    asked = [one for one in mine if one.duty in DUTIES and form_key(one) is not None]
    names = places.shown(mine)
    sent = await reports.of_units(tx, [one.id for one in asked], period.key)
    marks = await duty_marks.standing(tx, commune_id, period.key)
    claimed = await claims.standing(tx, commune_id, f"report:{period.key}")
    verdicts = await _verdicts(tx, commune_id, period, sent.values())
    found = []
    for one in asked:
        report, theirs = sent.get(one.id), tuple(marks.get(one.id, ()))
        verdict = verdicts.get(report.id) if report else None
        standing = _standing(report, _since(verdict, theirs) if verdict else theirs)
        obligation = _obligation(one, names[one.code], period, standing, report, theirs)
        found.append(replace(obligation, claim=claimed.get(one.id)))
    return sorted(found, key=lambda one: DUTIES.index(one.duty))


async def _verdicts(
    tx: Transaction, commune_id: int, period: ReportPeriod, sent: Collection[ReportInfo]
) -> Mapping[int, ReviewInfo]:
    """Report id -> when it was returned; mostly there is none."""
    if not any(one.state == Standing.RETURNED for one in sent):
        return {}
    return await report_reviews.last_of_each(tx, commune_id, period.key)


def _since(verdict: ReviewInfo, marks: Sequence[MarkInfo]) -> list[MarkInfo]:
    """Of the same moment as the return a mark is the later one: what is sent cannot be marked."""
    return [one for one in marks if one.made_at >= verdict.made_at]


def _obligation(
    unit: UnitInfo,
    name: str,
    period: ReportPeriod,
    standing: Standing,
    report: ReportInfo | None,
    marks: tuple[MarkInfo, ...],
) -> Obligation:
    return Obligation(
        unit=unit,
        name=name,
        standing=standing,
        due=max([period.due, *(mark.until for mark in marks if mark.until)]),
        report=report,
        marks=marks,
    )


def _standing(report: ReportInfo | None, marks: Iterable[MarkInfo]) -> Standing:
    """`marks`: of a returned report those that were made since; they end what was asked."""
    found = Standing.OWES
    if report is not None and report.version > 0:
        found = Standing(report.state if report.state != "submitted" else "sent")
    if found not in (Standing.OWES, Standing.RETURNED):
        return found
    kinds = {one.kind for one in marks}
    if "paper" in kinds:
        return Standing.PAPER
    return Standing.EXEMPT if "exempt" in kinds else found
