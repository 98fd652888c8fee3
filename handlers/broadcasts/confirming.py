"""The typed confirmation: how many people, never a mere "1" (T52, U18)."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from handlers import words
from handlers.broadcasts import asking, desk, previewing, reckoning, service, telling
from handlers.broadcasts.audience import NOBODY
from handlers.broadcasts.flow import flow
from handlers.broadcasts.plan import Plan
from handlers.broadcasts.previewing import ONE_DIGIT, to_type
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.roles import Denied
from storage.broadcasts import BroadcastInfo

_TYPED: Final = re.compile(r"(?P<word>gui |gui toi |gui cho )?(?P<number>[\d. ]*\d)(?: nguoi)?")
_SOON: Final = timedelta(minutes=10)


def _is_typed(text: str, plan: Plan) -> bool:
    found = _TYPED.fullmatch(words.fold(text).strip(" .!"))
    if found is None or (plan.count < ONE_DIGIT and not found["word"]):
        return False
    return int(re.sub(r"\D", "", found["number"])) == plan.count


@flow.step(reads="text")
async def check(turn: Turn) -> Outcome:
    plan = desk.planned(turn)
    if plan is None:
        return desk.gone(turn)
    match turn.choice:
        case "edit_words":
            return await asking.go_on(turn, replace(plan, text=""))
        case "edit_whom":
            return await asking.go_on(turn, replace(plan, audience=NOBODY, doubts=()))
        case "drop":
            return turn.say("broadcasts.dropped").then("menu")
    if not _is_typed(turn.text, plan):
        return turn.ask_again("broadcasts.not_the_number", type=to_type(plan))
    return await _confirmed(turn, plan)


async def _confirmed(turn: Turn, plan: Plan) -> Outcome:
    reckoned = await reckoning.reckon(turn, plan.commune, plan.audience)
    if len(reckoned.people) != plan.count:
        return await previewing.preview(turn, plan, (turn.message("broadcasts.count_changed"),))
    try:
        info = await service.confirm(turn, plan, reckoned)
    except Denied:
        return desk.gone(turn)
    except service.NobodyToApprove:
        return turn.aside("broadcasts.nobody_to_approve")
    except service.CodeTaken:
        return await previewing.preview(turn, plan, (turn.message("broadcasts.code_changed"),))
    reached = await telling.tell_colleagues(turn, info)
    leave(turn, flow.name)  # nobody goes back to sending it a second time
    return await desk.show(turn, info, _said(turn, info, reached))


def _said(turn: Turn, info: BroadcastInfo, reached: int) -> Outgoing:
    if info.starts_at is None:
        text_id = "broadcasts.asked" if reached else "broadcasts.asked_nobody_there"
        return turn.message(text_id)
    is_soon = info.starts_at - turn.now <= _SOON
    return turn.message("broadcasts.confirmed" if is_soon else "broadcasts.confirmed_at_night")
