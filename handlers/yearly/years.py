"""Years side by side: each year's own reports, and where a year has no figure it is said so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from handlers.documents.totals_contents import Cell, Column, Row, Sheet
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing, in_messages
from handlers.words import say_number
from handlers.yearly import asking, rows, saying, workbook
from handlers.yearly.asking import Asked
from handlers.yearly.flow import flow
from handlers.yearly.looking import Look, View, look
from handlers.yearly.naming import named_section
from handlers.yearly.rows import NOT_ASKED, Figure
from handlers.yearly.rows import Row as Total
from handlers.yearly.showing import show as show_one
from storage import units

_MOST: Final = 6
"""The plan's own years."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure in each of the years."""

    row: Total
    """As the newest year that has it says it."""
    figures: tuple[Figure, ...]

    @property
    def known(self) -> Figure:
        """The newest that is one."""
        told = (one for one in reversed(self.figures) if one.value is not None)
        return next(told, self.row.figure)


async def show(turn: Turn, view: View, *before: Outgoing) -> Outcome:
    """From the year in `view.period` to `view.last`."""
    looks = await _looks(turn, view)
    if not looks:
        return turn.say("yearly.denied").then("menu")
    said = in_messages(_text(turn, looks))
    choices = ("yearly.sheet", "yearly.back")
    return turn.ask(
        "yearly.years_then",
        hear=compared,
        choices=choices,
        draft=view.dump(),
        before=(*before, *said),
    )


async def _looks(turn: Turn, view: View) -> list[Look]:
    first = int(view.period) if view.period.isdecimal() else view.last
    found = []
    for year in range(first, min(view.last, first + _MOST - 1) + 1):
        one = await look(turn, View(view.commune, str(year)))
        if one is None:
            return []
        found.append(one)
    return found


def side_by_side(looks: Sequence[Look]) -> list[Line]:
    """Every row of any year, in the order of the newest year; older ones' own after."""
    listed: dict[str, Total] = {}
    for one in reversed(looks):
        for row in one.rows:
            listed.setdefault(row.key, row)
    return [
        Line(row, tuple((found.figure if (found := one.row(key)) else NOT_ASKED) for one in looks))
        for key, row in listed.items()
    ]


# --- in words ------------------------------------------------------------------------------------


def _text(turn: Turn, looks: Sequence[Look]) -> list[str]:
    first, last = (one.gathered.period.year for one in (looks[0], looks[-1]))
    title = turn.text_of("yearly.years_title", sample=saying.sample(turn), first=first, last=last)
    told = _values(looks, [say_number(len(one.gathered.told)) for one in looks])
    lines = side_by_side(looks)
    main = {row.key for row in rows.main(replace(one.row, figure=one.known) for one in lines)}
    said = [
        f"• {one.row.label}: {_values(looks, _said(turn, one))}"
        for one in lines
        if one.row.key in main
    ]
    return [title, turn.text_of("yearly.years_told", values=told), *said]


def _values(looks: Sequence[Look], said: Sequence[str]) -> str:
    years = [one.gathered.period.year for one in looks]
    pairs = zip(years, said, strict=True)
    return "; ".join(f"{year}: {n}" for year, n in pairs)


def _said(turn: Turn, line: Line) -> list[str]:
    """Each year's figure, or that there is none."""
    none = turn.text_of("yearly.none")
    return [
        rows.say(turn.house.texts, one) if one.value is not None else none for one in line.figures
    ]


# --- as a workbook -------------------------------------------------------------------------------


def contents(turn: Turn, looks: Sequence[Look], *, made: datetime) -> dict[str, Any]:
    first, last = (one.gathered.period.year for one in (looks[0], looks[-1]))
    title = turn.text_of("yearly.years_here", first=first, last=last).rstrip(".")
    return workbook.book(turn, title, [_sheet(turn, looks, title)], made=made)


def _sheet(turn: Turn, looks: Sequence[Look], title: str) -> Sheet:
    texts, lines = turn.house.texts, side_by_side(looks)
    columns = [*workbook.what_columns(texts)]
    for one in looks:
        year = str(one.gathered.period.year)
        whole = texts.say("yearly.column_whole_of", label=year)
        columns += [Column(year, "count", 14), Column(whole, "count", 14)]
    told: list[Cell] = [None, texts["yearly.about_told"], texts["yearly.counts_units"]]
    for one in looks:
        told += [len(one.gathered.told), None]
    made = [Row(tuple(told), strong=True), *_sheet_rows(turn, looks, lines)]
    about = [_moment(turn, one) for one in looks]
    return Sheet(texts["yearly.sheet_years"], title, tuple(about), tuple(columns), tuple(made), 2)


def _moment(turn: Turn, one: Look) -> str:
    return f"{one.gathered.period.year}: {saying.moment(turn, one)}"


def _sheet_rows(turn: Turn, looks: Sequence[Look], lines: Sequence[Line]) -> list[Row]:
    texts, found, section = turn.house.texts, [], None
    ordered = sorted(lines, key=lambda line: rows.place_of(line.row.section))
    for at, line in enumerate(ordered, start=1):
        if line.row.section != section:
            section = line.row.section
            found.append(Row((named_section(texts, looks[-1].gathered, section),)))
        cells: list[Cell] = [at, line.row.label, line.row.counts]
        for one in line.figures:
            cells += [texts["yearly.none"] if one.value is None else one.value, one.whole]
        found.append(Row(tuple(cells)))
    return found


# --- what is answered ----------------------------------------------------------------------------


@flow.step(reads="text")
async def compared(turn: Turn) -> Outcome:
    view = View.load(turn.draft)
    match turn.choice:
        case "back":
            return await show_one(turn, View(view.commune, await _newest(turn, view)))
        case "sheet":
            return await _ordered(turn, view)
    settings = await units.settings_of(turn.tx, view.commune)
    found = asking.read(turn.text, turn.today, settings)
    if not isinstance(found, Asked) or not (found.years or found.period):
        return turn.ask_again("yearly.years_unclear")
    if found.years:
        first, last = found.years
        return await show(turn, View(view.commune, str(first), last=last))
    until = found.until.isoformat() if found.until else ""
    return await show_one(turn, View(view.commune, found.period, until))


async def _newest(turn: Turn, view: View) -> str:
    """The last of these years that anybody has told of; else the last."""
    told = [one.gathered.period for one in await _looks(turn, view) if one.gathered.told]
    return told[-1].key if told else str(view.last)


async def _ordered(turn: Turn, view: View) -> Outcome:
    looks = await _looks(turn, view)
    if not looks:
        return turn.say("yearly.denied").then("menu")
    first, last = (one.gathered.period.year for one in (looks[0], looks[-1]))
    message = turn.message("yearly.years_here", first=first, last=last)
    body = contents(turn, looks, made=looks[-1].at)
    turn.order(workbook.ORDER, body, name=f"so-sanh-{first}-{last}.xlsx", message=message)
    return turn.aside("yearly.sheet_sent")
