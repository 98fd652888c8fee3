"""How roles and their holders are named to people (T16)."""

from handlers.flow import Scene, Turn
from storage import units, ways
from storage.roles import Holder


def name_id(role: str, unit_kind: str) -> str:
    """Text id of a role's name: "Trưởng xóm", but "Người đứng đầu đơn vị" of a school."""
    if role == "head" and unit_kind == units.HAMLET:
        return "roles.name_head_of_hamlet"
    return f"roles.name_{role}"


def role_name(scene: Scene, role: str, unit_kind: str) -> str:
    return scene.text_of(name_id(role, unit_kind))


def post(turn: Turn, holder: Holder) -> str:
    """Say a grant: "Trưởng xóm - Xóm 5"."""
    return f"{role_name(turn, holder.role, holder.unit_kind)} - {holder.unit_name}"


async def who(turn: Turn, person_id: int, name: str) -> str:
    """Name, platform and the end of the account's number; a name alone proves nothing (T16)."""
    name = name or turn.text_of("roles.nameless")
    channel, _, ending = (await ways.last_four(turn.tx, person_id)).partition(" ")
    if not ending:
        return name
    known_as = turn.house.texts.get(f"roles.channel_{channel}", channel)
    return f"{name} ({known_as} {ending})"
