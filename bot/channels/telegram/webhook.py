"""POST /webhook/telegram: checked, size-limited, stored, and only then acknowledged (R1, T07)."""

import hmac
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final

from aiohttp import web

from bot.channels import bodies
from bot.channels.base import Accept, Accepted
from bot.channels.telegram.parsing import stamped

log = logging.getLogger(__name__)

PATH: Final = "/webhook/telegram"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_FORGED_LOGGED_EVERY: Final = 100


class Webhook:
    """POST /webhook/telegram. Refuses everything when no secret is configured (T07)."""

    def __init__(self, secret: str | None, *, now: Callable[[], datetime]) -> None:
        self._secret = secret
        self._now = now
        self.counts: Counter[str] = Counter()

    def route(self, accept: Accept) -> web.AbstractRouteDef:
        async def receive(request: web.Request) -> web.Response:
            return await self._receive(request, accept)

        return web.post(PATH, receive)

    async def _receive(self, request: web.Request, accept: Accept) -> web.Response:
        if not self._is_telegram(request):
            self._count_forged()
            return web.Response(status=403)
        try:
            body = await bodies.read(request)
        except bodies.Unreadable:
            self.counts["unreadable"] += 1
            return web.Response()
        if body is None:
            self.counts["too big"] += 1
            return bodies.too_big()
        raw = bodies.understood(body)
        if raw is None:
            self.counts["unreadable"] += 1
            return web.Response()  # another status would have Telegram repeat it for 24 hours
        accepted = await accept(stamped(raw, self._now()))
        return web.Response(status=503 if accepted is Accepted.BUSY else 200)

    def _is_telegram(self, request: web.Request) -> bool:
        if not self._secret:
            return False
        given = request.headers.get(SECRET_HEADER, "")
        # As bytes: compare_digest refuses non-ASCII text.
        return hmac.compare_digest(given.encode(errors="replace"), self._secret.encode())

    def _count_forged(self) -> None:
        self.counts["forged"] += 1
        if self.counts["forged"] % _FORGED_LOGGED_EVERY == 1:
            log.warning("telegram webhook refused", extra={"times": self.counts["forged"]})
