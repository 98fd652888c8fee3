"""Who holds which role, who has not joined, and whom nothing reaches (T12-T16, W5).

Roles are changed where it is begun here and confirmed in the chat; nobody changes their own (A4).
"""

from dataclasses import dataclass
from typing import Final

from bot.web.admin.visit import ADMIN, DESK, Answer, Missing, Moved, Route, Section, Shown, Visit
from handlers import contacts, places
from handlers.roles import service
from handlers.roles.saying import post, role_name, who
from storage import roles, units
from storage.roles import Holder

_MOST: Final = 500
_ACTS: Final = {"thu-hoi": "role.end", "khoa": "account.lock", "mo-khoa": "account.unlock"}
_ASKED: Final = {"thu-hoi": "ask_revoke", "khoa": "ask_lock", "mo-khoa": "ask_unlock"}


@dataclass(frozen=True, slots=True)
class Line:
    """One grant as it is shown."""

    holder: Holder
    post: str
    who: str
    is_mine: bool


async def show(visit: Visit) -> Answer:
    turn, communes = visit.turn, (visit.commune_id,)
    holders = await roles.holders(turn.tx, communes, limit=_MOST)
    lines = [
        Line(
            one,
            post(turn, one),
            await who(turn, one.person_id, one.name),
            one.canonical_id == turn.actor.canonical_id,
        )
        for one in holders
    ]
    missing = await roles.not_joined(turn.tx, communes, on=turn.today)
    listed = await units.listed(turn.tx, on=turn.today)
    mine = [unit for unit in listed if unit.commune_id == visit.commune_id]
    names = places.shown(mine)
    lost = await contacts.unreachable(turn, communes)
    values = {
        "lines": lines,
        "missing": [names[one.code] for one in missing],
        "lost": lost.text if lost else "",
        "may_change": visit.may(ADMIN),
        "invitable": [(role, role_name(turn, role, "")) for role in _invitable(visit)],
        "units": [(unit.id, names[unit.code]) for unit in mine],
    }
    return Shown("people.html", values)


def _invitable(visit: Visit) -> list[str]:
    """Roles that this person may give in this commune (A4)."""
    held = [g.role for g in visit.turn.actor.grants if g.commune_id == visit.commune_id]
    return [one for one in service.ROLES if any(one in service.MAY_GRANT.get(h, ()) for h in held)]


async def begin(visit: Visit) -> Answer:
    """Ask in the chat whether it shall be done."""
    act, turn = visit.match["act"], visit.turn
    holder = await roles.holder(turn.tx, visit.id("role"))
    if act not in _ACTS or holder is None or holder.commune_id != visit.commune_id:
        raise Missing
    if holder.canonical_id == turn.actor.canonical_id:
        return Moved(visit.link("/nguoi"), turn.text_of("admin.not_yourself"))
    known_as = await who(turn, holder.person_id, holder.name)
    question = turn.text_of(f"admin.{_ASKED[act]}", post=post(turn, holder), who=known_as)
    await visit.confirm(_ACTS[act], {"role": holder.role_id}, question)
    return Moved(visit.link("/nguoi"), turn.text_of("page_people.asked"))


async def invite(visit: Visit) -> Answer:
    """An invite is made where it is confirmed, and comes there, ready to be passed on."""
    turn, role = visit.turn, visit.form.get("role", "")
    unit = visit.form.get("unit", "")
    place = await roles.place(turn.tx, int(unit)) if unit.isdecimal() and len(unit) < 18 else None
    if role not in _invitable(visit) or place is None or place.commune_id != visit.commune_id:
        return Moved(visit.link("/nguoi"), turn.text_of("admin.may_not_invite"))
    if (role in service.WHOLE_COMMUNE) != place.is_commune:
        return Moved(visit.link("/nguoi"), turn.text_of("page_people.wrong_place"))
    question = turn.text_of(
        "page_people.ask_invite", role=role_name(turn, role, place.kind), unit=place.name
    )
    await visit.confirm("role.invite", {"role": role, "unit": place.id}, question)
    return Moved(visit.link("/nguoi"), turn.text_of("page_people.asked"))


SECTION: Final = Section(
    "page_people.title",
    "page.group_house",
    (
        Route("GET", "/nguoi", DESK, show),
        Route("POST", "/nguoi/moi", DESK, invite),
        Route("POST", "/nguoi/{role}/{act}", ADMIN, begin),
    ),
)
