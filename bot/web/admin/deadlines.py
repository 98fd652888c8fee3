"""The deadlines of a commune: what each asks of whom and when; ending one, and who is done."""

from typing import Any, Final

from bot.web.admin.visit import (
    DESK,
    READERS,
    Answer,
    Missing,
    Moved,
    Route,
    Shown,
    Visit,
    number,
)
from handlers import places
from handlers.reminding.deadlines import desk, naming, reading_back, service
from handlers.reminding.deadlines.wish import Wish
from handlers.roles import Denied
from storage import deadlines
from storage.deadlines import DeadlineInfo


async def listed(visit: Visit) -> list[dict[str, Any]]:
    """All that stand, set by somebody or as usual, the nearest day first."""
    found = []
    for key, wish in await desk.listed_all(visit.turn, visit.commune_id):
        found.append(await _line(visit, key, wish))
    return found


async def _line(visit: Visit, key: str, wish: Wish) -> dict[str, Any]:
    """The words by which it is changed in chat stand ready in its link."""
    turn = visit.turn
    what = naming.say_what(turn, wish.kind, wish.period, wish.title)
    told = await reading_back.told_of(turn, wish, wish.due) if wish.due else None
    return {
        "id": int(key) if key.isdecimal() else 0,
        "what": naming.capital(what),
        "due": wish.due,
        "is_over": bool(wish.due and wish.due < turn.today),
        "whom": told.whom if told else "",
        "days": told.days if told else "",
        "words": turn.text_of("page_reminders.change_words", what=what),
    }


async def _found(visit: Visit) -> DeadlineInfo:
    """Raises `Missing`."""
    found = await deadlines.find(visit.turn.tx, visit.id("id"), (visit.commune_id,))
    if found is None:
        raise Missing
    return found


async def show(visit: Visit) -> Answer:
    return await _shown(visit, await _found(visit))


async def _shown(visit: Visit, found: DeadlineInfo, *, refused: str = "") -> Shown:
    turn = visit.turn
    lines = await reading_back.said_of(turn, Wish.again(found), found.due_on)
    known = await service.askable(turn.tx, found.commune_id, on=turn.today)
    names = places.shown(known)
    missing = await desk.missing_of(turn, found)
    asked = await service.asked_by(turn.tx, found, known) if found.kind == "own" else []
    values = {
        "id": found.id,
        "line": await _line(visit, str(found.id), Wish.again(found)),
        "lines": [one for one in lines[1:] if one],
        "asked": len(asked),
        "missing": [(unit.id, names[unit.code]) for unit in missing],
        "after": turn.text_of(f"deadlines.after_{found.kind}"),
        "is_desk": visit.may(DESK),
        "refused": refused,
        "reason": visit.form.get("ly_do", ""),
    }
    return Shown("deadline.html", values, status=422 if refused else 200)


async def end(visit: Visit) -> Answer:
    """For a reason, which stays in the record."""
    turn, found = visit.turn, await _found(visit)
    reason = " ".join(visit.form.get("ly_do", "").split())
    if not service.is_reason(reason):
        return await _shown(visit, found, refused=turn.text_of("deadlines.why_unclear"))
    try:
        await service.end(
            turn.tx, found.id, commune=found.commune_id, reason=reason, by=turn.actor, now=turn.now
        )
    except (Denied, service.Gone):
        raise Missing from None
    what = naming.capital(naming.say_what(turn, found.kind, found.period, found.title))
    return Moved(visit.link("/nhac"), turn.text_of("deadlines.was_ended", what=what))


async def done(visit: Visit) -> Answer:
    """A unit has done what an own deadline asks."""
    turn, found = visit.turn, await _found(visit)
    known = await service.askable(turn.tx, found.commune_id, on=turn.today)
    asked = number(visit.form.get("noi", ""))
    unit = next((one for one in known if one.id == asked), None)
    if unit is None or found.kind != "own":
        raise Missing
    try:
        await service.done(turn.tx, found, unit, by=turn.actor, now=turn.now, today=turn.today)
    except (Denied, service.Gone):
        raise Missing from None
    said = turn.text_of("deadlines.marked", unit=places.shown(known)[unit.code])
    return Moved(visit.link(f"/nhac/han/{found.id}"), said)


ROUTES: Final = (
    Route("GET", "/nhac/han/{id}", READERS, show),
    Route("POST", "/nhac/han/{id}/thoi", DESK, end),
    Route("POST", "/nhac/han/{id}/xong", DESK, done),
)
