"""What people do: write, press, block; as the updates that Telegram makes of it."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_delivery import Delivery


@dataclass(slots=True)
class Message:
    """A message of the bot as the person sees it. `buttons` loses those that were taken away."""

    id: int
    chat: int
    text: str
    bold: list[str] = field(default_factory=list)
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    picture: str = ""
    document: str = ""
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]


class People(Delivery):
    """`sent` is what they have on their screens: every message of the bot that arrived."""

    def __init__(self, *, bot: int, username: str, retry_seconds: float) -> None:
        super().__init__(retry_seconds=retry_seconds)
        self.me = {
            "id": bot,
            "is_bot": True,
            "first_name": "Học vụ số",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.sent: list[Message] = []
        self.blocked: set[int] = set()
        self.unknown_chats: set[int] = set()

    def user(self, user: int, name: str = "") -> dict[str, Any]:
        return {
            "id": user,
            "is_bot": False,
            "first_name": name or f"Người {user}",
            "language_code": "vi",
        }

    def chat(self, chat: int, name: str = "") -> dict[str, Any]:
        if chat < 0:
            return {"id": chat, "title": f"Nhóm {-chat}", "type": "supergroup"}
        return {"id": chat, "first_name": name or f"Người {chat}", "type": "private"}

    def message(self, user: int, *, chat: int | None = None, **content: Any) -> dict[str, Any]:
        """Return the Message a person would have sent: `message(7, text="1")`."""
        return {
            "message_id": self._next("message"),
            "from": self.user(user),
            "chat": self.chat(user if chat is None else chat),
            "date": int(time.time()),
            **content,
        }

    async def user_says(self, user: int, text: str, *, chat: int | None = None) -> int:
        """Return the update id."""
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return await self.push({"message": self.message(user, chat=chat, **content)})

    async def user_presses(self, user: int, label: str, *, chat: int | None = None) -> int:
        """Press the newest button with this label (or, if none, whose label starts so)."""
        where = user if chat is None else chat
        seen = [message for message in reversed(self.seen(where)) if message.buttons]
        for fits in (label.__eq__, lambda text: text.startswith(label)):
            for message in seen:
                for row in message.buttons:
                    for button in row:
                        if fits(button["text"]):
                            return await self._press(user, message, button)
        raise LookupError(f"no button {label!r} among {[message.labels for message in seen]}")

    async def _press(self, user: int, message: Message, button: dict[str, Any]) -> int:
        query = {
            "id": str(4_000_000_000_000_000_000 + self._next("query")),
            "from": self.user(user),
            "message": message.raw,
            "chat_instance": str(-(10**17) - message.chat),
            "data": button["callback_data"],
        }
        return await self.push({"callback_query": query})

    async def user_blocks(self, user: int) -> int:
        self.blocked.add(user)
        return await self._membership(user, "member", "kicked")

    async def user_unblocks(self, user: int) -> int:
        self.blocked.discard(user)
        return await self._membership(user, "kicked", "member")

    async def _membership(self, user: int, old: str, new: str) -> int:
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.me, "status": status, **until}

        change = {
            "chat": self.chat(user),
            "from": self.user(user),
            "date": int(time.time()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        return await self.push({"my_chat_member": change})

    def seen(self, chat: int) -> list[Message]:
        return [message for message in self.sent if message.chat == chat]

    async def wait_for_message(self, chat: int, n: int = 1, timeout: float = 5.0) -> Message:  # noqa: ASYNC109 - the caller's words
        """Return the n-th message of this chat (counted from 1) as soon as it has come."""
        await self.wait_until(lambda: len(self.seen(chat)) >= n, timeout)
        return self.seen(chat)[n - 1]
