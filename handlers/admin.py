"""/quantri: roles, invites, who has not joined, locking accounts, health (T12-T16, U18)."""

from datetime import timedelta
from itertools import accumulate
from typing import Final

from handlers import contacts, places, words
from handlers.flow import Flow, Outcome, Step, Turn
from handlers.messages import Choice, Outgoing
from handlers.roles import conversation as taking
from handlers.roles import locking, service
from handlers.roles.saying import post, role_name, who
from storage import health, memory, roles, units
from storage.roles import Holder
from storage.units import UnitInfo

PAGE: Final = 4  # and "more": never above five choices (U3)
ROOM_FOR_NAMES: Final = 350  # characters: the whole stays below 500 (U1)
HEALTH_OF: Final = timedelta(days=1)

flow = Flow(
    "admin",
    allow={"admin"},
    command="/quantri",
    words=("quan tri", "quan ly vai tro"),
    menu="menu.admin",
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    return _menu(turn)


def _menu(turn: Turn, *before: Outgoing) -> Outcome:
    choices = [f"admin.{key}" for key in ("roles", "invite", "missing", "accounts", "more")]
    return turn.ask("admin.menu", hear=choose, choices=choices, draft={}, before=before)


@flow.step()
async def choose(turn: Turn) -> Outcome:
    match turn.choice:
        case "roles" | "accounts":
            return await _list(turn, purpose=turn.choice, after=0)
        case "invite":
            return _ask_role(turn)
        case "missing":
            lost = await contacts.unreachable(turn, _communes(turn))
            return _menu(turn, await _missing(turn), *([lost] if lost else []))
        case "health":
            return _menu(turn, await _health(turn))
        case "recordings" | "posters" | "page":
            turn.text = ""
            return Outcome().then(turn.choice)
        case "more":
            keys = ("health", "page", "recordings", "posters", "begin")
            further = [f"admin.{key}" for key in keys]
            return turn.ask("admin.menu", hear=choose, choices=further, draft={})
        case _:
            return _menu(turn)


def _communes(turn: Turn) -> tuple[int, ...]:
    return service.communes_of(turn.actor.grants, "admin")


# --- roles and accounts --------------------------------------------------------------------------


async def _list(turn: Turn, *, purpose: str, after: int) -> Outcome:
    found = await roles.holders(turn.tx, _communes(turn), after=after, limit=PAGE + 1)
    if not found:
        return _menu(turn, turn.message("admin.no_more"))
    choices = [Choice(str(one.role_id), await _line(turn, one)) for one in found[:PAGE]]
    if len(found) > PAGE:
        choices.append(Choice("more", turn.text_of("admin.more")))
    draft = {"purpose": purpose, "after": after}
    return turn.ask(f"admin.pick_{purpose}", hear=pick_holder, choices=choices, draft=draft)


async def _line(turn: Turn, holder: Holder) -> str:
    since = holder.since.astimezone(turn.house.timezone)
    known_as = await who(turn, holder.person_id, holder.name)
    text_id = "admin.line_locked" if holder.is_suspended else "admin.line"
    return turn.text_of(text_id, post=post(turn, holder), who=known_as, since=f"{since:%d/%m/%Y}")


@flow.step()
async def pick_holder(turn: Turn) -> Outcome:
    purpose, after = str(turn.draft["purpose"]), int(turn.draft["after"])
    if turn.choice == "more":
        return await _list(turn, purpose=purpose, after=after + PAGE)
    holder = await roles.holder(turn.tx, int(turn.choice))
    if holder is None or holder.commune_id not in _communes(turn):
        return _menu(turn, turn.message("roles.not_found"))
    if holder.canonical_id == turn.actor.canonical_id:  # nobody edits their own grants (A4)
        return _menu(turn, turn.message("admin.not_yourself"))
    if purpose == "roles":
        return await _confirm(turn, holder, "revoke", safe="keep", hear=revoke)
    if holder.is_suspended:
        return await _confirm(turn, holder, "unlock", safe="keep_locked", hear=unlock)
    return await _confirm(turn, holder, "lock", safe="keep", hear=lock)


async def _confirm(turn: Turn, holder: Holder, act: str, *, safe: str, hear: Step) -> Outcome:
    """The consequence in one sentence, the safe choice first (U18)."""
    return turn.ask(
        f"admin.ask_{act}",
        hear=hear,
        choices=(f"admin.{safe}", f"admin.{act}"),
        draft={"role": holder.role_id},
        post=post(turn, holder),
        who=await who(turn, holder.person_id, holder.name),
    )


@flow.step(exact=("revoke",))
async def revoke(turn: Turn) -> Outcome:
    if turn.choice != "revoke":
        return _menu(turn, turn.message("admin.kept"))
    return _menu(turn, await taking.end_role(turn, int(turn.draft["role"])))


@flow.step(exact=("lock",))
async def lock(turn: Turn) -> Outcome:
    if turn.choice != "lock":
        return _menu(turn, turn.message("admin.kept"))
    return _menu(turn, await lock_holder(turn, int(turn.draft["role"])))


async def lock_holder(turn: Turn, role_id: int) -> Outgoing:
    """Lock the accounts behind a grant as this turn's actor; what is said of it."""
    try:
        locked = await locking.suspend(turn.tx, role_id, by=turn.actor, now=turn.now)
    except (service.NotFound, service.Denied):
        return turn.message("roles.not_found")
    said = turn.message("admin.locked", post=post(turn, locked.holder))
    for person in locked.admins:
        key = f"role:{role_id}:locked:{turn.now.isoformat()}:{person}"
        turn.tell(person, said, key=key)
    return said


@flow.step(exact=("unlock",))
async def unlock(turn: Turn) -> Outcome:
    if turn.choice != "unlock":
        return _menu(turn, turn.message("admin.kept_locked"))
    return _menu(turn, await unlock_holder(turn, int(turn.draft["role"])))


async def unlock_holder(turn: Turn, role_id: int) -> Outgoing:
    """Unlock them; the roles end, and who held them hears of it."""
    try:
        ended = await locking.unsuspend(turn.tx, role_id, by=turn.actor, now=turn.now)
    except (service.NotFound, service.Denied):
        return turn.message("roles.not_found")
    for one in ended:
        taking.announce_end(turn, one)
    return turn.message("admin.unlocked")


# --- inviting ------------------------------------------------------------------------------------


def _ask_role(turn: Turn) -> Outcome:
    mine = [grant.role for grant in turn.actor.grants]
    allowed = [
        role for role in service.ROLES if any(role in service.MAY_GRANT.get(m, ()) for m in mine)
    ]
    choices = [Choice(role, role_name(turn, role, "")) for role in allowed]
    return turn.ask("admin.ask_role", hear=pick_role, choices=choices)


@flow.step()
async def pick_role(turn: Turn) -> Outcome:
    among = await _candidates(turn, turn.choice)
    if len(among) == 1:
        return await _invite(turn, turn.choice, among[0])
    name = role_name(turn, turn.choice, "")
    return turn.ask("admin.ask_unit", hear=read_unit, draft={"role": turn.choice}, role=name)


async def _candidates(turn: Turn, role: str) -> list[UnitInfo]:
    """Communes for the roles of a whole commune, else the units below them."""
    mine, whole = _communes(turn), role in service.WHOLE_COMMUNE
    known = await units.listed(turn.tx, on=turn.today)
    return [u for u in known if u.commune_id in mine and (u.id == u.commune_id) == whole]


@flow.step(reads="name")
async def read_unit(turn: Turn) -> Outcome:
    role = str(turn.draft["role"])
    among = await _candidates(turn, role)
    found = places.find(turn.text, among)
    if not found:
        return turn.ask_again("admin.unit_unclear")
    if len(found) == 1:
        return await _invite(turn, role, found[0])
    shown = places.shown(among)
    choices = [Choice(unit.code, shown[unit.code]) for unit in found]
    return turn.ask("admin.which_unit", hear=pick_unit, choices=choices)


@flow.step()
async def pick_unit(turn: Turn) -> Outcome:
    role = str(turn.draft["role"])
    unit = next((u for u in await _candidates(turn, role) if u.code == turn.choice), None)
    if unit is None:
        return _menu(turn, turn.message("admin.unit_unclear"))
    return await _invite(turn, role, unit)


async def _invite(turn: Turn, role: str, unit: UnitInfo) -> Outcome:
    return _menu(turn, *await invitation(turn, role, unit.id))


async def invitation(turn: Turn, role: str, unit_id: int) -> list[Outgoing]:
    """Make an invite as this turn's actor; the messages to pass on, or why there are none."""
    try:
        made = await service.make_invite(
            turn.tx,
            role=role,
            unit_id=unit_id,
            by=turn.actor,
            now=turn.now,
            entropy=turn.entropy,
            keyed_hash=turn.keyed_hash,
        )
    except (service.Denied, service.NotFound, service.NeedsUnit):
        return [turn.message("admin.may_not_invite")]
    last_day = made.expires_at.astimezone(turn.house.timezone).date()
    values = {"role": role_name(turn, role, made.place.kind), "unit": made.place.name}
    said = [
        turn.message("admin.invited", until=words.say_date(last_day), **values),
        turn.message("admin.invitation", code=made.codes.typed, **values),
    ]
    if turn.house.telegram_link:
        link = f"{turn.house.telegram_link}{made.codes.secret}"
        said.append(turn.message("admin.invitation_link", link=link, **values))
    return said


# --- who has not joined, health ------------------------------------------------------------------


async def _missing(turn: Turn) -> Outgoing:
    missing = await roles.not_joined(turn.tx, _communes(turn), on=turn.today)
    if not missing:
        return turn.message("admin.all_joined")
    shown = places.shown(await units.listed(turn.tx, on=turn.today))
    names = _fitting([shown[place.code] for place in missing])
    rest = len(missing) - len(names)
    more = f" {turn.text_of('admin.and_more', rest=rest)}" if rest else ""
    listed = ", ".join(names)
    return turn.message("admin.not_joined", count=len(missing), names=listed, more=more)


def _fitting(names: list[str]) -> list[str]:
    """As many of the names as one message has room for."""
    lengths = accumulate(len(name) + 2 for name in names)
    return [name for name, so_far in zip(names, lengths, strict=True) if so_far <= ROOM_FOR_NAMES]


async def _health(turn: Turn) -> Outgoing:
    wall = turn.now - await memory.clock_offset(turn.tx)
    seen = await health.look(turn.tx, since=wall - HEALTH_OF)
    late = max(wall - seen.oldest, timedelta(0)) if seen.oldest else timedelta(0)
    return turn.message(
        "admin.health_is",
        minutes=int(late.total_seconds() // 60),
        quarantined=seen.quarantined,
        waiting=seen.waiting,
        sent=words.say_number(seen.sent),
        failed=seen.failed,
        uncertain=seen.uncertain,
    )
