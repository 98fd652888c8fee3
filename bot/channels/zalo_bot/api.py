"""Calls of the Zalo Bot API, and what a failed one means. The token is in the address (T50)."""

import json
from typing import Any, Final

import aiohttp

from bot.channels.base import Dated, undated

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
_CONNECTIONS: Final = 256
_MAX_SAID: Final = 200
_JSON: Final = {"Content-Type": "application/json"}


class Trouble(Exception):
    """A call that failed in one of the three ways below. Never holds the address."""


class NotSent(Trouble):
    """No connection was made, so nothing can have arrived."""


class Unclear(Trouble):
    """No answer, or one that is not Zalo's own: it may have arrived."""


class Answered(Trouble):
    """Zalo's own refusal. `code` is the body's, else the HTTP status (zalo.md §2.2)."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}")
        self.code = code
        self.said = said


class Api:
    """One aiohttp session for every call of one bot."""

    def __init__(self, token: str, *, url: str, dated: Dated = undated) -> None:
        self._dated = dated
        self._token = token
        self._base = f"{url.rstrip('/')}/bot{token}"
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def call(
        self, method: str, question: dict[str, Any], *, read_seconds: float = READ_SECONDS
    ) -> Any:
        """Return the bare result of one method. Raises only `Trouble`."""
        status, payload = await self._posted(method, question, read_seconds)
        answer = _decoded(payload)
        if not isinstance(answer, dict):
            raise Unclear(f"HTTP {status} that is not Zalo's own answer")
        if answer.get("ok") is True:
            return answer.get("result")
        code = _code(answer)
        if code is None and answer.get("ok") is not False:
            raise Unclear(f"HTTP {status} of an unknown shape")
        raise Answered(status if code is None else code, self._said(answer))

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _posted(
        self, method: str, question: dict[str, Any], read_seconds: float
    ) -> tuple[int, bytes]:
        if self._closed:
            raise NotSent("closed")
        body = json.dumps(question, ensure_ascii=False).encode(errors="replace")
        timeout = aiohttp.ClientTimeout(
            total=CONNECT_SECONDS + 2 * read_seconds,
            connect=CONNECT_SECONDS,
            sock_read=read_seconds,
        )
        trouble: Trouble
        try:
            async with self._opened().post(
                f"{self._base}/{method}",
                data=body,
                headers=_JSON,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                self._dated(answer.headers.get("Date"))
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            trouble = NotSent(type(error).__name__)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            trouble = Unclear(type(error).__name__)
        # Raised here and not in the handlers: aiohttp's own exceptions hold the whole address,
        # token included, and would hang on ours as its context (T50).
        raise trouble

    def _opened(self) -> aiohttp.ClientSession:
        # Made at the first call, because a session belongs to the loop that is running then.
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session

    def _said(self, answer: dict[str, Any]) -> str:
        said = answer.get("description")
        return said.replace(self._token, "[token]")[:_MAX_SAID] if isinstance(said, str) else ""


def _code(answer: dict[str, Any]) -> int | None:
    """Zalo spells the key in two ways; 0 means that nothing is wrong."""
    for key in ("error_code", "errorCode"):
        code = answer.get(key)
        if isinstance(code, int) and not isinstance(code, bool) and code != 0:
            return code
    return None


def _decoded(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None
