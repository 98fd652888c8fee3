"""What every part of the conversation needs: one's own broadcasts, and how one of them is shown."""

from typing import Final

from handlers.broadcasts import saying, service, telling
from handlers.broadcasts.flow import flow
from handlers.broadcasts.plan import Plan
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from storage import broadcasts
from storage.broadcasts import BroadcastInfo

_OPEN: Final[tuple[str, ...]] = ("stop", "again", "home")
_OVER: Final[tuple[str, ...]] = ("new", "home")


def planned(turn: Turn) -> Plan | None:
    try:
        return Plan.load(turn.draft)
    except (AttributeError, KeyError, TypeError, ValueError):  # of a release before
        return None


def gone(turn: Turn) -> Outcome:
    """No such broadcast, or none of this person's: both the same to whoever asks (T13)."""
    return turn.say("broadcasts.not_found").then("menu")


async def found(turn: Turn, number: object) -> BroadcastInfo | None:
    """A broadcast of this person's own desks; None for any other (T13)."""
    wanted = int(str(number)) if str(number).isdecimal() else 0
    return await broadcasts.find(turn.tx, wanted, await service.desks(turn.tx, turn.actor))


async def show(turn: Turn, info: BroadcastInfo, *said: Outgoing) -> Outcome:
    """How far it is, and the choices below it."""
    keys = _OPEN if info.state in broadcasts.OPEN else _OVER
    if keys is _OVER and await saying.has_missed(turn, info):
        keys = ("see_missed", *_OVER)
    return turn.ask(
        "broadcasts.look",
        hear=flow.steps["look"],
        choices=[f"broadcasts.{key}" for key in keys],
        draft={"broadcast": info.id},
        before=said,
        state=await saying.state(turn, info),
    )


async def stop(turn: Turn, info: BroadcastInfo) -> Outgoing:
    """What is said of it; its maker hears of it, too."""
    if not await service.stop(turn, info):
        return turn.message("broadcasts.nothing_to_stop")
    telling.tell_stopped(turn, info)
    return turn.message("broadcasts.stopped", code=info.code)
