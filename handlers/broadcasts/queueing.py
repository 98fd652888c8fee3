"""The next people of a broadcast, asked again right before their messages are made (R17)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.broadcasts import hours, saying, service
from handlers.broadcasts.audience import Audience
from handlers.broadcasts.reckoning import known_units, why_not
from handlers.flow import Mail, Scene
from handlers.messages import Outgoing
from handlers.roles import DESK, communes_of, once_each
from storage import audiences, broadcast_people, broadcasts, linking, memory, roles
from storage.audiences import Asked
from storage.broadcasts import KIND, BroadcastInfo


class Made(NamedTuple):
    """What is the same for everybody of a broadcast."""

    message: Outgoing
    asked: Asked


class Batch(NamedTuple):
    mails: tuple[Mail, ...] = ()
    last: int = 0
    """The last person that was looked at."""
    is_over: bool = False
    """Nobody is left who can be told now."""
    made: Made | None = None


_OVER = Batch(is_over=True)


async def batch(scene: Scene, number: int, *, before: Batch, most: int) -> Batch:
    """The messages for the next people behind those of `before`; what is decided is noted here."""
    if not hours.is_open(scene):
        return _OVER
    info = await broadcasts.begin(scene.tx, number, now=scene.now)
    if info is None:
        return _OVER
    if not await _somebody_answers_for(scene, info):
        return Batch(await _call_off(scene, info), is_over=True)
    people = await broadcast_people.next_people(
        scene.tx, number, after=before.last, now=scene.now, limit=most
    )
    if not people:
        return _OVER
    made = before.made or await _make(scene, info)
    wanted = await _still_wanted(scene, info, made.asked, people)
    queued = await broadcast_people.note_queued(scene.tx, number, wanted, now=scene.now)
    mails = _mails(info, made.message, sorted(queued))
    return Batch(mails, people[-1], len(people) < most, made)


async def _make(scene: Scene, info: BroadcastInfo) -> Made:
    asked = await asked_of(scene, info)
    return Made(await saying.letter(scene, info.commune_id, info.text, info.code), asked)


async def asked_of(scene: Scene, info: BroadcastInfo) -> Asked:
    """For whom it is, in the units of today."""
    known = await known_units(scene, info.commune_id)
    return Audience.load(info.audience).asked(info.commune_id, known, scene.house.lessons)


async def _somebody_answers_for(scene: Scene, info: BroadcastInfo) -> bool:
    """Whether its maker, or who approved it, is at that desk still (T14, T41)."""
    for person in (info.made_by, info.approved_by):
        if person is not None:
            human = await linking.human_of(scene.tx, person)
            grants = await roles.held_by(scene.tx, human)
            if info.commune_id in communes_of(grants, *DESK):
                return True
    return False


async def _call_off(scene: Scene, info: BroadcastInfo) -> tuple[Mail, ...]:
    wall = scene.now - await memory.clock_offset(scene.tx)
    await broadcasts.stop(scene.tx, info.id, by=None, now=scene.now, wall=wall)
    desk = await service.colleagues(scene, info.commune_id, besides=0)
    said = scene.message("broadcasts.called_off", code=info.code, words=saying.short(info.text))
    key = f"broadcast:{info.id}:called_off"
    return tuple(Mail(person, said, f"{key}:{person}") for person in once_each(desk))


# --- who of them ---------------------------------------------------------------------------------


async def _still_wanted(
    scene: Scene, info: BroadcastInfo, asked: Asked, people: Sequence[int]
) -> list[int]:
    """Those who are told now; all the others of them are left out or put off."""
    left_out = await _left_out(scene, info, asked, people)
    for reason in sorted(set(left_out.values())):
        some = [one for one, why in left_out.items() if why == reason]
        await broadcast_people.note_queued(scene.tx, info.id, some, now=scene.now, left_out=reason)
    wanted = [one for one in people if one not in left_out]
    since = await hours.day_began(scene)
    later = await audiences.told_since(scene.tx, wanted, since=since)
    if later:
        until = hours.next_day(scene)
        await broadcast_people.put_off(scene.tx, info.id, later, until=until)
    return [one for one in wanted if one not in later]


async def _left_out(
    scene: Scene, info: BroadcastInfo, asked: Asked, people: Sequence[int]
) -> Mapping[int, str]:
    """Person -> why there is no message after all."""
    if info.starts_at is None or scene.now > info.starts_at + hours.LIVES:
        return dict.fromkeys(people, "late")
    humans = await audiences.humans_of(scene.tx, people)
    linked = {one for one in people if humans.get(one, one) != one}
    await broadcast_people.join_in(scene.tx, info.id, {humans[one] for one in linked})
    got = await broadcast_people.have_got(scene.tx, info.id, people)
    found = await audiences.candidates(scene.tx, asked, among=people)
    reasons = {one.person_id: why_not(one) for one in found}
    because = {one: reasons.get(one, "left") for one in people}
    because |= dict.fromkeys((*linked, *got), "linked")
    return {one: why for one, why in because.items() if why}


# --- what they are told --------------------------------------------------------------------------


def _mails(info: BroadcastInfo, message: Outgoing, people: Sequence[int]) -> tuple[Mail, ...]:
    if info.starts_at is None:
        return ()
    end = info.starts_at + hours.LIVES
    return tuple(
        Mail(one, message, broadcasts.key_of(info.id, one), kind=KIND, expires_at=end)
        for one in people
    )


async def finish(scene: Scene, number: int) -> tuple[Mail, ...]:
    """When everything of it is settled, tell its maker, once, by day (U11)."""
    if not hours.is_open(scene) or not await broadcast_people.is_settled(scene.tx, number):
        return ()
    if not await service.close(scene, number):
        return ()
    info = await broadcasts.find(scene.tx, number)
    if info is None or info.made_by is None:
        return ()
    said = await saying.report(scene, info)
    return (Mail(info.made_by, said, f"broadcast:{number}:report"),)
