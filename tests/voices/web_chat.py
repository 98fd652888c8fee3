"""The chat page: what the browser posts, and the letters it fetches."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from bot.channels.base import Channel, Raw
from bot.channels.web_chat import WebChat, edge
from bot.channels.web_chat.streams import Reader
from bot.mailbox import OutboxMailbox
from bot.opening import PICTURES, Foundations
from handlers.messages import Address, Kind
from tests.fakes import Heard
from tests.voices.base import NUMBERED, Act, CannotDo


class WebChatVoice:
    name = "web_chat"

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._pages: dict[str, Reader] = {}
        """Everybody keeps a page open; after a restart of the program it asks anew."""
        self._shown: set[tuple[str, int]] = set()
        """Account and number of the letters that stand on a page: it shows none twice."""
        self._channel: WebChat
        self._mailbox: OutboxMailbox

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        self._mailbox = ground.mailbox
        self._channel = WebChat(
            mailbox=ground.mailbox, demo=None, pictures=PICTURES, commune=ground.commune
        )
        return [self._channel]

    async def start(self) -> None:
        """Pages that were open find the program again and go on behind what they have."""
        for account in self._pages:
            has = [number for owner, number in self._shown if owner == account]
            self._pages[account] = self._opened(account, after=max(has, default=0))

    def meet(self, account: str) -> None:
        if account not in self._pages:
            self._pages[account] = self._opened(account, after=0)

    def _opened(self, account: str, *, after: int) -> Reader:
        return Reader(self._mailbox, self.address(account).chat, after=after)

    def tells_name(self, account: str) -> bool:
        return False

    def channel_of(self, account: str) -> Channel:
        return self._channel

    def address(self, account: str) -> Address:
        own = edge.account_of(hashlib.sha256(account.encode()).hexdigest()[:32])
        return Address(WebChat.name, WebChat.bot, own, own)

    def event(self, act: Act) -> Raw | None:
        if not act.private or act.kind not in (Kind.TEXT, Kind.PRESS):
            raise CannotDo("the page sends text and buttons")
        number = hashlib.sha256(act.event.encode()).hexdigest()[:32]
        fields = {"id": number, **({"button": act.button} if act.button else {"text": act.text})}
        said = edge.message_in(fields)
        if said is None:
            return None
        account = self.address(act.account).account
        known = {"account": account, "chat": account, "at": act.at.isoformat(), "name": ""}
        return {**known, **said}

    async def collect(self) -> None:
        for account, page in self._pages.items():
            for event in (await page.read()).decode().split("\n\n"):
                self._show(account, dict(line.partition(": ")[::2] for line in event.splitlines()))

    def _show(self, account: str, event: dict[str, str]) -> None:
        """Put a letter on the page; the stream's other events have no number."""
        letter = (account, int(event.get("id", 0)))
        if "id" in event and letter not in self._shown:
            self._shown.add(letter)
            self.heard += [_heard(account, part) for part in json.loads(event["data"])]


def _heard(account: str, part: dict[str, Any]) -> Heard:
    """As it stands on the page: below the text the buttons, each with its number."""
    text = "\n".join(words for words in (part["heading"], part["text"]) if words)
    buttons = {button["label"]: button["token"] for button in part["buttons"]}
    numbered = [label for label in buttons if NUMBERED.fullmatch(label)]
    if numbered:
        text += ("\n\n" if "\n" in part["text"] else "\n") + "\n".join(numbered)
    return Heard(account, text, buttons, (part["picture"] or {}).get("url", ""))
