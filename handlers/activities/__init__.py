"""What is done together: /ghi, and the book of it."""

from handlers.activities import answers, conversation, records
from handlers.activities.flow import flow
from handlers.activities.flow import records as book

__all__ = ["answers", "book", "conversation", "flow", "records"]
