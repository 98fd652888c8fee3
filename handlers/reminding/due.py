"""Something a unit still owes, and how it is said: what every kind of reminder is made of.

A kind is a function that reads what one commune's units owe now; `REMINDERS` of `handlers` lists
them. It is read again in every transaction that reminds: whoever has reported is not there (R17).
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.flow import Scene
from handlers.messages import Outgoing
from handlers.reminding.ladders import Ladder, Stage
from handlers.units.reminders import rules_of
from storage import units
from storage.units import UnitInfo


@dataclass(frozen=True, slots=True)
class Due(ABC):
    """One thing that is asked of one unit until it is done."""

    about: str
    """What it is: "report:2026", "quick:12"; with the unit it is what is stored."""
    unit: UnitInfo
    name: str
    """A name no other unit of the commune has."""
    ladder: Ladder
    stages: tuple[Stage, ...]
    last_day: date
    """The last local day on time."""

    @property
    def is_kindly_asked(self) -> bool:
        return self.unit.duty != "required"

    @property
    def is_for_officers(self) -> bool:
        """Whether the officers hear it, and nobody of the unit."""
        return self.ladder is Ladder.OFFICERS

    @property
    def stage_keys(self) -> frozenset[str]:
        return frozenset(stage.key for stage in self.stages)

    def passed(self, *, since: datetime, now: datetime) -> list[Stage]:
        """Its stages after one moment up to another, both aware."""
        return [stage for stage in self.stages if since < stage.at <= now]

    @abstractmethod
    async def message(self, scene: Scene) -> Outgoing:
        """The whole of it, when it is the only thing: with choices, and as a notice."""

    @abstractmethod
    async def line(self, scene: Scene) -> str:
        """One line of a message that names several things."""

    @abstractmethod
    def label(self, scene: Scene) -> str:
        """What is pressed to do it, among other things."""

    @abstractmethod
    def values(self, scene: Scene) -> Mapping[str, str]:
        """Unit, period, due: for a template a platform has approved."""


Kind = Callable[[Scene, int], Awaitable[list[Due]]]
"""(scene, commune id) -> everything of this kind that is open there now."""


async def days_off_of(scene: Scene, commune_id: int) -> Collection[date]:
    """The commune's own days off."""
    return rules_of(await units.settings_of(scene.tx, commune_id)).days_off


async def everything(scene: Scene, commune_id: int) -> list[Due]:
    """All that the units of one commune owe now, of every kind."""
    return [due for kind in scene.house.reminders for due in await kind(scene, commune_id)]
