"""How events reach the app (zalo.md 3.10): signed, in 2 s, again on a ladder, then never more.

`X-ZEvent-Signature` is SHA-256 (no HMAC) of app id + raw body + timestamp + OA Secret Key.
"""

import asyncio
import contextlib
import hashlib
import json
import random
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

import aiohttp

from tests.zalo_oa_payloads import Event, Oa

LADDER: Final = (30, 300, 900, 1800, 3600)
"""Seconds before each retry; after the last one fails the webhook is disabled."""

Signing = Literal["body", "header", "header unsigned"]
"""Which timestamp is signed: the body's, no header sent; the header's, which differs from the
body's; the body's, though a header is sent and differs."""

MacForm = Literal["mac=", "", "sha256=", "mac = "]


@dataclass(frozen=True, slots=True)
class Delivery:
    event: str
    status: int
    """0 = no answer within the deadline."""
    num_retry: int


@dataclass(slots=True)
class _Letter:
    name: str
    body: bytes
    person: str
    headers: dict[str, str] = field(default_factory=dict)


def signature(app_id: str, body: bytes, timestamp: str, key: str) -> str:
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + key.encode()).hexdigest()


def raw(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


class Webhook:
    """Events of one person are posted in order; what is tried again does not hold up the next."""

    def __init__(
        self,
        oa: Oa,
        secret_key: str,
        *,
        now: Callable[[], float],
        retry_factor: float,
        deadline: float,
    ) -> None:
        self.oa = oa
        self.secret_key = secret_key
        """OA Secret Key: not the App Secret."""
        self.now = now
        """Seconds since 1970; may be replaced at any time."""
        self.retry_factor = retry_factor
        self.deadline = deadline
        self.webhook = ""
        self.subscribed = False
        self.signing: Signing = "body"
        self.mac_form: MacForm = "mac="
        self.retries_on: Literal["no 200", "no answer"] = "no 200"
        self.syntax_filter = False
        """The console's "Lọc cú pháp": only texts that start with "#" arrive."""
        self.switched_off: set[str] = set()
        """Names of events that are not ticked in the console."""
        self.events: list[Event] = []
        """Everything that happened, delivered or not."""
        self.missed: list[Event] = []
        """What the app will never get."""
        self.deliveries: list[Delivery] = []
        self._held: list[_Letter] | None = None
        self._chains: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Condition()
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def save_webhook(self, url: str) -> int:
        """Save the address in the console, or switch it on again; subscribed only after a 200.

        A saved address must be HTTPS without a port; loopback is taken as it is.
        """
        parts = urlsplit(url)
        if parts.hostname != "127.0.0.1" and (parts.scheme != "https" or parts.port):
            raise ValueError("the webhook must be https://<domain>/...")
        self.webhook = url
        status = await self.probe()
        self.subscribed = status == 200
        return status

    async def probe(self) -> int:
        """Post the console's test: an unsigned `{}`."""
        return await self.post_raw(b"{}", {})

    async def post_raw(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Post anything once, as a stranger would; return the status, 0 for none in time."""
        if self._client is None:
            raise RuntimeError("not started")
        headers = {"Content-Type": "application/json", "User-Agent": "ZaloWebhook", **headers}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._client.post(
                self.webhook,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=self.deadline),
            ) as answer:
                return answer.status
        return 0

    async def push(self, event: Event, *, times: int = 1, headers: Mapping[str, str] = {}) -> Event:
        """Deliver an event `times` times, as often as it takes; return it."""
        self.events.append(event)
        letter = self._letter(event, headers)
        if not self._wanted(event):
            self.missed.append(event)
        elif self._held is not None:
            self._held += [letter] * times
        else:
            for _ in range(times):
                self._post_later(letter)
        await self._tell()
        return event

    async def push_storm(
        self, events: Iterable[Event], *, duplicates: float = 0.0, seed: int = 0
    ) -> None:
        """Post all of them at once in a random order, a share of them twice."""
        chance = random.Random(seed)
        letters = [self._letter(event) for event in events]
        letters += [letter for letter in letters if chance.random() < duplicates]
        chance.shuffle(letters)
        await asyncio.gather(*(self._attempt(letter, 0) for letter in letters))

    def hold_back(self) -> None:
        """Begin an outage: nothing is delivered until `let_go`."""
        self._held = []

    async def let_go(self, *, num_retry: int = 4, shuffled_by: int | None = None) -> None:
        """End the outage: everything held comes in one batch, with its old timestamps."""
        letters, self._held = self._held or [], None
        if shuffled_by is not None:
            random.Random(shuffled_by).shuffle(letters)
        await asyncio.gather(*(self._attempt(letter, num_retry) for letter in letters))

    async def wait_until(self, true: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the caller's words
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(true)

    async def all_delivered(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Return when everything was taken or given up."""
        async with asyncio.timeout(timeout):
            while self._tasks:
                await asyncio.gather(*self._tasks)

    def signed(self, event: Event) -> tuple[bytes, dict[str, str]]:
        """Return the body and headers with which an event would come: pure, for a harness."""
        letter = self._letter(event)
        return letter.body, letter.headers

    def _letter(self, event: Event, headers: Mapping[str, str] = {}) -> _Letter:
        body, written = raw(event), str(event.get("timestamp", ""))
        # A header of its own second: whoever signs with the wrong one of the two is found out.
        stamp = str(int(written or 0) + 1000)
        key = stamp if self.signing == "header" else written
        mac = signature(self.oa.app_id, body, key, self.secret_key)
        signed = {"X-ZEvent-Signature": self.mac_form + mac, **headers}
        if self.signing != "body":
            signed["X-ZEvent-Timestamp"] = stamp
        return _Letter(str(event.get("event_name")), body, _person(event), signed)

    def _wanted(self, event: Event) -> bool:
        name = event.get("event_name")
        if not self.webhook or not self.subscribed or name in self.switched_off:
            return False
        hidden = self.syntax_filter and name == "user_send_text"
        return not hidden or str(event["message"]["text"]).startswith("#")

    def _post_later(self, letter: _Letter) -> None:
        before = self._chains.get(letter.person)

        async def in_turn() -> None:
            if before is not None:
                await asyncio.gather(before, return_exceptions=True)
            if not await self._attempt(letter, 0):
                self._spawn(self._again(letter))

        self._chains[letter.person] = self._spawn(in_turn())

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _again(self, letter: _Letter) -> None:
        for number, pause in enumerate(LADDER, start=1):
            await asyncio.sleep(pause * self.retry_factor)
            if not self.subscribed:
                break
            if await self._attempt(letter, number):
                return
        self.subscribed = False
        self.missed.append(json.loads(letter.body))
        await self._tell()

    async def _attempt(self, letter: _Letter, number: int) -> bool:
        """Post once; True if it need not be posted again."""
        again = {"num_retry": str(number)} if number else {}
        status = await self.post_raw(letter.body, {**letter.headers, **again})
        self.deliveries.append(Delivery(letter.name, status, number))
        await self._tell()
        return status == 200 or (bool(status) and self.retries_on == "no answer")

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def _person(event: Event) -> str:
    match event:
        case {"event_name": str(name), "recipient": {"id": str(person)}} if name[:3] == "oa_":
            return person
        case {"sender": {"id": str(person)}} | {"follower": {"id": str(person)}}:
            return person
        case {"user_id": str(person)}:
            return person
    return ""
