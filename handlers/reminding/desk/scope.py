"""Which commune's reminders an officer looks at, with the rights of this very turn (A3, T13)."""

from typing import Final

from handlers.flow import Flow, Outcome, Turn
from handlers.office.chasing.owed import desks
from handlers.roles import DESK

flow: Final = Flow(
    "reminder_desk",
    allow=DESK,
    command="/nhac",
    words=("nhắc hạn", "kế hoạch nhắc", "lịch nhắc", "tin nhắc đã gửi", "tạm dừng tin nhắc"),
    menu="reminder_desk.menu",
)
PAGE: Final = 6
"""Lines of a list that can be chosen, besides "more" and the way back (U3)."""


def commune_of(turn: Turn) -> int:
    """The commune that the draft is about; 0 if this person's right there has ended (T13, T41)."""
    number = _number(turn.draft.get("commune"))
    return number if number in desks(turn) else 0


def after_of(turn: Turn) -> int:
    """How many of a list were shown before."""
    return _number(turn.draft.get("after"))


def _number(drafted: object) -> int:
    return int(str(drafted)) if str(drafted).isdecimal() else 0


def denied(turn: Turn) -> Outcome:
    return turn.say("reminder_desk.denied").then("menu")
