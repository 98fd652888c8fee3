"""The conversation of /buoihoc: who may hold it, and the session it is about."""

from dataclasses import replace

from handlers import places
from handlers.activities import service
from handlers.activities.service import OFFICE, OWN_UNIT
from handlers.flow import Flow, Step, Turn
from storage import roles, units
from storage.activities import ActivityInfo
from storage.people import Actor

flow = Flow(
    "sessions",
    allow=OWN_UNIT | OFFICE,
    command="/buoihoc",
    words=("buoi hoc", "mo buoi hoc", "dong buoi hoc", "mo lop", "mo buoi", "dong buoi"),
    menu="sessions.menu",
)


def step(name: str) -> Step:
    """A step by its name: the modules of this flow lead into each other."""
    return flow.steps[name]


async def as_now(turn: Turn) -> Actor:
    """Who speaks, with the grants of this very moment: what is written counts on them (A3)."""
    held = await roles.held_by(turn.tx, turn.actor.canonical_id)
    return replace(turn.actor, grants=held)


async def found(turn: Turn, number: int) -> ActivityInfo | None:
    """The session if it is this person's to handle; None for missing and forbidden (T13)."""
    info = await service.find(turn.tx, await as_now(turn), number)
    return info if info is not None and info.source == "session" else None


async def role_for(turn: Turn, info: ActivityInfo) -> str:
    """The role in which this person handles it: the one of a unit that takes part first."""
    actor = await as_now(turn)
    own = set(service.rights_of(actor).own)
    mine = next((unit for unit in (info.unit_id, *sorted(info.units)) if unit in own), 0)
    return service.acting_as(actor, mine)


async def current(turn: Turn) -> ActivityInfo | None:
    """The open session of the draft, as it is now."""
    info = await found(turn, int(turn.draft.get("session", 0)))
    return info if info is not None and info.state == "open" else None


async def name_of(turn: Turn, unit_id: int) -> str:
    """A unit as it is called where two have the same name."""
    known = await units.listed(turn.tx, on=turn.today)
    code = next((unit.code for unit in known if unit.id == unit_id), "")
    place = await roles.place(turn.tx, unit_id)
    return places.shown(known).get(code) or (place.name if place else "")
