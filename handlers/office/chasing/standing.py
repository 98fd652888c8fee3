"""The figures of who owes as text: for the officer, and without any person for the Zalo group."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from handlers.flow import Scene, Turn
from handlers.messages import Outgoing, in_messages
from handlers.office.chasing.owed import Owed
from handlers.office.owing import DUTIES, Obligation, Standing
from handlers.reporting import periods
from handlers.words import say_date
from storage import duty_marks

_LINE: Final = 330  # letters of the names in one
_FEW: Final = 8
"""So many names are said beside a reason; the call list has all."""
_IN_GROUP: Final = 400


def status(turn: Turn, owed: Owed) -> list[Outgoing]:
    """Who owes, by duty kept apart (design §3), and what was done about it."""
    return in_messages(_status_lines(turn, owed))


def _status_lines(turn: Turn, owed: Owed) -> Iterator[str]:
    past = owed.today > owed.period.due
    yield turn.text_of("chasing.head_past" if past else "chasing.head", **_period(turn, owed))
    if owed.spot.kind:
        yield turn.text_of("chasing.only_kind", kind=kind_name(turn, owed.spot.kind))
    if owed.is_frozen:
        yield turn.text_of("chasing.frozen")
    by_duty = [_duty_line(turn, owed, duty) for duty in DUTIES]
    yield from [line for line in by_duty if line] or [turn.text_of("chasing.nobody")]
    yield from _marked(turn, owed)
    yield from _followed(turn, owed)
    if owed.ended:
        names = [
            turn.text_of("chasing.ended_told", unit=one.name) if one.has_reported else one.name
            for one in owed.ended
        ]
        yield turn.text_of("chasing.ended", names=listed(turn, names))


def _period(turn: Turn, owed: Owed) -> dict[str, str]:
    return {"period": owed.title, "due": periods.say_due(turn.house.texts, owed.period)}


def kind_name(turn: Turn, kind: str) -> str:
    key = f"chasing.kind_{kind}"
    return turn.text_of(key) if key in turn.house.texts else kind


def _duty_line(turn: Turn, owed: Owed, duty: str) -> str:
    """Exempt units are in neither figure; they have a line of their own."""
    mine = [one for one in owed.obligations if one.duty == duty]
    done = [one for one in mine if one.has_reported]
    left = [one for one in mine if one.is_open]
    if not done and not left:
        return ""
    values: dict[str, Any] = {"done": len(done), "of": len(done) + len(left), "left": len(left)}
    if duty == "encouraged":
        invited = sum(owed.times(one.unit.id) > 0 for one in mine)
        if not done and not invited:
            return ""
        return turn.text_of("chasing.line_encouraged", done=len(done), of=invited)
    if not left:
        return turn.text_of(f"chasing.line_{duty}_all", **values)
    names = listed(turn, [one.name for one in left])
    return turn.text_of(f"chasing.line_{duty}", names=names, **values)


def _marked(turn: Turn, owed: Owed) -> Iterator[str]:
    groups = {
        "sent_late": [one.name for one in owed.obligations if was_late(owed, one)],
        "claimed": [one.name for one in owed.claimed],
        "returned": _named(owed.obligations, Standing.RETURNED),
        "paper": _named(owed.obligations, Standing.PAPER),
        "exempt": _named(owed.obligations, Standing.EXEMPT),
        "extended": [
            _with_day(turn, owed, one) for one in owed.open_ones if one.due > owed.period.due
        ],
    }
    for key, names in groups.items():
        if names:
            yield turn.text_of(f"chasing.{key}", names=listed(turn, names))


def _named(obligations: Iterable[Obligation], standing: Standing) -> list[str]:
    return [one.name for one in obligations if one.standing is standing]


def was_late(owed: Owed, one: Obligation) -> bool:
    """By the mark that sending set; said of nobody who was only asked kindly (design §5)."""
    return one.duty == "required" and one.report is not None and one.report.id in owed.late


def _followed(turn: Turn, owed: Owed) -> Iterator[str]:
    """How often was reminded, and who must be phoned."""
    if not owed.open_ones:
        return
    times = [count for one in owed.obligations if (count := owed.times(one.unit.id))]
    if times:
        yield turn.text_of("chasing.reminded", units=len(times), most=max(times))
    else:
        yield turn.text_of("chasing.not_reminded")
    lost = {one.name: why for one in owed.open_ones if (why := owed.who(one.unit.id).lost(turn))}
    if lost:
        yield turn.text_of("chasing.lost", count=len(lost), names=by_reason(turn, lost))


def by_reason(turn: Turn, lost: Mapping[str, str]) -> str:
    """A name and why -> each reason once; many names of one reason are only counted."""
    groups: dict[str, list[str]] = {}
    for name, why in lost.items():
        groups.setdefault(why, []).append(name)
    return "; ".join(
        turn.text_of("chasing.lost_many", why=why, count=len(names))
        if len(names) > _FEW
        else f"{why}: {', '.join(names)}"
        for why, names in groups.items()
    )


def listed(scene: Scene, names: Sequence[str], *, most: int = _LINE) -> str:
    """As many names as there is room for, and how many more there are."""
    room, shown = most, 0
    for name in names:
        room -= len(name) + 2
        if room < 0 and shown:
            break
        shown += 1
    joined = ", ".join(names[:shown])
    if shown == len(names):
        return joined
    return f"{joined} {scene.text_of('chasing.and_more', count=len(names) - shown)}"


# --- one unit ------------------------------------------------------------------------------------


def standing_name(turn: Turn, one: Obligation, owed: Owed) -> str:
    if one.is_claimed:
        return turn.text_of("chasing.standing_claimed")
    suffix = "_overdue" if one.standing is Standing.OWES and one.is_overdue(owed.today) else ""
    return turn.text_of(f"chasing.standing_{one.standing}{suffix}")


def mark_name(turn: Turn, mark: duty_marks.MarkInfo) -> str:
    return turn.text_of(f"chasing.mark_{mark.kind}")


def reminded(turn: Turn, owed: Owed, unit_id: int) -> str:
    found = owed.reminded.get(unit_id)
    if found is None:
        return turn.text_of("chasing.calls_not_reminded")
    day = found.last.astimezone(turn.house.timezone).date()
    return turn.text_of("chasing.calls_reminded", times=found.times, day=f"{day.day}/{day.month}")


# --- to paste into the group ---------------------------------------------------------------------


def for_group(turn: Turn, owed: Owed) -> str:
    """Short and courteous, units only: who sent is thanked, nobody is called late.

    One text, however long: it is there to be copied.

    A report that was returned did come: what it lacks is between the office and its unit.
    """
    lines = [turn.text_of("chasing.sample")] if turn.house.sample else []
    lines += [
        turn.text_of("chasing.group_head", period=owed.title, commune=owed.commune),
        turn.text_of("chasing.group_due", due=_period(turn, owed)["due"]),
    ]
    sent = [
        one.name
        for one in owed.obligations
        if one.has_reported or one.standing is Standing.RETURNED
    ]
    if sent:
        names = listed(turn, sent, most=_IN_GROUP)
        lines.append(turn.text_of("chasing.group_thanks", count=len(sent), names=names))
    asked = _asked_in_group(turn, owed)
    if not asked and not owed.claimed:
        asked = [turn.text_of("chasing.group_all")]
    lines += asked
    return "\n".join([*lines, turn.text_of("chasing.group_how")])


def _asked_in_group(turn: Turn, owed: Owed) -> list[str]:
    """Who has sent nothing yet, each with its own day; who says it did is not asked in public."""
    lines = []
    for duty in ("required", "requested"):
        left = [
            _with_day(turn, owed, one)
            for one in owed.open_ones
            if one.duty == duty and one.standing is Standing.OWES and not one.is_claimed
        ]
        names = listed(turn, left, most=_IN_GROUP)
        if left:
            lines.append(turn.text_of(f"chasing.group_{duty}", count=len(left), names=names))
    return lines


def _with_day(turn: Turn, owed: Owed, one: Obligation) -> str:
    if one.due <= owed.period.due:
        return one.name
    return turn.text_of("chasing.until_day", unit=one.name, day=say_date(one.due))
