"""What became of attempts to send: many results share one commit (R8, R26)."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from prometheus_client import Counter

from bot.clock import Clock
from bot.rerouting import Rerouting
from bot.silences import Silences
from handlers.messages import Why
from handlers.units.delivery import DeliveryRules
from storage import outbox, people, reminders, unsent
from storage.database import Conflict, Database, Unavailable
from storage.outbox import Message, Settled

log = logging.getLogger(__name__)

SENDS = Counter("sends", "Attempts to send by channel and result", ["channel", "state"])
_STOPS: Final = frozenset({Why.GONE.value, Why.NOT_FOLLOWING.value})
"""Reasons after which nothing is sent to this account until it speaks again (T58)."""


class Settling:
    """Writes results; whoever asks waits until theirs is written."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        owner: str,
        silences: Silences,
        rerouting: Rerouting,
        let_go: Callable[[Iterable[Message]], None],
        wake: Callable[[], None],
    ) -> None:
        """`let_go` hears which rows are in nobody's hand any more; `wake` has the outbox read."""
        self._database = database
        self._clock = clock
        self._owner = owner
        self._silences = silences
        self._rerouting = rerouting
        self._let_go = let_go
        self._wake = wake
        self._waiting: list[tuple[Message, Settled, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self.rules = DeliveryRules()
        """Those of the last look."""

    async def settle(self, message: Message, result: Settled) -> None:
        SENDS.labels(message.channel, result.state).inc()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, result, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            while not await self._written(batch):  # noqa: ASYNC110 - the database sends no event
                await asyncio.sleep(0.2)  # the rows stay `sending`, and they stay ours
            self._let_go(message for message, _, _ in batch)
            for _, _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _written(
        self, batch: Sequence[tuple[Message, Settled, asyncio.Future[None]]]
    ) -> bool:
        try:
            async with self._database.transaction() as tx:
                now = self._clock.wall()
                results = [result for _, result, _ in batch]
                await outbox.settle(tx, results, owner=self._owner, now=now)
                await self._silences.tell(tx, now)
                for message, result, _ in batch:
                    if result.state == "failed" and result.reason in _STOPS:
                        await people.stopped(tx, message.account_id)
                        await unsent.cancel_waiting(
                            tx, message.account_id, now=now, reason=result.reason
                        )
                    if result.state == "failed" and message.person_id is not None:
                        await self._rerouting.again(tx, message, result, rules=self.rules, now=now)
                        self._wake()
                await reminders.refused(tx, _refused(batch))
        except (Unavailable, Conflict) as error:
            log.warning("outbox cannot be written", extra={"why": str(error)})
            return False
        except Exception as error:  # noqa: BLE001 - its lanes would wait for ever
            log.error("outbox cannot be written", extra={"why": type(error).__name__})
            return False
        return True


def _refused(batch: Iterable[tuple[Message, Settled, object]]) -> set[str]:
    """Keys of the reminders among them that were refused for certain."""
    return {
        (message.key or "").partition(">")[0]
        for message, result, _ in batch
        if result.state == "failed" and message.kind == "reminder"
    }
