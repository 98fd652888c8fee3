"""What officers hold back: nothing of it is planned or sent, and nothing is made up for later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.flow import Scene
from handlers.reminding.ladders import Stage
from storage import reminder_pauses
from storage.reminder_pauses import PauseInfo
from storage.reminders import Obligation

_NAMES, _REPORT = "names:", "report:"


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of one commune that stand, and those that ended a while ago."""

    rows: Sequence[PauseInfo] = ()

    def holds(self, about: str, unit_id: int) -> bool:
        """Whether it is held back now."""
        return any(one.stands and covers(one, about, unit_id) for one in self.rows)

    def left(self, about: str, unit_id: int, stages: Iterable[Stage]) -> list[Stage]:
        """Those stages that pass while it is not held back; none while it is."""
        if self.holds(about, unit_id):
            return []
        mine = [one for one in self.rows if covers(one, about, unit_id)]
        return [stage for stage in stages if not any(_held(one, stage.at) for one in mine)]

    def paused(self, rows: Iterable[Obligation]) -> list[Obligation]:
        """Those that are held back; what an officer asked for by hand goes all the same."""
        return [row for row in rows if not row.is_asked_for and self.holds(row.about, row.unit_id)]


def covers(pause: PauseInfo, about: str, unit_id: int) -> bool:
    return pause.unit_id in (None, unit_id) and pause.about in ("", thing_of(about))


def thing_of(about: str) -> str:
    """What an officer holds back: the list of names goes with the report it is about."""
    if about.startswith(_NAMES):
        return f"{_REPORT}{about.removeprefix(_NAMES)}"
    return about


async def of(scene: Scene, commune_id: int, *, since: datetime) -> Pauses:
    """All that may hold back a stage after that moment."""
    return Pauses(await reminder_pauses.since(scene.tx, commune_id, since))


async def now(scene: Scene, commune_id: int) -> Pauses:
    """Those that stand."""
    return Pauses(await reminder_pauses.standing(scene.tx, commune_id))


def _held(pause: PauseInfo, at: datetime) -> bool:
    return pause.made_at <= at and (pause.ended_at is None or at < pause.ended_at)
