"""GET /zalo-oa/callback: where Zalo brings the OA's admin after the consent (zalo.md 3.2).

`python -m bot zalo-oa login` leaves a pending login in the channel's memory. Without one, or with
another `state`, there is nothing here.
"""

import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from aiohttp import web

from bot.channels.base import ChannelMemory
from bot.channels.zalo_oa.pairs import written
from bot.channels.zalo_oa.renewal import LoginRefused

log = logging.getLogger(__name__)

PATH: Final = "/zalo-oa/callback"
LOGIN: Final = "login"
"""Key of the channel's memory."""
VALID: Final = timedelta(minutes=10)

CONNECTED: Final = "Đã kết nối Zalo OA. Có thể đóng trang này và quay lại cửa sổ dòng lệnh."
NOT_CONNECTED: Final = (
    "Chưa kết nối được Zalo OA. Xin quay lại cửa sổ dòng lệnh và đăng nhập lại từ đầu."
)
OTHER_OA: Final = (
    "Đây không phải là OA đã khai báo. Xin mở lại liên kết và chọn đúng OA của đơn vị."
)
_PAGE: Final = (
    '<!doctype html><html lang="vi"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    "<title>Zalo OA</title><h1>Zalo OA</h1><p>{text}</p></html>"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",  # the address of this page holds a code
    "X-Content-Type-Options": "nosniff",
}


class TakesCodes(Protocol):
    async def take_code(self, code: str, verifier: str) -> None:
        """Raises `LoginRefused`."""
        ...


@dataclass(frozen=True, slots=True)
class Pending:
    """A login that waits for its code. It is good once."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    until: datetime


async def begin(memory: ChannelMemory, *, state: str, verifier: str, now: datetime) -> None:
    """Wait ten minutes for the code; an earlier login that still waits is forgotten."""
    until = (now + VALID).isoformat()
    await memory.put(LOGIN, json.dumps({"state": state, "verifier": verifier, "until": until}))


async def end(memory: ChannelMemory) -> None:
    await memory.put(LOGIN, "")


async def pending(memory: ChannelMemory, *, now: datetime) -> Pending | None:
    """The login that waits now."""
    match written(await memory.get(LOGIN)):
        case {"state": str(state), "verifier": str(verifier), "until": str(until)}:
            found = Pending(state, verifier, datetime.fromisoformat(until))
            # A clock put back since then must not make it longer.
            return found if timedelta(0) < found.until - now <= VALID else None
    return None


def callback_route(
    tokens: TakesCodes, *, memory: ChannelMemory, oa_id: str, now: Callable[[], datetime]
) -> web.AbstractRouteDef:
    """The route, for the service's own `Tokens` and the OA that is configured."""

    async def arrive(request: web.Request) -> web.Response:
        asked = request.query
        login = await pending(memory, now=now())
        code = asked.get("code", "")
        if login is None or not code or not _is_same(asked.get("state", ""), login.state):
            raise web.HTTPNotFound
        if asked.get("oa_id", oa_id) != oa_id:
            return _page(OTHER_OA, status=400)
        await end(memory)  # before it is tried: single use
        try:
            await tokens.take_code(code, login.verifier)
        except LoginRefused as refused:
            log.warning("zalo login refused", extra={"reason": str(refused)})
            return _page(NOT_CONNECTED, status=400)
        return _page(CONNECTED, status=200)

    # Whoever only looks at a link (HEAD) must not use it up.
    return web.get(PATH, arrive, allow_head=False)


def _is_same(given: str, expected: str) -> bool:
    # As bytes: compare_digest refuses non-ASCII text.
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def _page(text: str, *, status: int) -> web.Response:
    page = _PAGE.format(text=text)
    return web.Response(text=page, status=status, content_type="text/html", headers=_HEADERS)
