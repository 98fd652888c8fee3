"""The same figures as a picture and as a workbook: plain data for handlers/documents (§6)."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple

from handlers.documents.contents import SHEET_WORDS
from handlers.flow import Turn
from handlers.statistics import saying
from handlers.statistics import view as views
from handlers.statistics.figures import say_share
from handlers.statistics.indicators import BY_KEY, INDICATORS, Value, say
from handlers.statistics.spans import Span
from handlers.statistics.view import Shown
from handlers.words import say_number
from storage.statistics import Figures, Table, UnitRow

_TREND: Final = ("learners", "lessons", "sessions", "heads")


class Drawing(NamedTuple):
    """What is ordered from the workshop."""

    kind: str
    body: dict[str, Any]
    alt: str
    """The same in words (WCAG 1.1.1)."""


# --- charts --------------------------------------------------------------------------------------


def chart(turn: Turn, shown: Shown) -> Drawing:
    """Bars per unit, how much has grown, or a trend: whatever is being looked at."""
    if shown.view.trend:
        return _trend_chart(turn, shown)
    if shown.view.order == "improved":
        return _improved_chart(turn, shown)
    lines = _drawn_rows(shown)
    rows = [_bar(turn, shown, row) for row in lines]
    said = ", ".join(f"{row['name']} {row['says'] or row['why']}" for row in rows)
    body = {"about": _about(turn, shown), "rows": rows, "nothing": _nothing(turn)}
    return Drawing("hamlets_chart", body, _alt(turn, shown, said))


def _drawn_rows(shown: Shown) -> list[UnitRow]:
    """The lines of the chat; without an order the largest first, unknown ones at the end."""
    lines = [row for row in views.rows(shown) if row.unit_id is not None]
    if shown.view.order:
        return lines
    value = BY_KEY[shown.figure].value
    return sorted(lines, key=lambda row: -Fraction(value(row.figures) or 0))


def _bar(turn: Turn, shown: Shown, row: UnitRow) -> dict[str, Any]:
    indicator = BY_KEY[shown.figure]
    value = indicator.value(row.figures)
    detail = ""
    if shown.figure == "share" and row.figures.adults:
        detail = f"{say_number(row.figures.learners)}/{say_number(row.figures.adults)}"
    learners = turn.text_of("statistics.learners_only", count=say_number(row.figures.learners))
    return {
        "name": shown.name(row),
        "value": None if value is None else float(value),
        "says": say(value) if value is not None else learners,
        "detail": detail,
        "why": "" if value is not None else _missing(turn, shown),
    }


def _missing(turn: Turn, shown: Shown) -> str:
    key = "no_answers" if shown.figure == "right" else "no_share"
    said = turn.text_of(f"statistics.{key}")
    return said[:1].upper() + said[1:]


def _improved_chart(turn: Turn, shown: Shown) -> Drawing:
    earlier = {row.unit_id: row for row in shown.before.rows} if shown.before else {}
    value = BY_KEY[shown.figure].value
    rows = []
    for row in views.rows(shown):
        then, now = value(earlier[row.unit_id].figures), value(row.figures)
        rows.append(
            {
                "name": shown.name(row),
                "before": _length(then),
                "before_says": say(then),
                "after": _length(now),
                "after_says": say(now),
                "change": _points(turn, shown, views.change(shown, row)),
                "why": "" if None not in (then, now) else _missing(turn, shown),
            }
        )
    said = ", ".join(f"{r['name']} {r['before_says']} - {r['after_says']}" for r in rows)
    body = {
        "about": _about(turn, shown),
        "before": shown.before_span.name if shown.before_span else "",
        "after": shown.view.span.name,
        "rows": rows,
        "nothing": _nothing(turn),
    }
    return Drawing("improved_chart", body, _alt(turn, shown, said))


def _points(turn: Turn, shown: Shown, change: Fraction | None) -> str:
    if change is None:
        return ""
    sign = "+" if change >= 0 else "-"
    if BY_KEY[shown.figure].is_share:
        points = say_share(abs(change)).rstrip("%")
        return turn.text_of("statistics.points", change=f"{sign}{points}")
    return f"{sign}{say_number(int(abs(change)))}"


def _trend_chart(turn: Turn, shown: Shown) -> Drawing:
    keys = [shown.view.figure] if shown.view.figure else ["learners", "heads"]
    series = [
        {
            "name": turn.text_of(f"statistics.figure_{key}"),
            "values": [_length(BY_KEY[key].value(figures)) for _, figures in shown.trend],
            "says": [say(BY_KEY[key].value(figures)) for _, figures in shown.trend],
        }
        for key in keys
    ]
    times = [_time(turn, shown, number) for number in range(len(shown.trend))]
    said = ", ".join(f"{t['name']} {n}" for t, n in zip(times, series[0]["says"], strict=True))
    body = {
        "about": _about(turn, shown),
        "times": times,
        "series": series,
        "nothing": _nothing(turn),
    }
    return Drawing("trend_chart", body, _alt(turn, shown, said))


def _time(turn: Turn, shown: Shown, number: int) -> dict[str, str]:
    span = shown.trend[number][0]
    is_month = span.first.day == 1 and (span.last - span.first).days >= 27
    name = f"T{span.first.month}" if is_month else f"{span.first.day}/{span.first.month}"
    begins_year = number == 0 or span.first.month == 1 == span.first.day
    is_running = span.last >= turn.today
    return {
        "name": name,
        "under": str(span.first.year) if begins_year else "",
        "note": turn.text_of("statistics.running") if is_running else "",
    }


def _length(value: Value) -> float | None:
    return None if value is None else float(value)


def _about(turn: Turn, shown: Shown) -> dict[str, str]:
    return {
        "title": turn.text_of(f"statistics.figure_{shown.figure}"),
        "period": shown.view.span.name,
        "place": shown.commune,
        "sample": _sample(turn),
        "total": saying.together(turn, shown),
        "definition": saying.meaning(turn, shown),
        "moment": saying.moment(turn, shown),
    }


def _sample(turn: Turn) -> str:
    return turn.text_of("statistics.sample").rstrip(".") if turn.house.sample else ""


def _nothing(turn: Turn) -> str:
    return turn.text_of("statistics.nothing_to_order")


def _alt(turn: Turn, shown: Shown, values: str) -> str:
    figure = turn.text_of(f"statistics.figure_{shown.figure}").lower()
    period = shown.view.span.name
    return turn.text_of("statistics.chart_alt", figure=figure, period=period, values=values)[:900]


# --- the workbook --------------------------------------------------------------------------------


class Sources(NamedTuple):
    """The same table by where lessons were begun."""

    alone: Table
    session: Table


def sheet(turn: Turn, shown: Shown, sources: Sources) -> dict[str, Any]:
    """Typed cells with their definitions; totals are counted by themselves, not summed up."""
    alone, session = (_lessons_by_unit(table) for table in sources)
    lines = [
        _sheet_row(turn, shown, row, [alone.get(row.unit_id, 0), session.get(row.unit_id, 0)])
        for row in views.rows(shown)
    ]
    total = None
    if not shown.view.order:
        both = [sources.alone.total.lessons, sources.session.total.lessons]
        first = ["", turn.text_of("statistics.sheet_total")]
        total = {
            "cells": [*first, *_cells(shown.table.total), *both],
            "note": turn.text_of("statistics.means_twice"),
        }
    now = turn.now.astimezone(turn.house.timezone)
    return {
        "title": turn.text_of("statistics.sheet_title"),
        "sample": _sample(turn),
        "made": now.replace(tzinfo=None, second=0, microsecond=0).isoformat(),
        "facts": _facts(turn, shown),
        "table": {"columns": _columns(turn), "rows": lines, "total": total},
        "trend": _sheet_trend(turn, shown) if shown.trend else None,
        "definitions": [_definition(turn, key) for key in _sheet_keys()],
        "words": {key: turn.text_of(f"documents.{key}") for key in SHEET_WORDS},
    }


def _lessons_by_unit(table: Table) -> dict[int | None, int]:
    return {row.unit_id: row.figures.lessons for row in table.rows}


def _sheet_keys() -> list[str]:
    return [*(one.key for one in INDICATORS), "lessons_alone", "lessons_session"]


def _columns(turn: Turn) -> list[dict[str, str]]:
    named: Sequence[tuple[str, str]] = [
        *((one.key, "percent" if one.is_share else "count") for one in INDICATORS),
        ("lessons_alone", "count"),
        ("lessons_session", "count"),
    ]
    first = [
        {"name": turn.text_of(f"statistics.sheet_{key}"), "kind": "text"}
        for key in ("code", "unit")
    ]
    figures = [
        {"name": turn.text_of(f"statistics.figure_{key}"), "kind": kind} for key, kind in named
    ]
    return [*first, *figures]


def _sheet_row(turn: Turn, shown: Shown, row: UnitRow, sources: list[int]) -> dict[str, Any]:
    name = shown.name(row) or turn.text_of("statistics.unknown_hamlet")
    lacks_adults = row.kind == "xom" and row.figures.adults is None
    note = turn.text_of("statistics.no_share") if lacks_adults else ""
    return {"cells": [row.code, name, *_cells(row.figures), *sources], "note": note}


def _cells(figures: Figures) -> list[int | float | None]:
    return [_cell(indicator.value(figures)) for indicator in INDICATORS]


def _cell(value: Value) -> int | float | None:
    """Percentages as ratios, which is what a percent cell holds; unknown stays empty."""
    return float(value / 100) if isinstance(value, Fraction) else value


def _sheet_trend(turn: Turn, shown: Shown) -> dict[str, Any]:
    columns = [{"name": turn.text_of("statistics.sheet_time"), "kind": "text"}]
    columns += [
        {"name": turn.text_of(f"statistics.figure_{key}"), "kind": "count"} for key in _TREND
    ]
    rows = [
        {"cells": [span.name, *(BY_KEY[key].value(figures) for key in _TREND)], "note": ""}
        for span, figures in shown.trend
    ]
    return {"columns": columns, "rows": rows, "total": None}


def _definition(turn: Turn, key: str) -> list[str]:
    means = turn.text_of(f"statistics.means_{key}")
    return [turn.text_of(f"statistics.figure_{key}"), means]


def _facts(turn: Turn, shown: Shown) -> list[list[str]]:
    first, last = (_said(day) for day in (shown.view.span.first, shown.view.span.last))
    place = "whole_commune" if shown.is_whole else "together"
    where = f"{shown.commune}, {turn.text_of(f'statistics.{place}')}"
    return [
        [turn.text_of("statistics.sheet_scope"), where],
        [turn.text_of("statistics.sheet_period"), f"{first} - {last}"],
        [turn.text_of("statistics.sheet_moment"), saying.moment(turn, shown)],
    ]


def _said(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def file_name(span: Span, ending: str) -> str:
    """For example "thong-ke-2026-11-01-2026-11-30.xlsx"."""
    return f"thong-ke-{span.first.isoformat()}-{span.last.isoformat()}.{ending}"
