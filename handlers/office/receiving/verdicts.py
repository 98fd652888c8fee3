"""The rules of receiving a report and of asking for it again: for the chat, the page and jobs.

All of it happens in the caller's transaction, and rights are those of this very moment (A3, T13).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.roles import desk_role
from storage import audit, report_reviews, reports
from storage.database import Transaction
from storage.people import Actor
from storage.report_reviews import ACCEPTED, RETURNED, SUBMITTED, ReviewInfo
from storage.reports import VersionInfo

MOST_LETTERS: Final = 500
FEWEST_LETTERS: Final = 5
_FROM: Final = {ACCEPTED: (SUBMITTED, RETURNED), RETURNED: (SUBMITTED, ACCEPTED)}
"""Which verdict may follow which state: what was received can still be asked for again."""


class Denied(Exception):
    """This person does not receive reports of that commune now, or there is no such report."""


class Frozen(Exception):
    """The figures of the period are frozen; nothing was written (T41)."""


class Ended(Exception):
    """The unit is no more, so nobody could send its report again."""


class Withdrawn(Exception):
    """The unit has taken its report back; nothing counts now."""


class Overtaken(Exception):
    """Another version counts than the one that was shown (T42); `counted` is that one."""

    def __init__(self, counted: VersionInfo) -> None:
        super().__init__(str(counted.number))
        self.counted = counted


class Judged(Exception):
    """A colleague was first; `review` is the verdict that stands."""

    def __init__(self, review: ReviewInfo) -> None:
        super().__init__(review.verdict)
        self.review = review


@dataclass(frozen=True, slots=True)
class Shown:
    """A report as the officer saw it."""

    commune_id: int
    period: str
    report_id: int
    number: int
    state: str = SUBMITTED


def may_follow(verdict: str, state: str) -> bool:
    """Whether a report in this state can be received, or asked for again."""
    return state in _FROM[verdict]


async def accept(tx: Transaction, shown: Shown, *, by: Actor, now: datetime) -> int:
    """Receive the version that was shown; the review's id.

    Raises `Denied`, `Frozen`, `Withdrawn`, `Overtaken`, `Judged`; then nothing was written.
    """
    return await _give(tx, shown, ACCEPTED, by=by, now=now)


async def give_back(tx: Transaction, shown: Shown, *, reason: str, by: Actor, now: datetime) -> int:
    """Ask the unit for the same report again, with a reason it will read; the review's id.

    Raises what `accept` raises, `Ended`, and ValueError for a reason too short or too long.
    """
    if not FEWEST_LETTERS <= len(reason.strip()) <= MOST_LETTERS:
        raise ValueError("a reason has 5 to 500 letters")
    # The day of the clock in UTC: hours behind the local one, by which the chat offers it at all.
    if not await report_reviews.exists_on(tx, shown.report_id, now.date()):
        raise Ended
    return await _give(tx, shown, RETURNED, by=by, now=now, reason=reason.strip())


async def accept_all(
    tx: Transaction, all_shown: Sequence[Shown], *, by: Actor, now: datetime
) -> list[tuple[Shown, int]]:
    """Receive each that still is as it was shown; (what was received, the review's id).

    All of one commune and period. Raises `Denied`, `Frozen`.
    """
    if not all_shown:
        return []
    if len({(one.commune_id, one.period) for one in all_shown}) > 1:
        raise Denied
    role = await _allowed(tx, all_shown[0], [one.report_id for one in all_shown], by=by)
    found = []
    for shown in all_shown:
        review = await _write(tx, shown, ACCEPTED, by=by, role=role, now=now)
        if review is not None:
            found.append((shown, review))
    return found


async def _give(
    tx: Transaction, shown: Shown, verdict: str, *, by: Actor, now: datetime, reason: str = ""
) -> int:
    role = await _allowed(tx, shown, [shown.report_id], by=by)
    if not may_follow(verdict, shown.state):
        raise Denied
    review = await _write(tx, shown, verdict, by=by, role=role, now=now, reason=reason)
    if review is None:
        raise await _why_not(tx, shown)
    return review


async def _allowed(tx: Transaction, shown: Shown, numbers: Sequence[int], *, by: Actor) -> str:
    """The role to act in. From now on nobody sends for these units, and nobody freezes (T41)."""
    role = desk_role(by.grants, shown.commune_id)
    if not role:
        raise Denied
    await report_reviews.hold(tx, numbers, commune_id=shown.commune_id, period=shown.period)
    await reports.share_period(tx, shown.commune_id)
    if await reports.frozen(tx, shown.commune_id, shown.period):
        raise Frozen
    return role


async def _write(
    tx: Transaction,
    shown: Shown,
    verdict: str,
    *,
    by: Actor,
    role: str,
    now: datetime,
    reason: str = "",
) -> int | None:
    review = await report_reviews.give(
        tx,
        commune_id=shown.commune_id,
        period=shown.period,
        report_id=shown.report_id,
        number=shown.number,
        verdict=verdict,
        by=by.person_id,
        now=now,
        reason=reason,
        state=shown.state,
    )
    if review is not None:
        await audit.record(
            tx,
            by=by,
            role=role,
            action=f"report.{verdict}",
            about=f"report:{shown.report_id}",
            now=now,
            before={"state": shown.state},
            after={"version": shown.number, "review": review},
        )
    return review


async def _why_not(tx: Transaction, shown: Shown) -> Exception:
    report = await report_reviews.find(
        tx, shown.report_id, commune_id=shown.commune_id, period=shown.period
    )
    if report is None:
        return Denied()
    counted = await reports.version(tx, report.id, report.version)
    if counted is None:
        return Withdrawn()
    if report.version != shown.number:
        return Overtaken(counted)
    review = await report_reviews.newest(tx, report.id, report.version)
    if review is None or report.state == SUBMITTED:  # taken back to a version judged before
        return Overtaken(counted)
    return Judged(review)
