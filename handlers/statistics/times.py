"""The times in a line of words."""

from datetime import date

from handlers.statistics.moments import Found, Odd, Time
from handlers.statistics.time_doubts import doubtful
from handlers.statistics.time_points import point
from handlers.statistics.time_ranges import span_between
from handlers.statistics.typed import Line

__all__ = ["Found", "Odd", "Time", "at"]


def at(line: Line, place: int, today: date) -> Found | None:
    """The time that begins at this place of the line, a range before its first end."""
    if not line.plain(place).isalnum():
        return None
    return doubtful(line, place) or span_between(line, place, today) or point(line, place, today)
