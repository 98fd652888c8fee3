"""Reminding units because an officer asks for it: once a day each, and only who can be reached.

For everything that units owe (reports, quick forms). Which units owe, and whether this officer may
remind them, is the caller's to find out in the same transaction (A3, T13).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from handlers import reach
from handlers.flow import Turn
from handlers.messages import Outgoing, Why
from handlers.reporting.flow import WHO
from handlers.roles import Denied, desk_role, once_each
from storage import audit, reminders, roles, units, ways
from storage.roles import Holder
from storage.units import UnitInfo

_WAKES, _SLEEPS = time(7, 0), time(20, 30)  # U11


@dataclass(frozen=True, slots=True)
class Nudged:
    """What came of it, by unit id."""

    reached: tuple[int, ...]
    lost: Mapping[int, str]
    """Unit id -> why nobody there can be told, in words fit for the call list."""
    already: tuple[int, ...]
    """Those that were reminded of it earlier today."""


@dataclass(frozen=True, slots=True)
class Reporters:
    """Who reports for one unit now, each human once."""

    holders: tuple[Holder, ...]
    ready: tuple[int, ...]
    """Person ids of those whom a reminder reaches."""
    why: Mapping[int, str]
    """Person id -> why it does not, in words, for all others."""
    on_page: tuple[int, ...] = ()
    """Those of them who find it when they open the chat page: better than nothing."""

    def lost(self, turn: Turn) -> str:
        """Why nothing reaches this unit, in words; "" if something does."""
        if self.ready:
            return ""
        if not self.holders:
            return turn.text_of("chasing.lost_nobody")
        return "; ".join(dict.fromkeys(self.why.values()))


NOBODY: Final = Reporters((), (), {})


def is_quiet(turn: Turn) -> bool:
    """Whether it is too late or too early to write to anybody who is not waiting (U11)."""
    return not _WAKES <= turn.now.astimezone(turn.house.timezone).time() < _SLEEPS


def wakes_at(turn: Turn) -> datetime:
    """The next morning, for what is decided at night (U11)."""
    local = turn.now.astimezone(turn.house.timezone)
    day = local.date() + timedelta(days=local.time() >= _SLEEPS)
    return datetime.combine(day, _WAKES, turn.house.timezone)


async def reporters(turn: Turn, commune_id: int) -> Mapping[int, Reporters]:
    """Unit id -> who reports for it and whom a reminder reaches, for units that have anybody."""
    held = await roles.holding(turn.tx, commune_id, tuple(WHO))
    by_unit: dict[int, list[Holder]] = {}
    for one in held:
        by_unit.setdefault(one.unit_id, []).append(one)
    persons = {one.person_id for one in held}
    lost = await reach.to_phone(turn, persons)
    muted = await _muted(turn, persons)
    return {unit: _reporters(turn, found, lost, muted) for unit, found in by_unit.items()}


def _reporters(
    turn: Turn, found: Collection[Holder], lost: Mapping[int, Why], muted: Collection[int]
) -> Reporters:
    humans = once_each(found)
    why = {one: _reason(turn, lost[one]) for one in humans if one in lost}
    why |= {one: turn.text_of("chasing.lost_muted") for one in humans if one in muted}
    return Reporters(
        holders=tuple(one for one in found if one.person_id in humans),
        ready=tuple(one for one in humans if one not in why),
        why=why,
        on_page=tuple(one for one in humans if lost.get(one) is Why.PAGE and one not in muted),
    )


async def _muted(turn: Turn, persons: Collection[int]) -> set[int]:
    """Who said "dừng nhắc", on whichever app, is left alone (U11)."""
    doors = await ways.to(turn.tx, persons)
    return {person for person, through in doors.items() if any(one.muted_at for one in through)}


def _reason(turn: Turn, why: Why) -> str:
    return turn.text_of(f"call.{why.name.lower()}")


async def foresee(turn: Turn, *, about: str, commune_id: int, unit_ids: Collection[int]) -> Nudged:
    """Say what `nudge` would do now; nothing is written or sent."""
    known = await _known(turn, commune_id, unit_ids)
    there = await reporters(turn, commune_id)
    done = await reminders.at_stage(turn.tx, commune_id, about, _stage(turn))
    fresh = [one.id for one in known if one.id not in done]
    lost = {one: why for one in fresh if (why := there.get(one, NOBODY).lost(turn))}
    reached = tuple(one for one in fresh if one not in lost)
    return Nudged(reached, lost, tuple(one.id for one in known if one.id in done))


async def nudge(
    turn: Turn,
    *,
    about: str,
    commune_id: int,
    unit_ids: Collection[int],
    message_of: Callable[[UnitInfo], Outgoing],
) -> Nudged:
    """Remind these units of `about` ("report:2026", "quick:12"), each once a local day.

    Everybody who reports for a unit and can be reached gets the unit's message. Units of another
    commune, or that are none any more, are left out (T13). Audited as one act. Raises `Denied` for
    who is not of that commune's desk (A3).
    """
    role = desk_role(turn.actor.grants, commune_id)
    if not role:
        raise Denied
    known = await _known(turn, commune_id, unit_ids)
    there = await reporters(turn, commune_id)
    plan = await foresee(turn, about=about, commune_id=commune_id, unit_ids=unit_ids)
    reached: list[int] = []
    for unit in known:
        who, key = there.get(unit.id, NOBODY), f"nudge:{about}:{unit.id}:{_stage(turn)}"
        if unit.id in plan.lost and who.on_page:
            _tell(turn, who.on_page, message_of(unit), key=key)
        elif unit.id in plan.reached and await _note(turn, unit, about):
            _tell(turn, who.ready, message_of(unit), key=key)
            reached.append(unit.id)
    await _audit(turn, about, role, reached)
    overtaken = (one for one in plan.reached if one not in reached)
    return Nudged(tuple(reached), plan.lost, (*plan.already, *overtaken))


def _stage(turn: Turn) -> str:
    return f"asked:{turn.today.isoformat()}"


async def _known(turn: Turn, commune_id: int, unit_ids: Collection[int]) -> list[UnitInfo]:
    known = await units.listed(turn.tx, on=turn.today)
    return [one for one in known if one.commune_id == commune_id and one.id in unit_ids]


async def _note(turn: Turn, unit: UnitInfo, about: str) -> bool:
    return await reminders.add(
        turn.tx,
        commune_id=unit.commune_id,
        unit_id=unit.id,
        about=about,
        stage=_stage(turn),
        by=turn.actor.person_id,
        now=turn.now,
    )


def _tell(turn: Turn, persons: Collection[int], message: Outgoing, *, key: str) -> None:
    for person in persons:
        turn.tell(person, message, key=f"{key}:{person}")


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
