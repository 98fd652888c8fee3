"""Nhập giúp: the desk enters what a unit told by phone or on paper; the unit hears of it."""

from collections.abc import Awaitable, Callable
from typing import Final

from handlers import places
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.quick_forms import desk, filling, service, telling, work
from handlers.quick_forms.filling import Side
from handlers.quick_forms.flow import flow
from handlers.quick_forms.work import Work
from storage import quick_forms, units
from storage.quick_forms import FormInfo
from storage.units import UnitInfo

_SOURCES: Final = ("quick_forms.phone", "quick_forms.paper")


def ask_unit(turn: Turn, form: FormInfo) -> Outcome:
    return turn.ask("quick_forms.enter_unit", hear=enter_unit, draft={"form": form.id})


@flow.step(reads="number")
async def enter_unit(turn: Turn) -> Outcome:
    """A number is a hamlet's own number; only units that were asked."""
    form = await desk.found(turn, turn.draft.get("form"))
    if form is None:
        return desk.gone(turn)
    asked = await _asked(turn, form)
    found = places.find(turn.text, asked)
    if not found:
        return turn.ask_again("quick_forms.enter_unit_unclear")
    if len(found) > 1:
        names = places.shown(asked)
        choices = [Choice(str(one.id), names[one.code]) for one in found]
        draft = {"form": form.id}
        return turn.ask("quick_forms.which_one", hear=enter_which, choices=choices, draft=draft)
    return _ask_source(turn, form, found[0])


async def _asked(turn: Turn, form: FormInfo) -> list[UnitInfo]:
    ids = await quick_forms.units_of(turn.tx, form.id)
    return [one for one in await units.listed(turn.tx, on=turn.today) if one.id in ids]


@flow.step()
async def enter_which(turn: Turn) -> Outcome:
    form = await desk.found(turn, turn.draft.get("form"))
    if form is None:
        return desk.gone(turn)
    asked = await _asked(turn, form)
    unit = next((one for one in asked if str(one.id) == turn.choice), None)
    return _ask_source(turn, form, unit) if unit else await desk.show(turn, form)


def _ask_source(turn: Turn, form: FormInfo, unit: UnitInfo) -> Outcome:
    draft = {"form": form.id, "unit": unit.id}
    return turn.ask(
        "quick_forms.ask_source",
        hear=enter_source,
        choices=_SOURCES,
        draft=draft,
        unit=unit.name,
    )


@flow.step()
async def enter_source(turn: Turn) -> Outcome:
    form = await desk.found(turn, turn.draft.get("form"))
    if form is None:
        return desk.gone(turn)
    unit_id = int(str(turn.draft.get("unit", 0)))
    found = await work.opened(turn, form.id, unit_id, source=turn.choice)
    if isinstance(found, str):
        return await desk.show(turn, form, turn.message(found))
    return filling.begin(turn, found, SIDE)


@flow.step(reads="number")
async def enter_tell(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_all)


@flow.step(reads="number")
async def enter_one(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_one)


@flow.step(reads="text", exact=("replace",))
async def enter_check(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_check)


@flow.step()
async def enter_edit(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_edit)


async def _go(turn: Turn, then: Callable[[Turn, Work, Side], Awaitable[Outcome]]) -> Outcome:
    """With what is being entered; right, unit or form may have ended meanwhile (T41)."""
    found = await work.loaded(turn)
    if found is None or found.source not in service.BY_HAND:
        return desk.gone(turn)
    return await then(turn, found, SIDE)


async def save(turn: Turn, found: Work) -> Outgoing:
    """Write what the unit told and let its people know; what is said of it.

    Raises what `service.answer` raises.
    """
    answered = await filling.write(turn, found)
    told = await telling.tell_colleagues(turn, found, answered.number)
    text_id = "quick_forms.entered" if told else "quick_forms.entered_untold"
    return turn.message(text_id, unit=found.name)


async def _save(turn: Turn, found: Work) -> Outcome:
    try:
        said = await save(turn, found)
    except service.Overtaken as overtaken:
        found.counted = overtaken.counted
        before = (turn.message("quick_forms.overtaken", unit=found.name),)
        return await filling.ask_check(turn, found, SIDE, before)
    except service.Closed:
        return await _leave(turn, found, turn.message("quick_forms.is_closed"))
    except (service.Denied, service.Impossible):
        return desk.gone(turn)
    leave(turn, flow.name)
    return await _leave(turn, found, said)


async def _leave(turn: Turn, found: Work, said: Outgoing) -> Outcome:
    form = await desk.found(turn, found.form.id)
    if form is None:
        return desk.gone(turn)
    return await desk.show(turn, form, said)


SIDE: Final = Side(
    tell=enter_tell,
    one=enter_one,
    check=enter_check,
    edit=enter_edit,
    save=_save,
    leave=_leave,
)
