"""`/tai/<token>`: fetch a file or hand one in, once, within ten minutes (design §6; T46, T47).

GET shows a page with one button and spends nothing, so that a preview or a robot does no harm.
POST spends. Who fetches is then sent on to an address of his own, good for two minutes: a phone's
list of downloads asks again by GET, and a lost line may go on. What comes in is kept in the commit
that spends the link; the conversation hears of it as one event, however often it is told (R2).
"""

import asyncio
import contextlib
import hmac
import logging
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import disk
from bot.clock import Clock
from bot.filing import PATH, AcceptUpload, HandedIn, handed_in_by
from bot.web import uploads
from bot.web.file_pages import Pages, headers_for, style
from bot.web.file_sending import plain, stream
from bot.web.knocks import Knocks, address_of
from bot.web.uploads import PATIENT, NotTaken, Patience, Upload
from storage import file_links, files, memory
from storage.database import Conflict, Database, Transaction, Unavailable
from storage.file_links import Link

log = logging.getLogger(__name__)

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_COMING_AT_ONCE: Final = 6  # uploads of 5 MB, each in memory twice for a moment
_GOING_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Means:
    """What the pages need of the house."""

    database: Database
    clock: Clock
    keyed_hash: Callable[[str], str]
    accept_upload: AcceptUpload
    free_bytes: Callable[[], int]
    """Left on the disk of `DATA_DIR`."""
    pages: Pages
    public_url: str = ""
    patience: Patience = PATIENT


def routes(means: Means) -> list[web.RouteDef]:
    door = _Door(means)
    return [
        style(),
        web.get(PATH + "{token}", door.guarded(door.show)),
        web.post(PATH + "{token}", door.guarded(door.use)),
        web.get(PATH + "{token}/{ticket}/{name}", door.guarded(door.send), allow_head=False),
    ]


class _Dead(Exception):
    """The link cannot be used: 404 if there is none, 410 if there was one."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Door:
    def __init__(self, means: Means) -> None:
        self._means = means
        self._pages = means.pages
        self._knocks = Knocks(means.clock)
        self._coming = asyncio.Semaphore(_COMING_AT_ONCE)
        self._going = asyncio.Semaphore(_GOING_AT_ONCE)

    def guarded(self, handler: Handler) -> Handler:
        """Every way of failing is a page with a sentence; addresses that guess are refused."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            address = address_of(request)
            if self._knocks.are_too_many(address):
                return self._pages.trouble(request, "files.page_too_often", status=429)
            try:
                return await handler(request)
            except _Dead as dead:
                if dead.status == 404:
                    self._knocks.note_wrong(address)
                return self._pages.dead(request, status=dead.status)
            except (Unavailable, Conflict) as error:
                log.warning("file link: database", extra={"why": type(error).__name__})
                return self._pages.trouble(request, "files.page_busy", status=503)

        return guarded

    # --- the page --------------------------------------------------------------------------------

    async def show(self, request: web.Request) -> web.StreamResponse:
        async with self._means.database.reading() as tx:
            link = await self._look(tx, request, await self._now(tx))
            if not link.is_open:
                raise _Dead(410)
            file = await files.about(tx, link.file_id) if link.file_id is not None else None
        if link.way == "hand_in":
            if self._is_full():
                return self._pages.trouble(request, "files.page_no_room", status=503)
            taken = uploads.taken_for(link.purpose)
            return self._pages.hand_in(request, taken, until=link.expires_at)
        if file is None:
            raise _Dead(410)
        return self._pages.fetch(request, file, until=link.expires_at)

    async def use(self, request: web.Request) -> web.StreamResponse:
        """The button was pressed."""
        if self._is_foreign(request):
            return self._pages.trouble(request, "files.page_foreign", status=403)
        async with self._means.database.reading() as tx:
            now = await self._now(tx)
            link = await self._look(tx, request, now)
        if link.way == "fetch":
            return await self._begin_fetch(request, now)
        if link.used_at is not None and request.content_type != "multipart/form-data":
            return await self._tell_again(request, link)
        if not link.is_open:
            raise _Dead(410)
        return await self._take_in(request, link, now)

    def _is_foreign(self, request: web.Request) -> bool:
        """True if another site's page presses our button. The token itself is the secret.

        A page without referrer posts with `Origin: null`, and old phones say nothing else.
        """
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = request.headers.get("Origin", "null")
        ours = (request.host, urlsplit(self._means.public_url).netloc)
        return origin != "null" and urlsplit(origin).netloc not in ours

    # --- fetching --------------------------------------------------------------------------------

    async def _begin_fetch(self, request: web.Request, now: datetime) -> web.StreamResponse:
        async with self._means.database.transaction() as tx:
            link = await file_links.spend(tx, self._hash(request), way="fetch", now=now)
            file_id = link.file_id if link is not None else None
            file = await files.about(tx, file_id) if file_id is not None else None
        if link is None or file is None:
            raise _Dead(410)
        log.info("file link spent", extra={"link": link.id, "file": file_id})
        token = request.match_info["token"]
        to = f"{PATH}{token}/{self._ticket(token)}/{quote(plain(file.name))}"
        return web.Response(status=303, headers={**headers_for(request), "Location": to})

    async def send(self, request: web.Request) -> web.StreamResponse:
        """The file itself, to the one who spent the link."""
        token, ticket = request.match_info["token"], request.match_info["ticket"]
        if not hmac.compare_digest(ticket.encode(), self._ticket(token).encode()):
            raise _Dead(404)
        if self._going.locked():
            return self._pages.trouble(request, "files.page_busy", status=503)
        async with self._going:
            async with self._means.database.reading() as tx:
                found = self._hash(request)
                link = await file_links.being_fetched(tx, found, now=await self._now(tx))
                file_id = link.file_id if link is not None else None
                file = await files.read(tx, file_id) if file_id is not None else None
            if link is None or file is None:
                raise _Dead(410)
            log.info("file being sent", extra={"link": link.id, "file": file.id})
            seconds = self._means.patience.whole
            return await stream(request, file, headers_for(request), seconds=seconds)

    def _ticket(self, token: str) -> str:
        """What only the winner of the press is told; nobody can make it of the token."""
        return self._means.keyed_hash(f"file ticket|{token}")

    # --- handing in ------------------------------------------------------------------------------

    async def _take_in(self, request: web.Request, link: Link, now: datetime) -> web.StreamResponse:
        """`now` is when it began: who pressed in time is not refused for a slow line."""
        if self._is_full():
            return self._pages.trouble(request, "files.page_no_room", status=503)
        taken = uploads.taken_for(link.purpose)
        try:
            async with self._coming_one():
                upload = await uploads.read(request, self._means.patience, taken)
                file_id = await self._keep(self._hash(request), upload, now)
        except NotTaken as problem:
            log.info("file not taken", extra={"link": link.id, "why": problem.said})
            return self._pages.hand_in(
                request, taken, until=link.expires_at, problem=problem.said, status=problem.status
            )
        log.info("file handed in", extra={"link": link.id, "file": file_id})
        came = handed_in_by(link, file_id=file_id, name=upload.name, media_type=upload.media_type)
        return await self._tell(request, came)

    @contextlib.asynccontextmanager
    async def _coming_one(self) -> AsyncIterator[None]:
        if self._coming.locked():
            raise NotTaken("files.page_busy", 503)
        async with self._coming:
            yield

    async def _keep(self, token_hash: str, upload: Upload, now: datetime) -> int:
        """Spend the link and keep the file, both or none."""
        async with self._means.database.transaction() as tx:
            link = await file_links.spend(tx, token_hash, way="hand_in", now=now)
            if link is None:  # somebody was first, or it was ended meanwhile (T14, T47)
                raise _Dead(410)
            file_id = await files.keep(tx, **upload._asdict(), now=now)
            await file_links.fill(tx, link.id, file_id=file_id)
        return file_id

    async def _tell_again(self, request: web.Request, link: Link) -> web.StreamResponse:
        """Only the event is told once more: the file is kept already."""
        if link.file_id is None:
            raise _Dead(410)
        async with self._means.database.reading() as tx:
            file = await files.about(tx, link.file_id)
        if file is None:
            raise _Dead(410)
        came = handed_in_by(link, file_id=link.file_id, name=file.name, media_type=file.media_type)
        return await self._tell(request, came)

    async def _tell(self, request: web.Request, came: HandedIn) -> web.StreamResponse:
        if await self._means.accept_upload(came):
            return self._pages.received(request)
        log.warning("file not handed over yet", extra={"link": came.link})
        return self._pages.halfway(request)

    def _is_full(self) -> bool:
        return self._means.free_bytes() < disk.LOW

    # --- the link --------------------------------------------------------------------------------

    async def _look(self, tx: Transaction, request: web.Request, now: datetime) -> Link:
        link = await file_links.look(tx, self._hash(request), now=now)
        if link is None:
            raise _Dead(404)
        return link

    async def _now(self, tx: Transaction) -> datetime:
        """The domain's clock."""
        return self._means.clock.wall() + await memory.clock_offset(tx)

    def _hash(self, request: web.Request) -> str:
        token = request.match_info["token"]
        if not _TOKEN.fullmatch(token):
            raise _Dead(404)
        return file_links.hash_of(token, self._means.keyed_hash)
