"""Asking for a mark: which, until when, why; read back, then written (`marks`), the unit told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.office.chasing import front, hearing, marks, standing
from handlers.office.chasing.marks import At, Wish
from handlers.office.chasing.owed import Owed, Spot, at_unit, flow, look
from handlers.office.owing import Obligation, Standing
from handlers.reporting import periods
from handlers.reporting.service import Denied, Frozen
from handlers.words import say_date

_NEXT: Final = timedelta(days=6)
"""What an example of a new day is after the deadline."""


async def begin(turn: Turn, owed: Owed, one: Obligation) -> Outcome:
    """`turn.choice` is the mark that is wanted, or "unmark"."""
    draft = {**at_unit(owed.spot, one.unit.id).dump(), "mark": turn.choice.removeprefix("mark_")}
    values: dict[str, Any] = {"unit": one.name, "period": owed.title}
    match turn.choice:
        case "mark_extended":
            return turn.ask("chasing.ask_until", hear=until, draft=draft, **values)
        case "mark_exempt":
            return turn.ask("chasing.ask_reason", hear=reason, draft=draft, **values)
        case "mark_paper":
            return await _sure(turn, owed, one, draft)
    return await _ask_unmark(turn, owed, one, draft)


async def _found(turn: Turn) -> tuple[Owed, Obligation] | None:
    """What the draft is about, if this person may still do anything about it (T41)."""
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    one = owed.one(spot.unit) if owed else None
    return (owed, one) if owed and one else None


# --- until when, and why -------------------------------------------------------------------------


@flow.step(reads="text")
async def until(turn: Turn) -> Outcome:
    found = await _found(turn)
    if found is None:
        return front.denied(turn)
    owed, one = found
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    read = words.read_date(turn.text, sent_at=sent_at, expects="future")
    days = read.candidates if isinstance(read, words.DateDoubt) else (read,)
    told = [day for day in days if isinstance(day, date)]
    # Asked early, so that another day can be told at once.
    possible = [day for day in told if marks.is_possible(day, owed.period.due, today=owed.today)]
    if len(possible) == 1:
        draft = {**turn.draft, "until": possible[0].isoformat()}
        return await _sure(turn, owed, one, draft)
    return _refused(turn, owed, told)


def _last(owed: Owed) -> date:
    return owed.period.due + marks.MOST_DAYS


def _refused(turn: Turn, owed: Owed, days: list[date]) -> Outcome:
    example = min(max(owed.period.due, owed.today) + _NEXT, _last(owed))
    shown = f"{example.day}/{example.month}"
    if not days:
        return turn.ask_again("chasing.until_unclear")
    if owed.period.due < days[0] < owed.today:
        return turn.ask_again("chasing.until_past", example=shown)
    return turn.ask_again(
        "chasing.until_range",
        due=say_date(owed.period.due),
        last=say_date(_last(owed)),
        example=shown,
    )


@flow.step(reads="text")
async def reason(turn: Turn) -> Outcome:
    found = await _found(turn)
    if found is None:
        return front.denied(turn)
    told = " ".join(turn.text.split())
    if len(told) not in marks.REASON or words.looks_secret(told):
        return turn.ask_again("chasing.reason_unclear")
    return await _sure(turn, *found, {**turn.draft, "reason": told})


async def _sure(turn: Turn, owed: Owed, one: Obligation, draft: Mapping[str, Any]) -> Outcome:
    """Read back with the weekday and the consequence, the safe choice first (U18)."""
    heard = "chasing.sure_heard" if await hearing.is_heard(turn, one) else "chasing.sure_unheard"
    mark = str(draft["mark"])
    day = str(draft.get("until", ""))
    return turn.ask(
        f"chasing.sure_{mark}",
        hear=sure,
        choices=("chasing.not_now", "chasing.do_it"),
        draft=draft,
        unit=one.name,
        period=owed.title,
        day=say_date(date.fromisoformat(day)) if day else "",
        reason=str(draft.get("reason", "")).rstrip("."),
        mark=str(draft.get("name", "")),
        heard=turn.text_of(heard),
    )


# --- taking a mark away --------------------------------------------------------------------------


async def _ask_unmark(turn: Turn, owed: Owed, one: Obligation, draft: dict[str, Any]) -> Outcome:
    choices = [Choice(str(mark.id), standing.mark_name(turn, mark)) for mark in one.marks]
    if not choices:
        return turn.say("chasing.gone").then("menu")
    if len(choices) == 1:
        return await _sure(turn, owed, one, _about_mark(draft, choices[0]))
    return turn.ask(
        "chasing.which_mark", hear=which_mark, choices=choices, draft=draft, unit=one.name
    )


def _about_mark(draft: Mapping[str, Any], chosen: Choice) -> dict[str, Any]:
    return {**draft, "mark_id": int(chosen.key), "name": chosen.text}


@flow.step()
async def which_mark(turn: Turn) -> Outcome:
    found = await _found(turn)
    if found is None:
        return front.denied(turn)
    owed, one = found
    mark = next((mark for mark in one.marks if str(mark.id) == turn.choice), None)
    if mark is None:
        return turn.say("chasing.gone").then("menu")
    chosen = Choice(turn.choice, standing.mark_name(turn, mark))
    return await _sure(turn, owed, one, _about_mark(turn.draft, chosen))


# --- written -------------------------------------------------------------------------------------


@flow.step(exact=("do_it",), no="not_now")
async def sure(turn: Turn) -> Outcome:
    found = await _found(turn)
    if found is None:
        return front.denied(turn)
    owed, one = found
    if turn.choice != "do_it":
        return await front.home(turn, owed.spot, turn.message("chasing.nothing_done"))
    if turn.draft.get("mark") == "unmark":
        number, name = int(turn.draft.get("mark_id", 0)), str(turn.draft.get("name", ""))
        said = await unmark(turn, owed, one, number, name=name)
    else:
        day = str(turn.draft.get("until", ""))
        wish = Wish(
            one.unit.id,
            kind=str(turn.draft.get("mark", "")),
            until=date.fromisoformat(day) if day else None,
            reason=str(turn.draft.get("reason", "")),
        )
        said = await mark(turn, owed, one, wish)
    return await front.home(turn, owed.spot, *said)


def _at(turn: Turn, owed: Owed) -> At:
    return At(owed.spot.commune, owed.period, turn.now, turn.today)


async def mark(turn: Turn, owed: Owed, one: Obligation, wish: Wish) -> list[Outgoing]:
    """Set it and tell the unit once; what is said to the officer."""
    values = _values(owed, one, wish.until)
    try:
        number = await marks.make(turn.tx, _at(turn, owed), wish, by=turn.actor)
    except (Denied, marks.NotAsked):
        return [turn.message("chasing.denied")]
    except Frozen:
        return [turn.message("chasing.is_frozen", **values)]
    except marks.HasSent:
        return [turn.message("chasing.has_sent", **values)]
    except marks.StandsAlready:
        return [turn.message("chasing.stands_already", **values)]
    except marks.WrongDay:
        return [turn.message("chasing.nothing_done")]
    unheard = await hearing.tell_unit(turn, one, wish.kind, key=f"mark:{number}", values=values)
    return [turn.message(f"chasing.marked_{wish.kind}", **values), *unheard]


async def unmark(
    turn: Turn, owed: Owed, one: Obligation, number: int, *, name: str
) -> list[Outgoing]:
    """Take a mark away and tell the unit what it owes now; what is said to the officer."""
    values = {**_values(owed, one, None), "mark": name}
    try:
        await marks.end(turn.tx, _at(turn, owed), number, by=turn.actor)
    except Denied:
        return [turn.message("chasing.denied")]
    except Frozen:
        return [turn.message("chasing.is_frozen", **values)]
    except marks.NoMark:
        return [turn.message("chasing.nothing_done")]
    values["next"] = await _next(turn, owed, one)
    key = f"mark:{number}:ended"
    unheard = await hearing.tell_unit(turn, one, "unmarked", key=key, values=values)
    return [turn.message("chasing.unmarked", **values), *unheard]


async def _next(turn: Turn, owed: Owed, one: Obligation) -> str:
    """What the unit has to do without that mark: by what still stands, until its own day (R18)."""
    now = await look(turn, owed.spot)
    after = (now.one(one.unit.id) if now else None) or one
    manner = "told" if one.duty == "required" else "kindly"
    what = str(after.standing) if after.is_open else "done"
    if what == Standing.OWES and owed.today > after.due:
        what = "past"
    due = periods.say_due(turn.house.texts, replace(owed.period, due=after.due))
    values = {"period": owed.title, "due": due}
    return turn.text_of(f"chasing.{manner}_next_{what}", **values)


def _values(owed: Owed, one: Obligation, until: date | None) -> dict[str, str]:
    return {
        "unit": one.name,
        "period": owed.title,
        "commune": owed.commune,
        "day": say_date(until) if until else "",
    }
