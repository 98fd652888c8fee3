"""Who can be told something now, through which account, and what it costs (design §5, zalo.md 3.7).

The rules of a channel come from the commune's settings (`[delivery]` of its file). Platforms close
the free window some time after the person's last message; what is stored of that time may be up to
an hour old, always to the careful side.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Final, NamedTuple

from handlers.flow import Scene
from handlers.messages import Template, Why
from handlers.units.delivery import DeliveryRules
from storage import units, ways
from storage.ways import Door

_WINDOWED: Final = "zalo_oa"
_FETCHED: Final = frozenset({"web_chat"})
"""There the person has to come and look: a message waits, but reaches nobody."""
_NO_RETURN: Final = "anonymous:"
"""Visitors of the Official Account whom nobody can write to later."""


class Cost(IntEnum):
    """What a message to somebody who is not waiting for one is counted against."""

    FREE = 0
    PACKAGE = 1
    TEMPLATE = 2


class Way(NamedTuple):
    door: Door
    cost: Cost


def rules_of(settings: dict[str, Any]) -> DeliveryRules:
    """The delivery rules among a commune's settings; what is not said is the default."""
    return DeliveryRules.model_validate(settings.get("delivery", {}))


def template_id(rules: DeliveryRules, template: Template | None) -> str:
    """Return the platform's id of an approved template; "" = there is none."""
    return rules.zalo_oa.templates.get(template.name, "") if template else ""


def cost_of(
    rules: DeliveryRules,
    channel: str,
    *,
    seen_at: datetime | None,
    now: datetime,
    template: Template | None,
) -> Cost | Why:
    """What telling somebody now costs on one channel, or why it cannot be."""
    if channel != _WINDOWED:
        return Cost.FREE
    ours = rules.zalo_oa
    silent_for = now - seen_at if seen_at else timedelta.max
    if silent_for < timedelta(hours=ours.free_hours):
        return Cost.FREE
    if ours.use_package and silent_for < timedelta(days=ours.package_days):
        return Cost.PACKAGE
    return Cost.TEMPLATE if template_id(rules, template) else Why.WINDOW


def choose(
    rules: DeliveryRules,
    doors: Sequence[Door],
    *,
    now: datetime,
    reports: bool,
    template: Template | None = None,
) -> Way | Why:
    """Return the account that carries a message to one human; `doors` are newest first.

    Whoever `reports` is told where it costs the commune nothing (`reporters_first`); everybody
    else where they were last.
    """
    ways: list[Way] = []
    reasons: list[Why] = []
    for door in doors:
        match _cost_through(rules, door, now=now, template=template):
            case Cost() as cost:
                ways.append(Way(door, cost))
            case Why() as why:
                reasons.append(why)
    if ways:
        return min(ways, key=lambda way: _rank(rules, way, reports=reports))
    return reasons[0] if reasons else Why.GONE


def _cost_through(
    rules: DeliveryRules, door: Door, *, now: datetime, template: Template | None
) -> Cost | Why:
    if door.user_id.startswith(_NO_RETURN):
        return Why.WINDOW
    return cost_of(rules, door.channel, seen_at=door.seen_at, now=now, template=template)


def _rank(rules: DeliveryRules, way: Way, *, reports: bool) -> tuple[bool, Cost, bool, int]:
    order = rules.reporters_first
    known = order.index(way.door.channel) if way.door.channel in order else len(order)
    return way.door.channel in _FETCHED, way.cost, not way.door.speaks, known if reports else 0


# --- asked with the database open ---------------------------------------------------------------


async def why_not(scene: Scene, person_id: int) -> Why | None:
    """Return why this human cannot be told anything now; None: it works."""
    return (await unreachable(scene, [person_id])).get(person_id)


async def unreachable(scene: Scene, persons: Collection[int]) -> dict[int, Why]:
    """Those of `persons` who will not see what is written to them now, with the plain reason.

    On the chat page it waits for them: see `to_phone` where that is not good enough.
    """
    found = await to_phone(scene, persons)
    return {person: why for person, why in found.items() if why is not Why.PAGE}


async def to_phone(scene: Scene, persons: Collection[int]) -> dict[int, Why]:
    """Those of `persons` whom nothing reaches by itself now, each with the plain reason."""
    rules = rules_of(await units.settings_of(scene.tx, None))
    doors = await ways.to(scene.tx, persons)
    pushing = set(scene.house.channels) - _FETCHED
    found: dict[int, Why] = {}
    for person in persons:
        if why := _lost(rules, doors.get(person, ()), scene, pushing=pushing):
            found[person] = why
    return found


def _lost(
    rules: DeliveryRules, doors: Sequence[Door], scene: Scene, *, pushing: Collection[str]
) -> Why | None:
    on = [door for door in doors if door.channel in scene.house.channels]
    if doors and not on:
        return Why.OFF
    way = choose(rules, on, now=scene.now, reports=True)
    if isinstance(way, Why):
        return way
    if way.door.channel in _FETCHED and pushing:  # where there is only the page it is good enough
        others = [door for door in on if door.channel not in _FETCHED]
        why = choose(rules, others, now=scene.now, reports=True) if others else Why.PAGE
        return why if isinstance(why, Why) else None
    return None
