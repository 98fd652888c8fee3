"""The first look at the totals, and the ways on from it."""

from dataclasses import replace

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.words import say_date
from handlers.yearly import saying
from handlers.yearly.flow import step
from handlers.yearly.looking import Look, View, look, may_write
from storage import onward


async def show(turn: Turn, view: View, *before: Outgoing) -> Outcome:
    found = await look(turn, view)
    if found is None:
        return turn.say("yearly.denied").then("menu")
    onward_to = await _went_to(turn, view)
    return _shown(turn, found, *before, *saying.summary(turn, found), *onward_to)


async def _went_to(turn: Turn, view: View) -> list[Outgoing]:
    """Where the commune's own report of this period went last, and when (design §5)."""
    sent = await onward.last(turn.tx, view.commune, view.period)
    if sent is None:
        return []
    about = {"addressee": sent.addressee, "day": say_date(sent.sent_on)}
    said = "yearly.went_to" if sent.number else "yearly.went_unnumbered"
    return [turn.message(said, number=sent.number, **about)]


def _shown(turn: Turn, found: Look, *before: Outgoing) -> Outcome:
    """Where nobody has told anything there is nothing to open or to sign."""
    letter = ("letter",) if may_write(turn, found.view.commune) else ()
    keys = ("each", *letter, "sheet", "kinds", "other") if found.gathered.told else ("other",)
    choices = [f"yearly.{key}" for key in keys]
    draft = replace(found.view, row="", unit=0, page=0, back=0).dump()
    return turn.ask("yearly.then", hear=step("then"), choices=choices, draft=draft, before=before)
