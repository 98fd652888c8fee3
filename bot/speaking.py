"""What was said becomes outbox rows, inside the turn's own transaction (style a2)."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.channels.base import Channel
from handlers import notices, reach
from handlers.flow import Mail, Order
from handlers.messages import Incoming, Outgoing, Why, notice_letter
from handlers.settling import to_json
from storage import outbox, reminders, roles, told, units, ways, work
from storage.database import Transaction
from storage.inbox import Taken
from storage.outbox import Message, NewMessage
from storage.people import Actor, Caller
from storage.ways import Door

REPLY_LIVES: Final = timedelta(hours=6)  # R11
NOTICE_LIVES: Final = timedelta(days=7)
_TRIES: Final = 500  # of eighteen letters one that is left is found long before
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


class Said(NamedTuple):
    """One message of an answer and the token of its buttons, if it has any."""

    message: Outgoing
    token: str | None


class Letter(NamedTuple):
    """Something said, on its way into the outbox."""

    account: int
    chat: str
    kind: str
    said: Said
    key: str | None = None
    why_not: str = ""
    """The reason, for something that cannot be sent at all (`Why`)."""
    person: int | None = None
    """Whom something proactive is for."""
    expires_at: datetime | None = None
    """Wall clock; None = the usual time."""
    not_before: datetime | None = None
    """Wall clock."""


@dataclass(slots=True)
class Arrived:
    """One taken row on its way through a turn."""

    row: Taken
    channel: Channel
    caller: Caller
    event: Incoming | None
    said: list[Said] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    regrouped: bool = False

    @property
    def chat(self) -> str:
        """Where the answer goes; only events that are answered have one."""
        assert self.event is not None  # noqa: S101 - for the type checker
        return self.event.chat or self.event.account

    def received_at(self, offset: timedelta) -> datetime:
        """When it arrived, on the domain's clock."""
        return self.row.received_at + offset


class Speaker:
    """Writes replies and notices; a row that this process sends at once is already its own."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        owner: str,
        in_hand: Collection[int],
    ) -> None:
        """`in_hand`: the rows that this process is sending, at any moment."""
        self._channels = channels
        self._owner = owner
        self._in_hand = in_hand

    async def reply(
        self,
        tx: Transaction,
        arrived: Sequence[Arrived],
        actors: Mapping[str, Actor],
        wall: datetime,
    ) -> list[Message]:
        """Queue the replies; return the rows that this process sends at once."""
        replies = [
            (item, Letter(actors[item.caller.lane].account_id, item.chat, "reply", said))
            for item in arrived
            for said in item.said
        ]
        sent_here = {letter.account for item, letter in replies if not item.channel.fetched}
        blocked: set[int] = set()
        if sent_here:
            blocked = await outbox.blocked(
                tx, list(sent_here), owner=self._owner, in_hand=self._in_hand
            )
        states = [
            "sent" if item.channel.fetched else "queued" if letter.account in blocked else "sending"
            for item, letter in replies
        ]
        ids = await self.write(tx, [letter for _, letter in replies], states, wall)
        return [
            _in_hand(number, item, letter, wall)
            for (item, letter), state, number in zip(replies, states, ids, strict=True)
            if state == "sending" and number is not None
        ]

    async def notify(
        self, tx: Transaction, mails: Sequence[Mail], wall: datetime, now: datetime
    ) -> list[str]:
        """Notices to people who are not speaking, through the account that the policy chooses.

        Return the lanes of those who get one. `now` is the domain's clock.
        """
        if not mails:
            return []
        persons = {mail.person_id for mail in mails}
        doors = await ways.to(tx, persons)
        rules = reach.rules_of(await units.settings_of(tx, None))
        reporting = await roles.who_hold(tx, persons)
        letters, states, lanes = [], [], []
        for mail in mails:
            found = [d for d in doors.get(mail.person_id, ()) if _is_meant(mail, d)]
            if not found:
                continue
            on = [door for door in found if self._is_on(door)]
            reports, template = mail.person_id in reporting, mail.message.template
            way = reach.choose(rules, on, now=now, reports=reports, template=template)
            way = way if on else Why.OFF
            door = way.door if isinstance(way, reach.Way) else (on or found)[0]
            said = await self._said(tx, mail, door, wall)
            why = way.value if isinstance(way, Why) else ""
            letters.append(_letter(mail, door, said, why, offset=now - wall))
            states.append("failed" if why else self.first_state(door.channel))
            lanes.append(door.lane)
        await self.write(tx, letters, states, wall)
        keys: dict[str, list[str]] = {}
        for one, state in zip(letters, states, strict=True):
            keys.setdefault(state, []).extend([one.key] if one.key else [])
        if there := keys.get("sent"):
            await reminders.told_by(tx, there)
        if refused := keys.get("failed"):
            await reminders.refused(tx, refused)
        return lanes

    async def note_orders(
        self, tx: Transaction, item: Arrived, actor: Actor, wall: datetime
    ) -> None:
        """What was asked for is made for whoever asks, and goes where they ask."""
        for order in item.orders:
            body = {
                "data": dict(order.body),
                "name": order.name,
                "message": to_json(order.message),
            }
            await work.order(
                tx,
                kind=order.kind,
                body=body,
                person_id=actor.person_id,
                account_id=actor.account_id,
                chat=item.chat,
                now=wall,
            )

    async def answer_late(
        self, tx: Transaction, letter: Letter, *, channel: str, wall: datetime
    ) -> None:
        """Say something that was asked for in an earlier turn, once for its key (U14)."""
        message, token = letter.said
        if message.choices:
            token = free_token(await taken_letters(tx, letter.account, wall))
        said = Said(message, token)
        await self.write(tx, [letter._replace(said=said)], [self.first_state(channel)], wall)

    def _is_on(self, door: Door) -> bool:
        channel = self._channels.get(door.channel)
        return channel is not None and channel.bot == door.bot

    async def _said(self, tx: Transaction, mail: Mail, door: Door, wall: datetime) -> Said:
        """The message and its token; where there are no buttons, with a letter that is free."""
        message = await _addressed(tx, mail, door)
        if not message.choices:
            return Said(message, None)
        taken = await taken_letters(tx, door.account_id, wall)
        return Said(message, free_token(taken))

    def first_state(self, channel: str) -> str:
        """A message that is not sent at once; where people fetch, being there is being sent."""
        known = self._channels.get(channel)
        return "sent" if known is not None and known.fetched else "queued"

    async def write(
        self,
        tx: Transaction,
        letters: Sequence[Letter],
        states: Sequence[str],
        wall: datetime,
    ) -> list[int | None]:
        if not letters:
            return []
        messages = [
            NewMessage(
                letter.account,
                letter.chat,
                letter.kind,
                to_json(letter.said.message),
                letter.expires_at or wall + _lives(letter),
                letter.said.token,
                letter.key,
                letter.why_not,
                letter.person,
                letter.not_before,
            )
            for letter in letters
        ]
        return await outbox.add(tx, messages, states=states, owner=self._owner, now=wall)


def _lives(letter: Letter) -> timedelta:
    return REPLY_LIVES if letter.kind == "reply" else NOTICE_LIVES


def _letter(mail: Mail, door: Door, said: Said, why_not: str, *, offset: timedelta) -> Letter:
    """`offset`: how far the domain's clock is ahead of the wall's."""
    return Letter(
        door.account_id,
        door.chat,
        mail.kind,
        said,
        mail.key,
        why_not,
        mail.person_id,
        mail.expires_at - offset if mail.expires_at else None,
        mail.not_before - offset if mail.not_before else None,
    )


def _is_meant(mail: Mail, door: Door) -> bool:
    return mail.account_id in (0, door.account_id)


async def _addressed(tx: Transaction, mail: Mail, door: Door) -> Outgoing:
    """Say whom it is for, on a phone where somebody else of the household speaks now."""
    name = "" if door.speaks else await roles.name_of(tx, mail.person_id)
    return replace(mail.message, text=f"{name}: {mail.message.text}") if name else mail.message


def new_token() -> str:
    """Eight random characters, easy on the eye: 57^8 possibilities, bound in the database (T06)."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


async def taken_letters(tx: Transaction, account_id: int, wall: datetime) -> set[str]:
    """The letters of the notices that this account may still answer."""
    known = await told.notices(tx, account_id, since=wall - notices.LIVES)
    return {notice_letter(token) for token, message in known if message.used_at is None}


def free_token(taken: Collection[str]) -> str:
    """A token whose letter is none of `taken`, while there are letters left."""
    token = new_token()
    for _ in range(_TRIES):
        if notice_letter(token) not in taken:
            break
        token = new_token()
    return token


def token_for(message: Outgoing) -> str | None:
    return new_token() if message.choices else None


def _in_hand(number: int, item: Arrived, letter: Letter, wall: datetime) -> Message:
    return Message(
        id=number,
        account_id=letter.account,
        channel=item.caller.channel,
        bot=item.caller.bot,
        user_id=item.caller.user_id,
        chat=letter.chat,
        kind=letter.kind,
        body=to_json(letter.said.message),
        token=letter.said.token,
        attempts=1,
        parts_sent=0,
        doubts=0,
        created_at=wall,
        expires_at=wall + REPLY_LIVES,
    )
