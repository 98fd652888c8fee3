"""What the free plan of a Zalo bot allows: people, groups, messages, settings (zalo.md §2.1)."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from tests.zalo_bot_rules import Wrong

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")  # not documented: where else would Zalo's month begin?


class Counting(Enum):
    """Which messages the month's quota counts: the sources contradict each other."""

    OUT = "out"
    IN_AND_OUT = "in and out"


class Plan:
    """The limits may be set to anything by a test, at any time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.counting = Counting.IN_AND_OUT
        self.max_users = 50
        self.max_groups = 3
        self.max_messages = 3000
        self.max_webhook_calls = 5
        """`setWebhook` and `testWebhook` together in a day; the real number is not published."""
        self.users: set[str] = set()
        self.groups: set[str] = set()
        self._messages: Counter[tuple[int, int]] = Counter()
        self._webhook_calls: Counter[date] = Counter()

    @property
    def used(self) -> int:
        """Messages counted this month."""
        return self._messages[self._month()]

    def use(self, messages: int) -> None:
        """Count so many messages at once: a month that is nearly over."""
        self._messages[self._month()] += messages

    def admit(self, user: str) -> bool:
        """Report whether this person is served: the first 50 are."""
        if user not in self.users and len(self.users) >= self.max_users:
            return False
        self.users.add(user)
        return True

    def add_group(self, group: str) -> None:
        """Raise LookupError when there is no room for another group."""
        if group not in self.groups and len(self.groups) >= self.max_groups:
            raise LookupError(f"the bot is in {len(self.groups)} groups already")
        self.groups.add(group)

    def count_in(self) -> None:
        if self.counting is Counting.IN_AND_OUT:
            self.use(1)

    def count_out(self) -> None:
        if self.used >= self.max_messages:
            raise Wrong("Quota exceeded", code=429)
        self.use(1)

    def count_webhook_call(self) -> None:
        today = self._now().date()
        if self._webhook_calls[today] >= self.max_webhook_calls:
            raise Wrong("Too many requests today", code=426)
        self._webhook_calls[today] += 1

    def _month(self) -> tuple[int, int]:
        now = self._now()
        return now.year, now.month

    def _now(self) -> datetime:
        return self.clock().astimezone(_LOCAL)
