"""What everything shares that sends what nobody asked for: reminders, nudges, news, broadcasts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.channels.base import Channel
from bot.clock import Clock
from bot.clock_jumps import ClockWatch
from bot.speaking import Speaker
from handlers.flow import House, Mail, Scene
from storage import memory, restores
from storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Post:
    """The post of one process. Each kind of it has a role of its own, held by one process."""

    database: Database
    channels: Mapping[str, Channel]
    house: House
    clock: Clock
    owner: str
    wake: Callable[[], None]
    """Has the outbox looked at."""
    watch: ClockWatch
    """Nothing is queued while the clock is in doubt (R20)."""

    async def scene(self, tx: Transaction) -> Scene:
        """This moment of the domain's clock."""
        return Scene(self.clock.wall() + await memory.clock_offset(tx), tx, self.house)

    async def holds(self, tx: Transaction, role: str, *, seconds: float) -> bool:
        """Whether this process has the role, from now on for so long (R15)."""
        now = self.clock.wall()
        return await memory.hold(tx, role, owner=self.owner, now=now, seconds=seconds)

    async def queue(self, scene: Scene, mails: Sequence[Mail]) -> None:
        """Write them to the outbox, in the scene's transaction."""
        speaker = Speaker(self.channels, owner=self.owner, in_hand=())
        await speaker.notify(scene.tx, mails, self.clock.wall(), scene.now)


async def restored_on(scene: Scene) -> date | None:
    """The local day up to which things may have gone that nobody here knows of (R30).

    The domain's clock; None: no backup was ever put in the place of this database.
    """
    gap = await restores.last(scene.tx)
    if gap is None:
        return None
    moment = gap.until + await memory.clock_offset(scene.tx)
    return moment.astimezone(scene.house.timezone).date()
