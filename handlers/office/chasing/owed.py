"""The commune and period that an officer looks at, and who owes there, as of this very turn."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import Any, Final

from handlers import places
from handlers.flow import Flow, Scene, Turn
from handlers.office import owing
from handlers.office.owing import Obligation, Standing
from handlers.office.reporters import NOBODY, Reporters, reporters
from handlers.reporting import periods
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.place import form_key
from handlers.roles import DESK, communes_of
from storage import reminders, report_reviews, reports, units
from storage.reminders import Reminded
from storage.units import UnitInfo

flow = Flow(
    "owing",
    allow=DESK,
    command="/chuabaocao",
    words=(
        *("ai chưa nộp", "nộp chưa", "đôn đốc", "chưa báo cáo", "danh sách gọi"),
        *("ai chưa báo cáo", "nơi nào chưa nộp", "ai chưa gửi", "chưa nộp"),
    ),
    menu="chasing.menu",
)
MOST_INVITATIONS: Final = 2
"""A business is invited so often, and not more (design §5)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What is being looked at, as a draft keeps it; read again in every turn (T13)."""

    commune: int
    period: str
    kind: str = ""
    """Only units of this kind; "" = all."""
    unit: int = 0
    purpose: str = ""
    """What a unit is being looked for: "help", "card", "invite"."""

    @classmethod
    def load(cls, draft: Mapping[str, Any]) -> "Spot":
        return cls(
            commune=int(draft.get("commune", 0)),
            period=str(draft.get("period", "")),
            kind=str(draft.get("kind", "")),
            unit=int(draft.get("unit", 0)),
            purpose=str(draft.get("purpose", "")),
        )

    def dump(self) -> dict[str, Any]:
        return {
            "commune": self.commune,
            "period": self.period,
            "kind": self.kind,
            "unit": self.unit,
            "purpose": self.purpose,
        }

    @property
    def about(self) -> str:
        """What a reminder of this report is about, and a mark's record."""
        return f"report:{self.period}"


@dataclass(frozen=True, slots=True)
class Ended:
    """A unit that was there when the period began and is no more: it owes nothing."""

    name: str
    has_reported: bool


@dataclass(frozen=True, slots=True)
class Owed:
    spot: Spot
    period: ReportPeriod
    title: str
    """The period as people say it: "năm 2026"."""
    settings: Mapping[str, Any]
    obligations: tuple[Obligation, ...]
    """Of the kind that is looked at."""
    everything: tuple[Obligation, ...]
    reminded: Mapping[int, Reminded]
    reporters: Mapping[int, Reporters]
    ended: tuple[Ended, ...]
    late: Collection[int]
    """Ids of the reports that were late when they were sent: the one rule, kept with them."""
    is_frozen: bool
    today: date
    zone: tzinfo

    @property
    def commune(self) -> str:
        """As the settings name it: "xã Giao Minh"."""
        return str(self.settings.get("name") or "xã")

    @property
    def office(self) -> str:
        return str(self.settings.get("office") or "Phòng Văn hóa - Xã hội")

    @property
    def open_ones(self) -> list[Obligation]:
        """Of whom something is expected; an invitation that is not answered is no debt."""
        return [one for one in self.obligations if one.is_open and one.duty != "encouraged"]

    @property
    def claimed(self) -> list[Obligation]:
        """Those that say they have handed in paper, and nobody has looked."""
        return [one for one in self.obligations if one.is_claimed]

    @property
    def to_remind(self) -> list[Obligation]:
        """All who may be written to: not who says that paper is there; businesses twice at most."""
        invited = [
            one
            for one in self.obligations
            if one.duty == "encouraged"
            and one.standing is Standing.OWES
            and self.who(one.unit.id).holders
            and self._before_today(one.unit.id) < MOST_INVITATIONS
        ]
        return [one for one in (*self.open_ones, *invited) if not one.is_claimed]

    def times(self, unit_id: int) -> int:
        found = self.reminded.get(unit_id)
        return found.times if found else 0

    def _before_today(self, unit_id: int) -> int:
        """Times, without the one of today: that is perhaps just on its way."""
        found = self.reminded.get(unit_id)
        if found is None:
            return 0
        return found.times - (found.last.astimezone(self.zone).date() == self.today)

    def who(self, unit_id: int) -> Reporters:
        return self.reporters.get(unit_id, NOBODY)

    def one(self, unit_id: int) -> Obligation | None:
        return next((one for one in self.everything if one.unit.id == unit_id), None)


async def look(turn: Turn, spot: Spot) -> Owed | None:
    """All of it; None if this person's right there has ended, or the period is none (T13, T41)."""
    return await seen(turn, spot) if spot.commune in desks(turn) else None


async def seen(scene: Scene, spot: Spot) -> Owed | None:
    """The same without anybody who looks; None if the period is none."""
    settings = await units.settings_of(scene.tx, spot.commune)
    period = periods.by_key(spot.period, settings)
    if period is None:
        return None
    found = tuple(await owing.of(scene.tx, spot.commune, period, today=scene.today))
    return Owed(
        spot=spot,
        period=period,
        title=periods.say_title(scene.house.texts, period),
        settings=settings,
        obligations=tuple(one for one in found if spot.kind in ("", one.unit.kind)),
        everything=found,
        reminded=await reminders.of(scene.tx, spot.commune, spot.about),
        reporters=await reporters(scene, spot.commune),
        ended=await _ended(scene, spot, period, found),
        late=await report_reviews.late(scene.tx, spot.commune, period.key),
        is_frozen=await reports.frozen(scene.tx, spot.commune, period.key) is not None,
        today=scene.today,
        zone=scene.house.timezone,
    )


def desks(turn: Turn) -> tuple[int, ...]:
    """The communes whose officer or admin this person is now (A3)."""
    return communes_of(turn.actor.grants, *DESK)


async def _ended(
    scene: Scene, spot: Spot, period: ReportPeriod, asked: Iterable[Obligation]
) -> tuple[Ended, ...]:
    still = {one.unit.id for one in asked}
    then = await units.listed(scene.tx, on=period.first)
    mine = [one for one in then if one.commune_id == spot.commune]
    gone = [one for one in mine if one.id not in still and _was_asked(one, spot.kind)]
    if not gone:
        return ()
    today = {one.id for one in await units.listed(scene.tx, on=min(scene.today, period.due))}
    sent = await reports.of_units(scene.tx, [one.id for one in gone], period.key)
    names = places.shown(mine)
    return tuple(
        Ended(names[one.code], one.id in sent and sent[one.id].version > 0)
        for one in gone
        if one.id not in today
    )


def _was_asked(unit: UnitInfo, kind: str) -> bool:
    return unit.duty in owing.DUTIES and form_key(unit) is not None and kind in ("", unit.kind)


def at_unit(spot: Spot, unit_id: int) -> Spot:
    return replace(spot, unit=unit_id)
