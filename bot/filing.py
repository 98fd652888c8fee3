"""Files between the house and people: a document to send, a one-time link instead, a file come in.

The other end of a link is bot/web/files.py.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.channels.base import Capabilities, Document, Part, Picture
from bot.channels.rendering import render
from bot.clock import Clock
from handlers.messages import Outgoing
from handlers.texts import Texts
from storage import file_links, files, memory
from storage.database import Database
from storage.file_links import Link
from storage.outbox import Message

log = logging.getLogger(__name__)

PATH: Final = "/tai/"
PICTURES: Final = frozenset({"image/png", "image/jpeg"})
_HEALED_FOR: Final = timedelta(days=1)
_IN_HAND: Final = timedelta(minutes=1)  # younger ones are being handed over by their request


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that came by a link, on its way into the inbox of the account it was asked from."""

    link: int
    """Makes the event's id, `handed_in:<link>`: told twice, it is one event (R2)."""
    file: int
    name: str = field(repr=False)
    media_type: str
    purpose: str
    person_id: int
    """Who was asked for it; on a household's phone perhaps not who speaks now."""
    account_id: int
    channel: str
    bot: str
    user_id: str = field(repr=False)
    chat: str = field(repr=False)


AcceptUpload = Callable[[HandedIn], Awaitable[bool]]
"""Put one event into the inbox; True once it is stored, also when it was there before."""


def handed_in_by(link: Link, *, file_id: int, name: str, media_type: str) -> HandedIn:
    return HandedIn(
        link.id,
        file_id,
        name,
        media_type,
        link.purpose,
        link.person_id,
        link.account_id,
        link.channel,
        link.bot,
        link.user_id,
        link.chat,
    )


class Filing:
    """What delivery asks when a message carries a file."""

    def __init__(
        self,
        database: Database,
        *,
        address: str,
        clock: Clock,
        entropy: Callable[[int], bytes],
        keyed_hash: Callable[[str], str],
        texts: Texts,
    ) -> None:
        """`address`: what a link begins with; "" = nobody can reach our pages."""
        self._database = database
        self._address = address
        self._clock = clock
        self._texts = texts
        self._entropy = entropy
        self._keyed_hash = keyed_hash

    async def parts(
        self, message: Message, said: Outgoing, able: Capabilities, *, token: str
    ) -> tuple[Part, ...]:
        """The message with its file, where the channel carries such a file; else with a link.

        Only a link leaves the message its button: it gets a fresh one.
        """
        plain = replace(said, choices=(), notice=None)
        document = await self.document(said.document)
        if document is None:
            return _shown(plain, self._texts.say("files.gone"), able)
        if document.name.rpartition(".")[2].lower() in able.files:
            *earlier, last = render(plain, able, token="", picture=_no_picture)
            return (*earlier, Part(last.text, last.heading, document=document))
        url = await self._link_in(message, said, said.document)
        if url is None:
            return _shown(plain, self._texts.say("files.no_address", name=document.name), able)
        is_heard = document.media_type.startswith("audio/")
        said_id = "files.listen" if is_heard else "files.link"
        how = self._texts.say(said_id, name=document.name, url=url)
        return _shown(said, how, able, token=token)

    async def drawn_parts(
        self,
        message: Message,
        said: Outgoing,
        able: Capabilities,
        *,
        token: str,
        picture: Picture | None,
    ) -> tuple[Part, ...]:
        """The message with its own picture; where it cannot be shown its words, and a link to it.

        `picture` None: it is there no longer, its words are.
        """
        shown, fits = said, able.pictures and picture and len(picture.body) <= able.max_drawn
        if picture is not None and not fits:
            url = await self._link_in(message, said, said.drawn)
            how = self._texts.say("work.picture_link", url=url) if url else ""
            shown = replace(said, text=f"{said.text}\n{how}".strip())
        return render(
            shown, able, token=token, picture=_no_picture, drawn=picture if fits else None
        )

    async def picture(self, file_id: int) -> Picture | None:
        """A drawn picture as a channel sends it; None if it is there no longer, or is none."""
        document = await self.document(file_id)
        if document is None or document.media_type not in PICTURES:
            return None
        return Picture(document.key, document.name, "", is_drawn=True, body=document.body)

    async def sketch(self, file_id: int) -> Picture | None:
        """The same without its content, for a page that asks for that by itself."""
        async with self._database.reading() as tx:
            about = await files.about(tx, file_id)
        if about is None or about.media_type not in PICTURES:
            return None
        return Picture(str(file_id), about.name, "", is_drawn=True)

    async def document(self, file_id: int) -> Document | None:
        """The file as a channel sends it; None if it is there no longer."""
        async with self._database.reading() as tx:
            stored = await files.read(tx, file_id)
        if stored is None:
            return None
        return Document(stored.sha256[:32], stored.name, stored.media_type, stored.body)

    async def _link_in(self, message: Message, said: Outgoing, file_id: int) -> str | None:
        return await self.link(
            account_id=message.account_id,
            chat=message.chat,
            file_id=file_id,
            purpose=said.notice.flow if said.notice else "",
            person_id=message.person_id,
        )

    async def link(
        self,
        *,
        account_id: int,
        chat: str,
        file_id: int,
        purpose: str,
        person_id: int | None = None,
    ) -> str | None:
        """Make a fresh address of the file, good for ten minutes; None without `PUBLIC_URL`.

        `person_id` None: who speaks on this account now. Also None if the account is gone.
        """
        if not self._address:
            return None
        async with self._database.transaction() as tx:
            person = person_id or await file_links.who_speaks(tx, account_id)
            if person is None:
                return None
            token = await file_links.offer(
                tx,
                way="fetch",
                purpose=purpose,
                person_id=person,
                account_id=account_id,
                chat=chat,
                file_id=file_id,
                now=self._clock.wall() + await memory.clock_offset(tx),
                entropy=self._entropy,
                keyed_hash=self._keyed_hash,
            )
        return self._address + token


def _shown(said: Outgoing, how: str, able: Capabilities, *, token: str = "") -> tuple[Part, ...]:
    """The message with a sentence about its file behind it."""
    message = replace(said, text=f"{said.text}\n{how}")
    return render(message, able, token=token, picture=_no_picture)


def _no_picture(_stem: str) -> Picture | None:
    return None


async def hand_over_again(database: Database, *, clock: Clock, accept: AcceptUpload) -> int:
    """Tell the conversation of files whose event a crash may have swallowed; how many.

    All of the last day: an event that is there already changes nothing (R2).
    """
    async with database.reading() as tx:
        now = clock.wall() + await memory.clock_offset(tx)
        links = await file_links.handed_in(tx, since=now - _HEALED_FOR, until=now - _IN_HAND)
    for link, name, media_type in links:
        assert link.file_id is not None  # noqa: S101 - for the type checker: asked for above
        came = handed_in_by(link, file_id=link.file_id, name=name, media_type=media_type)
        if not await accept(came):
            log.warning("file not handed over yet", extra={"link": link.id})
    return len(links)
