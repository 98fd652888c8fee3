"""What a device is: the hand and the eyes of people on one platform."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from bot.channels.base import Channel, Raw
from bot.opening import Foundations
from handlers.messages import Address, Kind
from tests.fakes import Heard


class CannotDo(Exception):
    """This platform has no such thing; the test says so in its table of natural differences."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person does, free of its platform."""

    event: str
    """The same name is the same event, delivered twice."""
    account: str
    at: datetime
    kind: Kind = Kind.TEXT
    name: str = ""
    text: str = ""
    button: str | None = None
    """What `Offer.does` holds."""
    chat: str = ""
    """"" = the private chat."""
    private: bool = True
    forwarded: bool = False


class Voice(Protocol):
    """One per house. `heard` is every part that reached a screen, by the test's account names."""

    name: str
    heard: list[Heard]

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        """Make the channels of a new process; what was heard stays."""
        ...

    async def start(self) -> None:
        """Do what the program does before it sends."""
        ...

    def meet(self, account: str) -> None:
        """Somebody is there: the first may sit where only one can."""
        ...

    def tells_name(self, account: str) -> bool:
        """True if the platform passes on what this person calls themselves."""
        ...

    def channel_of(self, account: str) -> Channel: ...

    def address(self, account: str) -> Address:
        """The platform's own ids of this person's private chat."""
        ...

    def event(self, act: Act) -> Raw | None:
        """Return the platform's event; None if it would not even be passed on. Raises CannotDo."""
        ...

    async def collect(self) -> None:
        """Look at the screens: `heard` is then complete."""
        ...


class Offer(NamedTuple):
    """One choice as the person reads it."""

    number: str
    """What may be typed for it; "" where the person sees no number, as under a notice."""
    text: str
    token: str
    """"" = there is no button: the number is typed."""

    @property
    def does(self) -> str:
        return self.token or self.number


NUMBERED: Final = re.compile(r"([A-Z]?[1-9])\. (.+)")


def is_typed(does: str) -> bool:
    """True for the number of an `Offer`; tokens are longer."""
    return len(does) <= 2


def offers(heard: Heard) -> list[Offer]:
    """What one message lets a person choose, by its buttons, or else by its last numbered lines."""
    lines = _last_numbers(heard.text)
    if not heard.buttons:
        return [Offer(number, text, "") for number, text in lines.items()]
    numbers = {text: number for number, text in lines.items()}
    found = []
    for label, token in heard.buttons.items():
        said = NUMBERED.fullmatch(label)
        if said is not None:
            found.append(Offer(said[1], said[2], token))
        elif label in lines:  # only the number has room on the button
            found.append(Offer(label, lines[label], token))
        else:
            found.append(Offer(numbers.get(label, ""), label, token))
    return found


def _last_numbers(text: str) -> dict[str, str]:
    """The lines "1. …" to "n. …" at the very end: a page may have a list of its own above."""
    lines: dict[str, str] = {}
    for line in reversed(text.splitlines()):
        said = NUMBERED.fullmatch(line)
        if said is None:
            return {}
        lines[said[1]] = said[2]
        if said[1][-1] == "1":
            return dict(reversed(lines.items()))
    return {}
