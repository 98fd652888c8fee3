"""Residents at the fake Official Account: what they do as Zalo's events, and what is on the screen.

Zalo posts an event until it is acknowledged, counts its attempts in `num_retry`, and tells us of
each message of our own. What somebody must see in the end is known by `Learner` (learner.py).
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

import aiohttp

from bot.channels.zalo_oa.webhook import PATH
from tests.crash import learner
from tests.crash.learner import Learner
from tests.fake_zalo_oa import APP_SECRET, OA, OA_SECRET, FakeZaloOa, Message
from tests.service import SAMPLE, Service
from tests.zalo_oa_payloads import Event, attachment_event, follow_event, text_event
from tests.zalo_oa_webhook import MacForm, Signing

APART: Final = 10.0  # seconds between two events of one person: no text is a double tap (T37)
_AGAIN: Final = 0.05  # seconds; Zalo's ladder begins with half a minute
_DEADLINE: Final = 2.0  # seconds in which Zalo wants its 200


class Platform(FakeZaloOa):
    """The fake, with each person's screen by itself, and calls that the caller can count."""

    def __init__(self, chance: random.Random, *, slow: float = 0.0) -> None:
        """`slow`: the share of our messages for which its network takes up to 20 ms."""
        super().__init__()
        self.screens: dict[str, list[Message]] = defaultdict(list)
        self.rate_limit = 10**9  # a minute: of ours the limit is what is looked for
        self.signing = chance.choice(get_args(Signing))
        self.mac_form = chance.choice(get_args(MacForm))
        self.told: Callable[[Message], None] = lambda _: None
        """Called with each message as it arrives."""
        self._chance, self._slow = chance, slow

    def meets(self, user: str) -> None:
        person = self.person(user)
        person.last_interaction, person.last_did = self.now(), "wrote"

    async def deliver(self, url: str, event: Event, *, attempts: int = 0) -> list[int]:
        """Post until it is acknowledged; return all statuses, 0 for no answer in time."""
        body, headers = self.signed(event)
        statuses: list[int] = []
        while not statuses or statuses[-1] != 200:
            if statuses:
                attempts += 1
                await asyncio.sleep(_AGAIN)
            again = {"num_retry": str(attempts)} if attempts else {}
            statuses.append(await self._posted(url, body, {**headers, **again}))
            assert statuses[-1] in (0, 200, 503), f"{statuses[-1]} for {event}"
        return statuses

    async def _posted(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        assert self._client is not None
        headers = {"Content-Type": "application/json", "User-Agent": "ZaloWebhook", **headers}
        patience = aiohttp.ClientTimeout(total=_DEADLINE)
        try:
            async with self._client.post(
                url + PATH, data=body, headers=headers, timeout=patience
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def _shown(self, message: Message) -> None:
        super()._shown(message)
        self.screens[message.user].append(message)
        self.told(message)

    async def _do_cs(self, body: dict[str, Any]) -> dict[str, Any]:
        if self._slow and self._chance.random() < self._slow:
            await asyncio.sleep(self._chance.uniform(0, 0.02))
        return await super()._do_cs(body)


def settings(platform: FakeZaloOa) -> dict[str, str]:
    """What switches the Official Account on, under the names of the environment."""
    return {
        "ZALO_OA_ID": OA.id,
        "ZALO_OA_APP_ID": OA.app_id,
        "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": OA_SECRET,
        "ZALO_OA_REFRESH_TOKEN": platform.seed.refresh,
        "ZALO_OA_API_URL": platform.url,
        "ZALO_OAUTH_URL": platform.url,
        "ZALO_ZBS_API_URL": platform.url,
    }


def service(folder: Path, platform: FakeZaloOa) -> Service:
    """The real program on this platform, not started yet."""
    made = Service(folder, COMMUNE_FILE=str(SAMPLE), **settings(platform))
    made._more["PUBLIC_URL"] = made.url
    return made


@dataclass
class Resident:
    """`acts` grows in the order in which events arrived first."""

    platform: Platform
    user: str
    script: Sequence[str]
    since: float = field(default_factory=lambda: time.time() - 600)
    """When the first act was done."""
    acts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.platform.meets(self.user)

    @property
    def screen(self) -> list[Message]:
        return self.platform.screens[self.user]

    @property
    def told(self) -> list[str]:
        """The words; a picture comes alone."""
        return [message.text for message in self.screen if message.text]

    def event(self, act: str, number: int) -> Event:
        """The `number`-th thing this person does, typed (or spoken, or followed)."""
        at, msg_id = self.since + APART * number, f"{self.user}x{number:04}"
        if act == "follow":
            return follow_event(self.user, at=at)
        if act == "voice":
            return attachment_event(self.user, "audio", msg_id=msg_id, at=at)
        return text_event(self.user, act, msg_id=msg_id, at=at)

    def press(self, digit: str, number: int) -> Event:
        """The same by the hidden text of the newest question's button."""
        return self.event(self.tokens()[int(digit) - 1], number)

    def tokens(self) -> list[str]:
        """Hidden texts of the newest question's buttons; none while no message has any."""
        shown = next((each for each in reversed(self.screen) if each.buttons), None)
        return [str(button["payload"]) for button in shown.buttons] if shown else []

    def unanswered(self) -> int:
        return len(self.acts) - learner.answered(self.acts, self.told)

    def check(self) -> Learner:
        return learner.check(self.acts, self.told)
