"""python-telegram-bot's requests, carried by aiohttp, and what a failed one means.

httpx, which python-telegram-bot ships with, is five times slower (performance.md). It is not used.
"""

import json
import logging
import os
import re
from datetime import timedelta
from typing import Any, Final

import aiohttp

# Makes `RetryAfter.retry_after` a timedelta. Without it python-telegram-bot warns whenever it makes
# a RetryAfter, and gives whole seconds until it changes its mind. It reads the environment, there
# is no argument; here, before the first import, no RetryAfter can have been made yet.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

# Named an implementation detail; there is no public way to make a RequestData (see `ask`).
from telegram.request._requestparameter import RequestParameter

from bot.channels.base import Dated, undated

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
UPLOAD_SECONDS: Final = 180.0  # a picture over the line of a commune
CONNECTIONS: Final = 256
DEFAULT_SILENCE: Final = 5  # seconds, for a 429 that names none

_TOKEN: Final = re.compile(r"(?<=bot)\d+:[\w-]+|\b\d{6,}:[\w-]{20,}")
_JSON: Final = {"Content-Type": "application/json"}


class NotSent(NetworkError):
    """No connection was made, so nothing can have arrived."""


class ServerTrouble(NetworkError):
    """Telegram itself said 5xx: it has not done what was asked."""


class AiohttpRequest(BaseRequest):
    """One aiohttp session for every call of one bot. Raises only `telegram.error.TelegramError`."""

    __slots__ = ("_dated", "_session")

    def __init__(self, dated: Dated = undated) -> None:
        self._dated = dated
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_SECONDS

    async def initialize(self) -> None:
        self.opened()

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    def opened(self) -> aiohttp.ClientSession:
        # Made at the first call, because a session belongs to the loop that is running then.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - given by PTB
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        session = self.opened()
        if session.closed:
            raise NotSent("the session is closed")
        read = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
        body, headers = _body(request_data)
        timeout = aiohttp.ClientTimeout(
            total=read + UPLOAD_SECONDS, connect=CONNECT_SECONDS, sock_read=read
        )
        trouble: NetworkError
        try:
            async with session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                code, payload = answer.status, await answer.read()
                self._dated(answer.headers.get("Date"))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            trouble = NotSent(type(error).__name__)
        except TimeoutError:
            trouble = TimedOut()
        except (aiohttp.ClientError, OSError) as error:
            trouble = NetworkError(type(error).__name__)
        else:
            judge(code, payload)
            return code, payload
        # Raised here and not in the handlers: aiohttp's own exceptions hold the whole address,
        # token included, and would hang on ours as its context (T50).
        raise trouble

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Like the original, without writing the payload to the log, and sure of the shape."""
        answer = _decoded(payload)
        if not isinstance(answer, dict) or (answer.get("ok") and "result" not in answer):
            raise TelegramError("Invalid server response")
        return answer


async def ask(
    bot: Bot, method: str, question: dict[str, Any], *, read_timeout: float = READ_SECONDS
) -> Any:
    """Call one method of the Bot API and return its bare JSON result.

    The library's own methods make objects of it, which costs as much as the call itself.
    """
    parameters = [RequestParameter.from_input(*each) for each in question.items()]
    url = f"{bot.base_url}/{method}"
    return await bot.request.post(url, RequestData(parameters), read_timeout=read_timeout)


def _body(data: RequestData | None) -> tuple[aiohttp.FormData | bytes | None, dict[str, str]]:
    if data is None or not (data.parameters or data.contains_files):
        return None, {}
    if not data.contains_files:
        return json.dumps(data.parameters, ensure_ascii=False).encode(), _JSON
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}


def judge(code: int, payload: bytes) -> None:
    """Raise what python-telegram-bot cannot tell apart afterwards (R10)."""
    if code < 400:
        return
    if code == 413:
        raise BadRequest("Request Entity Too Large")
    answer = _decoded(payload)
    if not isinstance(answer, dict) or answer.get("ok") is not False:
        # A proxy on the way, or Telegram's front door (HTML 502): the message may have passed it.
        raise NetworkError(f"HTTP {code} that is not Telegram's own answer")
    if code >= 500:
        raise ServerTrouble(f"HTTP {code}")
    parameters = answer.get("parameters")
    if code == 429 and not (isinstance(parameters, dict) and parameters.get("retry_after")):
        raise RetryAfter(DEFAULT_SILENCE)


def _decoded(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def seconds(time: timedelta | int) -> float:
    """Of `RetryAfter.retry_after`, which has both types."""
    return time.total_seconds() if isinstance(time, timedelta) else float(time)


def redact(text: str) -> str:
    """`text` without anything that looks like a bot token (T50)."""
    return _TOKEN.sub("[token]", text) if ":" in text else text


def redact_tokens(record: logging.LogRecord) -> bool:
    """Take bot tokens out of a log record; for `Handler.addFilter` on every handler (T50).

    A traceback that holds a token goes on as text in `exc_text`, the exception itself is dropped.
    """
    message = record.getMessage()
    if (clean := redact(message)) != message:
        record.msg, record.args = clean, None
    if record.exc_info:
        trace = logging.Formatter().formatException(record.exc_info)
        if (clean := redact(trace)) != trace:
            record.exc_text, record.exc_info = clean, None
    for name, value in record.__dict__.items():
        if isinstance(value, str) and (clean := redact(value)) != value:
            record.__dict__[name] = clean
    return True
