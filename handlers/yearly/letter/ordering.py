"""The commune's BÁO CÁO as a Word file: all is read in the turn, the file is made after it."""

from dataclasses import asdict
from datetime import date
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.reporting import periods
from handlers.roles import desk_role
from handlers.yearly import together
from handlers.yearly.asof import as_of
from handlers.yearly.gathering import Gathered, gather
from handlers.yearly.letter.contents import contents_of
from handlers.yearly.letter.stage import registers_of
from handlers.yearly.letter.writing import Known
from handlers.yearly.rows import rows
from handlers.yearly.together import Together
from handlers.yearly.totals import totals
from storage import audit, frames, points

_LETTER: Final = "unit_report"
"""What `bot/workshop.py` calls the maker of a BÁO CÁO, whoever writes it."""


async def order_letter(
    turn: Turn, commune_id: int, period_key: str, *, until: date | None = None
) -> Outgoing:
    """Have the letter made; what is said meanwhile.

    `until`: a local day, for the reports as they stood at its end; None = as they count now.
    Who is no officer or admin of that commune now is refused (A3, T13), and nothing is made.
    """
    role = desk_role(turn.actor.grants, commune_id)
    if not role:
        return turn.message("frames.word_denied")
    gathered = await _gathered(turn, commune_id, period_key, until)
    if gathered is None:
        return turn.message("frames.word_none")
    shown = until or turn.today
    shared = await together.read(turn.tx, gathered, zone=turn.house.timezone)
    contents = contents_of(
        turn.house.texts,
        await _known(turn, gathered, shared, shown),
        rows=rows(turn.house.texts, gathered, together=shared),
        today=shown,
        is_sample=turn.house.sample,
    )
    name = f"bao-cao-{gathered.commune.code}-{period_key.replace('_', '-')}.docx"
    period = periods.say_title(turn.house.texts, gathered.period)
    turn.order(
        _LETTER,
        asdict(contents),
        name=name,
        message=turn.message("frames.word_here", period=period),
    )
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="letter.ordered",
        about=f"period:{commune_id}:{period_key}",
        now=turn.now,
    )
    return turn.message("frames.word_coming")


async def _gathered(
    turn: Turn, commune_id: int, period_key: str, until: date | None
) -> Gathered | None:
    found = await gather(turn.tx, commune_id, period_key, today=turn.today)
    if found is None or until is None:
        return found
    return await as_of(turn.tx, found, until, zone=turn.house.timezone)


async def _known(turn: Turn, gathered: Gathered, shared: Together, day: date) -> Known:
    commune, period = gathered.commune.id, gathered.period
    return Known(
        gathered=gathered,
        totals=totals(gathered, together=shared),
        registers=await registers_of(turn.tx, commune, period, until=day),
        points=await points.of(turn.tx, commune, period.key),
        own=await frames.of(turn.tx, commune),
    )
