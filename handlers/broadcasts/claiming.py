"""Right before a message of a broadcast is sent: is this person still to be told, today (R17, U11).

The news of a hamlet take their place in the day by the same rule.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from handlers.broadcasts import hours
from handlers.broadcasts.queueing import asked_of
from handlers.broadcasts.reckoning import why_not
from handlers.flow import Scene
from handlers.reminding.claiming import Claimed, Falls, Verdict, Waits
from storage import audiences, broadcasts, news, ways
from storage.broadcasts import BroadcastInfo

PREFIXES: Final = (f"{broadcasts.KIND}:", f"{news.PURPOSE}:")
"""With which the keys begin that are asked about here."""
_GOES: Final = ("sending", "sent")


async def fresh(scene: Scene, claimed: Collection[Claimed]) -> dict[str, Verdict]:
    """Key -> what becomes of a message; those that go as they were written are left out."""
    if not claimed:
        return {}
    humans = await audiences.humans_of(scene.tx, {one.person_id for one in claimed})
    verdicts = await _parted(scene, claimed)
    for number, some in _by_broadcast(claimed).items():
        info = await broadcasts.find(scene.tx, number)
        if info is None or info.state not in _GOES:
            verdicts |= {one.key: Falls("stopped") for one in some}
        else:
            verdicts |= await _not_wanted(scene, info, some, humans)
    left = [one for one in claimed if one.key not in verdicts]
    return verdicts | await _not_today(scene, left, humans)


def _by_broadcast(claimed: Iterable[Claimed]) -> dict[int, list[Claimed]]:
    found: dict[int, list[Claimed]] = {}
    for one in claimed:
        kind, number, *_ = one.key.split(":")
        if kind == broadcasts.KIND:
            found.setdefault(int(number), []).append(one)
    return found


async def _not_wanted(
    scene: Scene, info: BroadcastInfo, some: Collection[Claimed], humans: Mapping[int, int]
) -> dict[str, Verdict]:
    """Who is not of the audience any more, has muted the bot, or is locked (T14, T15, P3)."""
    asked = await asked_of(scene, info)
    among = {humans[one.person_id] for one in some if one.person_id in humans}
    found = await audiences.candidates(scene.tx, asked, among=among)
    reasons = {one.person_id: why_not(one) for one in found}
    because = {one.key: reasons.get(humans.get(one.person_id, 0), "left") for one in some}
    return {key: Falls(why) for key, why in because.items() if why}


async def _not_today(
    scene: Scene, claimed: Collection[Claimed], humans: Mapping[int, int]
) -> dict[str, Verdict]:
    """Whoever heard something else meanwhile hears this the next day; nobody hears it twice."""
    since = await hours.day_began(scene)
    heard = await audiences.heard_since(scene.tx, set(humans.values()), since=since)
    undecided = {one.key for one in claimed}
    verdicts: dict[str, Verdict] = {}
    for one in claimed:
        others = heard.get(humans.get(one.person_id, 0), set()) - undecided
        undecided.remove(one.key)
        if any(_series(key) == _series(one.key) for key in others):
            verdicts[one.key] = Falls("linked")
        elif others:
            verdicts[one.key] = Waits(hours.next_day(scene))
    return verdicts


def _series(key: str) -> str:
    """The broadcast, or the issue of the news, without the person."""
    return key.rpartition(":")[0]


async def _parted(scene: Scene, claimed: Collection[Claimed]) -> dict[str, Verdict]:
    """Whose account leads to somebody else by now (P5)."""
    doors = await ways.to(scene.tx, {one.person_id for one in claimed})
    lead = {(person, door.account_id) for person, those in doors.items() for door in those}
    return {
        one.key: Falls("gone") for one in claimed if (one.person_id, one.account_id) not in lead
    }
