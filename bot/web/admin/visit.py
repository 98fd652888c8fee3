"""One request of somebody who is logged in, and what a section answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlencode

from handlers import page as way
from handlers.flow import Turn
from handlers.messages import Outgoing
from storage import page
from storage.page import Session

HOME: Final = "/quan-tri"
LOGIN: Final = f"{HOME}/vao"
READERS: Final = way.READERS
DESK: Final = frozenset({"officer", "admin"})
ADMIN: Final = frozenset({"admin"})
COMMUNE: Final = "xa"
"""Parameter that names the commune, for whoever has more than one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page, or the part of it that htmx asked for."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    """Template of the part that changes; "" = always the whole page."""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """After something was done: go there, and say so at the top of it."""

    path: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is made now, beside all transactions, and downloaded."""

    kind: str
    """One of the kinds of `bot/workshop.py`."""
    body: Mapping[str, Any]
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored file, downloaded as it is."""

    name: str
    media_type: str
    body: bytes = field(repr=False)


class Missing(Exception):
    """Nothing there for this person: what is forbidden looks the same (T13)."""


Answer = Shown | Moved | Made | Kept


@dataclass(slots=True)
class Visit:
    """What a section may read and touch: the rights of this moment, one commune, one request."""

    turn: Turn
    """As in the chat: `tx`, `now`, `actor`, `house`; what it tells and orders is sent after."""
    session: Session
    commune_id: int
    communes: Mapping[int, str]
    """Those in which this person may see the page, by id."""
    path: str
    match: Mapping[str, str]
    """Named parts of the path, as they were typed: not yet numbers."""
    query: Mapping[str, str]
    form: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    """The same with every value of a field that may be chosen several times."""

    def may(self, roles: frozenset[str]) -> bool:
        """Whether this person holds one of the roles in this commune."""
        return any(
            grant.role in roles and grant.commune_id == self.commune_id
            for grant in self.turn.actor.grants
        )

    def id(self, name: str) -> int:
        """A number out of the path. Raises `Missing` if it is none."""
        return number(self.match[name])

    def link(self, path: str, /, **query: object) -> str:
        """Address of a page of ours, in this commune: `link("/bao-cao", ky=2026)`."""
        asked = {key: str(value) for key, value in query.items() if value not in ("", None)}
        if len(self.communes) > 1:
            asked[COMMUNE] = str(self.commune_id)
        return f"{HOME}{path}{'?' + urlencode(asked) if asked else ''}"

    def ordered(self) -> Made:
        """What the chat's own function has just ordered, to be downloaded here instead of sent."""
        order = self.turn.orders.pop()
        return Made(order.kind, order.body, order.name)

    async def confirm(self, kind: str, body: Mapping[str, Any], question: str) -> None:
        """Have it done when its owner says so in chat (W5); `question` names the consequence."""
        turn, wall = self.turn, self.session.seen_at
        act = await page.ask(turn.tx, self.session, kind=kind, body=dict(body), now=wall)
        message: Outgoing = way.asked(turn, act, question)
        person, account = self.session.person_id, self.session.account_id
        turn.tell(person, message, key=f"page:act:{act}", account_id=account)


def number(said: str) -> int:
    """Raises `Missing` for what is no number that an id can be."""
    if not (said.isascii() and said.isdecimal() and len(said) <= 18):
        raise Missing
    return int(said)


Run = Callable[[Visit], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address below /quan-tri. What declares nobody is refused at the start (A2)."""

    method: Literal["GET", "POST"]
    path: str
    allow: frozenset[str]
    run: Run

    def __post_init__(self) -> None:
        if not self.allow:
            raise ValueError(f"{self.method} {self.path}: nobody is allowed")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its place in the menu and its routes; the first is its front."""

    text: str
    """Text id of its name in the menu; "" = reached from elsewhere."""
    group: str
    """Text id of the heading it stands under."""
    routes: tuple[Route, ...]

    @property
    def front(self) -> Route:
        return self.routes[0]
