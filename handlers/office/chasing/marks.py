"""The rules of marks: bản giấy, gia hạn, miễn, and taking them away again (design §5).

All of it in the caller's transaction, with the rights of this very moment (A3, T13, T41).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from handlers.office import claims, owing
from handlers.office.owing import Obligation, Standing
from handlers.reporting.flow import WHO
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.service import Denied, Frozen
from handlers.roles import desk_role
from storage import audit, duty_marks, reports, roles
from storage.claims import Verdict
from storage.database import Transaction
from storage.duty_marks import MarkInfo
from storage.people import Actor

MOST_DAYS: Final = timedelta(days=60)
REASON: Final = range(5, 301)
"""How many letters a reason has."""
_INSTEAD: Final = {"paper": "exempt", "exempt": "paper"}


class NotAsked(Exception):
    """No unit of this commune that the period asks (T13)."""


class HasSent(Exception):
    """The unit reported already: there is nothing to mark."""


class StandsAlready(Exception):
    """The same mark stands."""


class NoMark(Exception):
    """It has ended already, or is none of this unit's."""


class WrongDay(Exception):
    """An extension ends after the deadline, and not long after."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be marked."""

    unit_id: int
    kind: str
    """"paper", "extended", "exempt"."""
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class At:
    """Where and when."""

    commune_id: int
    period: ReportPeriod
    now: datetime
    today: date


async def make(tx: Transaction, at: At, wish: Wish, *, by: Actor) -> int:
    """Set a mark as the commune's office; its id.

    Raises `Denied`, `Frozen`, `NotAsked`, `HasSent`, `StandsAlready`, `WrongDay`.
    """
    return await _make(tx, at, wish, by=by, role=await _desk(tx, by, at.commune_id))


async def decline(tx: Transaction, at: At, wish: Wish, *, by: Actor) -> int:
    """Exempt a unit that was only invited and says "không tham gia"; raises as `make`."""
    grants = await roles.held_by(tx, by.canonical_id)
    mine = (one.role for one in grants if one.role in WHO and one.unit_id == wish.unit_id)
    role = next(mine, "")
    found = await _asked(tx, at, wish.unit_id)
    if not role or found.duty != "encouraged":
        raise Denied
    return await _make(tx, at, wish, by=by, role=role)


async def end(tx: Transaction, at: At, mark_id: int, *, by: Actor) -> MarkInfo:
    """Take a mark away; what it was. Raises `Denied`, `Frozen`, `NoMark`."""
    role = await _desk(tx, by, at.commune_id)
    standing = await duty_marks.standing(tx, at.commune_id, at.period.key)
    found = next((m for marks in standing.values() for m in marks if m.id == mark_id), None)
    if found is None:
        raise NoMark
    await _hold(tx, at, found.unit_id)
    if not await _ended(tx, at, found, by=by, role=role):
        raise NoMark
    return found


async def _desk(tx: Transaction, by: Actor, commune_id: int) -> str:
    role = desk_role(await roles.held_by(tx, by.canonical_id), commune_id)
    if not role:
        raise Denied
    return role


async def _hold(tx: Transaction, at: At, unit_id: int) -> None:
    """Nobody sends for this unit meanwhile, and nobody freezes (T19, T41). Raises `Frozen`."""
    await reports.hold(tx, unit_id)
    await reports.share_period(tx, at.commune_id)
    if await reports.frozen(tx, at.commune_id, at.period.key):
        raise Frozen


async def _asked(tx: Transaction, at: At, unit_id: int) -> Obligation:
    found = await owing.of(tx, at.commune_id, at.period, today=at.today)
    one = next((one for one in found if one.unit.id == unit_id), None)
    if one is None:
        raise NotAsked
    return one


async def _make(tx: Transaction, at: At, wish: Wish, *, by: Actor, role: str) -> int:
    _check_day(at, wish)
    await _hold(tx, at, (await _asked(tx, at, wish.unit_id)).unit.id)
    one = await _asked(tx, at, wish.unit_id)
    if one.standing in (Standing.SENT, Standing.ACCEPTED):
        raise HasSent
    _check_new(one, wish)
    for mark in one.marks:
        if mark.kind in (wish.kind, _INSTEAD.get(wish.kind)):
            await _ended(tx, at, mark, by=by, role=role)
    number = await duty_marks.make(
        tx,
        commune_id=at.commune_id,
        unit_id=wish.unit_id,
        period=at.period.key,
        kind=wish.kind,
        by=by.person_id,
        now=at.now,
        until=wish.until,
        reason=wish.reason,
    )
    if number is None:
        raise StandsAlready
    about, after = f"mark:{number}", _said(wish.unit_id, at.period.key, wish.kind, wish.until)
    await audit.record(
        tx, by=by, role=role, action="mark.made", about=about, now=at.now, after=after
    )
    await _answer_claim(tx, at, wish, by=by, role=role)
    return number


async def _answer_claim(tx: Transaction, at: At, wish: Wish, *, by: Actor, role: str) -> None:
    """A mark that ends what is asked answers what the unit said of its paper."""
    if wish.kind in _INSTEAD:
        verdict: Verdict = "seen" if wish.kind == "paper" else "needless"
        about = f"report:{at.period.key}"
        await claims.end(tx, wish.unit_id, about, verdict=verdict, by=by, role=role, now=at.now)


async def _ended(tx: Transaction, at: At, mark: MarkInfo, *, by: Actor, role: str) -> bool:
    """End a mark and record it; False if somebody was faster."""
    if not await duty_marks.end(tx, mark.id, by=by.person_id, now=at.now):
        return False
    about, before = f"mark:{mark.id}", _said(mark.unit_id, mark.period, mark.kind, mark.until)
    await audit.record(
        tx, by=by, role=role, action="mark.ended", about=about, now=at.now, before=before
    )
    return True


def is_possible(day: date, due: date, *, today: date) -> bool:
    """Whether an extension may end on that day: after the deadline, not long after, not over."""
    return due < day <= due + MOST_DAYS and day >= today


def _check_day(at: At, wish: Wish) -> None:
    if (wish.kind == "extended") != (wish.until is not None):
        raise WrongDay
    if wish.until and not is_possible(wish.until, at.period.due, today=at.today):
        raise WrongDay


def _check_new(one: Obligation, wish: Wish) -> None:
    same = next((mark for mark in one.marks if mark.kind == wish.kind), None)
    is_older = one.standing is Standing.RETURNED and wish.kind in _INSTEAD  # than the return
    if same is not None and same.until == wish.until and not is_older:
        raise StandsAlready


def _said(unit_id: int, period: str, kind: str, until: date | None) -> dict[str, object]:
    day = until.isoformat() if until else None
    return {"unit": unit_id, "period": period, "kind": kind, "until": day}
