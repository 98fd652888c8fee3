"""Every unit's figures as in /thongke: table, chart and workbook of the same look."""

from typing import Any, Final

from bot.web.admin.visit import READERS, Answer, Missing, Route, Section, Shown, Visit
from handlers.statistics import conversation, documents, spans
from handlers.statistics import view as views
from handlers.statistics.indicators import BY_KEY, INDICATORS, say
from handlers.statistics.spans import Span
from handlers.statistics.view import View

_FIRST_YEAR: Final = 2025


def _span(visit: Visit) -> Span:
    """`?nam=2026&thang=11` or `&quy=4`; this year without any. Raises `Missing`."""
    today = visit.turn.today
    year, month, quarter = (visit.query.get(name, "") for name in ("nam", "thang", "quy"))
    of_year = _among(year, range(_FIRST_YEAR, today.year + 1)) if year else today.year
    if month:
        return spans.month(_among(month, range(1, 13)), of_year)
    if quarter:
        return spans.quarter(_among(quarter, range(1, 5)), of_year)
    return spans.year(of_year)


def _among(said: str, known: range) -> int:
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 5 else -1
    if number not in known:
        raise Missing
    return number


def _view(visit: Visit, *, kind: str = "xom") -> View:
    figure = visit.query.get("so", "")
    if figure and figure not in BY_KEY:
        raise Missing
    return View(_span(visit), kind=kind, figure=figure, commune=visit.commune_id)


async def show(visit: Visit) -> Answer:
    turn = visit.turn
    shown = await views.look(turn, _view(visit))
    lines = [
        {
            "name": shown.name(row) or turn.text_of("statistics.unknown_hamlet"),
            "cells": [say(one.value(row.figures)) for one in INDICATORS],
        }
        for row in views.rows(shown)
    ]
    values: dict[str, Any] = {
        "shown": shown,
        "span": shown.view.span,
        "query": dict(visit.query),
        "years": list(range(_FIRST_YEAR, turn.today.year + 1)),
        "heads": [turn.text_of(f"statistics.figure_{one.key}") for one in INDICATORS],
        "keys": [one.key for one in INDICATORS],
        "means": [
            (turn.text_of(f"statistics.figure_{k.key}"), turn.text_of(f"statistics.means_{k.key}"))
            for k in INDICATORS
        ],
        "lines": lines,
        "total": [say(one.value(shown.table.total)) for one in INDICATORS],
        "chart": documents.chart(turn, shown).body,
        "figure": turn.text_of(f"statistics.figure_{shown.figure}"),
    }
    return Shown("hamlets.html", values, part="hamlets_part.html")


async def workbook(visit: Visit) -> Answer:
    """The workbook of the chat, of the same look."""
    shown = await views.look(visit.turn, _view(visit, kind=""))
    await conversation.order_sheet(visit.turn, shown)
    return visit.ordered()


SECTION: Final = Section(
    "page.hamlets",
    "page.group_now",
    (
        Route("GET", "/xom", READERS, show),
        Route("GET", "/xom/bang.xlsx", READERS, workbook),
    ),
)
