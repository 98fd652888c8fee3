"""A picture somebody sent, by its file id: the address is Telegram's word, never a user's (T33)."""

import asyncio
import re
from typing import Final

import aiohttp
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.base import MAX_MEDIA, NeverFetched, NotFetched
from bot.channels.downloads import read
from bot.channels.telegram.requests import AiohttpRequest, ask

SECONDS: Final = 40.0  # 5 MB over the line of a commune; the order's lease is two minutes
_PATH: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")


async def fetch(bot: Bot, request: AiohttpRequest, file_id: str) -> bytes:
    """At most 5 MB. Raises only `NotFetched`: the address holds the token and is in nothing."""
    url = f"{bot.base_file_url}/{await _path(bot, file_id)}"
    trouble: NotFetched
    try:
        async with (
            asyncio.timeout(SECONDS),
            request.opened().get(url, allow_redirects=False) as answer,
        ):
            return await read(answer)
    except (aiohttp.ClientError, RuntimeError, OSError) as error:  # RuntimeError: closed meanwhile
        trouble = NotFetched(type(error).__name__)
    # Raised here and not in the handler: aiohttp's own exceptions hold the whole address (T50).
    raise trouble


async def _path(bot: Bot, file_id: str) -> str:
    why = ""
    file: object = None
    try:
        file = await ask(bot, "getFile", {"file_id": file_id})
    except TelegramError as error:
        why = type(error).__name__
    match file:
        case {"file_size": int(size)} if size > MAX_MEDIA:  # before a single byte is read (T30)
            raise NeverFetched("too big")
        case {"file_path": str(path)} if _PATH.fullmatch(path):
            return path
    raise NotFetched(why or "no path")
