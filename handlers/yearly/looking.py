"""One look at a commune's totals: what is asked for, with the rights of this moment (A3, T13)."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Final, Self

from handlers.flow import Turn
from handlers.roles import DESK, communes_of
from handlers.yearly import together
from handlers.yearly.asof import as_of
from handlers.yearly.gathering import Gathered, gather
from handlers.yearly.rows import Row, rows

READERS: Final = ("officer", "admin", "leader")


@dataclass(frozen=True, slots=True)
class View:
    """Where one stands among the totals; kept in the draft."""

    commune: int = 0
    period: str = ""
    until: str = ""
    """A local day, "2026-11-30": only what was sent by its end. "" = everything that counts."""
    row: str = ""
    unit: int = 0
    page: int = 0
    back: int = 0
    """The page of the list that one came from."""
    last: int = 0
    """Of years side by side, the last one."""

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, stored: dict[str, Any]) -> Self:
        """What another release wrote and this one does not know is left out."""
        known = {one.name: one.type for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.until) if self.until else None


@dataclass(frozen=True, slots=True)
class Look:
    """All that is shown: one list of rows for the chat, the annex and the workbook."""

    view: View
    gathered: Gathered
    rows: tuple[Row, ...]
    at: datetime
    """When it was counted, local."""

    def row(self, key: str) -> Row | None:
        return next((one for one in self.rows if one.key == key), None)


def may_read(turn: Turn, commune_id: int) -> bool:
    return commune_id in communes_of(turn.actor.grants, *READERS)


def may_write(turn: Turn, commune_id: int) -> bool:
    return commune_id in communes_of(turn.actor.grants, *DESK)


async def look(turn: Turn, view: View) -> Look | None:
    """None: this person may not see it (any more), or there is no such period."""
    if not may_read(turn, view.commune):
        return None
    gathered = await gather(turn.tx, view.commune, view.period, today=turn.today)
    if gathered is None:
        return None
    zone = turn.house.timezone
    if view.day is not None:
        gathered = await as_of(turn.tx, gathered, view.day, zone=zone)
    shared = await together.read(turn.tx, gathered, zone=zone)
    listed = rows(turn.house.texts, gathered, together=shared)
    return Look(view, gathered, tuple(listed), turn.now.astimezone(zone))
