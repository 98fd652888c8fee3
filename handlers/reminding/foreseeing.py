"""What goes out next, to whom, and who is not reached: the plan played ahead, in memory.

It is made of the pieces of `planning`: what is promised here is what happens, if nothing changes
meanwhile. Nothing is written or sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from handlers.flow import Scene
from handlers.office.reporters import NOBODY, Reporters, reporters
from handlers.reminding import pauses, planning
from handlers.reminding.due import Due, days_off_of, everything
from handlers.reminding.pauses import Pauses
from handlers.reminding.planning import FIRST, LAST, Item, Nudged
from storage import memory, reminders
from storage.reminders import Obligation

_LOOKED_AT: Final = "reminders"
"""Where `bot/reminding.py` keeps how far each commune was looked at."""
_LOOKS: Final = timedelta(minutes=30)
_FARTHEST: Final = 24
"""Moments that are played at most: many may be there at which nothing goes."""


@dataclass(frozen=True, slots=True)
class Going:
    """One thing of one unit at one moment."""

    due: Due
    told: frozenset[int]
    """Canonical ids of those who hear it then."""
    why: str
    """Why it reaches nobody by itself; "" = it does."""


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    """Aware, local."""
    going: tuple[Going, ...]
    held: tuple[Due, ...]
    """What would go as well, if nobody held it back."""

    @property
    def key(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def heard(self) -> list[Going]:
        return [one for one in self.going if one.told]

    @property
    def lost(self) -> list[Going]:
        """What nobody can be told."""
        return [one for one in self.going if not one.told]

    @property
    def persons(self) -> frozenset[int]:
        """Canonical ids of everybody who gets a message."""
        return frozenset[int]().union(*(one.told for one in self.going))


@dataclass(slots=True)
class _Ahead:
    """How far it was played, and what is left over."""

    commune: int
    since: datetime
    held: Pauses
    nudged: Nudged
    rows: list[Obligation]
    """Due, and in no message that is on its way."""
    moments: set[datetime] = field(default_factory=set)
    """When something may go."""
    told: dict[int, set[str]] = field(default_factory=dict)
    """Human -> keys of what this human was told so far in the play."""
    made: int = 0


async def ahead(scene: Scene, commune_id: int, *, most: int) -> list[Moment]:
    """The next moments at which something goes out, or would and reaches nobody."""
    play = await _begin(scene, commune_id)
    found: list[Moment] = []
    at = scene.now
    for _ in range(_FARTHEST):
        left = [moment for moment in play.moments if moment > at]
        if len(found) == most or not left:
            break
        at = min(left)
        moment = await _play(Scene(at.astimezone(UTC), scene.tx, scene.house), play)
        if moment.going:
            found.append(moment)
    return found


async def _begin(scene: Scene, commune_id: int) -> _Ahead:
    looked_at = await memory.get(scene.tx, _LOOKED_AT, str(commune_id))
    since = min(scene.now, datetime.fromisoformat(looked_at)) if looked_at else scene.now
    held = await pauses.of(scene, commune_id, since=since)
    rows = await reminders.not_on_its_way(scene.tx, commune_id)
    paused = held.paused(rows)
    nudged = await planning.nudged_since(scene, commune_id, since)
    play = _Ahead(commune_id, since, held, nudged, [row for row in rows if row not in paused])
    found = await everything(scene, commune_id)
    play.moments |= {stage.at for due in found for stage in due.stages}
    if play.rows or any(due.passed(since=since, now=scene.now) for due in found):
        play.moments.add(_next_look(scene))
    return play


def _next_look(scene: Scene) -> datetime:
    """When it is planned next, by day (U11)."""
    local = scene.now.astimezone(scene.house.timezone)
    minute = local.minute // 30 * 30
    after = local.replace(minute=minute, second=0, microsecond=0) + _LOOKS
    if after.time() < FIRST:
        return datetime.combine(after.date(), FIRST, scene.house.timezone)
    return after if FIRST <= after.time() < LAST else _next_morning(scene)


def _next_morning(scene: Scene) -> datetime:
    return datetime.combine(scene.today + timedelta(days=1), FIRST, scene.house.timezone)


# --- one moment ----------------------------------------------------------------------------------


async def _play(scene: Scene, play: _Ahead) -> Moment:
    """As `planning.plan` and `planning.deliver` would do at that moment."""
    found = {(due.unit.id, due.about): due for due in await everything(scene, play.commune)}
    play.moments |= {stage.at for due in found.values() for stage in due.stages}
    held = [due for due in found.values() if _is_held(scene, due, play)]
    items = await _items(scene, play, found)
    there = await reporters(scene, play.commune)
    days_off = await days_off_of(scene, play.commune)
    open_now = [item for item in items if planning.is_hour_of(scene, item, days_off)]
    by_human, lost = planning.whom(open_now, there, await planning.desk_of(scene, play.commune))
    told = await _told(scene, play, by_human)
    gone = {*told, *lost}
    going = [_going(scene, item, told, there) for item in open_now if item.row.id in gone]
    play.rows = [item.row for item in items if item.row.id not in gone]
    play.since = scene.now
    if play.rows:
        play.moments.add(_next_morning(scene))
    return Moment(
        scene.now.astimezone(scene.house.timezone),
        tuple(going),
        tuple(held),
    )


def _is_held(scene: Scene, due: Due, play: _Ahead) -> bool:
    has_passed = bool(due.passed(since=play.since, now=scene.now))
    return has_passed and play.held.holds(due.about, due.unit.id)


async def _items(scene: Scene, play: _Ahead, found: Mapping[tuple[int, str], Due]) -> list[Item]:
    """The newest obligation of everything that is open then."""
    new = [
        row
        for due in found.values()
        for row in planning.stages_of(scene, due, play.since, play.held, play.nudged)
        if row.state == "due"
    ]
    known = await reminders.known(scene.tx, play.commune, {row.stage for row in new})
    newest = {(row.unit_id, row.about): row for row in play.rows}
    for row in new:
        if (row.unit_id, row.about, row.stage) not in known:
            play.made += 1
            newest[row.unit_id, row.about] = Obligation(-play.made, *row)
    return [Item(row, found[place]) for place, row in newest.items() if place in found]


async def _told(
    scene: Scene, play: _Ahead, by_human: Mapping[int, tuple[int, Collection[Item]]]
) -> dict[int, set[int]]:
    """Id of the row -> those who are told of it: nobody hears more a day than may be (U11)."""
    before = await planning.told_today(scene, by_human)
    day = f":{scene.today.isoformat()}:"
    found: dict[int, set[int]] = {}
    for human, (_, items) in by_human.items():
        today = {key for key in play.told.get(human, ()) if day in key} | before.get(human, set())
        key = planning.key_of(scene, human, items, today)
        if planning.has_room(scene, items, key, today):
            play.told.setdefault(human, set()).add(key)
            for item in items:
                found.setdefault(item.row.id, set()).add(human)
    return found


def _going(
    scene: Scene, item: Item, told: Mapping[int, Collection[int]], there: Mapping[int, Reporters]
) -> Going:
    unit = item.due.unit.id
    why = "" if item.due.is_for_officers else there.get(unit, NOBODY).lost(scene)
    return Going(item.due, frozenset(told.get(item.row.id, ())), why)
