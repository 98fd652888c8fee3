"""A register as a workbook: one row a line, as the chat has them (design §6)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.documents.contents import SHEET_WORDS
from handlers.flow import Turn
from handlers.registers import lists, saying
from handlers.registers.kinds import BOOKS, KINDS
from handlers.registers.place import Desk
from handlers.registers.years import Year
from handlers.reporting.letter.writing import as_day
from handlers.statistics import spans
from handlers.words import say_short_date
from handlers.yearly.gathering import Told
from storage.registers import EntryInfo

Cell = str | int | None


async def order(turn: Turn, desk: Desk, year: Year) -> None:
    """The book of the year as .xlsx, sent when it is made."""
    book = desk.draft.book
    turn.order(
        "statistics_sheet",
        await body(turn, desk, year),
        name=f"so-{_FILE[book]}-{year.year}.xlsx",
        message=turn.message(
            "registers.sheet_here", title=turn.text_of(f"registers.book_{book}"), year=year.year
        ),
    )


_FILE = {
    "plans": "ke-hoach",
    "visits": "kiem-tra",
    "awards": "khen-thuong",
    "publicity": "tuyen-truyen",
}


async def body(turn: Turn, desk: Desk, year: Year) -> dict[str, Any]:
    book = desk.draft.book
    now = turn.now.astimezone(turn.house.timezone)
    figures = await lists.figures(turn, year)
    return {
        "title": turn.text_of(f"registers.book_{book}"),
        "sample": turn.text_of("statistics.sample").rstrip(".") if turn.house.sample else "",
        "made": now.replace(tzinfo=None, second=0, microsecond=0).isoformat(),
        "facts": _facts(turn, desk, year),
        "table": {
            "columns": columns(turn, book),
            "rows": [
                {"cells": list(one.cells), "note": one.note} for one in rows(turn, book, year)
            ],
            "total": None,
        },
        "trend": None,
        "definitions": [
            [turn.text_of("registers.sheet_totals"), lists.totals(turn, book, figures)],
            [turn.text_of("registers.column_source"), turn.text_of("registers.sheet_sources")],
        ],
        "words": {key: turn.text_of(f"documents.{key}") for key in SHEET_WORDS},
    }


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    note: str
    entry: int = 0
    """Id of the line; 0 = told by a report, or nothing is there."""
    is_there: bool = True
    """False for a unit that must have it and has none."""


def columns(turn: Turn, book: str) -> list[dict[str, str]]:
    return [_column(turn, book, key) for key in _columns(book)]


def _columns(book: str) -> list[str]:
    """Whose, what kind, then every column that a kind of this book has, and where it is from."""
    own = dict.fromkeys(key for kind in BOOKS[book].kinds for key in KINDS[kind].asked)
    rest = [key for key in own if key != "unit"]
    done = ["done"] if "due" in own else []
    return ["unit", "kind", *rest, *done, "source"]


def _column(turn: Turn, book: str, key: str) -> dict[str, str]:
    kind = BOOKS[book].kinds[0]
    number = key in ("amount", "minutes")
    name = saying.column_name(turn, kind if len(BOOKS[book].kinds) == 1 else "", key)
    return {"name": name, "kind": "count" if number else "text"}


def rows(turn: Turn, book: str, year: Year) -> list[Row]:
    """Lines, what reports tell, and for plans who has none: then nothing is left to look up."""
    kinds = BOOKS[book].kinds
    cells = [_of_entry(turn, one, year) for one in year.of(*kinds)]
    for kind in kinds:
        cells += [_of_told(turn, kind, one, year) for one in lists.untold(year, kind)]
    if book == "plans":
        cells += [
            _of_none(turn, kind, year, one.id) for kind in kinds for one in year.lacking(kind)
        ]
    keys = _columns(book)
    return [
        Row(
            tuple(row.get(key) for key in keys),
            row["note"],
            row.get("entry", 0),
            is_there=bool(row["source"]),
        )
        for row in cells
    ]


def _of_entry(turn: Turn, entry: EntryInfo, year: Year) -> dict[str, Any]:
    done = entry.done_at.astimezone(turn.house.timezone).date() if entry.done_at else None
    return {
        "unit": saying.owner(turn, entry, year.names),
        "kind": turn.text_of(f"registers.kind_{entry.register}"),
        "number": "" if entry.register == "broadcast" else entry.number,
        "on": _day(entry.held_on),
        "what": saying.form(turn, entry.what),
        "amount": entry.amount,
        "minutes": entry.minutes if entry.register == "broadcast" else None,
        "due": _day(entry.due_on),
        "done": _day(done),
        "source": turn.text_of("registers.source_register"),
        "note": "",
        "entry": entry.id,
    }


def _day(on: date | None) -> str:
    return say_short_date(on) if on else ""


def _of_told(turn: Turn, kind: str, told: Told, year: Year) -> dict[str, Any]:
    number, on = told.answers.get("plan_number"), told.answers.get("plan_date")
    is_plan = kind == "plan"
    return {
        "unit": year.names.get(told.unit.id, told.name),
        "kind": turn.text_of(f"registers.kind_{kind}"),
        "number": str(number.value or "") if number and is_plan else "",
        "on": _day(as_day(on.value)) if on and is_plan else "",
        "source": turn.text_of("registers.source_report", code=told.code),
        "note": "",
    }


def _of_none(turn: Turn, kind: str, year: Year, unit_id: int) -> dict[str, Any]:
    is_older = kind == "plan" and unit_id in year.older
    return {
        "unit": year.names.get(unit_id, ""),
        "kind": turn.text_of(f"registers.kind_{kind}"),
        "number": "",
        "on": "",
        "source": "",
        "note": turn.text_of("registers.none_older" if is_older else "registers.none_yet"),
    }


def _facts(turn: Turn, desk: Desk, year: Year) -> list[list[str]]:
    commune = next((one.name for one in desk.known if one.id == desk.draft.commune), "")
    span = spans.report_period(year.year)
    days = f"{_day(span.first)} - {_day(span.last)}"
    return [
        [turn.text_of("statistics.sheet_scope"), commune],
        [turn.text_of("statistics.sheet_period"), days],
    ]
