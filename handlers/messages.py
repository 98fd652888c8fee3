"""The words all channels share: what comes in, what goes out, and nothing of any platform."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

MAX_CHOICES: Final = 9  # U3: never more than nine, so that one digit is always enough
_LIST_LETTERS: Final = 480  # below the 500 of U1


_NOTICE_LETTERS: Final = "ABCDEGKLMNPQRSTUV"  # without X: "x5" is a hamlet


def notice_letter(token: str) -> str:
    """Return the letter before a notice's numbers where there are no buttons: "K1. Hủy".

    A bare digit there answers the open question; `token` is the notice's own (T06).
    """
    return _NOTICE_LETTERS[sum(map(ord, token)) % len(_NOTICE_LETTERS)]


class Address(NamedTuple):
    """Where one account is spoken to. All four are the platform's own ids, as strings."""

    channel: str
    bot: str
    account: str
    chat: str


class Kind(StrEnum):
    """What an event is. Whatever a platform invents tomorrow is UNKNOWN and still answered."""

    TEXT = "text"
    PRESS = "press"  # a button; `button` holds its opaque token
    VOICE = "voice"
    STICKER = "sticker"
    PICTURE = "picture"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    EDIT = "edit"  # an earlier message was changed (T39)
    JOINED = "joined"  # follow, unblock
    LEFT = "left"  # unfollow, block: never answered
    SLOW = "slow"  # our own: this person writes faster than we read (T35)
    HIDDEN = "hidden"  # the platform does not show us what was sent (protected accounts, PDF)
    TAKEN_OVER = "taken_over"  # staff wrote to this person by hand, in the platform's own chat
    HANDED_BACK = "handed_back"  # staff wrote "/xong" there: the program may speak again
    WITHDRAWN = "withdrawn"  # the platform passes on: this person wants everything erased
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a person was not reached: what the call list says in words (`call.<value>`)."""

    REFUSED = "refused"  # our own mistake: somebody must look
    WINDOW = "window"  # the platform's time for free words after the person's last message is over
    QUOTA = "quota"  # the plan, the package or this person's share is used up
    GONE = "gone"  # blocked us, left, deleted
    NOT_FOLLOWING = "not following"
    RESTRICTED = "restricted"  # the platform protects this person from messages of this kind
    OFF = "off"  # the channel this person uses is switched off here
    PAGE = "page"  # only the chat page, where one has to come and look
    TEMPLATE = "template"  # the approved template does not fit this person or these values


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file this person handed in through a one-time link; it is stored already."""

    file: int
    name: str
    purpose: str
    person_id: int
    """Who was asked for it: on a household's phone perhaps not who speaks now."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that one account did, already free of its platform."""

    event_id: str
    """The platform's id of the event, unique for one bot."""
    account: str
    chat: str | None
    at: datetime
    """When the person did it (aware UTC): it decides what "hôm nay" means (N10)."""
    kind: Kind
    text: str = ""
    button: str | None = None
    name: str = ""
    """The name the platform shows; carries no authority (T16)."""
    private: bool = True
    """False in groups and channels, where nothing personal is ever done (T11)."""
    forwarded: bool = False
    owned_contact: bool = False
    """A contact card that the platform says is the sender's own (T17)."""
    handed_in: HandedIn | None = None
    """With FILE: what came through our own page, not through the platform."""
    phone: str = ""
    """The sender's own number as the platform confirms it, digits with 84 in front, or ""."""
    media: str = field(default="", repr=False)
    """With PICTURE, VOICE: what its channel fetches it by; "" = nothing, or it is too big (T30)."""


STAFF: Final = frozenset({Kind.TAKEN_OVER, Kind.HANDED_BACK})
"""Done by somebody else in this person's chat: it says nothing of the person's presence."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered answer. `text` is what the person reads, `key` what the step receives."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the buttons of a message do that is not a question of the conversation (T02, T05)."""

    flow: str
    step: str
    about: str
    """The one id the step needs, e.g. of a role grant."""


@dataclass(frozen=True, slots=True)
class Template:
    """The same message as a template a platform has approved, for when free text is refused."""

    name: str
    """Our own name for it, e.g. "reminder"; a commune's settings say which id it has."""
    values: tuple[tuple[str, str], ...]
    """(parameter, value) as the template wants them."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one person, in plain Vietnamese text without any markup."""

    text: str
    heading: str = ""
    """A short first line; bold where the channel can."""
    choices: tuple[Choice, ...] = ()
    picture: str = ""
    """Stem of a file in lessons/pictures; `picture_alt` says the same in words."""
    picture_alt: str = ""
    notice: Notice | None = None
    template: Template | None = None
    document: int = 0
    """Id of a stored file that goes with it; where a channel cannot carry it, a one-time link."""
    drawn: int = 0
    """Id of a stored PNG or JPEG that is shown with it; `picture_alt` says the same in words.

    Where a channel cannot show it stand those words, and a one-time link.
    """

    def __post_init__(self) -> None:
        if len(self.choices) > MAX_CHOICES:
            raise ValueError(f"{len(self.choices)} choices: never more than {MAX_CHOICES} (U3)")


def in_messages(lines: Iterable[str]) -> list[Outgoing]:
    """A list as messages of a readable length, never cut inside a line (U1)."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= _LIST_LETTERS:
            texts[-1] = f"{texts[-1]}\n{line}"
        else:
            texts.append(line)
    return [Outgoing(text) for text in texts]
