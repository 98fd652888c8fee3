"""Zalo's OAuth v4 (zalo.md 3.2): a code or a refresh token is exchanged for a new pair."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import aiohttp

PATH: Final = "/v4/oa/access_token"
ANSWER_SECONDS: Final = 20.0
"""For the whole exchange. A lease under which one is made must last longer (R22)."""
ASSUMED_LIFE: Final = timedelta(seconds=90_000)
"""Of an access token whose `expires_in` makes no sense; if it ends earlier it is refused."""

_CONNECT_SECONDS: Final = 10.0
_LONGEST_LIFE: Final = 366 * 86_400
_COME_BACK: Final = frozenset({408, 425, 429})


class ExchangeFailed(Exception):
    """One of the three below; nothing else leaves an exchange. None of them holds a token (T50)."""


class NotSent(ExchangeFailed):
    """No connection was made: the token or code is as good as before."""


class Lost(ExchangeFailed):
    """No complete answer: it may or may not have been done (R23)."""


class Denied(ExchangeFailed):
    """Zalo itself said no."""

    def __init__(self, code: int) -> None:
        super().__init__(f"error {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Granted:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    life: timedelta
    """Of the access token."""


class OAuth:
    """The exchanges of one app. A connection of its own for each: there is one in twenty hours."""

    def __init__(self, *, app_id: str, app_secret: str, url: str) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._url = url.rstrip("/") + PATH

    async def refresh(self, token: str) -> Granted:
        """Spend a refresh token. Raises `ExchangeFailed`."""
        return await self._exchange({"refresh_token": token, "grant_type": "refresh_token"})

    async def redeem(self, code: str, verifier: str) -> Granted:
        """Spend the code of a consent. Raises `ExchangeFailed`."""
        form = {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
        return await self._exchange(form)

    async def _exchange(self, form: dict[str, str]) -> Granted:
        trouble: ExchangeFailed
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS, connect=_CONNECT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(
                    self._url,
                    data={**form, "app_id": self._app_id},
                    headers={"secret_key": self._app_secret},
                    allow_redirects=False,
                ) as answer,
            ):
                status, payload = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            trouble = NotSent(type(error).__name__)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            trouble = Lost(type(error).__name__)
        else:
            return judged(status, payload)
        # Raised here: what hangs on an exception as its context could hold our request (T50).
        raise trouble


def judged(status: int, payload: bytes) -> Granted:
    """What an answer means; errors often come with HTTP 200. Raises `Denied` or `Lost`."""
    match _decoded(payload):
        case {"access_token": str(access), "refresh_token": str(refresh), **more} if (
            access and refresh
        ):
            return Granted(access, refresh, _life(more.get("expires_in")))
        case {"error": int() | str() as said} if status < 500 and status not in _COME_BACK:
            code = _code(said)
            if code:
                raise Denied(code)
    # Also a whole answer of somebody on the way (HTML of a proxy): our question may have passed.
    raise Lost(f"HTTP {status} without tokens")


def _decoded(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _code(said: int | str) -> int:
    """0: no error."""
    return int(said) if re.fullmatch(r"-?[0-9]{1,9}", str(said)) else 0


def _life(said: object) -> timedelta:
    """`expires_in` is a string of seconds, and it is obeyed."""
    found = re.fullmatch(r"([0-9]{1,9})(\.[0-9]*)?", str(said).strip())
    seconds = int(found[1]) if found else 0
    return timedelta(seconds=seconds) if 0 < seconds <= _LONGEST_LIFE else ASSUMED_LIFE
