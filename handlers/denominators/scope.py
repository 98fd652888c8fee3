"""Who may tell how many people a unit has: officers and admins everywhere, a head at home."""

from typing import Final

from handlers.flow import Flow, Turn
from handlers.roles import communes_of
from storage import units
from storage.units import UnitInfo

_DESK: Final = ("officer", "admin")

flow = Flow(
    "denominators",
    allow={"head", *_DESK},
    words=("mẫu số", "số người lớn", "sửa số người lớn", "số hộ", "sửa số hộ", "sửa mẫu số"),
)


async def mine(turn: Turn) -> list[UnitInfo]:
    """The units this person may write for, as the database knows it now (A3)."""
    own = {grant.unit_id for grant in turn.actor.grants if grant.role == "head"}
    return [
        unit
        for unit in await units.listed(turn.tx, on=turn.today)
        if unit.id != unit.commune_id and (unit.id in own or acting(turn, unit) != "head")
    ]


async def unit_of(turn: Turn, code: object) -> UnitInfo | None:
    return next((unit for unit in await mine(turn) if unit.code == code), None)


def acting(turn: Turn, unit: UnitInfo) -> str:
    """The role in which this person would write for `unit`."""
    for grant in turn.actor.grants:
        if grant.role in _DESK and grant.commune_id == unit.commune_id:
            return grant.role
    return "head"


def is_desk(turn: Turn) -> bool:
    """True for whoever answers for a whole commune."""
    return bool(communes_of(turn.actor.grants, *_DESK))
