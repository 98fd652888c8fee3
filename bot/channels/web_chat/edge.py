"""What comes from a browser is read here, and what goes back is written here (T36, T48, W4)."""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

MAX_BODY: Final = 16_384  # bytes: 4,096 Vietnamese characters need at most 12,288
MAX_TEXT: Final = 4_096  # T29: cut before any parser
BODY_SECONDS: Final = 30.0
COOKIE: Final = "hvs"
COOKIE_SECONDS: Final = 400 * 86_400  # the longest a browser keeps one

SAFE: Final = {  # W4; strict transport is the server's to say
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FRESH: Final = {**SAFE, "Cache-Control": "no-store"}

FOREIGN: Final = "Xin mở lại trang trò chuyện rồi gửi."
UNCLEAR: Final = "Trợ lý chưa đọc được tin này. Xin viết lại rồi gửi."
_TOO_LONG: Final = "Tin dài quá. Xin chia làm nhiều tin ngắn rồi gửi."
_TOO_SLOW: Final = "Mạng chậm quá, tin chưa tới nơi. Xin gửi lại."

_COOKIE_FORM: Final = re.compile(r"[0-9a-f]{32}")
_ID_FORM: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_TOKEN_FORM: Final = re.compile(r"[!-~]{1,64}")


def is_own_page(request: web.Request) -> bool:
    """Say whether the request comes from our page, or from no browser at all (T48)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


async def fields_of(request: web.Request) -> dict[str, Any] | web.Response:
    """Read the JSON object that our own page posted, or say what is wrong with it."""
    if not is_own_page(request):
        return refusal(403, FOREIGN)
    if request.content_type != "application/json":  # a form of another site cannot say this
        return refusal(415, UNCLEAR)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MAX_BODY:
                    return refusal(413, _TOO_LONG)
        fields = json.loads(body)
    except TimeoutError:
        return refusal(408, _TOO_SLOW)
    except (ValueError, RecursionError, web.RequestPayloadError):
        return refusal(400, UNCLEAR)
    return fields if isinstance(fields, dict) else refusal(400, UNCLEAR)


def message_in(fields: Mapping[str, Any]) -> dict[str, str] | None:
    """Return id and text or button as they may be stored; None if it is no message."""
    match fields:
        case {"id": str(event), "button": str(button)}:
            said = {"id": event, "button": button}
        case {"id": str(event), "text": str(text)}:
            said = {"id": event, "text": _storable(text)}
        case _:
            return None
    is_good = _ID_FORM.fullmatch(event) and (
        said.get("text", "").strip() or _TOKEN_FORM.fullmatch(said.get("button", ""))
    )
    return said if is_good else None


def _storable(text: str) -> str:
    """Cut to T29's length, without what no database takes: NUL and lone surrogates."""
    return text[:MAX_TEXT].replace("\0", "").encode("utf-8", "replace").decode()


def cookie_of(request: web.Request) -> str | None:
    cookie = request.cookies.get(COOKIE, "")
    return cookie if _COOKIE_FORM.fullmatch(cookie) else None


def with_cookie(request: web.Request, cookie: str, response: web.Response) -> web.Response:
    # A forged X-Forwarded-Proto can only make the forger's own cookie stricter.
    is_https = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    response.set_cookie(
        COOKIE, cookie, max_age=COOKIE_SECONDS, httponly=True, samesite="Strict", secure=is_https
    )
    return response


def account_of(cookie: str) -> str:
    """Name the account by a hash: who reads the database or a log cannot become the visitor."""
    return "w-" + hashlib.sha256(cookie.encode()).hexdigest()[:32]


def answer(content: Mapping[str, Any], *, status: int = 200) -> web.Response:
    text = json.dumps(content, ensure_ascii=False)
    return web.json_response(text=text, status=status, headers=FRESH)


def refusal(status: int, sentence: str) -> web.Response:
    return answer({"error": sentence}, status=status)


def short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
