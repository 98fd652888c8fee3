"""/nhac: the plan of reminders of one commune, and what an officer can do about it."""

from collections.abc import Sequence
from typing import Final

from handlers import places
from handlers.detours import between
from handlers.flow import Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice
from handlers.office.chasing.owed import desks
from handlers.reminding.deadlines.wish import is_half_made
from handlers.reminding.desk import coming, front, looking_back, nudging, pausing
from handlers.reminding.desk.scope import commune_of, denied, flow

__all__ = ["flow"]

_MOST: Final = MAX_CHOICES


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """The commune first, for who has several desks."""
    communes = desks(turn)
    if not communes:
        return denied(turn)
    if len(communes) == 1:
        return await _first(turn, communes[0])
    return await _ask_which(turn, communes[:_MOST])


async def _first(turn: Turn, commune: int) -> Outcome:
    """The first page; a deadline that is half made waits behind "quay lại" (U6)."""
    if not is_half_made(turn.state.flow, turn.draft):
        return await front.home(turn, commune)
    return between(await front.home(turn, commune, turn.message("reminder_desk.half_made")))


async def _ask_which(turn: Turn, communes: Sequence[int]) -> Outcome:
    choices = [
        Choice(str(one), await places.commune_name(turn.tx, one, on=turn.today)) for one in communes
    ]
    return turn.ask("reminder_desk.which_commune", hear=which_commune, choices=choices, draft={})


@flow.step()
async def which_commune(turn: Turn) -> Outcome:
    number = int(turn.choice) if turn.choice.isdecimal() else 0
    return await front.home(turn, number) if number in desks(turn) else denied(turn)


@flow.step()
async def act(turn: Turn) -> Outcome:
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    match turn.choice:
        case "ahead":
            return await coming.show(turn, commune)
        case "sent":
            return await looking_back.show(turn, commune)
        case "pausing":
            return await pausing.begin(turn, commune)
        case "nudge":
            return await nudging.begin(turn, commune)
    return Outcome().then(front.DEADLINES)
