"""/nhac: the plan of reminders of one commune, and what an officer can do about it."""

from collections.abc import Sequence
from typing import Final

from handlers import places
from handlers.detours import between
from handlers.flow import Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice
from handlers.office.chasing.owed import desks
from handlers.reminding.deadlines.wish import is_half_made
from handlers.reminding.desk import asked, coming, front, looking_back, nudging, pausing
from handlers.reminding.desk.scope import commune_of, denied, flow

__all__ = ["flow"]

_MOST: Final = MAX_CHOICES


@flow.claim
async def asks_plan(turn: Turn) -> bool:
    """A sentence about the plan: "ai sắp bị nhắc", "ngày mai nhắc xóm 5 nộp báo cáo"."""
    return asked.read(turn.text) is not None


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """The commune first, for who has several desks; a sentence is answered at once."""
    communes = desks(turn)
    text = turn.text if asked.read(turn.text) else ""
    if not communes:
        return denied(turn)
    if len(communes) == 1:
        return await _open(turn, communes[0], text)
    return await _ask_which(turn, communes[:_MOST], text)


async def _open(turn: Turn, commune: int, text: str) -> Outcome:
    wanted = asked.read(text)
    if wanted is None:
        return await _first(turn, commune)
    if wanted.about == "nudge":
        return await nudging.named(turn, commune, wanted)
    look = coming.show if wanted.about == "ahead" else looking_back.show
    return await look(turn, commune)


async def _first(turn: Turn, commune: int) -> Outcome:
    """The first page; a deadline that is half made waits behind "quay lại" (U6)."""
    if not is_half_made(turn.state.flow, turn.draft):
        return await front.home(turn, commune)
    return between(await front.home(turn, commune, turn.message("reminder_desk.half_made")))


async def _ask_which(turn: Turn, communes: Sequence[int], text: str) -> Outcome:
    choices = [
        Choice(str(one), await places.commune_name(turn.tx, one, on=turn.today)) for one in communes
    ]
    draft = {"text": text}
    return turn.ask("reminder_desk.which_commune", hear=which_commune, choices=choices, draft=draft)


@flow.step()
async def which_commune(turn: Turn) -> Outcome:
    number = int(turn.choice) if turn.choice.isdecimal() else 0
    if number not in desks(turn):
        return denied(turn)
    return await _open(turn, number, str(turn.draft.get("text", "")))


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
