"""Offered once, behind a finished lesson that is not the first; never again after a No (U11)."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from handlers.flow import Turn
from handlers.messages import Choice, Outgoing
from lessons.catalogue import Lesson
from storage import nudges

_FROM: Final = 2  # finished lessons: whoever comes back knows what it is about
WISH: Final = "wish"
"""Key of the choice."""


async def is_due(turn: Turn, lesson: Lesson, done: Collection[str]) -> bool:
    """Whether to offer it behind this lesson."""
    me = turn.actor
    if not me.has_consent or me.is_muted or nudges.PURPOSE in me.consents or len(done) < _FROM:
        return False
    if turn.house.lessons.after(lesson.id, done=frozenset(done)) is None:
        return False
    return not await nudges.was_asked(turn.tx, me.canonical_id)


async def offered(turn: Turn, message: Outgoing) -> Outgoing:
    """The result with the offer, instead of the front page, which is always open."""
    await nudges.note_asked(turn.tx, turn.actor.person_id, now=turn.now)
    wish = Choice(WISH, turn.text_of("nudges.wish"))
    text = f"{message.text}\n{turn.text_of('nudges.offer')}"
    return replace(message, text=text, choices=(*message.choices[:-1], wish))


def take_out(turn: Turn) -> None:
    """The open question is asked again later, and then without the offer."""
    open_now = turn.state.offered
    text = str(open_now.get("text", "")).removesuffix(f"\n{turn.text_of('nudges.offer')}")
    home = ["home", turn.text_of("learning.home")]
    choices = [home if one[0] == WISH else one for one in open_now.get("choices", [])]
    turn.state.offered = {**open_now, "text": text, "choices": choices}
