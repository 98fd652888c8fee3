"""Báo cáo cho nơi nào? The unit and the period, named or chosen (T01, design §5)."""

from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.reporting import periods, place
from handlers.reporting.flow import flow
from handlers.reporting.loading import (
    gone,
    place_of,
)
from handlers.reporting.opening import open_place
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.reading import read
from handlers.reporting.spot import Spot
from storage import audit, duty_marks, report_drafts, reports, units
from storage.roles import persons_of
from storage.units import UnitInfo

SHOWN: Final = 8


async def named(turn: Turn, text: str, mine: list[UnitInfo]) -> list[UnitInfo] | Outcome | None:
    """The units of mine that the text names; refused if it names another's (T01)."""
    known = await units.listed(turn.tx, on=turn.today)
    found = places.find(text, known)
    if not found:
        for unit in mine:
            form = place.form_key(unit)
            told = form and await _told_unit(turn, unit, text, known)
            if told:
                found = [one for one in known if one.code == told]
                break
    if not found:
        return None
    own = [unit for unit in mine if unit.id in {one.id for one in found}]
    return own or await refused(turn, mine, found[0])


async def _told_unit(turn: Turn, unit: UnitInfo, text: str, known: list[UnitInfo]) -> str:
    settings = await units.settings_of(turn.tx, unit.id)
    for period in periods.open_on(turn.today, settings)[:1]:
        form = await place.form_of(turn.tx, unit, period)
        told = read(text, form=form, today=turn.today, known=known)
        return told.unit if told else ""
    return ""


async def refused(turn: Turn, mine: list[UnitInfo], other: UnitInfo) -> Outcome:
    """Somebody else's unit: refused, noted, and who may is said (T01)."""
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=turn.actor.grants[0].role,
        action="report.denied",
        about=f"unit:{other.id}",
        now=turn.now,
    )
    own = ", ".join(unit.name for unit in mine)
    return turn.say("reporting.not_yours", own=own, other=other.name).then("menu")


async def which(turn: Turn, mine: list[UnitInfo], text: str) -> Outcome:
    """The one that is open, or the question which."""
    names = places.shown(await units.listed(turn.tx, on=turn.today))
    choices = []
    for unit in mine:
        for period in await _periods_of(turn, unit):
            title = periods.say_title(turn.house.texts, period)
            choices.append(Choice(f"{unit.id}:{period.key}", f"{names[unit.code]}, {title}"))
    if not choices:
        return turn.say("reporting.nothing_open").then("menu")
    if len(choices) == 1:
        return await opened(turn, choices[0].key, text)
    spot = Spot(text=text)
    return turn.ask(
        "reporting.which_place", hear=which_place, choices=choices[:SHOWN], draft=spot.dump()
    )


async def _periods_of(turn: Turn, unit: UnitInfo) -> list[ReportPeriod]:
    """What is open today, what this person has begun, and what is asked for again."""
    settings = await units.settings_of(turn.tx, unit.id)
    found = periods.open_on(turn.today, settings)
    mine = await persons_of(turn.tx, turn.actor.canonical_id)
    drafts = await report_drafts.of(turn.tx, mine)
    waiting = [one.period for one in drafts if one.unit_id == unit.id and not one.practice]
    waiting += await reports.returned_of(turn.tx, unit.id)
    waiting += await duty_marks.extended(turn.tx, unit.id, on=turn.today)
    for key in dict.fromkeys(waiting):
        period = periods.by_key(key, settings)
        if period is None or period in found:
            continue
        if not await reports.frozen(turn.tx, unit.commune_id, period.key):
            found.append(period)
    return found


@flow.step(reads="name")
async def which_place(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    if turn.choice:
        return await opened(turn, turn.choice, spot.text)
    mine = await place.reporting_units(turn.tx, turn.actor, on=turn.today)
    meant = await named(turn, turn.text, mine)
    if isinstance(meant, Outcome):
        own = ", ".join(unit.name for unit in mine)
        return turn.ask_again("reporting.not_yours_which", own=own)
    if not meant:
        return turn.ask_again("reporting.unit_unclear")
    return await which(turn, meant, spot.text)


async def opened(turn: Turn, key: str, text: str = "") -> Outcome:
    """The report of "<unit id>:<period>", if it may be reported for now."""
    unit, _, period = key.partition(":")
    found = await place_of(turn, int(unit), period) if unit.isdecimal() else None
    return await open_place(turn, found, text) if found else gone(turn)
