"""The channels that the settings switch on, each built on the same foundations."""

import asyncio
import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot import demo
from bot.channels.base import Alarm, Channel, Dated, Picture, undated
from bot.channels.web_chat import WebChat
from bot.clock import Clock
from bot.config import Settings
from bot.mailbox import OutboxMailbox
from bot.remembering import StoredMemory
from handlers import FLOWS, texts
from handlers.flow import EVERYONE
from handlers.joining_links import Doors
from storage.database import Database

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.channels.zalo_bot import ZaloBot
    from bot.channels.zalo_oa import ZaloOa
    from bot.channels.zalo_oa.tokens import Tokens

PICTURES: Final = Path(__file__).parents[1] / "lessons" / "pictures"


@cache
def find_picture(stem: str) -> Picture | None:
    """A lesson's picture by the stem of its file; None if there is none."""
    path = PICTURES / f"{stem}.png"
    if not path.is_file():
        return None
    return Picture(hashlib.sha256(path.read_bytes()).hexdigest()[:32], str(path), "")


MakeChannels = Callable[["Foundations"], Sequence[Channel]]


@dataclass
class Foundations:
    """What channels are built on."""

    settings: Settings
    database: Database
    clock: Clock
    owner: str
    secret: bytes
    commune: str
    mailbox: OutboxMailbox
    alarm: Alarm
    dated: Dated = undated

    def memory(self, scope: str) -> StoredMemory:
        return StoredMemory(self.database, scope=scope, owner=self.owner, clock=self.clock)


def doors_of(settings: Settings, channels: Mapping[str, Channel]) -> Doors:
    """What the links of the channels that are on begin with, as far as they are known by now."""
    telegram, oa, zalo_bot = (channels.get(name) for name in ("telegram", "zalo_oa", "zalo_bot"))
    return doors(
        settings,
        telegram=getattr(telegram, "username", None) or "",
        zalo_oa=oa.bot if oa else "",
        zalo_bot=zalo_bot.bot if zalo_bot else "",
    )


def doors(settings: Settings, *, telegram: str, zalo_oa: str, zalo_bot: str) -> Doors:
    """`telegram`: the bot's name; the others by their ids; "" for what is off."""
    page = settings.public_url
    if settings.is_demo:  # to look at, on this machine
        page = page or f"http://{settings.host}:{settings.port}"
    return Doors(
        zalo_oa=f"https://zalo.me/{zalo_oa}" if zalo_oa else "",
        zalo_bot=f"https://bot.zaloplatforms.com/bots/{zalo_bot}" if zalo_bot else "",
        telegram=f"https://t.me/{telegram}?start=" if telegram else "",
        web_chat=f"{page}/?start=" if page else "",
    )


def channels_of(ground: Foundations) -> list[Channel]:
    """The channels that the settings switch on. The chat page is always there."""
    settings = ground.settings
    made: list[Channel] = [_web_chat(ground)]
    if settings.has_telegram:
        made.append(telegram(ground))
    if settings.has_zalo_oa:
        made.append(zalo_oa(ground))
    if settings.has_zalo_bot:
        made.append(zalo_bot(ground))
    return made


def telegram(ground: Foundations) -> "Telegram":
    from bot.channels.telegram import Telegram  # 0.4 s that only Telegram has to pay

    settings = ground.settings
    return Telegram(
        settings.telegram_token.get_secret_value(),
        memory=ground.memory("telegram"),
        menu=_menu,
        api_url=settings.telegram_api_url,
        public_url=settings.public_url or None,
        webhook_secret=settings.telegram_webhook_secret.get_secret_value() or None,
        dated=ground.dated,
    )


def zalo_oa(ground: Foundations) -> "ZaloOa":
    from bot.channels.zalo_oa import ZaloOa
    from bot.channels.zalo_oa.callback import callback_route

    settings, tokens, memory = ground.settings, zalo_oa_tokens(ground), ground.memory("zalo_oa")
    wall = ground.clock.wall
    return ZaloOa(
        oa_id=settings.zalo_oa_id,
        app_id=settings.zalo_oa_app_id,
        secret_key=settings.zalo_oa_secret_key.get_secret_value(),
        tokens=tokens,
        login=callback_route(tokens, memory=memory, oa_id=settings.zalo_oa_id, now=wall),
        memory=memory,
        alarm=ground.alarm,
        api_url=settings.zalo_oa_api_url,
        zbs_api_url=settings.zalo_zbs_api_url,
        signature=settings.zalo_oa_signature,
        public_url=settings.public_url or None,
        now=wall,
        dated=ground.dated,
    )


def zalo_oa_tokens(ground: Foundations) -> "Tokens":
    from bot.channels.zalo_oa.tokens import Tokens

    settings = ground.settings
    return Tokens(
        app_id=settings.zalo_oa_app_id,
        app_secret=settings.zalo_oa_app_secret.get_secret_value(),
        memory=ground.memory("zalo_oa"),
        alarm=ground.alarm,
        oauth_url=settings.zalo_oauth_url,
        seed=settings.zalo_oa_refresh_token.get_secret_value(),
        now=ground.clock.wall,
        sleep=asyncio.sleep,
        chance=random.random,
    )


def zalo_bot(ground: Foundations) -> "ZaloBot":
    from bot.channels.zalo_bot import ZaloBot

    settings = ground.settings
    return ZaloBot(
        settings.zalo_bot_token.get_secret_value(),
        memory=ground.memory("zalo_bot"),
        alarm=ground.alarm,
        api_url=settings.zalo_bot_api_url,
        public_url=settings.public_url or None,
        webhook_secret=settings.zalo_bot_webhook_secret.get_secret_value() or None,
        now=ground.clock.wall,
        dated=ground.dated,
    )


def _web_chat(ground: Foundations) -> WebChat:
    house = demo.DemoHouse(
        ground.database, clock=ground.clock, timezone=ZoneInfo(ground.settings.timezone)
    )
    return WebChat(
        mailbox=ground.mailbox,
        demo=house if ground.settings.is_demo else None,
        pictures=PICTURES,
        commune=ground.commune,
    )


def _menu() -> list[tuple[str, str]]:
    """The commands everybody sees in the platform's own menu."""
    known = texts.load()
    return [
        (flow.command.removeprefix("/"), known.say(flow.menu))
        for flow in FLOWS
        if flow.command and flow.menu and flow.allow == EVERYONE
    ]
