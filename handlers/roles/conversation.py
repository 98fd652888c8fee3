"""Taking a role with a one-time code, and what everybody concerned is told (T02, T03, A4)."""

import hashlib
from typing import Final

from handlers import words
from handlers.detours import between, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Notice, Outgoing
from handlers.roles import service, taking
from handlers.roles.codes import hashes_of
from handlers.roles.saying import post, role_name, who
from handlers.roles.service import Ended
from handlers.roles.taking import Granted
from storage import invites, people, roles
from storage.invites import InviteInfo

CONSENT_VERSION: Final = 1

flow = Flow("roles", allow=EVERYONE)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text` is the code, in either spelling."""
    return await accept_invite(turn, turn.text)


async def accept_invite(turn: Turn, code: str) -> Outcome:
    """Ask whether to take the role of this code; wrong, used and expired sound the same (T03)."""
    if turn.actor.is_suspended:
        return turn.aside("roles.no_such_code")
    if await service.cools_down(turn.tx, turn.actor.account_id, now=turn.now):
        return turn.aside("roles.cool_down")
    hashes = hashes_of(code, turn.keyed_hash)
    invite = await invites.open_one(turn.tx, hashes, now=turn.now)
    if invite is not None:
        return await _offer(turn, invite)
    me = turn.actor.canonical_id
    if await invites.taken_before(turn.tx, hashes, canonical_id=me):
        return turn.aside("roles.taken_by_you")
    return await refuse_code(turn, "roles.no_such_code")


async def refuse_code(turn: Turn, said: str, *, kind: str = "") -> Outcome:
    """Count a wrong code; say `said`, whatever was wrong with it, until it cools down (T03).

    `kind` "session": a villager's slip, of which no admin has to know.
    """
    if not await service.wrong_code(turn.tx, turn.actor, kind=kind, now=turn.now):
        return turn.aside(said)
    if kind:
        return turn.aside("roles.cool_down")
    hour = turn.now.strftime("%Y%m%d%H")
    for person in await roles.all_admins(turn.tx):
        turn.tell(person, turn.message("roles.codes_tried"), key=f"codes:{hour}:{person}")
    return turn.aside("roles.cool_down")


async def _offer(turn: Turn, invite: InviteInfo) -> Outcome:
    """One question before anything is stored about the person: it is the consent too (P2)."""
    held = await roles.held_by(turn.tx, turn.actor.canonical_id)
    name = role_name(turn, invite.role, invite.unit_kind)
    if any((grant.role, grant.unit_id) == (invite.role, invite.unit_id) for grant in held):
        return turn.aside("roles.have_it", role=name, unit=invite.unit_name)
    return between(
        turn.ask(
            "roles.offer",
            hear=decide,
            choices=("roles.take", "roles.decline"),
            draft={"invite": invite.id},
            role=name,
            unit=invite.unit_name,
        )
    )


@flow.step(exact=("take",))
async def decide(turn: Turn) -> Outcome:
    if turn.choice != "take":
        return resume(turn, flow.name, turn.message("roles.declined"))
    granted = await taking.take(turn.tx, turn.draft["invite"], by=turn.actor, now=turn.now)
    if granted is None:
        return resume(turn, flow.name, turn.message("roles.no_such_code"))
    await _agreed(turn)
    await _announce(turn, granted)
    holder = granted.holder
    welcome = turn.message("roles.welcome", post=post(turn, holder))
    return resume(turn, flow.name, welcome, *_new_doors(turn, holder.role))


async def _agreed(turn: Turn) -> None:
    shown = str(turn.state.offered.get("text", ""))
    await people.consent(
        turn.tx,
        turn.actor,
        purpose="role",
        version=CONSENT_VERSION,
        text_hash=hashlib.sha256(shown.encode()).hexdigest(),
        now=turn.now,
    )
    name = words.clean_name(turn.event.name) or ""
    await service.name_if_none(turn.tx, turn.actor, name=name, folded=words.fold(name))


def _new_doors(turn: Turn, role: str) -> list[Outgoing]:
    """The conversations that this role opens, named as the menu names them."""
    opened = [f for f in turn.house.flows if f.allow != EVERYONE and role in f.allow and f.menu]
    named = ", ".join(f"{turn.text_of(f.menu)} ({f.command})" for f in opened)
    return [turn.message("roles.can_now", doors=named)] if named else []


async def _announce(turn: Turn, granted: Granted) -> None:
    """The issuer may still say "not this one"; without an issuer any admin may (T02, A4)."""
    holder = granted.holder
    values = await _joined(turn, granted)
    is_handed = granted.handed_by is not None
    asked = "handover.joined_ask" if is_handed else "roles.joined_ask"
    question = turn.message(asked, choices=("roles.right", "roles.wrong"), **values)
    notice = Notice(flow.name, "judge", str(holder.role_id))
    ask = Outgoing(question.text, choices=question.choices, notice=notice)
    issuers = (granted.issuer,) if granted.issuer is not None else granted.admins
    for person in issuers:
        turn.tell(person, ask, key=f"role:{holder.role_id}:joined:{person}")
    for person in granted.admins:
        if person not in issuers:
            told = turn.message("roles.joined", **values)
            turn.tell(person, told, key=f"role:{holder.role_id}:joined:{person}")
    if (giver := granted.handed_by) is not None:  # may judge nobody any more, so is only told
        told = turn.message("handover.passed", **values)
        turn.tell(giver.person_id, told, key=f"role:{giver.role_id}:ended:{giver.person_id}")


async def _joined(turn: Turn, granted: Granted) -> dict[str, str]:
    """Who took which post, and from whom; a name alone proves nothing (T16)."""
    holder, giver = granted.holder, granted.handed_by
    name = turn.actor.name or words.clean_name(turn.event.name) or ""
    return {
        "who": await who(turn, holder.person_id, name),
        "post": post(turn, holder),
        "giver": await who(turn, giver.person_id, giver.name) if giver else "",
    }


@flow.step(exact=("wrong",))
async def judge(turn: Turn) -> Outcome:
    """The issuer's answer to "is this the right person?"; `turn.about` is the grant (T13)."""
    if turn.choice != "wrong":
        return turn.aside("roles.judged_right")
    return Outcome((await end_role(turn, int(turn.about)),), aside=True)


async def end_role(turn: Turn, role_id: int) -> Outgoing:
    """End a role as this turn's actor; what is said of it, to the actor."""
    try:
        ended = await service.revoke(turn.tx, role_id, by=turn.actor, now=turn.now)
    except (service.NotFound, service.Denied):
        return turn.message("roles.not_found")
    except service.LastAdmin:
        return turn.message("roles.last_admin")
    announce_end(turn, ended)
    return turn.message("roles.ended", post=post(turn, ended.holder))


def announce_end(turn: Turn, ended: Ended) -> None:
    """Tell the person, and all admins, without a name (A4)."""
    holder = ended.holder
    key = f"role:{holder.role_id}:ended"
    values = {"post": post(turn, holder)}
    if holder.canonical_id != turn.actor.canonical_id and not holder.is_suspended:
        told = turn.message("roles.ended_you", **values)
        turn.tell(holder.person_id, told, key=f"{key}:{holder.person_id}")
    for person in ended.admins:
        if person != holder.person_id:
            turn.tell(person, turn.message("roles.ended_by", **values), key=f"{key}:{person}")
