"""The body of a webhook call, whoever sent it: read under a limit, understood under a depth."""

import json
from typing import Final

from aiohttp import web

from bot.channels.base import Raw

MAX_BODY: Final = 256 * 1024  # T36
_MAX_DEPTH: Final = 32
"""What is deeper could be read but never written again: Python's own limit differs by place."""


class Unreadable(Exception):
    """The body says that it is zipped and is not, or breaks off."""


async def read(request: web.Request) -> bytes | None:
    """Return the body, or None as soon as it is seen to be too big. Raises `Unreadable`."""
    if (request.content_length or 0) > MAX_BODY:
        return None
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY:
                return None
    except web.RequestPayloadError as error:
        raise Unreadable from error
    return bytes(body)


def too_big() -> web.Response:
    """The answer to what is not read to its end; what comes behind it is on another line."""
    answer = web.Response(status=413)
    answer.force_close()
    return answer


def understood(body: bytes) -> Raw | None:
    """Return the event in `body`; None for what is no JSON object, or too deep."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) and _is_shallow(raw) else None


def _is_shallow(raw: Raw) -> bool:
    level: list[object] = [raw]
    for _ in range(_MAX_DEPTH):
        inner = [each for each in level if isinstance(each, dict | list)]
        if not inner:
            return True
        level = [
            below for each in inner for below in (each.values() if isinstance(each, dict) else each)
        ]
    return False
