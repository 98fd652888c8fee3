"""What an admin must know is told in chat, the same at most once a day (R33)."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Final

from bot.channels.base import Channel
from bot.clock import Clock
from bot.speaking import Speaker
from handlers.flow import Mail
from handlers.messages import Outgoing
from handlers.texts import Texts
from storage import memory, roles
from storage.database import Conflict, Database, Unavailable

log = logging.getLogger(__name__)

_AT_ONCE: Final = 50  # alarms on their way; beyond that the log alone must do


class Alarms:
    """An `Alarm` (bot/channels/base.py) that writes notices to every admin."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        texts: Texts,
        clock: Clock,
        timezone: tzinfo,
        owner: str,
        wake: Callable[[], None],
    ) -> None:
        """`channels` may be filled later; `wake` has the outbox looked at."""
        self._database = database
        self._speaker = Speaker(channels, owner=owner, in_hand=())
        self._texts = texts
        self._clock = clock
        self._timezone = timezone
        self._wake = wake
        self._told: set[str] = set()
        self._telling: set[asyncio.Task[None]] = set()

    def __call__(self, what: str, /, **values: object) -> None:
        log.warning("alarm", extra={"what": what, **values})
        today = self._clock.wall().astimezone(self._timezone).date()
        about = values.get("channel") or values.get("code") or ""
        day = f"{what}:{about}:{today.isoformat()}"
        if day in self._told or len(self._telling) >= _AT_ONCE:
            return
        self._told.add(day)
        said = Outgoing(self._texts.say(f"alarm.{what}", **values))
        task = asyncio.create_task(self._tell(day, said))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, day: str, said: Outgoing) -> None:
        try:
            async with self._database.transaction() as tx:
                wall: datetime = self._clock.wall()
                now = wall + await memory.clock_offset(tx)
                admins = await roles.all_admins(tx)
                mails = [Mail(person, said, f"alarm:{day}:{person}") for person in admins]
                await self._speaker.notify(tx, mails, wall, now)
        except (Unavailable, Conflict) as error:
            self._told.discard(day)  # the next one tries again
            log.error("alarm not told", extra={"what": day, "why": str(error)})
        else:
            self._wake()

    async def close(self) -> None:
        """Let what is being told be written."""
        await asyncio.gather(*self._telling, return_exceptions=True)
