"""/hoc: lessons and their questions, in chat."""

from handlers.learning import conversation
from handlers.learning.place import flow

__all__ = ["conversation", "flow"]
