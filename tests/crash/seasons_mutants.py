"""Planted bugs: the program with one promise broken, each to be found by the seasons."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import update

import bot.delivery
import bot.taking
from bot.delivery import Delivery
from bot.reminding import Claiming, Reminding
from handlers.reminding import claiming, planning
from storage import muting, outbox
from storage.database import Transaction
from storage.outbox import Message, Settled
from storage.tables import OutboxRow

Planted = contextlib.AbstractContextManager[Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    plant: Callable[[], Planted]
    shows: tuple[str, ...]
    """How the oracle's line begins when it is found."""


async def _asks_nobody(
    self: Claiming, tx: Transaction, messages: Sequence[Message], wall: datetime
) -> Mapping[int, Any]:
    return {}


_asked = Claiming.__call__


async def _says_what_was_planned(
    self: Claiming, tx: Transaction, messages: Sequence[Message], wall: datetime
) -> Mapping[int, Any]:
    """Asked, but the words are those of the plan (R18)."""
    verdicts = await _asked(self, tx, messages, wall)
    return {
        number: verdict
        for number, verdict in verdicts.items()
        if type(verdict).__name__ != "Outgoing"
    }


def _one_key_for_ever(
    _scene: object, human: int, _items: object, _told: object, **_besides: object
) -> str:
    return f"remind:{human}:a"


_plan = planning.plan


async def _forgets(scene: Any, commune_id: int, *, since: datetime) -> Any:
    """Looks no further back than a cron job does (R15, R16)."""
    return await _plan(scene, commune_id, since=max(since, scene.now - timedelta(minutes=30)))


_stages_of = planning.stages_of


def _all_stages(*given: Any) -> list[Any]:
    return [_as_due(row) for row in _stages_of(*given)]


def _as_due(row: Any) -> Any:
    return row._replace(state="due")


async def _oldest_first(_scene: object, rows: Any, found: Any) -> list[Any]:
    """Every stage that was missed has its own message, one after another (R16)."""
    oldest: dict[tuple[int, str], Any] = {}
    for row in rows:
        if row.state == "due":
            oldest.setdefault((row.unit_id, row.about), row)
    return [planning.Item(row, found[place]) for place, row in oldest.items() if place in found]


def _sends_again(self: Delivery, message: Message, sent: int) -> Settled:
    """What is in doubt goes once more, though nobody waits for it (R9)."""
    later = self._clock.wall() + timedelta(seconds=10)
    return Settled(message.id, "retry_wait", sent, 1, not_before=later, reason="doubt")


async def _queues_again(tx: Transaction, *, living: Any, now: datetime, again_at: datetime) -> int:
    """What a dead process was sending is simply sent again (R9)."""
    dead = (OutboxRow.state == "sending") & OutboxRow.owner.not_in(living)
    await tx.execute(update(OutboxRow).where(dead).values(state="queued", owner=""))
    return 0


_take = outbox.take


async def _takes_what_another_has(tx: Transaction, *, owner: str, **given: Any) -> list[Message]:
    """As if nobody held a claim: what somebody is sending is taken once more (R26)."""
    theirs = (OutboxRow.state == "sending") & (OutboxRow.owner != owner)
    await tx.execute(update(OutboxRow).where(theirs).values(state="queued", owner=""))
    return await _take(tx, owner=owner, **given)


async def _nobody_muted(_tx: Transaction, _persons: object) -> set[int]:
    return set()


def _anybody_has_room(_scene: object, _items: object, key: str, told: Any) -> bool:
    return key not in told


def _always_another_key(
    scene: Any, human: int, _items: object, told: Any, **_besides: object
) -> str:
    return f"remind:{human}:{scene.today.isoformat()}:{len(told)}"


@contextlib.contextmanager
def _all(*patches: Planted) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for one in patches:
            stack.enter_context(one)
        yield


def _at_night() -> Planted:
    """Quiet hours are nobody's business (U11)."""

    def at_once(moment: datetime, _timezone: object) -> datetime:
        return moment

    return _all(
        patch.object(bot.delivery, "may_go_at", at_once),
        patch.object(bot.taking, "may_go_at", at_once),
        patch.object(planning, "LAST", time(23, 59)),
        patch.object(Reminding, "_is_day", lambda *_: True),
    )


def _at_all_hours() -> Planted:
    return _all(
        patch.object(planning, "is_hour_of", lambda *_: True),
        patch.object(claiming, "is_hour_of", lambda *_: True),
    )


async def _never_full(*_given: object, **_besides: object) -> bool:
    return False


def _many_a_day() -> Planted:
    return _all(
        patch.object(planning, "is_full", _never_full),
        patch.object(planning, "has_room", _anybody_has_room),
        patch.object(planning, "key_of", _always_another_key),
    )


def _every_stage() -> Planted:
    return _all(
        patch.object(planning, "stages_of", _all_stages),
        patch.object(planning, "_alive", _oldest_first),
    )


MUTANTS: Final = (
    Mutant(
        "the claim asks nobody",
        lambda: patch.object(Claiming, "__call__", _asks_nobody),
        ("owes nothing",),
    ),
    Mutant(
        "the text is the plan's",
        lambda: patch.object(Claiming, "__call__", _says_what_was_planned),
        ("stale",),
    ),
    Mutant(
        "a key without the day",
        lambda: patch.object(planning, "key_of", _one_key_for_ever),
        ("forgotten",),
    ),
    Mutant("quiet hours are ignored", _at_night, ("quiet hours",)),
    Mutant("older stages are told, too", _every_stage, ("said twice",)),
    Mutant(
        "what is in doubt is sent again",
        lambda: patch.object(Delivery, "_doubtful", _sends_again),
        ("said twice", "doubled"),
    ),
    Mutant(
        "what a dead process held is sent again",
        lambda: patch.object(outbox, "recover", _queues_again),
        ("said twice", "doubled"),
    ),
    Mutant(
        "nothing is made up for",
        lambda: patch.object(planning, "plan", _forgets),
        ("forgotten",),
    ),
    Mutant(
        "a claim keeps nobody out",
        lambda: patch.object(outbox, "take", _takes_what_another_has),
        ("said twice", "doubled"),
    ),
    Mutant(
        "dừng nhắc is not heard",
        lambda: patch.object(muting, "muted", _nobody_muted),
        ("muted",),
    ),
    Mutant("many messages a day", _many_a_day, ("doubled",)),
    Mutant(
        "offices at all hours",
        _at_all_hours,
        ("office closed",),
    ),
)
