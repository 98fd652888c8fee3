"""The steps about one line of a book: done, its file, correct, take out (U9, U18)."""

from dataclasses import replace

from handlers import evidence, files
from handlers.flow import Outcome, Turn
from handlers.messages import HandedIn, Outgoing
from handlers.registers import saying, service, years
from handlers.registers.asking import go_on
from handlers.registers.entries import show_book, told
from handlers.registers.flow import REGISTER, flow
from handlers.registers.kinds import BOOK_OF
from handlers.registers.place import Desk, at_desk
from storage.registers import EntryInfo


@flow.step(reads="text")
@at_desk
async def pick(turn: Turn, desk: Desk) -> Outcome:
    if turn.choice.isdecimal():
        return await show_one(turn, desk.at(replace(desk.draft, line=int(turn.choice))))
    return await show_book(turn, desk) if turn.choice else await told(turn, desk)


async def _entry(turn: Turn, desk: Desk) -> EntryInfo | None:
    """The line that is looked at; it must be of the very commune (T13)."""
    entry = await service.find(turn.tx, turn.actor, desk.draft.line)
    return entry if entry is not None and entry.commune_id == desk.draft.commune else None


async def show_one(turn: Turn, desk: Desk, *before: Outgoing) -> Outcome:
    """One line with all its columns, and what can be done with it."""
    entry = await _entry(turn, desk)
    if entry is None:
        return await show_book(turn, desk, *before, turn.message("registers.gone"))
    year = await years.load(turn.tx, entry.commune_id, entry.year, today=turn.today)
    keys = [*_mark(entry), "file", *(["see"] if entry.file_id else []), "edit", "remove", "back"]
    book_key = BOOK_OF[entry.register]
    draft = replace(desk.draft.resting(), book=book_key, year=entry.year)
    return turn.ask(
        "registers.one",
        hear=line_shown,
        choices=[f"registers.{key}" for key in keys],
        draft=draft.dump(),
        before=before,
        kind=turn.text_of(f"registers.kind_{entry.register}"),
        rows=saying.whole(turn, entry, year.names),
        year=entry.year,
    )


def _mark(entry: EntryInfo) -> list[str]:
    if entry.due_on is None:
        return []
    return ["reopen"] if entry.done_at else ["done"]


@flow.step(reads="text", exact=("remove",))
@at_desk
async def line_shown(turn: Turn, desk: Desk) -> Outcome:
    entry = await _entry(turn, desk)
    if entry is None:
        return await show_book(turn, desk, turn.message("registers.gone"))
    match turn.choice:
        case "done" | "reopen":
            return await _marked(turn, desk, entry)
        case "file":
            asked = await files.asking(turn, purpose=f"{REGISTER}:{entry.id}")
            return await show_one(turn, desk, asked)
        case "see":
            return _see(turn, entry)
        case "edit":
            return await _edit(turn, desk, entry)
        case "remove":
            return await _ask_sure(turn, desk, entry)
        case "back":
            return await show_book(turn, desk)
    return await told(turn, desk)


async def _marked(turn: Turn, desk: Desk, entry: EntryInfo) -> Outcome:
    is_done = turn.choice == "done"
    mark = service.mark_done if is_done else service.mark_open
    try:
        await mark(turn.tx, entry.id, by=turn.actor, now=turn.now)
    except service.Gone:  # a colleague was first: what stands is shown
        return await show_one(turn, desk, turn.message("registers.marked_already"))
    said = turn.message("registers.marked_done" if is_done else "registers.marked_open")
    return await show_one(turn, desk, said)


def _see(turn: Turn, entry: EntryInfo) -> Outcome:
    if entry.file_id is None:
        return turn.aside("files.gone")
    said = files.carrying(turn, "registers.file_here", file_id=entry.file_id)
    return Outcome((said,), aside=True)


async def _edit(turn: Turn, desk: Desk, entry: EntryInfo) -> Outcome:
    """The line as a draft: read back, and changed column by column."""
    unit = next((one for one in desk.known if one.id == entry.unit_id), None)
    commune = next((one for one in desk.known if one.id == desk.draft.commune), None)
    owner = unit if entry.unit_id else commune
    values = service.values_of(entry)
    if owner is not None:  # else the unit is no more, and is asked
        values["unit"] = owner.code
    draft = replace(
        desk.draft.resting(),
        kinds=(entry.register,),
        corrects=entry.id,
        values=values,
        sure=("amount", "minutes"),
    )
    return await go_on(turn, desk.at(draft))


async def _ask_sure(turn: Turn, desk: Desk, entry: EntryInfo) -> Outcome:
    return turn.ask(
        "registers.remove_sure",
        hear=remove_sure,
        choices=("registers.keep", "registers.remove_it"),
        draft=desk.draft.dump(),
        line=saying.line(turn, entry, desk.names_by_id),
    )


@flow.step(exact=("remove_it",), no="keep")
@at_desk
async def remove_sure(turn: Turn, desk: Desk) -> Outcome:
    """The consequence was said, and keeping it stands first (U18)."""
    if turn.choice != "remove_it":
        return await show_one(turn, desk, turn.message("registers.kept"))
    try:
        await service.remove(turn.tx, desk.draft.line, by=turn.actor, now=turn.now)
    except (service.Denied, service.Gone):
        return await show_book(turn, desk, turn.message("registers.gone"))
    return await show_book(turn, desk, turn.message("registers.removed"))


# --- a file --------------------------------------------------------------------------------------


@flow.receive(REGISTER)
async def keep_file(turn: Turn, handed: HandedIn) -> Outcome:
    """A photo or PDF came by the one-time page, whatever is talked about meanwhile."""
    number = handed.purpose.partition(":")[2]
    found = int(number) if number.isdecimal() and len(number) < 10 else 0
    try:
        await service.attach(
            turn.tx,
            found,
            file_id=handed.file,
            purpose=handed.purpose,
            by=turn.actor,
            now=turn.now,
        )
    except (service.Gone, service.Denied):
        return turn.aside("registers.file_gone")
    except service.WrongFile:
        return turn.aside("registers.file_wrong", paper=evidence.PAPER)
    return turn.aside("registers.file_kept")
