"""A person of the office answers by hand in the platform's own chat: the program keeps quiet."""

import re
from datetime import datetime, timedelta
from typing import Final

from handlers import passing, words
from handlers.flow import Outcome, Turn
from handlers.messages import Kind
from storage.conversations import State

HELD_FOR: Final = timedelta(hours=24)
SAID_EVERY: Final = timedelta(hours=1)
STAFF_OF_PLATFORM: Final = 0
"""`held_by` of somebody of whom we know only that the platform let them write as the office."""
_SAID: Final = "held_said"
_A_NUMBER: Final = re.compile(r"\d{1,2}")
_LEAVES_ALL: Final = Outcome(keeps=True)
_RETURNS: Final = frozenset({Kind.PRESS, Kind.JOINED, Kind.WITHDRAWN})


def is_held(turn: Turn) -> bool:
    until = turn.state.held_until
    return until is not None and turn.now < until


def by_staff(turn: Turn) -> Outcome:
    """Staff wrote to this person, or wrote that they have done ("/xong")."""
    if turn.event.kind is Kind.TAKEN_OVER:
        return _taken_over(turn)
    if not is_held(turn):
        return _LEAVES_ALL
    _let_go(turn.state)
    if turn.state.offered:
        return turn.aside("menu.handed_back")
    return turn.say("menu.handed_back").then("menu")


def _taken_over(turn: Turn) -> Outcome:
    """Said once; each further word of the office keeps us quiet for a whole day from then."""
    was_held = is_held(turn)
    turn.state.held_by = STAFF_OF_PLATFORM
    turn.state.held_until = turn.now + HELD_FOR
    if was_held or turn.actor.is_suspended:
        return _LEAVES_ALL
    return Outcome((turn.message("menu.held"),), keeps=True)


def while_held(turn: Turn) -> Outcome | None:
    """Decide what is said to the person meanwhile; None: the program speaks again, as asked.

    A button is ours, so whoever presses one wants us, and so does a command or "trang đầu".
    """
    if turn.event.kind in _RETURNS or _calls_us(turn):
        _let_go(turn.state)
        return None
    if turn.event.kind is not Kind.TEXT:
        return _say_who_answers(turn) if turn.event.kind is Kind.VOICE else _LEAVES_ALL
    if words.looks_urgent(turn.event.text):
        return Outcome(passing.first_aid(turn), keeps=True)
    text = words.clean(turn.event.text)
    asked = words.universal(text)
    if asked is words.Universal.HOME:  # "0": the front page, though a number may be asked for
        _let_go(turn.state)
        return Outcome().then("menu")
    if asked is not None or _A_NUMBER.fullmatch(words.fold(text)):
        return _say_who_answers(turn)
    return _LEAVES_ALL


def _say_who_answers(turn: Turn) -> Outcome:
    """Once an hour to whoever speaks to the program; what is said to staff is theirs."""
    said = turn.state.draft.get(_SAID)
    if said is not None and turn.now - datetime.fromisoformat(said) < SAID_EVERY:
        return _LEAVES_ALL
    turn.state.draft = {**turn.state.draft, _SAID: turn.now.isoformat()}
    return Outcome((turn.message("menu.still_held"),), keeps=True)


def _calls_us(turn: Turn) -> bool:
    if turn.event.kind is not Kind.TEXT:
        return False
    text = words.clean(turn.event.text)
    return text.startswith("/") or words.fold(text) in ("trang dau", "tro ly")


def _let_go(state: State) -> None:
    state.held_by = state.held_until = None
    state.draft = {key: value for key, value in state.draft.items() if key != _SAID}
