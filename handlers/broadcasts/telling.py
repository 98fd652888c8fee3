"""Who hears of a broadcast that is not for them: colleagues, approvers, its maker (T52)."""

from datetime import datetime

from handlers import reach
from handlers.broadcasts import saying, service
from handlers.broadcasts.flow import flow
from handlers.flow import Turn
from handlers.messages import Notice, Outgoing
from handlers.roles import once_each
from handlers.words import say_number
from storage.broadcasts import BroadcastInfo


def _name(turn: Turn) -> str:
    return turn.actor.name or turn.text_of("broadcasts.somebody")


async def tell_colleagues(turn: Turn, info: BroadcastInfo) -> int:
    """They may stop it, or, while it waits for that, approve it; how many can be reached."""
    others = await service.colleagues(turn, info.commune_id, besides=turn.actor.canonical_id)
    asked = _approve_it(turn, info) if info.starts_at is None else _stop_it(turn, info)
    persons = once_each(others)
    for person in persons:
        turn.tell(person, asked, key=f"broadcast:{info.id}:desk:{person}")
    return len(persons) - len(await reach.unreachable(turn, persons))


def _approve_it(turn: Turn, info: BroadcastInfo) -> Outgoing:
    said = turn.message(
        "broadcasts.approve_ask",
        choices=("broadcasts.see", "broadcasts.later"),
        who=_name(turn),
        count=say_number(info.size),
        words=saying.short(info.text),
        code=info.code,
    )
    notice = Notice(flow.name, "take_up", str(info.id))
    return Outgoing(said.text, choices=said.choices, notice=notice)


def _stop_it(turn: Turn, info: BroadcastInfo) -> Outgoing:
    said = turn.message(
        "broadcasts.goes_soon",
        choices=("broadcasts.stop", "broadcasts.let_go"),
        who=_name(turn),
        count=say_number(info.size),
        at=saying.say_time(turn, info.starts_at or turn.now),
        words=saying.short(info.text),
        code=info.code,
    )
    notice = Notice(flow.name, "halt", str(info.id))
    return Outgoing(said.text, choices=said.choices, notice=notice)


def tell_approved(turn: Turn, info: BroadcastInfo, starts_at: datetime) -> None:
    at = saying.say_time(turn, starts_at)
    said = turn.message("broadcasts.approved_you", who=_name(turn), code=info.code, at=at)
    _tell_maker(turn, info, said, "approved")


def tell_refused(turn: Turn, info: BroadcastInfo, reason: str) -> None:
    said = turn.message("broadcasts.refused_you", who=_name(turn), code=info.code, reason=reason)
    _tell_maker(turn, info, said, "refused")


def tell_stopped(turn: Turn, info: BroadcastInfo) -> None:
    said = turn.message("broadcasts.stopped_you", who=_name(turn), code=info.code)
    _tell_maker(turn, info, said, "stopped")


def _tell_maker(turn: Turn, info: BroadcastInfo, said: Outgoing, what: str) -> None:
    if info.made_by not in (None, turn.actor.person_id, turn.actor.canonical_id):
        turn.tell(info.made_by or 0, said, key=f"broadcast:{info.id}:{what}")
