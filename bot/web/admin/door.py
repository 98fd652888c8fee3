"""Through a route: who may, in which commune, in which transaction.

Every request reads the rights of its own moment (A3); missing and forbidden look the same (T13).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.admin import edge, login
from bot.web.admin.means import Means, NotLoggedIn
from bot.web.admin.screens import Screens, static_files
from bot.web.admin.visit import (
    COMMUNE,
    HOME,
    READERS,
    Answer,
    Missing,
    Route,
    Section,
    Shown,
    Visit,
    number,
)
from handlers import page as way
from handlers.flow import Turn
from handlers.messages import Incoming
from handlers.messages import Kind as EventKind
from storage import memory, page, people, units
from storage.conversations import State
from storage.database import Transaction
from storage.page import Session


def routes(means: Means, sections: Sequence[Section]) -> list[web.RouteDef]:
    screens = Screens(means, sections)
    door = Door(means, screens)
    listed = [*static_files(), *login.routes(means, screens)]
    for route in (route for section in sections for route in section.routes):
        run = screens.guarded(door.through(route))
        listed.append(web.route(route.method, HOME + route.path, run))
    nowhere = screens.guarded(door.through(_NOWHERE))
    return [*listed, web.route("*", f"{HOME}/{{rest:.*}}", nowhere)]


async def _missing(_: Visit) -> Answer:
    raise Missing


_NOWHERE: Final = Route("GET", "", READERS, _missing)
"""An address we do not have; who is not logged in is not told which there are."""


class Door:
    def __init__(self, means: Means, screens: Screens) -> None:
        self._means = means
        self._screens = screens
        self._house = means.post.house

    def through(self, route: Route) -> Handler:
        async def go(request: web.Request) -> web.StreamResponse:
            cookie = edge.cookie_of(request)
            if cookie is None:
                raise NotLoggedIn
            form: dict[str, tuple[str, ...]] = {}
            if route.method == "POST":
                if edge.is_foreign(request, self._means.public_url):
                    raise edge.Foreign
                form = await edge.form_of(request, csrf=self._means.csrf(cookie))
            return await self._go(request, route, cookie, form)

        return go

    async def _go(
        self,
        request: web.Request,
        route: Route,
        cookie: str,
        form: Mapping[str, tuple[str, ...]],
    ) -> web.StreamResponse:
        database = self._means.database
        opened = database.reading if route.method == "GET" else database.transaction
        async with opened() as tx:
            session = await self._means.session(tx, cookie)
            visit = await self._visit(tx, request, session, route, form)
            answer = await route.run(visit)
            if isinstance(answer, Shown):
                response: web.StreamResponse = self._screens.shown(request, visit, answer, cookie)
            await self._post(visit)
        await self._note_seen(session)
        if visit.turn.mails:
            self._means.post.wake()
        if isinstance(answer, Shown):
            return response
        return await self._screens.answered(request, answer)

    async def _note_seen(self, session: Session) -> None:
        """Once a minute, so that looking does not write all the time (W2)."""
        now = self._means.wall()
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
        """Raises `NotLoggedIn` for whoever may see no page any more, `Missing` for this one."""
        turn = await self._turn(tx, session, is_held=route.method == "POST")
        communes = await _communes(tx, turn)
        if not communes:
            raise NotLoggedIn
        asked = request.query.get(COMMUNE, "")
        commune = number(asked) if asked else next(iter(communes))
        visit = Visit(
            turn,
            _seen_at(session, self._means.wall()),
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
            raise NotLoggedIn
        if is_held:
            await people.hold(tx, actor.canonical_id)
            again = await people.acting(
                tx, account_id=session.account_id, person_id=session.person_id
            )
            actor = again or actor
        now = self._means.wall() + await memory.clock_offset(tx)
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


def _seen_at(session: Session, now: datetime) -> Session:
    """As it is from this request on."""
    return session._replace(seen_at=now)


async def _communes(tx: Transaction, turn: Turn) -> dict[int, str]:
    """Those whose desk this person sees, by their names."""
    mine = {g.commune_id for g in turn.actor.grants if g.role in way.READERS}
    return {one: str((await units.settings_of(tx, one)).get("name") or "") for one in sorted(mine)}
