"""Where each unit stands with a report: as /chuabaocao says it, unit by unit, and its marks."""

from datetime import date
from typing import Any, Final

from bot.web.admin.visit import DESK, Answer, Missing, Moved, Route, Section, Shown, Visit, number
from handlers.office.chasing import marking, marks, standing
from handlers.office.chasing.marks import Wish
from handlers.office.chasing.owed import Owed, Spot, look
from handlers.office.owing import DUTIES, Obligation
from handlers.reporting import periods
from storage import units

_KINDS: Final = ("paper", "extended", "exempt")


async def _owed(visit: Visit) -> Owed:
    """Of the period asked for, else the one that is open. Raises `Missing`."""
    settings = await units.settings_of(visit.turn.tx, visit.commune_id)
    opened = periods.open_on(visit.turn.today, settings)
    key = visit.query.get("ky", "") or (opened[0].key if opened else "")
    found = await look(visit.turn, Spot(visit.commune_id, key))
    if found is None:
        raise Missing
    return found


async def show(visit: Visit) -> Answer:
    turn, owed = visit.turn, await _owed(visit)
    settings = await units.settings_of(turn.tx, visit.commune_id)
    known = {one.key: one for one in periods.open_on(turn.today, settings)}
    years = range(periods.FIRST_YEAR, turn.today.year + 1)
    known |= {str(y): periods.annual(y, settings) for y in years}
    duties = [(duty, [_line(visit, owed, o) for o in owed.everything if o.duty == duty])
              for duty in DUTIES]  # fmt: skip
    values = {
        "told": [one.text for one in standing.status(turn, owed)],
        "title": owed.title,
        "period": owed.period.key,
        "periods": [(key, periods.say_title(turn.house.texts, one)) for key, one in known.items()],
        "duties": [(duty, lines) for duty, lines in duties if lines],
        "group": standing.for_group(turn, owed),
    }
    return Shown("owing.html", values)


def _line(visit: Visit, owed: Owed, one: Obligation) -> dict[str, Any]:
    turn, who = visit.turn, owed.who(one.unit.id)
    return {
        "id": one.unit.id,
        "name": one.name,
        "standing": standing.standing_name(turn, one, owed),
        "is_open": one.is_open,
        "is_late": standing.was_late(owed, one),
        "version": one.report.version if one.report else 0,
        "due": one.due if one.due > owed.period.due else None,
        "reminded": standing.reminded(turn, owed, one.unit.id),
        "lost": who.lost(turn),
    }


# --- one unit ------------------------------------------------------------------------------------


async def one(visit: Visit) -> Answer:
    owed = await _owed(visit)
    return _form(visit, owed, _found(visit, owed))


def _found(visit: Visit, owed: Owed) -> Obligation:
    found = owed.one(visit.id("unit"))
    if found is None:
        raise Missing
    return found


def _form(visit: Visit, owed: Owed, found: Obligation, problem: str = "") -> Shown:
    turn = visit.turn
    values = {
        "line": _line(visit, owed, found),
        "title": owed.title,
        "period": owed.period.key,
        "marks": [(mark, standing.mark_name(turn, mark)) for mark in found.marks],
        "kinds": [(kind, turn.text_of(f"chasing.mark_{kind}")) for kind in _KINDS],
        "problem": problem,
        "typed": visit.form,
        "can_mark": found.is_open and not owed.is_frozen,
    }
    return Shown("owing_one.html", values, status=422 if problem else 200)


async def mark(visit: Visit) -> Answer:
    turn, owed = visit.turn, await _owed(visit)
    found = _found(visit, owed)
    kind, reason = visit.form.get("kind", ""), " ".join(visit.form.get("reason", "").split())
    until = _day(visit.form.get("until", "")) if kind == "extended" else None
    if problem := _problem(visit, owed, kind, until, reason):
        return _form(visit, owed, found, problem)
    wish = Wish(found.unit.id, kind, until, reason if kind != "paper" else "")
    said = await marking.mark(turn, owed, found, wish)
    return Moved(_back(visit, owed, found), " ".join(one.text for one in said))


def _problem(visit: Visit, owed: Owed, kind: str, until: date | None, reason: str) -> str:
    """Why it cannot be written so, in words; "" if it can."""
    turn = visit.turn
    if kind not in _KINDS:
        return turn.text_of("page_owing.which")
    if kind == "extended" and (
        until is None or not marks.is_possible(until, owed.period.due, today=turn.today)
    ):
        return turn.text_of("page_owing.wrong_day")
    if kind != "paper" and len(reason) not in marks.REASON:
        return turn.text_of("page_owing.reason_length")
    return ""


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


async def unmark(visit: Visit) -> Answer:
    turn, owed = visit.turn, await _owed(visit)
    found, asked = _found(visit, owed), number(visit.form.get("mark", ""))
    chosen = next((mark for mark in found.marks if mark.id == asked), None)
    if chosen is None:
        raise Missing
    name = standing.mark_name(turn, chosen)
    said = await marking.unmark(turn, owed, found, chosen.id, name=name)
    return Moved(_back(visit, owed, found), " ".join(one.text for one in said))


def _back(visit: Visit, owed: Owed, found: Obligation) -> str:
    return visit.link(f"/tien-do/{found.unit.id}", ky=owed.period.key)


SECTION: Final = Section(
    "page_owing.title",
    "page.group_now",
    (
        Route("GET", "/tien-do", DESK, show),
        Route("GET", "/tien-do/{unit}", DESK, one),
        Route("POST", "/tien-do/{unit}/danh-dau", DESK, mark),
        Route("POST", "/tien-do/{unit}/bo-danh-dau", DESK, unmark),
    ),
)
