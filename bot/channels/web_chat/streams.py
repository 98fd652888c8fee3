"""Server-sent events: each open page has a stream that tells it its letters, each once."""

import asyncio
import json
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from bot.channels.base import Letter, Mailbox, Part
from bot.channels.web_chat import edge

MAX_STREAMS: Final = 500
STREAMS_EACH: Final = 5  # a browser opens 6 connections to one host: one is left for sending
HEARTBEAT: Final = 15.0
STUCK_SECONDS: Final = 30.0  # a page that does not read any more
LOOK_BACK: Final = 50  # ids: another process may commit a smaller id after a bigger one
PAGE: Final = 100  # what Mailbox.since returns at most
BACKLOG: Final = 60  # letters shown to a page that has none yet

_NUMBER_FORM: Final = re.compile(r"[0-9]{1,18}")
_CROWDED: Final = "Đang mở quá nhiều cửa sổ trò chuyện. Xin đóng bớt."


class Streams:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._open: dict[object, tuple[str, web.Request]] = {}
        self._closing = asyncio.Event()

    def close(self) -> None:
        self._closing.set()

    async def open(self, request: web.Request, chat: str, *, visitor: str) -> web.StreamResponse:
        """Tell the letters of `chat` until the page hangs up or `close` is called."""
        # A page that was closed or reloaded has hung up; its stream ends at the next heartbeat.
        listening = Counter(who for who, one in self._open.values() if _is_there(one))
        if listening[visitor] >= STREAMS_EACH or listening.total() >= MAX_STREAMS:
            return edge.refusal(503, _CROWDED)
        if self._closing.is_set():
            return edge.refusal(503, "")
        place = object()
        self._open[place] = (visitor, request)
        try:
            played = request.query.get("as", "")
            reader = Reader(self._mailbox, chat, after=_after(request), played=played)
            return await self._tell(request, reader)
        finally:
            del self._open[place]

    async def _tell(self, request: web.Request, reader: "Reader") -> web.StreamResponse:
        response = web.StreamResponse(headers={**edge.FRESH, "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        response.charset = "utf-8"
        closing = asyncio.ensure_future(self._closing.wait())
        with suppress(ConnectionError, TimeoutError):  # the page has gone: it will ask again
            try:
                await response.prepare(request)
                while not closing.done():
                    await self._tell_once(response, reader, closing)
                await response.write_eof()
            finally:
                closing.cancel()
        return response

    async def _tell_once(
        self, response: web.StreamResponse, reader: "Reader", closing: "asyncio.Future[Any]"
    ) -> None:
        # We begin to listen before we look, so that nothing arrives unseen between the two.
        news = asyncio.ensure_future(self._mailbox.wait(reader.chat, seconds=HEARTBEAT))
        try:
            await asyncio.sleep(0)
            words = await reader.read()
            if words:
                async with asyncio.timeout(STUCK_SECONDS):
                    await response.write(words)
            await asyncio.wait({news, closing}, return_when=asyncio.FIRST_COMPLETED)
            if news.done():
                news.result()
        finally:
            news.cancel()


class Reader:
    """Reads the letters of one chat for one page, each once, also those that come late."""

    def __init__(self, mailbox: Mailbox, chat: str, *, after: int, played: str = "") -> None:
        """`played`: key of the persona whose letters these are; "" = the visitor's own."""
        self.chat = chat
        self._played = played
        self._mailbox = mailbox
        self._newest = after
        self._seen: set[int] = set()
        self._is_first = True
        self._spoke = 0.0

    async def read(self) -> bytes:
        """Return the events that are new, or a heartbeat when one is due, or nothing."""
        letters = await self._unseen()
        events = [_event(letter, self._played) for letter in letters]
        if self._is_first:
            # Nothing although the page has been here: the page then begins anew.
            events.append(f'event: ready\ndata: {{"letters": {len(letters)}}}\n\n'.encode())
            self._is_first = False
        now = asyncio.get_running_loop().time()
        if not events and now - self._spoke < HEARTBEAT * 0.9:
            return b""
        self._spoke = now
        return b"".join(events) or b": \n\n"

    async def _unseen(self) -> list[Letter]:
        has_none = self._newest == 0
        after = max(0, self._newest - LOOK_BACK)
        fresh: list[Letter] = []
        while True:
            letters = await self._mailbox.since(self.chat, after=after)
            fresh += [letter for letter in letters if letter.id not in self._seen]
            if len(letters) < PAGE:
                break
            after = letters[-1].id
        self._newest = max([self._newest, *(letter.id for letter in fresh)])
        self._seen |= {letter.id for letter in fresh}
        self._seen = {one for one in self._seen if one > self._newest - LOOK_BACK}
        return fresh[-BACKLOG:] if has_none else fresh


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _after(request: web.Request) -> int:
    """Return the last letter id that the page has; 0 if it says none or nonsense."""
    for said in (request.headers.get("Last-Event-ID"), request.query.get("after")):
        if said and _NUMBER_FORM.fullmatch(said):
            return int(said)
    return 0


def _event(letter: Letter, played: str) -> bytes:
    drawn = f"/chat/drawn/{letter.id}" + (f"?as={quote(played)}" if played else "")
    parts = json.dumps([_shown(part, drawn) for part in letter.parts], ensure_ascii=False)
    return f"id: {letter.id}\ndata: {parts}\n\n".encode()


def _shown(part: Part, drawn: str) -> dict[str, Any]:
    """`drawn`: where the picture of this letter is, if it has one of its own."""
    picture = None
    if part.picture is not None:
        url = drawn if part.picture.is_drawn else f"/pictures/{Path(part.picture.path).stem}.png"
        picture = {"url": url, "alt": part.picture.alt}
    return {
        "text": part.text,
        "heading": part.heading,
        "buttons": [one._asdict() for one in part.buttons],
        "picture": picture,
    }
