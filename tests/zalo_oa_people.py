"""What people and the OA's staff do: write, press, follow; as the events that Zalo makes of it."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests import zalo_oa_payloads as payloads
from tests.zalo_oa_payloads import Attached, Event, Oa, Source
from tests.zalo_oa_webhook import Webhook

ADMIN = "7654321098765432101"


@dataclass(slots=True)
class Person:
    """How one person stands to the OA. Whoever is not known to the fake has no id at all."""

    id: str
    name: str
    follows: bool = False
    left: bool = False
    """Unfollowed, and has not written since: -213."""
    last_interaction: float | None = None
    """Seconds since 1970. None: never, -232."""
    last_did: Literal["", "followed", "wrote"] = ""
    blocked: bool = False
    """-217."""
    inactive: bool = False
    """Banned, or not seen in Zalo for 45 days: -227."""
    restricted: bool = False
    """Of a kind that OAs may not write to: -244."""
    is_sensitive: bool = False
    """Under 18."""
    phone: str = ""
    tags: list[str] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    """What user/update stored."""


@dataclass(slots=True)
class Message:
    """A message of the OA as the person sees it."""

    id: str
    user: str
    kind: str
    text: str = ""
    buttons: list[dict[str, Any]] = field(default_factory=list)
    picture: str = ""
    """Attachment id or address."""
    document: str = ""
    """File name of what was uploaded."""
    quote: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    template: str = ""
    template_data: dict[str, Any] = field(default_factory=dict)
    quota: str = ""
    """quota_type; "" = this message was charged."""
    admin: str = ""
    """Set if a human of the staff wrote it in the OA's own chat."""
    at: float = 0.0

    @property
    def labels(self) -> list[str]:
        return [str(button["title"]) for button in self.buttons]


@dataclass(slots=True)
class Row:
    """One line of a conversation, as /v2.0/oa/conversation gives it back."""

    user: str
    from_user: bool
    text: str
    type: str
    id: str
    at: float


class People(Webhook):
    """`sent` is what they have on their screens: every message of the OA that arrived."""

    def __init__(
        self,
        oa: Oa,
        secret_key: str,
        *,
        now: Callable[[], float],
        retry_factor: float,
        deadline: float,
    ) -> None:
        super().__init__(oa, secret_key, now=now, retry_factor=retry_factor, deadline=deadline)
        self.people: dict[str, Person] = {}
        self.sent: list[Message] = []
        self.history: list[Row] = []
        self.anonymous: dict[str, str] = {}
        """Anonymous ids and their conversations."""
        self._numbers = itertools.count(1)

    def person(self, user: str) -> Person:
        """Return the person with this id, who from now on exists."""
        known = self.people.get(user)
        if known is None:
            known = self.people[user] = Person(user, f"Người {user[-4:]}")
        return known

    def seen(self, user: str) -> list[Message]:
        return [message for message in self.sent if message.user == user]

    async def wait_for_message(self, user: str, n: int = 1, timeout: float = 5.0) -> Message:  # noqa: ASYNC109 - the caller's words
        """Return the n-th message to this person (counted from 1) as soon as it has come."""
        await self.wait_until(lambda: len(self.seen(user)) >= n, timeout)
        return self.seen(user)[n - 1]

    async def user_says(self, user: str, text: str, *, quote: str = "", times: int = 1) -> Event:
        """Return the event; the same may be pushed again."""
        number = self._heard(user, text, "text")
        event = payloads.text_event(
            user, text, msg_id=number, at=self.now(), quote_msg_id=quote, oa=self.oa
        )
        return await self.push(event, times=times)

    async def user_presses(self, user: str, label: str, *, of: Message | None = None) -> Event:
        """Press the newest button with this label (or, if none, whose label starts so).

        `of`: only a button of this message; on Zalo old buttons stay alive.
        """
        shown = [of] if of else [each for each in reversed(self.seen(user)) if each.buttons]
        for fits in (label.__eq__, lambda title: title.startswith(label)):
            for message in shown:
                for button in message.buttons:
                    if fits(button["title"]):
                        return await self._press(user, button)
        raise LookupError(f"no button {label!r} among {[message.labels for message in shown]}")

    async def _press(self, user: str, button: dict[str, Any]) -> Event:
        if not button["type"].startswith("oa.query."):
            raise LookupError(f"{button['title']!r} opens something on the phone; nothing is sent")
        return await self.user_says(user, button["payload"])

    async def user_sends(self, user: str, kind: Attached, *, text: str = "") -> Event:
        number = self._heard(user, text, kind)
        return await self.push(
            payloads.attachment_event(
                user, kind, msg_id=number, at=self.now(), text=text, oa=self.oa
            )
        )

    async def user_reacts(self, user: str, msg_id: str, icon: str = "/-strong") -> Event:
        event = payloads.reacted_event(user, msg_id, at=self.now(), icon=icon, oa=self.oa)
        return await self.push(event)

    async def user_sees(self, user: str, msg_ids: Sequence[str] = ()) -> Event:
        """See these messages of the app, or all."""
        seen = msg_ids or [each.id for each in self.seen(user) if not each.admin]
        return await self.push(payloads.seen_event(user, seen, at=self.now(), oa=self.oa))

    async def follow(self, user: str, *, source: Source = "oa_profile") -> Event:
        person = self._interacted(user, "followed")
        person.follows = True
        return await self.push(
            payloads.follow_event(user, at=self.now(), source=source, oa=self.oa)
        )

    async def unfollow(self, user: str, *, source: Source = "oa_profile") -> Event:
        person = self.person(user)
        person.follows, person.left = False, True
        return await self.push(
            payloads.unfollow_event(user, at=self.now(), source=source, oa=self.oa)
        )

    async def withdraw(self, user: str) -> Event:
        """Ask for the erasure of one's data; the OA may not write to this person any more."""
        person = self.person(user)
        person.follows, person.left, person.last_interaction = False, True, None
        return await self.push(payloads.withdraw_event(user, at=self.now(), oa=self.oa))

    async def clicks_chatnow(self, user: str) -> Event:
        """Open the chat for the first time; from then on the OA may write."""
        if self.person(user).last_interaction is not None:
            raise LookupError("only of a person who never chatted")
        self._interacted(user, "followed")
        return await self.push(payloads.chatnow_event(user, at=self.now(), oa=self.oa))

    async def submit_info(self, user: str, name: str, phone: str = "", **more: Any) -> Event:
        """Fill in the form of `request_user_info`; LookupError if the OA has sent none."""
        if not any(message.form for message in self.seen(user)):
            raise LookupError("nobody has asked for name and phone")
        phone = phone or self.person(user).phone or "84900000001"
        self.person(user).phone = phone
        self._interacted(user, "wrote")
        return await self.push(
            payloads.submit_info_event(user, name, phone, at=self.now(), oa=self.oa, **more)
        )

    async def admin_writes(self, user: str, text: str, *, admin: str = ADMIN) -> Event:
        """Write by hand in the OA's own chat; the app sees the echo, and so does the person."""
        number = self._next_id()
        self._shown(Message(number, user, "text", text, quota="reply", admin=admin))
        return await self.push(
            payloads.echo_event(
                user, text, msg_id=number, at=self.now(), admin_id=admin, oa=self.oa
            )
        )

    async def anonymous_says(self, anonymous: str, conversation: str, text: str) -> Event:
        """Write without being logged in to Zalo; answered on v2 with both ids."""
        self.anonymous[anonymous] = conversation
        return await self.push(
            payloads.anonymous_event(
                "text",
                anonymous,
                conversation,
                msg_id=self._next_id(),
                at=self.now(),
                text=text,
                oa=self.oa,
            )
        )

    def _heard(self, user: str, text: str, kind: str) -> str:
        self._interacted(user, "wrote")
        number = self._next_id()
        self.history.append(Row(user, True, text, kind, number, self.now()))
        return number

    def _shown(self, message: Message) -> None:
        message.at = self.now()
        self.sent.append(message)
        self.history.append(
            Row(message.user, False, message.text, message.kind, message.id, message.at)
        )

    def _interacted(self, user: str, did: Literal["followed", "wrote"]) -> Person:
        person = self.person(user)
        person.last_interaction, person.last_did, person.left = self.now(), did, False
        return person

    def _next_id(self) -> str:
        return f"96d3cdf3af{next(self._numbers):010x}"
