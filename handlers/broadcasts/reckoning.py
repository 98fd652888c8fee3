"""Whom a broadcast reaches now, through what, at what cost; and who is left out, and why (R13)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from handlers import reach
from handlers.broadcasts import hours
from handlers.broadcasts.audience import Audience
from handlers.flow import Scene
from handlers.messages import Why
from handlers.quick_forms.whom import askable
from handlers.reach import Cost
from handlers.units.delivery import DeliveryRules
from storage import audiences, roles, units, ways
from storage.units import UnitInfo
from storage.ways import Door

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Reckoned:
    people: tuple[int, ...] = ()
    """Canonical ids of those who are told."""
    channels: Mapping[str, int] = field(default_factory=dict)
    costs: Mapping[Cost, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    """Reason -> how many are not told."""
    put_off: int = 0
    """Of `people` those who heard something today."""


async def known_units(scene: Scene, commune_id: int) -> list[UnitInfo]:
    return askable(await units.listed(scene.tx, on=scene.today), commune_id)


async def reckon(scene: Scene, commune_id: int, audience: Audience) -> Reckoned:
    known = await known_units(scene, commune_id)
    asked = audience.asked(commune_id, known, scene.house.lessons)
    found = await audiences.candidates(scene.tx, asked)
    lost: Counter[str] = Counter()
    wanted: list[int] = []
    for one in found:
        why = why_not(one)
        if why:
            lost[why] += 1
        else:
            wanted.append(one.person_id)
    return await _reached(scene, wanted, lost)


def why_not(one: audiences.Candidate) -> str:
    """Why this human is told nothing, whatever reaches them; "" = nothing is against it."""
    if one.is_locked:
        return "locked"
    if not one.may_be_told:
        return "left"
    return "muted" if one.is_muted else ""


async def _reached(scene: Scene, wanted: Sequence[int], lost: Counter[str]) -> Reckoned:
    rules = reach.rules_of(await units.settings_of(scene.tx, None))
    since = await hours.day_began(scene)
    channels: Counter[str] = Counter()
    costs: Counter[Cost] = Counter()
    people: list[int] = []
    told = 0
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        doors = await ways.to(scene.tx, part)
        reporting = await roles.who_hold(scene.tx, part)
        reached: list[int] = []
        for person in part:
            match _way(scene, rules, doors.get(person, ()), reports=person in reporting):
                case Why() as why:
                    lost[why.value] += 1
                case way:
                    reached.append(person)
                    channels[way.door.channel] += 1
                    costs[way.cost] += 1
        told += len(await audiences.told_since(scene.tx, reached, since=since))
        people += reached
    return Reckoned(tuple(people), channels, costs, lost, told)


def _way(
    scene: Scene, rules: DeliveryRules, doors: Sequence[Door], *, reports: bool
) -> reach.Way | Why:
    on = [door for door in doors if door.channel in scene.house.channels]
    if doors and not on:
        return Why.OFF
    return reach.choose(rules, on, now=scene.now, reports=reports)
