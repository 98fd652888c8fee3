"""When nobody is to hear from us unasked (U11)."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

_OPENS: Final = time(7, 0)
_CLOSES: Final = time(20, 30)


def may_go_at(moment: datetime, timezone: tzinfo) -> datetime:
    """The first moment from this one on when something unasked may be sent."""
    local = moment.astimezone(timezone)
    if _OPENS <= local.time() < _CLOSES:
        return moment
    day = local.date() + timedelta(days=local.time() >= _CLOSES)
    return datetime.combine(day, _OPENS, timezone).astimezone(UTC)
