"""The steps that show a book of a year, page by page, and begin a new line of it."""

import re
from dataclasses import replace
from typing import Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.registers import lists, saying, sheets, years
from handlers.registers.asking import go_on, step
from handlers.registers.draft import Draft
from handlers.registers.flow import flow
from handlers.registers.kinds import BOOKS
from handlers.registers.place import Desk, at_desk
from handlers.registers.years import Year
from storage import registers

_YEAR: Final = re.compile(r"(?:so )?(?:nam )?(20\d\d)")
_MISSING: Final = re.compile(
    r"(?:nhung )?(?:ai|don vi nao|noi nao|dau)(?: con)? (?:chua|thieu)\b.*"
)


async def year_at(turn: Turn, desk: Desk) -> Year:
    draft = desk.draft
    return await years.load(turn.tx, draft.commune, draft.year, today=turn.today)


async def show_book(turn: Turn, desk: Desk, *before: Outgoing) -> Outcome:
    """A year of the open book: totals, one page of lines, what can be done."""
    if not desk.draft.book:
        return Outcome(before).then(flow.name)
    year = await year_at(turn, desk)
    found = lists.lines(turn, year, desk.draft.book)
    pages = max(len(found) - 1, 0) // lists.PAGE + 1
    page = min(desk.draft.page, pages - 1)
    desk = desk.at(replace(desk.draft, page=page))
    title = turn.text_of(f"registers.book_{desk.draft.book}")
    totals = lists.totals(turn, desk.draft.book, await lists.figures(turn, year))
    shown = lists.page_of(found, page)
    rows = "\n".join(f"- {one.text}" for one in shown) or turn.text_of("registers.empty")
    head = turn.message("registers.book", title=title, year=year.year, totals=totals)
    return turn.ask(
        "registers.lines" if pages == 1 else "registers.lines_paged",
        hear=book,
        choices=await _book_choices(turn, desk, found),
        draft=desk.draft.resting().dump(),
        before=(*before, head),
        rows=rows,
        page=page + 1,
        pages=pages,
    )


async def _book_choices(turn: Turn, desk: Desk, found: list[lists.Line]) -> list[str | Choice]:
    draft = desk.draft
    keys = ["add"]
    if (draft.page + 1) * lists.PAGE < len(found):
        keys.append("next")
    if any(one.entry for one in lists.page_of(found, draft.page)):
        keys.append("pick")
    if draft.book == "plans":
        keys.append("missing")
    if found:
        keys.append("sheet")
    choices: list[str | Choice] = [f"registers.{key}" for key in keys]
    earlier = [one for one in await registers.years(turn.tx, draft.commune) if one < draft.year]
    if earlier:
        named = turn.text_of("registers.year", year=earlier[0])
        choices.append(Choice(f"year:{earlier[0]}", named))
    return [*choices, "registers.books"]


@flow.step(reads="text")
@at_desk
async def book(turn: Turn, desk: Desk) -> Outcome:
    draft, key = desk.draft, turn.choice
    folded = words.fold(turn.text)
    if key == "missing" or (not key and draft.book == "plans" and _MISSING.fullmatch(folded)):
        return await show_book(turn, desk, *lists.missing(turn, await year_at(turn, desk)))
    if year := key.removeprefix("year:") if key.startswith("year:") else year_in(folded):
        return await show_book(turn, desk.at(replace(draft, year=int(year), page=0)))
    match key:
        case "next":
            return await show_book(turn, desk.at(replace(draft, page=draft.page + 1)))
        case "add":
            return _ask_to_add(turn, desk)
        case "pick":
            return await _ask_which(turn, desk)
        case "sheet":
            await sheets.order(turn, desk, await year_at(turn, desk))
            return await show_book(turn, desk)
        case "books":
            turn.text = ""
            return Outcome().then(flow.name)
    return await told(turn, desk)


def year_in(folded: str) -> str:
    found = _YEAR.fullmatch(folded)
    return found[1] if found else ""


async def told(turn: Turn, desk: Desk) -> Outcome:
    reading = desk.read(turn.text)
    if reading is None:
        return turn.ask_again("registers.unclear")
    return await go_on(turn, desk.at(desk.draft.telling(reading, turn.text)))


def _ask_to_add(turn: Turn, desk: Desk) -> Outcome:
    return turn.ask(
        f"registers.add_{desk.draft.book}", hear=adding, draft=desk.draft.resting().dump()
    )


@flow.step(reads="text")
@at_desk
async def adding(turn: Turn, desk: Desk) -> Outcome:
    """A sentence of the open book, or of any other; a bare name begins one too."""
    reading = desk.read(turn.text) or desk.read(turn.text, hint=desk.kinds)
    if reading is None:
        return turn.ask_again(f"registers.unclear_{desk.draft.book}")
    return await go_on(turn, desk.at(desk.draft.telling(reading, turn.text)))


async def _ask_which(turn: Turn, desk: Desk) -> Outcome:
    year = await year_at(turn, desk)
    shown = lists.page_of(lists.lines(turn, year, desk.draft.book), desk.draft.page)
    choices = [Choice(str(one.entry.id), saying.cut(one.text)) for one in shown if one.entry]
    return turn.ask(
        "registers.which_line",
        hear=step("pick"),
        choices=[*choices, "registers.back"],
        draft=desk.draft.dump(),
    )


def opened(book_key: str, draft: Draft) -> Draft:
    """The draft with another book open, at its first page."""
    return replace(draft.resting(), book=book_key if book_key in BOOKS else "", page=0)
