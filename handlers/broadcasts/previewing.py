"""The broadcast exactly as people will see it, to how many, and whom it misses (T52, R13)."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from handlers.broadcasts import reckoning, saying, service
from handlers.broadcasts.audience import NOBODY
from handlers.broadcasts.flow import flow
from handlers.broadcasts.plan import Plan
from handlers.broadcasts.reckoning import Reckoned
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.words import say_number
from storage import broadcasts

_TRIES: Final = 50
_CODES: Final = 9_000
_CODE: Final = re.compile(r"TB[0-9]{4,6}")
ONE_DIGIT: Final = 10
"""From so many people on the number alone is no choice of the list."""
_AGAIN_WITHIN: Final = timedelta(days=2)
_CHOICES: Final = ("broadcasts.edit_words", "broadcasts.edit_whom", "broadcasts.drop")


async def preview(turn: Turn, plan: Plan, before: tuple[Outgoing, ...] = ()) -> Outcome:
    reckoned = await reckoning.reckon(turn, plan.commune, plan.audience)
    if not reckoned.people:
        return _nobody(turn, plan, reckoned, before)
    plan = replace(plan, code=await _free_code(turn, plan.code), count=len(reckoned.people))
    shown = await saying.letter(turn, plan.commune, plan.text, plan.code)
    named = await saying.say_audience(turn, plan.commune, plan.audience)
    letters = len(plan.text)
    count = say_number(plan.count)
    asked = turn.message("broadcasts.confirm", choices=_CHOICES, type=to_type(plan), count=count)
    return Outcome(
        (
            *before,
            turn.message("broadcasts.preview_head", letters=letters),
            shown,
            turn.message("broadcasts.to_whom", names=named, count=count),
            Outgoing("\n".join(saying.say_reckoned(turn, reckoned))),
            *await _warnings(turn, plan),
            asked,
        ),
        flow.steps["check"],
        plan.draft(),
    )


def _nobody(turn: Turn, plan: Plan, reckoned: Reckoned, before: tuple[Outgoing, ...]) -> Outcome:
    said = "\n".join((turn.text_of("broadcasts.nobody"), *saying.say_lost(turn, reckoned.lost)))
    plan = replace(plan, audience=NOBODY)
    asks = (*before, Outgoing(said))
    return turn.ask("broadcasts.ask_whom", hear=flow.steps["whom"], draft=plan.draft(), before=asks)


async def _warnings(turn: Turn, plan: Plan) -> list[Outgoing]:
    found = saying.warnings(turn, plan.text)
    since = turn.now - _AGAIN_WITHIN
    if before := await broadcasts.same_text(turn.tx, plan.commune, plan.text, since=since):
        at = saying.say_time(turn, before.made_at)
        found.append(turn.message("broadcasts.same_before", code=before.code, at=at))
    if await service.needs_approval(turn, plan, plan.count):
        found.append(turn.message("broadcasts.needs_second"))
    return found


async def _free_code(turn: Turn, known: str) -> str:
    """The one that was shown before, else one that no broadcast has."""
    code = known
    for _ in range(_TRIES):
        if _CODE.fullmatch(code) and not await service.is_taken(turn.tx, code):
            return code
        code = f"TB{1_000 + int.from_bytes(turn.entropy(4)) % _CODES}"
    return f"TB{100_000 + int.from_bytes(turn.entropy(4)) % (100 * _CODES)}"


def to_type(plan: Plan) -> str:
    """What is typed to send it: the number; a small one could be a choice of the list (T52)."""
    return str(plan.count) if plan.count >= ONE_DIGIT else f"gửi {plan.count}"
