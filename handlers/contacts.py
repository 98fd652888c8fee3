"""Who among the holders of roles cannot be told anything now: whom to phone (R13, design §5)."""

from collections import defaultdict
from typing import Final

from handlers import reach, words
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Outgoing
from handlers.roles import communes_of, post
from storage import roles, told

_ROOM: Final = 380  # characters of a list; the whole stays below 500 (U1)
_MOST: Final = 500  # people looked at

flow = Flow(
    "contacts",
    allow={"officer", "admin"},
    words=("ai khong nhan duoc tin", "khong nhan duoc tin", "ai khong nhan toi duoc"),
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    said = await unreachable(turn, communes_of(turn.actor.grants, "officer", "admin"))
    return Outcome((said or turn.message("call.everybody"),), aside=True)


async def unreachable(turn: Turn, communes: tuple[int, ...]) -> Outgoing | None:
    """Everybody with a role whom no app leads to now, by reason; None if there is nobody."""
    holders = await roles.holders(turn.tx, communes, limit=_MOST)
    once = {holder.person_id: holder for holder in holders if not holder.is_suspended}
    lost = {
        **await told.troubles(turn.tx, list(once)),
        **{person: why.name.lower() for person, why in (await reach.to_phone(turn, once)).items()},
    }
    by_reason: dict[str, list[str]] = defaultdict(list)
    for person, why in lost.items():
        reason = turn.text_of(f"call.{why}") if f"call.{why}" in turn.house.texts else why
        by_reason[reason].append(f"{post(turn, once[person])} ({once[person].name})")
    if not by_reason:
        return None
    lines = [f"- {reason}: {'; '.join(names)}" for reason, names in by_reason.items()]
    said = words.cut_list("\n".join(lines), _ROOM, sign=";")
    return turn.message("call.list", count=len(lost), lines=said)
