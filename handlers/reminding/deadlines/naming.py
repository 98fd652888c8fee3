"""How a deadline is named and said: what, whom it asks, on which days it is reminded."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from handlers import places, words
from handlers.flow import Scene
from handlers.reminding import working_days
from handlers.reminding.deadlines.whom_said import Asked, members
from handlers.reminding.ladders import Ladder, Stage, ladder_of, of_days, stages
from storage.units import HAMLET, UnitInfo

_NAMES: Final = 160  # letters
_FIRST_YEAR: Final = 2025
UPWARD_RUNGS: Final = (14, 7, 3, 1)
"""When officers are reminded of the commune's own report, unless they say otherwise."""


def say_period(scene: Scene, period: str) -> str:
    """Name it: "năm 2026", "sơ kết 2025 - 2027"."""
    occasion, _, year = period.rpartition("_")
    key = f"report_periods.title_{occasion or 'annual'}"
    return scene.text_of(key, first=_FIRST_YEAR, last=year)


def say_what(scene: Scene, kind: str, period: str, title: str = "") -> str:
    """What is handed in: "báo cáo năm 2026", "danh sách hội viên"."""
    if kind == "own":
        return title
    return scene.text_of(f"deadlines.what_{kind}", period=say_period(scene, period))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def say_group(scene: Scene, group: str) -> str:
    return scene.text_of(f"deadlines.group_{group}")


def say_whom(scene: Scene, kind: str, asked: Asked, known: Sequence[UnitInfo]) -> str:
    """Who is asked, and how many; who must and who is only asked kindly kept apart."""
    if kind == "onward":
        return scene.text_of("deadlines.whom_onward")
    if kind == "own" and asked.units:
        names = places.shown(known)
        mine = [names[one.code] for one in known if one.id in asked.units]
        shown, more = words.few_of(mine, _NAMES)
        key = "deadlines.whom_more" if more else "deadlines.whom_named"
        return scene.text_of(key, names=shown, more=more, count=len(mine))
    group = asked.group if kind == "own" else "asked"
    found = members(group, known)
    required = sum(one.duty == "required" for one in found)
    key = "whom_all" if required == len(found) else "whom_apart" if required else "whom_kindly"
    return scene.text_of(
        f"deadlines.{key}",
        group=say_group(scene, group),
        count=len(found),
        required=required,
        kindly=len(found) - required,
    )


# --- on which days -------------------------------------------------------------------------------


def ladder_for(unit: UnitInfo) -> Ladder:
    """Whoever has no duty is asked as kindly as a body."""
    return ladder_of(unit.duty, unit.kind) or Ladder.BODIES


def climbed(
    scene: Scene,
    due: date,
    ladder: Ladder,
    before: Collection[int],
    days_off: Collection[date],
) -> tuple[Stage, ...]:
    """The moments of one deadline for who stands on a ladder; `before` () = as usual."""
    rungs = of_days(before) if before else ()
    return stages(due, ladder, zone=scene.house.timezone, rungs=rungs, days_off=days_off)


def upward(
    scene: Scene, due: date, before: Collection[int], days_off: Collection[date]
) -> tuple[Stage, ...]:
    """The same of the commune's own report: officers hear it on working days."""
    return climbed(scene, due, Ladder.OFFICES, before or UPWARD_RUNGS, days_off)


def say_days(scene: Scene, due: date, found: Sequence[Stage]) -> str:
    """The days that are still to come: "21/5, 6/6"; "" if there are none."""
    days = list(dict.fromkeys(one.at.date() for one in found if one.at > scene.now))
    return ", ".join(_short(day, due.year) for day in days)


def _short(day: date, year: int) -> str:
    return f"{day.day}/{day.month}" if day.year == year else words.say_short_date(day)


def first_ladder(kind: str, asked: Asked, known: Sequence[UnitInfo]) -> Ladder:
    """Whose days are shown: the hamlets', if any is asked, else those of whom is."""
    found = members("asked", known)
    if kind == "own":
        named = [one for one in known if one.id in asked.units]
        found = named or members(asked.group, known)
    ladders = [ladder_for(one) for one in sorted(found, key=lambda one: one.kind != HAMLET)]
    order = (Ladder.HAMLETS, Ladder.OFFICES, Ladder.BODIES, Ladder.BUSINESSES)
    return next((one for one in order if one in ladders), Ladder.HAMLETS)


def is_day_off(day: date, days_off: Collection[date]) -> bool:
    return not working_days.is_working(day, besides=days_off)
