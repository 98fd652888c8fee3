"""The channel without a platform: what most tests talk through."""

from collections.abc import Sequence

from bot.channels.base import Capabilities, Channel, Raw
from bot.opening import Foundations
from handlers.messages import Address
from tests.fakes import BUTTONS, FakeChannel, Heard
from tests.voices.base import Act


class FakeVoice:
    name = "fake"

    def __init__(self, able: Capabilities = BUTTONS) -> None:
        self.able = able
        self.heard: list[Heard] = []
        self.channel = FakeChannel(able)

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        self.channel = FakeChannel(self.able)
        self.channel.heard = self.heard
        return [self.channel]

    async def start(self) -> None:
        """Nothing to look up."""

    def meet(self, account: str) -> None:
        """Everybody may be here."""

    def tells_name(self, account: str) -> bool:
        return True

    def channel_of(self, account: str) -> Channel:
        return self.channel

    def address(self, account: str) -> Address:
        return Address(self.channel.name, self.channel.bot, account, account)

    def event(self, act: Act) -> Raw | None:
        return {
            "id": act.event,
            "account": act.account,
            "chat": act.chat or act.account,
            "name": act.name,
            "kind": act.kind.value,
            "at": act.at.isoformat(),
            "text": act.text,
            "button": act.button,
            "private": act.private,
            "forwarded": act.forwarded,
        }

    async def collect(self) -> None:
        """It was heard when it was sent."""
