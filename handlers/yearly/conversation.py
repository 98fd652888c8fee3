"""/tonghop: which commune and period, the first look, and what one may do with it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting import periods
from handlers.roles import communes_of
from handlers.yearly import asking, opening, rows, saying, workbook, years
from handlers.yearly.asking import Asked, Refused
from handlers.yearly.flow import flow
from handlers.yearly.letter import order_letter
from handlers.yearly.looking import READERS, View, look, may_read
from handlers.yearly.showing import show
from storage import units

_PAGE: Final = 7
_OTHERS: Final = ("points", "frames", "onward", "past")
"""Flows that belong to the same year; each is offered to whom it allows."""


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """What is open now, or what the words behind the command say."""
    communes = communes_of(turn.actor.grants, *READERS)
    if not communes:
        return turn.say("yearly.denied").then("menu")
    if len(communes) == 1:
        return await _asked_in(turn, communes[0], turn.text)
    return _which(turn, await _by_name(turn, communes), 0, text=turn.text)


async def _by_name(turn: Turn, communes: Sequence[int]) -> list[Choice]:
    names = [await places.commune_name(turn.tx, one, on=turn.today) for one in communes]
    return [Choice(f"{one}:", name) for one, name in zip(communes, names, strict=True)]


def _which(turn: Turn, choices: list[Choice], page: int, *, text: str = "") -> Outcome:
    shown = choices[page * _PAGE : (page + 1) * _PAGE]
    if len(choices) > (page + 1) * _PAGE:
        shown.append(Choice(f"page:{page + 1}", turn.text_of("yearly.next")))
    draft = {"text": text}
    return turn.ask("yearly.which", hear=which, choices=shown, draft=draft)


@flow.step()
async def which(turn: Turn) -> Outcome:
    """The commune, or commune and period."""
    commune, _, period = turn.choice.partition(":")
    if commune == "page":
        choices = await _by_name(turn, communes_of(turn.actor.grants, *READERS))
        return _which(turn, choices, int(period), text=str(turn.draft.get("text", "")))
    if not commune.isdecimal() or not may_read(turn, int(commune)):
        return turn.say("yearly.denied").then("menu")
    if period:
        return await show(turn, View(int(commune), period))
    return await _asked_in(turn, int(commune), str(turn.draft.get("text", "")))


async def _asked_in(turn: Turn, commune: int, text: str) -> Outcome:
    settings = await units.settings_of(turn.tx, commune)
    found = asking.read(text, turn.today, settings)
    if isinstance(found, Asked) and (found.period or found.years):
        return await _answer(turn, View(commune), found)
    before = [Outgoing(_why_not(turn, found))] if not isinstance(found, Asked) else []
    open_now = periods.open_on(turn.today, settings)
    if len(open_now) == 1:
        return await show(turn, View(commune, open_now[0].key), *before)
    choices = [
        Choice(f"{commune}:{one.key}", periods.say_title(turn.house.texts, one)) for one in open_now
    ]
    asked = _which(turn, choices, 0)
    return replace(asked, messages=(*before, *asked.messages))


def _why_not(turn: Turn, found: Refused | None) -> str:
    return turn.text_of(found.text_id if isinstance(found, Refused) else "yearly.unclear")


async def _answer(turn: Turn, view: View, asked: Asked) -> Outcome:
    """What was asked for of this commune."""
    if asked.years:
        first, last = asked.years
        return await years.show(turn, View(view.commune, str(first), last=last))
    until = asked.until.isoformat() if asked.until else ""
    return await show(turn, View(view.commune, asked.period or view.period, until))


# --- the first look ------------------------------------------------------------------------------


@flow.step(reads="text")
async def then(turn: Turn) -> Outcome:
    """One of the ways on, or another period typed."""
    view = View.load(turn.draft)
    match turn.choice:
        case "each":
            return await opening.listed(turn, view)
        case "kinds":
            return await _kinds(turn, view)
        case "sheet":
            return await _sheet(turn, view)
        case "letter":
            said = await order_letter(turn, view.commune, view.period, until=view.day)
            return Outcome((said,), aside=True)
        case "other":
            return _other(turn, view)
        case "":
            return await _typed(turn, view)
    return Outcome().then("menu")


async def _typed(turn: Turn, view: View) -> Outcome:
    settings = await units.settings_of(turn.tx, view.commune)
    found = asking.read(turn.text, turn.today, settings)
    if not isinstance(found, Asked):
        return turn.ask_again(found.text_id if found else "yearly.unclear")
    return await _answer(turn, view, found)


async def _sheet(turn: Turn, view: View) -> Outcome:
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    workbook.order(turn, found)
    return turn.aside("yearly.sheet_sent")


# --- by kind of units ----------------------------------------------------------------------------


async def _kinds(turn: Turn, view: View, *before: Outgoing) -> Outcome:
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    choices = [Choice(kind, saying.kind_name(turn, kind)) for kind in rows.kinds_in(found.rows)]
    choices.append(Choice("_back", turn.text_of("yearly.back")))
    return turn.ask(
        "yearly.which_kind", hear=kind, choices=choices, draft=view.dump(), before=before
    )


@flow.step()
async def kind(turn: Turn) -> Outcome:
    view = View.load(turn.draft)
    if turn.choice == "_back":
        return await show(turn, view)
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    if turn.choice not in rows.kinds_in(found.rows):
        return await show(turn, view, turn.message("yearly.gone"))
    return await _kinds(turn, view, *saying.of_kind(turn, found, turn.choice))


# --- what else belongs to the year ---------------------------------------------------------------


def _other(turn: Turn, view: View) -> Outcome:
    """Other work on the same year: what this person may do, each in a flow of its own."""
    mine = {one.name for one in turn.house.flows.open_to(turn.actor)}
    keys = ["years", *(name for name in _OTHERS if name in mine), "back"]
    choices = [f"yearly.{key}" for key in keys]
    return turn.ask("yearly.other_what", hear=other, choices=choices, draft=view.dump())


@flow.step()
async def other(turn: Turn) -> Outcome:
    view = View.load(turn.draft)
    match turn.choice:
        case "years":
            last = max(periods.FIRST_YEAR, turn.today.year)
            first = max(periods.FIRST_YEAR, last - 2)
            return await years.show(turn, View(view.commune, str(first), last=last))
        case "back":
            return await show(turn, view)
    turn.text = ""
    return Outcome().then(turn.choice)


__all__ = ["flow"]
