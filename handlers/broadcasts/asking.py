"""An officer makes a broadcast: to whom, and the words."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import words
from handlers.broadcasts import desk, previewing
from handlers.broadcasts.audience import Audience
from handlers.broadcasts.flow import flow
from handlers.broadcasts.plan import Plan
from handlers.broadcasts.reckoning import known_units
from handlers.broadcasts.sentence import parted
from handlers.broadcasts.service import MOST_LETTERS
from handlers.broadcasts.whom import Read, read_audience
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.quick_forms import doubts
from lessons.catalogue import Module

_FEWEST_WORDS: Final = 2


def modules_of(turn: Turn) -> Sequence[Module]:
    """Those that somebody can learn."""
    lessons = turn.house.lessons
    return [one for one in lessons.modules if lessons.lessons_of(one.id)]


async def read_whom(turn: Turn, plan: Plan, text: str) -> Read:
    return read_audience(text, await known_units(turn, plan.commune), modules_of(turn))


async def with_text(turn: Turn, plan: Plan, text: str) -> Outcome:
    """Begin with what stood behind the command: people and words, one of them, or nothing."""
    if not text:
        return await go_on(turn, plan)
    said = parted(text)
    found = await read_whom(turn, plan, said.whom)
    if found.is_whole:
        return await _with_words(turn, plan.with_whom(found), said.words)
    if len(text.split()) < _FEWEST_WORDS:
        return await go_on(turn, plan)
    unread = ", ".join(found.unread)[:80] if said.words else ""
    before = (turn.message("broadcasts.whom_unclear", typed=unread),) if unread else ()
    return await _with_words(turn, plan, said.words or text, before)


async def _with_words(
    turn: Turn, plan: Plan, said: str, before: tuple[Outgoing, ...] = ()
) -> Outcome:
    if len(said) > MOST_LETTERS:
        too_long = turn.message("broadcasts.too_long", count=len(said), most=MOST_LETTERS)
        return await go_on(turn, plan, (*before, too_long))
    return await go_on(turn, replace(plan, text=said), before)


async def go_on(turn: Turn, plan: Plan, before: tuple[Outgoing, ...] = ()) -> Outcome:
    """Ask for the first thing that is not known yet; at the end show it."""
    if plan.doubts:
        return await _ask_unit(turn, plan, before)
    if plan.audience.is_empty:
        return turn.ask("broadcasts.ask_whom", hear=whom, draft=plan.draft(), before=before)
    if not plan.text:
        return turn.ask(
            "broadcasts.ask_words",
            hear=say,
            draft=plan.draft(),
            before=before,
            most=MOST_LETTERS,
        )
    return await previewing.preview(turn, plan, before)


@flow.step(reads="number")
async def whom(turn: Turn) -> Outcome:
    """A number is a hamlet's own number; people and words may come in one sentence."""
    plan = desk.planned(turn)
    if plan is None:
        return desk.gone(turn)
    found = await read_whom(turn, plan, turn.text)
    if found.is_whole:
        return await go_on(turn, plan.with_whom(found))
    said = parted(turn.text)
    both = await read_whom(turn, plan, said.whom)
    if said.words and both.is_whole and not plan.text:
        return await _with_words(turn, plan.with_whom(both), said.words)
    typed = ", ".join(found.unread)[:80] or turn.text[:80]
    return turn.ask_again("broadcasts.whom_unclear", typed=typed)


async def _ask_unit(turn: Turn, plan: Plan, before: tuple[Outgoing, ...]) -> Outcome:
    typed, ids = plan.doubts[0]
    known = await known_units(turn, plan.commune)
    return turn.ask(
        "broadcasts.which_unit",
        hear=which_unit,
        choices=doubts.choices(turn, known, ids),
        draft=plan.draft(),
        before=before,
        typed=typed,
    )


@flow.step()
async def which_unit(turn: Turn) -> Outcome:
    plan = desk.planned(turn)
    if plan is None or not plan.doubts:
        return desk.gone(turn)
    ids = plan.doubts[0][1]
    picked = doubts.picked(turn.choice, ids)
    joined = plan.audience.joined(Audience(units=picked))
    return await go_on(turn, replace(plan, audience=joined, doubts=plan.doubts[1:]))


@flow.step(reads="text")
async def say(turn: Turn) -> Outcome:
    """The words of it, as they were typed."""
    plan = desk.planned(turn)
    if plan is None:
        return desk.gone(turn)
    text = words.clean(turn.text)
    if len(text.split()) < _FEWEST_WORDS:
        return turn.ask_again("broadcasts.too_short")
    if len(text) > MOST_LETTERS:
        return turn.ask_again("broadcasts.too_long", count=len(text), most=MOST_LETTERS)
    return await go_on(turn, replace(plan, text=text))
