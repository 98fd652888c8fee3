"""The conversation by which an officer sets deadlines, and who may have it."""

from typing import Final

from handlers.flow import Flow, Outcome, Turn
from handlers.reminding.deadlines.wish import FLOW
from handlers.roles import DESK, communes_of
from storage import roles

flow: Final = Flow(
    FLOW,
    allow=DESK,
    words=(
        *("đặt hạn", "sửa hạn", "đổi hạn", "hạn nộp", "hạn gửi", "hạn báo cáo"),
        *("các hạn đang đặt", "xem các hạn", "hạn đang đặt"),
    ),
    keeps_attention=True,
)
"""Without a place in the menu: /nhac leads here."""


async def desks(turn: Turn) -> tuple[int, ...]:
    """The communes whose officer or admin this person is now (A3)."""
    return communes_of(await roles.held_by(turn.tx, turn.actor.canonical_id), *DESK)


def gone(turn: Turn) -> Outcome:
    """The right there has ended, or it never was one of theirs: both the same (T13)."""
    return turn.say("deadlines.gone").then("menu")
