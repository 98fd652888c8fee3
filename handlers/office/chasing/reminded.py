"""What a unit is reminded with, and what it presses: at once, later, or paper was handed in."""

from dataclasses import replace
from typing import Final

from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Notice, Outgoing
from handlers.office import owing
from handlers.office.chasing import hearing, marking, marks, owed
from handlers.office.chasing.marks import At, Wish
from handlers.office.chasing.owed import Owed, Spot, look
from handlers.office.owing import Obligation, Standing
from handlers.reporting import choosing, periods
from handlers.reporting.flow import WHO
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.service import Denied, Frozen, acting_as
from handlers.roles import DESK, once_each
from handlers.words import say_date
from storage import roles, units
from storage.units import UnitInfo

flow = Flow("reminded", allow=WHO)
"""No command and no words: it only hears what is pressed under a reminder."""

_CHOICES: Final = {
    "required": ("chasing.now", "chasing.later", "chasing.paper_sent"),
    "requested": ("chasing.fill", "chasing.letter_sent", "chasing.contact"),
    "encouraged": ("chasing.fill", "chasing.later", "chasing.decline"),
}


def message(turn: Turn, seen: Owed, one: Obligation, *, questions: int | None = None) -> Outgoing:
    """Why it is asked, until when, how many questions are left, and three ways to answer."""
    asked = turn.message(
        f"chasing.{_said(seen, one)}",
        choices=_CHOICES[one.duty],
        unit=one.name,
        period=seen.title,
        commune=seen.commune,
        office=seen.office,
        due=_due(turn, seen.period, one),
        day=say_date(one.due),
        left=_left(turn, questions),
    )
    return replace(asked, notice=Notice(flow.name, "answer", f"{one.unit.id}:{seen.period.key}"))


def _due(turn: Turn, period: ReportPeriod, one: Obligation) -> str:
    """The unit's own day, its extension counted in."""
    return periods.say_due(turn.house.texts, replace(period, due=one.due))


def _left(turn: Turn, questions: int | None) -> str:
    if questions is None:
        return ""
    key = "chasing.questions_left" if questions else "chasing.questions_none"
    return f" {turn.text_of(key, count=questions)}"


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
    if turn.choice == "contact":
        return Outcome().then("tickets")
    unit = await units.by_id(turn.tx, unit_id, on=turn.today)
    one, period = await _owes(turn, unit, period_key) if unit else (None, None)
    if unit is None or one is None or period is None or not one.is_open:
        return turn.aside("chasing.not_needed")
    match turn.choice:
        case "paper_sent" | "letter_sent":
            await _ask_desk(turn, one, period)
            return turn.aside("chasing.paper_said")
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


async def _ask_desk(turn: Turn, one: Obligation, period: ReportPeriod) -> None:
    """Officers say whether they have it; admins where there is no officer."""
    commune = one.unit.commune_id
    held = await roles.holding(turn.tx, commune, ("officer",))
    held = held or await roles.holding(turn.tx, commune, tuple(DESK))
    asked = turn.message(
        "chasing.paper_ask",
        choices=("chasing.seen", "chasing.unseen"),
        unit=one.name,
        period=periods.say_title(turn.house.texts, period),
    )
    about = f"{one.unit.id}:{period.key}:{turn.actor.canonical_id}"  # a deputy may bring it later
    notice = replace(asked, notice=Notice(owed.flow.name, "paper_seen", about))
    for person in once_each(held):
        turn.tell(person, notice, key=f"paper:{about}:{turn.today.isoformat()}:{person}")


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
async def paper_seen(turn: Turn) -> Outcome:
    """Hear whether the paper is there; unit and right are looked up again (T13, T41)."""
    unit_id, period_key = _parts(turn.about)
    unit = await units.by_id(turn.tx, unit_id, on=turn.today)
    seen = await look(turn, Spot(unit.commune_id, period_key)) if unit else None
    one = seen.one(unit_id) if seen else None
    if seen is None or one is None:
        return turn.aside("menu.old_button")
    if turn.choice == "seen":
        said = await marking.mark(turn, seen, one, Wish(unit_id, "paper"))
        return Outcome(tuple(said), aside=True)
    if not one.is_open:  # a colleague has it, or figures came: no word against that (T19)
        return turn.aside("chasing.seen_by_other", unit=one.name)
    key = f"paper:{turn.about}:{turn.today.isoformat()}:unseen"
    values = {"unit": one.name, "period": seen.title}
    said = await hearing.tell_unit(turn, one, "unseen", key=key, values=values)
    return Outcome(tuple(said or [turn.message("chasing.unseen_said", unit=one.name)]), aside=True)
