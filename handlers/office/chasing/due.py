"""Reports as reminders: to the units that owe them, and the names of those to the officers."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from handlers.flow import Scene
from handlers.messages import Notice, Outgoing
from handlers.office import claims
from handlers.office.chasing import remaining, reminded, standing
from handlers.office.chasing.owed import Owed, Spot, seen
from handlers.office.chasing.owed import flow as owing
from handlers.office.owing import Obligation, Standing
from handlers.reminding.due import Due
from handlers.reminding.ladders import Ladder, Rung, Stage, ladder_of, of_days, stages
from handlers.reporting import periods
from handlers.reporting.periods import ReportPeriod
from handlers.units.reminders import rules_of
from handlers.words import say_date
from storage import deadlines, units

_NAMES: Final = 28  # letters of names beside counts: the whole message stays under 300 (U1)
_FEW: Final = 60  # letters: so many names need no counts
_KINDS: Final = (
    *("xom", "truong_hoc", "co_quan", "luc_luong_vu_trang", "mttq_ctxh", "doanh_nghiep"),
)
_JUST_CLOSED: Final = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class ReportDue(Due):
    """A report that a unit has not sent, or has to complete."""

    owed: Owed
    one: Obligation

    async def message(self, scene: Scene) -> Outgoing:
        left = await self._left(scene)
        return reminded.message(scene, self.owed, self.one, questions=left)

    async def line(self, scene: Scene) -> str:
        left = await self._left(scene)
        return scene.text_of(
            f"reminding.line_{self._manner}",
            unit=self.name,
            period=self.owed.title,
            due=periods.say_due(scene.house.texts, replace(self.owed.period, due=self.last_day)),
            left=f" {scene.text_of('reminding.line_left', count=left)}" if left else "",
        )

    def label(self, scene: Scene) -> str:
        return scene.text_of("reminding.do_report", unit=self.name)

    def values(self, scene: Scene) -> Mapping[str, str]:  # noqa: ARG002 - as other kinds need it
        return {"unit": self.name, "period": self.owed.title, "due": say_date(self.last_day)}

    async def _left(self, scene: Scene) -> int | None:
        """About how many questions are left."""
        return (await remaining.questions(scene, self.owed, [self.one])).get(self.unit.id)

    @property
    def _manner(self) -> str:
        if self.one.standing is Standing.RETURNED:
            return "returned"
        if self.one.is_overdue(self.owed.today):
            return "overdue"
        return "report" if self.owed.today <= self.last_day else "after"


@dataclass(frozen=True, slots=True)
class NamesDue(Due):
    """The officers hear who is missing, by duty kept apart (design §3, §5)."""

    owed: Owed

    async def message(self, scene: Scene) -> Outgoing:
        said = scene.message(
            "reminding.names_said",
            choices=(*self._look, "reminding.calls", "reminding.all_of_it", "reminding.seen"),
            said=await self.line(scene),
        )
        about = f"{self.owed.spot.commune}:{self.owed.period.key}"
        return replace(said, notice=Notice(owing.name, "names", about))

    async def line(self, scene: Scene) -> str:
        is_past = self.owed.today > self.owed.period.due
        head = "reminding.names_past" if is_past else "reminding.names"
        lines = [scene.text_of(head, period=self.owed.title)]
        for duty in ("required", "requested"):
            missing = [one for one in self.owed.open_ones if one.duty == duty]
            if missing:
                lines.append(_missing(scene, duty, missing))
        if self.owed.claimed:
            names = standing.listed(scene, [one.name for one in self.owed.claimed], most=_FEW)
            lines.append(scene.text_of("chasing.claimed", names=names))
        lost = sum(bool(self.owed.who(one.unit.id).lost(scene)) for one in self.owed.open_ones)
        if lost:
            lines.append(scene.text_of("reminding.names_lost", count=lost))
        return "\n".join(lines)

    @property
    def _look(self) -> tuple[str, ...]:
        return ("chasing.look",) if self.owed.claimed else ()

    def label(self, scene: Scene) -> str:
        return scene.text_of("reminding.all_of_it")

    def values(self, scene: Scene) -> Mapping[str, str]:  # noqa: ARG002 - as other kinds need it
        return {"unit": self.name, "period": self.owed.title, "due": say_date(self.last_day)}


def _missing(scene: Scene, duty: str, missing: Sequence[Obligation]) -> str:
    """How many of each kind, and names: hamlets first, all of them where there is room."""
    first = sorted(missing, key=lambda one: _KINDS.index(_kind(one)))
    names = [one.name for one in first]
    listed = standing.listed(scene, names, most=_NAMES)
    if standing.listed(scene, names, most=_FEW) == ", ".join(names):
        return scene.text_of(f"reminding.names_{duty}", count=len(names), names=", ".join(names))
    counted = Counter(map(_kind, first))
    kinds = ", ".join(
        scene.text_of(f"reminding.kind_{kind}", count=count) for kind, count in counted.items()
    )
    return scene.text_of(f"reminding.kinds_{duty}", count=len(names), kinds=kinds, names=listed)


def _kind(one: Obligation) -> str:
    return one.unit.kind if one.unit.kind in _KINDS else "co_quan"


async def reports(scene: Scene, commune_id: int) -> list[Due]:
    """What every unit's report asks, and while one is missing the officers' list of names."""
    settings = await units.settings_of(scene.tx, commune_id)
    days_off = rules_of(settings).days_off
    found: list[Due] = []
    for period in _asked(scene.today, settings):
        owed = await seen(scene, Spot(commune_id, period.key))
        if owed is not None and not owed.is_frozen:
            rungs = await _rungs(scene, owed)
            found += _reports(scene, owed, rungs, days_off)
            found += await _names(scene, owed, rungs, days_off)
    return found


def _asked(today: date, settings: Mapping[str, Any]) -> list[ReportPeriod]:
    """What is open, and what has just closed: some have more time, officers still ask by hand."""
    found = periods.open_on(today, settings)
    before = periods.by_key(str((today - _JUST_CLOSED).year), settings)
    return [*found, before] if before and before not in found else found


async def _rungs(scene: Scene, owed: Owed) -> tuple[Rung, ...]:
    """The period's own, if an officer said when to remind; () = the usual ones."""
    spot = owed.spot
    found = await deadlines.of(scene.tx, spot.commune, "report", spot.period)
    return of_days(found.before) if found else ()


def _reports(
    scene: Scene, owed: Owed, rungs: Sequence[Rung], days_off: Collection[date]
) -> Iterator[Due]:
    zone = scene.house.timezone
    for one in owed.to_remind:
        ladder = ladder_of(one.duty, one.unit.kind)
        if ladder is not None:
            climbed = stages(one.due, ladder, zone=zone, rungs=rungs, days_off=days_off)
            about = owed.spot.about
            yield ReportDue(about, one.unit, one.name, ladder, climbed, one.due, owed, one)


async def _names(
    scene: Scene, owed: Owed, rungs: Sequence[Rung], days_off: Collection[date]
) -> list[Due]:
    commune = await units.by_id(scene.tx, owed.spot.commune, on=scene.today)
    if not (owed.open_ones or owed.claimed) or commune is None:
        return []
    ladder, due = Ladder.OFFICERS, owed.period.due
    climbed = stages(due, ladder, zone=scene.house.timezone, rungs=rungs, days_off=days_off)
    climbed = tuple(sorted({*climbed, *_looks(scene, owed, days_off)}))
    about = f"names:{owed.period.key}"
    return [NamesDue(about, commune, owed.commune, ladder, climbed, due, owed)]


def _looks(scene: Scene, owed: Owed, days_off: Collection[date]) -> Iterator[Stage]:
    """When a paper that nobody has looked at is asked about once more."""
    zone = scene.house.timezone
    for one in owed.claimed:
        if one.claim is not None:
            yield Stage(claims.ask_again_at(one.claim, zone=zone, days_off=days_off))
