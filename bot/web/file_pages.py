"""What the pages of one-time links look like: plain HTML, one button, no script (W1, W4, W6)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

from bot.channels.web_chat import edge
from bot.web import uploads
from bot.web.uploads import Taken
from handlers.texts import Texts
from handlers.words import say_number
from storage.files import MAX, About

_HERE: Final = Path(__file__).parent
_STYLE: Final = (_HERE / "static" / "files.css").read_bytes()
_STYLE_PATH: Final = "/static/files.css"
_PAGE: Final = Template((_HERE / "templates" / "file.html").read_text("utf-8"))
_NO_ROBOTS: Final = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
_STRICT: Final = {"Strict-Transport-Security": "max-age=31536000"}
_MOST: Final = f"{MAX // 1024 // 1024} MB"


def headers_for(request: web.Request) -> dict[str, str]:
    """W4. Strict transport is said only over https: elsewhere it means nothing."""
    headers = {**edge.FRESH, **_NO_ROBOTS}
    headers["Content-Security-Policy"] += "; form-action 'self'"
    is_https = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    return headers | _STRICT if is_https else headers


def style() -> web.RouteDef:
    async def show(_: web.Request) -> web.StreamResponse:
        headers = {**edge.SAFE, "Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=_STYLE, content_type="text/css", charset="utf-8", headers=headers)

    return web.get(_STYLE_PATH, show)


class Pages:
    """Every page, from sentences of the catalogue; all that is put in is escaped (T49)."""

    def __init__(self, texts: Texts, *, app: str, commune: str, timezone: tzinfo) -> None:
        """`app`: what people call the place where the links are sent, e.g. "Zalo"."""
        self._texts = texts
        self._app = app
        self._commune = commune
        self._timezone = timezone
        version = hashlib.sha256(_STYLE).hexdigest()[:16]
        self._style = f"{_STYLE_PATH}?v={version}"

    def fetch(self, request: web.Request, file: About, *, until: datetime) -> web.Response:
        shown = self._say("page_file", name=file.name, size=say_size(file.size))
        body = [
            _p(shown, "file"),
            _form(f"<button>{escape(self._say('page_fetch_button'))}</button>"),
            _p(self._say("page_fetch_after")),
            _p(self._say("page_back", app=self._app)),
            _p(self._until(until), "soft"),
            _p(self._say("page_fetch_none"), "soft"),
            _p(self._say("page_private"), "soft"),
        ]
        return self._page(request, "page_fetch", body)

    def hand_in(
        self,
        request: web.Request,
        taken: Taken,
        *,
        until: datetime,
        problem: str = "",
        status: int = 200,
    ) -> web.Response:
        """The form, perhaps with what was wrong above it; the link is still good."""
        body = [
            *([self._problem(problem, taken.named)] if problem else ()),
            _p(self._texts.say(taken.said, kinds=taken.named, most=_MOST)),
            _form(
                f'<label for="file">{escape(self._say("page_pick"))}</label>'
                f'<input type="file" id="file" name="{uploads.FIELD}" required'
                f' accept="{taken.accept}">'
                f"<button>{escape(self._say('page_hand_in_button'))}</button>",
                ' enctype="multipart/form-data"',
            ),
            _p(self._say("page_wait")),
            _p(self._say("page_no_papers")),
            _p(self._until(until), "soft"),
        ]
        return self._page(request, "page_hand_in", body, status)

    def received(self, request: web.Request) -> web.Response:
        body = [_p(self._say("page_received_now", app=self._app))]
        return self._page(request, "page_received", body)

    def halfway(self, request: web.Request) -> web.Response:
        """The file is kept and the conversation does not know yet: one more press tells it."""
        button = escape(self._say("page_halfway_button"))
        form = _form(f'<input type="hidden" name="again" value="1"><button>{button}</button>')
        return self._page(request, "page_halfway", [_p(self._say("page_halfway_now")), form], 503)

    def dead(self, request: web.Request, *, status: int) -> web.Response:
        """Spent, too old, ended, never made: all look the same, and say the next step."""
        says = ("page_dead_why", "page_dead_next", "page_dead_done")
        body = [_p(self._say(said, app=self._app)) for said in says]
        return self._page(request, "page_dead", body, status)

    def trouble(self, request: web.Request, problem: str, *, status: int) -> web.Response:
        """Something that another try may mend; nothing was spent."""
        return self._page(request, "page_trouble", [self._problem(problem)], status)

    def _say(self, name: str, /, **values: object) -> str:
        return self._texts.say(f"files.{name}", **values)

    def _problem(self, problem: str, kinds: str = "") -> str:
        said = self._texts.say(problem, kinds=kinds, most=_MOST)
        return f'<p class="bad" role="alert">{escape(said)}</p>'

    def _until(self, until: datetime) -> str:
        return self._say("page_until", until=f"{until.astimezone(self._timezone):%H:%M}")

    def _page(
        self, request: web.Request, heading: str, body: Iterable[str], status: int = 200
    ) -> web.Response:
        house = self._say("page_house")
        text = _PAGE.substitute(
            title=escape(f"{self._say(heading)} - {house}"),
            house=escape(house),
            commune=escape(self._commune),
            heading=escape(self._say(heading)),
            style=self._style,
            body="\n".join(body),
        )
        headers = headers_for(request)
        if status in (429, 503):
            headers["Retry-After"] = "60"
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def _p(words: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(words)}</p>' if kind else f"<p>{escape(words)}</p>"


def _form(inside: str, more: str = "") -> str:
    return f'<form method="post" autocomplete="off"{more}>{inside}</form>'


def say_size(size: int) -> str:
    """As people read it, on one line: 812 KB, 2,4 MB."""
    if size < 1024 * 1024:
        return f"{say_number(max(1, round(size / 1024)))}\N{NO-BREAK SPACE}KB"
    return f"{size / 1024 / 1024:.1f}\N{NO-BREAK SPACE}MB".replace(".", ",")
