"""What a channel is: the contract of style a5, and the five ways in which sending fails."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from aiohttp import web

from handlers.messages import Address, Incoming
from handlers.messages import Why as Why

Raw = dict[str, Any]
"""One event as the platform sent it: JSON, understood by its own channel only."""
MAX_MEDIA: Final = 5 * 1024 * 1024  # bytes, T30


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show. Lengths are characters as the platform counts them."""

    max_text: int
    max_buttons: int = 0
    max_label: int = 20
    """Longer labels are replaced by the bare number; the text has the whole choice."""
    numbers_in_text: bool = True
    """False only where the button list itself shows number and whole label."""
    pictures: bool = False
    max_caption: int = 0
    max_drawn: int = 5 * 1024 * 1024
    """Bytes of a picture that was drawn for one person; a bigger one goes as a one-time link.

    0 = the platform fetches pictures itself, by addresses that everybody may know.
    """
    files: frozenset[str] = frozenset()
    """Endings of the documents it carries, e.g. "pdf"; anything else goes as a one-time link."""
    per_second: float = 1_000.0
    """How many messages may go in a second, all chats together, before one nobody asked for waits
    (R12). Every platform's channel states its own; what is written here binds nothing."""


class Arrival(NamedTuple):
    """Whose event this is, found without understanding it.

    `event_id` is the de-dup key inside one bot (R2). `account` is the person concerned.
    """

    event_id: str
    account: str
    chat: str | None
    typed: bool = True
    """False for what nobody typed: a follow, a withdrawal, staff. It is never held back (T35)."""


class Button(NamedTuple):
    label: str
    token: str
    """Opaque (T06): random characters bound in the database, at most 12 ASCII characters."""


@dataclass(frozen=True, slots=True)
class Picture:
    key: str
    """Hash of the content: the key under which a platform's file id may be remembered."""
    path: str
    """Of a lesson's picture; of one that was drawn for this person only its name."""
    alt: str
    is_drawn: bool = False
    """True if it is a stored file of one person, whose content is `body`."""
    body: bytes = field(default=b"", repr=False)

    async def content(self) -> bytes:
        """Raises `OSError`."""
        return self.body if self.is_drawn else await asyncio.to_thread(Path(self.path).read_bytes)


@dataclass(frozen=True, slots=True)
class Document:
    """A small file on its way out (at most 5 MB)."""

    key: str
    """Hash of the content: the key under which a platform's id of it may be remembered."""
    name: str
    """As the person will see it; its ending is one of `Capabilities.files`."""
    media_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One message as one channel will show it: plain text, never yet escaped."""

    text: str
    heading: str = ""
    buttons: tuple[Button, ...] = ()
    picture: Picture | None = None
    document: Document | None = None
    """A part with a document has no buttons; its text is what the document is."""


@dataclass(frozen=True, slots=True)
class Receipt:
    platform_id: str = ""
    quota: str = ""
    file_ids: Mapping[str, str] = field(default_factory=dict)


class SendingFailed(Exception):
    """One of the five below; nothing else may leave `Channel.send` (R10)."""


class TryLater(SendingFailed):
    """Nothing arrived; the same message may go again. `after` in seconds, None = our back-off.

    `whole_channel`: the platform asked the whole bot to be silent that long (429).
    """

    def __init__(self, after: float | None = None, *, whole_channel: bool = False) -> None:
        super().__init__(f"try again after {after} s")
        self.after = after
        self.whole_channel = whole_channel


class Refused(SendingFailed):
    """This message will never be taken. `why` REFUSED: our fault, somebody must look (400)."""

    def __init__(self, said: str = "", *, why: Why = Why.REFUSED) -> None:
        super().__init__(said)
        self.why = why


class RecipientGone(SendingFailed):
    """Blocked, deleted, left: no retry until the person comes back (T58)."""

    def __init__(self, said: str = "", *, why: Why = Why.GONE) -> None:
        super().__init__(said)
        self.why = why


class ChannelDown(SendingFailed):
    """The channel's own credentials are refused: stop it, keep the queue, alert (401)."""


class Uncertain(SendingFailed):
    """It may or may not have arrived (R9)."""


class NotFetched(Exception):
    """A picture did not come this time: all that leaves `fetch`. The reason is fit for a log."""


class NeverFetched(NotFetched):
    """Another attempt would end the same way: too big, gone, an address we do not ask (T33)."""


class Accepted(Enum):
    """What became of a raw event. All but BUSY may be acknowledged to the platform (R1, R3)."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    THROTTLED = "throttled"  # counted, not stored (T35)
    IGNORED = "ignored"  # nobody's event: a probe, an unknown shape
    BUSY = "busy"  # not stored: answer 503 or ask again


Command = tuple[str, str]
"""A command without its slash (`a-z 0-9 _`), and what it does, in Vietnamese."""

Accept = Callable[[Raw], Awaitable[Accepted]]
Dated = Callable[[str | None], None]
"""Is told the `Date` header of each answer of a platform: a second opinion on our clock (R20)."""


def undated(_: str | None) -> None:
    """A `Dated` that nobody listens to."""


class ChannelMemory(Protocol):
    """Small facts a channel must not forget (tokens, offsets, file ids); own committed writes."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...

    async def lease(self, name: str, *, seconds: float) -> bool:
        """True if this process holds the single role `name` for the next `seconds`."""
        ...


class Alarm(Protocol):
    """Something an admin must know. Never raises, never waits; the same at most once a day."""

    def __call__(self, what: str, /, **values: object) -> None:
        """Tell the admins `alarm.<what>` of the text catalogue, with these values."""
        ...


class Letter(NamedTuple):
    """One outbox row as the person's own page fetches it."""

    id: int
    parts: tuple[Part, ...]


class Mailbox(Protocol):
    """Outbox rows of a channel whose people fetch them themselves (the chat page)."""

    async def since(self, chat: str, *, after: int) -> Sequence[Letter]:
        """Return the letters of one chat with id > `after`, oldest first, at most 100."""
        ...

    async def drawn(self, chat: str, *, letter: int) -> Document | None:
        """Return the picture in a letter of this very chat; None if there is none (T13)."""
        ...

    async def wait(self, chat: str, *, seconds: float) -> None:
        """Return when something new may be there, or after `seconds`."""
        ...


@runtime_checkable
class TemplateSender(Protocol):
    """A channel that can send approved templates when free words are refused."""

    async def send_template(
        self, template_id: str, values: Mapping[str, str], to: Address, *, phone: str = ""
    ) -> Receipt:
        """`phone`: the person's own number, for templates that only go by number; "" = none."""
        ...


@runtime_checkable
class MediaFetcher(Protocol):
    """A channel that can bring the content of a picture or voice that somebody sent."""

    async def fetch(self, media: str) -> bytes:
        """Bring what `Incoming.media` names, at most `MAX_MEDIA`. Raises only `NotFetched`.

        Called only where one was asked for (T34), and never while a transaction is open.
        """
        ...


@runtime_checkable
class Expiring(Protocol):
    """A channel whose right to send ends one day unless it is renewed."""

    async def good_until(self) -> datetime | None:
        """The end, by the wall clock; None: there is nothing that could end."""
        ...


class Channel(Protocol):
    """One way to reach people. Files: bot/channels/<name>.py; list: bot/channels/__init__.py."""

    name: str
    bot: str
    """The platform's id of our bot; a de-dup key and a stored file id belong to one bot."""
    able: Capabilities
    fetched: bool
    """True if the person's side fetches outbox rows (`Mailbox`): nothing is ever sent."""

    def identify(self, raw: Raw) -> Arrival | None:
        """Pure. None if the event concerns nobody."""
        ...

    def parse(self, raw: Raw) -> Incoming | None:
        """Pure. None if there is nothing to answer."""
        ...

    async def accepted(self, raw: Raw) -> None:
        """Do what the platform wants at once after storing (answer a callback). Never raises."""
        ...

    async def send(self, part: Part, to: Address) -> Receipt:
        """Send one part. Raises only `SendingFailed`."""
        ...

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Routes on the one aiohttp server; empty if the channel has none."""
        ...

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Show one person these commands in the platform's own menu; cosmetic. Never raises."""
        ...

    async def start(self) -> None:
        """Look the bot up, set webhook or commands. A platform that is down must not stop us."""
        ...

    async def listen(self, accept: Accept) -> None:
        """Run until cancelled: a poller's loop, or nothing at all."""
        ...

    async def close(self) -> None: ...
