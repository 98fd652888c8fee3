"""What stands already: the list of deadlines, one of them, who has not done it, ending it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from handlers import places, words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing, in_messages
from handlers.office.chasing.standing import listed
from handlers.reminding.deadlines import asking, kinds, naming, reading_back, service
from handlers.reminding.deadlines.ending import means
from handlers.reminding.deadlines.flow import desks, flow, gone
from handlers.reminding.deadlines.wish import Wish
from handlers.reporting import periods
from handlers.roles import Denied
from storage import deadlines, units
from storage.deadlines import DeadlineInfo
from storage.units import UnitInfo

_PAGE: Final = 5
_KEPT: Final = timedelta(days=60)
"""So long after its day a deadline stays in the list."""
_NAMES: Final = 300  # letters
_SHOWN: Final = 7


# --- the list ------------------------------------------------------------------------------------


async def home(turn: Turn, commune: int, *before: Outgoing, after: int = 0) -> Outcome:
    """Everything that stands, the nearest first; below it what can be looked at."""
    if commune not in await desks(turn):
        return gone(turn)
    there = await listed_all(turn, commune)
    after = after if after < len(there) else 0
    page = there[after : after + _PAGE]
    *first, last = _said(turn, page)
    choices = [Choice("new", turn.text_of("deadlines.new"))]
    choices += [Choice(key, _label(turn, wish)) for key, wish in page]
    if len(there) > _PAGE:
        choices.append(Choice("more", turn.text_of("deadlines.more")))
    return turn.ask(
        "deadlines.home",
        hear=pick,
        choices=[*choices, Choice("leave", turn.text_of("deadlines.leave"))],
        draft={"commune": commune, "after": after},
        before=(*before, *first),
        said=last.text,
    )


async def listed_all(turn: Turn, commune: int) -> list[tuple[str, Wish]]:
    """(key of a choice, what it is): those that were set, and the usual days of open reports."""
    since = turn.today - _KEPT
    there = [one for one in await deadlines.standing(turn.tx, commune) if one.due_on >= since]
    found = [(str(one.id), Wish.again(one)) for one in there]
    told = {(one.kind, one.period) for one in there}
    usual = [one for one in await _usual(turn, commune) if (one.kind, one.period) not in told]
    found += [(f"{one.kind}:{one.period}", one) for one in usual]
    return sorted(found, key=lambda one: str(one[1].due))


async def _usual(turn: Turn, commune: int) -> list[Wish]:
    """What has a day although nobody set one."""
    settings = await units.settings_of(turn.tx, commune)
    open_now = periods.open_on(turn.today, settings)
    found = [Wish(commune, kind="report", period=one.key, due=one.due) for one in open_now]
    for year, due, _ in await kinds.years_of_plans(turn, commune):
        if kinds.is_open(due, turn.today):
            found.append(Wish(commune, kind="plans", period=str(year), due=due))
    return found


def _said(turn: Turn, page: Sequence[tuple[str, Wish]]) -> list[Outgoing]:
    lines = [turn.text_of("deadlines.list_head" if page else "deadlines.list_none")]
    for key, wish in page:
        text_id = "deadlines.list_set" if key.isdecimal() else "deadlines.list_usual"
        what = naming.capital(naming.say_what(turn, wish.kind, wish.period, wish.title))
        day = words.say_date(wish.due) if wish.due else ""
        lines.append(turn.text_of(text_id, what=what, day=day))
    return in_messages(lines)


def _label(turn: Turn, wish: Wish) -> str:
    what = naming.capital(naming.say_what(turn, wish.kind, wish.period, wish.title))
    return words.cut(what, 40)


@flow.step()
async def pick(turn: Turn) -> Outcome:
    commune = int(turn.draft.get("commune", 0))
    if commune not in await desks(turn):
        return gone(turn)
    match turn.choice:
        case "new":
            return turn.ask("deadlines.ask_sentence", hear=flow.steps["tell"])
        case "more":
            return await home(turn, commune, after=int(turn.draft.get("after", 0)) + _PAGE)
        case "leave":
            return Outcome().then("menu")
    if turn.choice.isdecimal():
        return await show(turn, commune, int(turn.choice))
    kind, _, period = turn.choice.partition(":")
    return asking.ask_due(turn, Wish(commune, kind=kind, period=period))


# --- one of them ---------------------------------------------------------------------------------


async def show(turn: Turn, commune: int, number: int, *before: Outgoing) -> Outcome:
    found = await deadlines.find(turn.tx, number, await desks(turn))
    if found is None or found.commune_id != commune:
        return await home(turn, commune, turn.message("deadlines.ended_already"))
    lines = await reading_back.said_of(turn, Wish.again(found), found.due_on)
    missing = await missing_of(turn, found)
    if found.kind == "own":
        lines.append(await _say_missing(turn, found, missing))
    keys = (*(("mark",) if missing else ()), "other_day", "other_rungs", "end", "back")
    *first, last = in_messages([one for one in lines if one])
    return turn.ask(
        "deadlines.one",
        hear=one,
        choices=[f"deadlines.{key}" for key in keys],
        draft={"commune": commune, "number": number},
        before=(*before, *first),
        said=last.text,
    )


async def missing_of(turn: Turn, found: DeadlineInfo) -> list[UnitInfo]:
    """Who has not done an own deadline; of the others their own pages tell."""
    if found.kind != "own":
        return []
    known = await service.askable(turn.tx, found.commune_id, on=turn.today)
    return await kinds.missing(turn, found, known)


async def _say_missing(turn: Turn, found: DeadlineInfo, missing: Sequence[UnitInfo]) -> str:
    """Who has not done it, with its count; said to officers only."""
    known = await service.askable(turn.tx, found.commune_id, on=turn.today)
    asked = await service.asked_by(turn.tx, found, known)
    done = len(asked) - len(missing)
    if not missing:
        return turn.text_of("deadlines.all_done", count=len(asked))
    names = places.shown(known)
    said = listed(turn, [names[one.code] for one in missing], most=_NAMES)
    return turn.text_of("deadlines.some_done", done=done, of=len(asked), names=said)


async def _of_draft(turn: Turn) -> DeadlineInfo | None:
    number = int(turn.draft.get("number", 0))
    return await deadlines.find(turn.tx, number, await desks(turn))


def _place(found: DeadlineInfo) -> dict[str, Any]:
    return {"commune": found.commune_id, "number": found.id}


@flow.step()
async def one(turn: Turn) -> Outcome:
    found = await _of_draft(turn)
    if found is None:
        return gone(turn)
    match turn.choice:
        case "mark":
            return await _ask_mark(turn, found)
        case "other_day":
            return asking.ask_due(turn, replace(Wish.again(found), due=None))
        case "other_rungs":
            return asking.ask_rungs(turn, Wish.again(found))
        case "end":
            return _ask_why(turn, found)
    return await home(turn, found.commune_id)


# --- a unit has done it --------------------------------------------------------------------------


async def _ask_mark(turn: Turn, found: DeadlineInfo, *before: Outgoing) -> Outcome:
    known = await service.askable(turn.tx, found.commune_id, on=turn.today)
    names = places.shown(known)
    missing = await kinds.missing(turn, found, known)
    choices = [Choice(str(unit.id), names[unit.code]) for unit in missing[:_SHOWN]]
    back = Choice("back", turn.text_of("deadlines.back"))
    return turn.ask(
        "deadlines.ask_mark",
        hear=mark,
        choices=[*choices, back],
        draft=_place(found),
        before=before,
    )


@flow.step(reads="text")
async def mark(turn: Turn) -> Outcome:
    """A unit of the list, or one that is typed."""
    found = await _of_draft(turn)
    if found is None:
        return gone(turn)
    if turn.choice == "back":
        return await show(turn, found.commune_id, found.id)
    known = await service.askable(turn.tx, found.commune_id, on=turn.today)
    missing = await kinds.missing(turn, found, known)
    if turn.choice:
        chosen = [unit for unit in known if str(unit.id) == turn.choice]
    else:
        chosen = places.find(turn.text, missing)
    if len(chosen) != 1:
        return turn.ask_again("deadlines.mark_unclear")
    return await _mark(turn, found, chosen[0], places.shown(known)[chosen[0].code])


async def _mark(turn: Turn, found: DeadlineInfo, unit: UnitInfo, name: str) -> Outcome:
    try:
        await service.done(turn.tx, found, unit, by=turn.actor, now=turn.now, today=turn.today)
    except (Denied, service.Gone):
        return gone(turn)
    said = turn.message("deadlines.marked", unit=name)
    return await show(turn, found.commune_id, found.id, said)


# --- ending it -----------------------------------------------------------------------------------


async def end_named(turn: Turn, commune: int, said: str) -> Outcome:
    """End the one that was named; where several may be meant, or none, the list tells which."""
    there = await listed_all(turn, commune)
    meant = [one for one in there if means(said, _name(turn, one[1]))]
    if len(meant) != 1:
        return await home(turn, commune, turn.message("deadlines.end_which"))
    [(key, _)] = meant
    number = int(key) if key.isdecimal() else 0
    found = await deadlines.find(turn.tx, number, (commune,)) if number else None
    if found is None:
        return await home(turn, commune, turn.message("deadlines.end_usual"))
    return _ask_why(turn, found)


def _name(turn: Turn, wish: Wish) -> str:
    return naming.say_what(turn, wish.kind, wish.period, wish.title)


def _ask_why(turn: Turn, found: DeadlineInfo) -> Outcome:
    what = naming.say_what(turn, found.kind, found.period, found.title)
    return turn.ask("deadlines.ask_why", hear=why, draft=_place(found), what=what)


@flow.step(reads="text")
async def why(turn: Turn) -> Outcome:
    found = await _of_draft(turn)
    if found is None:
        return gone(turn)
    told = " ".join(turn.text.split())
    if not service.is_reason(told):
        return turn.ask_again("deadlines.why_unclear")
    return turn.ask(
        "deadlines.end_sure",
        hear=end_sure,
        choices=("deadlines.keep", "deadlines.end_it"),
        draft={**_place(found), "reason": told},
        what=naming.say_what(turn, found.kind, found.period, found.title),
        after=turn.text_of(f"deadlines.after_{found.kind}"),
    )


@flow.step(exact=("end_it",), no="keep")
async def end_sure(turn: Turn) -> Outcome:
    found = await _of_draft(turn)
    if found is None:
        return gone(turn)
    if turn.choice != "end_it":
        return await show(turn, found.commune_id, found.id)
    reason = str(turn.draft.get("reason", ""))
    try:
        await service.end(
            turn.tx, found.id, commune=found.commune_id, reason=reason, by=turn.actor, now=turn.now
        )
    except (Denied, service.Gone):
        return gone(turn)
    what = naming.capital(naming.say_what(turn, found.kind, found.period, found.title))
    return await home(turn, found.commune_id, turn.message("deadlines.was_ended", what=what))
