"""The registers (/so): plans, visits, awards, publicity of a year; who has none; the workbook."""

from typing import Any, Final

from bot.web.admin import points, register_lines
from bot.web.admin.visit import (
    DESK,
    READERS,
    Answer,
    Missing,
    Route,
    Section,
    Shown,
    Visit,
    number,
)
from handlers.registers import lists, place, sheets, years
from handlers.registers.draft import Draft
from handlers.registers.kinds import BOOKS
from handlers.registers.years import Year
from handlers.reporting import periods
from storage import registers

_PAGE: Final = 50


def _book(visit: Visit) -> str:
    """`?quyen=plans`; that of plans without any. Raises `Missing`."""
    book = visit.query.get("quyen", "") or next(iter(BOOKS))
    if book not in BOOKS:
        raise Missing
    return book


async def _year(visit: Visit) -> Year:
    """`?nam=2026`; the one that is worked on without any. Raises `Missing`."""
    turn = visit.turn
    asked = visit.query.get("nam", "")
    year = number(asked) if asked else years.open_year(turn.today)
    if not periods.FIRST_YEAR <= year <= turn.today.year + 1:
        raise Missing
    return await years.load(turn.tx, visit.commune_id, year, today=turn.today)


async def show(visit: Visit) -> Answer:
    turn, book, year = visit.turn, _book(visit), await _year(visit)
    rows = [one for one in sheets.rows(turn, book, year) if one.is_there]
    after = number(visit.query.get("sau", "0"))
    known = {*await registers.years(turn.tx, visit.commune_id), year.year, turn.today.year}
    values: dict[str, Any] = {
        "books": [(key, turn.text_of(f"registers.book_{key}")) for key in BOOKS],
        "book": book,
        "year": year.year,
        "years": sorted(known, reverse=True),
        "totals": lists.totals(turn, book, await lists.figures(turn, year)),
        "columns": sheets.columns(turn, book),
        "rows": rows[after : after + _PAGE],
        "before": after - _PAGE if after else None,
        "after": after + _PAGE if len(rows) > _PAGE + after else None,
        "missing": _missing(visit, year) if book == "plans" else [],
        "due": await _due(visit, year) if book == "visits" else [],
        "kinds": [(kind, turn.text_of(f"registers.kind_{kind}")) for kind in BOOKS[book].kinds],
        "is_desk": visit.may(DESK),
    }
    return Shown("registers.html", values)


def _missing(visit: Visit, year: Year) -> list[list[str]]:
    """Who must have a plan, a programme, a launch and has none: as in chat."""
    return [one.text.splitlines() for one in lists.missing(visit.turn, year)]


async def _due(visit: Visit, year: Year) -> list[tuple[int, str]]:
    """What has to be looked at again by today."""
    turn = visit.turn
    found = await registers.to_look_at(turn.tx, visit.commune_id, until=turn.today)
    return [(one.id, register_lines.line(turn, one, year.names)) for one in found]


async def workbook(visit: Visit) -> Answer:
    """The book of the year as in chat. Raises `Missing`."""
    year = await _year(visit)
    draft = Draft(visit.commune_id, _book(visit), year.year)
    desk = await place.desk(visit.turn, draft)
    if desk is None:
        raise Missing
    await sheets.order(visit.turn, desk, year)
    return visit.ordered()


SECTION: Final = Section(
    "page_registers.name",
    "page.group_work",
    (
        Route("GET", "/so", READERS, show),
        Route("GET", "/so/bang.xlsx", DESK, workbook),
        *points.ROUTES,
        *register_lines.ROUTES,
    ),
)
