"""Units report by conversation: forms, one message, a file; versions, and the unit's own letter."""

from handlers.reporting import checking, conversation, editing, message, records, sent
from handlers.reporting.flow import flow

__all__ = ["checking", "conversation", "editing", "flow", "message", "records", "sent"]
