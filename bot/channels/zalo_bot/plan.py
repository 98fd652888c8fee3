"""What the plan of a bot allows and how much of it is used, counted so that counting is free.

Messages are counted in both directions: whether Zalo does so is disputed (zalo.md §6).
"""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.channels.base import Alarm, ChannelMemory

log = logging.getLogger(__name__)

MONTHS_IN: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_SAVE_MESSAGES: Final = 20
_SAVE_SECONDS: Final = 60.0
_WARN_AT: Final = (80, 100)  # per cent
_KEEP_USERS: Final = 4  # times the limit: those whom Zalo does not serve must not fill the row


class Plan(NamedTuple):
    """Limits of one bot: people and groups for ever, messages a calendar month."""

    users: int
    groups: int
    messages: int


BASIC: Final = Plan(users=50, groups=3, messages=3000)


class Used(NamedTuple):
    messages: int
    """This month, in and out."""
    users: int
    """Ever seen."""


@dataclass(slots=True)
class _Tally:
    """What is stored. `told` and `users_told`: the per cent of the last alarm."""

    month: str
    messages: int = 0
    told: int = 0
    users: list[str] = field(default_factory=list)
    users_told: int = 0

    def join(self, other: "_Tally") -> None:
        """Take what another process, or we before a restart, have counted."""
        if other.month == self.month:
            self.messages = max(self.messages, other.messages)
            self.told = max(self.told, other.told)
        known = set(other.users)
        self.users = other.users + [user for user in self.users if user not in known]
        self.users_told = max(self.users_told, other.users_told)


class Meter:
    """Counts this month's messages and the people ever seen; warns at 80 % and at 100 %.

    People are kept as hashes with a key made of the token. Several processes may count.
    """

    def __init__(
        self,
        memory: ChannelMemory,
        *,
        bot: str,
        token: str,
        plan: Plan,
        alarm: Alarm,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.plan = plan
        self._memory, self._alarm, self._now, self._clock = memory, alarm, now, clock
        self._key = f"plan:{bot}"
        self._secret = hashlib.sha256(token.encode()).digest()
        self._tally = _Tally(self.month)
        self._new = 0
        """Messages counted here and not yet stored."""
        self._since_attempt = 0
        """Messages since we last began to store."""
        self._began_at = clock()
        self._saving: asyncio.Task[None] | None = None

    @property
    def month(self) -> str:
        return self._now().astimezone(MONTHS_IN).strftime("%Y-%m")

    @property
    def used(self) -> Used:
        self._turn_over()
        return Used(self._tally.messages + self._new, len(self._tally.users))

    def count(self, account: str | None) -> None:
        """One message, in or out. `account` is None in a group: its members may not be users."""
        self._turn_over()
        self._new += 1
        self._since_attempt += 1
        if account is not None:
            self._meet(self._hashed(account))
        is_told = self._warn()
        is_due = self._clock() - self._began_at >= _SAVE_SECONDS
        if is_told or is_due or self._since_attempt >= _SAVE_MESSAGES:
            self._save_soon()

    def is_beyond(self, account: str) -> bool:
        """True if the plan was full before this person came: then Zalo serves them not at all."""
        served = self._tally.users[: self.plan.users]
        return len(served) >= self.plan.users and self._hashed(account) not in served

    async def load(self) -> None:
        """Go on from what is stored. Never raises: storing later looks again."""
        self._turn_over()
        try:
            self._tally.join(await self._stored())
        except Exception as error:  # noqa: BLE001 - the memory's own
            log.warning("zalo bot plan not read", extra={"why": type(error).__name__})

    async def close(self) -> None:
        if self._saving is not None:
            await self._saving
        if self._new:
            await self._save()

    def _turn_over(self) -> None:
        month = self.month
        if month != self._tally.month:
            self._tally.month, self._tally.messages, self._tally.told = month, 0, 0
            self._new = 0

    def _meet(self, user: str) -> None:
        users = self._tally.users
        if user not in users and len(users) < _KEEP_USERS * self.plan.users:
            users.append(user)

    def _warn(self) -> bool:
        """True if an admin was just told."""
        messages, users = self.used
        level = _level(messages, self.plan.messages)
        users_level = _level(users, self.plan.users)
        tells = level > self._tally.told
        tells_of_users = users_level > self._tally.users_told
        if tells:
            self._tally.told = level
            self._alarm("zalo_bot_plan", used=messages, limit=self.plan.messages)
        if tells_of_users:
            self._tally.users_told = users_level
            self._alarm("zalo_bot_users", used=users, limit=self.plan.users)
        return tells or tells_of_users

    def _save_soon(self) -> None:
        if self._saving is None or self._saving.done():
            self._since_attempt, self._began_at = 0, self._clock()
            self._saving = asyncio.create_task(self._save())

    async def _save(self) -> None:
        try:
            self._tally.join(await self._stored())
            month, new = self._tally.month, self._new
            total = self._tally.messages + new
            await self._memory.put(self._key, self._written(total))
        except Exception as error:  # noqa: BLE001 - a count is not worth a message
            log.warning("zalo bot plan not saved", extra={"why": type(error).__name__})
            return
        if self._tally.month == month:
            self._tally.messages, self._new = total, self._new - new

    def _written(self, messages: int) -> str:
        tally = self._tally
        return json.dumps(
            {
                "month": tally.month,
                "messages": messages,
                "told": tally.told,
                "users": tally.users,
                "users_told": tally.users_told,
                "key": self._hashed(""),
            }
        )

    async def _stored(self) -> _Tally:
        try:
            stored = json.loads(await self._memory.get(self._key) or "{}")
            return self._read(stored)
        except (ValueError, TypeError, AttributeError):
            return _Tally("")

    def _read(self, stored: dict[str, Any]) -> _Tally:
        tally = _Tally(
            str(stored.get("month", "")),
            int(stored.get("messages", 0)),
            int(stored.get("told", 0)),
        )
        # With another token all hashes are other ones: the same people would count twice.
        if stored.get("key") == self._hashed(""):
            tally.users = [str(user) for user in stored.get("users", ())]
            tally.users_told = int(stored.get("users_told", 0))
        return tally

    def _hashed(self, account: str) -> str:
        return hmac.new(self._secret, account.encode(errors="replace"), "sha256").hexdigest()[:16]


def _level(used: int, limit: int) -> int:
    return max((part for part in _WARN_AT if used * 100 >= limit * part), default=0)
