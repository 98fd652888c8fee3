"""Figures of years before the program, out of a workbook: what /tonghop and T20 compare with.

A workbook is checked first and shown line by line; nothing is written before the officer has
chosen, and a day long it can be taken back (T53).
"""

import re
from datetime import timedelta
from typing import Final

from handlers import files
from handlers.flow import Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice, HandedIn, Outgoing
from handlers.reporting import periods
from handlers.reporting.answers import loaded
from handlers.reporting.workbooks import cells, handed_in
from handlers.roles import DESK, communes_of
from handlers.words import fold
from handlers.yearly import past_comparing, past_deciding, past_rows, past_showing, past_template
from handlers.yearly import past_year as years
from handlers.yearly.past_flow import SHEET, SHEET_READ, flow
from handlers.yearly.past_writing import UNDO_WITHIN, is_past
from handlers.yearly.past_year import Year
from storage import figure_imports, reports, units
from storage import files as stored
from storage.figure_imports import ImportInfo
from storage.roles import persons_of

__all__ = ["flow"]

FIGURES: Final = "past_figures"
"""The kind of order of the template."""
_WAITS_FOR: Final = timedelta(days=7)
_MOST_YEARS: Final = 4
_MOST_UNDONE: Final = 2
_YEAR: Final = re.compile(r"(?:nam )?(20\d\d)")


@flow.entry
async def begin(turn: Turn) -> Outcome:
    communes = communes_of(turn.actor.grants, *DESK)
    if len(communes) == 1:
        typed = _YEAR.fullmatch(fold(turn.text))
        return await (_sent_out(turn, communes[0], typed[1]) if typed else _hub(turn, communes[0]))
    choices = [Choice(str(one), await _name_of(turn, one)) for one in communes[:MAX_CHOICES]]
    return turn.ask("past.which_commune", hear=which_commune, choices=choices)


async def _name_of(turn: Turn, commune: int) -> str:
    """The name of a commune, as its settings have it."""
    settings = await units.settings_of(turn.tx, commune)
    unit = await units.by_id(turn.tx, commune, on=turn.today)
    return str(settings.get("name") or (unit.name if unit else commune))


@flow.step()
async def which_commune(turn: Turn) -> Outcome:
    commune = int(turn.choice)
    if commune not in communes_of(turn.actor.grants, *DESK):
        return turn.say("past.denied").then("menu")
    return await _hub(turn, commune)


async def _hub(turn: Turn, commune: int) -> Outcome:
    """The years; what waits to be decided, and what was written today and may be undone."""
    settings = await units.settings_of(turn.tx, commune)
    past = range(periods.FIRST_YEAR, turn.today.year)
    taken = [year for year in past if is_past(year, settings, turn.today)][-_MOST_YEARS:]
    choices = [Choice(str(one), turn.text_of("past.of_year", year=one)) for one in reversed(taken)]
    choices += await _begun(turn, commune)
    choices.append(Choice("leave", turn.text_of("past.leave")))
    return turn.ask("past.which_year", hear=year, choices=choices, draft={"commune": commune})


async def _begun(turn: Turn, commune: int) -> list[Choice]:
    """What is read and not decided, what is written and not too old to be undone."""
    mine = await persons_of(turn.tx, turn.actor.canonical_id)
    since = turn.now - _WAITS_FOR
    waiting = await figure_imports.waiting(turn.tx, [commune], by=mine, since=since)
    since = turn.now - UNDO_WITHIN
    done = await figure_imports.done_since(turn.tx, [commune], since=since)
    see = (("see", one, "past.see") for one in waiting[:1])
    undo = (("undo", one, "past.undo") for one in done[:_MOST_UNDONE])
    return [
        Choice(f"{act}:{one.id}", turn.text_of(text, year=one.period, time=_time_of(turn, one)))
        for act, one, text in (*see, *undo)
    ]


def _time_of(turn: Turn, one: ImportInfo) -> str:
    at = one.done_at or one.made_at
    return f"{at.astimezone(turn.house.timezone):%H:%M}"


@flow.step(reads="number")
async def year(turn: Turn) -> Outcome:
    """A year, one of the offered acts, or a year that was typed."""
    what, _, number = turn.choice.partition(":")
    if what == "leave":
        return Outcome().then("menu")
    if what == "see":
        return await past_deciding.see(turn, int(number))
    if what == "undo":
        return await past_deciding.ask_undo(turn, int(number))
    typed = _YEAR.fullmatch(fold(turn.choice or turn.text))
    if typed is None:
        return turn.ask_again("past.year_unclear", example=periods.FIRST_YEAR)
    return await _sent_out(turn, int(turn.draft.get("commune", 0)), typed[1])


async def _sent_out(turn: Turn, commune: int, key: str) -> Outcome:
    """The template of one year, and where it or another workbook is handed in."""
    found = await _taken(turn, commune, key)
    if isinstance(found, Outgoing):
        return Outcome((found,)).then("menu")
    counted = await past_comparing.counted_of(turn.tx, found, list(found.by_id))
    known = {unit: loaded(version.answers) for unit, (_, version) in counted.items()}
    local = turn.now.astimezone(turn.house.timezone).replace(tzinfo=None, microsecond=0)
    texts, sample = turn.house.texts, turn.house.sample
    contents = past_template.contents_of(texts, found, known, made=local, sample=sample)
    message = turn.message("past.here", year=key)
    turn.order(FIGURES, contents, name=f"so-lieu-nam-{key}.xlsx", message=message)
    asking = await files.asking(turn, purpose=f"{SHEET}:{commune}:{key}")
    return Outcome((turn.message("past.coming", year=key), asking)).then("menu")


async def _taken(turn: Turn, commune: int, key: str) -> Year | Outgoing:
    """The year, if figures of it may be entered there now (T13, T41); else why not."""
    if commune not in communes_of(turn.actor.grants, *DESK):
        return turn.message("past.denied")
    found = await years.load(turn.tx, commune, key, today=turn.today)
    if found is None or found.period.year > turn.today.year:
        return turn.message("past.no_such_year", year=key, first=periods.FIRST_YEAR)
    if not is_past(found.period.year, found.settings, turn.today):
        return turn.message("past.open_year", year=key)
    if await reports.frozen(turn.tx, commune, key):
        return turn.message("past.frozen", year=key)
    return found


# --- what came back ------------------------------------------------------------------------------


@flow.receive(SHEET)
async def uploaded(turn: Turn, handed: HandedIn) -> Outcome:
    return await handed_in.have_read(turn, handed, as_=SHEET_READ, texts="past.")


@flow.receive(SHEET_READ)
async def came_back(turn: Turn, handed: HandedIn) -> Outcome:
    """Its cells: kept as read, shown, and asked about; nothing is a report yet."""
    _, commune, key = [*handed.purpose.split(":"), "", ""][:3]
    body = await stored.read(turn.tx, handed.file)
    if body is None or not commune.isdecimal():
        return turn.aside("past.gone")
    found = await _taken(turn, int(commune), key)
    if isinstance(found, Outgoing):
        return Outcome((found,), aside=True)
    read = past_rows.read(cells.loaded(body.body), found)
    if read.refused is not None:
        why = Outgoing(read.refused.said(turn.house.texts))
        return Outcome((why, await past_showing.hand_in_again(turn, found)), aside=True)
    number = await figure_imports.add(
        turn.tx,
        commune_id=int(commune),
        period=key,
        rows=past_showing.kept_of(read, found),
        by=turn.actor.person_id,
        now=turn.now,
    )
    return await past_deciding.see(turn, number)
