"""Holding reminders back and letting them go on: everything, one thing, one unit; said twice."""

from collections.abc import Sequence
from typing import Any, Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing, in_messages
from handlers.reminding.desk import front, naming, service
from handlers.reminding.desk.scope import PAGE, after_of, commune_of, denied, flow
from handlers.reminding.desk.service import NotFound
from handlers.roles import Denied
from handlers.words import say_short_date
from storage import reminder_pauses, units
from storage.reminder_pauses import PauseInfo

_PAUSES: Final = 4
"""So many that stand can be chosen on one page, besides what can be paused."""
_UNITS: Final = 8


async def begin(turn: Turn, commune: int, *before: Outgoing, after: int = 0) -> Outcome:
    """What stands, each to be gone on with; and what may be held back."""
    rows = await reminder_pauses.standing(turn.tx, commune)
    names = await naming.paused(turn, commune, rows)
    after = after if after < len(rows) else 0
    goes_on = [
        Choice(f"on:{row.id}", turn.text_of("reminder_desk.go_on", what=name))
        for row, name in zip(rows, names, strict=True)
    ]
    more = turn.text_of("reminder_desk.more")
    choices = [
        *_what(turn, rows),
        *naming.page(goes_on, after=after, size=_PAUSES, more=more),
        Choice("back", turn.text_of("reminder_desk.back")),
    ]
    return turn.ask(
        "reminder_desk.ask_pause",
        hear=flow.steps["pausing"],
        choices=choices,
        draft={"commune": commune, "after": after},
        before=(*before, *in_messages(_standing(turn, rows, names))),
    )


def _what(turn: Turn, rows: Sequence[PauseInfo]) -> list[Choice]:
    is_whole = any(row.unit_id is None and not row.about for row in rows)
    keys = ("pause_thing", "pause_unit") if is_whole else ("pause_all", "pause_thing", "pause_unit")
    return [Choice(key, turn.text_of(f"reminder_desk.{key}")) for key in keys]


def _standing(turn: Turn, rows: Sequence[PauseInfo], names: Sequence[str]) -> list[str]:
    if not rows:
        return [turn.text_of("reminder_desk.paused_none")]
    return [
        turn.text_of("reminder_desk.paused_line", what=name, day=_day(turn, row))
        for row, name in zip(rows, names, strict=True)
    ]


def _day(turn: Turn, row: PauseInfo) -> str:
    return say_short_date(row.made_at.astimezone(turn.house.timezone).date())


@flow.step()
async def pausing(turn: Turn) -> Outcome:
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    match turn.choice.partition(":"):
        case ("pause_all", _, _):
            return await _ask_sure(turn, commune)
        case ("pause_thing", _, _):
            return await _ask_thing(turn, commune)
        case ("pause_unit", _, _):
            return turn.ask(
                "reminder_desk.ask_unit", hear=flow.steps["unit"], draft={"commune": commune}
            )
        case ("more", _, _):
            return await begin(turn, commune, after=after_of(turn) + _PAUSES)
        case ("on", _, number):
            return await _ask_go_on(turn, commune, int(number))
    return await front.home(turn, commune)


# --- what is held back ---------------------------------------------------------------------------


async def _ask_thing(turn: Turn, commune: int, *, after: int = 0) -> Outcome:
    rows = await reminder_pauses.standing(turn.tx, commune)
    held = {row.about for row in rows if row.unit_id is None}
    found = [
        Choice(about, naming.capital(name))
        for about, name in (await naming.things(turn, commune)).items()
        if about not in held
    ]
    if not found:
        return await begin(turn, commune, turn.message("reminder_desk.no_thing"))
    after = after if after < len(found) else 0
    more = turn.text_of("reminder_desk.more")
    choices = naming.page(found, after=after, size=PAGE, more=more)
    return turn.ask(
        "reminder_desk.ask_thing",
        hear=thing,
        choices=[*choices, Choice("back", turn.text_of("reminder_desk.back"))],
        draft={"commune": commune, "after": after},
    )


@flow.step()
async def thing(turn: Turn) -> Outcome:
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    if turn.choice == "back":
        return await begin(turn, commune)
    if turn.choice == "more":
        return await _ask_thing(turn, commune, after=after_of(turn) + PAGE)
    return await _ask_sure(turn, commune, about=turn.choice)


@flow.step(reads="number")
async def unit(turn: Turn) -> Outcome:
    """A number is the hamlet's own; where several are meant, they can be chosen."""
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    if turn.choice:
        return await _ask_sure(turn, commune, unit_id=int(turn.choice))
    names = await naming.unit_names(turn, commune)
    known = await units.listed(turn.tx, on=turn.today)
    below = [one for one in known if one.id in names and one.id != commune]
    found = places.find(turn.text, below)
    if not found:
        return turn.ask_again("reminder_desk.unit_unclear")
    if len(found) == 1:
        return await _ask_sure(turn, commune, unit_id=found[0].id)
    choices = [Choice(str(one.id), names[one.id]) for one in found[:_UNITS]]
    draft = {"commune": commune}
    return turn.ask("reminder_desk.which_unit", hear=unit, choices=choices, draft=draft)


# --- sure? ---------------------------------------------------------------------------------------


async def _ask_sure(turn: Turn, commune: int, *, about: str = "", unit_id: int = 0) -> Outcome:
    return turn.ask(
        "reminder_desk.sure",
        hear=sure,
        choices=("reminder_desk.not_now", "reminder_desk.pause_it"),
        draft={"commune": commune, "about": about, "unit": unit_id},
        what=await naming.held(turn, commune, about, unit_id),
        besides=_besides(turn, about, unit_id),
    )


def _besides(turn: Turn, about: str, unit_id: int) -> str:
    """The officers' own lists stop with the report they are about."""
    has_lists = not unit_id and about.partition(":")[0] in ("", "report")
    return f" {turn.text_of('reminder_desk.sure_lists')}" if has_lists else ""


@flow.step(exact=("pause_it",), no="not_now")
async def sure(turn: Turn) -> Outcome:
    """Rights and the thing itself are those of this press (A3, T41)."""
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    if turn.choice != "pause_it":
        return await front.home(turn, commune, turn.message("reminder_desk.nothing_done"))
    about, unit_id = _wished(turn.draft)
    what = await naming.held(turn, commune, about, unit_id)
    try:
        is_new = await service.pause(turn, commune, unit_id=unit_id, about=about, by=turn.actor)
    except Denied:
        return denied(turn)
    except NotFound:
        return await front.home(turn, commune, turn.message("reminder_desk.gone"))
    said = "reminder_desk.now_paused" if is_new else "reminder_desk.paused_already"
    return await front.home(turn, commune, turn.message(said, what=what))


def _wished(draft: dict[str, Any]) -> tuple[str, int]:
    return str(draft.get("about", "")), int(draft.get("unit", 0))


# --- going on ------------------------------------------------------------------------------------


async def _ask_go_on(turn: Turn, commune: int, number: int) -> Outcome:
    what = await _standing_one(turn, commune, number)
    if not what:
        return await begin(turn, commune, turn.message("reminder_desk.on_already"))
    return turn.ask(
        "reminder_desk.sure_on",
        hear=sure_on,
        choices=("reminder_desk.leave_it", "reminder_desk.on_it"),
        draft={"commune": commune, "pause": number},
        what=what,
    )


async def _standing_one(turn: Turn, commune: int, number: int) -> str:
    """What a pause of this commune holds back; "" if none such stands (T13)."""
    rows = await reminder_pauses.standing(turn.tx, commune)
    mine = [row for row in rows if row.id == number]
    return (await naming.paused(turn, commune, mine))[0] if mine else ""


@flow.step(exact=("on_it",), no="leave_it")
async def sure_on(turn: Turn) -> Outcome:
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    if turn.choice != "on_it":
        return await front.home(turn, commune, turn.message("reminder_desk.nothing_done"))
    number = int(turn.draft.get("pause", 0))
    what = await _standing_one(turn, commune, number)
    try:
        is_first = await service.resume(turn, commune, number, by=turn.actor)
    except Denied:
        return denied(turn)
    except NotFound:
        return await front.home(turn, commune, turn.message("reminder_desk.gone"))
    if not is_first:
        return await front.home(turn, commune, turn.message("reminder_desk.on_already"))
    return await front.home(turn, commune, turn.message("reminder_desk.goes_on", what=what))
