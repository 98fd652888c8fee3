"""What comes from the browser of somebody logged in, and the headers of what goes back (W2-W4)."""

import asyncio
import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.channels.web_chat import edge
from bot.web.file_pages import headers_for
from handlers import words

MAX_FORM: Final = 256 * 1024  # bytes
_FORM_SECONDS: Final = 30.0
_MOST_FIELDS: Final = 2_000
_MAX_SAID: Final = 1_000
CSRF: Final = "csrf"
_COOKIE: Final = "hvs_page"
_STRICT_COOKIE: Final = "__Host-hvs_page"  # W3; without https a browser does not keep it
_SAID: Final = "hvs_said"
_COOKIE_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SYSTEMS: Final = ("Android", "iPhone", "iPad", "Windows", "Mac", "Linux")
_BROWSERS: Final = (
    ("Zalo", "Zalo"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


class Foreign(Exception):
    """Another site's page, or a form that we did not give out (T48)."""


class Unreadable(Exception):
    """No form that a page of ours sends."""


def headers(request: web.Request) -> dict[str, str]:
    """W4; pictures of a style sheet are data."""
    said = headers_for(request)
    said["Content-Security-Policy"] += "; img-src 'self' data:"
    return said


def is_https(request: web.Request) -> bool:
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"


def new_cookie() -> str:
    return secrets.token_urlsafe(32)


def cookie_of(request: web.Request) -> str | None:
    name = _STRICT_COOKIE if is_https(request) else _COOKIE
    cookie = request.cookies.get(name, "")
    return cookie if _COOKIE_FORM.fullmatch(cookie) else None


def give_cookie(request: web.Request, response: web.StreamResponse, cookie: str) -> None:
    _set(request, response, _STRICT_COOKIE if is_https(request) else _COOKIE, cookie)


def take_cookie(request: web.Request, response: web.StreamResponse) -> None:
    secure = is_https(request)
    name = _STRICT_COOKIE if secure else _COOKIE
    response.del_cookie(name, path="/", secure=secure, httponly=True, samesite="Strict")


def _set(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """For as long as the browser is open, for no script, for no other site."""
    secure = is_https(request)
    response.set_cookie(name, value, path="/", httponly=True, samesite="Strict", secure=secure)


# --- one sentence for the next page --------------------------------------------------------------


def say_next(
    request: web.Request, response: web.StreamResponse, said: str, sign: Callable[[str], str]
) -> None:
    """Let the page we lead to say this once; signed, so that nobody else puts words there."""
    packed = base64.urlsafe_b64encode(said[:_MAX_SAID].encode()).decode()
    _set(request, response, _SAID, f"{packed}.{sign(f'page said|{packed}')}")


def said_before(request: web.Request, sign: Callable[[str], str]) -> str:
    packed, _, signature = request.cookies.get(_SAID, "").partition(".")
    expected = sign(f"page said|{packed}")
    if not packed or not hmac.compare_digest(signature.encode(), expected.encode()):
        return ""
    try:
        return base64.urlsafe_b64decode(packed).decode()
    except (ValueError, binascii.Error):
        return ""


def forget_said(response: web.StreamResponse) -> None:
    response.del_cookie(_SAID, path="/", httponly=True, samesite="Strict")


# --- forms ---------------------------------------------------------------------------------------


def is_foreign(request: web.Request, public_url: str) -> bool:
    """True if another site's page posts here (T48)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    ours = (request.host, urlsplit(public_url).netloc)
    return origin != "null" and urlsplit(origin).netloc not in ours


async def form_of(request: web.Request, *, csrf: str) -> dict[str, tuple[str, ...]]:
    """The fields of a form of ours, cleaned. Raises `Foreign`, `Unreadable`."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Unreadable
    body = await _body(request)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise Unreadable from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), _cleaned(value))
    given = fields.pop(CSRF, ("",))[0]
    if not hmac.compare_digest(given.encode(), csrf.encode()):
        raise Foreign
    return fields


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(_FORM_SECONDS):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > MAX_FORM:
                    raise Unreadable
    except (TimeoutError, web.RequestPayloadError):
        raise Unreadable from None
    return bytes(body)


def _cleaned(value: str) -> str:
    """As words of a chat are stored (T23, T29); line breaks stay."""
    return words.clean(value.encode("utf-8", "replace").decode())


def browser_of(request: web.Request) -> str:
    """As its owner would name it: "Chrome, Android"; never the whole header."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "trình duyệt khác")
    system = next((name for name in _SYSTEMS if name in agent), "")
    return f"{browser}, {system}" if system else browser


def queried(request: web.Request) -> Mapping[str, str]:
    return {name: _cleaned(value)[: edge.MAX_TEXT] for name, value in request.query.items()}
