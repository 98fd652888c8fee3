"""Nhập giúp: an officer or a helper enters what a unit told by phone or on paper (design §5).

It is the same conversation as the unit's own; the version says where it is from, the unit is told
and may correct it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.reporting import choosing, periods, place
from handlers.reporting.choosing import SHOWN
from handlers.reporting.flow import flow
from handlers.reporting.loading import gone, place_of
from handlers.reporting.opening import open_place
from handlers.reporting.reading import read
from handlers.reporting.spot import Spot
from storage import units
from storage.units import UnitInfo

_SOURCES: Final = ("reporting.phone", "reporting.paper")


async def begin(turn: Turn, unit_id: int, period_key: str, text: str = "") -> Outcome:
    """Enter the report of this unit and period; whence it is, is asked first."""
    found = await place_of(turn, unit_id, period_key, "phone")
    if found is None:
        return gone(turn)
    spot = Spot(unit=unit_id, period=found.period.key, text=text)
    return turn.ask(
        "reporting.help_source",
        hear=help_source,
        choices=(*_SOURCES, "reporting.home"),
        draft=spot.dump(),
        unit=found.name,
        period=periods.say_title(turn.house.texts, found.period),
    )


@flow.step()
async def help_source(turn: Turn) -> Outcome:
    if turn.choice == "home":
        return Outcome().then("menu")
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period, turn.choice)
    return await open_place(turn, found, spot.text) if found else gone(turn)


# --- for which unit ------------------------------------------------------------------------------


async def ask_whom(turn: Turn, text: str = "") -> Outcome:
    """The unit that the text names, else the only one, else the question which."""
    mine = await place.entered_units(turn.tx, turn.actor, on=turn.today)
    if not mine:
        return turn.say("reporting.no_unit").then("menu")
    meant = await named(turn, text, mine) if text else mine
    if not meant and (other := await _others(turn, text, mine)):
        return await choosing.refused(turn, mine, other)
    if len(meant) == 1:
        return await _which_period(turn, meant[0], text)
    return turn.ask(
        "reporting.help_whom",
        hear=help_whom,
        choices=_choices(meant, mine) if meant and len(meant) <= SHOWN else (),
        draft=Spot(text=text).dump(),
    )


def _choices(listed: Sequence[UnitInfo], among: Sequence[UnitInfo]) -> list[Choice]:
    names = places.shown(among)
    return [Choice(str(unit.id), names[unit.code]) for unit in listed]


async def named(turn: Turn, text: str, mine: Sequence[UnitInfo]) -> list[UnitInfo]:
    """The units that a name may mean, or the one that a whole report names."""
    if found := places.find(text, mine):
        return found
    known = await units.listed(turn.tx, on=turn.today)
    for unit in {place.form_key(one): one for one in mine}.values():
        settings = await units.settings_of(turn.tx, unit.id)
        for period in periods.open_on(turn.today, settings)[:1]:
            form = await place.form_of(turn.tx, unit, period)
            told = read(text, form=form, today=turn.today, known=known)
            meant = [one for one in mine if told and one.code == told.unit]
            if meant and place.form_key(meant[0]) == form.key:
                return meant
    return []


async def _others(turn: Turn, text: str, mine: Sequence[UnitInfo]) -> UnitInfo | None:
    """A unit of the same commune that the text names and another enters for (T01, T13)."""
    here = {one.commune_id for one in mine}
    known = await units.listed(turn.tx, on=turn.today)
    return next(iter(places.find(text, [u for u in known if u.commune_id in here])), None)


@flow.step(reads="name")
async def help_whom(turn: Turn) -> Outcome:
    mine = await place.entered_units(turn.tx, turn.actor, on=turn.today)
    spot = Spot.load(turn.draft)
    if turn.choice:
        chosen = [one for one in mine if str(one.id) == turn.choice]
        return await _which_period(turn, chosen[0], spot.text) if chosen else gone(turn)
    meant = await named(turn, turn.text, mine)
    if not meant:
        return turn.ask_again("reporting.unit_unclear")
    if len(meant) > 1:
        listed = _choices(meant[:SHOWN], mine)
        return turn.ask("reporting.help_which", hear=help_whom, choices=listed, draft=spot.dump())
    return await _which_period(turn, meant[0], spot.text)


async def _which_period(turn: Turn, unit: UnitInfo, text: str) -> Outcome:
    settings = await units.settings_of(turn.tx, unit.id)
    listed = periods.open_on(turn.today, settings)
    if not listed:
        return turn.say("reporting.nothing_open").then("menu")
    if len(listed) == 1:
        return await begin(turn, unit.id, listed[0].key, text)
    titles = [Choice(one.key, periods.say_title(turn.house.texts, one)) for one in listed]
    spot = Spot(unit=unit.id, text=text)
    return turn.ask("reporting.help_period", hear=help_period, choices=titles, draft=spot.dump())


@flow.step()
async def help_period(turn: Turn) -> Outcome:
    spot = replace(Spot.load(turn.draft), period=turn.choice)
    return await begin(turn, spot.unit, spot.period, spot.text)
