"""Who reports for the units of a commune now, and whom of them a message reaches."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from handlers import reach
from handlers.flow import Scene
from handlers.messages import Why
from handlers.reporting.flow import WHO
from handlers.roles import once_each
from storage import muting, roles
from storage.roles import Holder


@dataclass(frozen=True, slots=True)
class Reporters:
    """Who reports for one unit now, each human once."""

    holders: tuple[Holder, ...]
    ready: tuple[int, ...]
    """Person ids of those whom a reminder reaches."""
    why: Mapping[int, str]
    """Person id -> why it does not, in words, for all others."""
    on_page: tuple[int, ...] = ()
    """Those of them who find it when they open the chat page: better than nothing."""

    def lost(self, scene: Scene) -> str:
        """Why nothing reaches this unit, in words; "" if something does."""
        if self.ready:
            return ""
        if not self.holders:
            return scene.text_of("chasing.lost_nobody")
        return "; ".join(dict.fromkeys(self.why.values()))


NOBODY: Final = Reporters((), (), {})


async def reporters(scene: Scene, commune_id: int) -> Mapping[int, Reporters]:
    """Unit id -> who reports for it and whom a reminder reaches, for units that have anybody.

    Who said "dừng nhắc", on whichever app, is left alone (U11).
    """
    held = await roles.holding(scene.tx, commune_id, tuple(WHO))
    by_unit: dict[int, list[Holder]] = {}
    for one in held:
        by_unit.setdefault(one.unit_id, []).append(one)
    persons = {one.person_id for one in held}
    lost = await reach.to_phone(scene, persons)
    muted = await muting.muted(scene.tx, persons)
    return {unit: _reporters(scene, found, lost, muted) for unit, found in by_unit.items()}


def _reporters(
    scene: Scene, found: Collection[Holder], lost: Mapping[int, Why], muted: Collection[int]
) -> Reporters:
    humans = once_each(found)
    why = {one: _reason(scene, lost[one]) for one in humans if one in lost}
    why |= {one: scene.text_of("chasing.lost_muted") for one in humans if one in muted}
    return Reporters(
        holders=tuple(one for one in found if one.person_id in humans),
        ready=tuple(one for one in humans if one not in why),
        why=why,
        on_page=tuple(one for one in humans if lost.get(one) is Why.PAGE and one not in muted),
    )


def _reason(scene: Scene, why: Why) -> str:
    return scene.text_of(f"call.{why.name.lower()}")
