"""Into the page and out again, by one-time links.

GET of a login shows one button and spends nothing (T46); of two that press it one wins (T47).
"""

import re
from typing import Final

from aiohttp import web

from bot.web.admin import edge
from bot.web.admin.means import Means, NotLoggedIn
from bot.web.admin.screens import Screens
from bot.web.admin.visit import HOME, LOGIN, Missing
from bot.web.knocks import Knocks, address_of
from handlers import page as way
from handlers.flow import Mail
from storage import page
from storage.database import Transaction
from storage.page import Session

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def routes(means: Means, screens: Screens) -> list[web.RouteDef]:
    logins = Logins(means, screens)
    return [
        web.get(f"{LOGIN}/{{token}}", screens.guarded(logins.show_login)),
        web.post(f"{LOGIN}/{{token}}", screens.guarded(logins.log_in)),
        web.post(f"{HOME}/ra", screens.guarded(logins.log_out)),
    ]


class Logins:
    def __init__(self, means: Means, screens: Screens) -> None:
        self._means = means
        self._screens = screens
        self._house = means.post.house
        self._knocks = Knocks(means.post.clock)

    async def show_login(self, request: web.Request) -> web.StreamResponse:
        login = await self._login(request)
        if not login.is_open:
            return self._screens.plain(request, "login_dead.html", {}, status=410)
        until = login.expires_at.astimezone(self._house.timezone)
        return self._screens.plain(request, "login.html", {"until": f"{until:%H:%M}"})

    async def _login(self, request: web.Request) -> page.Login:
        """Raises `Missing` for what never was; who guesses is stopped soon."""
        address, token = address_of(request), request.match_info["token"]
        if self._knocks.are_too_many(address):
            raise Missing
        async with self._means.database.reading() as tx:
            found = await page.look(tx, self._hash(token), now=self._means.wall())
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
            now = self._means.wall()
            login = await page.spend(tx, token_hash, now=now)
            if login is None:
                return self._screens.plain(request, "login_dead.html", {}, status=410)
            await page.begin(
                tx,
                login,
                key_hash=self._means.key_hash(cookie),
                browser=edge.browser_of(request),
                now=now,
            )
            session = await self._means.session(tx, cookie)
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
            session = await self._means.session(tx, cookie)
            await page.end(tx, [session.person_id], now=self._means.wall(), only=session.id)
        response = self._screens.plain(request, "logged_out.html", {})
        edge.take_cookie(request, response)
        return response

    async def _posted_with(self, request: web.Request) -> str:
        cookie = edge.cookie_of(request)
        if cookie is None:
            raise NotLoggedIn
        if edge.is_foreign(request, self._means.public_url):
            raise edge.Foreign
        await edge.form_of(request, csrf=self._means.csrf(cookie))
        return cookie
