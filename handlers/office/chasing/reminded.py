"""What a unit is reminded with, and what it presses: at once, later, or paper was handed in."""

from dataclasses import replace
from typing import Final

from handlers.flow import Flow, Outcome, Scene, Turn
from handlers.messages import Notice, Outgoing
from handlers.office import claims, owing
from handlers.office.chasing import calls, claimed, front, marks, owed
from handlers.office.chasing.marks import At, Wish
from handlers.office.chasing.owed import Owed, Spot, look
from handlers.office.owing import Obligation, Standing
from handlers.reporting import choosing, periods
from handlers.reporting.flow import WHO
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.service import Denied, Frozen, acting_as
from handlers.roles import DESK, once_each
from handlers.roles import Denied as NoRight
from handlers.words import say_date
from storage import reports, roles, units
from storage.units import UnitInfo

flow = Flow("reminded", allow=WHO)
"""No command and no words: it only hears what is pressed under a reminder."""

_NEAR: Final = range(15)
"""Days before the last one on which it is said how many are left."""
_CHOICES: Final = {
    "required": ("chasing.now", "chasing.later", "chasing.paper_sent"),
    "requested": ("chasing.fill", "chasing.letter_sent", "chasing.contact"),
    "encouraged": ("chasing.fill", "chasing.later", "chasing.decline"),
}


def message(scene: Scene, seen: Owed, one: Obligation, *, questions: int | None = None) -> Outgoing:
    """Why it is asked, until when, how many questions are left, and three ways to answer."""
    asked = scene.message(
        f"chasing.{_said(seen, one)}",
        choices=_CHOICES[one.duty],
        unit=one.name,
        period=seen.title,
        commune=seen.commune,
        office=seen.office,
        due=_due(scene, seen.period, one),
        day=say_date(one.due),
        days=_days(scene, one),
        late=(seen.today - one.due).days,
        left=_left(scene, questions),
    )
    return replace(asked, notice=Notice(flow.name, "answer", f"{one.unit.id}:{seen.period.key}"))


def _due(scene: Scene, period: ReportPeriod, one: Obligation) -> str:
    """The unit's own day, its extension counted in."""
    return periods.say_due(scene.house.texts, replace(period, due=one.due))


def _days(scene: Scene, one: Obligation) -> str:
    """How near the day is, once it is near: the words are those of the day they are sent (R18)."""
    left = (one.due - scene.today).days
    if left not in _NEAR:
        return ""
    return f" {scene.text_of('chasing.days_left' if left else 'chasing.days_last', count=left)}"


def _left(scene: Scene, questions: int | None) -> str:
    if questions is None:
        return ""
    key = "chasing.questions_left" if questions else "chasing.questions_none"
    return f" {scene.text_of(key, count=questions)}"


def _said(seen: Owed, one: Obligation) -> str:
    """Whoever is asked kindly hears of no lateness (design §5); no day that is over is named."""
    if one.duty == "encouraged":
        return "ask_encouraged"
    if one.duty == "requested":
        if one.standing is Standing.RETURNED:
            return "ask_requested_returned"
        return "ask_requested" if seen.today > one.due else "ask_requested_due"
    if one.standing is Standing.RETURNED:
        return "ask_returned_past" if one.is_overdue(seen.today) else "ask_returned"
    return "ask_overdue" if one.is_overdue(seen.today) else "ask_required"


@flow.entry
async def begin(turn: Turn) -> Outcome:  # noqa: ARG001 - the signature of every entry
    """Whatever leads here wants to report."""
    return Outcome().then("reporting")


# --- what the unit presses -----------------------------------------------------------------------


@flow.step()
async def answer(turn: Turn) -> Outcome:
    """`turn.about` is "<unit id>:<period>"; the right and the need are those of now (T13, T41)."""
    unit_id, period_key = _parts(turn.about)
    if not acting_as(turn.actor, unit_id):
        return turn.aside("menu.old_button")
    if turn.choice == "later":
        return turn.aside("chasing.later_said")
    if turn.choice in ("contact", "meet"):
        return Outcome().then("tickets")
    unit = await units.by_id(turn.tx, unit_id, on=turn.today)
    if unit is not None:
        await claims.hold(turn.tx, unit)
    one, period = await _owes(turn, unit, period_key) if unit else (None, None)
    if unit is None or one is None or period is None or not one.is_open:
        return turn.aside("chasing.not_needed")
    match turn.choice:
        case "paper_sent" | "letter_sent":
            return await _claim(turn, one, period)
        case "decline":
            return await _decline(turn, one, period)
    return await choosing.opened(turn, f"{unit_id}:{period_key}", "")


def _parts(about: str) -> tuple[int, str]:
    """Of "<unit id>:<period>", and of the same with who asks behind it."""
    unit, period, *_ = *about.split(":"), ""
    return int(unit) if unit.isdecimal() else 0, period


async def _owes(
    turn: Turn, unit: UnitInfo, period_key: str
) -> tuple[Obligation | None, ReportPeriod | None]:
    settings = await units.settings_of(turn.tx, unit.id)
    period = periods.by_key(period_key, settings)
    if period is None:
        return None, None
    found = await owing.of(turn.tx, unit.commune_id, period, today=turn.today)
    return next((one for one in found if one.unit.id == unit.id), None), period


async def _claim(turn: Turn, one: Obligation, period: ReportPeriod) -> Outcome:
    """It rests from now on, and the officers are asked, once however often it is pressed (T19)."""
    title = periods.say_title(turn.house.texts, period)
    if await reports.frozen(turn.tx, one.unit.commune_id, period.key):
        return turn.aside("chasing.paper_frozen", period=title)
    about = f"report:{period.key}"
    try:
        number = await claims.say(turn.tx, one.unit, about, by=turn.actor, now=turn.now)
    except NoRight:
        return turn.aside("menu.old_button")
    if number is None:
        return turn.aside("chasing.paper_waits")
    await claimed.ask_desk(turn, one, period, number)
    return turn.aside("chasing.paper_said")


async def _decline(turn: Turn, one: Obligation, period: ReportPeriod) -> Outcome:
    """A business that was invited ends it by itself; the officers are told."""
    wish = Wish(one.unit.id, "exempt", reason=turn.text_of("chasing.declined_reason"))
    at = At(one.unit.commune_id, period, turn.now, turn.today)
    try:
        number = await marks.decline(turn.tx, at, wish, by=turn.actor)
    except (Denied, Frozen, marks.NotAsked, marks.HasSent, marks.StandsAlready):
        return turn.aside("chasing.not_needed")
    title = periods.say_title(turn.house.texts, period)
    told = turn.message("chasing.declined_told", unit=one.name, period=title)
    held = await roles.holding(turn.tx, one.unit.commune_id, ("officer",))
    held = held or await roles.holding(turn.tx, one.unit.commune_id, tuple(DESK))
    for person in once_each(held):
        turn.tell(person, told, key=f"mark:{number}:desk:{person}")
    return turn.aside("chasing.declined")


# --- what the officer presses --------------------------------------------------------------------


@owed.flow.step()
async def names(turn: Turn) -> Outcome:
    """What an officer does with the names of who is missing: read on, or that is all."""
    commune, _, period = turn.about.partition(":")
    if turn.choice == "seen":
        return turn.aside("chasing.names_seen")
    spot = Spot(int(commune), period) if commune.isdecimal() else None
    seen = await look(turn, spot) if spot else None
    if seen is None:
        return turn.aside("menu.old_button")
    match turn.choice:
        case "calls":
            return await calls.show(turn, seen)
        case "look":
            return await claimed.show(turn, seen)
    return front.status(turn, seen)
