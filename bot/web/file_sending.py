"""A stored file on its way to a browser: always to be saved, under its own name (W4)."""

import asyncio
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from aiohttp import web

from handlers import words
from storage.files import StoredFile

_PIECE: Final = 64 * 1024
_UNSAFE: Final = '"\\%;/'


async def stream(
    request: web.Request, file: StoredFile, headers: Mapping[str, str], *, seconds: float
) -> web.StreamResponse:
    """Send it piece by piece; a line that needs longer than `seconds` is cut."""
    response = web.StreamResponse(headers=headers)
    response.content_type = file.media_type
    response.content_length = file.size
    response.headers["Content-Disposition"] = disposition(file.name)
    try:
        async with asyncio.timeout(seconds):
            await response.prepare(request)
            for start in range(0, file.size, _PIECE):
                await response.write(file.body[start : start + _PIECE])
            await response.write_eof()
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        pass  # gone: for two minutes it may ask again
    return response


def disposition(name: str) -> str:
    """`attachment` with the name twice: in plain letters, and as it is (RFC 6266, RFC 5987)."""
    return f"attachment; filename=\"{plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def plain(name: str) -> str:
    """The name in ASCII, for whoever cannot read more: "Số liệu.csv" -> "So lieu.csv"."""
    toneless = "".join(_plain_letter(letter) for letter in name)
    return toneless.strip(" .") or "tep"


def _plain_letter(letter: str) -> str:
    if " " <= letter <= "~":
        return "_" if letter in _UNSAFE else letter
    folded = words.fold(letter)
    if len(folded) != 1 or not folded.isascii():
        return "_"
    return folded.upper() if letter.isupper() else folded
