"""What is to happen in a season, drawn by chance from its seed before it begins."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

_FIRST: Final = datetime(2026, 11, 11)  # noqa: DTZ001 - local, as everything here
_STAGES: Final = (date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 12), date(2026, 12, 14))

Event = tuple[datetime, int, str, float]
"""When, a number that keeps the order, what, how long or how far (seconds)."""


@dataclass(slots=True)
class Plan:
    began: datetime
    ends: datetime
    faulty: float
    """The share of calls that a platform fails."""
    days_off: frozenset[date]
    events: list[Event] = field(default_factory=list)


def drawn(chance: random.Random) -> Plan:
    """A season of three to twelve days between 11/11 and the end of the year."""
    length = timedelta(days=chance.choice((3, 4, 5, 5, 8, 8, 12)))
    if chance.random() < 0.75:  # most of them over a day on which much is due
        middle = datetime.combine(chance.choice(_STAGES), time(6))
        began = middle - chance.random() * min(length, timedelta(days=10))
    else:
        began = _FIRST + timedelta(days=chance.randint(0, 40))
    began = max(began, _FIRST).replace(hour=chance.choice((6, 7, 12)), minute=0, microsecond=0)
    began = began.replace(second=0)
    ends = min(began + length, datetime(2026, 12, 31, 23))  # noqa: DTZ001 - as above
    faulty = chance.choice((0.0, 0.0, 0.05, 0.1, 0.2, 0.4))
    plan = Plan(began, ends, faulty, _days_off(chance))
    _fill(plan, chance)
    plan.events.sort()
    return plan


def _days_off(chance: random.Random) -> frozenset[date]:
    """Days on which this commune's offices are closed, besides those of everybody."""
    days = [date(2026, 11, 12) + timedelta(days=number) for number in range(45)]
    return frozenset(chance.sample(days, k=chance.choice((0, 0, 1, 2, 4))))


def _fill(plan: Plan, chance: random.Random) -> None:
    days = (plan.ends - plan.began).days + 1
    for _ in range(chance.randint(days // 2, days * 2)):
        _at(plan, _moment(plan, chance), "deed", 0)
    for _ in range(chance.randint(0, days // 2)):
        _at(plan, _moment(plan, chance), "look", 0)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        _outage(plan, chance)
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        _jump(plan, chance)


def _at(plan: Plan, moment: datetime, what: str, value: float) -> None:
    plan.events.append((moment, len(plan.events), what, value))


def _moment(plan: Plan, chance: random.Random) -> datetime:
    """Any, mostly in daytime, often just before or after a stage."""
    day = plan.began + timedelta(days=chance.randint(0, (plan.ends - plan.began).days))
    if chance.random() < 0.4:
        hour = chance.choice((8, 8, 8, 16))
        at = datetime.combine(day.date(), time(hour)) + timedelta(seconds=chance.uniform(-60, 60))
    else:
        at = datetime.combine(day.date(), time(0))
        at += timedelta(hours=chance.choice((chance.uniform(0, 24), chance.uniform(6.9, 20.6))))
    return max(at, plan.began)


def _outage(plan: Plan, chance: random.Random) -> None:
    """One minute to three days, of one process or of both; most begin before a stage."""
    lasts = 60 * (72 * 60) ** chance.random()
    begin = _moment(plan, chance) - timedelta(seconds=chance.choice((0.0, lasts * chance.random())))
    begin = max(begin, plan.began + timedelta(minutes=1))
    what = chance.choice(("both", "both", "one"))
    _at(plan, begin, f"down {what}", lasts)
    _at(plan, begin + timedelta(seconds=lasts), "up", 0)


def _jump(plan: Plan, chance: random.Random) -> None:
    """The wall's clock is put forward or back, and often put right again."""
    begin = _moment(plan, chance)
    seconds = chance.choice((1, -1)) * 60 * (26 * 60) ** chance.random()
    _at(plan, begin, "jump", seconds)
    if chance.random() < 0.7:
        after = timedelta(minutes=chance.choice((1, 10, 45, 300)))
        back = begin + timedelta(seconds=max(seconds, 0)) + after
        _at(plan, back, "jump", -seconds)
