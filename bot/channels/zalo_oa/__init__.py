"""Zalo Official Account: the one place that speaks to the OA OpenAPI (zalo.md 3).

signature.py, webhook.py, aside.py and parsing.py let events in, echoes.py tells our own messages
from the staff's, sending.py and shapes.py send, api.py carries the calls, failures.py knows the
codes, health.py looks the OA up. Where the tokens come from is tokens.py's business.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from aiohttp import web

from bot.channels.base import (
    Accept,
    Alarm,
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
from bot.channels.downloads import Downloads, Hosts
from bot.channels.zalo_oa import health, parsing, shapes
from bot.channels.zalo_oa.api import Api, Tokens
from bot.channels.zalo_oa.aside import Aside
from bot.channels.zalo_oa.echoes import Echoes, Sleep
from bot.channels.zalo_oa.failures import LOCAL, Failures
from bot.channels.zalo_oa.sending import FILES, MAX_PICTURE, Sender
from bot.channels.zalo_oa.webhook import Webhook
from handlers.messages import Address, Incoming

__all__ = ["Tokens", "ZaloOa"]

log = logging.getLogger(__name__)

API_URL: Final = "https://openapi.zalo.me"
ZBS_API_URL: Final = "https://business.openapi.zalo.me"
PICTURES: Final = Hosts(frozenset({"zdn.vn"}))
"""Where Zalo keeps what people send [!]: known of Zalo Bot only, to be looked at with a real OA."""
_PER_SECOND: Final = 20.0
"""An app may call 4,000 times a minute, 66 a second; the limit of one OA is not published
(zalo.md 3.1): a third of it."""


class ZaloOa:
    """A `Channel` (bot/channels/base.py)."""

    name = "zalo_oa"
    fetched = False
    able = Capabilities(
        max_text=2000,
        max_buttons=shapes.MAX_BUTTONS,
        max_label=shapes.MAX_LABEL,
        numbers_in_text=True,
        pictures=True,
        max_caption=0,  # a picture goes alone: the words after it carry the buttons
        max_drawn=MAX_PICTURE,
        files=FILES,
        per_second=_PER_SECOND,
    )

    def __init__(
        self,
        *,
        oa_id: str,
        app_id: str,
        secret_key: str,
        tokens: Tokens,
        memory: ChannelMemory,
        alarm: Alarm,
        api_url: str = API_URL,
        zbs_api_url: str = ZBS_API_URL,
        app_secret: str | None = None,
        signature: Literal["enforce", "soak"] = "enforce",
        public_url: str | None = None,
        login: web.AbstractRouteDef | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        pictures: Hosts = PICTURES,
        dated: Dated = undated,
    ) -> None:
        """`secret_key` is the OA Secret Key, which signs webhooks; "" refuses everything (T07).

        `login`: where a browser comes back to after somebody logged the OA in.
        `app_secret` only where the app's console asks for proof of it with every call (zalo.md
        3.1). `signature` "soak" differs from "enforce" only in that nobody is told of what
        is not signed.
        """
        self.bot = oa_id
        self.counts: Counter[str] = Counter()
        """What was refused, ignored or odd, by name; how the signed timestamp was found."""
        self._tokens, self._login, self._now, self._sleep = tokens, login, now, sleep
        self._api_url, self._public_url = api_url, public_url
        self._aside, echoes = Aside(memory, now=now), Echoes(sleep=sleep)
        self._api = Api(
            tokens=tokens,
            app_secret=app_secret,
            alarm=alarm,
            counts=self.counts,
            chance=chance,
            dated=dated,
        )
        self._sender = Sender(
            self._api,
            memory,
            Failures(alarm),
            echoes,
            oa_id=oa_id,
            api_url=api_url,
            zbs_api_url=zbs_api_url,
            now=now,
            chance=chance,
        )
        self._downloads = Downloads(pictures)
        self._webhook = Webhook(
            oa_id=oa_id,
            app_id=app_id,
            key=secret_key,
            aside=self._aside,
            echoes=echoes,
            alarm=alarm,
            signature=signature,
            counts=self.counts,
            now=now,
        )

    def identify(self, raw: Raw) -> Arrival | None:
        return parsing.identify(raw, self.bot)

    def parse(self, raw: Raw) -> Incoming | None:
        return parsing.parse(raw, self.bot)

    async def accepted(self, raw: Raw) -> None:
        """Nothing: Zalo shows no progress and wants no answer to a press."""

    async def send(self, part: Part, to: Address) -> Receipt:
        return await self._sender.send(part, to)

    async def send_template(
        self, template_id: str, values: Mapping[str, str], to: Address, *, phone: str = ""
    ) -> Receipt:
        """Send an approved ZBS template, which needs no window. Raises only `SendingFailed`.

        By user id; by `phone` (digits with 84 in front) if the template has no such form or the
        person does not follow the OA. Its quota is "template_uid" or "template_phone" unless Zalo
        names another.
        """
        return await self._sender.template(template_id, values, to, phone=phone)

    async def fetch(self, media: str) -> bytes:
        """Bring a picture by the address Zalo gave. Raises only `NotFetched`."""
        return await self._downloads.fetch(media)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        login = [self._login] if self._login is not None else []
        return [self._webhook.route(accept), *login]

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Nothing: the menu of an OA is made by hand in its console, for everybody."""

    async def findings(self) -> list[str]:
        """What should be mended, one line each, in the form of `check`. Never raises.

        Only looks: it may run beside the service, whose business the tokens and alarms are.
        """
        today = self._now().astimezone(LOCAL).date()
        try:
            about_tokens, token = await self._tokens.findings(), await self._tokens.stored()
        except Exception as error:  # noqa: BLE001 - the memory's own; a check goes on
            return [f"error: zalo_oa: {type(error).__name__}"]
        if token is None:
            return about_tokens
        about_oa = await health.findings(
            self._api, token, api_url=self._api_url, oa_id=self.bot, today=today
        )
        return about_tokens + about_oa

    async def start(self) -> None:
        if not self._public_url:
            log.warning("zalo oa has no PUBLIC_URL: its events reach us only by a way of your own")
        await self._aside.forget_old()

    async def listen(self, accept: Accept) -> None:  # noqa: ARG002 - events come by the route
        forgetting = asyncio.create_task(self._aside.keep_forgetting(self._sleep))
        try:
            await self._tokens.run()
        finally:
            forgetting.cancel()
            await asyncio.gather(forgetting, return_exceptions=True)

    async def good_until(self) -> datetime | None:
        """When the right to send ends unless it is renewed (R33)."""
        return await self._tokens.good_until()

    async def close(self) -> None:
        await self._tokens.close()
        await self._aside.close()
        await self._downloads.close()
        await self._api.close()
