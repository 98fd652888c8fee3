"""Fakes we keep: the clock, and a channel that remembers what it was asked to send."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.channels.base import (
    Accept,
    Arrival,
    Capabilities,
    Command,
    NotFetched,
    Part,
    Raw,
    Receipt,
    SendingFailed,
)
from handlers.messages import Address, Incoming, Kind


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)) -> None:
        self.at = at
        self.seconds = 1_000.0

    def wall(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def passes(self, **span: float) -> None:
        moved = timedelta(**span)
        self.at += moved
        self.seconds += moved.total_seconds()


BUTTONS = Capabilities(max_text=4096, max_buttons=9, max_label=24, pictures=True, max_caption=1024)
NUMBERS_ONLY = Capabilities(max_text=2000)


_NOT_TYPED = ("taken_over", "handed_back", "withdrawn", "joined", "left")


@dataclass
class Heard:
    """One part as the person sees it."""

    chat: str
    text: str
    buttons: dict[str, str] = field(default_factory=dict)
    """Label -> token, in the order shown."""
    picture: str = ""


class FakeChannel:
    """A channel without a network. `failures` are raised, one a send, oldest first."""

    name = "fake"
    bot = "b1"
    fetched = False

    def __init__(self, able: Capabilities = BUTTONS, name: str = "fake") -> None:
        self.able = able
        self.name = name
        self.heard: list[Heard] = []
        self.failures: list[SendingFailed | Exception] = []
        self.media: dict[str, bytes | NotFetched] = {}
        """What pictures that were sent are, or how they fail."""
        self.fetches: list[str] = []
        self.arrives_although_failing = False

    def identify(self, raw: Raw) -> Arrival | None:
        chat = raw.get("chat", raw["account"])
        typed = raw.get("kind") not in _NOT_TYPED
        return Arrival(raw["id"], raw["account"], chat, typed)

    def parse(self, raw: Raw) -> Incoming | None:
        return Incoming(
            raw["id"],
            raw["account"],
            raw.get("chat", raw["account"]),
            datetime.fromisoformat(raw["at"]),
            Kind(raw.get("kind", "text")),
            text=raw.get("text", ""),
            button=raw.get("button"),
            name=raw.get("name", ""),
            private=raw.get("private", True),
            forwarded=raw.get("forwarded", False),
            owned_contact=raw.get("owned_contact", False),
            phone=raw.get("phone", ""),
            media=raw.get("media", ""),
        )

    async def fetch(self, media: str) -> bytes:
        self.fetches.append(media)
        found = self.media.get(media, b"")
        if isinstance(found, NotFetched):
            raise found
        return found

    async def accepted(self, raw: Raw) -> None:
        """Nothing to acknowledge."""

    async def send(self, part: Part, to: Address) -> Receipt:
        await asyncio.sleep(0)
        if self.failures:
            failure = self.failures.pop(0)
            if self.arrives_although_failing:
                self._hear(part, to)
            raise failure
        self._hear(part, to)
        return Receipt(platform_id=str(len(self.heard)))

    def _hear(self, part: Part, to: Address) -> None:
        text = f"{part.heading}\n{part.text}" if part.heading else part.text
        buttons = {button.label: button.token for button in part.buttons}
        picture = part.picture.path if part.picture else ""
        self.heard.append(Heard(to.chat, text, buttons, picture))

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Nothing: there is no such menu here."""

    async def start(self) -> None:
        """Nothing to look up."""

    async def listen(self, accept: Accept) -> None:
        """Events are handed in by the test."""

    async def close(self) -> None:
        """Nothing to close."""
