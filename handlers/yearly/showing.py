"""The first look at the totals, and the ways on from it."""

from dataclasses import replace

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.yearly import saying
from handlers.yearly.flow import step
from handlers.yearly.looking import Look, View, look, may_write


async def show(turn: Turn, view: View, *before: Outgoing) -> Outcome:
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    return _shown(turn, found, *before, saying.summary(turn, found))


def _shown(turn: Turn, found: Look, *before: Outgoing) -> Outcome:
    """Where nobody has told anything there is nothing to open or to sign."""
    letter = ("letter",) if may_write(turn, found.view.commune) else ()
    keys = ("each", *letter, "sheet", "kinds", "other") if found.gathered.told else ("other",)
    choices = [f"yearly.{key}" for key in keys]
    draft = replace(found.view, row="", unit=0, page=0, back=0).dump()
    return turn.ask("yearly.then", hear=step("then"), choices=choices, draft=draft, before=before)
