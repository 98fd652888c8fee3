"""Every total opens: to the units it is made of, and each unit to the versions it sent (§6)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing, in_messages
from handlers.yearly import pieces, saying, versions
from handlers.yearly.flow import flow
from handlers.yearly.looking import Look, View, look
from handlers.yearly.naming import named_section
from handlers.yearly.rows import Row
from handlers.yearly.showing import show

_ROWS: Final = 7
_UNITS: Final = 6
_NEXT, _BACK = "_next", "_back"


# --- the list of totals --------------------------------------------------------------------------


async def listed(turn: Turn, view: View, *before: Outgoing) -> Outcome:
    """The rows of the table, some at a time, under the sections of the report."""
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    pages = max(1, -(-len(found.rows) // _ROWS))
    page = view.page % pages
    shown = found.rows[page * _ROWS : (page + 1) * _ROWS]
    choices = [Choice(one.key, f"{one.label}: {saying.figure(turn, one)}") for one in shown]
    if pages > 1:
        choices.append(Choice(_NEXT, turn.text_of("yearly.next")))
    choices.append(Choice(_BACK, turn.text_of("yearly.back")))
    return turn.ask(
        "yearly.which_row",
        hear=row,
        choices=choices,
        draft=replace(view, row="", unit=0, page=page).dump(),
        before=before,
        sections=_sections(turn, found, shown),
        period=saying.period_name(turn, found.gathered),
        page=page + 1,
        pages=pages,
    )


def _sections(turn: Turn, found: Look, shown: Sequence[Row]) -> str:
    """Under which headings of the report these rows stand."""
    names = dict.fromkeys(
        named_section(turn.house.texts, found.gathered, one.section) for one in shown
    )
    return "; ".join(names)


@flow.step()
async def row(turn: Turn) -> Outcome:
    view = View.load(turn.draft)
    if turn.choice == _NEXT:
        return await listed(turn, replace(view, page=view.page + 1))
    if turn.choice == _BACK:
        return await show(turn, replace(view, page=0))
    return await _opened(turn, replace(view, row=turn.choice, back=view.page, page=0))


# --- one total -----------------------------------------------------------------------------------


async def _opened(turn: Turn, view: View) -> Outcome:
    """What it comes to, who is not in it and why; then the units, some at a time."""
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    one = found.row(view.row)
    if one is None:
        return await listed(turn, replace(view, page=view.back), turn.message("yearly.gone"))
    return _units(turn, found, one, *pieces.opened(turn, found, one))


def _units(turn: Turn, found: Look, one: Row, *before: Outgoing) -> Outcome:
    told = pieces.of(one)
    pages = max(1, -(-len(told) // _UNITS))
    page = found.view.page % pages
    shown = told[page * _UNITS : (page + 1) * _UNITS]
    lines = [pieces.line(turn, found, one, piece) for piece in shown]
    choices = [Choice(str(piece.told.unit.id), piece.told.name) for piece in shown]
    if pages > 1:
        choices.append(Choice(_NEXT, turn.text_of("yearly.next")))
    choices.append(Choice(_BACK, turn.text_of("yearly.back_to_list")))
    question = "yearly.which_unit" if shown else "yearly.nobody_told"
    draft = replace(found.view, page=page).dump()
    return turn.ask(
        question, hear=unit, choices=choices, draft=draft, before=(*before, *in_messages(lines))
    )


@flow.step()
async def unit(turn: Turn) -> Outcome:
    """The versions one unit sent; the list of units stays open."""
    view = View.load(turn.draft)
    if turn.choice == _BACK:
        return await listed(turn, replace(view, page=view.back))
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    one = found.row(view.row)
    if one is None:
        return await listed(turn, replace(view, page=view.back), turn.message("yearly.gone"))
    if turn.choice == _NEXT:
        return _units(turn, replace(found, view=replace(view, page=view.page + 1)), one)
    piece = next((p for p in pieces.of(one) if str(p.told.unit.id) == turn.choice), None)
    if piece is None:
        return _units(turn, found, one, turn.message("yearly.gone"))
    return _units(turn, found, one, *await versions.messages(turn, found, one, piece))
