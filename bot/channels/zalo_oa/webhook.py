"""POST /webhook/zalo-oa: signed, size-limited, stored, and only then acknowledged (R1, T07).

Zalo must hear 200 even to what is not its own: other answers have it report the address as dead
and unsubscribe the app (zalo.md 3.10). 503 only asks for the same event again (R3).
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from aiohttp import web

from bot.channels import bodies
from bot.channels.base import Accept, Accepted, Alarm, Raw
from bot.channels.zalo_oa.aside import Aside
from bot.channels.zalo_oa.echoes import Echoes
from bot.channels.zalo_oa.parsing import belongs_to_another, staff_echo, stamped
from bot.channels.zalo_oa.signature import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    Signed,
    matching,
)

log = logging.getLogger(__name__)

PATH: Final = "/webhook/zalo-oa"
RETRY_HEADER: Final = "num_retry"
_UNSIGNED_IS_TRIED: Final = 10  # the console sends its samples unsigned, one at a time
_LOGGED_EVERY: Final = 100
_OTHERS_ARE_ODD: Final = 10  # so many, and none of ours: is our ZALO_OA_ID the right one?
# Management of templates and quotas: nobody's event, but somebody may look for it.
_COUNTED: Final = ("change_oa_daily_quota", "change_template_status")


class Webhook:
    """The receiving side of one OA. Executes nothing that is not signed; without a key nothing."""

    def __init__(
        self,
        *,
        oa_id: str,
        app_id: str,
        key: str,
        aside: Aside,
        echoes: Echoes,
        alarm: Alarm,
        counts: Counter[str],
        now: Callable[[], datetime],
        signature: Literal["enforce", "soak"] = "enforce",
    ) -> None:
        """In the soak mode nobody is told of what is not signed; all else is the same."""
        self._oa, self._app, self._key = oa_id, app_id, key
        self._aside, self._echoes, self._alarm = aside, echoes, alarm
        self._signature = signature
        self._now, self.counts = now, counts
        self._had_ours = False

    def route(self, accept: Accept) -> web.AbstractRouteDef:
        async def receive(request: web.Request) -> web.Response:
            return await self._receive(request, accept)

        return web.post(PATH, receive)

    async def _receive(self, request: web.Request, accept: Accept) -> web.Response:
        try:
            body = await bodies.read(request)
        except bodies.Unreadable:
            self.counts["unreadable"] += 1
            return web.Response()
        if body is None:
            self.counts["too big"] += 1
            return bodies.too_big()
        if body.strip() in (b"", b"{}"):
            self.counts["probe"] += 1
            return web.Response()
        raw = bodies.understood(body)
        if not self._is_zalo(request, body, raw):
            return web.Response()
        if raw is None:
            self.counts["unreadable"] += 1
            return web.Response()
        if await self._is_nothing(raw):
            return web.Response()
        retry = request.headers.get(RETRY_HEADER, "")
        accepted = await accept(stamped(raw, body, now=self._now(), num_retry=retry))
        return web.Response(status=503 if accepted is Accepted.BUSY else 200)

    # --- whose call it is ----------------------------------------------------------------------

    def _is_zalo(self, request: web.Request, body: bytes, raw: Raw | None) -> bool:
        given = request.headers.get(SIGNATURE_HEADER, "")
        if given:
            where = matching(
                given, body, _candidates(request, raw), app_id=self._app, key=self._key
            )
            if where is not None:
                self.counts[f"signed by {where}"] += 1
                return True
        self._refuse(request, body, "forged" if given else "unsigned")
        return False

    def _refuse(self, request: web.Request, body: bytes, what: str) -> None:
        self.counts[what] += 1
        times = self.counts[what]
        if times % _LOGGED_EVERY == 1:
            log.warning("zalo oa webhook refused", extra={"what": what, "times": times})
        kept = self._aside.keep(
            body,
            signature=request.headers.get(SIGNATURE_HEADER, ""),
            timestamp=request.headers.get(TIMESTAMP_HEADER, ""),
        )
        first = 1 if what == "forged" else _UNSIGNED_IS_TRIED
        is_loud = times == first or (kept and times > first)
        if is_loud and self._signature == "enforce":
            self._alarm("zalo_oa_forged", times=times)

    # --- what of it is no event of ours --------------------------------------------------------

    async def _is_nothing(self, raw: Raw) -> bool:
        if raw.get("event_name") in _COUNTED:
            self.counts[str(raw["event_name"])] += 1
            return True
        if belongs_to_another(raw, self._oa):
            self._note_another()
            return True
        self._had_ours = True
        echo = staff_echo(raw)
        if echo is not None and await self._echoes.is_ours(*echo):
            self.counts["own echo"] += 1
            return True
        return False

    def _note_another(self) -> None:
        """One app may serve several OAs; but hearing of others only is a mistyped ZALO_OA_ID."""
        self.counts["another oa"] += 1
        times = self.counts["another oa"]
        if times == _OTHERS_ARE_ODD and not self._had_ours:
            log.warning("zalo oa hears of other oas only", extra={"times": times})
            self._alarm("zalo_oa_other", times=times)


def _candidates(request: web.Request, raw: Raw | None) -> list[Signed]:
    """The timestamps that may have been signed, the likeliest first (zalo.md 6)."""
    found = []
    if header := request.headers.get(TIMESTAMP_HEADER, "").strip():
        found.append(Signed("header", header))
    written = raw.get("timestamp") if raw else None
    if isinstance(written, str | int) and not isinstance(written, bool):
        found.append(Signed("body", str(written)))
    return found
