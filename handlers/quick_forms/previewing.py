"""The form exactly as units will see it, to how many, and whom nothing reaches (U18)."""

from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.office.reporters import reporters
from handlers.quick_forms import saying, telling
from handlers.quick_forms.flow import flow
from handlers.quick_forms.plan import Plan
from handlers.quick_forms.whom import askable
from storage import units
from storage.units import UnitInfo

_MANY: Final = 10
"""From so many units on the safe choice is the first (U18)."""


async def known_units(turn: Turn, plan: Plan) -> list[UnitInfo]:
    return askable(await units.listed(turn.tx, on=turn.today), plan.commune)


async def chosen_units(turn: Turn, plan: Plan) -> list[UnitInfo]:
    """Those of the plan that are units still."""
    return [one for one in await known_units(turn, plan) if one.id in (plan.units or ())]


async def chosen_names(turn: Turn, plan: Plan) -> list[str]:
    names = places.shown(await known_units(turn, plan))
    return [names[one.code] for one in await chosen_units(turn, plan)]


async def preview(turn: Turn, plan: Plan, before: tuple[Outgoing, ...] = ()) -> Outcome:
    """What the first unit will read, then how many others, then the question."""
    named = await chosen_names(turn, plan)
    first = named[0] if named else ""
    if plan.due is None:
        raise ValueError("a preview needs its day")
    shown = saying.body(turn, first, plan.title, plan.questions, plan.due)
    not_reached = await lost(turn, plan)
    is_wide = plan.every or len(named) >= _MANY
    send = Choice("send", turn.text_of("quick_forms.send_to", count=len(named)))
    change = Choice("change", turn.text_of("quick_forms.change"))
    drop = Choice("drop", turn.text_of("quick_forms.drop"))
    choices = (change, send, drop) if is_wide else (send, change, drop)
    asked = turn.message(
        "quick_forms.preview_all" if is_wide else "quick_forms.preview_ask",
        choices=choices,
        count=len(named),
        names=saying.few_names(turn, named),
    )
    heading = turn.message("quick_forms.preview_head")
    said = (*before, heading, Outgoing(shown), *not_reached, asked)
    return Outcome(said, flow.steps["check"], plan.draft())


async def lost(turn: Turn, plan: Plan) -> tuple[Outgoing, ...]:
    """Names and reasons of those whom the message will not reach (R13)."""
    chosen = await chosen_units(turn, plan)
    there = await reporters(turn, plan.commune)
    reasons = telling.lost_of(turn, there, [one.id for one in chosen])
    if not reasons:
        return ()
    names = places.shown(await known_units(turn, plan))
    said = [f"{names[one.code]} ({reasons[one.id]})" for one in chosen if one.id in reasons]
    listed = saying.few_names(turn, said)
    return (turn.message("quick_forms.not_reached", count=len(said), names=listed),)
