"""Telegram as a crowd of recipients sees it: a ceiling, floods, blocks, breakdowns, and a ledger.

Everything is drawn from a seed, once for each recipient, so that what has arrived can be counted
against what was injected.
"""

import asyncio
import json
import random
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

from tests.bench.api import DONE, Api, read

FIRST: Final = 900_000_001
"""Chats from here on are recipients; all others talk."""
_GRACE: Final = 0.1  # seconds: what was under way when the silence was asked for
_REASONS: Final = {200: "OK", 403: "Forbidden", 429: "Too Many Requests", 500: "Internal Error"}


@dataclass(frozen=True)
class Faults:
    """Shares of the recipients who meet each, and how often the whole bot is told to be silent."""

    blocked: float = 0.0
    broken: float = 0.0
    """5xx with Telegram's JSON: nothing was done, the next attempt is taken."""
    cut_before: float = 0.0
    cut_after: float = 0.0
    """The line breaks without and with the message delivered: nobody can know."""
    flood_every: int = 0
    """Messages from one flood to the next; 0 = none."""
    flood_seconds: int = 2


@dataclass
class Ledger:
    """What really happened, by recipient."""

    delivered: Counter[int] = field(default_factory=Counter)
    blocked: set[int] = field(default_factory=set)
    cut_before: set[int] = field(default_factory=set)
    cut_after: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    floods: int = 0
    too_early: int = 0
    """Calls in the time for which silence was asked."""
    over: int = 0
    """Calls beyond the ceiling."""
    first: float = 0.0
    last: float = 0.0

    @property
    def seconds(self) -> float:
        return max(0.001, self.last - self.first)


class Platform(Api):
    """`heard` is told what arrives for people who talk."""

    def __init__(self, *, ceiling: float, seed: int = 1) -> None:
        super().__init__()
        self.ceiling = ceiling
        self.faults = Faults()
        self.ledger = Ledger()
        self._seed = seed
        self._second: deque[float] = deque()
        self._told_at = 0.0
        self._silent_until = 0.0
        self._since_flood = 0

    def begin(self, faults: Faults) -> Ledger:
        """A new round: an empty ledger."""
        self.faults, self.ledger = faults, Ledger()
        return self.ledger

    def _deliver(self, transport: asyncio.WriteTransport, method: bytes, body: bytes) -> None:
        now = time.perf_counter()
        if self._is_silent(transport, now):
            return
        if self.ceiling and self._is_over(now):
            self.ledger.over += 1
            self._flood(transport, now, 1)
            return
        heard = read(body, 0)
        if heard.chat < FIRST:
            super()._deliver(transport, method, body)
            return
        self.ledger.first = self.ledger.first or now
        self.ledger.last = now
        self._since_flood += 1
        if self.faults.flood_every and self._since_flood >= self.faults.flood_every:
            self._flood(transport, now, self.faults.flood_seconds)
            return
        self._meets_its_fate(transport, heard.chat)

    def _meets_its_fate(self, transport: asyncio.WriteTransport, chat: int) -> None:
        ledger = self.ledger
        match self._fate(chat):
            case "blocked":
                ledger.blocked.add(chat)
                _refuse(transport, 403, "Forbidden: bot was blocked by the user")
            case "broken" if chat not in ledger.broken:
                ledger.broken.add(chat)
                _refuse(transport, 500, "Internal Server Error")
            case "cut_before":
                ledger.cut_before.add(chat)
                transport.abort()
            case "cut_after":
                ledger.cut_after.add(chat)
                ledger.delivered[chat] += 1
                transport.abort()
            case _:
                ledger.delivered[chat] += 1
                transport.write(DONE)

    def _fate(self, chat: int) -> str:
        drawn = random.Random(chat * 1_000 + self._seed).random()
        for name in ("blocked", "broken", "cut_before", "cut_after"):
            share = getattr(self.faults, name)
            if drawn < share:
                return name
            drawn -= share
        return ""

    def _is_silent(self, transport: asyncio.WriteTransport, now: float) -> bool:
        if now >= self._silent_until:
            return False
        self.ledger.too_early += now > self._told_at + _GRACE
        _refuse(transport, 429, "Too Many Requests", retry_after=_whole(self._silent_until - now))
        return True

    def _is_over(self, now: float) -> bool:
        while self._second and self._second[0] < now - 1.0:
            self._second.popleft()
        self._second.append(now)
        return len(self._second) > self.ceiling

    def _flood(self, transport: asyncio.WriteTransport, now: float, seconds: int) -> None:
        self.ledger.floods += 1
        self._since_flood = 0
        self._told_at, self._silent_until = now, now + seconds
        _refuse(transport, 429, "Too Many Requests", retry_after=seconds)


def _whole(seconds: float) -> int:
    return max(1, int(seconds + 0.999))


def _refuse(transport: asyncio.WriteTransport, code: int, said: str, **parameters: int) -> None:
    answer = {"ok": False, "error_code": code, "description": said}
    body = json.dumps({**answer, "parameters": parameters} if parameters else answer).encode()
    head = f"HTTP/1.1 {code} {_REASONS[code]}\r\nContent-Type: application/json\r\n"
    transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
