"""The terminal. One person sits there; all others of the house are on the fake channel."""

from collections.abc import AsyncIterator, Sequence

from bot.channels.base import Capabilities, Channel, Raw
from bot.channels.console import Console
from bot.opening import Foundations
from handlers.messages import Address, Kind
from tests.fakes import Heard
from tests.voices.base import Act, CannotDo
from tests.voices.fake import FakeVoice

PLAIN = Capabilities(max_text=2_000)
_SPEAKER = "Trợ lý: "


class ConsoleVoice:
    name = "console"

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._others = FakeVoice()
        self._others.heard = self.heard
        self._account = ""
        self._console = self._made()

    def _made(self) -> Console:
        return Console(able=PLAIN, lines=_nothing, write=self._read)

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        self._console = self._made()
        return [self._console, *self._others.channels(ground)]

    async def start(self) -> None:
        """Nothing to look up."""

    def meet(self, account: str) -> None:
        self._account = self._account or account

    def tells_name(self, account: str) -> bool:
        return account != self._account

    def channel_of(self, account: str) -> Channel:
        return self._console if account == self._account else self._others.channel

    def address(self, account: str) -> Address:
        if account != self._account:
            return self._others.address(account)
        return Address(self._console.name, self._console.bot, "me", "me")

    def event(self, act: Act) -> Raw | None:
        if act.account != self._account:
            return self._others.event(act)
        if not act.private or act.kind not in (Kind.TEXT, Kind.PRESS):
            raise CannotDo("a terminal has lines of text")
        return {"id": act.event, "text": act.button or act.text, "at": act.at.isoformat()}

    def _read(self, said: str) -> None:
        self.heard.append(Heard(self._account, said.removeprefix(_SPEAKER)))

    async def collect(self) -> None:
        """It was heard when it was written."""


async def _nothing() -> AsyncIterator[str]:
    """The test hands the lines in."""
    return
    yield ""
