"""Zalo Bot: short texts both ways, no buttons; the choices are the numbers in the text.

parsing.py reads updates, webhook.py and polling.py let them in, sending.py sends, plan.py counts
what the plan allows, registering.py tells Zalo where we are, api.py carries the calls.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

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
from bot.channels.zalo_bot import parsing
from bot.channels.zalo_bot.api import Answered, Api, Trouble
from bot.channels.zalo_bot.plan import BASIC, Meter, Plan, Used
from bot.channels.zalo_bot.polling import Poller, Sleep, webhook_url
from bot.channels.zalo_bot.registering import Registration
from bot.channels.zalo_bot.sending import Sender
from bot.channels.zalo_bot.webhook import PATH, Webhook
from handlers.messages import Address, Incoming

__all__ = ["BASIC", "Plan", "Used", "ZaloBot"]

_MAX_TEXT: Final = 2000
_MAX_CAPTION: Final = 1000  # of 2,000: so that a picture that is refused can be told in words
_WARN_PER_CENT: Final = 80
_PER_SECOND: Final = 2.0
"""The rate behind its 429 is not published; of 50 users nobody waits long (zalo.md 2.2)."""
PICTURES: Final = Hosts(frozenset({"zdn.vn"}))
"""Where Zalo keeps what people send: photo-stal-1.zdn.vn was seen (zalo.md 2.4); others [!]."""


def abilities(*, shows_pictures: bool) -> Capabilities:
    """Pictures are fetched from our own page: without a public address there are none."""
    return Capabilities(
        max_text=_MAX_TEXT,
        pictures=shows_pictures,
        max_caption=_MAX_CAPTION,
        max_drawn=0,
        per_second=_PER_SECOND,
    )


class ZaloBot:
    """A `Channel` (bot/channels/base.py)."""

    name = "zalo_bot"
    fetched = False

    def __init__(
        self,
        token: str,
        *,
        memory: ChannelMemory,
        alarm: Alarm,
        api_url: str = "https://bot-api.zaloplatforms.com",
        public_url: str | None = None,
        webhook_secret: str | None = None,
        plan: Plan = BASIC,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        poll_seconds: int = 30,
        pictures: Hosts = PICTURES,
        dated: Dated = undated,
    ) -> None:
        """`public_url` set: webhook, with `webhook_secret`, and pictures; absent: polling.

        Nothing is sent before `start`.
        """
        self.bot = token.partition(":")[0]
        public = public_url.rstrip("/") if public_url else None
        self.able = abilities(shows_pictures=public is not None)
        self._public_url, self._secret, self._now = public, webhook_secret, now
        self._api = Api(token, url=api_url, dated=dated)
        self._meter = Meter(memory, bot=self.bot, token=token, plan=plan, alarm=alarm, now=now)
        self._sender = Sender(
            self._api,
            self._meter,
            pictures_url=f"{public}/pictures" if public else None,
            alarm=alarm,
            now=now,
        )
        self._downloads = Downloads(pictures)
        self._webhook = Webhook(webhook_secret)
        self._poller = Poller(
            self._api,
            memory,
            bot=self.bot,
            alarm=alarm,
            sleep=sleep,
            chance=chance,
            seconds=poll_seconds,
        )
        self._registration = Registration(
            self._api,
            memory,
            bot=self.bot,
            webhook=f"{public}{PATH}" if public else None,
            secret=webhook_secret,
            alarm=alarm,
            now=now,
            sleep=sleep,
            chance=chance,
        )
        self._registering: asyncio.Task[None] | None = None

    @property
    def counts(self) -> Counter[str]:
        """What the webhook did not take: "forged", "too big", "unreadable", "probe"."""
        return self._webhook.counts

    @property
    def plan_used(self) -> Used:
        """This month's messages in both directions, and how many people were ever seen."""
        return self._meter.used

    def identify(self, raw: Raw) -> Arrival | None:
        return parsing.identify(raw, self._registration.me)

    def parse(self, raw: Raw) -> Incoming | None:
        return parsing.parse(raw, self._registration.me, now=self._now())

    async def accepted(self, raw: Raw) -> None:
        """Count it: Zalo itself wants nothing."""
        arrival = self.identify(raw)
        if arrival is not None:
            self._meter.count(arrival.account if arrival.chat == arrival.account else None)

    async def send(self, part: Part, to: Address) -> Receipt:
        return await self._sender.send(part, to)

    async def fetch(self, media: str) -> bytes:
        """Bring a picture by the address Zalo gave. Raises only `NotFetched`."""
        return await self._downloads.fetch(media)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        return [self._webhook.route(accept)] if self._public_url else []

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Nothing: there is no such menu here."""

    async def start(self) -> None:
        await self._meter.load()
        pause = await self._registration.attempt()
        if pause is not None:
            self._registering = asyncio.create_task(self._registration.finish(pause))

    async def listen(self, accept: Accept) -> None:
        if self._public_url is None:
            await self._poller.run(accept)
        else:
            await self._poller.offer_kept(accept)  # it may have polled until its last start

    async def close(self) -> None:
        """Store what was counted and close the connections."""
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.gather(self._registering, return_exceptions=True)
        await self._meter.close()
        await self._downloads.close()
        await self._api.close()

    async def findings(self) -> list[str]:
        """What a technician should mend, a line each, for `check --channels`. Never raises.

        A line begins with "error" or, if people can be served all the same, with "warning".
        """
        try:
            await self._registration.look_up()
            await self._meter.load()
            found = await self._about_webhook()
        except Answered as answer:
            if answer.code == 401:
                return ["error: zalo_bot: refuses the token"]
            return [f"error: zalo_bot: {answer}"]
        except Trouble as trouble:
            return [f"error: zalo_bot: does not answer ({type(trouble).__name__})"]
        except Exception as error:  # noqa: BLE001 - the memory's own; a check goes on
            return [f"error: zalo_bot: {type(error).__name__}"]
        return found + self._about_plan()

    async def _about_webhook(self) -> list[str]:
        url = await webhook_url(self._api)
        if self._public_url is None:
            found = ["warning: zalo_bot: without PUBLIC_URL what is sent while we are off is lost"]
            return [
                *found,
                *(["warning: zalo_bot: the running bot removes a webhook"] if url else []),
            ]
        if not self._secret:
            return ["error: zalo_bot: ZALO_BOT_WEBHOOK_SECRET is missing: every message is refused"]
        if url != f"{self._public_url}{PATH}":
            return ["warning: zalo_bot: the webhook is not ours until the service has started"]
        return []

    def _about_plan(self) -> list[str]:
        used, plan = self._meter.used, self._meter.plan
        return [
            f"warning: zalo_bot: {n} of {limit} {what} used"
            for what, n, limit in (
                ("messages this month", used.messages, plan.messages),
                ("people", used.users, plan.users),
            )
            if n * 100 >= limit * _WARN_PER_CENT
        ]
