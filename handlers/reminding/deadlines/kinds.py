"""Deadlines as reminders: units' plans, the commune's own report, anything else of an officer."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from handlers import places, words
from handlers.flow import Scene
from handlers.messages import Notice, Outgoing
from handlers.reminding.deadlines import naming, service
from handlers.reminding.deadlines.flow import flow
from handlers.reminding.due import Due, days_off_of
from handlers.reminding.ladders import Ladder
from handlers.reporting import periods
from handlers.words import say_date
from storage import claims, deadlines, onward, registers, units
from storage.deadlines import DeadlineInfo
from storage.units import UnitInfo

ANSWERS: Final = "deadline_answers"
"""Name of the flow of whoever is asked."""
PLANS_DUE: Final = (7, 31)
"""Units issue their plan in July (plan.md)."""
FIRST_PLANS: Final = 2027
_BEFORE, _AFTER = timedelta(days=120), timedelta(days=60)
_ONE_DAY: Final = timedelta(days=1)
_LABEL: Final = 24  # letters


@dataclass(frozen=True, slots=True)
class _UnitDue(Due):
    """Something a unit is asked for, with what it presses when that is done."""

    commune: str
    """Its name."""

    @property
    def _manner(self) -> str:
        """By duty; whoever is asked kindly hears of no lateness (design §5)."""
        return {"required": "required", "encouraged": "encouraged"}.get(self.unit.duty, "kindly")

    @property
    @abstractmethod
    def _kind(self) -> str:
        """Of the texts, and the first word of `about`."""

    @property
    @abstractmethod
    def _what(self) -> str: ...

    async def message(self, scene: Scene) -> Outgoing:
        is_past = scene.today > self.last_day
        suffix = {"required": "_past", "kindly": "_after", "encouraged": "_after"}[self._manner]
        said = scene.message(
            f"deadlines.{self._kind}_{self._manner}{suffix if is_past else ''}",
            choices=(f"deadlines.{self._kind}_done", "deadlines.later"),
            **self._values(scene),
        )
        about = f"{self.about}:{self.unit.id}"
        return replace(said, notice=Notice(ANSWERS, "answer", about))

    async def line(self, scene: Scene) -> str:
        is_past = scene.today > self.last_day
        manner = "past" if is_past and self._manner == "required" else "after" if is_past else "on"
        return scene.text_of(f"deadlines.line_{self._kind}_{manner}", **self._values(scene))

    def label(self, scene: Scene) -> str:
        what = words.cut(self._what, _LABEL)
        return scene.text_of(f"deadlines.do_{self._kind}", unit=self.name, what=what)

    def values(self, scene: Scene) -> Mapping[str, str]:  # noqa: ARG002 - as other kinds need it
        return {"unit": self.name, "period": self._what, "due": say_date(self.last_day)}

    def _values(self, scene: Scene) -> dict[str, str]:
        return {
            "unit": self.name,
            "what": self._what,
            "day": say_date(self.last_day),
            "left": self._left(scene),
            "commune": self.commune,
        }

    def _left(self, scene: Scene) -> str:
        """How long there is still."""
        left = (self.last_day - scene.today).days
        key = "deadlines.left_days" if left else "deadlines.left_last"
        return f" {scene.text_of(key, count=left)}" if left >= 0 else ""


@dataclass(frozen=True, slots=True)
class PlanDue(_UnitDue):
    """A unit's own plan of the year, that is not in the register."""

    year: int

    @property
    def _kind(self) -> str:
        return "plans"

    @property
    def _what(self) -> str:
        return str(self.year)


@dataclass(frozen=True, slots=True)
class OwnDue(_UnitDue):
    """What an officer asks some units for."""

    deadline: DeadlineInfo

    @property
    def _kind(self) -> str:
        return "own"

    @property
    def _what(self) -> str:
        return self.deadline.title


@dataclass(frozen=True, slots=True)
class OnwardDue(Due):
    """The commune's own report upward: only the officers hear of it."""

    period: str

    async def message(self, scene: Scene) -> Outgoing:
        said = scene.message(
            "deadlines.onward_said",
            choices=("deadlines.note_onward", "deadlines.seen"),
            said=await self.line(scene),
        )
        return replace(said, notice=Notice(flow.name, "upward", self.about))

    async def line(self, scene: Scene) -> str:
        left = (self.last_day - scene.today).days
        return scene.text_of(
            "deadlines.onward_line" if left > 0 else "deadlines.onward_last",
            what=naming.say_period(scene, self.period),
            day=say_date(self.last_day),
            left=left,
        )

    def label(self, scene: Scene) -> str:
        return scene.text_of("deadlines.note_onward")

    def values(self, scene: Scene) -> Mapping[str, str]:
        due = say_date(self.last_day)
        return {"unit": self.name, "period": naming.say_period(scene, self.period), "due": due}


# --- what is open --------------------------------------------------------------------------------


def is_open(due: date, today: date) -> bool:
    return due - _BEFORE <= today <= due + _AFTER


async def plans(scene: Scene, commune_id: int) -> list[Due]:
    """The plans of this year: of whom must have one, and kindly of the Front and its members."""
    found: list[Due] = []
    for year, due, before in await years_of_plans(scene, commune_id):
        if is_open(due, scene.today):
            found += await _plans_of(scene, commune_id, year, due, before)
    return found


async def years_of_plans(scene: Scene, commune_id: int) -> list[tuple[int, date, tuple[int, ...]]]:
    """(year, last day on time, rungs): every July from 2027 on, and whatever an officer has set."""
    there = await deadlines.standing(scene.tx, commune_id, kinds=("plans",))
    told = {int(one.period): (one.due_on, one.before) for one in there if one.period.isdecimal()}
    if scene.today.year >= FIRST_PLANS:
        told.setdefault(scene.today.year, (date(scene.today.year, *PLANS_DUE), ()))
    return [(year, *rest) for year, rest in sorted(told.items())]


async def _plans_of(
    scene: Scene, commune_id: int, year: int, due: date, before: tuple[int, ...]
) -> list[Due]:
    days_off = await days_off_of(scene, commune_id)
    commune = await places.commune_name(scene.tx, commune_id, on=scene.today)
    known = await service.askable(scene.tx, commune_id, on=scene.today)
    lines = await registers.of_year(scene.tx, commune_id, year)
    have = {one.unit_id for one in lines if one.register == "plan"}
    have |= set(await claims.standing(scene.tx, commune_id, f"plans:{year}"))
    names = places.shown(known)
    found: list[Due] = []
    for unit in _asked_for_plans(known):
        if unit.id not in have:
            ladder = naming.ladder_for(unit)
            stages = naming.climbed(scene, due, ladder, before, days_off)
            about, name = f"plans:{year}", names[unit.code]
            found.append(PlanDue(about, unit, name, ladder, stages, due, commune, year))
    return found


def _asked_for_plans(known: Collection[UnitInfo]) -> Iterator[UnitInfo]:
    return (one for one in known if one.duty in ("required", "requested"))


async def own(scene: Scene, commune_id: int) -> list[Due]:
    """Everything an officer asks units for that is no report, with who has not done it."""
    there = await deadlines.standing(scene.tx, commune_id, kinds=("own",))
    now_open = [one for one in there if is_open(one.due_on, scene.today)]
    if not now_open:
        return []
    days_off = await days_off_of(scene, commune_id)
    commune = await places.commune_name(scene.tx, commune_id, on=scene.today)
    known = await service.askable(scene.tx, commune_id, on=scene.today)
    names = places.shown(known)
    found: list[Due] = []
    for one in now_open:
        for unit in await missing(scene, one, known):
            ladder = naming.ladder_for(unit)
            stages = naming.climbed(scene, one.due_on, ladder, one.before, days_off)
            name = names[unit.code]
            due = one.due_on
            found.append(OwnDue(one.about, unit, name, ladder, stages, due, commune, one))
    return found


async def missing(
    scene: Scene, deadline: DeadlineInfo, known: Collection[UnitInfo]
) -> list[UnitInfo]:
    """Whom it asks now and who has not done it."""
    done = {u for u, one in (await deadlines.units_of(scene.tx, deadline.id)).items() if one.at}
    asked = await service.asked_by(scene.tx, deadline, known)
    return [one for one in asked if one.id not in done]


async def upward(scene: Scene, commune_id: int) -> list[Due]:
    """The commune's own reports whose day is set and that nobody has noted as sent."""
    commune = await units.by_id(scene.tx, commune_id, on=scene.today)
    if commune is None:
        return []
    days_off = await days_off_of(scene, commune_id)
    found: list[Due] = []
    for period, (due, before) in (await _upward_days(scene, commune_id)).items():
        is_now = due - _BEFORE <= scene.today <= due
        if is_now and await onward.last(scene.tx, commune_id, period) is None:
            stages = naming.upward(scene, due, before, days_off)
            about, ladder = f"onward:{period}", Ladder.OFFICERS
            found.append(OnwardDue(about, commune, commune.name, ladder, stages, due, period))
    return found


async def _upward_days(scene: Scene, commune_id: int) -> dict[str, tuple[date, tuple[int, ...]]]:
    """Period -> its day and rungs: what an officer set, else the yearly day of the settings."""
    settings = await units.settings_of(scene.tx, commune_id)
    found: dict[str, tuple[date, tuple[int, ...]]] = {}
    if day := (settings.get("deadlines") or {}).get("onward"):
        for year in (scene.today.year - 1, scene.today.year):
            theirs = periods.annual(year, settings).due
            before = date(theirs.year, day["month"], day["day"])
            if before - _ONE_DAY <= theirs:
                before = date(theirs.year + 1, day["month"], day["day"])
            found[str(year)] = (before - _ONE_DAY, ())
    for one in await deadlines.standing(scene.tx, commune_id, kinds=("onward",)):
        found[one.period] = (one.due_on, one.before)
    return found
