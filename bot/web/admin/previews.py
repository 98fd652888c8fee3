"""A message as each channel shows it: by the very rendering that sends it (U17)."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from bot.channels.base import Capabilities, Part
from bot.channels.rendering import render
from bot.channels.telegram import Telegram
from bot.channels.web_chat import WebChat
from bot.channels.zalo_bot import abilities
from bot.channels.zalo_oa import ZaloOa
from bot.opening import find_picture
from handlers.messages import Outgoing

_ABLE: Final[tuple[tuple[str, Capabilities], ...]] = (
    (ZaloOa.name, ZaloOa.able),
    ("zalo_bot", abilities(shows_pictures=True)),
    (Telegram.name, Telegram.able),
    (WebChat.name, WebChat.able),
)


class Preview(NamedTuple):
    """One channel and what a person would see there."""

    channel: str
    parts: tuple[Part, ...]


def channels_shown(running: Collection[str]) -> list[str]:
    """Those that are on; all four where none is but our own page."""
    on = [name for name, _ in _ABLE if name in running]
    return on if set(on) - {WebChat.name} else [name for name, _ in _ABLE]


def previews(message: Outgoing, channels: Collection[str]) -> Sequence[Preview]:
    """In the order in which channels are always named."""
    return [
        Preview(name, render(message, able, token="", picture=find_picture))
        for name, able in _ABLE
        if name in channels
    ]
