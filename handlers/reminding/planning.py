"""Which obligations are due now, and the one message a person and day that names them (R15-R17).

A plan is made and written in one transaction, by whichever process: a stage that was planned is
never planned again, and a message has a key of its person and day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import chain, count, islice
from typing import Final

from handlers.flow import Mail, Scene
from handlers.office.reporters import NOBODY, Reporters, reporters
from handlers.reminding import pauses, saying
from handlers.reminding.due import Due, days_off_of, everything
from handlers.reminding.ladders import IN_OFFICE_HOURS, Stage
from handlers.reminding.pauses import Pauses
from handlers.reminding.working_days import CLOSES, OPENS, is_working
from handlers.roles import DESK
from storage import memory, muting, reminders, roles
from storage.reminders import PREFIX, NewObligation, Obligation
from storage.roles import Holder

KIND: Final = "reminder"
FIRST, LAST = time(8, 0), time(20, 30)
"""Nothing is planned earlier, no message lives longer; local."""
_LATE: Final = timedelta(minutes=30)
_FRESH: Final = timedelta(minutes=15)
_ONE_DAY: Final = timedelta(days=1)
_MOST_ON_THE_LAST_DAY: Final = 2  # U11


Nudged = Mapping[tuple[int, str], datetime]
"""(unit id, what is due) -> when an officer last reminded of it."""


@dataclass(frozen=True, slots=True)
class Item:
    """An obligation that is in the rows, and what it is about."""

    row: Obligation
    due: Due

    @property
    def is_asked_for(self) -> bool:
        """By an officer, now: office hours are this person's own business."""
        return self.row.is_asked_for


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was made of obligations; those in neither set stay due."""

    mails: Sequence[Mail] = ()
    named: frozenset[int] = frozenset()
    """Ids of the obligations that a message names."""
    lost: frozenset[int] = frozenset()
    """Those that nobody can be told."""
    is_late: bool = False
    """Whether all of it should have gone a while ago: there was an outage (R21)."""


async def plan(scene: Scene, commune_id: int, *, since: datetime) -> Delivered:
    """What became due after `since`, and what could not be told before; written, not yet sent."""
    found = {(due.unit.id, due.about): due for due in await everything(scene, commune_id)}
    held = await pauses.of(scene, commune_id, since=since)
    nudged = await nudged_since(scene, commune_id, since)
    await reminders.reopen(scene.tx, commune_id)
    waiting = await _unpaused(scene, await reminders.due(scene.tx, commune_id), held)
    new = [row for due in found.values() for row in stages_of(scene, due, since, held, nudged)]
    rows = await reminders.plan(scene.tx, commune_id, new, by=None, now=scene.now)
    items = await _alive(scene, [*await _standing(scene, waiting, found), *rows], found)
    if not items:
        return Delivered()
    fresh = scene.now - _FRESH
    is_late = not any(due.passed(since=fresh, now=scene.now) for due in found.values())
    return replace(await deliver(scene, commune_id, items), is_late=is_late)


async def _unpaused(scene: Scene, rows: list[Obligation], held: Pauses) -> list[Obligation]:
    """Those that nobody holds back; the others are over: they are not made up for."""
    paused = {row.id for row in held.paused(rows)}
    await reminders.settle(scene.tx, paused, state="dropped")
    return [row for row in rows if row.id not in paused]


async def _standing(
    scene: Scene, rows: list[Obligation], found: Mapping[tuple[int, str], Due]
) -> list[Obligation]:
    """Those whose stage there still is: the day may have been moved since."""
    gone = {row.id for row in rows if is_gone(row, found.get((row.unit_id, row.about)))}
    await reminders.settle(scene.tx, gone, state="dropped")
    return [row for row in rows if row.id not in gone]


def is_gone(row: Obligation, due: Due | None) -> bool:
    """Whether this stage is none any more, of something that is open."""
    return due is not None and not row.is_asked_for and row.stage not in due.stage_keys


async def nudged_since(scene: Scene, commune_id: int, since: datetime) -> Nudged:
    """What officers reminded of by hand, as far as it may cover a stage after that moment."""
    return await reminders.by_hand(
        scene.tx, commune_id, since=since - _ONE_DAY, now=max(scene.now, since)
    )


def stages_of(
    scene: Scene, due: Due, since: datetime, held: Pauses, nudged: Nudged
) -> list[NewObligation]:
    """Only the latest stage that has passed is told (R16), and none that passed while paused."""
    passed = held.left(due.about, due.unit.id, due.passed(since=since, now=scene.now))
    if not passed:
        return []
    *older, last = passed
    rows = [_new(due, stage, "superseded") for stage in older]
    is_covered = scene.now - last.at > _LATE and _comes_again_today(scene, due)
    is_covered = is_covered or _was_nudged(scene, due, last, nudged)
    return [*rows, _new(due, last, "superseded" if is_covered else "due")]


def _was_nudged(scene: Scene, due: Due, stage: Stage, nudged: Nudged) -> bool:
    """Whether the day's message went by hand already; the last day has room for a second (U11)."""
    at = nudged.get((due.unit.id, due.about))
    if at is None:
        return False
    day = at.astimezone(scene.house.timezone).date()
    same_day = [one for one in due.stages if one.at.date() == due.last_day]
    is_second = len(same_day) > 1 and stage == same_day[-1] and stage.at > at
    return stage.at.date() <= day and not is_second


def _new(due: Due, stage: Stage, state: str) -> NewObligation:
    return NewObligation(due.unit.id, due.about, stage.key, state, stage.with_head)


def _comes_again_today(scene: Scene, due: Due) -> bool:
    """A stage that was missed is not made up for an hour before the next one."""
    later = [stage for stage in due.stages if stage.at > scene.now]
    today = [stage for stage in due.stages if stage.at.date() == scene.today]
    return bool(later) and later[0].at.date() == scene.today and len(today) == 1


async def _alive(
    scene: Scene, rows: Iterable[Obligation], found: Mapping[tuple[int, str], Due]
) -> list[Item]:
    """The newest row of everything that is still open; the others are settled."""
    newest: dict[tuple[int, str], Obligation] = {}
    older: list[int] = []
    for row in rows:
        if row.state != "due":
            continue
        if before := newest.get((row.unit_id, row.about)):
            older.append(before.id)
        newest[row.unit_id, row.about] = row
    gone = [row.id for place, row in newest.items() if place not in found]
    await reminders.settle(scene.tx, older, state="superseded")
    await reminders.settle(scene.tx, gone, state="dropped")
    return [Item(row, found[place]) for place, row in newest.items() if place in found]


# --- one message a person and day ----------------------------------------------------------------


async def deliver(scene: Scene, commune_id: int, items: Collection[Item]) -> Delivered:
    """Name the items in messages; what cannot be told today stays due, what never can is lost."""
    days_off = await days_off_of(scene, commune_id)
    open_now = [item for item in items if is_hour_of(scene, item, days_off)]
    there = await reporters(scene, commune_id)
    by_human, lost = whom(open_now, there, await desk_of(scene, commune_id))
    await reminders.settle(scene.tx, lost, state="lost")
    mails, named = await _mails(scene, by_human)
    return Delivered(mails, frozenset(named), frozenset(lost))


def whom(
    items: Iterable[Item], there: Mapping[int, Reporters], desk: Collection[Holder]
) -> tuple[dict[int, tuple[int, list[Item]]], list[int]]:
    """Human -> person and what this human hears of; and the ids of what nobody can be told."""
    by_human: dict[int, tuple[int, list[Item]]] = {}
    lost: list[int] = []
    for item in items:
        told = audience(item, there, desk)
        for holder in told:
            by_human.setdefault(holder.canonical_id, (holder.person_id, []))[1].append(item)
        if not told:
            lost.append(item.row.id)
    return by_human, lost


def is_hour_of(scene: Scene, item: Item, days_off: Collection[date]) -> bool:
    """Whether whoever hears this works now; hamlets are told in the evening, too."""
    if item.is_asked_for or item.due.ladder not in IN_OFFICE_HOURS:
        return True
    local = scene.now.astimezone(scene.house.timezone)
    return is_working(local.date(), besides=days_off) and OPENS <= local.time() < CLOSES


async def desk_of(scene: Scene, commune_id: int) -> list[Holder]:
    """The officers; where there is none, the admins. Not who said "dừng nhắc" (U11)."""
    held = await roles.holding(scene.tx, commune_id, tuple(DESK))
    muted = await muting.muted(scene.tx, {one.person_id for one in held})
    held = [one for one in held if one.person_id not in muted]
    officers = [one for one in held if one.role == "officer"]
    return officers or held


def audience(item: Item, there: Mapping[int, Reporters], desk: Collection[Holder]) -> list[Holder]:
    """Who hears of it: the reporters, the head where there is none or it is late in the year."""
    if item.due.is_for_officers:
        return _once(desk)
    who = there.get(item.due.unit.id, NOBODY)
    told = {*who.ready, *who.on_page}
    reached = [one for one in who.holders if one.person_id in told]
    if item.row.with_head:
        return _once(reached)
    return _once(one for one in reached if one.role != "head") or _once(reached)


def _once(holders: Iterable[Holder]) -> list[Holder]:
    return list({one.canonical_id: one for one in holders}.values())


async def _mails(
    scene: Scene, by_human: Mapping[int, tuple[int, list[Item]]]
) -> tuple[list[Mail], set[int]]:
    told = await told_today(scene, by_human)
    since = await _day_began(scene)
    fallen = await reminders.fallen_since(scene.tx, list(by_human), since=since)
    waiting = await reminders.waiting(scene.tx, list(by_human))
    refused = await _refused(scene, fallen)
    keys = {
        human: key_of(scene, human, items, told.get(human, set()) - waiting, fallen=fallen)
        for human, (_, items) in by_human.items()
    }
    mails, named = [], set()
    for human, (person, items) in by_human.items():
        key = keys[human]
        if key in waiting:
            named |= {(item.row.id, key) for item in items}
        elif _is_new(human, items, refused) and has_room(scene, items, key, told.get(human, set())):
            named |= {(item.row.id, key) for item in items}
            mails.append(await _mail(scene, person, items, key))
    await reminders.name_in(scene.tx, named)
    return mails, {number for number, _ in named}


async def _refused(
    scene: Scene, fallen: Mapping[str, Collection[str]]
) -> Collection[tuple[int, int]]:
    """What a platform would not take today: (human, id of what was named)."""
    keys = {key for key, ends in fallen.items() if "failed" in ends}
    named = await reminders.named_by(scene.tx, keys)
    return {(int(key.split(":")[1]), number) for number, key in named}


def _is_new(human: int, items: Iterable[Item], refused: Collection[tuple[int, int]]) -> bool:
    """Whether any of it was not refused today (R13), or is asked for by an officer."""
    return any(item.is_asked_for or (human, item.row.id) not in refused for item in items)


async def _mail(scene: Scene, person: int, items: Collection[Item], key: str) -> Mail:
    end = datetime.combine(scene.today, LAST, scene.house.timezone)
    message = await saying.message(scene, [item.due for item in items])
    return Mail(person, message, key, kind=KIND, expires_at=end)


async def told_enough(scene: Scene, who: Iterable[Reporters], due: Iterable[Due]) -> set[int]:
    """Canonical ids of those who may be told nothing more today (U11)."""
    humans = {holder.canonical_id for one in who for holder in one.holders}
    told = await told_today(scene, humans)
    is_last = any(one.last_day == scene.today for one in due)
    most = _MOST_ON_THE_LAST_DAY if is_last else 1
    return {human for human, keys in told.items() if len(keys) >= most}


async def is_full(scene: Scene, human: int, items: Iterable[Item], *, besides: str) -> bool:
    """Whether this human was told enough today already, counted without one message (U11)."""
    told = (await told_today(scene, [human])).get(human, set()) - {besides}
    told -= await reminders.waiting(scene.tx, [human])
    return len(told) >= (_MOST_ON_THE_LAST_DAY if _has_last_day(scene, items) else 1)


def key_of(
    scene: Scene,
    human: int,
    items: Iterable[Item],
    told: Collection[str],
    *,
    fallen: Collection[str] = (),
) -> str:
    """One a day; on the last day a second one (U11). What fell unsent takes no place in the day."""
    keys = (f"{PREFIX}{human}:{scene.today.isoformat()}:{n}" for n in chain("ab", count(3)))
    first, second = islice((key for key in keys if key in told or key not in fallen), 2)
    return second if first in told and _has_last_day(scene, items) else first


def has_room(scene: Scene, items: Iterable[Item], key: str, told: Collection[str]) -> bool:
    """Whether one more message may go to somebody who was told `told` today (U11)."""
    most = _MOST_ON_THE_LAST_DAY if _has_last_day(scene, items) else 1
    return key not in told and len(told) < most


def _has_last_day(scene: Scene, items: Iterable[Item]) -> bool:
    return any(item.due.last_day == scene.today for item in items)


async def told_today(scene: Scene, humans: Iterable[int]) -> dict[int, set[str]]:
    """Canonical person id -> keys of what was told unasked; a reminder's key names its own day."""
    found = await reminders.told_since(scene.tx, list(humans), since=await _day_began(scene))
    day = f":{scene.today.isoformat()}:"
    return {
        human: {key for key in keys if day in key or not key.startswith(PREFIX)}
        for human, keys in found.items()
    }


async def _day_began(scene: Scene) -> datetime:
    """Midnight of today as the wall clock tells it, by which messages are kept (design §2)."""
    midnight = datetime.combine(scene.today, time.min, scene.house.timezone)
    return await memory.day_began(scene.tx, midnight)
