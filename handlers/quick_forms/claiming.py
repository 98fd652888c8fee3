"""Which words are meant for a form although nothing says so: not an answer to something else."""

import re
from typing import Final

from handlers import words
from handlers.flow import Turn
from handlers.quick_forms.form import Kind, Questions
from handlers.quick_forms.reading import Reading, is_parted
from handlers.quick_forms.telling import ANSWERS
from storage import told

_FIGURE: Final = re.compile(r"[0-9]")
_RESTS: Final = frozenset({"menu", "help"})
"""Flows whose choices nobody answers with a yes or a no."""


async def just_told(turn: Turn) -> str:
    """What the form's notice is about, if it was the last thing this account was told; or ""."""
    last = await told.last_told(turn.tx, turn.actor.account_id)
    notice = last.body.get("notice") if last is not None and last.used_at is None else None
    return str(notice[2]) if notice and notice[0] == ANSWERS else ""


async def may_take(turn: Turn, text: str, questions: Questions, *, is_last: bool) -> bool:
    """Whether words that answer a form wholly are meant for it; `is_last`: it was told just now.

    A yes or a no belongs to the question that is open. A remark can be any sentence: it counts
    where signs part it, or right after the notice, if no other conversation knows the sentence.
    """
    if not is_last and _is_plain(text) and _is_asked_elsewhere(turn):
        return False
    if all(one.kind is not Kind.NOTE for one in questions):
        return True
    if len(questions) > 1 and is_parted(text, questions):
        return True
    is_assent = words.read_done(text) is True
    return is_last and not is_assent and not await _is_known_elsewhere(turn)


def may_begin(text: str, questions: Questions, said: Reading) -> bool:
    """Whether a part of an answer, right after the notice, is meant for its form (N14)."""
    if _is_plain(text):
        return False
    if not said.is_nothing and not said.unread:
        return True
    has_figure = any(one.kind is Kind.NUMBER for one in questions)
    return has_figure and isinstance(words.read_count(text), words.Count | words.Doubt)


def may_be_choice(turn: Turn, text: str) -> bool:
    """Whether a bare figure may as well answer what is open, or be the "0" of the front page."""
    if not _FIGURE.fullmatch(text) or not turn.state.offered:
        return text == "0"
    choices = turn.state.offered.get("choices", [])
    return not choices or int(text) <= len(choices)


def _is_plain(text: str) -> bool:
    return words.read_done(text) is not None


def _is_asked_elsewhere(turn: Turn) -> bool:
    return bool(turn.state.offered.get("choices")) and turn.state.flow not in (ANSWERS, *_RESTS)


async def _is_known_elsewhere(turn: Turn) -> bool:
    """Whether another flow claims the sentence: an activity, a whole report."""
    others = (one for one in turn.house.flows.open_to(turn.actor) if one.name != ANSWERS)
    for other in others:
        if other.claims is not None and await other.claims(turn):
            return True
    return False
