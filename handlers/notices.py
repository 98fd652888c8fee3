"""A notice answered by typing, where there are no buttons: "k1", or "1" while nothing else is open.

A press finds its message by the button's token (T06). Who has no buttons reads a letter before each
number, because a bare digit belongs to the question that is being asked.
"""

import re
from datetime import timedelta
from typing import Final

from handlers import words
from handlers.flow import Turn
from handlers.messages import notice_letter
from storage import outbox
from storage.outbox import Pressed

QUESTION_IS_STALE: Final = timedelta(minutes=30)  # U10: who comes back later has forgotten it
_CODE: Final = re.compile(r"([a-z])[ .]?([1-9])")
_DIGIT: Final = re.compile(r"[1-9]")


async def typed(turn: Turn) -> tuple[Pressed, str] | None:
    """Return the notice these words answer and the digit of the choice; None if none."""
    folded = words.fold(turn.text)
    if code := _CODE.fullmatch(folded):
        return await _by_letter(turn, code[1].upper(), code[2])
    if _DIGIT.fullmatch(folded) and _nothing_fresh_is_open(turn):
        return await _the_last_word(turn, folded)
    return None


def _nothing_fresh_is_open(turn: Turn) -> bool:
    last = turn.state.updated_at
    return not turn.state.offered or last is None or turn.now - last >= QUESTION_IS_STALE


async def _by_letter(turn: Turn, letter: str, digit: str) -> tuple[Pressed, str] | None:
    """The newest open one; else one that was answered, so that its sender is told so (T05)."""
    named = [
        message
        for token, message in await outbox.newest(turn.tx, turn.actor.account_id)
        if message.body.get("notice") and token and notice_letter(token) == letter
    ]
    still_open = [message for message in named if _is_open(message)]
    found = still_open or named
    return (found[0], digit) if found else None


async def _the_last_word(turn: Turn, digit: str) -> tuple[Pressed, str] | None:
    """A bare digit is for a notice only if that was the last thing said, after the question."""
    told = await outbox.newest(turn.tx, turn.actor.account_id)
    last = told[0][1] if told else None
    if last is None or not _is_open(last) or int(digit) > len(last.body.get("choices", [])):
        return None
    return last, digit


def _is_open(message: Pressed) -> bool:
    return message.body.get("notice") is not None and message.used_at is None
