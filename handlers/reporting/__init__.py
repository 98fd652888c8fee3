"""Units report by conversation: forms, one message, a file; versions, and the unit's own letter."""

from handlers.reporting import checking, conversation, editing, message, records, sent
from handlers.reporting.flow import flow
from handlers.reporting.freezing import flow as review

__all__ = ["checking", "conversation", "editing", "flow", "message", "records", "review", "sent"]
