"""Opening the registers: what is due to be looked at again, and which book (NV-3.2, GP-5)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice
from handlers.registers import answers, entries, one_line, saying, service
from handlers.registers.asking import go_on
from handlers.registers.draft import MOST_SAID, Draft
from handlers.registers.flow import flow
from handlers.registers.kinds import BOOKS
from handlers.registers.place import Desk, at_desk, desk
from storage import registers, units
from storage.registers import EntryInfo

_DUE_SHOWN: Final = 4


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """The home of the books; a book that is named; or the line that stands behind the words."""
    mine = await service.communes(turn.tx, turn.actor)
    if not mine:
        return turn.say("registers.denied").then("menu")
    was = Draft.load(turn.draft) if turn.state.flow == flow.name else Draft()
    commune = was.commune if was.commune in mine else mine[0]
    named = _book_named(words.fold(turn.event.text))
    draft = replace(entries.opened(named, Draft(commune)), said=turn.text[:MOST_SAID])
    if len(mine) > 1 and was.commune not in mine:
        return await _which_commune(turn, mine, draft)
    return await _open(turn, draft)


def _book_named(said: str) -> str:
    found = (
        book.key
        for book in BOOKS.values()
        if any(said.startswith(words.fold(word)) for word in book.words)
    )
    return next(found, "")


async def _open(turn: Turn, draft: Draft) -> Outcome:
    at = await desk(turn, draft)
    if at is None:
        return turn.say("registers.denied").then("menu")
    said = at.draft.said
    if told := answers.sentence_of(at, said, hint=at.kinds):
        return await go_on(turn, told)
    if year := entries.year_in(words.fold(said)):
        at = at.at(replace(at.draft, year=int(year)))
    at = at.at(replace(at.draft, said=""))
    return await entries.show_book(turn, at) if at.draft.book else await _home(turn, at)


async def _which_commune(turn: Turn, mine: Sequence[int], draft: Draft) -> Outcome:
    named = [(one, await units.by_id(turn.tx, one, on=turn.today)) for one in mine[:MAX_CHOICES]]
    choices = [Choice(str(one), unit.name) for one, unit in named if unit]
    return turn.ask(
        "registers.which_commune", hear=which_commune, choices=choices, draft=draft.dump()
    )


@flow.step()
async def which_commune(turn: Turn) -> Outcome:
    draft = Draft.load(turn.draft)
    return await _open(turn, replace(draft, commune=int(turn.choice)))


async def _home(turn: Turn, at: Desk) -> Outcome:
    due = await registers.to_look_at(turn.tx, at.draft.commune, until=turn.today)
    books = [Choice(key, turn.text_of(f"registers.book_{key}")) for key in BOOKS]
    if due:
        count = words.say_number(len(due))
        books.append(Choice("due", turn.text_of("registers.look_at", count=count)))
    before = [turn.message("registers.due", rows=_due_rows(turn, at, due))] if due else []
    return turn.ask(
        "registers.home",
        hear=home,
        choices=books,
        draft=at.draft.resting().dump(),
        before=before,
        year=at.draft.year,
    )


def _due_rows(turn: Turn, at: Desk, due: list[EntryInfo]) -> str:
    names = at.names_by_id
    rows = [f"- {saying.line(turn, one, names)}" for one in due[:_DUE_SHOWN]]
    if len(due) > _DUE_SHOWN:
        rest = words.say_number(len(due) - _DUE_SHOWN)
        rows.append(turn.text_of("registers.due_more", count=rest))
    return "\n".join(rows)


@flow.step(reads="text")
@at_desk
async def home(turn: Turn, at: Desk) -> Outcome:
    if turn.choice in BOOKS:
        return await entries.show_book(turn, at.at(entries.opened(turn.choice, at.draft)))
    if turn.choice == "due":
        return await _pick_due(turn, at)
    if told := answers.sentence_of(at, turn.text):
        return await go_on(turn, told)
    return turn.ask_again("registers.unclear")


async def _pick_due(turn: Turn, at: Desk) -> Outcome:
    """The open ones one by one; nine digits are all there are (U3)."""
    due = await registers.to_look_at(turn.tx, at.draft.commune, until=turn.today)
    names = at.names_by_id
    lines = [Choice(str(one.id), saying.cut(saying.line(turn, one, names))) for one in due[:8]]
    draft = entries.opened("visits", at.draft)
    return turn.ask(
        "registers.which_line",
        hear=one_line.pick,
        choices=[*lines, "registers.back"],
        draft=draft.dump(),
    )
