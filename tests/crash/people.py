"""The three ways to the program as people have them, and exactly what was acknowledged on each.

A `TelegramLine` is a phone at the fake Telegram, an `OaLine` one at the fake Zalo; a `PageLine`
does what bot/web/static/chat.js does: one post after another, the same id until it is acknowledged,
a stream that begins again behind the newest letter. What arrives waits in `heard`, in order.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import aiohttp

from tests.fake_telegram import FakeTelegram
from tests.fake_zalo_oa import APP_SECRET, FakeZaloOa, Message
from tests.telegram_delivery import Update
from tests.zalo_oa_payloads import Event
from tests.zalo_oa_tokens import TokenAuthority
from tests.zalo_oa_webhook import _Letter, raw

_AGAIN: Final = 0.05  # seconds; the page begins with half a second


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as it came; two that are the same to a person and to the bot are equal."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    """(label, token)"""

    def digit(self, label: str) -> str:
        """The number under which a choice is shown."""
        shown = "\n".join([self.text, *(label for label, _ in self.buttons)])
        return next(d for d in "123456789" if f"\n{d}. {label}" in shown)

    def token(self, label: str) -> str:
        """Token of the button of a choice, whose label may be its number alone."""
        for shown, token in self.buttons:
            if shown.endswith(label) or shown == label[: len(shown)]:
                return token
        digit = self.digit(label)
        return next(token for shown, token in self.buttons if shown == digit)


@dataclass(slots=True)
class Acknowledged:
    """What was delivered to the program, and what it said it had."""

    sent: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    deliveries: int = 0
    """Posts and updates, the repeated ones too."""

    def missing(self) -> set[str]:
        return self.sent - self.taken


class Line(Protocol):
    heard: "asyncio.Queue[Heard]"
    is_sent_to: bool
    """True if a platform is between us: a crash may cost a second copy of a reply (R9)."""

    async def say(self, text: str, *, copies: int = 1) -> str:
        """Return the id under which it is found in `Acknowledged`."""
        ...

    async def press(self, heard: Heard, token: str, *, copies: int = 1) -> str: ...


# --- Telegram ------------------------------------------------------------------------------------


class RecordingTelegram(FakeTelegram):
    """A fake Telegram that knows of each update whether the bot has acknowledged it."""

    def __init__(self, seen: Acknowledged) -> None:
        super().__init__()
        self._seen = seen
        self._lines: dict[int, TelegramLine] = {}

    def line(self, user: int) -> "TelegramLine":
        return self._lines.setdefault(user, TelegramLine(self, user))

    async def push(self, update: Update, *, times: int = 1) -> int:
        whole = {"update_id": self._next("update"), **update}
        self._seen.sent.add(f"t{whole['update_id']}")
        return await super().push(whole, times=times)

    async def _post(self, update: Update) -> int:
        status = await super()._post(update)
        self._seen.deliveries += 1
        if 200 <= status < 300:
            self._seen.taken.add(f"t{update['update_id']}")
        return status

    def _confirm(self, offset: int) -> None:
        for number in self.unconfirmed:
            if number < offset:
                self._seen.taken.add(f"t{number}")
                self._seen.deliveries += 1
        super()._confirm(offset)

    async def _sent(self, chat: int, *given: Any, **shown: Any) -> dict[str, Any]:
        raw = await super()._sent(chat, *given, **shown)
        message = self.sent[-1]
        buttons = [(b["text"], b["callback_data"]) for row in message.buttons for b in row]
        self.line(chat).heard.put_nowait(Heard(message.text, tuple(buttons)))
        return raw


class TelegramLine:
    is_sent_to = True

    def __init__(self, fake: RecordingTelegram, user: int) -> None:
        self.heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._fake = fake
        self._user = user

    async def say(self, text: str, *, copies: int = 1) -> str:
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        update = {"message": self._fake.message(self._user, **content)}
        return f"t{await self._fake.push(update, times=copies)}"

    async def press(self, heard: Heard, token: str, *, copies: int = 1) -> str:
        shown = next(
            message
            for message in reversed(self._fake.seen(self._user))
            if any(b["callback_data"] == token for row in message.buttons for b in row)
        )
        query = {
            "id": str(4_000_000_000_000_000_000 + self._fake._next("query")),
            "from": self._fake.user(self._user),
            "message": shown.raw,
            "chat_instance": "-1",
            "data": token,
        }
        return f"t{await self._fake.push({'callback_query': query}, times=copies)}"


# --- Zalo Official Account -----------------------------------------------------------------------


class _Forgiving(TokenAuthority):
    """Never rotates: what a kill may do to single-use tokens is another proof's business."""

    def _take_refresh_token(self, token: str) -> None:
        """Every one is good."""


class RecordingZaloOa(FakeZaloOa):
    """A fake Zalo that knows of each event whether it was acknowledged, and never gives up."""

    def __init__(self, seen: Acknowledged) -> None:
        super().__init__()
        self.tokens = _Forgiving(self.oa.app_id, APP_SECRET, now=self.now)
        self.seed = self.tokens.seed()
        self._seen = seen
        self._ids: dict[bytes, str] = {}
        self._lines: dict[str, OaLine] = {}

    def line(self, user: int) -> "OaLine":
        return self._lines.setdefault(str(user), OaLine(self, str(user)))

    async def push(self, event: Event, *, times: int = 1, **given: Any) -> Event:
        if event["event_name"].startswith("user_"):
            self._ids[raw(event)] = number = f"z{event['message']['msg_id']}"
            self._seen.sent.add(number)
        return await super().push(event, times=times, **given)

    async def _attempt(self, letter: _Letter, number: int) -> bool:
        is_taken = await super()._attempt(letter, number)
        if letter.body in self._ids:
            self._seen.deliveries += 1
            self._seen.taken |= {self._ids[letter.body]} if is_taken else set()
        return is_taken

    async def _again(self, letter: _Letter) -> None:
        number = 1
        while not await self._attempt(letter, number):
            number += 1
            await asyncio.sleep(_AGAIN)

    def _shown(self, message: Message) -> None:
        super()._shown(message)
        buttons = [(str(b["title"]), str(b["payload"])) for b in message.buttons]
        self._lines[message.user].heard.put_nowait(Heard(message.text, tuple(buttons)))


class OaLine:
    is_sent_to = True

    def __init__(self, fake: RecordingZaloOa, user: str) -> None:
        self.heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._fake = fake
        self._user = user

    async def say(self, text: str, *, copies: int = 1) -> str:
        event = await self._fake.user_says(self._user, text, times=copies)
        return f"z{event['message']['msg_id']}"

    async def press(self, heard: Heard, token: str, *, copies: int = 1) -> str:
        return await self.say(token, copies=copies)


# --- the chat page -------------------------------------------------------------------------------


class PageLine:
    is_sent_to = False

    def __init__(self, url: str, seen: Acknowledged, chance: random.Random) -> None:
        self.heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._url = url
        self._seen = seen
        self._chance = chance
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._newest = 0
        self._known: set[int] = set()
        self._is_known = asyncio.Event()
        self._listening = asyncio.create_task(self._listen_always())

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self._http.close()

    async def say(self, text: str, *, copies: int = 1) -> str:
        return await self._send({"text": text}, copies)

    async def press(self, heard: Heard, token: str, *, copies: int = 1) -> str:
        return await self._send({"button": token}, copies)

    async def _send(self, said: dict[str, str], copies: int) -> str:
        """Return when it was acknowledged; a copy is a first post whose answer was not heard."""
        await self._is_known.wait()
        event = f"{self._chance.getrandbits(128):032x}"
        self._seen.sent.add(f"p{event}")
        await asyncio.gather(*(self._post({"id": event, "as": "", **said}) for _ in range(copies)))
        return f"p{event}"

    async def _post(self, message: dict[str, str]) -> None:
        while await self._posted(message) != 202:  # noqa: ASYNC110 - the program sends no event
            await asyncio.sleep(_AGAIN)
        self._seen.taken.add(f"p{message['id']}")

    async def _posted(self, message: dict[str, str]) -> int:
        self._seen.deliveries += 1
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with self._http.post(f"{self._url}/chat/messages", json=message) as answer:
                said = await answer.json()
                assert said.get("status") in ("stored", "duplicate", "busy"), said
                return answer.status
        return 0

    async def _listen_always(self) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self._http.get(f"{self._url}/chat/config") as answer:
                    answer.raise_for_status()
                self._is_known.set()
                await self._listen()
            await asyncio.sleep(_AGAIN)

    async def _listen(self) -> None:
        address = f"{self._url}/chat/stream?as=&after={self._newest}"
        async with self._http.get(address) as answer:
            answer.raise_for_status()
            pending = b""
            async for piece in answer.content.iter_any():
                *blocks, pending = (pending + piece).split(b"\n\n")
                for block in blocks:
                    self._read(block.decode())

    def _read(self, block: str) -> None:
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        number = int(lines.get("id", 0))
        if not number or number in self._known:
            return
        self._known.add(number)
        self._newest = max(self._newest, number)
        parts = json.loads(lines["data"])
        text = "\n".join(_words(parts))
        buttons = [(one["label"], one["token"]) for one in parts[-1]["buttons"]]
        self.heard.put_nowait(Heard(text, tuple(buttons)))


def _words(parts: list[dict[str, Any]]) -> Iterator[str]:
    for part in parts:
        yield from (part[name] for name in ("heading", "text") if part[name])
