"""POST /webhook/zalo-bot: checked, size-limited, stored, and only then acknowledged (R1, T07)."""

import hmac
import logging
from collections import Counter
from typing import Final

from aiohttp import web

from bot.channels import bodies
from bot.channels.base import Accept, Accepted
from bot.channels.zalo_bot.parsing import inner

log = logging.getLogger(__name__)

PATH: Final = "/webhook/zalo-bot"
SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_FORGED_LOGGED_EVERY: Final = 100


class Webhook:
    """POST /webhook/zalo-bot. Refuses everything when no secret is configured (T07)."""

    def __init__(self, secret: str | None) -> None:
        self._secret = secret
        self.counts: Counter[str] = Counter()

    def route(self, accept: Accept) -> web.AbstractRouteDef:
        async def receive(request: web.Request) -> web.Response:
            return await self._receive(request, accept)

        return web.post(PATH, receive)

    async def _receive(self, request: web.Request, accept: Accept) -> web.Response:
        if self._secret and _is_probe(request):
            self.counts["probe"] += 1
            return web.Response()
        if not self._is_zalo(request):
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
        event = inner(raw) if raw else None
        if not event:
            self.counts["unreadable" if body else "probe"] += 1
            return web.Response()
        accepted = await accept(event)
        return web.Response(status=503 if accepted is Accepted.BUSY else 200)

    def _is_zalo(self, request: web.Request) -> bool:
        if not self._secret:
            return False
        given = request.headers.get(SECRET_HEADER, "")
        # As bytes: compare_digest refuses non-ASCII text.
        return hmac.compare_digest(given.encode(errors="replace"), self._secret.encode())

    def _count_forged(self) -> None:
        self.counts["forged"] += 1
        if self.counts["forged"] % _FORGED_LOGGED_EVERY == 1:
            log.warning("zalo bot webhook refused", extra={"times": self.counts["forged"]})


def _is_probe(request: web.Request) -> bool:
    """Tell a health call with nothing in it, not even a secret: 403 would mean we are broken."""
    return SECRET_HEADER not in request.headers and not request.can_read_body
