"""Three clocks: the wall, the domain's (wall plus the demo offset), and the monotonic one (R20)."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def wall(self) -> datetime:
        """Aware UTC: inbox, outbox, leases."""
        ...

    def monotonic(self) -> float:
        """Seconds: pace, back-off, waiting."""
        ...


class SystemClock:
    def wall(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
