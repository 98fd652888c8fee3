"""/thongke: who may see which figures, asked for in words, shown as text, picture and workbook."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from handlers import places, words
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice
from handlers.statistics import asking, documents, saying, spans
from handlers.statistics.asking import Asked, Unsure
from handlers.statistics.figures import unit_table
from handlers.statistics.spans import Span
from handlers.statistics.view import (
    OWN_UNIT,
    WHOLE_COMMUNE,
    Shown,
    View,
    look,
    rights_in,
    rights_of,
)
from storage import units
from storage.statistics import Source
from storage.units import UnitInfo

flow = Flow(
    "statistics",
    allow=WHOLE_COMMUNE | OWN_UNIT,
    command="/thongke",
    words=("thống kê", "xem thống kê", "số liệu học", "thống kê học"),
    menu="menu.statistics",
)


async def _known(turn: Turn) -> list[UnitInfo]:
    """Every unit whose figures this person may see (T13)."""
    rights = rights_of(turn.actor)
    listed = await units.listed(turn.tx, on=turn.today)
    return [unit for unit in listed if any(one.cover(unit) for one in rights)]


@flow.entry
async def enter(turn: Turn) -> Outcome:
    """This year, or what the words behind the command say."""
    known = await _known(turn)
    if not known:
        return turn.say("statistics.no_units").then("menu")
    if not turn.text:
        return await _show_as(turn, View(spans.year(turn.today.year)), "")
    return await _read(turn, turn.text, known) or _which(turn, "statistics.unclear")


@flow.claim
async def is_asked(turn: Turn) -> bool:
    """A question about figures typed where nothing else is asked: "xóm nào thấp nhất"."""
    found = asking.read(turn.text, turn.today, await _known(turn))
    if found is None:
        return False
    asked = found.asked if isinstance(found, Unsure) else found
    return bool(asked.figure or asked.order or asked.as_)


async def _read(turn: Turn, text: str, known: Sequence[UnitInfo]) -> Outcome | None:
    """The figures a text asks for, or what is not sure in it; None if it is not understood."""
    found = asking.read(text, turn.today, known)
    if found is None:
        return None
    if not isinstance(found, Unsure):
        return await _answer(turn, found, known)
    draft = _stored(turn, found.asked, known)
    if found.what == "units":
        names = places.shown(known)
        choices = [Choice(code, names[code]) for code in found.choices if code in names]
        return turn.ask("statistics.which_unit", hear=which_unit, choices=choices[:8], draft=draft)
    periods = ("this_month", "last_month", "this_year", "this_week")
    keys = [f"statistics.{key}" for key in periods]
    return turn.ask("statistics.which_period", hear=which_period, choices=keys, draft=draft)


def _stored(turn: Turn, asked: Asked, known: Sequence[UnitInfo]) -> dict[str, Any]:
    return {**_view(turn, asked, known).dump(), "as": asked.as_}


def _view(turn: Turn, asked: Asked, known: Sequence[UnitInfo]) -> View:
    by_code = {unit.code: unit.id for unit in known}
    usual = spans.month(turn.today.month, turn.today.year)
    if asked.order != "improved":
        usual = spans.year(turn.today.year)
    kind = asked.kind or ("xom" if asked.order and not asked.units else "")
    return View(
        asked.span or usual,
        tuple(by_code[code] for code in asked.units),
        kind=kind,
        figure=asked.figure,
        order=asked.order,
        most=asked.most,
        trend=asked.trend,
    )


async def _answer(turn: Turn, asked: Asked, known: Sequence[UnitInfo]) -> Outcome:
    return await _show_as(turn, _view(turn, asked, known), asked.as_)


async def _show_as(turn: Turn, view: View, as_: str) -> Outcome:
    """The text always comes first; a picture or a workbook of the same figures behind it."""
    communes = await _communes(turn, view)
    if len(communes) > 1:
        return await _which_commune(turn, view, as_, communes)
    view = replace(view, commune=communes[0])
    match as_:
        case "chart":
            return await _chart(turn, view)
        case "excel":
            return await _sheet(turn, view)
    return await _show(turn, view)


async def _communes(turn: Turn, view: View) -> list[int]:
    """Those of the units asked for, else all in which this person may see any."""
    if view.commune:
        return [view.commune]
    communes = [one.commune_id for one in rights_of(turn.actor)]
    if len(communes) == 1:
        return communes
    asked = {unit.commune_id for unit in await _known(turn) if unit.id in view.units}
    return [one for one in communes if one in asked] or communes


# --- what is not sure is asked -------------------------------------------------------------------


async def _which_commune(turn: Turn, view: View, as_: str, communes: Sequence[int]) -> Outcome:
    known = await units.communes(turn.tx, on=turn.today)
    names = places.shown(known)
    choices = [Choice(str(unit.id), names[unit.code]) for unit in known if unit.id in communes]
    draft = {**view.dump(), "as": as_}
    return turn.ask("statistics.which_commune", hear=which_commune, choices=choices, draft=draft)


@flow.step(reads="text")
async def which_commune(turn: Turn) -> Outcome:
    if not turn.choice:
        known = await _known(turn)
        return await _read(turn, turn.text, known) or turn.ask_again("statistics.which_commune")
    view = replace(View.load(turn.draft, turn.today), commune=int(turn.choice))
    return await _show_as(turn, view, str(turn.draft.get("as", "")))


@flow.step(reads="name")
async def which_unit(turn: Turn) -> Outcome:
    known = await _known(turn)
    if not turn.choice:
        return await _read(turn, turn.text, known) or turn.ask_again("statistics.unclear")
    view = View.load(turn.draft, turn.today)
    chosen = tuple(unit.id for unit in known if unit.code == turn.choice)
    together = replace(view, units=(*view.units, *chosen))
    return await _show_as(turn, together, str(turn.draft.get("as", "")))


@flow.step(reads="text")
async def which_period(turn: Turn) -> Outcome:
    view, as_ = View.load(turn.draft, turn.today), str(turn.draft.get("as", ""))
    if turn.choice:
        return await _show_as(turn, replace(view, span=_span(turn, turn.choice)), as_)
    known = await _known(turn)
    found = asking.read(turn.text, turn.today, known)
    if isinstance(found, Asked) and found == Asked(found.span):  # a time and nothing else
        return await _show_as(turn, replace(view, span=found.span or view.span), as_)
    return await _read(turn, turn.text, known) or turn.ask_again("statistics.which_period")


def _span(turn: Turn, key: str) -> Span:
    today = turn.today
    match key:
        case "this_week":
            return spans.week(today)
        case "this_month":
            return spans.month(today.month, today.year)
        case "last_month":
            return spans.month(today.month - 1 or 12, today.year - (today.month == 1))
    return spans.year(today.year)


# --- showing -------------------------------------------------------------------------------------


async def _show(turn: Turn, view: View, start: int = 0) -> Outcome:
    return _said(turn, await look(turn, view), start)


def _said(turn: Turn, shown_now: Shown, start: int = 0) -> Outcome:
    said, following = saying.messages(turn, shown_now, start=start)
    draft = {**shown_now.view.dump(), "from": following}
    ways = ("more", "chart", "excel", "other", "home")[0 if following else 1 :]
    choices = [f"statistics.{key}" for key in ways]
    return turn.ask("statistics.then", hear=shown, choices=choices, draft=draft, before=said)


@flow.step(reads="text")
async def shown(turn: Turn) -> Outcome:
    """On to the next page, the same as a picture or a workbook, or another question in words."""
    view = View.load(turn.draft, turn.today)
    match turn.choice:
        case "home":
            return Outcome().then("menu")
        case "other":
            return _which(turn)
        case "more":
            return await _show(turn, view, int(turn.draft.get("from", 0)))
        case "chart" | "excel":
            return await _ordered(turn, view, turn.choice)
    known = await _known(turn)
    return await _read(turn, turn.text, known) or turn.ask_again("statistics.unclear")


async def _ordered(turn: Turn, view: View, as_: str) -> Outcome:
    """The picture or workbook of what was just read: its text is not said once more."""
    shown_now = await look(turn, view)
    if as_ == "chart":
        order_chart(turn, shown_now)
        return turn.aside("statistics.chart_sent")
    await order_sheet(turn, shown_now)
    return turn.aside("statistics.sheet_sent")


async def _chart(turn: Turn, view: View) -> Outcome:
    shown_now = await look(turn, view)
    order_chart(turn, shown_now)
    return _said(turn, shown_now)


async def _sheet(turn: Turn, view: View) -> Outcome:
    shown_now = await look(turn, view)
    await order_sheet(turn, shown_now)
    return _said(turn, shown_now)


def order_chart(turn: Turn, shown_now: Shown) -> None:
    """Have the picture of these figures made."""
    drawing = documents.chart(turn, shown_now)
    span = shown_now.view.span
    here = turn.message("statistics.chart_here", period=span.name)
    name = documents.file_name(span, "png")
    message = replace(here, picture_alt=drawing.alt)
    turn.order(drawing.kind, drawing.body, name=name, message=message)


async def order_sheet(turn: Turn, shown_now: Shown) -> None:
    """Have the workbook of these figures made."""
    alone, session = [await _by_source(turn, shown_now.view, source) for source in Source]
    body = documents.sheet(turn, shown_now, documents.Sources(alone, session))
    span, rows = shown_now.view.span, len(body["table"]["rows"])
    name = documents.file_name(span, "xlsx")
    message = turn.message("statistics.sheet_here", period=span.name, rows=words.say_number(rows))
    turn.order("statistics_sheet", body, name=name, message=message)


async def _by_source(turn: Turn, view: View, source: Source) -> Any:
    return await unit_table(
        turn.tx,
        catalogue=turn.house.lessons,
        scope=rights_in(turn.actor, view.commune).scope(view),
        period=view.span.period(turn.house.timezone),
        now=turn.now,
        source=source,
    )


# --- asking back ---------------------------------------------------------------------------------


_COMMON: Final = ("this_month", "this_year", "lowest", "excel_this_year")
_COMMON_IN_ONE_UNIT: Final = ("this_month", "this_year", "last_month", "this_week")


def _which(turn: Turn, text_id: str = "statistics.which") -> Outcome:
    """The four commonest questions; anything else is typed."""
    is_whole = rights_of(turn.actor)[0].only is None
    keys = _COMMON if is_whole else _COMMON_IN_ONE_UNIT
    return turn.ask(text_id, hear=pick, choices=[f"statistics.{key}" for key in keys])


@flow.step(reads="text")
async def pick(turn: Turn) -> Outcome:
    """One of the four, or "xóm 5 tháng 11" typed."""
    match turn.choice:
        case "":
            known = await _known(turn)
            return await _read(turn, turn.text, known) or turn.ask_again("statistics.unclear")
        case "lowest":
            this_year = spans.year(turn.today.year)
            return await _show_as(turn, View(this_year, kind="xom", order="lowest"), "")
        case "excel_this_year":
            return await _show_as(turn, View(spans.year(turn.today.year)), "excel")
    return await _show_as(turn, View(_span(turn, turn.choice)), "")
