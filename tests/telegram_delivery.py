"""How updates reach the bot: by polling or by webhook, as Telegram does."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from tests.telegram_rules import Wrong

Update = dict[str, Any]

CONFLICT: Final = "Conflict: terminated by other getUpdates request"
_MAX_RETRY_SECONDS: Final = 2.0


@dataclass(slots=True)
class _Pending:
    update: Update
    copies: int


class Delivery:
    """The updates that wait, and the two ways out. One chat's are posted one after another."""

    def __init__(self, *, retry_seconds: float) -> None:
        self.retry_seconds = retry_seconds
        self.webhook: dict[str, Any] = {}
        self.deliveries: list[int] = []
        """What the bot's webhook answered, in order; 0 = no answer."""
        self._pending: list[_Pending] = []
        self._allowed: list[str] | None = None
        self._chains: dict[int, asyncio.Task[None]] = {}
        self._news = asyncio.Condition()
        self._poller = 0
        self._numbers = {"update": 1000, "message": 0, "query": 0, "file": 0}
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        chains = list(self._chains.values())
        for task in chains:
            task.cancel()
        await asyncio.gather(*chains, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def push(self, update: Update, *, times: int = 1) -> int:
        """Deliver an update `times` times; it gets an `update_id` if it has none."""
        whole = {"update_id": update.get("update_id") or self._next("update"), **update}
        if self._allowed and not set(self._allowed) & set(whole):
            return int(whole["update_id"])
        if self.webhook:
            for _ in range(times):
                self._post_later(whole)
        else:
            await self._wait_in_line(whole, times)
        return int(whole["update_id"])

    async def push_at_once(self, updates: Iterable[Update]) -> None:
        """Post to the webhook in exactly this order, without waiting for one another."""
        await asyncio.gather(*(self._post(update) for update in updates))

    async def wait_until(self, true: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(true)

    async def all_delivered(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Return when the webhook has taken everything that was pushed."""
        async with asyncio.timeout(timeout):
            while self._chains:
                await asyncio.gather(*self._chains.values())

    @property
    def unconfirmed(self) -> list[int]:
        """Ids of the updates that a poller has not confirmed yet."""
        return [pending.update["update_id"] for pending in self._pending]

    async def _do_setWebhook(  # noqa: N802
        self, url: str, allowed_updates: list[str] | None = None, **more: Any
    ) -> bool:
        waiting, self._pending = self._pending, []
        if more.get("drop_pending_updates"):
            waiting = []
        self.webhook = {"url": url, "secret": more.get("secret_token", "")} if url else {}
        self._allowed = allowed_updates or self._allowed
        for pending in waiting:
            self._post_later(pending.update)
        return True

    async def _do_deleteWebhook(self, drop_pending_updates: bool = False) -> bool:  # noqa: N802 - called by name
        self.webhook = {}
        if drop_pending_updates:
            self._pending.clear()
        return True

    async def _do_getWebhookInfo(self) -> dict[str, Any]:  # noqa: N802
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._pending) + len(self._chains),
        }

    async def _do_getUpdates(  # noqa: N802
        self,
        offset: int = 0,
        limit: int = 100,
        timeout: int = 0,  # noqa: ASYNC109 - Telegram's name
        allowed_updates: list[str] | None = None,
    ) -> list[Update]:
        if self.webhook:
            what = "can't use getUpdates method while webhook is active"
            raise Wrong(
                f"Conflict: {what}; use deleteWebhook to delete the webhook first", code=409
            )
        self._allowed = allowed_updates or self._allowed
        self._poller += 1
        mine = self._poller
        self._confirm(offset)
        async with self._news:
            self._news.notify_all()  # another one that is still waiting is sent away
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._news.wait_for(lambda: self._pending or self._poller != mine)
        if self._poller != mine:
            raise Wrong(CONFLICT, code=409)
        return [pending.update for pending in self._pending[:limit]]

    def _confirm(self, offset: int) -> None:
        for pending in self._pending:
            if pending.update["update_id"] < offset:
                pending.copies -= 1
        self._pending = [pending for pending in self._pending if pending.copies > 0]

    async def _wait_in_line(self, update: Update, times: int) -> None:
        self._pending.append(_Pending(update, times))
        self._pending.sort(key=lambda pending: int(pending.update["update_id"]))
        async with self._news:
            self._news.notify_all()

    def _post_later(self, update: Update) -> None:
        """One chat's updates one after another; the next waits for the 2xx of the one before."""
        chat = _chat_of(update)
        before = self._chains.get(chat)

        async def in_turn() -> None:
            if before is not None:
                await asyncio.gather(before, return_exceptions=True)
            await self._post_until_taken(update)
            if self._chains.get(chat) is asyncio.current_task():
                del self._chains[chat]

        self._chains[chat] = asyncio.create_task(in_turn())

    async def _post_until_taken(self, update: Update) -> None:
        pause = self.retry_seconds
        while self.webhook:
            if 200 <= await self._post(update) < 300:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _MAX_RETRY_SECONDS)
        await self._wait_in_line(update, 1)

    async def _post(self, update: Update) -> int:
        if self._client is None:
            raise RuntimeError("not started")
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]}
        status = 0
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._client.post(
                self.webhook["url"], json=update, headers=headers
            ) as answer:
                status = answer.status
        self.deliveries.append(status)
        async with self._news:
            self._news.notify_all()
        return status

    def _next(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]


def _chat_of(update: Update) -> int:
    for value in update.values():
        match value:
            case {"chat": {"id": int(chat)}} | {"message": {"chat": {"id": int(chat)}}}:
                return chat
    return 0
