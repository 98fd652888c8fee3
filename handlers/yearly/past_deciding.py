"""Whether what was read is written, with units' own figures kept or replaced; and undoing it."""

from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.roles import DESK, communes_of
from handlers.yearly import past_comparing, past_showing, past_telling, past_writing
from handlers.yearly import past_year as years
from handlers.yearly.past_comparing import What
from handlers.yearly.past_flow import flow
from handlers.yearly.past_writing import Own, is_past
from handlers.yearly.past_year import Year
from storage import figure_imports
from storage.figure_imports import ImportInfo

_MOST_NAMES: Final = 20


async def _found(turn: Turn, import_id: int) -> tuple[ImportInfo, Year] | None:
    """None for one of another commune, and for one whose year is none any more (T13)."""
    mine = communes_of(turn.actor.grants, *DESK)
    found = await figure_imports.find(turn.tx, import_id, mine)
    if found is None:
        return None
    year = await years.load(turn.tx, found.commune_id, found.period, today=turn.today)
    if year is None or not is_past(year.period.year, year.settings, turn.today):
        return None
    return found, year


async def see(turn: Turn, import_id: int) -> Outcome:
    """What was read and what it would change; then the question, where it may be put now."""
    known = await _found(turn, import_id)
    if known is None or known[0].state != "read":
        return _rest(turn, turn.message("past.gone"))
    found, year = known
    if past_comparing.is_outdated(found.rows, year):
        again = await past_showing.hand_in_again(turn, year)
        return _rest(turn, turn.message("past.form_changed"), again)
    return await _shown(turn, found, year)


async def _shown(turn: Turn, found: ImportInfo, year: Year, *before: Outgoing) -> Outcome:
    shown = await past_showing.show(turn, found, year)
    said = (*before, *shown.messages)
    if not shown.keep and not shown.own:
        await figure_imports.drop(turn.tx, found.id)
        again = await past_showing.hand_in_again(turn, year)
        return _rest(turn, *said, turn.message("past.nothing_new"), again)
    if not past_showing.is_free(turn):
        return Outcome((*said, turn.message("past.waits")), aside=True)
    return turn.ask(
        "past.ask",
        hear=decide,
        choices=past_showing.choices(turn, shown),
        draft={"import": found.id},
        before=said,
        year=year.period.key,
    )


def _rest(turn: Turn, *said: Outgoing) -> Outcome:
    if past_showing.is_free(turn):
        return Outcome(said).then("menu")
    return Outcome(said, aside=True)


@flow.step(exact=("write", "replace"), no="not_yet")
async def decide(turn: Turn) -> Outcome:
    """All of it or nothing (T53); what counts otherwise by now is shown first (T42)."""
    known = await _found(turn, int(turn.draft.get("import", 0)))
    if known is None:
        return turn.say("past.gone").then("menu")
    found, year = known
    if turn.choice not in (Own.KEEP, Own.REPLACE):
        again = await past_showing.hand_in_again(turn, year)
        return Outcome((turn.message("past.not_written"), again)).then("menu")
    try:
        written = await past_writing.write(
            turn.tx, found, year, Own(turn.choice), by=turn.actor, now=turn.now
        )
    except past_writing.Changed:
        return await _changed(turn, found, year)
    except past_writing.Frozen:
        return turn.say("past.frozen", year=year.period.key).then("menu")
    except (past_writing.Denied, past_writing.Gone):
        return turn.say("past.gone").then("menu")
    own = [one.unit.id for one in written if one.what is What.OWN]
    await past_telling.tell(turn, found, year, own, said="past.replaced_you")
    figures = sum(len(found.rows["units"][str(one.unit.id)]) for one in written)
    values = {"units": len(written), "figures": figures, "year": year.period.key}
    return turn.say("past.written", **values).then("menu")


async def _changed(turn: Turn, found: ImportInfo, year: Year) -> Outcome:
    if past_comparing.is_outdated(found.rows, year):
        return await see(turn, found.id)
    return await _shown(turn, found, year, turn.message("past.changed"))


# --- undoing -------------------------------------------------------------------------------------


async def ask_undo(turn: Turn, import_id: int) -> Outcome:
    known = await _found(turn, import_id)
    if known is None or known[0].state != "done":
        return turn.say("past.gone").then("menu")
    found, year = known
    return turn.ask(
        "past.undo_sure",
        hear=undo_sure,
        choices=("past.keep", "past.undo_it"),
        draft={"import": found.id},
        count=len(found.versions),
        year=year.period.key,
    )


@flow.step(exact=("undo_it",), no="keep")
async def undo_sure(turn: Turn) -> Outcome:
    """The consequence was repeated, the safe choice is the first (U18)."""
    if turn.choice != "undo_it":
        return turn.say("past.kept").then("menu")
    known = await _found(turn, int(turn.draft.get("import", 0)))
    if known is None:
        return turn.say("past.gone").then("menu")
    found, year = known
    try:
        undone = await past_writing.undo(turn.tx, found, year, by=turn.actor, now=turn.now)
    except past_writing.Frozen:
        return turn.say("past.frozen", year=year.period.key).then("menu")
    except (past_writing.Denied, past_writing.Gone):
        return turn.say("past.too_late").then("menu")
    await past_telling.tell(turn, found, year, undone.own, said="past.restored_you")
    said = [turn.message("past.undone", count=undone.withdrawn, year=year.period.key)]
    if undone.kept:
        named = [year.name_of(year.by_id[one]) for one in undone.kept[:_MOST_NAMES]]
        names = "; ".join(named)
        said.append(turn.message("past.not_undone", count=len(undone.kept), names=names))
    return Outcome(tuple(said)).then("menu")
