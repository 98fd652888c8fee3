"""What every step of a report begins with: the report as it is now, or that it is gone."""

from collections.abc import Awaitable, Callable
from functools import wraps

from handlers.flow import Outcome, StepFunction, Turn
from handlers.reporting.form import Field
from handlers.reporting.loading import field_of, gone, load
from handlers.reporting.said import says_look
from handlers.reporting.spot import Work
from handlers.reporting.summing import summary

WorkStep = Callable[[Turn, Work], Awaitable[Outcome]]
FieldStep = Callable[[Turn, Work, Field], Awaitable[Outcome]]


def of_field(run: FieldStep) -> StepFunction:
    """Give a step the report and the field it is about, as they are at this moment.

    "xem lại" shows the whole at every question.
    """

    @wraps(run)
    async def step(turn: Turn) -> Outcome:
        work = await load(turn)
        field = field_of(work) if work else None
        if work is None or field is None:
            return gone(turn)
        if not turn.choice and says_look(turn.text):
            return await summary(turn, work)
        return await run(turn, work, field)

    return step


def of_report(run: WorkStep) -> StepFunction:
    """Give a step the report it is about, as it is at this moment."""

    @wraps(run)
    async def step(turn: Turn) -> Outcome:
        work = await load(turn)
        return await run(turn, work) if work else gone(turn)

    return step
