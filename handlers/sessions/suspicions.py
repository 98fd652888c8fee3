"""What about a closed session a person should look at; nothing is ever taken off it (T44)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from handlers import words
from handlers.activities.service import OFFICE
from handlers.flow import Turn
from handlers.messages import Notice, Outgoing
from handlers.roles import once_each
from storage import activities, roles, sessions, units
from storage.activities import ActivityInfo

CROWD: Final = 30
"""More than so many within an hour are worth a look at how they answered."""
WITHIN: Final = timedelta(hours=1)
SAME_HEADS: Final = 20
LAST: Final = 3
A_DAY: Final = 3

Moments = Sequence[tuple[datetime, Sequence[datetime]]]
"""For each who joined: when, and when each of the answers came, in order."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known about a session when it is closed."""

    joined: int
    heads: int | None
    adults: int | None
    """Of the hamlets that took part; None = not known of every one."""
    heads_before: Sequence[int | None] = ()
    """Of the last sessions there, newest first."""
    closed_today: int = 1
    """By whoever closed this one, this one among them."""
    moments: Moments = ()


def suspicions(seen: Seen) -> tuple[str, ...]:
    """Return the kinds of what looks odd, each also the end of the id of its sentence."""
    heads, adults = seen.heads or 0, seen.adults
    last = list(seen.heads_before[:LAST])
    odd = {
        "many_joined": adults is not None and seen.joined > adults,
        "many_heads": adults is not None and heads * 5 > adults * 6,
        "same_rhythm": _same_rhythm(seen.moments),
        "same_heads": heads >= SAME_HEADS and last == [heads] * LAST,
        "many_sessions": seen.closed_today > A_DAY,
    }
    return tuple(kind for kind, is_odd in odd.items() if is_odd)


def _same_rhythm(moments: Moments) -> bool:
    """More than a crowd that joined within an hour and answered in the same seconds."""
    by_rhythm: dict[tuple[int, ...], list[datetime]] = {}
    for joined, answers in moments:
        if len(answers) > 1:  # one answer has no rhythm
            by_rhythm.setdefault(_rhythm(answers), []).append(joined)
    return any(_is_crowd(sorted(joined)) for joined in by_rhythm.values())


def _rhythm(answers: Sequence[datetime]) -> tuple[int, ...]:
    """Whole seconds from the first answer to each of the others."""
    first = answers[0].replace(microsecond=0)
    return tuple(int((at.replace(microsecond=0) - first).total_seconds()) for at in answers[1:])


def _is_crowd(joined: Sequence[datetime]) -> bool:
    return any(last - first <= WITHIN for first, last in zip(joined, joined[CROWD:], strict=False))


# --- at the closing of a session -----------------------------------------------------------------


async def mark(turn: Turn, info: ActivityInfo) -> None:
    """Note what looks odd, and tell the officers that there is something, once a day at most."""
    kinds = suspicions(await _seen(turn, info))
    for kind in kinds:
        await activities.flag(turn.tx, info.id, kind, now=turn.now)
    if kinds:
        await _tell_officers(turn, info)


async def _seen(turn: Turn, info: ActivityInfo) -> Seen:
    midnight = datetime.combine(turn.today, time(), turn.house.timezone)
    me, after = turn.actor.canonical_id, midnight + timedelta(days=1)
    is_crowd = info.joined > CROWD
    return Seen(
        joined=info.joined,
        heads=info.heads,
        adults=await adults_of(turn, info),
        heads_before=await sessions.heads_before(
            turn.tx, info.unit_id, besides=info.id, limit=LAST
        ),
        closed_today=await sessions.closed_by(turn.tx, me, since=midnight, until=after),
        moments=await sessions.moments(turn.tx, info.id) if is_crowd else (),
    )


async def adults_of(turn: Turn, info: ActivityInfo) -> int | None:
    """The adults of all who took part; None if of one of them the number is not known."""
    known = await units.adults_on(turn.tx, on=turn.today)
    numbers = [known.get(unit) for unit in info.units]
    return None if None in numbers else sum(number or 0 for number in numbers)


async def _tell_officers(turn: Turn, info: ActivityInfo) -> None:
    desk = await roles.holding(turn.tx, info.commune_id, OFFICE)
    me = turn.actor.canonical_id
    asked = turn.message("flags.something", choices=("flags.look", "flags.later"))
    notice = Notice("flags", "take_up", str(info.commune_id))
    message = Outgoing(asked.text, choices=asked.choices, notice=notice)
    day = turn.today.isoformat()
    for person in once_each(one for one in desk if one.canonical_id != me):
        turn.tell(person, message, key=f"flags:{info.commune_id}:{day}:{person}")


def figures(info: ActivityInfo, *, adults: int | None) -> dict[str, str]:
    """What the sentences of the flags speak of."""
    return {
        "joined": words.say_number(info.joined),
        "heads": words.say_number(info.heads or 0),
        "adults": words.say_number(adults or 0),
    }
