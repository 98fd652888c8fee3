"""The conversation in which an officer receives reports (/duyet), and what it is about."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, NamedTuple, Self

from handlers.flow import Flow, Turn
from handlers.reporting import periods
from handlers.roles import DESK, communes_of
from storage import units

flow = Flow(
    "review",
    allow=DESK,
    command="/duyet",
    words=("duyệt báo cáo", "chốt số liệu", "mở lại báo cáo"),
    menu="review.menu",
)
_PERIOD_LETTERS: Final = 20


class Where(NamedTuple):
    """Whose reports of which period; `key` is what a choice and a draft keep of it."""

    commune: int
    period: str

    @property
    def key(self) -> str:
        return f"{self.commune}:{self.period}"

    @classmethod
    def of(cls, key: object) -> Self:
        commune, _, period = str(key or "").partition(":")
        return cls(int(commune) if commune.isdecimal() else 0, period[:_PERIOD_LETTERS])


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an officer is in the reports that wait."""

    key: str = ""
    report: int = 0
    number: int = 0
    """The version that was shown: only that one is received or returned (T42)."""
    state: str = ""
    """The report's as it was shown: what a colleague did meanwhile is told."""
    is_alone: bool = False
    """One report that was asked for by its unit's name; none follows it."""
    passed: list[str] = field(default_factory=list)
    """"12.1": versions that were passed over."""
    reason: str = ""
    page: int = 0
    """Of the list of files."""

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """Read it back; what another release wrote and this one does not know is left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in stored.items() if key in known})

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def where(self) -> Where:
        return Where.of(self.key)

    @property
    def code(self) -> str:
        return f"{self.report}.{self.number}"


def may(turn: Turn, where: Where) -> bool:
    """Whether this person receives reports of that commune now (A3, T13)."""
    return where.commune in communes_of(turn.actor.grants, *DESK)


async def title(turn: Turn, where: Where) -> str:
    """Name the period: "năm 2026"."""
    found = periods.by_key(where.period, await units.settings_of(turn.tx, where.commune))
    return periods.say_title(turn.house.texts, found) if found else where.period
