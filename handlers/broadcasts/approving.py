"""Above a size a second officer looks at a broadcast, and says yes, or no and why (T52)."""

from typing import Final

from handlers import words
from handlers.broadcasts import desk, saying, service, telling
from handlers.broadcasts.audience import Audience
from handlers.broadcasts.flow import flow
from handlers.detours import between, leave, resume
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.roles import Denied
from handlers.words import say_number
from storage.broadcasts import BroadcastInfo

_MOST_REASON: Final = 200  # letters
_CHOICES: Final = ("broadcasts.refuse", "broadcasts.approve", "broadcasts.later")


@flow.step()
async def take_up(turn: Turn) -> Outcome:
    """A button of the notice; `turn.about` is checked again here (T13)."""
    if turn.choice == "later":
        return turn.aside("broadcasts.later_said")
    info = await desk.found(turn, turn.about)
    if info is None:
        return resume(turn, flow.name, turn.message("broadcasts.not_found"))
    return between(await ask(turn, info))


async def ask(turn: Turn, info: BroadcastInfo) -> Outcome:
    """The same preview that its maker saw; what was decided meanwhile is said instead."""
    if info.state != "asked":
        return await desk.show(turn, info)
    if not await service.may_approve(turn, info):
        return await desk.show(turn, info, turn.message("broadcasts.same_human"))
    shown = await saying.letter(turn, info.commune_id, info.text, info.code)
    named = await saying.say_audience(turn, info.commune_id, Audience.load(info.audience))
    count = say_number(info.size)
    return turn.ask(
        "broadcasts.judge",
        hear=judge,
        choices=_CHOICES,
        draft={"broadcast": info.id},
        before=(
            turn.message("broadcasts.preview_head", letters=len(info.text)),
            shown,
            turn.message("broadcasts.to_whom", names=named, count=count),
            *saying.warnings(turn, info.text),
        ),
        count=count,
    )


@flow.step(exact=("approve", "refuse"))
async def judge(turn: Turn) -> Outcome:
    info = await desk.found(turn, turn.draft.get("broadcast"))
    if info is None:
        return desk.gone(turn)
    if turn.choice == "later":
        return resume(turn, flow.name, turn.message("broadcasts.later_said"))
    if turn.choice == "refuse":
        return turn.ask("broadcasts.ask_reason", hear=reason, draft={"broadcast": info.id})
    try:
        starts_at = await service.approve(turn, info)
    except Denied:
        return desk.gone(turn)
    except service.SameHuman:
        return await desk.show(turn, info, turn.message("broadcasts.same_human"))
    except service.Overtaken:
        return await _overtaken(turn, info)
    telling.tell_approved(turn, info, starts_at)
    leave(turn, flow.name)
    now = await desk.found(turn, info.id)
    return await desk.show(turn, now or info, turn.message("broadcasts.approved"))


@flow.step(reads="text")
async def reason(turn: Turn) -> Outcome:
    info = await desk.found(turn, turn.draft.get("broadcast"))
    if info is None:
        return desk.gone(turn)
    text = " ".join(words.clean(turn.text).split())
    if not text or len(text) > _MOST_REASON:
        return turn.ask_again("broadcasts.reason_unclear", most=_MOST_REASON)
    try:
        await service.refuse(turn, info, text)
    except Denied:
        return desk.gone(turn)
    except service.SameHuman:
        return await desk.show(turn, info, turn.message("broadcasts.same_human"))
    except service.Overtaken:
        return await _overtaken(turn, info)
    telling.tell_refused(turn, info, text)
    return resume(turn, flow.name, turn.message("broadcasts.refused", code=info.code))


async def _overtaken(turn: Turn, info: BroadcastInfo) -> Outcome:
    now = await desk.found(turn, info.id) or info
    said: Outgoing = turn.message(
        "broadcasts.too_old" if now.state == "asked" else "broadcasts.decided_before"
    )
    return await desk.show(turn, now, said)
