"""Reminders on their way: what is due is planned by one process, and asked again when it goes.

APScheduler only wakes this (R15). How far a commune was looked at is a fact in the database: after
an outage exactly what passed meanwhile is made up for, in daytime and spread over half an hour.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.post import Post
from bot.taking import Broken
from handlers.broadcasts import claiming as broadcasting
from handlers.flow import House, Mail, Scene
from handlers.nudges import claiming as nudging
from handlers.reminding import claiming, planning
from handlers.reminding.claiming import Claimed, Verdict, Waits
from storage import memory, units
from storage.database import Transaction, Unavailable, savepoint
from storage.outbox import Message
from storage.reminders import LOOKED_AT

log = logging.getLogger(__name__)

EVERY: Final = 20  # seconds
_ROLE: Final = "reminders"
_HELD: Final = 60.0  # seconds
_AT_FIRST: Final = timedelta(hours=36)
"""So far back is looked where nobody has ever looked."""
_SPREAD: Final = timedelta(minutes=30)  # R21


class Reminding:
    """Plans what is due; one process at a time, by a lease."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def tick(self) -> int:
        """Plan what became due since the last look, in every commune; how many messages.

        Nothing while the clock is in doubt: what is due is planned when it is confirmed (R20).
        """
        if not self._post.watch.is_sure():
            return 0
        async with self._post.database.reading() as tx:
            scene = await self._post.scene(tx)
            looked_at = await memory.scope(tx, LOOKED_AT)
            waiting = [
                commune
                for commune in await units.commune_ids(tx, on=scene.today)
                if self._has_passed(_moment(looked_at.get(str(commune))), scene.now)
            ]
        if not self._is_day(scene.now):
            return 0
        count = 0
        for commune in waiting:
            count += await self._plan_alone(commune)
        if count:
            log.info("reminders planned", extra={"count": count})
            self._post.wake()
        return count

    def _is_day(self, now: datetime) -> bool:
        local = now.astimezone(self._post.house.timezone).time()
        return planning.FIRST <= local < planning.LAST

    def _has_passed(self, since: datetime | None, now: datetime) -> bool:
        """Whether any stage may lie between the two: they are on the hour or the half hour."""
        if since is None or since > now:  # the demo's day was put back
            return True
        return self._step(now) > self._step(since)

    def _step(self, moment: datetime) -> datetime:
        local = moment.astimezone(self._post.house.timezone)
        return local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)

    async def _plan_alone(self, commune: int) -> int:
        """One that cannot be read holds up no other; the next tick tries it again."""
        try:
            return await self._plan(commune)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a loop like the three of style b4
            why = type(error).__name__
            log.error("reminders not planned", extra={"commune": commune, "why": why})
            return 0

    async def _plan(self, commune: int) -> int:
        async with self._post.database.transaction() as tx:
            if not await self._post.holds(tx, _ROLE, seconds=_HELD):
                return 0
            scene = await self._post.scene(tx)
            since = _moment(await memory.get(tx, LOOKED_AT, str(commune)))
            if since is None or since > scene.now:
                since = scene.now - _AT_FIRST
            plan = await planning.plan(scene, commune, since=since)
            mails = _spread(plan.mails, scene.now) if plan.is_late else plan.mails
            await self._post.queue(scene, mails)
            await memory.put(tx, LOOKED_AT, str(commune), scene.now.isoformat())
        return len(mails)


def _spread(mails: Sequence[Mail], now: datetime) -> list[Mail]:
    """After an outage: evenly over half an hour (R21)."""
    return [
        replace(mail, not_before=now + _SPREAD * number / len(mails))
        for number, mail in enumerate(mails)
    ]


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


# --- where they are taken to be sent -------------------------------------------------------------


class Claiming:
    """Asks the conversations what becomes of what goes unasked, where it is taken (R17).

    What it says nothing of goes as it was written.
    """

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(
        self, tx: Transaction, messages: Sequence[Message], wall: datetime
    ) -> Mapping[int, Verdict | Broken]:
        offset = await memory.clock_offset(tx)
        scene = Scene(wall + offset, tx, self._house)
        claimed = {one.id: _claimed(one, offset) for one in messages if _is_asked_about(one)}
        verdicts = await _each(scene, list(claimed.values()))
        return {
            number: _by_the_wall(verdicts[one.key], offset)
            for number, one in claimed.items()
            if one.key in verdicts
        }


async def _each(scene: Scene, claimed: Collection[Claimed]) -> dict[str, Verdict | Broken]:
    """All together; if that fails, one by one: one that is broken holds up no other (R7).

    Nothing of a broken one is kept, and the transaction can go on.
    """
    try:
        async with savepoint(scene.tx):
            return {**await _verdicts(scene, claimed)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the others go
        if len(claimed) == 1:
            return {one.key: Broken(type(error).__name__) for one in claimed}
    found: dict[str, Verdict | Broken] = {}
    for one in claimed:
        found |= await _each(scene, [one])
    return found


async def _verdicts(scene: Scene, claimed: Collection[Claimed]) -> dict[str, Verdict]:
    """Nudges are asked of those who nudge, broadcasts of theirs, all else of those who remind."""
    lessons = [one for one in claimed if one.key.startswith(nudging.PREFIX)]
    sent_round = [one for one in claimed if one.key.startswith(broadcasting.PREFIXES)]
    others = [one for one in claimed if one not in lessons and one not in sent_round]
    return {
        **await nudging.fresh(scene, lessons),
        **await broadcasting.fresh(scene, sent_round),
        **await claiming.fresh(scene, others),
    }


def _is_asked_about(message: Message) -> bool:
    return message.kind == planning.KIND or (message.key or "").startswith(broadcasting.PREFIXES)


def _claimed(message: Message, offset: timedelta) -> Claimed:
    return Claimed(
        key=(message.key or "").partition(">")[0],
        account_id=message.account_id,
        person_id=message.person_id or 0,
        planned_at=message.created_at + offset,
    )


def _by_the_wall(verdict: Verdict | Broken, offset: timedelta) -> Verdict | Broken:
    return Waits(verdict.until - offset) if isinstance(verdict, Waits) else verdict
