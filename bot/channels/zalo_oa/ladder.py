"""The ladder of warnings before a refresh token ends (R23, R33): each rung is said once."""

import json
import math
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import Alarm, ChannelMemory
from bot.channels.zalo_oa.pairs import Pair, written

WARNED: Final = "tokens:warned"
"""Key of the channel's memory: the last rung, and the refresh token (hash) it was about."""
RUNGS: Final = (30, 14, 7)
"""Days before the end."""


def days_left(pair: Pair, now: datetime) -> int:
    return max(0, math.ceil((pair.ends_at - now) / timedelta(days=1)))


async def warn(
    memory: ChannelMemory, alarm: Alarm, pair: Pair, *, about: str, now: datetime
) -> None:
    """Say that no renewal has succeeded for months, if a new rung has come. Under the lease.

    `about`: the mark of its refresh token.
    """
    days = days_left(pair, now)
    rung = min((rung for rung in RUNGS if days <= rung), default=0)
    if not rung or 0 < await _last(memory, about) <= rung:
        return
    alarm("zalo_oa_token_ends", days=days)
    await memory.put(WARNED, json.dumps({"of": about, "rung": rung}))


async def _last(memory: ChannelMemory, about: str) -> int:
    """The last rung said about this refresh token; 0: none."""
    match written(await memory.get(WARNED)):
        case {"of": str(of), "rung": int(rung)} if of == about:
            return rung
    return 0
