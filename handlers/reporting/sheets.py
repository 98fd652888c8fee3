"""The form as an Excel file (being written)."""

from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import HandedIn
from handlers.reporting.spot import Work
from handlers.reporting.summing import summary

FORM: Final = "form"
FORM_READ: Final = "form_read"


async def offer(turn: Turn, work: Work) -> Outcome:
    return await summary(turn, work)


async def uploaded(turn: Turn, handed: HandedIn) -> Outcome:  # noqa: ARG001
    return turn.aside("files.gone")


async def came_back(turn: Turn, handed: HandedIn) -> Outcome:  # noqa: ARG001
    return turn.aside("files.gone")
