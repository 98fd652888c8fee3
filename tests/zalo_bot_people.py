"""What people do, and what of it the platform reports to the bot (zalo.md §2.4, §2.7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, TypedDict

from tests.zalo_bot_delivery import Delivery
from tests.zalo_bot_plan import Plan
from tests.zalo_bot_updates import (
    Event,
    Media,
    an_id,
    bare_unsupported_event,
    media_event,
    text_event,
    unsupported_event,
)

Kind = Media | Literal["unsupported", "nothing"]
"""unsupported: a file or a link; nothing: the same, and not even a word who sent it."""


class _About(TypedDict):
    message_id: str
    at: datetime


class Mention(Enum):
    """How a message in a group names the bot."""

    NONE = "none"
    TYPED = "typed"  # "@Bot …" by hand, not taken from the list: does nothing
    PICKED = "picked"
    REPLY = "reply"  # an answer to a message of the bot


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the bot as the person sees it."""

    id: str
    chat: str
    text: str
    picture: str = ""
    sticker: str = ""
    voice: str = ""
    parse_mode: str = ""


class People(Delivery):
    """`sent` is what they have on their screens: every message of the bot that arrived."""

    def __init__(
        self, plan: Plan, *, name: str, webhook_seconds: float, longest_poll: float
    ) -> None:
        super().__init__(plan, webhook_seconds=webhook_seconds, longest_poll=longest_poll)
        self.me = {
            "id": "1459232241454765289",
            "account_name": "bot.VDKyGxQvc",
            "account_type": "BASIC",
            "can_join_groups": False,
            "display_name": name,
        }
        self.sent: list[Message] = []
        self.protected: set[str] = set()
        """People whose words Zalo keeps from the bot: children, disabled, unable to read."""
        self.unserved: list[str] = []
        """Ids of messages that reached nobody: their writer is beyond the plan."""
        self._number = 0

    async def user_says(self, user: str, text: str, *, name: str = "", times: int = 1) -> str:
        """Write to the bot, `times` deliveries. Return the message id."""
        about = self._next_message()
        event = text_event(user, text, name=name, **about)
        if user in self.protected:
            event = unsupported_event(user, name=name, **about)
        return await self._written(user, event, about["message_id"], times)

    async def user_sends(self, user: str, kind: Kind, *, caption: str = "", name: str = "") -> str:
        """Send something that is no text. Return the message id."""
        about = self._next_message()
        event: Event
        match kind:
            case "nothing":
                event = bare_unsupported_event()
            case "unsupported":
                event = unsupported_event(user, name=name, **about)
            case _:
                event = media_event(user, kind, caption=caption, name=name, **about)
        return await self._written(user, event, about["message_id"], 1)

    async def group_says(
        self,
        group: str,
        user: str,
        text: str,
        *,
        mentioned: Mention = Mention.NONE,
        name: str = "",
    ) -> str:
        """Write in a group; the bot hears it only if it is really mentioned or replied to.

        LookupError: the bot cannot be in this group.
        """
        about = self._next_message()
        event = text_event(user, text, name=name, group=group, **about)
        if user in self.protected:
            event = unsupported_event(user, name=name, group=group, **about)
        await self._written_in_group(group, event, mentioned)
        return about["message_id"]

    async def group_sends(
        self,
        group: str,
        user: str,
        kind: Media,
        *,
        caption: str = "",
        mentioned: Mention = Mention.NONE,
    ) -> str:
        """Send a picture (the mention is in its caption), a voice message, a sticker."""
        about = self._next_message()
        event = media_event(user, kind, caption=caption, group=group, **about)
        await self._written_in_group(group, event, mentioned)
        return about["message_id"]

    async def _written_in_group(self, group: str, event: Event, mentioned: Mention) -> None:
        self.join_group(group)
        if mentioned in (Mention.PICKED, Mention.REPLY):
            self.plan.count_in()
            await self.push(event)

    def join_group(self, group: str) -> None:
        """Be added to a group, which nothing reports. LookupError: not allowed, or no room."""
        if not self.me["can_join_groups"]:
            raise LookupError("this bot can join no groups")
        self.plan.add_group(group)

    async def _written(self, user: str, event: Event, message_id: str, times: int) -> str:
        if not self.plan.admit(user):
            self.unserved.append(message_id)
            return message_id
        self.plan.count_in()
        await self.push(event, times=times)
        return message_id

    def seen(self, chat: str) -> list[Message]:
        return [message for message in self.sent if message.chat == chat]

    async def wait_for_message(self, chat: str, n: int = 1, timeout: float = 5.0) -> Message:  # noqa: ASYNC109 - the caller's words
        """Return the n-th message of this chat (counted from 1) as soon as it has come."""
        await self.wait_until(lambda: len(self.seen(chat)) >= n, timeout)
        return self.seen(chat)[n - 1]

    def _next_message(self) -> _About:
        return {"message_id": self.new_id(), "at": self.plan.clock()}

    def new_id(self) -> str:
        self._number += 1
        return an_id(f"message {self._number}")
