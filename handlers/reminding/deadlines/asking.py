"""Asking for what a sentence left open: what, by whom, until when, when to remind (N12)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from handlers import places, words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reminding.deadlines import naming, reading_back, service, subjects
from handlers.reminding.deadlines.days_said import read_day
from handlers.reminding.deadlines.flow import desks, flow, gone
from handlers.reminding.deadlines.line import Line
from handlers.reminding.deadlines.reading import MOST_LETTERS, due_of
from handlers.reminding.deadlines.rungs_said import read_rungs, without_hour
from handlers.reminding.deadlines.subjects import Meant, read_meant
from handlers.reminding.deadlines.whom_said import ASKED, REQUIRED, Asked, read_asked
from handlers.reminding.deadlines.wish import Wish
from handlers.reporting import periods
from storage import units
from storage.units import HAMLET

_FEWEST_LETTERS: Final = 3
_GROUPS: Final = (HAMLET, "truong_hoc", REQUIRED, ASKED)
_OTHER: Final = "own:"
_AS_IT_IS: Final = frozenset(
    {"dat", "dat han", "dat han nay", "dat luon", "thuong le", "binh thuong"}
)
"""Where the days are asked for: whoever wants it set needs none of their own."""


async def go_on(turn: Turn, wish: Wish, *before: Outgoing) -> Outcome:
    """Ask the first thing that is open, else read all of it back."""
    if wish.commune not in await desks(turn):
        return gone(turn)
    if not wish.kind:
        return await _ask_what(turn, wish, before)
    if wish.kind == "own" and not wish.number:
        asked = await _ask_about_own(turn, wish, before)
        if asked is not None:
            return asked
    if wish.due is None:
        return ask_due(turn, wish, *before)
    if wish.is_rungs_open:
        return ask_rungs(turn, wish, *before)
    if wish.kind == "plans" and not wish.period:
        wish = replace(wish, period=str(wish.due.year))
    return await reading_back.show(turn, wish, *before)


async def _ask_about_own(turn: Turn, wish: Wish, before: Sequence[Outgoing]) -> Outcome | None:
    if wish.unreal:
        return ask_due(turn, wish, *before)
    if not wish.title:
        return turn.ask("deadlines.ask_title", hear=title, draft=wish.dump(), before=before)
    if wish.asked.doubts:
        return await _ask_which(turn, wish, before)
    if not wish.asked.is_known:
        return _ask_whom(turn, wish, before)
    return None


# --- what is handed in ---------------------------------------------------------------------------


async def _ask_what(turn: Turn, wish: Wish, before: Sequence[Outgoing]) -> Outcome:
    """What it may be, and always something else."""
    possible = wish.choices or await _open_reports(turn, wish.commune)
    choices = [
        Choice(f"{kind}:{period}", naming.capital(naming.say_what(turn, kind, period)))
        for kind, period in possible
    ]
    own = turn.text_of("deadlines.something_else")
    if wish.title:
        own = turn.text_of("deadlines.something_named", title=words.cut(wish.title, 40))
    return turn.ask(
        "deadlines.ask_what",
        hear=what,
        choices=[*choices[:6], Choice(_OTHER, own)],
        draft=wish.dump(),
        before=before,
    )


async def _open_reports(turn: Turn, commune: int) -> tuple[tuple[str, str], ...]:
    settings = await units.settings_of(turn.tx, commune)
    return tuple(("report", one.key) for one in periods.open_on(turn.today, settings))


@flow.step()
async def what(turn: Turn) -> Outcome:
    wish = Wish.load(turn.draft)
    kind, _, period = turn.choice.partition(":")
    asked = wish.asked if kind == "own" else Asked()
    return await go_on(turn, _fitting(replace(wish, kind=kind, period=period, asked=asked)))


def _fitting(wish: Wish) -> Wish:
    """A day outside of the period is asked anew."""
    if wish.due is None or subjects.fits(wish.kind, wish.period, wish.due):
        return wish
    return replace(wish, due=None, possible=(), is_day_unfit=True)


@flow.step(reads="text")
async def title(turn: Turn) -> Outcome:
    """Its name; the words for a report mean that report."""
    wish = Wish.load(turn.draft)
    told = " ".join(words.clean(turn.text).split()).strip(" .,;:")
    if not _FEWEST_LETTERS <= len(told) <= MOST_LETTERS or words.looks_secret(told):
        return turn.ask_again("deadlines.title_unclear", most=MOST_LETTERS)
    meant = read_meant(Line.of(told), "", wish.due, today=turn.today)
    if meant.kind != "own":
        return await go_on(turn, replace(wish, kind="", title=told, choices=_as_choices(meant)))
    return await go_on(turn, replace(wish, title=told))


def _as_choices(meant: Meant) -> tuple[tuple[str, str], ...]:
    return ((meant.kind, meant.period),) if meant.kind and meant.period else meant.choices


# --- by whom -------------------------------------------------------------------------------------


def _ask_whom(turn: Turn, wish: Wish, before: Sequence[Outgoing]) -> Outcome:
    choices = [Choice(one, naming.capital(naming.say_group(turn, one))) for one in _GROUPS]
    return turn.ask(
        "deadlines.ask_whom",
        hear=whom,
        choices=choices,
        draft=wish.dump(),
        before=before,
        title=words.cut(wish.title, 60),
    )


@flow.step(reads="text")
async def whom(turn: Turn) -> Outcome:
    wish = Wish.load(turn.draft)
    if turn.choice:
        return await go_on(turn, replace(wish, asked=Asked(turn.choice)))
    known = await service.askable(turn.tx, wish.commune, on=turn.today)
    asked = read_asked(turn.text, known)
    if not asked.is_known:
        return turn.ask_again("deadlines.whom_unclear")
    return await go_on(turn, replace(wish, asked=asked))


async def _ask_which(turn: Turn, wish: Wish, before: Sequence[Outgoing]) -> Outcome:
    """Which of the units of that name; one doubt after the other."""
    typed, possible = wish.asked.doubts[0]
    known = await service.askable(turn.tx, wish.commune, on=turn.today)
    names = places.shown(known)
    found = [one for one in known if one.id in possible]
    choices = [Choice(str(one.id), names[one.code]) for one in found[:7]]
    if len(found) > 1:
        choices.append(Choice("all", turn.text_of("deadlines.all_of_them")))
    return turn.ask(
        "deadlines.ask_which",
        hear=which,
        choices=[*choices, Choice("none", turn.text_of("deadlines.none_of_them"))],
        draft=wish.dump(),
        before=before,
        typed=typed,
    )


@flow.step()
async def which(turn: Turn) -> Outcome:
    wish = Wish.load(turn.draft)
    if not wish.asked.doubts:
        return await go_on(turn, wish)
    (_, possible), *others = wish.asked.doubts
    chosen = [one for one in possible if turn.choice in ("all", str(one))]
    named = (*wish.asked.units, *chosen)
    return await go_on(turn, replace(wish, asked=Asked("", named, tuple(others))))


# --- until when ----------------------------------------------------------------------------------


def ask_due(turn: Turn, wish: Wish, *before: Outgoing) -> Outcome:
    choices = [
        Choice(day.isoformat(), turn.text_of("deadlines.to_the_end_of", day=words.say_date(day)))
        for day in wish.possible[:5]
    ]
    if wish.unreal:
        before = (*before, turn.message("deadlines.no_such_day", day=wish.unreal))
    key = "ask_due_again" if wish.is_day_unfit and not wish.unreal else "ask_due"
    return turn.ask(
        "deadlines.ask_due_of" if choices else f"deadlines.{key}",
        hear=due,
        choices=choices,
        draft=wish.dump(),
        before=before,
        what=_called(turn, wish),
    )


def _called(turn: Turn, wish: Wish) -> str:
    """A plan's year may not be known yet."""
    if wish.kind == "own" and not wish.title:
        return turn.text_of("deadlines.what_unnamed")
    if wish.kind != "own" and not wish.period:
        return turn.text_of("deadlines.what_plans_of_some_year")
    return words.cut(naming.say_what(turn, wish.kind, wish.period, wish.title), 60)


@flow.step(reads="text")
async def due(turn: Turn) -> Outcome:
    wish = Wish.load(turn.draft)
    if turn.choice:
        return await go_on(turn, wish.on(date.fromisoformat(turn.choice)))
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    said = read_day(turn.text, sent_at=sent_at)
    found, possible = due_of(wish.kind, wish.period, said, today=turn.today)
    if found is not None:
        return await go_on(turn, wish.on(found))
    if possible and possible != wish.possible:
        return ask_due(turn, replace(wish, possible=possible, unreal=""))
    if said.unreal:
        return turn.ask_again("deadlines.due_unreal", day=said.unreal)
    if said.on is None:
        return turn.ask_again("deadlines.due_unclear")
    what_for = naming.say_what(turn, wish.kind, wish.period, wish.title)
    return turn.ask_again("deadlines.due_outside", what=what_for)


# --- when to remind ------------------------------------------------------------------------------


def ask_rungs(turn: Turn, wish: Wish, *before: Outgoing) -> Outcome:
    choices = [Choice(one, one) for one in ("30-14-7-3-1", "14-7-3-1", "7-3-1")]
    usual = Choice("usual", turn.text_of("deadlines.as_usual"))
    return turn.ask(
        "deadlines.ask_rungs",
        hear=rungs,
        choices=[*choices, usual],
        draft=wish.dump(),
        before=before,
    )


@flow.step(reads="text")
async def rungs(turn: Turn) -> Outcome:
    """Days; at which hour is not told: it is said that they all go at eight."""
    wish = replace(Wish.load(turn.draft), is_rungs_open=False)
    if turn.choice == "usual" or words.fold(turn.text) in _AS_IT_IS:
        return await go_on(turn, replace(wish, before=()))
    told = read_rungs(turn.choice or turn.text)
    if told is not None:
        return await go_on(turn, replace(wish, before=told))
    told = read_rungs(without_hour(turn.text))
    if told is None:
        return turn.ask_again("deadlines.rungs_unclear")
    return await go_on(turn, replace(wish, before=told), turn.message("deadlines.hour_stays"))
