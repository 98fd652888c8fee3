"""Zalo Official Account: events as its fake builds them, and the messages that arrived there."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.channels.base import Channel, Raw
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.parsing import PRESS, stamped
from bot.opening import Foundations
from handlers.messages import Address, Kind
from tests.fake_zalo_oa import OA, OA_SECRET, FakeZaloOa, Message
from tests.fakes import Heard
from tests.voices.base import Act, CannotDo, is_typed
from tests.zalo_oa_payloads import (
    Attached,
    Event,
    attachment_event,
    follow_event,
    text_event,
    unfollow_event,
    user_event,
    withdraw_event,
)

_ATTACHED: Final[Mapping[Kind, Attached]] = {
    Kind.PICTURE: "image",
    Kind.VIDEO: "video",
    Kind.VOICE: "audio",
    Kind.FILE: "file",
    Kind.LOCATION: "location",
    Kind.STICKER: "sticker",
    Kind.CONTACT: "business_card",
}
_OTHERS: Final = {
    Kind.JOINED: follow_event,
    Kind.LEFT: unfollow_event,
    Kind.WITHDRAWN: withdraw_event,
}


class _Pairs:
    """A `Tokens` that has a good token whatever the clock says: renewal is tested elsewhere."""

    def __init__(self, fake: FakeZaloOa) -> None:
        self._fake = fake
        self._token = fake.tokens.seed().access

    async def access(self) -> str:
        return self._token

    async def stored(self) -> str | None:
        return self._token

    async def findings(self) -> list[str]:
        return []

    async def close(self) -> None:
        """Nothing is being renewed."""

    async def good_until(self) -> datetime | None:
        return None

    async def refused(self, token: str) -> None:
        if token == self._token:
            self._token = self._fake.tokens.seed().access

    async def run(self) -> None:
        """Nothing to do in time."""


class ZaloOaVoice:
    name = "zalo_oa"

    def __init__(self, fake: FakeZaloOa) -> None:
        self.heard: list[Heard] = []
        self._fake = fake
        self._fake.rate_limit = 1_000_000  # all tests happen in the same minute of its clock
        self._accounts: dict[str, str] = {}
        """Zalo's id of a person -> the test's name."""
        self._read = len(fake.sent)
        self._channel: ZaloOa

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        self._fake.now = lambda: ground.clock.wall().timestamp()
        self._channel = ZaloOa(
            oa_id=OA.id,
            app_id=OA.app_id,
            secret_key=OA_SECRET,
            tokens=_Pairs(self._fake),
            memory=ground.memory("zalo_oa"),
            alarm=_alarmed,
            api_url=self._fake.url,
            zbs_api_url=self._fake.url,
            public_url="https://commune.example",
            now=ground.clock.wall,
        )
        return [self._channel]

    async def start(self) -> None:
        await self._channel.start()

    def meet(self, account: str) -> None:
        self._accounts[_id_of(account)] = account

    def tells_name(self, account: str) -> bool:
        return False

    def channel_of(self, account: str) -> Channel:
        return self._channel

    def address(self, account: str) -> Address:
        return Address(ZaloOa.name, OA.id, _id_of(account), _id_of(account))

    # --- what people do ----------------------------------------------------------------------

    def event(self, act: Act) -> Raw | None:
        if not act.private:
            raise CannotDo("an OA has no groups that people make")
        event = self._event(act)
        person = self._fake.person(_id_of(act.account))
        person.last_interaction, person.left = act.at.timestamp(), act.kind is Kind.LEFT
        person.last_did = "followed" if act.kind is Kind.JOINED else "wrote"
        return stamped(event, json.dumps(event, ensure_ascii=False).encode(), now=act.at)

    def _event(self, act: Act) -> Event:
        user, number, at = _id_of(act.account), _digest(act.event), act.at.timestamp()
        if act.kind is Kind.TEXT:
            return text_event(user, act.text, msg_id=number, at=at)
        if act.kind is Kind.PRESS:
            return text_event(user, _pressed(act.button or ""), msg_id=number, at=at)
        if act.kind is Kind.UNKNOWN:
            return user_event("user_send_something_new", user, at=at, message={"msg_id": number})
        if act.kind in _ATTACHED:
            kind = _ATTACHED[act.kind]
            return attachment_event(user, kind, msg_id=number, at=at, text=act.text)
        if act.kind in _OTHERS:
            return _OTHERS[act.kind](user, at=at)
        raise CannotDo(f"Zalo OA reports no {act.kind}")

    # --- what they see -----------------------------------------------------------------------

    async def collect(self) -> None:
        new, self._read = self._fake.sent[self._read :], len(self._fake.sent)
        self.heard += [self._seen(message) for message in new if message.user in self._accounts]

    def _seen(self, message: Message) -> Heard:
        buttons = {
            str(button["title"]): str(button["payload"]).removeprefix(PRESS)
            for button in message.buttons
        }
        return Heard(self._accounts[message.user], message.text, buttons, message.picture)


def _pressed(does: str) -> str:
    """What Zalo sends for a button: its hidden text; a number without a button is typed."""
    return does if is_typed(does) else PRESS + does


def _id_of(account: str) -> str:
    return "24" + str(int(_digest(account), 16))[:16]


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:20]


def _alarmed(what: str, /, **values: object) -> None:
    raise AssertionError(f"nothing here should alarm anybody: {what}")
