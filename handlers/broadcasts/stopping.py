"""A bare "Dừng" while a broadcast may still be stopped: it is asked which of the two is meant.

Whoever sees a mistake in the five minutes types what comes first; it must never switch off one's
own reminders instead, and leave the broadcast going (T52).
"""

from typing import Final

from handlers import words
from handlers.broadcasts import desk, service
from handlers.broadcasts.flow import flow
from handlers.detours import between, leave, resume
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.roles import DESK
from storage import broadcasts, muting
from storage.broadcasts import BroadcastInfo

stop: Final = Flow("broadcast_stop", allow=DESK, words=("dừng tin", "dừng thông báo", "dừng gửi"))
_MOST: Final = 3
_OF_REMINDERS: Final = frozenset({"nhac", "nhan"})


async def stoppable(turn: Turn) -> list[BroadcastInfo]:
    """Those of this person's desks that wait or are under way, the newest first."""
    if not stop.allows(turn.actor):
        return []
    communes = await service.desks(turn.tx, turn.actor)
    since = turn.now - service.APPROVED_WITHIN
    return await broadcasts.stoppable(turn.tx, communes, asked_since=since, limit=_MOST)


async def may_be_meant(turn: Turn) -> bool:
    """Whether "dừng" may mean a broadcast: "dừng nhắc" and /dung mean one's reminders (U11)."""
    typed = words.fold(turn.event.text)
    if typed.startswith("/") or _OF_REMINDERS & set(typed.split()):
        return False
    return bool(await stoppable(turn))


@stop.entry
async def ask(turn: Turn) -> Outcome:
    found = [
        Choice(str(one.id), turn.text_of("broadcasts.stop_this", code=one.code))
        for one in await stoppable(turn)
    ]
    if not found:
        return turn.aside("broadcasts.nothing_to_stop")
    mute = Choice("mute", turn.text_of("broadcasts.stop_reminders"))
    none = Choice("none", turn.text_of("broadcasts.stop_nothing"))
    choices = [*found, mute, none]
    return between(turn.ask("broadcasts.stop_what", hear=which, choices=choices, draft={}))


@stop.step()
async def which(turn: Turn) -> Outcome:
    if turn.choice == "none":
        return resume(turn, stop.name, turn.message("broadcasts.stopped_nothing"))
    if turn.choice == "mute":
        await muting.mute(turn.tx, turn.actor.account_id, now=turn.now)
        return resume(turn, stop.name, turn.message("menu.muted"))
    info = await desk.found(turn, turn.choice)
    if info is None:
        return resume(turn, stop.name, turn.message("broadcasts.not_found"))
    return await _stopped(turn, info, await desk.stop(turn, info))


async def _stopped(turn: Turn, info: BroadcastInfo, said: Outgoing) -> Outcome:
    """Whoever was looking at one sees it as it is now."""
    leave(turn, stop.name)
    before = turn.state.trail[-1] if turn.state.trail else {}
    if (before.get("flow"), before.get("step")) != (flow.name, "look"):
        return resume(turn, stop.name, said)
    leave(turn, flow.name)
    return await desk.show(turn, await desk.found(turn, info.id) or info, said)
