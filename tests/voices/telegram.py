"""Telegram: updates as `FakeTelegram` makes them, and the messages that arrived there."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.channels.base import Channel, Raw
from bot.channels.telegram import Telegram
from bot.channels.telegram.parsing import stamped
from bot.opening import Foundations
from handlers.messages import Address, Kind
from tests.fake_telegram import FakeTelegram, Message
from tests.fakes import Heard
from tests.voices.base import Act, CannotDo, is_typed

_people = itertools.count(7_001)
_FILE: Final = {"file_id": "AgAC", "file_unique_id": "uAgAC"}
_CONTENT: Final[Mapping[Kind, dict[str, Any]]] = {
    Kind.VOICE: {"voice": {**_FILE, "duration": 3}},
    Kind.STICKER: {"sticker": {**_FILE, "type": "regular", "width": 512, "height": 512}},
    Kind.PICTURE: {"photo": [{**_FILE, "width": 90, "height": 60}]},
    Kind.VIDEO: {"video": {**_FILE, "duration": 3, "width": 90, "height": 60}},
    Kind.FILE: {"document": {**_FILE, "file_name": "bao-cao.pdf"}},
    Kind.LOCATION: {"location": {"latitude": 20.2, "longitude": 106.4}},
    Kind.CONTACT: {"contact": {"phone_number": "+84900000001", "first_name": "Ai đó"}},
    Kind.UNKNOWN: {"dice": {"emoji": "🎲", "value": 3}},
}
_STATUS: Final = {Kind.JOINED: ("kicked", "member"), Kind.LEFT: ("member", "kicked")}


class TelegramVoice:
    name = "telegram"

    def __init__(self, fake: FakeTelegram) -> None:
        self.heard: list[Heard] = []
        self._fake = fake
        self._ids: dict[str, int] = {}
        self._updates: dict[str, Raw] = {}
        """By the name of the event: a repeated update is the same to the letter."""
        self._read = len(fake.sent)
        self._channel: Telegram

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        self._channel = Telegram(
            self._fake.token,
            memory=ground.memory("telegram"),
            menu=list,
            api_url=self._fake.url,
            now=ground.clock.wall,
        )
        return [self._channel]

    async def start(self) -> None:
        """Nothing to look up."""

    def meet(self, account: str) -> None:
        if account not in self._ids:
            self._ids[account] = next(_people)

    def tells_name(self, account: str) -> bool:
        return True

    def channel_of(self, account: str) -> Channel:
        return self._channel

    def address(self, account: str) -> Address:
        self.meet(account)
        number = str(self._ids[account])
        return Address(Telegram.name, self._channel.bot, number, number)

    # --- what people do ----------------------------------------------------------------------

    def event(self, act: Act) -> Raw | None:
        if act.event not in self._updates:
            self._updates[act.event] = self._update(act)
        return self._updates[act.event]

    def _update(self, act: Act) -> Raw:
        self.meet(act.account)
        update = {"update_id": self._fake._next("update"), **self._makers(act.kind)(act)}
        return stamped(update, act.at)  # as polling and webhook do

    def _makers(self, kind: Kind) -> Callable[[Act], Raw]:
        if kind is Kind.PRESS:
            return self._press
        if kind in _STATUS:
            return self._membership
        return self._message

    def _who(self, act: Act) -> dict[str, Any]:
        return self._fake.user(self._ids[act.account], act.name)

    def _where(self, act: Act) -> dict[str, Any]:
        """In private, or in a group of one's own."""
        number = self._ids[act.account]
        return self._fake.chat(number if act.private else -number, act.name)

    def _message(self, act: Act) -> Raw:
        about = {"from": self._who(act), "chat": self._where(act), "date": _seconds(act)}
        if act.kind is Kind.EDIT:
            content = {"text": act.text or "sửa lại", "edit_date": _seconds(act)}
        elif act.kind is Kind.TEXT:
            content = {"text": act.text}
        elif act.kind in _CONTENT:
            content = _CONTENT[act.kind] | ({"caption": act.text} if _has_caption(act) else {})
        else:
            raise CannotDo(f"Telegram has no {act.kind}")
        if act.forwarded:
            content["forward_origin"] = {"type": "hidden_user", "sender_user_name": "Ai đó"}
        field = "edited_message" if act.kind is Kind.EDIT else "message"
        return {field: self._fake.message(self._ids[act.account]) | about | content}

    def _press(self, act: Act) -> Raw:
        """Press what is on the screen; a number without a button is typed."""
        token = act.button or ""
        if is_typed(token):
            return self._message(_typed(act))
        return {
            "callback_query": {
                "id": str(4_000_000_000_000_000_000 + self._fake._next("query")),
                "from": self._who(act),
                "message": self._pressed(act, token),
                "chat_instance": str(-(10**17) - self._ids[act.account]),
                "data": token,
            }
        }

    def _pressed(self, act: Act, token: str) -> dict[str, Any]:
        """The message with this button, or, as buttons do not outlive a press, the newest."""
        seen = self._fake.seen(self._ids[act.account])
        holding = (message for message in seen if token in _buttons(message).values())
        message = next(holding, seen[-1] if seen else None)
        raw = message.raw if message else self._fake.message(self._ids[act.account], text="…")
        return {**raw, "chat": self._where(act)}

    def _membership(self, act: Act) -> Raw:
        old, new = _STATUS[act.kind]

        def member(status: str) -> dict[str, Any]:
            return {"user": self._fake.me, "status": status}

        change = {"old_chat_member": member(old), "new_chat_member": member(new)}
        about = {"chat": self._where(act), "from": self._who(act), "date": _seconds(act)}
        return {"my_chat_member": about | change}

    # --- what they see -----------------------------------------------------------------------

    async def collect(self) -> None:
        accounts = {number: account for account, number in self._ids.items()}
        new, self._read = self._fake.sent[self._read :], len(self._fake.sent)
        for message in new:
            if abs(message.chat) in accounts:
                self.heard.append(_heard(accounts[abs(message.chat)], message))


def _seconds(act: Act) -> int:
    return int(act.at.timestamp())


def _has_caption(act: Act) -> bool:
    return bool(act.text) and act.kind in (Kind.PICTURE, Kind.VIDEO, Kind.FILE, Kind.VOICE)


def _typed(act: Act) -> Act:
    return Act(act.event, act.account, act.at, Kind.TEXT, act.name, act.button or "")


def _buttons(message: Message) -> dict[str, str]:
    shown = message.buttons
    return {button["text"]: button["callback_data"] for row in shown for button in row}


def _heard(account: str, message: Message) -> Heard:
    return Heard(account, message.text, _buttons(message), message.picture or message.document)
