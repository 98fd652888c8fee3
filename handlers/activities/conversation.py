"""/ghi: a sentence is read, shown back, corrected, and written once (N14, U7, T42)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from handlers import words
from handlers.activities import asking, records, said, service
from handlers.activities.asking import ask_to_tell, go_on, read_told
from handlers.activities.draft import Draft
from handlers.activities.flow import flow
from handlers.activities.reading import read, read_topics
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from storage import activities

_MOST_LETTERS: Final = {"place": 120, "led_by": 80}


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text` is the sentence, or nothing."""
    if turn.text and (begun := await read_told(turn)) is not None:
        return begun
    return ask_to_tell(turn, "activities.unclear" if turn.text else "activities.tell")


@flow.claim
async def is_told(turn: Turn) -> bool:
    """A sentence about something done, typed where nothing else is being asked for."""
    known = await asking.units_known(turn)
    local = turn.event.at.astimezone(turn.house.timezone).date()
    found = read(turn.text, today=local, known=known)
    if found is None:
        return False
    counts = found.heads is not None or found.households is not None or "heads" in found.doubts
    return counts and bool(found.on or found.topics or found.unit or found.doubts)


@flow.step(reads="text")
async def tell(turn: Turn) -> Outcome:
    if turn.choice == "home":
        return Outcome().then("menu")
    if turn.choice == "recent":
        turn.text = ""
        return Outcome().then("records")
    return await read_told(turn) or turn.ask_again("activities.unclear")


@flow.step(reads="text", exact=("drop",))
async def check(turn: Turn) -> Outcome:
    """Write it, or say what has to be different: pressed, or typed as a sentence."""
    draft = Draft.load(turn.draft)
    match turn.choice or _plainly(turn.text):
        case "save":
            return await _save(turn, draft)
        case "edit":
            return _ask_what(turn, draft)
        case "partners":
            return await asking.ask_partners(turn, draft)
        case "drop":
            return turn.say("activities.dropped").then("menu")
    return await read_told(turn, draft) or turn.ask_again("activities.check_unclear")


def _plainly(text: str) -> str:
    """A plain yes is "Ghi", a plain no is "Sửa"."""
    said_yes = words.read_yes_no(text)
    return "" if said_yes is None else "save" if said_yes else "edit"


async def _save(turn: Turn, draft: Draft) -> Outcome:
    """Written only as it was shown, by who may at this moment (A3, T41, T42)."""
    known = await asking.units_known(turn)
    unit = next((one for one in known if one.id == draft.unit), None)
    if unit is None:
        return turn.say("activities.denied").then("menu")
    await activities.hold(turn.tx, (draft.unit, *draft.partners))
    if await asking.same_day(turn, draft):  # told by somebody else since the summary (T19)
        return await go_on(turn, draft)
    new = draft.new(unit.commune_id)
    by, now = turn.actor, turn.now
    try:
        if not draft.editing:
            number = await service.save(turn.tx, new, by=by, known=known, now=now)
            return await records.just_saved(turn, number)
        await service.correct(
            turn.tx, draft.editing, new, version=draft.version, by=by, known=known, now=now
        )
    except service.Denied:
        return turn.say("activities.denied").then("menu")
    except service.Changed:
        return await records.changed_meanwhile(turn, draft.editing)
    return await records.corrected(turn, draft.editing)


# --- correcting one line -------------------------------------------------------------------------


_LINES: Final = ("heads", "day", "kind", "topics", "sessions", "place", "led_by", "unit")
_ASKED_BY: Final[Mapping[str, Callable[[Turn, Draft], Awaitable[Outcome]]]] = {
    "heads": asking.ask_heads,
    "day": asking.ask_day,
    "kind": asking.ask_kind,
    "sessions": asking.ask_sessions,
}


def _ask_what(turn: Turn, draft: Draft) -> Outcome:
    choices = [Choice(line, turn.text_of(f"activities.edit_{line}")) for line in _LINES]
    return turn.ask("activities.edit_what", hear=edit_what, choices=choices, draft=draft.dump())


@flow.step()
async def edit_what(turn: Turn) -> Outcome:
    draft = Draft.load(turn.draft)
    if turn.choice in _ASKED_BY:
        return await _ASKED_BY[turn.choice](turn, draft)
    if turn.choice == "unit":
        return await asking.ask_unit(turn, replace(draft, doubts={**draft.doubts, "unit": []}))
    stored = {**draft.dump(), "line": turn.choice}
    return turn.ask(f"activities.ask_{turn.choice}", hear=edit_line, draft=stored)


@flow.step(reads="text")
async def edit_line(turn: Turn) -> Outcome:
    """What it was about, where, or who taught: in the person's own words."""
    draft, line = Draft.load(turn.draft), str(turn.draft.get("line", ""))
    if line == "topics":
        topics = read_topics(turn.text)
        if not topics:
            return turn.ask_again("activities.topics_unclear")
        return await go_on(turn, replace(draft, topics=topics, contents=()))
    limit = _MOST_LETTERS.get(line, 80)
    if len(turn.text) > limit:
        return turn.ask_again("activities.too_long", limit=limit)
    written = "" if said.is_left_empty(turn.text) else turn.text
    if line == "place":
        return await go_on(turn, replace(draft, place=written))
    return await go_on(turn, replace(draft, led_by=written))
