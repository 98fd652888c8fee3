"""/baocao: where it begins, by command or by a sentence, and what hears of handed-in files."""

from collections.abc import Sequence
from typing import Final

from handlers.evidence import PROOF
from handlers.flow import Outcome, Turn
from handlers.reporting import choosing, evidence, helping, periods, place, sheets
from handlers.reporting.flow import flow
from handlers.reporting.reading import read
from storage import units
from storage.units import UnitInfo

_TELLING: Final = 3
"""So many things told in one sentence make it a report, where nothing else was asked."""

flow.receive(PROOF)(evidence.received)
flow.receive(sheets.FORM)(sheets.uploaded)
flow.receive(sheets.FORM_READ)(sheets.came_back)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text`: a unit's name, the whole report, or nothing."""
    mine = await place.reporting_units(turn.tx, turn.actor, on=turn.today)
    text = turn.text
    if not mine or (text and await _is_of_another(turn, text, mine)):
        return await helping.ask_whom(turn, text)
    named = await choosing.named(turn, text, mine) if text else None
    if isinstance(named, Outcome):
        return named
    return await choosing.which(turn, named or mine, text)


async def _is_of_another(turn: Turn, text: str, mine: Sequence[UnitInfo]) -> bool:
    """Whether it names a unit that this person does not report for, but may enter for."""
    entered = await place.entered_units(turn.tx, turn.actor, on=turn.today)
    found = await helping.named(turn, text, entered)
    return bool(found) and not {one.id for one in found} & {one.id for one in mine}


@flow.claim
async def is_report(turn: Turn) -> bool:
    """A whole report in one sentence, typed where nothing else is being asked for.

    Whoever enters for others names the unit in it.
    """
    mine = (await place.reporting_units(turn.tx, turn.actor, on=turn.today))[: choosing.SHOWN]
    entered = await place.entered_units(turn.tx, turn.actor, on=turn.today)
    for unit in (*mine, *await helping.named(turn, turn.event.text, entered)):
        settings = await units.settings_of(turn.tx, unit.id)
        for period in periods.open_on(turn.today, settings)[:1]:
            form = await place.form_of(turn.tx, unit, period)
            known = await units.listed(turn.tx, on=turn.today)
            told = read(
                turn.event.text, form=form, today=turn.today, known=known, speaker=unit.code
            )
            if told is not None and len(told.answers) + len(told.doubts) >= _TELLING:
                return True
    return False
