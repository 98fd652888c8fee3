"""A new reporter for a unit that has none, or none that can be reached: an invite to forward."""

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.office.chasing import front
from handlers.office.chasing.owed import Owed
from handlers.office.owing import Obligation
from handlers.roles import Denied, MadeInvite, NeedsUnit, NotFound, make_invite, role_name
from handlers.roles.service import VALID

_ROLE = "reporter"


async def invite(turn: Turn, owed: Owed, one: Obligation) -> Outcome:
    """The code is said this once: only keyed hashes of it are kept (T03)."""
    try:
        made = await make_invite(
            turn.tx,
            role=_ROLE,
            unit_id=one.unit.id,
            by=turn.actor,
            now=turn.now,
            entropy=turn.entropy,
            keyed_hash=turn.keyed_hash,
            valid=VALID,
        )
    except (Denied, NotFound, NeedsUnit):
        return await front.home(turn, owed.spot, turn.message("chasing.may_not_invite"))
    return await front.home(turn, owed.spot, *_said(turn, owed, one, made))


def _said(turn: Turn, owed: Owed, one: Obligation, made: MadeInvite) -> list[Outgoing]:
    values = {"role": role_name(turn, made.role, one.unit.kind), "unit": one.name}
    last_day = words.say_date(made.expires_at.astimezone(turn.house.timezone).date())
    code = made.codes.typed
    said = [
        turn.message("chasing.invited", until=last_day, **values),
        turn.message("chasing.invitation", code=code, commune=owed.commune, **values),
    ]
    if turn.house.telegram_link:
        link = f"{turn.house.telegram_link}{made.codes.secret}"
        said.append(turn.message("chasing.invitation_link", link=link, **values))
    return said
