"""One conversation in the terminal, through the whole path (style c: make chat)."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

from aiohttp import web

from bot.channels.base import Accept, Arrival, Capabilities, Command, Part, Raw, Receipt
from handlers.messages import Address, Incoming, Kind

ReadLines = Callable[[], AsyncIterator[str]]


class Console:
    """Lines in, text out. `able` may be borrowed from another channel to see what it would show."""

    name = "console"
    bot = "console"
    fetched = False

    def __init__(
        self, *, able: Capabilities, lines: ReadLines, write: Callable[[str], None]
    ) -> None:
        self.able = able
        self._lines = lines
        self._write = write
        self._spoken = asyncio.Event()

    def identify(self, raw: Raw) -> Arrival | None:
        return Arrival(raw["id"], "me", "me")

    def parse(self, raw: Raw) -> Incoming | None:
        at = datetime.fromisoformat(raw["at"])
        return Incoming(raw["id"], "me", "me", at, Kind.TEXT, text=raw["text"])

    async def accepted(self, raw: Raw) -> None:
        """Nothing: the terminal needs no receipt."""

    async def send(self, part: Part, to: Address) -> Receipt:  # noqa: ARG002 - the contract
        heading = f"{part.heading}\n" if part.heading else ""
        picture = f"[hình: {part.picture.alt}]\n" if part.picture else ""
        labels = "".join(f"  [{button.label}]" for button in part.buttons)
        self._write(f"Trợ lý: {heading}{picture}{part.text}{labels and chr(10) + labels}")
        self._spoken.set()
        return Receipt()

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:  # noqa: ARG002 - the contract
        return ()

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Nothing: there is no such menu here."""

    async def start(self) -> None:
        """Nothing: the terminal is there."""

    async def listen(self, accept: Accept) -> None:
        """Say each line, wait for an answer, and end with the last line."""
        number = 0
        started = datetime.now(UTC)
        async for line in self._lines():
            number += 1
            self._spoken.clear()
            event = f"{started.timestamp()}-{number}"
            await accept({"id": event, "text": line, "at": datetime.now(UTC).isoformat()})
            try:
                await asyncio.wait_for(self._spoken.wait(), 5)
                await asyncio.sleep(0.1)
            except TimeoutError:
                self._write("(Trợ lý không nói gì)")

    async def close(self) -> None:
        """Nothing to close."""


async def typed_lines() -> AsyncIterator[str]:
    """What is typed, line by line, until end of file."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            yield line.rstrip("\n")
