"""What an officer who asks for the plan of reminders sees first and comes back to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from handlers import places
from handlers.flow import Outcome, Scene, Turn
from handlers.messages import Outgoing, in_messages
from handlers.reminding import foreseeing
from handlers.reminding.desk import naming, tallying
from handlers.reminding.desk.scope import flow
from handlers.reminding.due import Due
from handlers.reminding.foreseeing import Moment
from storage import reminder_pauses

_AHEAD = 3
_SHOWN = 3
"""Pauses that the first message names."""
DEADLINES = "deadlines"
"""Name of the flow that changes deadlines."""


async def home(turn: Turn, commune: int, *before: Outgoing) -> Outcome:
    """What is next, held back, sent: the figures of now, and the choices below them."""
    head = turn.text_of(
        "reminder_desk.head", commune=await places.commune_name(turn.tx, commune, on=turn.today)
    )
    lines = [
        f"{head} {await _next(turn, commune)}",
        *await _paused(turn, commune),
        await tallying.week(turn, commune),
    ]
    *first, last = in_messages(lines)
    return turn.ask(
        "reminder_desk.home",
        hear=flow.steps["act"],
        choices=_choices(turn),
        draft={"commune": commune},
        before=(*before, *first),
        text=last.text,
    )


def _choices(turn: Turn) -> Sequence[str]:
    keys = ("ahead", "sent", "pausing", "nudge")
    there = [f"reminder_desk.{key}" for key in keys]
    has_deadlines = any(one.name == DEADLINES for one in turn.house.flows.open_to(turn.actor))
    return [*there, "reminder_desk.deadlines"] if has_deadlines else there


async def _next(turn: Turn, commune: int) -> str:
    found = await foreseeing.ahead(turn, commune, most=_AHEAD)
    if not found:
        return turn.text_of("reminder_desk.nothing_ahead")
    first, *later = found
    said = turn.text_of("reminder_desk.next", said=moment_line(turn, first))
    if not later:
        return said
    days = "; ".join(naming.moment_label(turn, one.at) for one in later)
    return f"{said} {turn.text_of('reminder_desk.later', days=days)}"


async def _paused(turn: Turn, commune: int) -> list[str]:
    rows = await reminder_pauses.standing(turn.tx, commune)
    if not rows:
        return []
    names = await naming.paused(turn, commune, rows)
    shown = "; ".join(names[:_SHOWN])
    if len(names) > _SHOWN:
        shown += f"; {turn.text_of('reminder_desk.and_more', count=len(names) - _SHOWN)}"
    return [turn.text_of("reminder_desk.paused", names=shown)]


# --- one moment in one line ----------------------------------------------------------------------


def moment_line(scene: Scene, moment: Moment) -> str:
    """Name it: "Thứ Ba 8/12, 8 giờ: báo cáo năm 2026 còn chờ 7 xóm. Nhắn tới 5 người"."""
    what = "; ".join(_things(scene, [one.due for one in moment.going]))
    if not moment.persons:
        return _to_nobody(scene, moment, what)
    said = scene.text_of(
        "reminder_desk.moment",
        when=naming.when(scene, moment.at),
        what=what,
        persons=len(moment.persons),
    )
    if not moment.lost:
        return said
    return f"{said} {scene.text_of('reminder_desk.moment_lost', count=len(moment.lost))}"


def _to_nobody(scene: Scene, moment: Moment, what: str) -> str:
    """Nobody gets a message then: the reason most of them share, and what to do instead."""
    whys = Counter(one.why for one in moment.lost if one.why)
    key = "moment_nobody" if whys else "moment_nobody_now"
    return scene.text_of(
        f"reminder_desk.{key}",
        when=naming.when(scene, moment.at),
        what=what,
        why=next((why for why, _ in whys.most_common(1)), ""),
    )


def _things(scene: Scene, dues: Iterable[Due]) -> list[str]:
    """One part for each thing, with how many units of each ladder it asks."""
    found = []
    for _, same in groupby(sorted(dues, key=_order), key=lambda due: due.about):
        mine = list(same)
        name = naming.thing(scene, mine[0])
        if mine[0].is_for_officers:
            found.append(scene.text_of("reminder_desk.to_officers", thing=name))
        else:
            groups = ", ".join(_groups(scene, mine))
            found.append(scene.text_of("reminder_desk.to_units", thing=name, groups=groups))
    return found


def _groups(scene: Scene, dues: Iterable[Due]) -> list[str]:
    return [
        scene.text_of(f"reminder_desk.count_{ladder}", count=len(list(same)))
        for ladder, same in groupby(dues, key=lambda due: due.ladder.value)
    ]


LADDERS = ("hamlets", "offices", "bodies", "businesses", "officers")


def _order(due: Due) -> tuple[bool, object, str, int]:
    """The officers' own last; the nearest day first."""
    return due.is_for_officers, due.last_day, due.about, LADDERS.index(due.ladder.value)
