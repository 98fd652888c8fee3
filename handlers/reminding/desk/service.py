"""The rules of holding reminders back: for the chat, the page and jobs alike.

All of it happens in the caller's transaction, and rights are those of this very moment (A3, T41).
"""

from handlers.flow import Scene
from handlers.reminding.desk import naming
from handlers.roles import Denied, desk_role
from storage import audit, reminder_pauses, roles, units
from storage.people import Actor


class NotFound(Exception):
    """No such unit, thing or pause in this commune, or no longer; nothing was written (T13)."""


async def pause(scene: Scene, commune_id: int, *, unit_id: int, about: str, by: Actor) -> bool:
    """Hold back one thing ("" = everything) of one unit (0 = all); False if it is already.

    Raises `Denied`, `NotFound`.
    """
    role = await _role(scene, by, commune_id)
    if about and about not in await naming.things(scene, commune_id):
        raise NotFound
    unit = await units.by_id(scene.tx, unit_id, on=scene.today) if unit_id else None
    if unit_id and (unit is None or unit.commune_id != commune_id or unit.id == commune_id):
        raise NotFound
    made = await reminder_pauses.make(
        scene.tx,
        commune_id=commune_id,
        unit_id=unit_id or None,
        about=about,
        by=by.person_id,
        now=scene.now,
    )
    if made is None:
        return False
    after: dict[str, object] = {"pause": made, "unit": unit_id or None, "about": about}
    await _record(scene, by, role, "reminders.paused", commune_id, after)
    return True


async def resume(scene: Scene, commune_id: int, pause_id: int, *, by: Actor) -> bool:
    """Let it go on from now; False if somebody else did. Raises `Denied`, `NotFound`."""
    role = await _role(scene, by, commune_id)
    if await reminder_pauses.of_commune(scene.tx, pause_id) != commune_id:
        raise NotFound
    ended = await reminder_pauses.end(
        scene.tx, pause_id, commune_id=commune_id, by=by.person_id, now=scene.now
    )
    if ended:
        await _record(scene, by, role, "reminders.resumed", commune_id, {"pause": pause_id})
    return ended


async def _role(scene: Scene, by: Actor, commune_id: int) -> str:
    """The role at that commune's desk; raises `Denied`."""
    role = desk_role(await roles.held_by(scene.tx, by.canonical_id), commune_id)
    if not role:
        raise Denied
    return role


async def _record(
    scene: Scene, by: Actor, role: str, action: str, commune_id: int, after: dict[str, object]
) -> None:
    await audit.record(
        scene.tx,
        by=by,
        role=role,
        action=action,
        about=f"unit:{commune_id}",
        now=scene.now,
        after=after,
    )
