"""Phiếu hỏi nhanh: one to five figures or choices asked of chosen units (/phieu)."""

from handlers.quick_forms import answering, asking, entering, looking, opening, sending
from handlers.quick_forms.answering import flow as answers
from handlers.quick_forms.flow import flow

__all__ = ["answering", "answers", "asking", "entering", "flow", "looking", "opening", "sending"]
