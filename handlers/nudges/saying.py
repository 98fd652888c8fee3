"""What is said: the next lesson and how long it takes, why it comes, and three ways to answer."""

from dataclasses import replace
from typing import Final

from handlers.flow import Scene
from handlers.messages import Notice, Outgoing
from lessons.catalogue import Lesson

FLOW: Final = "nudges"
_CHOICES: Final = ("nudges.now", "nudges.next_week", "nudges.stop")


def message(scene: Scene, human: int, lesson: Lesson, *, is_begun: bool) -> Outgoing:
    """`human`: whose wish it is; on a shared phone somebody else may press."""
    which = scene.text_of(
        "nudges.go_on" if is_begun else "nudges.upcoming",
        title=lesson.title,
        minutes=lesson.minutes,
    )
    said = scene.message("nudges.message", choices=_CHOICES, which=which)
    return replace(said, notice=Notice(FLOW, "answer", str(human)))
