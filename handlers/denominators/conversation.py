"""Asking for a unit's adults and households: which unit, the figures, from which day on.

What was not told ("chưa nắm được") leaves the older figure as it is.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from handlers import places, words
from handlers.denominators import writing
from handlers.denominators.reading import FIELDS, MOST, Asked, read_sentence, why_unsure
from handlers.denominators.scope import flow, is_desk, mine, unit_of
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from storage import audit, units
from storage.units import People, UnitInfo

Draft = dict[str, Any]


@flow.claim
async def tells_both(turn: Turn) -> bool:
    """A sentence of both figures and nothing else: "xóm 5 420 người lớn 185 hộ"."""
    asked = read_sentence(turn.text)
    is_whole = asked is not None and None not in asked.figures
    return is_whole and asked is not None and _HAMLET.fullmatch(asked.unit) is not None


_HAMLET: Final = re.compile(r"(?:(?:x|xom|thon)[ .]?\d{1,3}\w?)?")


@flow.entry
async def begin(turn: Turn) -> Outcome:
    known = await mine(turn)
    if not known:
        return turn.say("denominators.no_unit").then("menu")
    asked = read_sentence(turn.text)
    if asked is not None:
        return await _with_sentence(turn, known, asked)
    return await _find(turn, known, turn.text, {}) if turn.text else await _ask(turn, known, {})


# --- which unit ----------------------------------------------------------------------------------


async def _ask(turn: Turn, known: list[UnitInfo], draft: Draft) -> Outcome:
    if len(known) == 1:
        return await _go_on(turn, known[0], draft)
    return turn.ask("denominators.ask_unit", hear=which, draft=draft)


@flow.step(reads="number")
async def which(turn: Turn) -> Outcome:
    """A number is the hamlet's own number; or all in one sentence."""
    known = await mine(turn)
    asked = read_sentence(turn.text)
    if asked is not None:
        return await _with_sentence(turn, known, asked)
    return await _find(turn, known, turn.text, dict(turn.draft))


async def _with_sentence(turn: Turn, known: list[UnitInfo], asked: Asked) -> Outcome:
    draft: Draft = _told(asked)
    if asked.unit:
        return await _find(turn, known, asked.unit, draft)
    return await _ask(turn, known, draft)


def _told(asked: Asked) -> Draft:
    told = zip(FIELDS, asked.figures, strict=True)
    return {field: figure for field, figure in told if figure is not None}


async def _find(turn: Turn, known: list[UnitInfo], text: str, draft: Draft) -> Outcome:
    found = places.find(text, known)
    if len(found) == 1:
        return await _go_on(turn, found[0], draft)
    if found:
        named = places.shown(known)
        choices = [Choice(unit.code, named[unit.code]) for unit in found]
        return turn.ask("denominators.which_of", hear=which_of, choices=choices, draft=draft)
    if not is_desk(turn) and places.find(text, await units.listed(turn.tx, on=turn.today)):
        return await _refused(turn, known)
    if (turn.state.flow, turn.state.step) == (flow.name, "which"):
        return turn.ask_again("denominators.unit_unclear")
    return turn.ask("denominators.ask_unit", hear=which, draft=draft)


async def _refused(turn: Turn, known: list[UnitInfo]) -> Outcome:
    """Somebody else's hamlet (T01)."""
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="head",
        action="headcount.denied",
        about=f"person:{turn.actor.canonical_id}",
        now=turn.now,
    )
    own = ", ".join(unit.name for unit in known)
    return turn.say("denominators.not_yours", own=own).then("menu")


@flow.step()
async def which_of(turn: Turn) -> Outcome:
    unit = await unit_of(turn, turn.choice)
    return await _go_on(turn, unit, dict(turn.draft)) if unit else _gone(turn)


def _gone(turn: Turn) -> Outcome:
    """The unit, or the right to write for it, is no more."""
    return turn.say("denominators.gone").then("menu")


# --- the figures ---------------------------------------------------------------------------------


async def _go_on(turn: Turn, unit: UnitInfo, draft: Draft) -> Outcome:
    """Ask for what is missing, then for what is strange, then read it all back."""
    draft["unit"] = unit.code
    last = await units.headcount_on(turn.tx, unit.id, on=turn.today)
    for field in FIELDS:
        if field not in draft:
            return _ask_field(turn, unit, field, draft, last)
        if (doubt := _doubt(turn, unit, field, draft, last)) is not None:
            return doubt
    if draft["adults"] is None and draft["households"] is None:
        return turn.say("denominators.nothing").then("menu")
    if "since" not in draft:
        today = Choice("today", turn.text_of("denominators.today"))
        return turn.ask("denominators.ask_since", hear=since, choices=[today], draft=draft)
    return await writing.read_back(turn, unit, draft, hear=check)


def _ask_field(turn: Turn, unit: UnitInfo, field: str, draft: Draft, last: People) -> Outcome:
    old = writing.say(turn, getattr(last, field))
    hear = adults if field == "adults" else households
    return turn.ask(f"denominators.ask_{field}", hear=hear, draft=draft, unit=unit.name, old=old)


def _doubt(turn: Turn, unit: UnitInfo, field: str, draft: Draft, last: People) -> Outcome | None:
    """Ask once more, in figures and words, what is far from the last figure (T20)."""
    figure, old = draft[field], getattr(last, field)
    if figure is None or draft.get(f"{field}_sure"):
        return None
    whole = (draft["adults"] or last.adults) if field == "households" else None
    reason = why_unsure(figure, old, adults=whole)
    if not reason:
        return None
    return turn.ask(
        "denominators.ask_sure",
        hear=sure,
        choices=("denominators.yes", "denominators.again"),
        draft={**draft, "field": field},
        unit=unit.name,
        what=turn.text_of(f"denominators.{field}"),
        figure=words.say_number(figure),
        words=words.say_number_in_words(figure),
        reason=turn.text_of(f"denominators.why_{reason}", old=writing.say(turn, old)),
    )


@flow.step(reads="number")
async def adults(turn: Turn) -> Outcome:
    return await _read(turn, "adults")


@flow.step(reads="number")
async def households(turn: Turn) -> Outcome:
    return await _read(turn, "households")


async def _read(turn: Turn, field: str) -> Outcome:
    unit = await unit_of(turn, turn.draft.get("unit"))
    if unit is None:
        return _gone(turn)
    draft = {**turn.draft, **_labelled(turn.text)}
    if field in draft:
        return await _go_on(turn, unit, draft)
    match words.read_count(turn.text):
        case words.Count(value=figure) if figure <= MOST:
            return await _go_on(turn, unit, {**draft, field: figure})
        case words.Count():
            return turn.ask_again("denominators.too_many", most=words.say_number(MOST))
        case words.Unknown():
            return await _go_on(turn, unit, {**draft, field: None})
        case words.Doubt(readings=readings) if max(readings) <= MOST:
            return _ask_reading(turn, field, readings)
        case _:
            return turn.ask_again(f"denominators.{field}_unclear")


def _labelled(text: str) -> Mapping[str, int]:
    """What "420 người lớn, 185 hộ" says, with nothing else in it."""
    asked = read_sentence(text)
    return {} if asked is None or asked.unit else _told(asked)


def _ask_reading(turn: Turn, field: str, readings: tuple[int, ...]) -> Outcome:
    """Which number was meant (N2)."""
    choices = [
        Choice(str(one), f"{words.say_number(one)} ({words.say_number_in_words(one)})")
        for one in readings[:4]
    ]
    again = Choice("again", turn.text_of("denominators.again"))
    return turn.ask(
        "denominators.ask_reading",
        hear=sure,
        choices=[*choices, again],
        draft={**turn.draft, "field": field},
    )


@flow.step(yes="yes", no="again")
async def sure(turn: Turn) -> Outcome:
    """The figure that is meant, or the same question again."""
    field = str(turn.draft.get("field", ""))
    unit = await unit_of(turn, turn.draft.get("unit"))
    if unit is None:
        return _gone(turn)
    draft = dict(turn.draft)
    if turn.choice == "again":
        draft.pop(field, None)
    elif turn.choice == "yes":
        draft[f"{field}_sure"] = True
    else:
        draft[field] = int(turn.choice)
    return await _go_on(turn, unit, draft)


# --- from which day ------------------------------------------------------------------------------


@flow.step(reads="text")
async def since(turn: Turn) -> Outcome:
    """Today, or a day that is over: nobody knows tomorrow's figures."""
    unit = await unit_of(turn, turn.draft.get("unit"))
    if unit is None:
        return _gone(turn)
    if turn.choice:
        today = turn.choice == "today"
        return await _from_day(turn, unit, turn.today if today else date.fromisoformat(turn.choice))
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    match words.read_date(turn.text, sent_at=sent_at, expects="past"):
        case date() as day if day <= turn.today:
            return await _from_day(turn, unit, day)
        case words.DateDoubt(candidates=days) if past := [d for d in days if d <= turn.today]:
            choices = [Choice(day.isoformat(), words.say_date(day)) for day in past[:4]]
            return turn.ask("denominators.ask_day", hear=since, choices=choices)
        case date() | words.DateDoubt():
            return turn.ask_again("denominators.not_yet")
        case _:
            return turn.ask_again("denominators.day_unclear")


async def _from_day(turn: Turn, unit: UnitInfo, day: date) -> Outcome:
    return await _go_on(turn, unit, {**turn.draft, "since": day.isoformat()})


# --- the end -------------------------------------------------------------------------------------


@flow.step(yes="write", no="drop")
async def check(turn: Turn) -> Outcome:
    unit = await unit_of(turn, turn.draft.get("unit"))
    if unit is None:
        return _gone(turn)
    match turn.choice:
        case "write":
            return await _write(turn, unit)
        case "change":
            return await _go_on(turn, unit, {})
        case _:
            return turn.say("denominators.dropped").then("menu")


async def _write(turn: Turn, unit: UnitInfo) -> Outcome:
    if not await writing.write(turn, unit):
        return await writing.changed_meanwhile(turn, unit, hear=changed)
    day = words.say_date(date.fromisoformat(turn.draft["since"]))
    return turn.say("denominators.written", unit=unit.name, since=day).then("menu")


@flow.step(exact=("replace",))
async def changed(turn: Turn) -> Outcome:
    unit = await unit_of(turn, turn.draft.get("unit"))
    if unit is None:
        return _gone(turn)
    if turn.choice == "replace":
        return await _write(turn, unit)
    said = "denominators.kept" if turn.choice == "keep" else "denominators.dropped"
    return turn.say(said).then("menu")
