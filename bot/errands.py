"""What is looked at now and then beside the house's own sweeps, by one process at a time."""

from typing import TYPE_CHECKING

from bot import newsletter, nudging
from bot.backups.rounds import EVERY as BACK_UP_EVERY
from bot.broadcasting import EVERY as BROADCAST_EVERY
from bot.broadcasting import Broadcasting
from bot.filing import hand_over_again
from bot.jobs import Errand
from bot.recounting import EVERY as RECOUNT_EVERY
from bot.recounting import recount_if_due
from bot.reminding import EVERY as REMIND_EVERY
from bot.watch import watch
from bot.watching import EVERY as WATCH_EVERY
from bot.watching import Watching

if TYPE_CHECKING:
    from bot.app import App


def of(app: "App") -> list[Errand]:
    """Each with its seconds."""
    return [*_post(app), *_care(app)]


def _post(app: "App") -> list[Errand]:
    """What nobody asked for, on its way."""
    broadcasting = Broadcasting(app.post)

    async def send_news() -> None:
        if not app.disk.is_full():  # R28
            await newsletter.send(app.post)

    async def nudge() -> None:
        await nudging.send(app.post)

    async def broadcast() -> None:
        if not app.disk.is_full():  # R28
            await broadcasting.tick()

    return [
        Errand(send_news, every=newsletter.EVERY),
        Errand(nudge, every=nudging.EVERY, from_start=True),
        Errand(app.reminding.tick, every=REMIND_EVERY, from_start=True),
        Errand(broadcast, every=BROADCAST_EVERY, from_start=True),
    ]


def _care(app: "App") -> list[Errand]:
    """What keeps the house in order."""
    watching = Watching(app.post, app.disk, has_backups=app.settings.backup_dir is not None)

    async def watch_channels() -> None:
        now, said = app.clock.wall(), app.house.texts
        await watch(app.database, app.channels, texts=said, alarm=app.alarms, now=now)

    async def tell_of_files() -> None:
        await hand_over_again(app.database, clock=app.clock, accept=app.accept_upload)

    async def recount() -> None:
        now, zone = app.clock.wall(), app.house.timezone
        await recount_if_due(app.database, app.house.lessons, now=now, zone=zone)

    return [
        Errand(recount, every=RECOUNT_EVERY, from_start=True),
        Errand(watch_channels, every=3600),
        Errand(watching.tick, every=WATCH_EVERY, from_start=True),
        Errand(app.rounds.tick, every=BACK_UP_EVERY, from_start=True),
        Errand(tell_of_files, every=300),
        Errand(app.workshop.sweep, every=3600),
    ]
