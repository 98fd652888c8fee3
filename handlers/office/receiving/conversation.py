"""/duyet: how complete a period is, receive or ask again, chốt số liệu, mở lại (design §5)."""

from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.office import asked
from handlers.office.receiving import at_once, attachments, freezing, judging, overview
from handlers.office.receiving.review import Where, flow, may, title
from handlers.office.receiving.telling import returned
from handlers.reporting import periods
from handlers.roles import DESK, communes_of
from storage import report_reviews, reports, units
from storage.units import UnitInfo

__all__ = ["attachments", "flow", "returned"]

_SHOWN: Final = 9


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text`: a period, a unit whose report is asked for, both, or nothing."""
    communes = communes_of(turn.actor.grants, *DESK)
    there = await _periods(turn, communes)
    wanted = asked.read(turn.text, known={one.period for one in there})
    if wanted.no_such:
        return turn.say("review.no_period", example=turn.today.year).then("menu")
    found = [one for one in there if wanted.period in ("", one.period)]
    name = wanted.unit if wanted.period else turn.text
    if not name:
        return await _which_period(turn, found)
    known = await units.listed(turn.tx, on=turn.today)
    meant = places.find(name, [one for one in known if one.commune_id in communes])
    if not meant:
        return turn.say("review.no_unit").then("menu")
    if len(meant) == 1:
        return await _open_unit(turn, meant[0], found)
    names = places.shown(known)
    choices = [Choice(f"unit:{one.id}:{wanted.period}", names[one.code]) for one in meant]
    return turn.ask("review.which_unit", hear=which, choices=choices[:_SHOWN])


async def _periods(turn: Turn, communes: tuple[int, ...]) -> list[Where]:
    """What is open today, then what was sent or frozen though its time is over, newest first."""
    settings = {one: await units.settings_of(turn.tx, one) for one in communes}
    found = [
        Where(commune, period.key)
        for commune in communes
        for period in periods.open_on(turn.today, settings[commune])
    ]
    known = [
        (period.due, Where(*one))
        for one in await report_reviews.periods_known(turn.tx, communes)
        if (period := periods.by_key(one[1], settings[one[0]]))
    ]
    newest = sorted(known, reverse=True)
    return list(dict.fromkeys([*found, *(where for _, where in newest)]))


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
    return periods.say_title_in(turn.house.texts, period, settings) if period else where.period


@flow.step()
async def which(turn: Turn) -> Outcome:
    if not turn.choice.startswith("unit:"):
        return await overview.show(turn, Where.of(turn.choice))
    number, _, period = turn.choice.removeprefix("unit:").partition(":")
    unit = await units.by_id(turn.tx, int(number), on=turn.today) if number.isdecimal() else None
    if unit is None or not may(turn, Where(unit.commune_id, "")):
        return turn.say("review.no_unit").then("menu")
    there = await _periods(turn, (unit.commune_id,))
    return await _open_unit(turn, unit, [one for one in there if period in ("", one.period)])


async def _open_unit(turn: Turn, unit: UnitInfo, found: list[Where]) -> Outcome:
    """The report that waits; of several it is asked which. Else the first that it has sent."""
    found = [one for one in found if one.commune == unit.commune_id]
    if not found:
        return turn.say("review.nothing").then("menu")
    states = {one: await _state(turn, unit, one) for one in found}
    sent = [one for one in found if states[one]]
    submitted = [one for one in sent if states[one] == report_reviews.SUBMITTED]
    waiting = [one for one in submitted if not await _is_frozen(turn, one)]
    if len(waiting) > 1:
        choices = [
            Choice(f"unit:{unit.id}:{one.period}", await title(turn, one)) for one in waiting
        ]
        said = "review.which_of"
        return turn.ask(said, hear=which, choices=choices[:_SHOWN], unit=unit.name)
    return await judging.open_unit(turn, (waiting or sent or found)[0], unit)


async def _state(turn: Turn, unit: UnitInfo, where: Where) -> str:
    """Of its report for that period; "" for one that was not sent, or was taken back."""
    report = await reports.of_unit(turn.tx, unit.id, where.period)
    return report.state if report is not None and report.version else ""


async def _is_frozen(turn: Turn, where: Where) -> bool:
    """Whether nothing sent for it can be received any more."""
    return await reports.frozen(turn.tx, where.commune, where.period) is not None


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
