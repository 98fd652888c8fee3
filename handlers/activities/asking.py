"""What has to be asked before a record can be written, one question at a time (N14)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from handlers import places, words
from handlers.activities import reading, saying, service
from handlers.activities.draft import KINDS, Draft, from_told
from handlers.activities.flow import flow
from handlers.activities.saying import Names
from handlers.flow import Outcome, Step, Turn
from handlers.messages import Choice
from storage import activities, units
from storage.activities import ActivityInfo
from storage.units import UnitInfo

OLDEST: Final = timedelta(days=366)


def _step(name: str) -> Step:
    """The step that hears the answer; they live in `answers` and `conversation`, which ask here."""
    return flow.steps[name]


async def units_known(turn: Turn) -> list[UnitInfo]:
    """Every unit of the communes in which this person records."""
    return await service.units_of(turn.tx, turn.actor, on=turn.today)


async def names_of(turn: Turn) -> Names:
    known = await units_known(turn)
    return Names(known, places.shown(known))


def may_record(turn: Turn, unit: UnitInfo) -> bool:
    return service.rights_of(turn.actor).covers(unit.id, unit.commune_id)


async def read_told(turn: Turn, before: Draft | None = None) -> Outcome | None:
    """The sentence as a draft and what has to be asked next; None if it tells of nothing done.

    `before` is what was known already: the sentence corrects it.
    """
    known = await units_known(turn)
    local = turn.event.at.astimezone(turn.house.timezone).date()
    said = reading.read(turn.text, today=local, known=known)
    if said is None:
        return None
    draft = from_told(said, {unit.code: unit for unit in known}, before)
    if not said.unit:
        return await go_on(turn, draft)
    unit = next(one for one in known if one.code == said.unit)
    if not may_record(turn, unit):
        return await not_yours(turn, unit)
    return await go_on(turn, replace(draft, unit=unit.id))


def ask_to_tell(turn: Turn, text_id: str) -> Outcome:
    ways = ("activities.recent", "activities.home")
    return turn.ask(text_id, hear=_step("tell"), choices=ways, draft=Draft().dump())


async def not_yours(turn: Turn, unit: UnitInfo) -> Outcome:
    """Somebody else's unit: refused, noted, and who may is said (T01)."""
    names = await names_of(turn)
    await service.note_denied(turn.tx, turn.actor, unit.id, now=turn.now)
    own = names.all_of(service.rights_of(turn.actor).own)
    said = turn.message("activities.not_yours", own=own, other=names[unit.id])
    asked = ask_to_tell(turn, "activities.tell")
    return replace(asked, messages=(said, *asked.messages))


async def go_on(turn: Turn, draft: Draft) -> Outcome:
    """The next thing that is not known or not sure; when nothing is, the summary."""
    draft = await _within_one_commune(turn, draft)
    for is_open, ask in _QUESTIONS:
        if is_open(turn, draft):
            return await ask(turn, draft)
    if await _is_unusual(turn, draft):
        return await _ask_whether_right(turn, draft)
    if await _has_too_many_households(turn, draft):
        return await _ask_households_again(turn, draft)
    if found := await same_day(turn, draft):
        return await _ask_whether_same(turn, draft, found)
    names = await names_of(turn)
    return turn.ask(
        "activities.check",
        hear=_step("check"),
        choices=_CHECK,
        draft=draft.dump(),
        summary=saying.summary(turn, draft, names),
    )


def of_one_commune(known: Sequence[UnitInfo], unit_id: int) -> list[UnitInfo]:
    """The units of the commune that one of them belongs to; all of them while it is not known."""
    communes = [unit.commune_id for unit in known if unit.id == unit_id]
    return [unit for unit in known if not communes or unit.commune_id in communes]


async def _within_one_commune(turn: Turn, draft: Draft) -> Draft:
    """A partner in another commune is named, and counts nowhere there (T13)."""
    if not draft.unit or not draft.partners:
        return draft
    known = await units_known(turn)
    beside = {unit.id for unit in of_one_commune(known, draft.unit)}
    away = tuple(unit.name for unit in known if unit.id in draft.partners and unit.id not in beside)
    kept = tuple(one for one in draft.partners if one in beside and one != draft.unit)
    return replace(draft, partners=kept, others=tuple(dict.fromkeys((*draft.others, *away))))


_CHECK: Final = (
    "activities.save",
    "activities.edit",
    "activities.partners",
    "activities.drop",
)


# --- one question for each thing -----------------------------------------------------------------


async def ask_unit(turn: Turn, draft: Draft) -> Outcome:
    own = service.rights_of(turn.actor).own
    codes = draft.doubts.get("unit", [])
    known = [one for one in await units_known(turn) if may_record(turn, one)]
    if len(own) == 1 and "unit" not in draft.doubts:
        return await go_on(turn, replace(draft, unit=own[0]))
    offered = [one for one in known if one.code in codes] if codes else []
    offered = offered or [one for one in known if one.id in own]
    names = places.shown(known)
    choices = [Choice(one.code, names[one.code]) for one in offered[:8]]
    return turn.ask(
        "activities.which_unit", hear=_step("which_unit"), choices=choices, draft=draft.dump()
    )


async def ask_day(turn: Turn, draft: Draft) -> Outcome:
    days = [
        Choice(day, words.say_date(date.fromisoformat(day))) for day in draft.doubts.get("on", [])
    ]
    choices = days or [
        Choice("today", turn.text_of("activities.today")),
        Choice("yesterday", turn.text_of("activities.yesterday")),
    ]
    return turn.ask(
        "activities.which_day", hear=_step("which_day"), choices=choices, draft=draft.dump()
    )


async def ask_kind(turn: Turn, draft: Draft) -> Outcome:
    keys = [str(key) for key in draft.doubts.get("kind", [])]
    choices = [Choice(key, saying.kind(turn, key)) for key in (keys if len(keys) > 1 else KINDS)]
    return turn.ask(
        "activities.which_kind", hear=_step("which_kind"), choices=choices, draft=draft.dump()
    )


async def ask_heads(turn: Turn, draft: Draft) -> Outcome:
    numbers = [one for one in draft.doubts.get("heads", []) if isinstance(one, int)]
    choices = [Choice(str(one), words.say_number(one)) for one in numbers[:4]]
    choices.append(Choice("unknown", turn.text_of("activities.unknown")))
    said = "activities.how_many_which" if numbers else "activities.how_many"
    if not numbers and draft.sessions > 1:
        said = "activities.how_many_all"
    return turn.ask(
        said, hear=_step("how_many"), choices=choices, draft=draft.dump(), sessions=draft.sessions
    )


async def ask_sessions(turn: Turn, draft: Draft) -> Outcome:
    return turn.ask("activities.how_often", hear=_step("how_often"), draft=draft.dump())


async def ask_households(turn: Turn, draft: Draft) -> Outcome:
    return turn.ask("activities.how_many_households", hear=_step("households"), draft=draft.dump())


async def ask_partners(turn: Turn, draft: Draft) -> Outcome:
    codes = draft.doubts.get("partners", [])
    known = await units_known(turn)
    names = places.shown(known)
    choices = [Choice(one.code, names[one.code]) for one in known if one.code in codes]
    said = "activities.partner_which" if choices else "activities.ask_partners"
    return turn.ask(said, hear=_step("partners"), choices=choices[:8], draft=draft.dump())


_Question = tuple[Callable[[Turn, Draft], bool], Callable[[Turn, Draft], Awaitable[Outcome]]]
_QUESTIONS: Final[tuple[_Question, ...]] = (
    (lambda _, draft: not draft.unit or "unit" in draft.doubts, ask_unit),
    (lambda turn, draft: "on" in draft.doubts or not _is_past(turn, draft), ask_day),
    (lambda _, draft: "kind" in draft.doubts, ask_kind),
    (lambda _, draft: "sessions" in draft.doubts, ask_sessions),
    (lambda _, draft: "households" in draft.doubts or _is_beyond(draft), ask_households),
    (lambda _, draft: "heads" in draft.doubts or _is_uncounted(draft), ask_heads),
    (lambda _, draft: "partners" in draft.doubts, ask_partners),
)


def _is_past(turn: Turn, draft: Draft) -> bool:
    """A day that can be written: known, not ahead, not more than a year ago."""
    return draft.day is not None and timedelta() <= turn.today - draft.day <= OLDEST


def _is_beyond(draft: Draft) -> bool:
    return draft.households is not None and draft.households > service.MOST


def _is_uncounted(draft: Draft) -> bool:
    is_too_big = draft.heads is not None and draft.heads > service.MOST
    return is_too_big or not (draft.says_how_many or draft.households is not None)


# --- is it so? -----------------------------------------------------------------------------------


async def _is_unusual(turn: Turn, draft: Draft) -> bool:
    if draft.sure or draft.heads is None:
        return False
    before = await activities.of_units(turn.tx, [draft.unit], limit=5)
    adults = await _adults(turn, draft)
    return service.is_unusual(draft.heads // draft.sessions, adults=adults, before=before)


async def _has_too_many_households(turn: Turn, draft: Draft) -> bool:
    if draft.households is None or draft.sure_households:
        return False
    return draft.households > await _usual_households(turn, draft)


async def _usual_households(turn: Turn, draft: Draft) -> int:
    known = await units.headcount_on(turn.tx, draft.unit, on=turn.today)
    return (known.households or service.UNKNOWN_SIZE) * 6 // 5


async def _ask_households_again(turn: Turn, draft: Draft) -> Outcome:
    """Said once more it is written (T20)."""
    count = min(draft.households or 0, service.MOST + 1)
    return turn.ask(
        "activities.households_again",
        hear=_step("households"),
        draft=draft.dump(),
        count=words.say_number(count),
        unit=(await names_of(turn))[draft.unit],
    )


async def _adults(turn: Turn, draft: Draft) -> int | None:
    """Of all units that took part; None if one of them is unknown."""
    by_id = {unit.id: unit for unit in await units_known(turn)}
    counts = [by_id[one].adults for one in (draft.unit, *draft.partners) if one in by_id]
    return None if None in counts else sum(one for one in counts if one is not None)


async def _ask_whether_right(turn: Turn, draft: Draft) -> Outcome:
    """In figures and in words (T20); the safe answer stands first."""
    names, heads = await names_of(turn), draft.heads or 0
    adults = await _adults(turn, draft)
    is_above = adults is not None and heads > adults
    return turn.ask(
        "activities.is_right_adults" if is_above else "activities.is_right",
        hear=_step("is_right"),
        choices=("activities.again", "activities.right"),
        draft=draft.dump(),
        count=words.say_number(heads),
        words=words.say_number_in_words(heads),
        unit=names[draft.unit],
        adults=words.say_number(adults or 0),
    )


async def same_day(turn: Turn, draft: Draft) -> ActivityInfo | None:
    """An activity of that day that may be this very one, told by somebody else or twice."""
    if draft.day is None or draft.editing:
        return None
    taking_part = (draft.unit, *draft.partners)
    for info in await activities.on_day(turn.tx, taking_part, draft.day):
        if info.kind == draft.kind and info.id not in draft.others_that_day:
            return info
    return None


async def _ask_whether_same(turn: Turn, draft: Draft, info: ActivityInfo) -> Outcome:
    """Both values side by side (T19); nothing is added or overwritten unasked."""
    keys = ["activities.same_keep", "activities.same_other", "activities.same_drop"]
    is_told = info.state == "recorded" and info.source == "told"
    if is_told and service.may_change(turn.actor, info):
        keys.insert(1, "activities.same_replace")
    names = await names_of(turn)
    stored = {**draft.dump(), "same": info.id}
    line = saying.line(turn, info, names)
    return turn.ask("activities.same", hear=_step("same"), choices=keys, draft=stored, line=line)
