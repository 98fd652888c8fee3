"""How the assistant runs: queues, channels, whom they do not reach, the newest backup (R32)."""

from datetime import datetime, timedelta
from typing import Any, Final

from bot.web.admin.visit import DESK, Answer, Route, Section, Shown, Visit
from handlers import contacts
from storage import backups, health, inbox, memory

_LOOKS_BACK: Final = timedelta(days=7)
_ONE_DAY: Final = timedelta(days=1)


async def show(visit: Visit) -> Answer:
    turn = visit.turn
    wall = turn.now - await memory.clock_offset(turn.tx)
    seen = await health.look(turn.tx, since=wall - _ONE_DAY)
    late = max(wall - seen.oldest, timedelta(0)) if seen.oldest else timedelta(0)
    lost = await contacts.unreachable(turn, (visit.commune_id,))
    values: dict[str, Any] = {
        "seen": seen,
        "late": int(late.total_seconds() // 60),
        "channels": await _channels(visit, wall),
        "backup": await backups.newest(turn.tx),
        "is_bad": await backups.is_bad(turn.tx),
        "lost": lost.text if lost else "",
    }
    return Shown("machine.html", values)


async def _channels(visit: Visit, wall: datetime) -> list[dict[str, Any]]:
    """Each channel that is on: what came in these days, and since when nothing goes out."""
    turn = visit.turn
    heard = await inbox.heard_since(turn.tx, wall - _LOOKS_BACK)
    failing = await health.failing_since(turn.tx, now=wall)
    return [
        {
            "name": turn.house.texts.get(f"roles.channel_{name}", name),
            "count": heard.get(name, (None, 0))[1],
            "last": heard.get(name, (None, 0))[0],
            "failing": failing.get(name),
        }
        for name in turn.house.channels
    ]


SECTION: Final = Section(
    "page_machine.title", "page.group_house", (Route("GET", "/may", DESK, show),)
)
