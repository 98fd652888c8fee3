"""Summaries counted anew: every night, and when the lessons have changed since the last time."""

import hashlib
import json
import logging
from datetime import datetime, timedelta, tzinfo
from typing import Final

from handlers.statistics.figures import whole_modules
from lessons.catalogue import Catalogue
from storage import completions, memory
from storage.database import Database

log = logging.getLogger(__name__)

EVERY: Final = 600  # seconds between two looks whether it is due
_NIGHT: Final = timedelta(hours=2)
_SCOPE: Final = "recount"


async def recount_if_due(
    database: Database, catalogue: Catalogue, *, now: datetime, zone: tzinfo
) -> bool:
    """Once a night from two o'clock on (wall clock), and at once after a change; True if it was.

    Two processes at once would only look twice: what is right is not written again.
    """
    modules = whole_modules(catalogue)
    night = (now.astimezone(zone) - _NIGHT).date().isoformat()
    done = json.dumps([_fingerprint(modules), night])
    async with database.reading() as tx:
        if await memory.get(tx, _SCOPE, "done") == done:
            return False
    differed = await completions.recount(database, modules)
    async with database.transaction() as tx:
        await memory.put(tx, _SCOPE, "done", done)
    if differed:
        log.info("summaries put right", extra={"rows": differed})
    return True


def _fingerprint(modules: completions.Modules) -> str:
    """Changes with the lessons a module consists of."""
    listed = {module: sorted(lessons) for module, lessons in modules.items()}
    return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
