"""What is reminded of next, what was sent and what failed, and holding reminders back (/nhac)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.web.admin import deadlines, nudging
from bot.web.admin.visit import (
    DESK,
    READERS,
    Answer,
    Missing,
    Moved,
    Route,
    Section,
    Shown,
    Visit,
    number,
)
from handlers.reminding import foreseeing
from handlers.reminding.desk import coming, front, naming, service, tallying
from handlers.reminding.desk import nudging as nudges
from handlers.reminding.due import Due
from handlers.reminding.foreseeing import Moment
from handlers.roles import Denied
from storage import reminder_pauses
from storage.reminder_log import Sent

_MOMENTS: Final = 5
_EVERYTHING: Final = "tat-ca"
"""What a choice of all things, or of all units, is sent as."""


@dataclass(frozen=True, slots=True)
class Group:
    """One thing and the units of one ladder that hear of it at one moment."""

    name: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What became of the messages of one day, in the order of `tallying.CAME`."""

    name: str
    counts: tuple[int, ...]


async def show(visit: Visit) -> Answer:
    return await _shown(visit)


async def _shown(visit: Visit, *, refused: str = "", status: int = 200) -> Shown:
    turn, commune = visit.turn, visit.commune_id
    ahead = await foreseeing.ahead(turn, commune, most=_MOMENTS)
    is_desk = visit.may(DESK)
    values = {
        "is_desk": is_desk,
        "moments": [_moment(visit, one) for one in ahead],
        "deadlines": await deadlines.listed(visit),
        "nudges": await nudges.open_things(turn, commune) if is_desk else [],
        "refused": refused,
        "asked": dict(visit.form),
        **await _pauses(visit),
        **await _sent(visit),
    }
    return Shown("reminders.html", values, status=status)


# --- what comes ----------------------------------------------------------------------------------


def _moment(visit: Visit, moment: Moment) -> dict[str, Any]:
    turn = visit.turn
    told = coming.by_group(turn, [one.due for one in moment.heard])
    held = [due for due in moment.held if not due.is_for_officers]
    lost = {one.due.name: one.why for one in moment.lost}
    unsure = {one.due.name: one.why for one in moment.heard if one.why}
    return {
        "when": naming.when(turn, moment.at),
        "line": front.moment_line(turn, moment),
        "groups": [Group(name, _names(dues)) for name, dues in told],
        "lost": naming.by_reason(lost),
        "unsure": naming.by_reason(unsure),
        "held": _names(held),
    }


def _names(dues: Sequence[Due]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(due.name for due in dues))


# --- what was sent -------------------------------------------------------------------------------


async def _sent(visit: Visit) -> dict[str, Any]:
    turn, commune = visit.turn, visit.commune_id
    found = await tallying.lately(turn, commune)
    names = await naming.unit_names(turn, commune)
    left = tallying.without_failed(names, found)
    return {
        "week": await tallying.week(turn, commune),
        "days": _days(visit, found),
        "came": [turn.text_of(f"page_reminders.came_{key}") for key in tallying.CAME],
        "failed": await _failed(visit, found, names),
        "unsure": await _unsure(visit, found, names),
        "lost": await tallying.lost_ones(turn, commune, left),
        "older": await tallying.older(turn, commune),
    }


def _days(visit: Visit, found: Sequence[Sent]) -> list[Day]:
    counted: dict[str, Counter[str]] = {}
    for one in found:
        counted.setdefault(one.day, Counter())[tallying.became(one)] += 1
    return [
        Day(_day(visit, day), tuple(counted[day][key] for key in tallying.CAME))
        for day in sorted(counted, reverse=True)
    ]


def _day(visit: Visit, day: str) -> str:
    return tallying.say_day(visit.turn, date.fromisoformat(day))


async def _failed(
    visit: Visit, found: Sequence[Sent], names: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Whom no message reached and why; persons are named to the desk alone (P7)."""
    if visit.may(DESK):
        return list((await tallying.failures(visit.turn, found, names)).items())
    failed = [one for one in found if tallying.became(one) == "failed"]
    return list(
        dict.fromkeys((_units(visit, one, names), tallying.why(visit.turn, one)) for one in failed)
    )


async def _unsure(visit: Visit, found: Sequence[Sent], names: Mapping[int, str]) -> list[str]:
    if visit.may(DESK):
        return list(dict.fromkeys(await tallying.unsure_ones(visit.turn, found, names)))
    unsure = [one for one in found if tallying.became(one) == "unsure"]
    return list(dict.fromkeys(_units(visit, one, names) for one in unsure))


def _units(visit: Visit, one: Sent, names: Mapping[int, str]) -> str:
    about = ", ".join(names[unit] for unit in sorted(one.unit_ids) if unit in names)
    return about or visit.turn.text_of("reminder_desk.somebody")


# --- holding back --------------------------------------------------------------------------------


async def _pauses(visit: Visit) -> dict[str, Any]:
    turn, commune = visit.turn, visit.commune_id
    rows = await reminder_pauses.standing(turn.tx, commune)
    names = await naming.paused(turn, commune, rows)
    known = await naming.unit_names(turn, commune)
    return {
        "paused": [(row.id, name, row.made_at) for row, name in zip(rows, names, strict=True)],
        "things": {about: naming.capital(name) for about, name in await _things(visit)},
        "units": {unit: name for unit, name in known.items() if unit != commune},
        "everything": _EVERYTHING,
    }


async def _things(visit: Visit) -> list[tuple[str, str]]:
    return list((await naming.things(visit.turn, visit.commune_id)).items())


async def pause(visit: Visit) -> Answer:
    """One thing or all of them, of one unit or all: both have to be chosen."""
    turn = visit.turn
    about, unit = visit.form.get("viec", ""), visit.form.get("noi", "")
    if not about or not unit:
        return await _shown(visit, refused=turn.text_of("page_reminders.choose"), status=422)
    about = "" if about == _EVERYTHING else about
    unit_id = 0 if unit == _EVERYTHING else number(unit)
    what = await naming.held(turn, visit.commune_id, about, unit_id)
    try:
        is_new = await service.pause(
            turn, visit.commune_id, unit_id=unit_id, about=about, by=turn.actor
        )
    except (Denied, service.NotFound):
        raise Missing from None
    said = "page_reminders.now_paused" if is_new else "reminder_desk.paused_already"
    return Moved(visit.link("/nhac"), turn.text_of(said, what=what))


async def resume(visit: Visit) -> Answer:
    turn, number_of = visit.turn, visit.id("id")
    rows = await reminder_pauses.standing(turn.tx, visit.commune_id)
    mine = [row for row in rows if row.id == number_of]
    names = await naming.paused(turn, visit.commune_id, mine)
    try:
        is_first = await service.resume(turn, visit.commune_id, number_of, by=turn.actor)
    except (Denied, service.NotFound):
        raise Missing from None
    if not (is_first and names):
        return Moved(visit.link("/nhac"), turn.text_of("reminder_desk.on_already"))
    return Moved(visit.link("/nhac"), turn.text_of("reminder_desk.goes_on", what=names[0]))


SECTION: Final = Section(
    "page_reminders.name",
    "page.group_work",
    (
        Route("GET", "/nhac", READERS, show),
        Route("POST", "/nhac/dung", DESK, pause),
        Route("POST", "/nhac/dung/{id}/tiep", DESK, resume),
        *nudging.ROUTES,
        *deadlines.ROUTES,
    ),
)
