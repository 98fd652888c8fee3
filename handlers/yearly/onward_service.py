"""The rules of noting that the commune's own report went upwards: for the chat and the page alike.

All of it happens in the caller's transaction, with the rights of this very moment (A3, T13).
"""

from datetime import date
from typing import Final

from handlers.flow import Turn
from handlers.reporting.periods import ReportPeriod
from handlers.roles import Denied, desk_role
from handlers.yearly.letter import framing
from storage import audit, frames, onward, units

SHORTEST, LONGEST = 3, 200
"""Letters of an addressee."""
LONGEST_NUMBER: Final = 60
_MOST_NAMES: Final = 3


def is_addressee(said: str) -> bool:
    return SHORTEST <= len(said) <= LONGEST


def why_not_day(about: ReportPeriod, sent_on: date, *, today: date) -> str:
    """Text id of why a report cannot have gone on that day; "" = it can."""
    if sent_on > today:
        return "onward.day_ahead"
    return "onward.day_before" if sent_on < about.first else ""


async def addressees(turn: Turn, commune_id: int, about: ReportPeriod) -> list[str]:
    """To whom the letter itself is addressed."""
    settings = await units.settings_of(turn.tx, commune_id)
    texts = framing.framed(turn.house.texts, await frames.of(turn.tx, commune_id))
    known = framing.everywhere(turn.house.texts, settings, about)
    names = framing.each_of(texts.say("commune_letter.addressees", **known))
    return [name[:LONGEST] for name in names[:_MOST_NAMES]]


async def note(
    turn: Turn, commune_id: int, about: ReportPeriod, *, addressee: str, number: str, sent_on: date
) -> bool:
    """False if just this stands already (T42). Raises `Denied`."""
    _checked(turn, commune_id)
    made = await onward.add(
        turn.tx,
        commune_id,
        about.key,
        addressee=addressee,
        number=number,
        sent_on=sent_on,
        by=turn.actor.person_id,
        now=turn.now,
    )
    if made is not None:
        await _audit(turn, commune_id, made, "onward.noted")
    return made is not None


async def take_back(turn: Turn, commune_id: int, note_id: int) -> bool:
    """False if it is not this commune's, or was taken back before. Raises `Denied`."""
    _checked(turn, commune_id)
    if not await onward.remove(turn.tx, commune_id, note_id, now=turn.now):
        return False
    await _audit(turn, commune_id, note_id, "onward.removed")
    return True


def _checked(turn: Turn, commune_id: int) -> None:
    if not desk_role(turn.actor.grants, commune_id):
        raise Denied


async def _audit(turn: Turn, commune_id: int, note_id: int, action: str) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=desk_role(turn.actor.grants, commune_id),
        action=action,
        about=f"onward:{commune_id}:{note_id}",
        now=turn.now,
    )
