"""What is wrong with the house, and what the admins were told of it.

Once a day, and when it is over (R33). A fact for each: on which day it was told, and whether its
end is still owed.
"""

import json
from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import delete

from storage import memory
from storage.database import Transaction
from storage.tables import Fact

_SCOPE: Final = "trouble"


class News(NamedTuple):
    """Names of troubles."""

    wrong: list[str]
    """To be told today."""
    over: list[str]
    """Were told, and are not there any more."""


async def judge(tx: Transaction, found: Collection[str], *, today: date) -> News:
    """What is new about what was found wrong just now; noted as told with this transaction."""
    known = await memory.scope(tx, _SCOPE)
    wrong = [name for name in found if _told_on(known.get(name)) != today.isoformat()]
    over = [name for name, stored in known.items() if name not in found and _is_owed(stored)]
    for name in wrong:
        await memory.put(tx, _SCOPE, name, _written(today.isoformat(), is_owed=True))
    for name in over:
        told_on = _told_on(known[name])
        await memory.put(tx, _SCOPE, name, _written(told_on, is_owed=False))
    for name, stored in known.items():
        if name not in found and not _is_owed(stored) and _told_on(stored) != today.isoformat():
            await tx.execute(delete(Fact).where(Fact.scope == _SCOPE, Fact.key == name))
    return News(wrong, over)


def _written(told_on: str, *, is_owed: bool) -> str:
    return json.dumps([told_on, is_owed])


def _told_on(stored: str | None) -> str:
    return str(json.loads(stored)[0]) if stored else ""


def _is_owed(stored: str) -> bool:
    return bool(json.loads(stored)[1])
