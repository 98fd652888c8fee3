"""How events reach the bot: one at a time by polling, or posted (zalo.md §2.5, §2.6).

Neither promises anything: polled events may come again or be lost, posted ones have no published
retry. A posted body comes wrapped or bare.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum, Flag, auto
from itertools import cycle
from typing import Any, Final

import aiohttp

from tests.zalo_bot_plan import Plan
from tests.zalo_bot_rules import Wrong
from tests.zalo_bot_updates import Event, wrapped

SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"
USER_AGENT: Final = "Java/17.0.9"


class Polling(Flag):
    """What becomes of events. Both readings of the field reports, alone or together."""

    ONCE = 0
    REPLAY = auto()  # what was fetched comes again at once, round and round
    LOSSY = auto()  # what is written while nobody polls is lost for ever


class Shape(Enum):
    """The body of a webhook call."""

    WRAPPED = "wrapped"
    BARE = "bare"
    BY_TURNS = "by turns"


class Delivery:
    """`public` says where a public address really is: Zalo calls no http and no loopback."""

    def __init__(self, plan: Plan, *, webhook_seconds: float, longest_poll: float) -> None:
        self.plan = plan
        self.webhook_seconds = webhook_seconds
        self.longest_poll = longest_poll
        self.polling = Polling.ONCE
        self.shape = Shape.BY_TURNS
        self.retries = 0
        """How often a post is repeated that was not answered with 2xx."""
        self.public: dict[str, str] = {}
        """{"https://commune.example": "http://127.0.0.1:8080"}"""
        self.webhook: dict[str, str] = {}
        self.lost: list[Event] = []
        """What will never reach the bot: written while nobody polled, or posted in vain."""
        self.deliveries: list[int] = []
        """What the bot's webhook answered, in order; 0 = no answer in time."""
        self.open_polls = 0
        self._waiting: deque[Event] = deque()
        self._fetched: deque[Event] = deque()
        self._wraps = cycle((True, False))
        self._chains: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Condition()
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        chains = list(self._chains.values())
        for task in chains:
            task.cancel()
        await asyncio.gather(*chains, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def push(self, event: Event, *, times: int = 1) -> None:
        """Deliver any event `times` times, by the way that is set."""
        for _ in range(times):
            if self.webhook:
                self._post_later(event)
            elif Polling.LOSSY in self.polling and not self.open_polls:
                self.lost.append(event)
            else:
                self._waiting.append(event)
        await self._tell()

    async def push_at_once(self, events: Iterable[Event]) -> None:
        """Post to the webhook without waiting for one another: any order."""
        await asyncio.gather(*(self._post(event) for event in events))

    async def probe(self) -> str:
        """Call the webhook with an empty body, as Zalo does to see it live. Return the outcome."""
        return await self._outcome()

    async def wait_until(self, true: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the caller's words
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(true)

    async def all_delivered(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the caller's words
        """Return when everything that was pushed has been posted."""
        async with asyncio.timeout(timeout):
            while self._chains:
                await asyncio.gather(*self._chains.values())

    @property
    def waiting(self) -> list[Event]:
        """Events that no poll has fetched yet."""
        return list(self._waiting)

    async def _do_getUpdates(self, timeout: float = 30, **_: str) -> Event:  # noqa: ASYNC109, N802 - Zalo's names, here and below
        if self.webhook:
            raise Wrong("Bad Request: a webhook is set")
        self.open_polls += 1
        await self._tell()
        try:
            async with asyncio.timeout(min(timeout, self.longest_poll)), self._news:
                await self._news.wait_for(self._has_event)
                return self._fetch()
        except TimeoutError:
            raise Wrong("Request timeout", code=408) from None
        finally:
            self.open_polls -= 1

    def _has_event(self) -> bool:
        return bool(self._waiting or (Polling.REPLAY in self.polling and self._fetched))

    def _fetch(self) -> Event:
        event = self._waiting.popleft() if self._waiting else self._fetched.popleft()
        self._fetched.append(event)
        return event

    async def _do_setWebhook(self, url: str, secret_token: str) -> dict[str, Any]:  # noqa: N802
        self.plan.count_webhook_call()
        self.webhook = {"url": url, "secret": secret_token, "updated_at": str(self._milliseconds())}
        return {**self._about_webhook(), "verification": await self._verification()}

    async def _do_testWebhook(self) -> dict[str, Any]:  # noqa: N802
        if not self.webhook:
            raise Wrong("Not Found", code=404)
        self.plan.count_webhook_call()
        return await self._verification()

    async def _do_getWebhookInfo(self) -> dict[str, Any]:  # noqa: N802
        if not self.webhook:
            raise Wrong("Not Found", code=404)
        return self._about_webhook()

    async def _do_deleteWebhook(self) -> dict[str, Any]:  # noqa: N802
        self.webhook = {}
        return {"url": "", "updated_at": self._milliseconds()}

    def _about_webhook(self) -> dict[str, Any]:
        return {"url": self.webhook["url"], "updated_at": int(self.webhook["updated_at"])}

    async def _verification(self) -> dict[str, Any]:
        outcome = await self._outcome()
        good = outcome == "webhook.ok"
        hint = "" if good else "Check the server"
        return {"ok": good, "url": self.webhook["url"], "outcome": outcome, "hint": hint}

    async def _outcome(self) -> str:
        status = await self._call_webhook(b"", {})
        match status:
            case 0:
                return "webhook.err.unreachable"
            case 403 | 404:
                return f"webhook.http.{status}"
            case _ if status >= 500:
                return "webhook.http.5xx"
            case _:
                return "webhook.ok" if 200 <= status < 300 else "webhook.http.other"

    def _post_later(self, event: Event) -> None:
        """One chat's events one after another, as far as they are posted at all."""
        chat = event.get("message", {}).get("chat", {}).get("id", "")
        before = self._chains.get(chat)

        async def in_turn() -> None:
            if before is not None:
                await asyncio.gather(before, return_exceptions=True)
            for _ in range(1 + self.retries):
                if self.webhook and 200 <= await self._post(event) < 300:
                    break
            else:
                self.lost.append(event)
            if self._chains.get(chat) is asyncio.current_task():
                del self._chains[chat]

        self._chains[chat] = asyncio.create_task(in_turn())

    async def _post(self, event: Event) -> int:
        body = wrapped(event) if self._is_wrapped() else event
        content = json.dumps(body, ensure_ascii=False).encode()
        status = await self._call_webhook(content, {"Content-Type": "application/json"})
        self.deliveries.append(status)
        await self._tell()
        return status

    def _is_wrapped(self) -> bool:
        if self.shape is Shape.BY_TURNS:
            return next(self._wraps)
        return self.shape is Shape.WRAPPED

    async def _call_webhook(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the status, 0 if there was none. Redirects are not followed."""
        where = self.really(self.webhook["url"])
        if self._client is None or where is None:
            return 0
        headers = {SECRET_HEADER: self.webhook["secret"], "User-Agent": USER_AGENT, **headers}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._client.post(
                where,
                data=body or None,
                headers=headers,
                skip_auto_headers=("Content-Type",),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=self.webhook_seconds),
            ) as answer:
                return answer.status
        return 0

    def really(self, url: str) -> str | None:
        """Return where a public address is on this machine, None if nowhere."""
        for public, local in self.public.items():
            if url == public or url.startswith(f"{public}/"):
                return local + url.removeprefix(public)
        return None

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _milliseconds(self) -> int:
        return round(self.plan.clock().timestamp() * 1000)
