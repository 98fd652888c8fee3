"""Calls of the OA OpenAPI: the token, the envelope, and which failures mean that nothing arrived.

A refusal of Zalo's is an `Answer` with its code; what has no code is raised (R10).
"""

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

import aiohttp

from bot.channels.base import (
    Alarm,
    Dated,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
    undated,
)
from bot.channels.zalo_oa import failures

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
UPLOAD_SECONDS: Final = 180.0  # a picture over the line of a commune
CONNECTIONS: Final = 64
_DIGITS: Final = re.compile(r"-?[0-9]{1,8}")
_SCARCE: Final = 0.05  # of the calls that a minute allows
_MOST_SILENCE: Final = 3_600.0

Payload = Callable[[], aiohttp.FormData | bytes | None]
"""Makes the body of one attempt: a form can be sent only once."""


class Tokens(Protocol):
    """The pair of OAuth tokens of one OA (tokens.py)."""

    async def access(self) -> str:
        """The access token of this moment. Raises `ChannelDown` if there is none."""
        ...

    async def refused(self, token: str) -> None:
        """Zalo refused this access token: get a new one, unless a newer is there already."""
        ...

    async def run(self) -> None:
        """Refresh in time, until cancelled."""
        ...

    async def stored(self) -> str | None:
        """The access token that is stored, if it is good now. Renews and writes nothing."""
        ...

    async def good_until(self) -> datetime | None:
        """When the refresh token ends unless it is renewed; None: there is none."""
        ...

    async def findings(self) -> list[str]:
        """What should be mended, one line each. Renews and writes nothing."""
        ...

    async def close(self) -> None:
        """Let a renewal that has begun end: its answer comes only once."""
        ...


class Answer(NamedTuple):
    """What Zalo said. `code` 0: done, `data` is the result; else a code of zalo.md 3.11."""

    code: int
    said: str
    data: dict[str, Any]


class Api:
    """One aiohttp session for every call of one OA."""

    def __init__(
        self,
        *,
        tokens: Tokens,
        app_secret: str | None,
        alarm: Alarm,
        counts: Counter[str],
        chance: Callable[[], float],
        dated: Dated = undated,
    ) -> None:
        """`app_secret` only where the app's console asks for proof of it with every call."""
        self._tokens, self._secret = tokens, app_secret
        self._alarm, self._counts, self._chance = alarm, counts, chance
        self._dated = dated
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._is_scarce = False

    async def post(self, url: str, question: Mapping[str, Any]) -> Answer:
        body = json.dumps(question, ensure_ascii=False).encode("utf-8", "replace")
        return await self._call("POST", url, lambda: body, {"Content-Type": "application/json"})

    async def get(self, url: str) -> Answer:
        return await self._call("GET", url, lambda: None, {})

    async def get_with(self, token: str, url: str) -> Answer:
        """Ask with this token only: if Zalo refuses it, that is the answer."""
        return await self._ask("GET", url, None, self._signed(token, {}), 0.0)

    async def upload(self, url: str, name: str, media_type: str, content: bytes) -> Answer:
        """Store a file at Zalo's; nobody gets it by that, so whatever fails may go again."""

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData(quote_fields=False)  # a Vietnamese name, not its escapes
            made.add_field("file", content, filename=name, content_type=media_type)
            return made

        try:
            return await self._call("POST", url, form, {}, seconds=UPLOAD_SECONDS)
        except Uncertain:
            pass
        raise TryLater

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _call(
        self,
        method: str,
        url: str,
        body: Payload,
        headers: Mapping[str, str],
        *,
        seconds: float = 0.0,
    ) -> Answer:
        """Ask once, and once more with a new token if the first was refused (zalo.md 3.11)."""
        token = await self._tokens.access()
        answer = await self._ask(method, url, body(), self._signed(token, headers), seconds)
        if answer.code not in failures.TOKEN:
            return answer
        self._counts["token refused"] += 1
        await self._tokens.refused(token)
        token = await self._tokens.access()
        return await self._ask(method, url, body(), self._signed(token, headers), seconds)

    def _signed(self, token: str, headers: Mapping[str, str]) -> dict[str, str]:
        signed = {**headers, "access_token": token}
        if self._secret:
            signed["appsecret_proof"] = proof(self._secret, token)
        return signed

    async def _ask(
        self,
        method: str,
        url: str,
        body: aiohttp.FormData | bytes | None,
        headers: dict[str, str],
        seconds: float,
    ) -> Answer:
        session = self._opened()
        timeout = _patience(seconds)
        trouble: SendingFailed
        try:
            async with session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                status, said, about = answer.status, await answer.read(), answer.headers
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            trouble = TryLater()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            trouble = Uncertain(type(error).__name__)
        else:
            self._watch_rate(about)
            self._dated(about.get("Date"))
            return self._read(status, said, about)
        # Raised here and not in the handlers: what aiohttp raises may hold the call's headers,
        # token included, and would hang on ours as its context (T50).
        raise trouble

    def _opened(self) -> aiohttp.ClientSession:
        # Made at the first call, because a session belongs to the loop that is running then.
        if self._closed:
            raise TryLater
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _read(self, status: int, said: bytes, about: Mapping[str, str]) -> Answer:
        answer = envelope(said)
        if status == 429:
            raise TryLater(self._silence(about.get("Retry-After", "")), whole_channel=True)
        if status == 413:
            raise Refused("413")
        if answer is None or (status >= 400 and answer.code == 0):
            # A proxy on the way, or Zalo's front door: the message may have passed it.
            raise Uncertain(f"HTTP {status} that is not Zalo's own answer")
        if status >= 500:
            raise TryLater
        return answer

    def _silence(self, retry_after: str) -> float:
        if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9:
            return min(float(retry_after), _MOST_SILENCE) or 1.0
        return failures.RATE_SECONDS * (1 + self._chance())

    def _watch_rate(self, about: Mapping[str, str]) -> None:
        try:
            limit = int(about["X-RateLimit-Limit"])
            left = int(about["X-RateLimit-Remain"])
        except (KeyError, ValueError):
            return
        was_scarce, self._is_scarce = self._is_scarce, left < limit * _SCARCE
        if self._is_scarce:
            self._counts["rate low"] += 1
            if not was_scarce:
                self._alarm("zalo_oa_rate", left=left, limit=limit)


def _patience(more: float) -> aiohttp.ClientTimeout:
    """How long one call may take, with `more` seconds for what is big."""
    return aiohttp.ClientTimeout(
        total=more + READ_SECONDS + CONNECT_SECONDS,
        connect=CONNECT_SECONDS,
        sock_read=READ_SECONDS,
    )


def proof(secret: str, token: str) -> str:
    """HMAC-SHA256 of the access token under the App Secret Key, in hex."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def envelope(said: bytes) -> Answer | None:
    """Read `{"error":…,"message":…,"data":…}`; None for anything else."""
    try:
        read = json.loads(said)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    code = _code(read.get("error"))
    if code is None:
        return None
    message, data = read.get("message"), read.get("data")
    return Answer(
        code,
        message if isinstance(message, str) else "",
        data if isinstance(data, dict) else {},
    )


def _code(given: object) -> int | None:
    if isinstance(given, str) and _DIGITS.fullmatch(given):
        return int(given)
    return given if isinstance(given, int) and not isinstance(given, bool) else None
