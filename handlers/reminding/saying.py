"""What a reminder says: made of what is due when it is sent, never before (R18)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.flow import Scene
from handlers.messages import Choice, Notice, Outgoing, Template
from handlers.reminding.due import Due

FLOW: Final = "reminders"
"""Name of the flow that hears what is pressed under a message of several things."""
TEMPLATE: Final = "reminder"
"""Our name of the message that a platform may have approved (ZBS)."""
_MOST: Final = 7
"""Things with a choice of their own; two more choices are for all of them (U3)."""


async def message(scene: Scene, due: Sequence[Due]) -> Outgoing:
    """One message that names all of it: why, until when, how much is left, what to press."""
    names = [one for one in due if one.is_for_officers]
    asked = [one for one in due if not one.is_for_officers]
    if not asked:
        return await _for_officers(scene, names)
    said = await (asked[0].message(scene) if len(asked) == 1 else _several(scene, asked))
    if names:  # an officer who also reports for a unit
        lines = [await one.line(scene) for one in names]
        said = replace(said, text="\n".join([*lines, said.text]))
    return replace(said, template=Template(TEMPLATE, tuple(asked[0].values(scene).items())))


async def _for_officers(scene: Scene, names: Sequence[Due]) -> Outgoing:
    """The last of several can be pressed; the others are read above it."""
    *others, last = names
    said = await last.message(scene)
    return replace(said, text="\n".join([*[await one.line(scene) for one in others], said.text]))


async def _several(scene: Scene, asked: Sequence[Due]) -> Outgoing:
    """A line each, the nearest day first; every one can be pressed (U11)."""
    ordered = sorted(asked, key=lambda one: one.last_day)
    is_kind = all(one.is_kindly_asked for one in asked)
    head = "reminding.several_kindly" if is_kind else "reminding.several"
    lines = [f"- {await one.line(scene)}" for one in ordered]
    choices = [Choice(place_of(one), one.label(scene)) for one in ordered[:_MOST]]
    choices += [
        Choice("later", scene.text_of("chasing.later")),
        Choice("paper_sent", scene.text_of("chasing.paper_sent")),
    ]
    text = "\n".join([scene.text_of(head, count=len(asked)), *lines])
    return Outgoing(text, choices=tuple(choices), notice=Notice(FLOW, "answer", ""))


def place_of(due: Due) -> str:
    """What a choice carries: "report:2026|17"."""
    return f"{due.about}|{due.unit.id}"
