"""Telegram: the one place that speaks to it, by `telegram.Bot` on our own aiohttp requests.

parsing.py reads updates, webhook.py and polling.py let them in, sending.py sends, fetching.py
brings pictures, requests.py carries the calls and tells failures apart.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from aiohttp import web
from telegram import Bot, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, TelegramError

from bot.channels.base import (
    Accept,
    Arrival,
    Capabilities,
    ChannelMemory,
    Command,
    Dated,
    Part,
    Raw,
    Receipt,
    undated,
)
from bot.channels.telegram import fetching, parsing, sending
from bot.channels.telegram.parsing import Me
from bot.channels.telegram.polling import Poller, Sleep, backed_off
from bot.channels.telegram.requests import AiohttpRequest, ask, redact, redact_tokens
from bot.channels.telegram.webhook import PATH, Webhook
from handlers.messages import Address, Incoming

__all__ = ["Command", "Telegram", "redact", "redact_tokens"]

log = logging.getLogger(__name__)

_POLL_SECONDS: Final = 25
_MAX_ANSWERS: Final = 500
_CLOSING_SECONDS: Final = 2.0
_PER_SECOND: Final = 20.0
"""Telegram names about 30 for all chats; replies must find room beside what goes unasked (R12)."""


class Telegram:
    """A `Channel` (bot/channels/base.py)."""

    name = "telegram"
    fetched = False
    able = Capabilities(
        max_text=4096,
        max_buttons=9,
        max_label=24,
        numbers_in_text=True,
        pictures=True,
        max_caption=1024,
        per_second=_PER_SECOND,
    )

    def __init__(
        self,
        token: str,
        *,
        memory: ChannelMemory,
        menu: Callable[[], Sequence[Command]],
        api_url: str = "https://api.telegram.org",
        public_url: str | None = None,
        webhook_secret: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        poll_seconds: int = _POLL_SECONDS,
        dated: Dated = undated,
    ) -> None:
        """`public_url` set: webhook, with `webhook_secret`; absent: polling.

        `menu` gives the commands everybody sees. Nothing is sent before `start`.
        """
        # At DEBUG the library writes people's words and the token into the log (P9, T50).
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self.bot = token.partition(":")[0]
        self.username: str | None = None
        self._memory, self._menu = memory, menu
        self._sleep, self._chance = sleep, chance
        self._public_url = public_url.rstrip("/") if public_url else None
        self._secret = webhook_secret
        self._request = AiohttpRequest(dated)
        api = api_url.rstrip("/")
        self._api = Bot(
            token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._webhook = Webhook(webhook_secret, now=now)
        self._poller = Poller(
            self._api,
            memory,
            me=lambda: self._me,
            now=now,
            sleep=sleep,
            chance=chance,
            seconds=poll_seconds,
        )
        self._answers: set[asyncio.Task[None]] = set()
        self._setting_up: asyncio.Task[None] | None = None

    @property
    def counts(self) -> Counter[str]:
        """What the webhook refused: "forged", "too big", "unreadable"."""
        return self._webhook.counts

    @property
    def _me(self) -> Me:
        return Me(self.bot, self.username)

    def identify(self, raw: Raw) -> Arrival | None:
        return parsing.identify(raw, self._me)

    def parse(self, raw: Raw) -> Incoming | None:
        return parsing.parse(raw, self._me)

    async def accepted(self, raw: Raw) -> None:
        """Stop the spinner of a pressed button and take the keyboard away, in the background."""
        match raw:
            case {"callback_query": {"id": str(query), **press}}:
                if len(self._answers) < _MAX_ANSWERS:
                    task = asyncio.create_task(self._answer(query, press.get("message")))
                    self._answers.add(task)
                    task.add_done_callback(self._answers.discard)

    async def _answer(self, query: str, message: object) -> None:
        # It is valid for seconds and only once; the press itself counts all the same.
        with suppress(TelegramError, *sending.ODD_ANSWERS):
            await ask(self._api, "answerCallbackQuery", {"callback_query_id": query})
        match message:
            # Only in private: in a group the keyboard may be somebody else's (T04). Date 0 means
            # that Telegram no longer gives access to the message.
            case {
                "message_id": int(number),
                "date": int(date),
                "chat": {"type": "private", "id": int(chat)},
            } if date:
                with suppress(TelegramError, *sending.ODD_ANSWERS):
                    question = {"chat_id": chat, "message_id": number}
                    await ask(self._api, "editMessageReplyMarkup", question)

    async def send(self, part: Part, to: Address) -> Receipt:
        return await sending.send(self._api, self._memory, part, to)

    async def fetch(self, media: str) -> bytes:
        """Bring a picture by its file id. Raises only `NotFetched`."""
        return await fetching.fetch(self._api, self._request, media)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        return [self._webhook.route(accept)] if self._public_url else []

    async def start(self) -> None:
        self.username = await self._memory.get("username")
        if not await self._set_up():
            self._setting_up = asyncio.create_task(self._set_up_later())

    async def _set_up_later(self) -> None:
        failures = 1
        await self._sleep(backed_off(failures, self._chance()))
        while not await self._set_up():
            failures += 1
            await self._sleep(backed_off(failures, self._chance()))

    async def _set_up(self) -> bool:
        try:
            await self._look_up()
            await self._set_menus()
            await self._set_webhook()
        except TelegramError as error:
            reason = redact(f"{type(error).__name__}: {error.message}")
            log.warning("telegram not set up yet", extra={"reason": reason})
            return False
        return True

    async def _look_up(self) -> None:
        me = await self._api.get_me()
        if self.username != me.username:
            self.username = me.username
            await self._memory.put("username", me.username or "")

    async def _set_menus(self) -> None:
        # The default list is Vietnamese too: a phone set to English gets that one.
        commands = list(self._menu())
        await self._api.set_my_commands(commands)
        await self._api.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats())

    async def _set_webhook(self) -> None:
        if self._public_url is None:
            return
        if not self._secret:
            log.error("telegram webhook without a secret: everything is refused")
            return
        await self._api.set_webhook(
            f"{self._public_url}{PATH}",
            allowed_updates=list(parsing.UPDATE_KINDS),
            secret_token=self._secret,
        )

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Show these commands in one chat; none: the list that everybody sees. Never raises.

        It fails until that person has started the bot: call it again at their /start.
        """
        scope = BotCommandScopeChat(chat)
        try:
            if commands:
                await self._api.set_my_commands(list(commands), scope=scope)
            else:
                await self._api.delete_my_commands(scope=scope)
        except BadRequest as error:
            log.info("telegram menu refused", extra={"reason": redact(error.message)})
        except TelegramError as error:
            log.warning("telegram menu not set", extra={"reason": type(error).__name__})

    async def ask_name(self) -> str | None:
        """The name Telegram knows us by; None if it does not answer or refuses the token."""
        try:
            await self._look_up()
        except TelegramError as error:
            log.warning("telegram does not know us", extra={"reason": type(error).__name__})
            return None
        return self.username

    async def listen(self, accept: Accept) -> None:
        if self._public_url is None:
            await self._poller.run(accept)

    async def close(self) -> None:
        """Let the answers to presses arrive, shortly, and close the connections."""
        answers = list(self._answers)
        if answers:
            await asyncio.wait(answers, timeout=_CLOSING_SECONDS)
        tasks = [*answers, self._setting_up] if self._setting_up else answers
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._request.shutdown()
