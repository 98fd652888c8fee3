"""One line of a register: written from a form, marked as looked at again, taken out."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from bot.web.admin.visit import DESK, READERS, Answer, Missing, Moved, Route, Shown, Visit
from handlers import words
from handlers.flow import Turn
from handlers.registers import asking, place, saying, service, years
from handlers.registers.draft import Draft
from handlers.registers.kinds import BOOK_OF, FORMS, KINDS, MOST_MINUTES
from handlers.registers.place import Desk
from handlers.registers.reading import Value
from handlers.registers.told import Answer as Told
from handlers.registers.told import exact, read_answer
from storage import registers
from storage.registers import EntryInfo

line = saying.line
_DAYS: Final = ("on", "due")
_FIGURES: Final = ("amount", "minutes")
_REASON: Final = range(5, 301)
"""How many letters a reason has."""


async def _desk(visit: Visit, kind: str, year: int = 0) -> Desk:
    """Raises `Missing` for a kind that is none, and for whoever has no desk here now (A3)."""
    if kind not in KINDS:
        raise Missing
    draft = Draft(visit.commune_id, BOOK_OF[kind], year, kinds=(kind,))
    found = await place.desk(visit.turn, draft)
    if found is None:
        raise Missing
    return found


# --- a new line ----------------------------------------------------------------------------------


async def ask(visit: Visit) -> Answer:
    return _asked(visit, await _desk(visit, visit.match["kind"]), {}, {})


def _asked(visit: Visit, desk: Desk, refused: dict[str, str], unusual: dict[str, str]) -> Shown:
    """`refused`: column -> what is wrong; `unusual`: column -> what has to be looked at (T20)."""
    turn, kind = visit.turn, desk.draft.kind
    values: dict[str, Any] = {
        "kind": kind,
        "book": desk.draft.book,
        "title": turn.text_of(f"registers.kind_{kind}"),
        "columns": [
            (column, saying.column_name(turn, kind, column)) for column in KINDS[kind].asked
        ],
        "units": [
            (one.code, desk.names[one.code]) for one in desk.known if one.id != visit.commune_id
        ],
        "forms": [(form, turn.text_of(f"registers.form_{form}")) for form in FORMS],
        "typed": dict(visit.form),
        "today": turn.today.isoformat(),
        "refused": refused,
        "unusual": unusual,
    }
    return Shown("register_new.html", values, status=422 if refused or unusual else 200)


async def write(visit: Visit) -> Answer:
    """By the readers and the service of the chat; a figure that is unusual is asked about once."""
    turn = visit.turn
    desk = await _desk(visit, visit.match["kind"])
    values, refused = _read(visit, desk)
    desk = desk.at(desk.draft.knowing(values))
    if not refused and (early := asking.why_early(turn, desk)):
        refused["due"] = early.text
    if refused:
        return _asked(visit, desk, refused, {})
    unusual = _unusual(turn, desk)
    if unusual and visit.form.get("chac", "") != "1":
        return _asked(visit, desk, {}, unusual)
    return await _written(visit, desk)


def _read(visit: Visit, desk: Desk) -> tuple[dict[str, Value], dict[str, str]]:
    values: dict[str, Value] = {}
    refused: dict[str, str] = {}
    for column in KINDS[desk.draft.kind].asked:
        told = _told(visit, desk, column)
        if column in told.values:
            values[column] = told.values[column]
        else:
            refused[column] = _why(visit.turn, desk, column, told)
    return values, refused


def _told(visit: Visit, desk: Desk, column: str) -> Told:
    """What stands in the field, read as the answer to the chat's question."""
    said = visit.form.get(column, "").strip()
    if column == "unit":
        unit = desk.unit(said)
        is_below = unit is not None and unit.id != visit.commune_id
        return Told({"unit": said}) if is_below else Told(unclear="registers.unit_unclear")
    if (desk.draft.kind, column) == ("award", "what"):
        said = visit.form.get("what_other", "").strip() or said
        if said in FORMS:
            return Told({"what": said})
    if not said and column != "what":
        return Told({column: "" if column == "number" else None})
    if column in _DAYS and (day := _day(said)):
        return exact(column, day, today=desk.sent_at.date())
    desk = desk.at(replace(desk.draft, column=column))
    found = read_answer(desk, said)
    return found if isinstance(found, Told) else Told(unclear="registers.what_unclear")


def _day(said: str) -> date | None:
    """Of a date field; anything else is read as words."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _why(turn: Turn, desk: Desk, column: str, told: Told) -> str:
    kind = desk.draft.kind
    if not told.unclear:
        return turn.text_of("page_registers.in_two_ways")
    most = MOST_MINUTES if column == "minutes" else KINDS[kind].most
    return turn.text_of(told.unclear, most=words.say_number(most))


def _unusual(turn: Turn, desk: Desk) -> dict[str, str]:
    return {
        column: turn.text_of("registers.ask_sure", **asking.sure_of(turn, desk, column))
        for column in _FIGURES
        if asking.is_unusual(desk, column)
    }


async def _written(visit: Visit, desk: Desk) -> Answer:
    turn, draft = visit.turn, desk.draft
    unit = desk.unit(draft.known.get("unit"))
    year = asking.year_of(desk)
    entry = service.entry_of(draft.kind, draft.known, unit, commune_id=draft.commune, year=year)
    said = "registers.written"
    try:
        await service.write(turn.tx, entry, by=turn.actor, now=turn.now)
    except service.Denied:
        raise Missing from None
    except service.Twice:
        said = "registers.twice"
    return Moved(visit.link("/so", quyen=draft.book, nam=entry.year), turn.text_of(said))


# --- one that stands -----------------------------------------------------------------------------


async def _found(visit: Visit) -> EntryInfo:
    """Raises `Missing`."""
    entry = await registers.find(visit.turn.tx, visit.id("id"), (visit.commune_id,))
    if entry is None:
        raise Missing
    return entry


async def show(visit: Visit) -> Answer:
    return await _shown(visit, await _found(visit))


async def _shown(visit: Visit, entry: EntryInfo, *, refused: str = "") -> Shown:
    turn = visit.turn
    year = await years.load(turn.tx, entry.commune_id, entry.year, today=turn.today)
    values = {
        "entry": entry,
        "book": BOOK_OF[entry.register],
        "title": turn.text_of(f"registers.kind_{entry.register}"),
        "lines": saying.whole(turn, entry, year.names).splitlines(),
        "is_desk": visit.may(DESK),
        "refused": refused,
        "reason": visit.form.get("ly_do", ""),
    }
    return Shown("register_line.html", values, status=422 if refused else 200)


async def remove(visit: Visit) -> Answer:
    """Begun here for a reason, done when its owner says so in chat (W5)."""
    turn, entry = visit.turn, await _found(visit)
    reason = " ".join(visit.form.get("ly_do", "").split())
    if len(reason) not in _REASON or words.looks_secret(reason):
        return await _shown(visit, entry, refused=turn.text_of("page_registers.why_unclear"))
    year = await years.load(turn.tx, entry.commune_id, entry.year, today=turn.today)
    said = saying.line(turn, entry, year.names)
    question = turn.text_of("registers.remove_sure", line=said)
    await visit.confirm("register.remove", {"entry": entry.id, "reason": reason}, question)
    back = visit.link("/so", quyen=BOOK_OF[entry.register], nam=entry.year)
    return Moved(back, turn.text_of("page_registers.asked_in_chat"))


async def mark(visit: Visit) -> Answer:
    """It was looked at again, or is to be after all."""
    turn, entry = visit.turn, await _found(visit)
    is_done = visit.form.get("xong", "") == "1"
    act, said = (service.mark_done, "done") if is_done else (service.mark_open, "open")
    try:
        await act(turn.tx, entry.id, by=turn.actor, now=turn.now)
    except service.Denied:
        raise Missing from None
    except service.Gone:
        said = "already"
    return Moved(visit.link(f"/so/{entry.id}"), turn.text_of(f"registers.marked_{said}"))


ROUTES: Final = (
    Route("GET", "/so/ghi/{kind}", DESK, ask),
    Route("POST", "/so/ghi/{kind}", DESK, write),
    Route("GET", "/so/{id}", READERS, show),
    Route("POST", "/so/{id}/bo", DESK, remove),
    Route("POST", "/so/{id}/xem-lai", DESK, mark),
)
