"""Right before a learning nudge is sent: is it still wanted, and what does it say (R17, R18)."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from handlers.flow import Scene
from handlers.nudges import due, saying
from handlers.reminding.claiming import Claimed, Falls, Verdict, Waits, addressed, leads_to
from storage import linking, nudges
from storage.nudges import PREFIX

__all__ = ["PREFIX", "fresh"]

_LISTENS: Final = timedelta(minutes=5)


async def fresh(scene: Scene, claimed: Collection[Claimed]) -> dict[str, Verdict]:
    """Key -> what becomes of each message."""
    humans = {one.key: await linking.human_of(scene.tx, one.person_id) for one in claimed}
    asked = set(humans.values())
    wanted = await nudges.still(scene.tx, asked, now=scene.now, today=scene.today)
    told = await due.told(scene, asked)
    verdicts: dict[str, Verdict] = {}
    for one in claimed:
        human = humans[one.key]
        if human not in wanted or not await leads_to(scene, one, human):
            verdicts[one.key] = Falls("not wanted")
        elif {key for key in told.get(human, ()) if not key.startswith(PREFIX)}:
            verdicts[one.key] = Falls("enough today")
        else:
            verdicts[one.key] = await _said(scene, one, human)
    return verdicts


async def _said(scene: Scene, one: Claimed, human: int) -> Verdict:
    upcoming = await due.next_lesson(scene, human)
    if upcoming is None:
        return Falls("nothing left")
    if await due.is_talking(scene, human):
        return Waits(scene.now + _LISTENS)  # until its hour is over
    message = saying.message(scene, human, upcoming.lesson, is_begun=upcoming.is_begun)
    return await addressed(scene, one, message)
