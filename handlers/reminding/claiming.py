"""Right before a reminder is sent: what is still due of it, may it go now, what does it say.

Asked in the transaction that claims the message (R17, R18): whoever reported a moment ago, said
"dừng nhắc" or has lost the role hears nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from handlers.flow import Scene
from handlers.messages import Outgoing
from handlers.office.reporters import Reporters, reporters
from handlers.reminding import pauses, planning, saying
from handlers.reminding.due import Due, days_off_of, everything
from handlers.reminding.pauses import Pauses
from handlers.reminding.planning import Item, audience, desk_of, is_hour_of
from storage import conversations, linking, reminders, units, ways
from storage.reminders import Obligation
from storage.roles import Holder

LISTENS: Final = timedelta(minutes=5)
"""Whoever wrote so lately is in the middle of something."""
PATIENCE: Final = timedelta(minutes=30)
_AT_REST: Final = frozenset({"", "menu"})


@dataclass(frozen=True, slots=True)
class Waits:
    """It goes later: not before this moment of the domain's clock."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Falls:
    """It is not sent at all, for a reason of the record: "not due", "hours", "paused"."""

    reason: str


Verdict = Outgoing | Waits | Falls


@dataclass(frozen=True, slots=True)
class Claimed:
    """A reminder that is about to be sent."""

    key: str
    """Of the message as it was planned, whichever account carries it."""
    account_id: int
    person_id: int
    planned_at: datetime
    """The domain's clock."""


@dataclass(slots=True)
class _Commune:
    """What is read once for all messages of one commune."""

    due: Mapping[tuple[int, str], Due]
    there: Mapping[int, Reporters]
    desk: list[Holder]
    held: Pauses
    days_off: Collection[date]


async def fresh(scene: Scene, claimed: Collection[Claimed]) -> dict[str, Verdict]:
    """Key -> what becomes of each message; what is said is noted as told."""
    communes: dict[int, _Commune] = {}
    return {one.key: await _verdict(scene, one, communes) for one in claimed}


async def _verdict(scene: Scene, one: Claimed, communes: dict[int, _Commune]) -> Verdict:
    human = await linking.human_of(scene.tx, one.person_id)
    if not await leads_to(scene, one, human):
        return Falls("not due")
    rows = [row for row in await reminders.named_in(scene.tx, one.key) if row.state != "dropped"]
    open_rows, paused = await _open(scene, human, rows, communes)
    await reminders.settle(scene.tx, paused, state="dropped")
    done = {row.id for row in rows} - {item.row.id for item in open_rows} - paused
    if not open_rows:
        await _drop(scene, rows, done, communes)
        return Falls(reminders.HELD_BACK if paused else "not due")
    now = [
        item
        for item in open_rows
        if is_hour_of(scene, item, communes[item.due.unit.commune_id].days_off)
    ]
    if not now:
        return Falls("hours")
    if await planning.is_full(scene, human, now, besides=one.key):
        return Falls("enough today")
    talk = await _open_talk(scene, one)
    if talk is not None and talk.is_fresh and scene.now - one.planned_at < PATIENCE:
        return Waits(scene.now + LISTENS)
    await reminders.settle(scene.tx, [item.row.id for item in now], state="told")
    once = {(item.due.unit.id, item.due.about): item.due for item in now}
    said = await addressed(scene, one, await saying.message(scene, list(once.values())))
    if talk is None:
        return said
    asked = scene.text_of("reminding.still_open", question=talk.question)
    return replace(said, text=f"{said.text}\n{asked}")


async def leads_to(scene: Scene, one: Claimed, human: int) -> bool:
    """Whether this account is still that human's: two may have parted since (P5)."""
    persons = await linking.group(scene.tx, human)
    return bool(await linking.behind(scene.tx, one.account_id, among=persons))


async def addressed(scene: Scene, one: Claimed, message: Outgoing) -> Outgoing:
    """Say whom it is for, on a phone where somebody else of the household speaks now."""
    doors = (await ways.to(scene.tx, [one.person_id])).get(one.person_id, [])
    speaks = any(door.speaks for door in doors if door.account_id == one.account_id)
    name = "" if speaks else await linking.called(scene.tx, one.person_id)
    return replace(message, text=f"{name}: {message.text}") if name else message


async def _open(
    scene: Scene, human: int, rows: Collection[Obligation], communes: dict[int, _Commune]
) -> tuple[list[Item], set[int]]:
    """What is still owed and asked of this very human; ids of what is held back, or was moved."""
    found: list[Item] = []
    paused: set[int] = set()
    for row in rows:
        commune = await _commune(scene, row, communes)
        due = commune.due.get((row.unit_id, row.about)) if commune else None
        if commune is None or due is None:
            continue
        if commune.held.paused([row]) or planning.is_gone(row, due):
            paused.add(row.id)
            continue
        item = Item(row, due)
        told = audience(item, commune.there, commune.desk)
        if any(holder.canonical_id == human for holder in told):
            found.append(item)
    return found, paused


async def _drop(
    scene: Scene,
    rows: Collection[Obligation],
    done: Collection[int],
    communes: Mapping[int, _Commune],
) -> None:
    """What nobody owes any more is settled; what only this person is not asked for stays."""
    still = {place for commune in communes.values() for place in commune.due}
    gone = [row.id for row in rows if row.id in done and (row.unit_id, row.about) not in still]
    await reminders.settle(scene.tx, gone, state="dropped")


async def _commune(scene: Scene, row: Obligation, communes: dict[int, _Commune]) -> _Commune | None:
    unit = await units.by_id(scene.tx, row.unit_id, on=scene.today)
    if unit is None:
        return None
    if unit.commune_id not in communes:
        found = await everything(scene, unit.commune_id)
        communes[unit.commune_id] = _Commune(
            {(due.unit.id, due.about): due for due in found},
            await reporters(scene, unit.commune_id),
            await desk_of(scene, unit.commune_id),
            await pauses.now(scene, unit.commune_id),
            await days_off_of(scene, unit.commune_id),
        )
    return communes[unit.commune_id]


# --- whoever is talking is not thrown out --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Talk:
    question: str
    is_fresh: bool


async def _open_talk(scene: Scene, one: Claimed) -> _Talk | None:
    """The question that waits for this person, asked within the last half hour."""
    state = await conversations.latest(scene.tx, one.account_id)
    if state is None or state.flow in _AT_REST or not state.offered or state.updated_at is None:
        return None
    silent_for = scene.now - state.updated_at
    if silent_for >= PATIENCE:
        return None
    lines = str(state.offered.get("text", "")).strip().split("\n")
    asking = [line for line in lines if "?" in line]
    question = asking[-1] if asking else lines[-1]
    return _Talk(question, silent_for < LISTENS)
