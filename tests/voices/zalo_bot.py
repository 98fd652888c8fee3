"""Zalo Bot: events as its fake builds them, and the texts that arrived there."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.channels.base import Channel, Raw
from bot.channels.zalo_bot import ZaloBot
from bot.opening import Foundations
from handlers.messages import Address, Kind
from tests.fake_zalo_bot import FakeZaloBot, Message
from tests.fakes import Heard
from tests.voices.base import Act, CannotDo
from tests.zalo_bot_plan import Plan
from tests.zalo_bot_updates import (
    Media,
    a_group_id,
    an_id,
    media_event,
    text_event,
    unsupported_event,
    wrapped,
)

_MEDIA: Final[Mapping[Kind, Media]] = {
    Kind.PICTURE: "image",
    Kind.VOICE: "voice",
    Kind.STICKER: "sticker",
}


class ZaloBotVoice:
    name = "zalo_bot"

    def __init__(self, fake: FakeZaloBot) -> None:
        self.heard: list[Heard] = []
        self._fake = fake
        self._fake.me["can_join_groups"] = True
        self._accounts: dict[str, str] = {}
        """The platform's id of a chat -> the test's name of the person in it."""
        self._read = len(fake.sent)
        self._channel: ZaloBot

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        self._fake.plan = Plan(ground.clock.wall)
        self._fake.plan.max_users = 10_000
        self._channel = ZaloBot(
            self._fake.token,
            memory=ground.memory("zalo_bot"),
            alarm=_alarmed,
            api_url=self._fake.url,
            now=ground.clock.wall,
        )
        return [self._channel]

    async def start(self) -> None:
        await self._channel.start()
        for chat, account in self._accounts.items():  # a new process: Zalo knows them already
            self._admit(chat, account)

    def meet(self, account: str) -> None:
        for chat in (an_id(account), a_group_id(account)):
            self._accounts[chat] = account
            self._admit(chat, account)

    def _admit(self, chat: str, account: str) -> None:
        if chat == an_id(account):
            self._fake.plan.admit(chat)
        else:
            self._fake.plan.groups.add(chat)

    def tells_name(self, account: str) -> bool:
        return True

    def channel_of(self, account: str) -> Channel:
        return self._channel

    def address(self, account: str) -> Address:
        return Address(ZaloBot.name, self._channel.bot, an_id(account), an_id(account))

    def event(self, act: Act) -> Raw | None:
        user = an_id(act.account)
        group = "" if act.private else a_group_id(act.account)
        number, at, name = an_id(f"message {act.event}"), act.at, act.name
        match act.kind:
            case Kind.TEXT | Kind.PRESS:  # there are no buttons: the number is typed
                text = act.button or act.text
                event = text_event(user, text, message_id=number, at=at, name=name, group=group)
            case Kind.HIDDEN:
                event = unsupported_event(user, message_id=number, at=at, name=name, group=group)
            case Kind.PICTURE | Kind.VOICE | Kind.STICKER as kind:
                event = media_event(
                    user, _MEDIA[kind], message_id=number, at=at, name=name, caption=act.text
                )
            case kind:
                raise CannotDo(f"Zalo Bot reports no {kind}")
        return wrapped(event)

    async def collect(self) -> None:
        new, self._read = self._fake.sent[self._read :], len(self._fake.sent)
        self.heard += [self._seen(message) for message in new if message.chat in self._accounts]

    def _seen(self, message: Message) -> Heard:
        return Heard(self._accounts[message.chat], message.text, {}, message.picture)


def _alarmed(what: str, /, **values: object) -> None:
    raise AssertionError(f"nothing here should alarm anybody: {what}")
