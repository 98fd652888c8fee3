"""All of one commune and period that the officer works on, read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from handlers import places
from handlers.flow import Turn
from handlers.points.remarks import KINDS, Remark, keys_of, of_reports, of_tickets, unpicked
from handlers.reporting import periods
from handlers.roles import desk_role
from handlers.statistics import spans
from handlers.yearly import gathering
from handlers.yearly.gathering import Gathered
from storage import points, roles, tickets, units
from storage.points import PointInfo
from storage.tickets import TicketInfo

Draft = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Which commune, period and kind of remark is being talked about; what a draft keeps."""

    commune: int
    period: str
    kind: str = ""

    @classmethod
    def of(cls, draft: Draft) -> Self:
        kind = str(draft.get("kind", ""))
        spot = cls(int(draft.get("commune", 0)), str(draft.get("period", ""))[:20])
        return replace(spot, kind=kind) if kind in KINDS else spot

    def dump(self, **more: Any) -> dict[str, Any]:
        return {"commune": self.commune, "period": self.period, "kind": self.kind, **more}


@dataclass(frozen=True, slots=True)
class Sheet:
    spot: Spot
    gathered: Gathered
    title: str
    """"năm 2026"."""
    remarks: Sequence[Remark]
    points: Sequence[PointInfo]
    """Not removed, oldest first."""
    names: Mapping[int, str]
    """Unit id -> its own name."""

    def unpicked(self, kind: str) -> list[Remark]:
        return unpicked(self.remarks, self.points, kind)

    def of_kind(self, *kinds: str) -> list[PointInfo]:
        return [one for kind in kinds for one in self.points if one.kind == kind]

    def point(self, number: object) -> PointInfo | None:
        return next((one for one in self.points if one.id == number), None)

    def sources(self, point: PointInfo) -> list[Remark]:
        """The remarks of a point that still stand as they were picked."""
        keys = keys_of(point)
        return [one for one in self.remarks if one.kind == point.kind and one.key in keys]

    def is_changed(self, point: PointInfo) -> bool:
        """A unit has corrected its words, or its report does not count any more."""
        now = {one.key for one in self.remarks}
        return any(key not in now for key in keys_of(point) if key.startswith("r"))

    def whose(self, point: PointInfo) -> list[str]:
        """Who told it: units, then residents of which hamlet."""
        told = point.sources.get("units", ())
        known = [self.names[one] for one in told if one in self.names]
        residents = [one.whose for one in self.sources(point) if one.unit_id is None]
        return list(dict.fromkeys([*known, *residents]))


async def may(turn: Turn, commune: int) -> bool:
    """Whether this person has the desk of that commune as of this moment (A3, T13)."""
    grants = await roles.held_by(turn.tx, turn.actor.canonical_id)
    return bool(desk_role(grants, commune))


async def sheet_of(turn: Turn, spot: Spot) -> Sheet | None:
    """None if the right has ended, or for a period that is none."""
    if not await may(turn, spot.commune):
        return None
    gathered = await gathering.gather(turn.tx, spot.commune, spot.period, today=turn.today)
    if gathered is None:
        return None
    names = await _names(turn, gathered)
    told = await _tickets(turn, gathered)
    whose = {one.id: _whose(turn, one, names) for one in told}
    return Sheet(
        spot=spot,
        gathered=gathered,
        title=periods.say_title(turn.house.texts, gathered.period),
        remarks=(*of_reports(gathered.told), *of_tickets(told, whose)),
        points=await points.of(turn.tx, spot.commune, gathered.period.key),
        names=names,
    )


async def _names(turn: Turn, gathered: Gathered) -> dict[int, str]:
    """Also of units that were there at the beginning of the period."""
    listed = await units.listed(turn.tx, on=turn.today)
    mine = [one for one in listed if one.commune_id == gathered.commune.id]
    shown = places.shown(mine)
    known = {one.id: shown[one.code] for one in mine}
    asked = {one.unit.id: gathered.names[one.unit.code] for one in gathered.obligations}
    return known | asked | {one.unit.id: one.name for one in gathered.told}


async def _tickets(turn: Turn, gathered: Gathered) -> list[TicketInfo]:
    span = spans.days(gathered.period.first, gathered.period.last)
    told = span.period(turn.house.timezone)
    return await tickets.difficulties(
        turn.tx, gathered.commune.id, since=told.start, until=told.end
    )


def _whose(turn: Turn, ticket: TicketInfo, names: Mapping[int, str]) -> str:
    if ticket.unit_id is not None:
        return names.get(ticket.unit_id, ticket.unit)
    return f"{turn.text_of('tickets.somebody')} {ticket.hamlet}".strip()
