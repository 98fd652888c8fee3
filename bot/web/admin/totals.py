"""What all reports of a period come to (/tonghop): the annexes on the screen, and their files."""

from datetime import date
from typing import Any, Final

from bot.web.admin import onward
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
)
from handlers.documents.letter_contents import Annex
from handlers.reporting import periods
from handlers.yearly import pieces, saying, versions, workbook
from handlers.yearly.annexes import annexes
from handlers.yearly.letter import order_letter
from handlers.yearly.looking import Look, View, look
from handlers.yearly.rows import Row
from storage import units


async def _periods(visit: Visit) -> dict[str, str]:
    """All that may be looked at, the newest first: key -> as people say it."""
    texts, today = visit.turn.house.texts, visit.turn.today
    settings = await units.settings_of(visit.turn.tx, visit.commune_id)
    several = [one for one in periods.over_years(settings) if one.first <= today]
    open_now = periods.open_on(today, settings)
    years = [
        periods.annual(year, settings) for year in range(today.year, periods.FIRST_YEAR - 1, -1)
    ]
    return {one.key: periods.say_title(texts, one) for one in (*open_now, *years, *several)}


async def _view(visit: Visit, known: dict[str, str]) -> View:
    """Raises `Missing` for a period that is none."""
    period = visit.query.get("ky", "") or next(iter(known))
    if period not in known:
        raise Missing
    day = _day(visit)
    return View(visit.commune_id, period, until=day.isoformat() if day else "")


def _day(visit: Visit) -> date | None:
    """`?den=2026-11-30`: only what was sent by its end. Raises `Missing`."""
    said = visit.query.get("den", "")
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise Missing from None
    if not date(periods.FIRST_YEAR, 1, 1) <= day <= visit.turn.today:
        raise Missing
    return day


async def _look(visit: Visit) -> tuple[Look, dict[str, str]]:
    """Raises `Missing`."""
    known = await _periods(visit)
    found = await look(visit.turn, await _view(visit, known))
    if found is None:
        raise Missing
    return found, known


async def show(visit: Visit) -> Answer:
    turn = visit.turn
    found, known = await _look(visit)
    values = {
        "known": known,
        "period": found.view.period,
        "until": found.view.until,
        "today": turn.today.isoformat(),
        "title": saying.title(turn, found),
        "moment": saying.moment(turn, found),
        "tables": _tables(visit, found),
        "has_figures": bool(found.gathered.told),
        "is_desk": visit.may(DESK),
        **await onward.listed(visit, found.gathered.period),
    }
    return Shown("totals.html", values)


def _tables(visit: Visit, found: Look) -> list[dict[str, Any]]:
    """The annexes of the commune's report, as they are printed."""
    made = annexes(visit.turn.house.texts, found.gathered, found.rows)
    keys = {str(row.number): row.key for row in found.rows}
    return [_table(one, keys if at == 0 and keys else {}) for at, one in enumerate(made)]


def _table(annex: Annex, keys: dict[str, str]) -> dict[str, Any]:
    """`keys`: number of a row -> what opens it."""
    width = len(annex.table.columns)
    return {
        "title": annex.title.capitalize(),
        "notes": annex.notes,
        "columns": [(one.name, one.align == "right") for one in annex.table.columns],
        "rows": [
            {
                "cells": row.cells,
                "strong": row.strong,
                "wide": width if len(row.cells) == 1 else 0,
                "key": keys.get(row.cells[0], "") if len(row.cells) > 1 else "",
            }
            for row in annex.table.rows
        ],
    }


async def book(visit: Visit) -> Answer:
    """The workbook of the chat, of the same look."""
    found, _ = await _look(visit)
    workbook.order(visit.turn, found)
    return visit.ordered()


async def letter(visit: Visit) -> Answer:
    """The commune's BÁO CÁO; that it was made is in the record."""
    known = await _periods(visit)
    view = await _view(visit, known)
    said = await order_letter(visit.turn, view.commune, view.period, until=view.day)
    if not visit.turn.orders:
        return Moved(visit.link("/tong-hop", ky=view.period), said.text)
    return visit.ordered()


# --- one figure, opened --------------------------------------------------------------------------


async def opened(visit: Visit) -> Answer:
    """The units a figure is made of, who is not in it and why; a unit's versions, if asked."""
    found, _ = await _look(visit)
    row = found.row(visit.query.get("muc", ""))
    if row is None:
        raise Missing
    unit, sent = await _versions(visit, found, row)
    lines = [(one.told.unit.id, pieces.said(visit.turn, found, row, one)) for one in pieces.of(row)]
    values = {
        "label": row.label,
        "told": [
            line for one in pieces.opened(visit.turn, found, row) for line in _lines(one.text)
        ],
        "moment": saying.moment(visit.turn, found),
        "lines": lines,
        "query": dict(visit.query),
        "unit": unit,
        "sent": sent,
    }
    return Shown("total_row.html", values)


async def _versions(visit: Visit, found: Look, row: Row) -> tuple[str, list[str]]:
    """Name of the unit that is asked about, and all it sent. Raises `Missing`."""
    asked = visit.query.get("noi", "")
    if not asked:
        return "", []
    piece = next((one for one in pieces.of(row) if str(one.told.unit.id) == asked), None)
    if piece is None:
        raise Missing
    said = await versions.messages(visit.turn, found, row, piece)
    return piece.told.name, [line for one in said for line in _lines(one.text)]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


SECTION: Final = Section(
    "page_totals.name",
    "page.group_work",
    (
        Route("GET", "/tong-hop", READERS, show),
        Route("GET", "/tong-hop/so", READERS, opened),
        Route("GET", "/tong-hop/bang.xlsx", READERS, book),
        Route("POST", "/tong-hop/bao-cao.docx", DESK, letter),
        *onward.ROUTES,
    ),
)
