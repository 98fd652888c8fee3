"""Zalo's error codes -> the five failures of sending (zalo.md 3.11). HTTP says 200 to most."""

import re
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.base import (
    Alarm,
    ChannelDown,
    RecipientGone,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
    Why,
)

TOKEN: Final = frozenset({-216, -220, -124})
"""The access token was refused: with a new one the same call may succeed."""
EXPIRED_FILE: Final = -100
NO_TEMPLATE_BY_ID: Final = -249
NOT_FOLLOWING: Final = -213

RATE: Final = frozenset({-32})
RATE_SECONDS: Final = 30.0
"""Of a limit per minute; the jitter is as long again."""
_MORNING: Final = time(6, 5)
_MORNING_JITTER: Final = 600.0  # seconds: not everybody's at the same moment
LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")

# Nothing of this OA or app works any more.
_ACCOUNT: Final = frozenset({-209, -219, -204, -205, -242, -1241, -14002, -14003})
# Something we are not entitled to, or have not paid for: another product may still work.
_PRODUCT: Final = frozenset({-212, -221, -223, -224, -235, -320, -321})
_CLOCK: Final = frozenset({-234, -133})
_UNSURE: Final = frozenset({-200})
_GONE: Final = {NOT_FOLLOWING: Why.NOT_FOLLOWING, -217: Why.GONE, -227: Why.GONE}
_REFUSED: Final = {
    **dict.fromkeys((-230, -232), Why.WINDOW),
    **dict.fromkeys((-211, -218, -241, -238, -115, -144, -147), Why.QUOTA),
    **dict.fromkeys((-244, -119, -139, -141), Why.RESTRICTED),
    # A phone number that ZBS does not reach: the person's own chat may be open all the same.
    **dict.fromkeys((-114, -118), Why.GONE),
    **dict.fromkeys((-248, NO_TEMPLATE_BY_ID, -108, -109, -111, -112, -131), Why.TEMPLATE),
    **dict.fromkeys(range(-1129, -1119), Why.TEMPLATE),
    **dict.fromkeys((-201, -210, -233, -240), Why.REFUSED),
}
# Of a template these say that its values do not fit, or that there is no such template.
_UNFIT: Final = frozenset({-201, -210})
_UNPAID: Final = frozenset({-320, -321})

# Zalo's sentence is not repeated (it may quote what was sent, P9), but for the field it names.
_FIELD: Final = re.compile(r"([A-Za-z_.]{1,40}) is invalid")


class Failures:
    """What to do after a code. Alarms about what somebody must mend; never raises by itself."""

    def __init__(self, alarm: Alarm) -> None:
        self._alarm = alarm

    def of_message(self, code: int, said: str, *, now: datetime, chance: float) -> SendingFailed:
        """The failure of a consultation message. `chance` in [0, 1) spreads what goes again."""
        if code in _ACCOUNT | _PRODUCT | TOKEN:
            return self._down(code)
        return self._of_any(code, said, now=now, chance=chance)

    def of_template(self, code: int, said: str, *, now: datetime, chance: float) -> SendingFailed:
        """The failure of a template message.

        A product that is not paid for, or not granted, does not silence the replies: the person
        goes onto the call list, the alarm is the same.
        """
        if code in _PRODUCT:
            self._alarm("zalo_oa_config", code=code)
            return Refused(str(code), why=Why.QUOTA if code in _UNPAID else Why.TEMPLATE)
        if code in _UNFIT:
            return Refused(_short(code, said), why=Why.TEMPLATE)
        return self.of_message(code, said, now=now, chance=chance)

    def _of_any(self, code: int, said: str, *, now: datetime, chance: float) -> SendingFailed:
        if code in RATE:
            return TryLater(RATE_SECONDS * (1 + chance), whole_channel=True)
        if code in _CLOCK:
            return TryLater(until_morning(now) + _MORNING_JITTER * chance)
        if code in _UNSURE:
            return Uncertain(str(code))
        if code == EXPIRED_FILE:
            return TryLater()
        if code in _GONE:
            return RecipientGone(str(code), why=_GONE[code])
        if code in _REFUSED:
            return Refused(_short(code, said), why=_REFUSED[code])
        self._alarm("zalo_oa_unknown_code", code=code)
        return Refused(str(code))

    def _down(self, code: int) -> ChannelDown:
        self._alarm("zalo_oa_config", code=code)
        return ChannelDown(str(code))


def until_morning(now: datetime) -> float:
    """Seconds from `now` until the next 06:05 in Viet Nam."""
    local = now.astimezone(LOCAL)
    morning = datetime.combine(local.date(), _MORNING, LOCAL)
    if morning <= local:
        morning += timedelta(days=1)
    return (morning - local).total_seconds()


def _short(code: int, said: str) -> str:
    field = _FIELD.match(said)
    return f"{code} {field[1]}" if field else str(code)
