"""Reminding units because an officer asks for it: once a day each, and only who can be reached.

For everything that units owe (reports, quick forms). Which units owe, and whether this officer may
remind them, is the caller's to find out in the same transaction (A3, T13).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from handlers.flow import Scene, Turn
from handlers.office.reporters import NOBODY, Reporters, reporters
from handlers.reminding import planning
from handlers.reminding.due import Due, everything
from handlers.reminding.planning import Item
from handlers.roles import Denied, desk_role
from storage import audit, reminders
from storage.reminders import NewObligation, Obligation

_WAKES, _SLEEPS = time(7, 0), time(20, 30)  # U11


@dataclass(frozen=True, slots=True)
class Nudged:
    """What came of it, by unit id."""

    reached: tuple[int, ...]
    lost: Mapping[int, str]
    """Unit id -> why nobody there can be told, in words fit for the call list."""
    already: tuple[int, ...]
    """Those that were reminded earlier today, of this or with other things."""


def is_quiet(scene: Scene) -> bool:
    """Whether it is too late or too early to write to anybody who is not waiting (U11)."""
    return not _WAKES <= scene.now.astimezone(scene.house.timezone).time() < _SLEEPS


def wakes_at(scene: Scene) -> datetime:
    """The next morning, for what is decided at night (U11)."""
    local = scene.now.astimezone(scene.house.timezone)
    day = local.date() + timedelta(days=local.time() >= _SLEEPS)
    return datetime.combine(day, _WAKES, scene.house.timezone)


async def foresee(
    scene: Scene, *, about: str, commune_id: int, unit_ids: Collection[int]
) -> Nudged:
    """Say what `nudge` would do now; nothing is written or sent."""
    owing = await _owing(scene, about, commune_id, unit_ids)
    there = await reporters(scene, commune_id)
    done = await reminders.at_stage(scene.tx, commune_id, about, _stage(scene))
    fresh = [one for one in owing if one not in done]
    lost = {one: why for one in fresh if (why := there.get(one, NOBODY).lost(scene))}
    left = [one for one in fresh if one not in lost]
    full = await planning.told_enough(scene, [there[one] for one in left], owing.values())
    reached = tuple(one for one in left if not _is_full(there[one], full))
    already = (one for one in owing if one not in lost and one not in reached)
    return Nudged(reached, lost, tuple(already))


def _is_full(who: Reporters, full: Collection[int]) -> bool:
    ready = [one for one in who.holders if one.person_id in who.ready]
    return all(one.canonical_id in full for one in ready)


async def nudge(turn: Turn, *, about: str, commune_id: int, unit_ids: Collection[int]) -> Nudged:
    """Remind these units of `about` ("report:2026", "quick:12"), each once a local day.

    Everybody who reports for a unit and can be reached is told, in one message with whatever else
    is due today (U11). Units of another commune, or that owe nothing any more, are left out (T13).
    Audited as one act. Raises `Denied` for who is not of that commune's desk (A3).
    """
    role = desk_role(turn.actor.grants, commune_id)
    if not role:
        raise Denied
    owing = await _owing(turn, about, commune_id, unit_ids)
    there = await reporters(turn, commune_id)
    plan = await foresee(turn, about=about, commune_id=commune_id, unit_ids=unit_ids)
    heard = {*plan.reached, *(one for one in plan.lost if there.get(one, NOBODY).on_page)}
    new = [NewObligation(one, about, _stage(turn), with_head=True) for one in owing if one in heard]
    rows = await reminders.plan(turn.tx, commune_id, new, by=turn.actor.person_id, now=turn.now)
    items = [Item(row, owing[row.unit_id]) for row in rows]
    delivered = await planning.deliver(turn, commune_id, items)
    turn.mails.extend(delivered.mails)
    told = {row.unit_id for row in rows if row.id in delivered.named}
    await _supersede(turn, commune_id, about, rows, delivered.named)
    reached = tuple(one for one in plan.reached if one in told)
    await _audit(turn, about, role, reached)
    overtaken = (one for one in plan.reached if one not in told)
    return Nudged(reached, plan.lost, (*plan.already, *overtaken))


async def _supersede(
    turn: Turn,
    commune_id: int,
    about: str,
    rows: Collection[Obligation],
    named: Collection[int],
) -> None:
    """What no message names goes no more, nor does a stage that waited where one is told now."""
    told = {row.unit_id for row in rows if row.id in named}
    older = [
        row.id
        for row in await reminders.due(turn.tx, commune_id)
        if row.about == about and row.unit_id in told and row not in rows
    ]
    left = [row.id for row in rows if row.id not in named]
    await reminders.settle(turn.tx, [*left, *older], state="superseded")


def _stage(scene: Scene) -> str:
    return f"{reminders.ASKED}{scene.today.isoformat()}"


async def _owing(
    scene: Scene, about: str, commune_id: int, unit_ids: Collection[int]
) -> dict[int, Due]:
    found = await everything(scene, commune_id)
    return {one.unit.id: one for one in found if one.about == about and one.unit.id in unit_ids}


async def _audit(turn: Turn, about: str, role: str, reached: Collection[int]) -> None:
    if not reached:
        return
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="units.reminded",
        about=about,
        now=turn.now,
        after={"units": sorted(reached)},
    )
