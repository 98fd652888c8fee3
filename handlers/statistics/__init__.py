"""/thongke: participation by unit, in chat and as data."""

from handlers.statistics.conversation import flow
from handlers.statistics.figures import names, say_share, unit_table, whole_modules

__all__ = ["flow", "names", "say_share", "unit_table", "whole_modules"]
