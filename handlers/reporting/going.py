"""What is asked next: the draft is saved first, so whatever happens nothing told is lost (U6)."""

from dataclasses import replace

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.reporting import rules
from handlers.reporting.asking import ask, ask_doubt
from handlers.reporting.form import Field
from handlers.reporting.loading import saved
from handlers.reporting.spot import Work
from handlers.reporting.summing import more, summary

__all__ = ["go_on", "next_missing", "saved"]


async def go_on(turn: Turn, work: Work, *before: Outgoing) -> Outcome:
    """Save what is known, and ask for the next thing that is not."""
    asked = await _next(turn, await saved(turn, work))
    return replace(asked, messages=(*before, *asked.messages))


async def _next(turn: Turn, work: Work) -> Outcome:
    if work.spot.doubts:
        return ask_doubt(turn, work)
    if halves := rules.halves(work.place.fields, work.answers):
        return ask(turn, work, halves[0])
    if work.spot.then == "summary":
        return await summary(turn, work)
    if work.spot.then == "more":
        return await more(turn, work)
    if field := next_missing(work):
        return ask(turn, work, field)
    return await summary(turn, work)


def next_missing(work: Work) -> Field | None:
    """The next required field, those passed over at the end of the questions again."""
    missing = rules.missing(work.place.fields, work.answers)
    return next((field for field in missing if field.key not in work.passed), None)
