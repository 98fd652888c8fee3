"""What somebody of the commune should look at: shown one by one, never taken away (T44)."""

from typing import Final

from handlers.activities.service import OFFICE
from handlers.detours import between
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Outgoing
from handlers.roles import communes_of
from handlers.sessions.place import name_of
from handlers.sessions.suspicions import adults_of, figures
from storage import activities, audit, roles
from storage.activities import ActivityInfo

MOST: Final = 50

flow = Flow(
    "flags",
    allow=OFFICE,
    words=("can xem lai", "buoi can xem lai", "cac buoi can xem lai", "viec can xem lai"),
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    return await _show(turn, 0)


@flow.step()
async def take_up(turn: Turn) -> Outcome:
    """A button of the notice."""
    if turn.choice != "look":
        return turn.aside("flags.kept")
    return between(await _show(turn, 0))


async def _communes(turn: Turn) -> tuple[int, ...]:
    """Where this person is asked to look, as of this moment (A3)."""
    return communes_of(await roles.held_by(turn.tx, turn.actor.canonical_id), *OFFICE)


async def _show(turn: Turn, at: int, *before: Outgoing) -> Outcome:
    """The one at this place of the list; behind the last the first again."""
    mine = await roles.persons_of(turn.tx, turn.actor.canonical_id)
    listed = await activities.flagged(turn.tx, await _communes(turn), limit=MOST)
    found = [one for one in listed if one[2].recorded_by not in mine]  # another looks (T44)
    if not found:
        return Outcome((*before, turn.message("flags.nothing"))).then("menu")
    at %= len(found)
    flag, kind, info = found[at]
    keys = ["flags.seen", "flags.next", "flags.home"]
    if len(found) == 1:
        keys.remove("flags.next")
    return turn.ask(
        "flags.one",
        hear=shown,
        choices=keys,
        draft={"flag": flag, "at": at},
        before=before,
        number=at + 1,
        count=len(found),
        unit=await name_of(turn, info.unit_id),
        day=f"{info.held_on:%-d/%-m/%Y}",
        who=await _by(turn, info),
        why=await _why(turn, kind, info),
    )


async def _by(turn: Turn, info: ActivityInfo) -> str:
    """Who closed it, by name: only scoped officers read this (T45)."""
    name = await roles.name_of(turn.tx, info.recorded_by) if info.recorded_by else ""
    return name or turn.text_of("roles.nameless")


async def _why(turn: Turn, kind: str, info: ActivityInfo) -> str:
    return turn.text_of(f"flags.{kind}", **figures(info, adults=await adults_of(turn, info)))


@flow.step()
async def shown(turn: Turn) -> Outcome:
    if turn.choice == "home":
        return Outcome().then("menu")
    at = int(turn.draft.get("at", 0))
    if turn.choice == "next":
        return await _show(turn, at + 1)
    communes, flag = await _communes(turn), int(turn.draft.get("flag", 0))
    me = turn.actor.person_id
    if not await activities.looked_at(turn.tx, flag, communes, by=me, now=turn.now):
        return await _show(turn, at, turn.message("flags.seen_already"))
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="",
        action="flag.seen",
        about=f"flag:{flag}",
        now=turn.now,
    )
    return await _show(turn, at, turn.message("flags.noted"))
