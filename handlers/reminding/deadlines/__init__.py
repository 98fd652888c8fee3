"""Deadlines that an officer sets in one sentence, and what is reminded of them."""

from handlers.reminding.deadlines import answered, conversation, kinds, setting
from handlers.reminding.deadlines.answered import flow as answers
from handlers.reminding.deadlines.flow import flow

__all__ = ["answered", "answers", "conversation", "flow", "kinds", "setting"]
