"""What the tests of pace, silence and volume share: a platform that notes each call."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import insert

from bot.channels.base import Capabilities, Channel, Part, Receipt
from bot.opening import Foundations
from handlers.messages import Address
from storage import outbox
from storage.outbox import NewMessage
from storage.tables import Account, Membership, Person
from tests.fakes import BUTTONS, FakeChannel, FakeClock
from tests.talk import House
from tests.voices.fake import FakeVoice

FIRST = 10_001
"""Ids of recipients begin here."""


@dataclass
class Call:
    """One attempt to send: when (monotonic), to whom."""

    at: float
    chat: str


class Timed(FakeChannel):
    """Notes every call, also those that fail."""

    def __init__(self, able: Capabilities, clock: FakeClock) -> None:
        super().__init__(able)
        self.clock = clock
        self.calls: list[Call] = []
        self.then: Callable[[], None] = lambda: None

    async def send(self, part: Part, to: Address) -> Receipt:
        self.calls.append(Call(self.clock.monotonic(), to.chat))
        receipt = await super().send(part, to)
        self.then()
        return receipt


class TimedVoice(FakeVoice):
    """People on one platform with a ceiling; its calls are kept over a restart."""

    def __init__(self, *, per_second: float) -> None:
        super().__init__(replace(BUTTONS, per_second=per_second))
        self.calls: list[Call] = []
        self.then: Callable[[], None] = lambda: None
        """Done right after each message that went."""

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        assert isinstance(ground.clock, FakeClock)
        channel = Timed(self.able, ground.clock)
        channel.heard, channel.calls = self.heard, self.calls
        channel.then = lambda: self.then()
        self.channel = channel
        return [channel]


def platform(house: House) -> TimedVoice:
    assert isinstance(house.voice, TimedVoice)
    return house.voice


async def settle_in(house: House, count: int) -> list[int]:
    """So many people with an account each; their ids, which are those of the accounts too."""
    numbers = list(range(FIRST, FIRST + count))
    now = house.clock.wall()
    held = {"channel": "fake", "bot": "b1", "seen_at": now, "created_at": now}
    accounts = [
        {"id": n, "lane": f"r{n}", "user_id": f"r{n}", "chat": f"r{n}", "person_id": n, **held}
        for n in numbers
    ]
    folk = [{"id": n, "name": "", "name_folded": "", "created_at": now} for n in numbers]
    async with house.app.database.transaction() as tx:
        await tx.execute(insert(Person), folk)
        await tx.execute(insert(Account), accounts)
        since = [{"account_id": n, "person_id": n, "since": now} for n in numbers]
        await tx.execute(insert(Membership), since)
    return numbers


async def queue(house: House, persons: Iterable[int], *, name: str = "b", days: int = 1) -> None:
    """A broadcast to them, row by row as it lies in the outbox."""
    now = house.clock.wall()
    rows = [
        NewMessage(
            n,
            f"r{n}",
            "broadcast",
            {"text": f"tin {name}"},
            now + timedelta(days=days),
            None,
            f"{name}:{n}",
            person_id=n,
        )
        for n in persons
    ]
    async with house.app.database.transaction() as tx:
        await outbox.add(tx, rows, states=["queued"] * len(rows), owner="", now=now)


async def passes(house: House, *, seconds: float, step: float = 0.25) -> None:
    """Time goes by in small steps, and the outbox is looked at in each."""
    left = seconds
    while left > 1e-9:
        house.clock.passes(seconds=min(step, left))
        left -= step
        await house.run()
