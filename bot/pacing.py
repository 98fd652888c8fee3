"""How fast messages may go that nobody asked for: replies first, always (R12). Pure.

A platform counts everything a bot sends. So everything is counted here, and what nobody asked for
goes only as far as the replies have left something over. All times are the monotonic clock.
"""

from typing import Final

_AT_ONCE: Final = 0.5  # seconds' worth that may go in one breath
_CREDIT: Final = 1.0  # seconds' worth that answers count against, and notices may run ahead
BETWEEN: Final = 1.0  # seconds from one unasked message to the next in the same chat
_MANY: Final = 10_000


class Pace:
    """One channel: so many messages a second, all chats together."""

    def __init__(self, per_second: float, *, now: float) -> None:
        self._whole = per_second
        self._share = per_second
        self._since = now
        self._level = self._most

    @property
    def _most(self) -> float:
        return max(1.0, self._share * _AT_ONCE)

    def share_among(self, processes: int) -> None:
        """So many processes send through this channel: each has its part of the ceiling."""
        self._share = self._whole / max(1, processes)
        self._level = min(self._level, self._most)

    def count(self, messages: int, *, now: float) -> None:
        """So many messages have gone or are going; what is long past is no debt any more."""
        self._level = max(self._at(now) - messages, -self._share * _CREDIT)
        self._since = now

    def room(self, now: float) -> int:
        """How many messages that nobody asked for may go now."""
        return max(0, int(self._at(now) + 1e-6))

    def room_for_notices(self, now: float) -> int:
        """The same for notices: somebody's act brought them about, they go somewhat ahead."""
        return max(0, int(self._at(now) + self._share * _CREDIT + 1e-6))

    def wait(self, now: float) -> float:
        """Seconds until there is room again; 0 = there is."""
        return max(0.0, (1.0 - self._at(now)) / self._share)

    def _at(self, now: float) -> float:
        return min(self._most, self._level + max(0.0, now - self._since) * self._share)


class Chats:
    """When each account was last sent something that nobody had asked for."""

    def __init__(self) -> None:
        self._last: dict[int, float] = {}

    def wait(self, account: int, *, now: float) -> float:
        """Seconds until this account may be sent the next; 0 = now, which is then noted."""
        last = self._last.get(account)
        if last is not None and 0.0 <= now - last < BETWEEN:
            return BETWEEN - (now - last)
        if len(self._last) >= _MANY:
            self._last = {one: at for one, at in self._last.items() if now - at < BETWEEN}
        self._last[account] = now
        return 0.0
