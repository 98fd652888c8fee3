"""A notice answered by typing: "k1", its words, or "1" while nothing else is open.

A press finds its message by the button's token (T06). Who has no buttons reads a letter before each
number, because a bare digit belongs to the question that is being asked.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from handlers import words
from handlers.flow import Turn
from handlers.messages import notice_letter
from storage import memory, told
from storage.told import Pressed

QUESTION_IS_STALE: Final = timedelta(minutes=30)  # U10: who comes back later has forgotten it
LIVES: Final = timedelta(days=30)  # as long as its buttons (T05)
_CODE: Final = re.compile(r"([a-z])[ .]?([1-9])(?: (?:nhe|a|ạ|di))?")
_DIGIT: Final = re.compile(r"[1-9]")
_FIGURE: Final = re.compile(r"[0-9]")
_WORDS: Final = 3
"""A label of fewer letters than this is no sentence of its own."""

Answered = tuple[Pressed, str]
"""A notice, and the digit of the choice."""


async def by_code(turn: Turn) -> Answered | None:
    """Return the notice that a letter and a digit name, or a bare digit when it was the last."""
    folded = words.fold(turn.text)
    if code := _CODE.fullmatch(folded):
        return await _by_letter(turn, code[1].upper(), code[2])
    if _DIGIT.fullmatch(folded) and _nothing_fresh_is_open(turn):
        return await _the_last_word(turn, folded)
    return None


async def flow_of_figure(turn: Turn) -> str:
    """Name of the flow whose notice was the last word and that takes this bare figure; "" = none.

    "3" right after "bao nhiêu hộ?" is not a choice of what stood above it. Only who holds a role is
    asked for figures.
    """
    if not turn.actor.grants or not _FIGURE.fullmatch(words.fold(turn.text)):
        return ""
    last = await told.last_told(turn.tx, turn.actor.account_id)
    if last is None or not _is_open(last):
        return ""
    flow = turn.house.flows[last.body["notice"][0]]
    is_its = flow.claims is not None and flow.allows(turn.actor) and await flow.claims(turn)
    return flow.name if is_its else ""


async def by_words(turn: Turn) -> Answered | None:
    """Return the notice one of whose choices was written out: "không phải tôi"."""
    folded = words.fold(turn.text)
    if len(folded) < _WORDS:
        return None
    found = [
        (message, str(number))
        for _, message in await _told(turn)
        if _is_open(message)
        for number, (_, label) in enumerate(message.body.get("choices", []), 1)
        if folded in (words.fold(label), words.fold(label.partition(",")[0]))
    ]
    return found[0] if len(found) == 1 else None


def _nothing_fresh_is_open(turn: Turn) -> bool:
    last = turn.state.updated_at
    return not turn.state.offered or last is None or turn.now - last >= QUESTION_IS_STALE


async def wall_of(turn: Turn) -> datetime:
    """When this was said by the wall clock, by which messages are kept (design §2)."""
    return turn.event.at - await memory.clock_offset(turn.tx)


async def _told(turn: Turn) -> list[tuple[str, Pressed]]:
    since = await wall_of(turn) - LIVES
    return await told.notices(turn.tx, turn.actor.account_id, since=since)


async def _by_letter(turn: Turn, letter: str, digit: str) -> Answered | None:
    """The one that is open; else the newest answered, so that its sender is told so (T05).

    Open ones never share a letter (`Speaker`) unless there are more of them than letters: then
    nobody can say which was meant.
    """
    named = [
        message
        for token, message in await _told(turn)
        if notice_letter(token) == letter and int(digit) <= len(message.body.get("choices", []))
    ]
    still_open = [message for message in named if _is_open(message)]
    if len(still_open) > 1:
        return None
    found = still_open or named
    return (found[0], digit) if found else None


async def _the_last_word(turn: Turn, digit: str) -> Answered | None:
    """A bare digit is for a notice only if that was the last thing said, after the question."""
    last = await told.last_told(turn.tx, turn.actor.account_id)
    if last is None or not _is_open(last) or int(digit) > len(last.body.get("choices", [])):
        return None
    return last, digit


def _is_open(message: Pressed) -> bool:
    return message.body.get("notice") is not None and message.used_at is None
