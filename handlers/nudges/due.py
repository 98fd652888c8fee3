"""Who is told of which lesson now: once a week, one thing unasked a day (R15, U11)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from handlers.flow import Mail, Scene
from handlers.learning.place import following
from handlers.nudges import hours, saying
from lessons.catalogue import Lesson
from storage import conversations, learning, memory, nudges, reminders, ways
from storage.nudges import Learner, Slot

KIND: Final = "reminder"
LIVES: Final = timedelta(hours=1)
"""Later than this it is not the hour that was chosen: next week again."""
_A_DAY: Final = timedelta(days=1)
_RESTS: Final = timedelta(minutes=30)
_AT_REST: Final = frozenset({"", "menu"})


@dataclass(frozen=True, slots=True)
class Next:
    """The lesson that is named."""

    lesson: Lesson
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of those who are due; `beyond`: where the next page begins, None after the last."""

    mails: Sequence[Mail]
    beyond: int | None


def slots(scene: Scene) -> list[Slot]:
    """Today's wishes of the last hour, and yesterday's, for whom yesterday was full."""
    now = _local(scene)
    if not hours.OPENS <= now.time() < hours.CLOSES:
        return []
    after, until = f"{now - LIVES:%H:%M}", f"{now:%H:%M}"
    return [Slot(day, after, until) for day in (scene.today, scene.today - _A_DAY)]


async def page(scene: Scene, slot: Slot, *, beyond: int, limit: int) -> Page:
    """What is said to the next few who are due."""
    found = await nudges.due(
        scene.tx, slot, now=scene.now, today=scene.today, beyond=beyond, limit=limit
    )
    humans = await _free(scene, slot, [one.person_id for one in found])
    keys = await nudges.keys_of(scene.tx, slot.day, humans)
    mails = [
        mail
        for one in found
        if one.person_id in humans
        and (mail := await _mail(scene, one, keys[one.person_id])) is not None
    ]
    return Page(mails, found[-1].person_id if len(found) == limit else None)


async def _free(scene: Scene, slot: Slot, humans: Collection[int]) -> set[int]:
    """Those who were told nothing unasked today; of yesterday's wishes those who were then."""
    today = await told(scene, humans)
    free = {human for human in humans if not today.get(human)}
    if slot.day == scene.today:
        return free
    full = await told(scene, humans, days=1)
    return {human for human in free if full.get(human)}


async def told(
    scene: Scene, humans: Collection[int], *, days: int = 0
) -> Mapping[int, Collection[str]]:
    """Canonical id -> keys of what was told unasked since midnight, or since days before."""
    if not humans:
        return {}
    midnight = datetime.combine(scene.today, time.min, scene.house.timezone)
    since = await memory.day_began(scene.tx, midnight - timedelta(days=days))
    return await reminders.told_since(scene.tx, list(humans), since=since)


async def _mail(scene: Scene, one: Learner, key: str) -> Mail | None:
    upcoming = await next_lesson(scene, one.person_id)
    if upcoming is None or await is_talking(scene, one.person_id):
        return None
    at = datetime.combine(scene.today, time.fromisoformat(one.wish.at), scene.house.timezone)
    last = datetime.combine(scene.today, hours.CLOSES, scene.house.timezone)
    message = saying.message(scene, one.person_id, upcoming.lesson, is_begun=upcoming.is_begun)
    return Mail(one.person_id, message, key, kind=KIND, expires_at=min(at + LIVES, last))


async def next_lesson(scene: Scene, human: int) -> Next | None:
    """The lesson under way or behind the last one; None when there is nothing left to learn."""
    progress = await learning.progress_of(scene.tx, human)
    lesson = following(scene.house.lessons, progress)
    if lesson is None:
        return None
    before = progress.get(lesson.id)
    return Next(lesson, before is not None and not before.is_finished)


async def is_talking(scene: Scene, human: int) -> bool:
    """Whether a question of the last half hour waits for this human: it is not talked into."""
    doors = (await ways.to(scene.tx, [human])).get(human, [])
    for door in doors:
        state = await conversations.latest(scene.tx, door.account_id)
        if state is None or state.flow in _AT_REST or not state.offered:
            continue
        if state.updated_at is not None and abs(scene.now - state.updated_at) < _RESTS:
            return True
    return False


def _local(scene: Scene) -> datetime:
    return scene.now.astimezone(scene.house.timezone)
