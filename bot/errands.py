"""What is looked at now and then beside the house's own sweeps, by one process at a time."""

from typing import TYPE_CHECKING

from bot import newsletter, nudging
from bot.broadcasting import EVERY as BROADCAST_EVERY
from bot.broadcasting import Broadcasting
from bot.filing import hand_over_again
from bot.jobs import Errand
from bot.recounting import EVERY as RECOUNT_EVERY
from bot.recounting import recount_if_due
from bot.reminding import EVERY as REMIND_EVERY
from bot.watch import watch

if TYPE_CHECKING:
    from bot.app import App


def of(app: "App") -> list[Errand]:
    """Each with its seconds."""

    async def watch_channels() -> None:
        now, said = app.clock.wall(), app.house.texts
        await watch(app.database, app.channels, texts=said, alarm=app.alarms, now=now)

    async def tell_of_files() -> None:
        await hand_over_again(app.database, clock=app.clock, accept=app.accept_upload)

    async def send_news() -> None:
        await newsletter.send(app.post)

    async def nudge() -> None:
        await nudging.send(app.post)

    broadcasting = Broadcasting(app.post)

    async def broadcast() -> None:
        await broadcasting.tick()

    async def remind() -> None:
        await app.reminding.tick()

    async def recount() -> None:
        now, zone = app.clock.wall(), app.house.timezone
        await recount_if_due(app.database, app.house.lessons, now=now, zone=zone)

    return [
        Errand(send_news, every=newsletter.EVERY),
        Errand(nudge, every=nudging.EVERY, from_start=True),
        Errand(remind, every=REMIND_EVERY, from_start=True),
        Errand(broadcast, every=BROADCAST_EVERY, from_start=True),
        Errand(recount, every=RECOUNT_EVERY, from_start=True),
        Errand(watch_channels, every=3600),
        Errand(tell_of_files, every=300),
        Errand(app.workshop.sweep, every=3600),
    ]
