"""Into the page and out again: one-time logins, sessions, and who may go through which route.

GET of a login shows one button and spends nothing (T46); of two that press it one wins (T47).
Every request reads the rights of its own moment (A3); missing and forbidden look the same (T13).
"""

import contextlib
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.web_chat.edge import SAFE
from bot.making import Kind, Make, NotMade
from bot.post import Post
from bot.web.admin import drawing, edge
from bot.web.admin.visit import (
    COMMUNE,
    HOME,
    LOGIN,
    Answer,
    Kept,
    Made,
    Missing,
    Moved,
    Route,
    Section,
    Shown,
    Visit,
    number,
)
from bot.web.file_sending import disposition
from bot.web.knocks import Knocks, address_of
from handlers import page as way
from handlers.flow import Mail, Turn
from handlers.messages import Incoming
from handlers.messages import Kind as EventKind
from storage import memory, page, people, units
from storage.conversations import State
from storage.database import Conflict, Database, Transaction, Unavailable
from storage.page import Session

log = logging.getLogger(__name__)

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Means:
    """What the page needs of the house."""

    post: Post
    """Its database, clock and house, and the way out for what is told to others."""
    keyed_hash: Callable[[str], str]
    make: Make
    kinds: Mapping[str, Kind]
    public_url: str = ""

    @property
    def database(self) -> Database:
        return self.post.database


def routes(means: Means, sections: Sequence[Section]) -> list[web.RouteDef]:
    door = Door(means, sections)
    listed = [
        *(_file(name, kind) for name, kind in drawing.FILES.items()),
        web.get(f"{LOGIN}/{{token}}", door.guarded(door.show_login)),
        web.post(f"{LOGIN}/{{token}}", door.guarded(door.log_in)),
        web.post(f"{HOME}/ra", door.guarded(door.log_out)),
    ]
    for route in (route for section in sections for route in section.routes):
        run = door.guarded(door.through(route))
        listed.append(web.route(route.method, HOME + route.path, run))
    return [*listed, web.route("*", f"{HOME}/{{rest:.*}}", door.guarded(door.nowhere))]


def _file(name: str, kind: str) -> web.RouteDef:
    body = (drawing.STATIC / name).read_bytes()
    kept = {**SAFE, "Cache-Control": "public, max-age=31536000, immutable"}

    async def show(_: web.Request) -> web.StreamResponse:
        response = web.Response(body=body, content_type=kind, charset="utf-8", headers=kept)
        response.enable_compression()
        return response

    return web.get(drawing.STATIC_PATH + name, show)


class _NotLoggedIn(Exception):
    """No cookie, or its session has ended."""


class Door:
    def __init__(self, means: Means, sections: Sequence[Section]) -> None:
        self._means = means
        self._house = means.post.house
        self._sections = sections
        self._knocks = Knocks(means.post.clock)
        self._templates = drawing.environment(self._house.texts, timezone=self._house.timezone)

    def guarded(self, handler: Handler) -> Handler:
        """Every way of failing is a page with a sentence and the next step (R14)."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except _NotLoggedIn:
                return self._plain(request, "login_help.html", {}, status=401)
            except Missing:
                return self._trouble(request, "page.missing", 404)
            except edge.Foreign:
                return self._trouble(request, "page.foreign", 403)
            except edge.Unreadable:
                return self._trouble(request, "page.unreadable", 400)
            except (Unavailable, Conflict) as error:
                log.warning("page: database", extra={"why": type(error).__name__})
                return self._trouble(request, "page.busy", 503)
            except NotMade:
                return self._trouble(request, "page.not_made", 503)

        return guarded

    # --- logging in ------------------------------------------------------------------------------

    async def show_login(self, request: web.Request) -> web.StreamResponse:
        login = await self._login(request)
        if not login.is_open:
            return self._plain(request, "login_dead.html", {}, status=410)
        until = login.expires_at.astimezone(self._house.timezone)
        return self._plain(request, "login.html", {"until": f"{until:%H:%M}"})

    async def _login(self, request: web.Request) -> page.Login:
        """Raises `Missing` for what never was; who guesses is stopped soon."""
        address, token = address_of(request), request.match_info["token"]
        if self._knocks.are_too_many(address):
            raise Missing
        async with self._means.database.reading() as tx:
            found = await page.look(tx, self._hash(token), now=self._wall())
        if found is None:
            self._knocks.note_wrong(address)
            raise Missing
        return found

    def _hash(self, token: str) -> str:
        if not _TOKEN.fullmatch(token):
            raise Missing
        return page.login_hash(token, self._means.keyed_hash)

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """The button was pressed: one atomic consume wins (T47)."""
        if edge.is_foreign(request, self._means.public_url):
            raise edge.Foreign
        await self._login(request)
        cookie, token_hash = edge.new_cookie(), self._hash(request.match_info["token"])
        async with self._means.database.transaction() as tx:
            now = self._wall()
            login = await page.spend(tx, token_hash, now=now)
            if login is None:
                return self._plain(request, "login_dead.html", {}, status=410)
            await page.begin(
                tx,
                login,
                key_hash=self._key_hash(cookie),
                browser=edge.browser_of(request),
                now=now,
            )
            session = await self._session(tx, cookie)
            await self._announce(tx, session)
        self._means.post.wake()
        response = web.Response(status=303, headers={**edge.headers(request), "Location": HOME})
        edge.give_cookie(request, response, cookie)
        return response

    async def _announce(self, tx: Transaction, session: Session) -> None:
        """The chat that asked hears of it (T46)."""
        scene = await self._means.post.scene(tx)
        at = f"{scene.now.astimezone(self._house.timezone):%H:%M %d/%m/%Y}"
        message = way.logged_in(scene, session, at=at)
        key = f"page:login:{session.id}"
        mail = Mail(session.person_id, message, key, session.account_id)
        await self._means.post.queue(scene, [mail])

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        cookie = await self._posted_with(request)
        async with self._means.database.transaction() as tx:
            session = await self._session(tx, cookie)
            await page.end(tx, [session.person_id], now=self._wall(), only=session.id)
        response = self._plain(request, "logged_out.html", {})
        edge.take_cookie(request, response)
        return response

    async def _posted_with(self, request: web.Request) -> str:
        cookie = edge.cookie_of(request)
        if cookie is None:
            raise _NotLoggedIn
        if edge.is_foreign(request, self._means.public_url):
            raise edge.Foreign
        await edge.form_of(request, csrf=self._csrf(cookie))
        return cookie

    # --- a session -------------------------------------------------------------------------------

    def _key_hash(self, cookie: str) -> str:
        return self._means.keyed_hash(f"page session|{cookie}")

    def _csrf(self, cookie: str) -> str:
        return self._means.keyed_hash(f"page form|{cookie}")

    def _wall(self) -> datetime:
        return self._means.post.clock.wall()

    async def _session(self, tx: Transaction, cookie: str) -> Session:
        found = await page.session(tx, self._key_hash(cookie), now=self._wall())
        if found is None:
            raise _NotLoggedIn
        return found

    async def nowhere(self, request: web.Request) -> web.StreamResponse:
        """An address we do not have; who is not logged in is not told which there are."""
        cookie = edge.cookie_of(request)
        if cookie is None:
            raise _NotLoggedIn
        async with self._means.database.reading() as tx:
            await self._session(tx, cookie)
        raise Missing

    # --- through a route -------------------------------------------------------------------------

    def through(self, route: Route) -> Handler:
        async def go(request: web.Request) -> web.StreamResponse:
            cookie = edge.cookie_of(request)
            if cookie is None:
                raise _NotLoggedIn
            form: dict[str, tuple[str, ...]] = {}
            if route.method == "POST":
                if edge.is_foreign(request, self._means.public_url):
                    raise edge.Foreign
                form = await edge.form_of(request, csrf=self._csrf(cookie))
            return await self._go(request, route, cookie, form)

        return go

    async def _go(
        self,
        request: web.Request,
        route: Route,
        cookie: str,
        form: Mapping[str, tuple[str, ...]],
    ) -> web.StreamResponse:
        async with self._opened(route) as tx:
            session = await self._session(tx, cookie)
            visit = await self._visit(tx, request, session, route, form)
            answer = await route.run(visit)
            if isinstance(answer, Shown):
                response: web.StreamResponse = self._shown(request, visit, answer, cookie)
            await self._post(visit)
        await self._note_seen(session)
        if visit.turn.mails:
            self._means.post.wake()
        if isinstance(answer, Shown):
            return response
        return await self._answered(request, answer)

    @contextlib.asynccontextmanager
    async def _opened(self, route: Route) -> AsyncIterator[Transaction]:
        opened = (
            self._means.database.reading
            if route.method == "GET"
            else self._means.database.transaction
        )
        async with opened() as tx:
            yield tx

    async def _note_seen(self, session: Session) -> None:
        """Once a minute, so that looking does not write all the time (W2)."""
        now = self._wall()
        if now - session.seen_at >= page.SEEN_EVERY:
            async with self._means.database.transaction() as tx:
                await page.seen(tx, session.id, now=now)

    async def _visit(
        self,
        tx: Transaction,
        request: web.Request,
        session: Session,
        route: Route,
        form: Mapping[str, tuple[str, ...]],
    ) -> Visit:
        """Raises `_NotLoggedIn` for whoever may see no page any more, `Missing` for this one."""
        turn = await self._turn(tx, session, is_held=route.method == "POST")
        communes = await _communes(tx, turn)
        if not communes:
            raise _NotLoggedIn
        asked = request.query.get(COMMUNE, "")
        commune = number(asked) if asked else next(iter(communes))
        visit = Visit(
            turn,
            replace_seen(session, self._wall()),
            commune,
            communes,
            request.path.removeprefix(HOME),
            dict(request.match_info),
            edge.queried(request),
            {name: values[0] for name, values in form.items()},
            form,
        )
        if commune not in communes or not visit.may(route.allow):
            raise Missing
        return visit

    async def _turn(self, tx: Transaction, session: Session, *, is_held: bool) -> Turn:
        """As if this person spoke in the chat that asked for the page."""
        actor = await people.acting(tx, account_id=session.account_id, person_id=session.person_id)
        if actor is None:
            raise _NotLoggedIn
        if is_held:
            await people.hold(tx, actor.canonical_id)
            again = await people.acting(
                tx, account_id=session.account_id, person_id=session.person_id
            )
            actor = again or actor
        now = self._wall() + await memory.clock_offset(tx)
        event = Incoming("page", "", session.chat, now, EventKind.TEXT)
        return Turn(
            now=now,
            tx=tx,
            house=self._house,
            event=event,
            state=State(session.account_id, session.chat, session.person_id),
            actor=replace(actor, channel="page"),
            keyed_hash=self._means.keyed_hash,
            entropy=secrets.token_bytes,
        )

    async def _post(self, visit: Visit) -> None:
        """What others are told goes the one way out, in the same transaction."""
        if visit.turn.mails:
            await self._means.post.queue(visit.turn, visit.turn.mails)

    # --- what is answered ------------------------------------------------------------------------

    def _shown(
        self, request: web.Request, visit: Visit, shown: Shown, cookie: str
    ) -> web.StreamResponse:
        is_part = bool(shown.part) and request.headers.get("HX-Request") == "true"
        values = {
            "visit": visit,
            "csrf": self._csrf(cookie),
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

    async def _answered(self, request: web.Request, answer: Answer) -> web.StreamResponse:
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

    def _plain(
        self, request: web.Request, template: str, values: Mapping[str, Any], *, status: int = 200
    ) -> web.Response:
        """A page for somebody who is not logged in."""
        words = {"home": HOME, "sample": self._house.sample, **values}
        text = drawing.draw(self._templates, template, words)
        return web.Response(
            text=text, content_type="text/html", status=status, headers=edge.headers(request)
        )

    def _trouble(self, request: web.Request, said: str, status: int) -> web.Response:
        values = {"what": self._house.texts.say(said), "code": status}
        response = self._plain(request, "trouble.html", values, status=status)
        if status == 503:
            response.headers["Retry-After"] = "5"
        return response


def replace_seen(session: Session, now: datetime) -> Session:
    """As it is from this request on."""
    return session._replace(seen_at=now)


async def _communes(tx: Transaction, turn: Turn) -> dict[int, str]:
    """Those whose desk this person sees, by their names."""
    mine = {g.commune_id for g in turn.actor.grants if g.role in way.READERS}
    return {one: str((await units.settings_of(tx, one)).get("name") or "") for one in sorted(mine)}


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
