"""What was sent and what became of it: counted by day, and by name where it did not arrive."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from handlers.flow import Scene
from handlers.messages import Why
from handlers.office.reporters import NOBODY, reporters
from handlers.reminding.desk import naming
from handlers.reporting.flow import WHO
from handlers.roles import DESK, role_name
from handlers.words import say_date
from storage import memory, reminder_log, roles
from storage.outbox import WAITING
from storage.reminder_log import Sent, Tally
from storage.roles import Holder

REACHED: Final = frozenset({*WHO, *DESK})
"""Roles whose holders are reminded."""
DAYS: Final = 7
"""Days, today among them, whose messages are shown one by one."""
_MARGIN: Final = timedelta(days=2)
CAME: Final = ("sent", "waits", "failed", "unsure", "needless")
"""What can have become of a message, in the order in which it is said."""
_REASONS: Final = {why.value: why.name.lower() for why in Why}


def became(one: Sent) -> str:
    """One of `CAME`."""
    if one.state in WAITING:
        return "waits"
    match one.state:
        case "sent":
            return "sent"
        case "uncertain":
            return "unsure"
        case "failed" | "expired":
            return "failed"
        case "cancelled" if one.reason in _REASONS:
            return "failed"
    return "needless"


def why(scene: Scene, one: Sent) -> str:
    """Why it did not arrive, as on the call list."""
    if one.state == "expired":
        return scene.text_of("call.expired")
    return scene.text_of(f"call.{_REASONS.get(one.reason, 'refused')}")


async def lately(scene: Scene, commune: int) -> list[Sent]:
    """The messages of the last days, oldest first."""
    first = first_day(scene)
    wall = scene.now - await memory.clock_offset(scene.tx)
    found = await reminder_log.sent(scene.tx, commune, since=wall - (scene.today - first) - _MARGIN)
    return [one for one in found if one.day >= first.isoformat()]


def first_day(scene: Scene) -> date:
    return scene.today - timedelta(days=DAYS - 1)


async def week(scene: Scene, commune: int) -> str:
    found = await lately(scene, commune)
    if not found:
        return scene.text_of("reminder_desk.week_none")
    return scene.text_of("reminder_desk.week", counts=_counts(scene, found))


def _counts(scene: Scene, found: Iterable[Sent]) -> str:
    counted = Counter(map(became, found))
    return ", ".join(
        scene.text_of(f"reminder_desk.came_{key}", count=counted[key])
        for key in CAME
        if counted[key]
    )


# --- all of it -----------------------------------------------------------------------------------


async def lines(scene: Scene, commune: int) -> list[str]:
    """By day, then who was not reached and why, then what nobody can know."""
    found = await lately(scene, commune)
    names = await naming.unit_names(scene, commune)
    held = await roles.holding(scene.tx, commune, tuple(REACHED))
    said = []
    for day in sorted({one.day for one in found}, reverse=True):
        of_day = [one for one in found if one.day == day]
        said += _of_day(scene, day, of_day, names, held)
    said = said or [scene.text_of("reminder_desk.week_none")]
    return [
        *said,
        *await _failed(scene, found, names),
        *await _unsure(scene, found, names),
        *await _lost(scene, commune, without_failed(names, found)),
    ]


def _of_day(
    scene: Scene,
    day: str,
    found: Sequence[Sent],
    names: Mapping[int, str],
    held: Sequence[Holder],
) -> list[str]:
    """How many messages of one day, and to whom they were sent: place and post."""
    head = scene.text_of("reminder_desk.day", day=_day(scene, day), counts=_counts(scene, found))
    got = [_post(scene, one, names, held) for one in found if became(one) == "sent"]
    if not got:
        return [head]
    got = list(dict.fromkeys(got))
    return naming.names_in_lines(scene, f"{head} {scene.text_of('reminder_desk.sent_to')}", got)


def _post(scene: Scene, one: Sent, names: Mapping[int, str], held: Sequence[Holder]) -> str:
    """Name whom a message was sent to: "Xóm 5 (Trưởng xóm)"."""
    about = ", ".join(names[unit] for unit in sorted(one.unit_ids) if unit in names)
    mine = [grant for grant in held if one.person_id in (grant.person_id, grant.canonical_id)]
    mine.sort(key=lambda grant: grant.unit_id not in one.unit_ids)
    if not mine:
        return about or scene.text_of("reminder_desk.somebody")
    post = role_name(scene, mine[0].role, mine[0].unit_kind)
    return f"{about} ({post})" if about else post


def _day(scene: Scene, day: str) -> str:
    return say_day(scene, date.fromisoformat(day))


def say_day(scene: Scene, on: date) -> str:
    """Name it: "Thứ Ba 8/12"; with its year if that is another one."""
    said = say_date(on)
    said = said.removesuffix(f"/{on.year}") if on.year == scene.today.year else said
    return naming.capital(said)


async def failures(scene: Scene, found: Sequence[Sent], names: Mapping[int, str]) -> dict[str, str]:
    """Who was not reached -> why, as on the call list."""
    whys: dict[str, str] = {}
    for one in found:
        if became(one) == "failed":
            whys[await _who(scene, one, names)] = why(scene, one)
    return whys


async def _failed(scene: Scene, found: Sequence[Sent], names: Mapping[int, str]) -> list[str]:
    whys = await failures(scene, found, names)
    return [
        line
        for reason, who in naming.by_reason(whys).items()
        for line in naming.names_in_lines(
            scene, scene.text_of("reminder_desk.failed", why=reason, count=len(who)), who
        )
    ]


async def unsure_ones(scene: Scene, found: Sequence[Sent], names: Mapping[int, str]) -> list[str]:
    """Of whom nobody can know whether a message arrived."""
    return [await _who(scene, one, names) for one in found if became(one) == "unsure"]


async def _unsure(scene: Scene, found: Sequence[Sent], names: Mapping[int, str]) -> list[str]:
    who = await unsure_ones(scene, found, names)
    if not who:
        return []
    head = scene.text_of("reminder_desk.unsure", count=len(who))
    return naming.names_in_lines(scene, head, list(dict.fromkeys(who)))


async def _who(scene: Scene, one: Sent, names: Mapping[int, str]) -> str:
    """Name a person and the units the message was about: "Ông Sáu (Xóm 6)"."""
    person = await roles.name_of(scene.tx, one.person_id) if one.person_id else ""
    about = ", ".join(names[unit] for unit in sorted(one.unit_ids) if unit in names)
    if not person:
        return about or scene.text_of("reminder_desk.somebody")
    return f"{person} ({about})" if about else person


def without_failed(names: Mapping[int, str], found: Iterable[Sent]) -> dict[int, str]:
    """Those units that are not named already, with whoever a message did not reach."""
    named = {unit for one in found if became(one) == "failed" for unit in one.unit_ids}
    return {unit: name for unit, name in names.items() if unit not in named}


async def lost_ones(scene: Scene, commune: int, names: Mapping[int, str]) -> dict[str, str]:
    """Units that were to be told while nobody there could be, with the reason of today."""
    units = await reminder_log.lost(scene.tx, commune, since=first_day(scene).isoformat())
    there = await reporters(scene, commune)
    return {
        names[unit]: there.get(unit, NOBODY).lost(scene)
        or scene.text_of("reminder_desk.reached_now")
        for unit in names
        if unit in units
    }


async def _lost(scene: Scene, commune: int, names: Mapping[int, str]) -> list[str]:
    whys = await lost_ones(scene, commune, names)
    return [
        line
        for reason, who in naming.by_reason(whys).items()
        for line in naming.names_in_lines(
            scene, scene.text_of("reminder_desk.nobody", why=reason, count=len(who)), who
        )
    ]


# --- older ones: their messages may be gone, what was done stays (P10) ---------------------------


async def older(scene: Scene, commune: int) -> list[str]:
    """A line for each earlier day, newest first."""
    before = first_day(scene).isoformat()
    days: dict[str, list[Tally]] = {}
    for one in await reminder_log.tallies(scene.tx, commune):
        if one.day < before:
            days.setdefault(one.day, []).append(one)
    return [_older(scene, day, days[day]) for day in sorted(days, reverse=True)]


def _older(scene: Scene, day: str, found: Iterable[Tally]) -> str:
    counted: Counter[str] = Counter()
    for one in found:
        counted[one.state] += one.units
    if not counted["told"] and not counted["lost"]:
        return scene.text_of("reminder_desk.day_before_none", day=_day(scene, day))
    return scene.text_of(
        "reminder_desk.day_before", day=_day(scene, day), told=counted["told"], lost=counted["lost"]
    )
