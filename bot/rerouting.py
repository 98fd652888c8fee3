"""A proactive message that one account refused for certain goes once through another (R9, R13)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.channels.base import Channel
from bot.speaking import free_token, taken_letters
from handlers import reach
from handlers.messages import Why
from handlers.settling import from_json
from handlers.units.delivery import DeliveryRules
from storage import muting, outbox, ways
from storage.database import Transaction
from storage.outbox import Message, Settled
from storage.ways import Door

_OF_ONE_ACCOUNT: Final = frozenset(
    why.value for why in Why if why not in (Why.REFUSED, Why.TEMPLATE, Why.PAGE)
)
"""Reasons that say nothing of the person's other accounts."""


class Rerouting:
    """Nothing of a refused message arrived, and a key per account keeps it single (R9)."""

    def __init__(self, channels: Mapping[str, Channel], *, owner: str) -> None:
        self._channels = channels
        self._owner = owner

    async def again(
        self,
        tx: Transaction,
        message: Message,
        result: Settled,
        *,
        rules: DeliveryRules,
        now: datetime,
    ) -> None:
        """Queue it for the next of this human's accounts, if there is one that was not tried."""
        if result.reason not in _OF_ONE_ACCOUNT or result.parts_sent or message.person_id is None:
            return
        if message.kind in outbox.UNASKED and await muting.muted(tx, [message.person_id]):
            return
        base = (message.key or f"again:{message.id}").partition(">")[0]
        left = await self._not_tried(tx, message, message.person_id, base)
        template = from_json(message.body).template
        way = reach.choose(rules, left, now=now, reports=True, template=template)
        if isinstance(way, Why):
            return
        door = way.door
        token = None
        if message.token:
            token = free_token(await taken_letters(tx, door.account_id, now))
        row = outbox.NewMessage(
            door.account_id,
            door.chat,
            message.kind,
            message.body,
            message.expires_at,
            token,
            f"{base}>{door.account_id}",
            person_id=message.person_id,
        )
        state = "sent" if self._channels[door.channel].fetched else "queued"
        await outbox.add(tx, [row], states=[state], owner=self._owner, now=now)

    async def _not_tried(
        self, tx: Transaction, message: Message, person: int, key: str
    ) -> Sequence[Door]:
        tried = {message.account_id, *await outbox.tried(tx, key)}
        doors = (await ways.to(tx, [person])).get(person, [])
        return [door for door in doors if door.account_id not in tried and self._is_on(door)]

    def _is_on(self, door: Door) -> bool:
        channel = self._channels.get(door.channel)
        return channel is not None and channel.bot == door.bot
