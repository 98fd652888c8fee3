"""What a reminder says: made of what is due when it is sent, never before (R18)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.flow import Scene
from handlers.messages import Choice, Notice, Outgoing, Template
from handlers.office.chasing import standing
from handlers.reminding.due import Due

FLOW: Final = "reminders"
"""Name of the flow that hears what is pressed under a message of several things."""
TEMPLATE: Final = "reminder"
"""Our name of the message that a platform may have approved (ZBS)."""
_ROOM: Final = 300
"""Letters of a message (U1)."""
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
    opening = scene.text_of(head, count=len(asked))
    lines = await _lines(scene, ordered, room=_ROOM - len(opening))
    choices = [Choice(place_of(one), one.label(scene)) for one in ordered[:_MOST]]
    choices += [
        Choice("later", scene.text_of("chasing.later")),
        Choice("paper_sent", scene.text_of("chasing.paper_sent")),
    ]
    text = "\n".join([opening, *lines])
    return Outgoing(text, choices=tuple(choices), notice=Notice(FLOW, "answer", ""))


async def _lines(scene: Scene, asked: Sequence[Due], *, room: int) -> list[str]:
    """A line each; where there is no room, one for all units of which the same is said."""
    lines = [f"- {await one.line(scene)}" for one in asked]
    if sum(len(line) + 1 for line in lines) <= room:
        return lines
    alike: dict[str, list[Due]] = {}
    for one in asked:
        alike.setdefault(await replace(one, name="").line(scene), []).append(one)
    rest = scene.text_of("chasing.and_more", count=len(asked))
    room -= sum(len(f"\n- {line} {rest}") for line in alike)
    found: list[str] = []
    for left, some in zip(range(len(alike), 0, -1), alike.values(), strict=True):
        names = standing.listed(scene, [one.name for one in some], most=room // left)
        room -= min(len(names), room // left)
        found.append(f"- {await replace(some[0], name=names).line(scene)}")
    return found


def place_of(due: Due) -> str:
    """What a choice carries: "report:2026|17"."""
    return f"{due.about}|{due.unit.id}"
