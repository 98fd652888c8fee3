"""A channel that used to be busy and has fallen silent: its webhook may be dead (zalo.md 3.10)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import Alarm, Channel
from handlers import reach
from handlers.texts import Texts
from storage import inbox, units
from storage.database import Database

_LOOKS_BACK: Final = timedelta(days=7)
_BUSY: Final = 20  # events in that time; a channel that few people use is often silent


async def watch(
    database: Database,
    channels: Mapping[str, Channel],
    *,
    texts: Texts,
    alarm: Alarm,
    now: datetime,
) -> None:
    """Alarm the admins of every channel that is silent too long. `now` is the wall clock."""
    async with database.reading() as tx:
        rules = reach.rules_of(await units.settings_of(tx, None))
        heard = await inbox.heard_since(tx, now - _LOOKS_BACK)
    for name, channel in channels.items():
        last, count = heard.get(name, (now, 0))
        if channel.fetched or count < _BUSY or now - last < timedelta(hours=rules.silent_hours):
            continue
        hours = int((now - last).total_seconds() // 3600)
        known_as = texts.get(f"roles.channel_{name}", name)
        alarm("channel_silent", channel=known_as, hours=hours)
