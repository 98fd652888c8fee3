"""Handing one's duty over to the successor by a one-time code (T02, T14, A4, U18).

Until the code is taken the giver keeps the duty and may take the code back.
"""

from datetime import datetime

from handlers import words
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice, Outgoing
from handlers.roles import taking
from handlers.roles.saying import post, role_name
from handlers.roles.service import Denied, MadeInvite, NotFound
from handlers.roles.taking import HANDED_OVER
from storage import invites, roles
from storage.roles import Holder

flow = Flow(
    "handover",
    allow=HANDED_OVER,
    words=("ban giao", "ban giao nhiem vu", "nguoi khac lam thay"),
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    held = await roles.holders_of(turn.tx, turn.actor.canonical_id)
    mine = [one for one in held if one.role in HANDED_OVER]
    if not mine:
        return turn.say("handover.nothing").then("menu")
    if len(mine) == 1:
        return await _about(turn, mine[0])
    choices = [Choice(str(one.role_id), post(turn, one)) for one in mine[:MAX_CHOICES]]
    return turn.ask("handover.which", hear=which, choices=choices)


@flow.step()
async def which(turn: Turn) -> Outcome:
    try:
        return await _about(turn, await taking.own(turn.tx, int(turn.choice), by=turn.actor))
    except NotFound:
        return turn.say("handover.nothing").then("menu")


async def _about(turn: Turn, holder: Holder) -> Outcome:
    """What handing over means, the safe choice first; or the code that is on its way already."""
    waiting = await invites.handing_over(turn.tx, holder.role_id, now=turn.now)
    if waiting:
        return _ask_waits(turn, holder, max(waiting.values()))
    return turn.ask(
        "handover.ask",
        hear=sure,
        choices=("handover.keep", "handover.hand"),
        draft={"role": holder.role_id},
        post=post(turn, holder),
    )


@flow.step(exact=("hand",), no="keep")
async def sure(turn: Turn) -> Outcome:
    if turn.choice != "hand":
        return turn.say("handover.kept").then("menu")
    role_id = int(turn.draft.get("role", 0))
    try:
        holder = await taking.own(turn.tx, role_id, by=turn.actor)
        made = await taking.hand_over(
            turn.tx,
            role_id,
            by=turn.actor,
            now=turn.now,
            entropy=turn.entropy,
            keyed_hash=turn.keyed_hash,
        )
    except (NotFound, Denied):
        return turn.say("handover.nothing").then("menu")
    return _ask_waits(turn, holder, made.expires_at, *_invitation(turn, made))


def _invitation(turn: Turn, made: MadeInvite) -> list[Outgoing]:
    """What is passed on to the successor: as an admin's invite is."""
    place = made.place
    values = {"role": role_name(turn, made.role, place.kind), "unit": place.name}
    said = [
        turn.message("handover.made", **values),
        turn.message("handover.invitation", code=made.codes.typed, **values),
    ]
    if turn.house.telegram_link:
        link = f"{turn.house.telegram_link}{made.codes.secret}"
        said.append(turn.message("handover.invitation_link", link=link, **values))
    return said


def _ask_waits(turn: Turn, holder: Holder, until: datetime, *before: Outgoing) -> Outcome:
    last_day = until.astimezone(turn.house.timezone).date()
    return turn.ask(
        "handover.waits",
        hear=waits,
        choices=("handover.leave", "handover.take_back"),
        draft={"role": holder.role_id},
        before=before,
        post=post(turn, holder),
        until=words.say_date(last_day),
    )


@flow.step(exact=("take_back",), yes="leave")
async def waits(turn: Turn) -> Outcome:
    if turn.choice != "take_back":
        return turn.say("handover.left").then("menu")
    role_id = int(turn.draft.get("role", 0))
    try:
        is_back = await taking.take_back(turn.tx, role_id, by=turn.actor, now=turn.now)
    except NotFound:
        return turn.say("handover.nothing").then("menu")
    return turn.say("handover.taken_back" if is_back else "handover.too_old").then("menu")
