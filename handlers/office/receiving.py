"""/duyet: how complete a period is, receive or ask again, chốt số liệu, mở lại (design §5)."""

from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.office import at_once, attachments, freezing, judging, overview
from handlers.office.review import Where, flow, may
from handlers.office.telling import returned
from handlers.reporting import periods
from handlers.reporting.service import DESK
from handlers.roles import communes_of
from storage import report_reviews, reports, units
from storage.units import UnitInfo

__all__ = ["attachments", "flow", "returned"]

_SHOWN: Final = 9


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text`: the name of a unit whose report is asked for, or nothing."""
    communes = communes_of(turn.actor.grants, *DESK)
    if not turn.text:
        return await _which_period(turn, await _periods(turn, communes))
    known = await units.listed(turn.tx, on=turn.today)
    meant = places.find(turn.text, [one for one in known if one.commune_id in communes])
    if not meant:
        return turn.say("review.no_unit").then("menu")
    if len(meant) == 1:
        return await _open_unit(turn, meant[0])
    names = places.shown(known)
    choices = [Choice(f"unit:{one.id}", names[one.code]) for one in meant]
    return turn.ask("review.which_unit", hear=which, choices=choices[:_SHOWN])


async def _periods(turn: Turn, communes: tuple[int, ...]) -> list[Where]:
    """What is open today, and what has something waiting though its time is over."""
    settings = {one: await units.settings_of(turn.tx, one) for one in communes}
    found = [
        Where(commune, period.key)
        for commune in communes
        for period in periods.open_on(turn.today, settings[commune])
    ]
    waiting = [Where(*one) for one in await report_reviews.periods_waiting(turn.tx, communes)]
    known = [one for one in waiting if periods.by_key(one.period, settings[one.commune])]
    return list(dict.fromkeys([*found, *known]))


async def _which_period(turn: Turn, found: list[Where]) -> Outcome:
    if not found:
        return turn.say("review.nothing").then("menu")
    if len(found) == 1:
        return await overview.show(turn, found[0])
    choices = [Choice(one.key, await _named(turn, one)) for one in found[:_SHOWN]]
    return turn.ask("review.which", hear=which, choices=choices)


async def _named(turn: Turn, where: Where) -> str:
    settings = await units.settings_of(turn.tx, where.commune)
    period = periods.by_key(where.period, settings)
    name = periods.say_title(turn.house.texts, period) if period else where.period
    return f"{settings.get('name', '')}, {name}".strip(", ")


@flow.step()
async def which(turn: Turn) -> Outcome:
    word, _, number = turn.choice.partition(":")
    if word != "unit":
        return await overview.show(turn, Where.of(turn.choice))
    unit = await units.by_id(turn.tx, int(number), on=turn.today) if number.isdecimal() else None
    if unit is None or not may(turn, Where(unit.commune_id, "")):
        return turn.say("review.no_unit").then("menu")
    return await _open_unit(turn, unit)


async def _open_unit(turn: Turn, unit: UnitInfo) -> Outcome:
    """Of the periods there are, the first for which it has sent something."""
    found = await _periods(turn, (unit.commune_id,))
    if not found:
        return turn.say("review.nothing").then("menu")
    for where in found:
        report = await reports.of_unit(turn.tx, unit.id, where.period)
        if report is not None and report.version:
            return await judging.open_unit(turn, where, unit)
    return await judging.open_unit(turn, found[0], unit)


@flow.step(exact=("freeze", "reopen"))
async def act(turn: Turn) -> Outcome:
    where = Where.of(turn.draft.get("key"))
    match turn.choice:
        case "queue":
            return await judging.begin(turn, where)
        case "at_once":
            return await at_once.preview(turn, where)
        case "table":
            return await overview.show_table(turn, where)
        case "freeze":
            return await freezing.ask_freeze(turn, where)
        case "reopen":
            return await freezing.ask_reason(turn, where)
    return Outcome().then("menu")
