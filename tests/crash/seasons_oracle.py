"""Whether a season was as design §5 and the rules R15-R21, U11 want it; asks nobody but the record.

Each finding is one line: a kind of fault, and where. An empty list is a good season.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from tests.crash import seasons_days as days
from tests.crash.seasons_facts import NAMES, Call, Nudge, Record, World
from tests.crash.seasons_forgotten import forgotten
from tests.crash.seasons_reading import Said, items, wrongs

_INVITATIONS: Final = 2
FAULTS: Final = (
    *("doubled", "said twice", "named twice in one message", "owes nothing", "stale"),
    *("quiet hours", "office closed", "muted", "no role", "held back", "unasked"),
    *("head too early", "invited again", "forgotten"),
)
"""How a finding begins, whatever it is."""

Human = frozenset[str]


@dataclass(slots=True)
class _Heard:
    """What one message was, once it is read."""

    call: Call
    human: Human
    said: list[Said]
    worlds: list[World]
    """Those in which it may have been claimed; what holds in none of them is wrong."""


def findings(record: Record) -> list[str]:
    found: list[str] = []
    judge = _Judge(record)
    for call in record.calls:
        found += [f"{one} <- {call.moment:%d/%m %H:%M:%S} {call.person}" for one in judge.of(call)]
    return found + list(forgotten(record))


def tally(found: list[str]) -> dict[str, int]:
    """How many there are of each kind of fault; those that nobody made, too."""
    counted = dict.fromkeys(FAULTS, 0)
    for one in found:
        counted[re.split(r":| <-", one, maxsplit=1)[0]] += 1
    return counted


@dataclass(slots=True)
class _Judge:
    """Reads calls in their order, and remembers who was told what."""

    record: Record
    heard: list[_Heard] = field(default_factory=list)
    spent: set[tuple[str, str, str, object]] = field(default_factory=set)
    """(person, unit, about, stage or nudge) that was told already."""
    invited: dict[str, set[date]] = field(default_factory=dict)

    def of(self, call: Call) -> Iterator[str]:
        worlds = self.record.between(call.since, call.until)
        said = items(call, worlds[-1].forms)
        one = _Heard(call, worlds[-1].human(call.person), said, worlds)
        yield from self._at_night(one)
        if all(world.is_muted(call.person) for world in worlds):
            yield "muted: said dừng nhắc"
        places = [(item.unit, item.about) for item in said]
        for number, item in enumerate(said):
            if places[number] in places[:number]:
                yield f"named twice in one message: {item.about} {item.unit}"
                continue
            yield from self._wrong(one, item)
        if call.arrived:
            yield from self._too_many(one)
            self.heard.append(one)

    def _at_night(self, one: _Heard) -> Iterator[str]:
        if not days.WAKES <= one.call.moment.time() < days.SLEEPS:
            yield "quiet hours"

    def _wrong(self, one: _Heard, item: Said) -> Iterator[str]:
        where, today = f"{item.about} {item.unit}", one.call.moment.date()
        if not any(world.owes(item.unit, item.about, today) for world in one.worlds):
            yield f"owes nothing: {where} ({self._why(one, item)})"
        elif told := self._stale(one, item, today):
            yield f"stale: {where}: {told}"
        if not any(self._has_right(world, one.call.person, item) for world in one.worlds):
            yield f"no role: {where}"
        nudged = self._nudged(one, item)
        if not nudged and all(world.is_held(item.unit) for world in one.worlds):
            yield f"held back: {where}"
        yield from self._office(one, item, nudged)
        if one.call.arrived:
            yield from self._without_reason(one, item, nudged)

    def _why(self, one: _Heard, item: Said) -> str:
        world = one.worlds[-1]
        claims = "claim" if item.unit in world.claims else ""
        return world.standing.get(item.unit, claims or "owed")

    def _stale(self, one: _Heard, item: Said, today: date) -> str:
        each = [list(wrongs(item, world, today)) for world in one.worlds]
        return "" if not all(each) else "; ".join(each[-1])

    def _has_right(self, world: World, person: str, item: Said) -> bool:
        human = world.human(person)
        if item.about == NAMES:
            return human in world.holders("", "officer", "admin")
        return human in world.holders(item.unit, "reporter", "head")

    def _nudged(self, one: _Heard, item: Said) -> list[Nudge]:
        """By hand, and not told to this human since."""
        return [
            nudge
            for nudge in self.record.nudges
            if nudge.at <= one.call.until
            and (nudge.unit, nudge.about) == (item.unit, item.about)
            and not self._is_spent(one, item, nudge)
        ]

    def _is_spent(self, one: _Heard, item: Said, mark: object) -> bool:
        return any((who, item.unit, item.about, mark) in self.spent for who in one.human)

    def _office(self, one: _Heard, item: Said, nudged: list[Nudge]) -> Iterator[str]:
        moment = one.call.moment
        if not days.is_office(item.unit) or nudged:
            return
        is_open = days.is_working(moment.date(), one.worlds[-1].days_off)
        if not is_open or not days.OPENS <= moment.time() < days.CLOSES:
            yield f"office closed: {item.about} {item.unit}"

    def _without_reason(self, one: _Heard, item: Said, nudged: list[Nudge]) -> Iterator[str]:
        """Every message is for the latest stage, once for each human, or was asked for by hand."""
        moment, where = one.call.moment, f"{item.about} {item.unit}"
        passed = {
            stage
            for world in one.worlds
            if item.about in (NAMES, "report", *world.forms)
            if (stage := days.last_passed(days.stages(world, item.unit, item.about), moment))
        }
        fresh = {stage for stage in passed if not self._is_spent(one, item, stage.moment)}
        if not fresh and not nudged:
            yield f"said twice: {where}" if passed else f"unasked: {where}"
        if fresh and not nudged:
            yield from self._head_too_early(one, item, any(stage.with_head for stage in fresh))
        asked = [nudge for nudge in nudged if nudge.at <= one.call.since]
        if not fresh and not asked:
            asked = nudged  # else one that came while this was claimed has a message of its own
        covered = self._covered(one, item) if asked else set()
        for mark in (*(stage.moment for stage in passed), *covered, *asked):
            self.spent |= {(who, item.unit, item.about, mark) for who in one.human}
        if one.worlds[-1].duty(item.unit) == "encouraged" and item.about == "report":
            self.invited.setdefault(item.unit, set()).add(moment.date())
            if len(self.invited[item.unit]) > _INVITATIONS and not nudged:
                yield f"invited again: {where}"

    def _covered(self, one: _Heard, item: Said) -> set[datetime]:
        """What went by hand is the message of that day's morning, too: not again the day after."""
        return {
            stage.moment
            for world in one.worlds
            if item.about in (NAMES, "report", *world.forms)
            for stage in days.stages(world, item.unit, item.about)
            if stage.moment.date() == one.call.moment.date() and stage.moment.time() == days.MORNING
        }

    def _head_too_early(self, one: _Heard, item: Said, with_head: bool) -> Iterator[str]:
        if with_head or item.about == NAMES:
            return
        for world in one.worlds:
            if one.human in world.holders(item.unit, "reporter"):
                return
            if not world.reached(item.unit, "reporter"):
                return
        yield f"head too early: {item.about} {item.unit}"

    def _too_many(self, one: _Heard) -> Iterator[str]:
        """U11: one message a person and day, two on the last day."""
        today = one.call.moment.date()
        before = [
            other
            for other in self.heard
            if other.call.moment.date() == today and other.call.person in one.human
        ]
        dues = {w.due(i.unit, i.about) for w in one.worlds for i in one.said}
        most = 2 if today in dues else 1
        if len(before) >= most:
            told = ", ".join(f"{other.call.moment:%H:%M:%S}" for other in before)
            yield f"doubled: {len(before) + 1} in a day, before: {told}"
