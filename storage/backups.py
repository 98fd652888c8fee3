"""What is known of backups, as facts of the house: for doctor, alarms and the admin page (R29)."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete

from storage import memory
from storage.database import Transaction
from storage.tables import Fact

SCOPE: Final = "backup"
_NEWEST: Final = "newest"
_CHECKED: Final = "checked"
_BAD: Final = "bad"
_WANTED: Final = "wanted"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup as it is told of: no path, no key, nothing of anybody."""

    name: str
    kind: str
    """quarter, daily or manual."""
    made_at: datetime
    size: int
    """Bytes on the disk, encrypted."""
    checked_at: datetime | None
    """When it was taken out of its encryption again and looked through; None: only before it."""


async def note(tx: Transaction, made: Backup) -> None:
    """This is the newest one now; with its check, if it had one."""
    await memory.put(tx, SCOPE, _NEWEST, _written(made))
    if made.checked_at is not None:
        await memory.put(tx, SCOPE, _CHECKED, _written(made))
        await tx.execute(delete(Fact).where(Fact.scope == SCOPE, Fact.key == _BAD))


async def note_bad(tx: Transaction, why: str, *, now: datetime) -> None:
    """One was made that cannot be restored."""
    await memory.put(tx, SCOPE, _BAD, json.dumps({"why": why, "at": now.isoformat()}))


async def newest(tx: Transaction) -> Backup | None:
    """The newest backup: made when, checked when, how big."""
    return _read(await memory.get(tx, SCOPE, _NEWEST))


async def newest_checked(tx: Transaction) -> Backup | None:
    """The newest one that was restored on trial."""
    return _read(await memory.get(tx, SCOPE, _CHECKED))


async def is_bad(tx: Transaction) -> bool:
    """Whether the last trial failed."""
    return await memory.get(tx, SCOPE, _BAD) is not None


async def wanted_since(tx: Transaction, *, now: datetime) -> datetime:
    """Since when backups are asked for; begins when it is asked first."""
    stored = await memory.get(tx, SCOPE, _WANTED)
    if stored is None:
        await memory.put(tx, SCOPE, _WANTED, now.isoformat())
        return now
    return datetime.fromisoformat(stored)


def _written(one: Backup) -> str:
    return json.dumps(asdict(one), default=datetime.isoformat)


def _read(stored: str | None) -> Backup | None:
    if stored is None:
        return None
    found = json.loads(stored)
    checked = found["checked_at"]
    return Backup(
        name=found["name"],
        kind=found["kind"],
        made_at=datetime.fromisoformat(found["made_at"]),
        size=found["size"],
        checked_at=datetime.fromisoformat(checked) if checked else None,
    )
