"""Answers as a browser gets them: pages, files, and every way of failing."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.web_chat.edge import SAFE
from bot.dispatcher import where
from bot.making import NotMade
from bot.web.admin import drawing, edge
from bot.web.admin.means import Means, NotLoggedIn
from bot.web.admin.visit import HOME, Answer, Kept, Made, Missing, Moved, Section, Shown, Visit
from bot.web.file_sending import disposition
from storage.database import Conflict, Unavailable

log = logging.getLogger(__name__)

_TROUBLES: Final[Mapping[type[Exception], tuple[str, int]]] = {
    Missing: ("page.missing", 404),
    edge.Foreign: ("page.foreign", 403),
    edge.Unreadable: ("page.unreadable", 400),
    Unavailable: ("page.busy", 503),
    Conflict: ("page.busy", 503),
    NotMade: ("page.not_made", 503),
}
"""What is said of each, and its status."""


class Screens:
    """Templates and headers of one process."""

    def __init__(self, means: Means, sections: Sequence[Section]) -> None:
        self._means = means
        self._house = means.post.house
        self._sections = sections
        self._templates = drawing.environment(self._house.texts, timezone=self._house.timezone)

    def guarded(self, handler: Handler) -> Handler:
        """Every way of failing is a page with a sentence and the next step (W6)."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except NotLoggedIn:
                return self.plain(request, "login_help.html", {}, status=401)
            except web.HTTPException:
                raise
            except Exception as error:  # noqa: BLE001 - said to the person, kept for who mends it
                return self.failed(request, error)

        return guarded

    def failed(self, request: web.Request, error: Exception) -> web.Response:
        known = next((told for kind, told in _TROUBLES.items() if isinstance(error, kind)), None)
        said, status = known or ("page.failed", 500)
        if status == 500:
            log.error("page failed", extra=where(error))
        elif status == 503:
            log.warning("page: not now", extra={"why": type(error).__name__})
        return self.trouble(request, said, status)

    # --- for whoever is logged in -----------------------------------------------------------------

    def shown(
        self, request: web.Request, visit: Visit, shown: Shown, cookie: str
    ) -> web.StreamResponse:
        is_part = bool(shown.part) and request.headers.get("HX-Request") == "true"
        values = {
            "visit": visit,
            "csrf": self._means.csrf(cookie),
            "sections": self._open_sections(visit),
            "said": "" if is_part else edge.said_before(request, self._means.keyed_hash),
            "post": _posts(visit),
            "sample": self._house.sample,
            **shown.values,
        }
        text = drawing.draw(self._templates, shown.part if is_part else shown.template, values)
        response = web.Response(
            text=text,
            content_type="text/html",
            status=shown.status,
            headers=edge.headers(request),
        )
        if values["said"]:
            edge.forget_said(response)
        return response

    def _open_sections(self, visit: Visit) -> dict[str, list[Section]]:
        """The menu of this person: heading -> the sections below it."""
        menu: dict[str, list[Section]] = {}
        for section in self._sections:
            if section.text and visit.may(section.front.allow):
                menu.setdefault(section.group, []).append(section)
        return menu

    async def answered(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        match answer:
            case Moved(path, said):
                where = {**edge.headers(request), "Location": path}
                response = web.Response(status=303, headers=where)
                if said:
                    edge.say_next(request, response, said, self._means.keyed_hash)
                return response
            case Made(kind, body, name):
                made = self._means.kinds[kind]
                content = await self._means.make(made, body)
                return _download(request, name, made.media_type, content)
            case Kept(name, media_type, content):
                return _download(request, name, media_type, content)
        raise TypeError(f"no answer: {type(answer).__name__}")

    # --- for everybody ----------------------------------------------------------------------------

    def plain(
        self, request: web.Request, template: str, values: Mapping[str, Any], *, status: int = 200
    ) -> web.Response:
        """A page for somebody who is not logged in."""
        words = {"home": HOME, "sample": self._house.sample, **values}
        text = drawing.draw(self._templates, template, words)
        return web.Response(
            text=text, content_type="text/html", status=status, headers=edge.headers(request)
        )

    def trouble(self, request: web.Request, said: str, status: int) -> web.Response:
        values = {"what": self._house.texts.say(said), "code": status}
        response = self.plain(request, "trouble.html", values, status=status)
        if status == 503:
            response.headers["Retry-After"] = "5"
        return response


def _posts(visit: Visit) -> str:
    """The roles in which this person is here: "Cán bộ, Quản trị"."""
    held = {g.role for g in visit.turn.actor.grants if g.commune_id == visit.commune_id}
    words = [
        visit.turn.text_of(f"roles.name_{role}")
        for role in ("officer", "leader", "admin")
        if role in held
    ]
    return ", ".join(words)


def _download(request: web.Request, name: str, media_type: str, body: bytes) -> web.Response:
    response = web.Response(body=body, content_type=media_type, headers=edge.headers(request))
    response.headers["Content-Disposition"] = disposition(name)
    return response


def static_files() -> list[web.RouteDef]:
    """Style and scripts, under their content's hash."""
    return [_file(name, kind) for name, kind in drawing.FILES.items()]


def _file(name: str, kind: str) -> web.RouteDef:
    body = (drawing.STATIC / name).read_bytes()
    kept = {**SAFE, "Cache-Control": "public, max-age=31536000, immutable"}

    async def show(_: web.Request) -> web.StreamResponse:
        response = web.Response(body=body, content_type=kind, charset="utf-8", headers=kept)
        response.enable_compression()
        return response

    return web.get(drawing.STATIC_PATH + name, show)
