"""When a broadcast may go (U11): by day, and the next morning to whoever heard something today."""

from datetime import datetime, time, timedelta
from typing import Final

from handlers.flow import Scene
from storage import memory

DELAY: Final = timedelta(minutes=5)
"""So long it can still be stopped before anybody reads it (T52)."""
LIVES: Final = timedelta(days=3)
_OPENS, _CLOSES, _NEXT = time(7, 0), time(20, 30), time(7, 30)


def goes_at(scene: Scene, moment: datetime) -> datetime:
    """The first moment by day from this one on."""
    local = moment.astimezone(scene.house.timezone)
    if _OPENS <= local.time() < _CLOSES:
        return moment
    day = local.date() + timedelta(days=local.time() >= _CLOSES)
    return datetime.combine(day, _OPENS, scene.house.timezone)


def is_open(scene: Scene) -> bool:
    return goes_at(scene, scene.now) == scene.now


def next_day(scene: Scene) -> datetime:
    """When those are told who were told something else today."""
    return datetime.combine(scene.today + timedelta(days=1), _NEXT, scene.house.timezone)


async def day_began(scene: Scene) -> datetime:
    """Midnight of today as the wall clock tells it, by which messages are kept (design §2)."""
    midnight = datetime.combine(scene.today, time.min, scene.house.timezone)
    return await memory.day_began(scene.tx, midnight)
