"""`Talk`: a conversation as two people would have it, through the whole path on a real database."""

import contextlib
import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import ColumnElement, select

from bot import maker
from bot.app import App, built
from bot.channels.base import Accepted, Capabilities
from bot.config import Settings
from bot.gate import lane_of
from bot.making import Kind as KindOfWork
from bot.making import NotMade
from bot.quiet import may_go_at
from handlers.messages import Address, Kind
from storage import memory, people, roles, units
from storage.outbox import UNASKED
from storage.people import Actor
from storage.tables import OutboxRow, WorkRow
from tests.fakes import FakeChannel, FakeClock, Heard
from tests.voices.base import Act, Offer, Voice, offers
from tests.voices.fake import FakeVoice

_numbers = itertools.count(1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Made(NamedTuple):
    """Something that was ordered in a test, and what became of it."""

    by: str
    """"module:function", as the kind says it."""
    body: Mapping[str, Any]
    """All that its maker was told."""
    content: bytes


class Makers:
    """A `Make` in the test's own process: the real function, without the process around it."""

    def __init__(self) -> None:
        self.made: list[Made] = []

    async def __call__(self, kind: KindOfWork, body: Mapping[str, Any]) -> bytes:
        try:
            content = maker.make(kind.by, dict(body))
        except Exception as error:
            raise NotMade(type(error).__name__) from error
        self.made.append(Made(kind.by, body, content))
        return content


class House:
    """One running program without its loops: `Talk`s drive it step by step."""

    def __init__(self, settings: Settings, voice: Voice | Capabilities) -> None:
        """`voice`: what its people talk through; of the fake channel its abilities are enough."""
        self.settings = settings
        self.clock = FakeClock()
        self.voice = FakeVoice(voice) if isinstance(voice, Capabilities) else voice
        self.app: App
        self.makers = Makers()
        self.waits_for_pace = True
        """Tests of the pace let the seconds pass themselves."""
        self._stack = contextlib.AsyncExitStack()

    @property
    def channel(self) -> FakeChannel:
        """The fake channel, for tests of what only a fake can do (failures)."""
        assert isinstance(self.voice, FakeVoice), f"{self.voice.name} is a real channel"
        return self.voice.channel

    @property
    def heard(self) -> list[Heard]:
        """Everything that anybody in this house was told, oldest first."""
        return self.voice.heard

    async def open(self) -> Self:
        self.app = await self._stack.enter_async_context(
            built(
                self.settings,
                clock=self.clock,
                make_channels=self.voice.channels,
                make=self.makers,
            )
        )
        await self.app.recover()
        await self.voice.start()
        return self

    async def close(self) -> None:
        """As after SIGTERM: what was not begun is left to the next process."""
        await self.app.dispatcher.close(seconds=5)
        await self.app.delivery.idle()
        await self._stack.aclose()

    async def make_all(self) -> list[Made]:
        """Make and deliver what was ordered; return all that was ever made in this house."""
        await self.settle()
        while await self.app.workshop.look():
            await self.settle()
        return self.makers.made

    async def ordered(self) -> list[tuple[str, Any]]:
        """(kind, body) of everything that was ordered and is not finished, oldest first."""
        waits = WorkRow.state.in_(("queued", "running"))
        rows = await self.rows(WorkRow.id, WorkRow.kind, WorkRow.body, where=waits)
        return [(kind, body["data"]) for _, kind, body in sorted(rows, key=lambda row: row[0])]

    async def restart(self) -> None:
        """A new process on the same database."""
        await self.close()
        await self.open()

    async def settle(self) -> None:
        """Run turns and sends until nothing is left that is due now, at the channels' pace."""
        await self.run()
        if self.waits_for_pace:
            await self._keep_pace()
        await self.voice.collect()

    async def run(self) -> None:
        """The same in this very second: what the pace holds back stays."""
        while await self.app.dispatcher.batch() or await self.app.delivery.look():
            await self.app.delivery.idle()
        await self.app.delivery.idle()

    async def _keep_pace(self) -> None:
        """Let the seconds pass that unasked messages wait for one another (R12).

        To the people it is the same moment still: on every channel the same is stored.
        """
        now = self.clock.at
        await self._pass_seconds()
        self.clock.at = now

    async def _pass_seconds(self) -> None:
        while (before := await self._paced()) and may_go_at(self.clock.wall(), ZONE) <= (
            self.clock.wall()
        ):
            self.clock.passes(seconds=2)
            await self.run()
            if await self._paced() >= before:
                return

    async def _paced(self) -> int:
        """How many messages may go by their own time, and wait for the channel or the chat."""
        soon = self.clock.wall() + timedelta(seconds=2)
        due = OutboxRow.not_before.is_(None) | (OutboxRow.not_before <= soon)
        waits = (OutboxRow.state == "queued") & OutboxRow.kind.in_(("notice", *UNASKED)) & due
        return len(await self.rows(OutboxRow.id, where=waits))

    async def rows(self, *columns: Any, where: ColumnElement[bool] | None = None) -> list[Any]:
        """Stored values, straight from the tables: a list of values or of rows."""
        statement = select(*columns) if where is None else select(*columns).where(where)
        async with self.app.database.reading() as tx:
            found = list(await tx.execute(statement))
        return [row[0] for row in found] if len(columns) == 1 else [tuple(row) for row in found]


class Talk:
    """One person in one private chat. `heard` is what this person has been told."""

    def __init__(self, house: House, account: str, *, name: str = "") -> None:
        self.house = house
        self.account = account
        self.name = name
        house.voice.meet(account)

    @property
    def app(self) -> App:
        return self.house.app

    @property
    def address(self) -> Address:
        """The platform's own ids of this private chat."""
        return self.house.voice.address(self.account)

    @property
    def shown_name(self) -> str:
        """The name as the platform tells it to the program; "" where it tells none."""
        return self.name if self.house.voice.tells_name(self.account) else ""

    @property
    def seen(self) -> list[Heard]:
        return [heard for heard in self.house.heard if heard.chat == self.account]

    @property
    def heard(self) -> list[str]:
        """The words of it; a picture that came alone has none."""
        return [heard.text for heard in self.seen if heard.text]

    @property
    def last(self) -> str:
        return self.heard[-1] if self.heard else ""

    @property
    def offered(self) -> list[Offer]:
        """What the last message that offers a choice lets one choose."""
        return next((found for heard in reversed(self.seen) if (found := offers(heard))), [])

    @property
    def labels(self) -> list[str]:
        """The choices of the last message that offers any, as the person reads them."""
        return [offer.text for offer in self.offered]

    def text(self, text_id: str, **values: object) -> str:
        return self.app.house.texts.say(text_id, **values)

    async def says(self, *texts: str, **extra: Any) -> Self:
        """Type texts, each answered before the next."""
        for text in texts:
            await self.sends(kind="text", text=text, **extra)
            await self.house.settle()
        return self

    async def presses(self, *labels: str) -> Self:
        """Choose from the newest message that has it (a part of the label is enough).

        Where there is no button for it, the person types the number that stands beside it.
        """
        for label in labels:
            await self.sends(kind="press", button=self.button(label))
            await self.house.settle()
        return self

    async def asks(self, *texts: str) -> list[str]:
        """Type texts; everything that was answered."""
        before = len(self.heard)
        await self.says(*texts)
        return self.heard[before:]

    async def gets(self, *labels: str) -> list[str]:
        """Choose; everything that was answered."""
        before = len(self.heard)
        await self.presses(*labels)
        return self.heard[before:]

    async def types(self, *labels: str) -> Self:
        """Choose by the number that stands beside it; where none does, there is only the button."""
        for label in labels:
            offer = self._offer(label)
            await (self.says(offer.number) if offer.number else self.presses(label))
        return self

    def button(self, label: str) -> str:
        """What choosing this takes: the token of its button, or its number."""
        return self._offer(label).does

    def number(self, label: str) -> str:
        """The digit that stands beside a choice."""
        return self._offer(label).number

    def _offer(self, label: str) -> Offer:
        for heard in reversed(self.seen):
            for offer in offers(heard):
                if label == offer.number or label in offer.text:
                    return offer
        raise AssertionError(f"no choice {label!r}; the last message was: {self.last!r}")

    async def sends(
        self, *, kind: str = "text", event: str = "", at: str = "", **fields: Any
    ) -> Accepted:
        """Hand one raw event to the gate, without waiting for an answer."""
        act = Act(
            event or f"e{next(_numbers)}",
            self.account,
            datetime.fromisoformat(at) if at else self.house.clock.wall(),
            Kind(kind),
            self.name,
            **fields,
        )
        raw = self.house.voice.event(act)
        if raw is None:
            return Accepted.IGNORED
        return await self.app.gate.accept(self.house.voice.channel_of(self.account), raw)

    async def does(self, kind: Kind, **fields: Any) -> Self:
        """Something that is no text: a voice message, a sticker, leaving."""
        await self.sends(kind=kind.value, **fields)
        await self.house.settle()
        return self

    async def restart(self) -> None:
        await self.house.restart()

    async def waits(self, **span: float) -> None:
        self.house.clock.passes(**span)
        await self.house.settle()

    @property
    def lane(self) -> str:
        there = self.address
        return lane_of(self.app.secret, there.channel, there.bot, there.account)

    async def actor(self) -> Actor:
        async with self.app.database.transaction() as tx:
            return (await people.lock(tx, [self.lane]))[self.lane]

    async def enrolled(self, hamlet: str = "xom-05") -> Self:
        """Someone who agreed and told the hamlet; the first lesson is open."""
        await self.says(f"h_{hamlet}")
        await self.says("1")
        return self

    async def holds(self, role: str, unit: str = "") -> Self:
        """Give this person a role, as the command line would."""
        await self.sends(kind="text", text="xin chào")
        await self.house.settle()
        actor = await self.actor()
        async with self.app.database.transaction() as tx:
            now = self.house.clock.wall()
            today = now.astimezone(self.app.house.timezone).date()
            code = unit or (await units.communes(tx, on=today))[0].code
            found = await units.by_code(tx, code, on=today)
            assert found is not None, code
            await people.consent(
                tx, actor, purpose="learning", version=0, text_hash="test", now=now
            )
            await people.rename(tx, actor.person_id, name=self.name, folded=self.name.lower())
            await roles.grant(
                tx,
                person_id=actor.person_id,
                role=role,
                unit_id=found.id,
                granted_by=None,
                invite_id=None,
                now=now,
            )
        await self.says("trang đầu")
        return self

    async def somebody(self, name: str, *, role: str = "", unit: str = "") -> "Talk":
        """Another person in the same house, with a role if one is named."""
        other = Talk(self.house, f"u{next(_numbers)}", name=name)
        return await other.holds(role, unit) if role else other


async def in_demo_days(house: House, days: int) -> None:
    async with house.app.database.transaction() as tx:
        await memory.move_clock(tx, timedelta(days=days), now=house.clock.wall())


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    """Settings that no `.env` and no environment can change."""
    return Settings.model_construct(
        **{
            **{name: field.get_default() for name, field in Settings.model_fields.items()},
            "data_dir": folder,
            "database_url": url,
            "app_secret": SecretStr("a secret of the tests only"),
            **more,
        }
    )
