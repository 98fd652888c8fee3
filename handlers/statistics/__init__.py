"""/thongke: participation by hamlet, in chat and as data."""

from handlers.statistics.conversation import flow
from handlers.statistics.figures import hamlet_table, names, say_share, whole_modules

__all__ = ["flow", "hamlet_table", "names", "say_share", "whole_modules"]
