"""/lienket: one person on two apps, by six digits typed in the other (T03, T15, T18, U18)."""

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from handlers import household, naming, words
from handlers.detours import between, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Notice, Outgoing
from handlers.roles import cools_down, post, refuse_code
from handlers.roles.service import admins_of
from handlers.statistics.figures import whole_modules
from storage import audit, completions, linking, roles, ways
from storage.linking import Offer

VALID: Final = timedelta(minutes=10)
_DIGITS: Final = 6
_TRIES: Final = 5
_CODE: Final = re.compile(r"(?:[lL][_ ]?)?(\d{3})[ .-]?(\d{3})")
_IN_WORDS: Final = re.compile(
    r"(?:lien ?ket|ma(?: lien ket| noi)?)?(?: la)?[ :]*(\d{3}[ .-]?\d{3})"
)
_BARE: Final = re.compile(r"\d{3}[ .-]?\d{3}")
_UNDO: Final = re.compile(r"(?:go|huy|bo|cat) (?:lien ket|noi)\b")
_TELEGRAM: Final = "telegram"

flow = Flow(
    "linking",
    allow=EVERYONE,
    command="/lienket",
    words=(
        *("lien ket", "noi ung dung", "noi hai ung dung", "noi tai khoan", "lien ket tai khoan"),
        *("ma lien ket", "nhap ma lien ket"),
        *("go lien ket", "huy lien ket", "bo lien ket"),
    ),
    menu="linking.name",
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text` is a payload, what was typed behind the command, or nothing."""
    if _BARE.fullmatch(turn.event.text.strip()):
        return _ask_whether_code(turn)
    if typed := _IN_WORDS.fullmatch(words.fold(turn.text)):
        return await _enter(turn, typed[1])
    if turn.text.lower().startswith("l_") or _CODE.fullmatch(turn.text):
        return await _enter(turn, turn.text)
    if _UNDO.match(words.fold(turn.event.text)) and await _is_linked(turn):
        return between(await _ask_undo(turn))
    return between(await _menu(turn))


async def _menu(turn: Turn) -> Outcome:
    keys = ["linking.give", "linking.enter", "linking.share"]
    if await _is_linked(turn):
        keys.insert(2, "linking.undo")
    return turn.ask("linking.menu", hear=choose, choices=keys, draft={})


async def _is_linked(turn: Turn) -> bool:
    return len(await linking.group(turn.tx, turn.actor.person_id)) > 1


@flow.step(exact=("undo",))
async def choose(turn: Turn) -> Outcome:
    match turn.choice:
        case "give":
            return await _give(turn)
        case "enter":
            return turn.ask("linking.ask_code", hear=read_code)
        case "undo":
            return await _ask_undo(turn)
        case _:
            return await household.ask(turn)


# --- a code --------------------------------------------------------------------------------------


def _hash(turn: Turn, code: str) -> str:
    return turn.keyed_hash(f"link|{code}")


async def _give(turn: Turn) -> Outcome:
    code = await _new_code(turn)
    said = [
        turn.message("linking.code", code=code, command=flow.command),
        turn.message("linking.code_secret"),
    ]
    if turn.house.telegram_link and turn.actor.channel != _TELEGRAM:
        link = f"{turn.house.telegram_link}l_{code}"
        said.insert(1, turn.message("linking.code_link", link=link))
    return resume(turn, flow.name, *said)


async def _new_code(turn: Turn) -> str:
    """Six digits that nobody else holds now. Only their keyed hash is kept (T03)."""
    for _ in range(_TRIES):
        number = int.from_bytes(turn.entropy(8), "big") % 10**_DIGITS
        code = f"{number:0{_DIGITS}d}"
        is_ours = await linking.issue(
            turn.tx,
            code_hash=_hash(turn, code),
            person_id=turn.actor.person_id,
            account_id=turn.actor.account_id,
            now=turn.now,
            expires_at=turn.now + VALID,
        )
        if is_ours:
            return code
    raise RuntimeError("no free code among a million")


def _ask_whether_code(turn: Turn) -> Outcome:
    """Six digits out of the blue: a wrong code costs a try, so it is asked first (T03)."""
    code = turn.event.text.strip()
    keys, draft = ("linking.is_no_code", "linking.is_code"), {"typed": code}
    asked = turn.ask("linking.ask_is_code", hear=is_code, choices=keys, draft=draft, code=code)
    return between(asked)


@flow.step(exact=("is_code",))
async def is_code(turn: Turn) -> Outcome:
    if turn.choice == "is_code":
        return await _enter(turn, str(turn.draft["typed"]))
    return resume(turn, flow.name, turn.message("linking.no_code"))


@flow.step(reads="number")
async def read_code(turn: Turn) -> Outcome:
    if not _CODE.fullmatch(turn.text):
        return turn.ask_again("linking.code_unclear")
    return await _enter(turn, turn.text)


async def _enter(turn: Turn, text: str) -> Outcome:
    """Ask before anything is joined; wrong, used, expired and one's own sound the same (T03)."""
    if await cools_down(turn.tx, turn.actor.account_id, now=turn.now):
        return turn.aside("roles.cool_down")
    typed = _CODE.fullmatch(text)
    code = "".join(typed.groups()) if typed else ""
    offer = await linking.live(turn.tx, _hash(turn, code), now=turn.now) if code else None
    if offer is None or not await _can_join(turn, offer):
        return await refuse_code(turn, "linking.no_such_code")
    return between(
        turn.ask(
            "linking.confirm",
            hear=decide,
            choices=("linking.apart", "linking.same"),
            draft={"code": offer.id},
            who=await naming.known_as(turn, offer.person_id, offer.account_id),
            also=await naming.roles_too(turn, offer),
            here=await naming.who_is_here(turn),
        )
    )


async def _can_join(turn: Turn, offer: Offer) -> bool:
    """False for oneself, for two people of one phone, and while either is locked (T15)."""
    mine = await linking.group(turn.tx, turn.actor.person_id)
    if offer.account_id == turn.actor.account_id or offer.person_id in mine:
        return False
    theirs = await linking.group(turn.tx, offer.person_id)
    if await linking.share_a_phone(turn.tx, mine, theirs):
        return False
    return not await linking.is_locked(turn.tx, [*mine, *theirs])


# --- joining -------------------------------------------------------------------------------------


@flow.step(exact=("same",))
async def decide(turn: Turn) -> Outcome:
    if turn.choice != "same":
        return resume(turn, flow.name, turn.message("linking.kept_apart"))
    code = int(turn.draft["code"])
    offer = await linking.spend(turn.tx, code, by=turn.actor.person_id, now=turn.now)
    link = await _join(turn, offer) if offer is not None else None
    if offer is None or link is None:
        return resume(turn, flow.name, turn.message("linking.no_such_code"))
    await _record(turn, "person.linked", turn.actor.person_id, offer.person_id)
    await household.read_again(turn)
    await _tell_other_side(turn, offer, link)
    await _tell_admins(turn, link)
    app = await naming.app(turn, offer.account_id)
    return resume(turn, flow.name, turn.message("linking.joined", app=app))


async def _join(turn: Turn, offer: Offer) -> int | None:
    """The new link; None if by now the two cannot be one, as nobody can change before we commit."""
    both = (turn.actor.person_id, offer.person_id)
    await linking.hold(turn.tx, both)
    if not await _can_join(turn, offer):
        return None
    joined = await linking.join(turn.tx, *both, now=turn.now)
    await _count_again(turn, both)
    return joined


async def _record(turn: Turn, action: str, *persons: int) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="",
        action=action,
        about=f"account:{turn.actor.account_id}",
        now=turn.now,
        after={"persons": sorted(persons)},
    )


async def _tell_other_side(turn: Turn, offer: Offer, link: int) -> None:
    """Where the code was shown it can be said: that was not me (T02's way)."""
    app = await naming.app(turn, turn.actor.account_id)
    keys = ("linking.right", "linking.not_me")
    asked = turn.message("linking.joined_ask", choices=keys, app=app)
    ask = Outgoing(asked.text, choices=asked.choices, notice=Notice(flow.name, "judge", str(link)))
    account = offer.account_id
    turn.tell(offer.person_id, ask, key=f"link:{link}:{account}", account_id=account)


async def _tell_admins(turn: Turn, link: int) -> None:
    """A role that can be used from one more app is news for all admins (A4)."""
    app = await naming.app(turn, turn.actor.account_id)
    me = turn.actor.canonical_id
    for holder in await roles.holders_of(turn.tx, me):
        told = turn.message("linking.role_joined", post=post(turn, holder), app=app)
        for person in await admins_of(turn.tx, holder.commune_id, besides=me):
            turn.tell(person, told, key=f"role:{holder.role_id}:link:{link}:{person}")


async def _count_again(turn: Turn, persons: Collection[int]) -> None:
    """What modules these humans have completed, now that it is another who is who."""
    modules = whole_modules(turn.house.lessons)
    await completions.refresh(turn.tx, persons, modules)


@flow.step(exact=("not_me",))
async def judge(turn: Turn) -> Outcome:
    """The other side's answer; `turn.about` is the link, whoever of the phone presses (T13)."""
    link = await linking.find(turn.tx, int(turn.about))
    ends = (link.a, link.b) if link is not None and link.is_open else ()
    here = await linking.behind(turn.tx, turn.actor.account_id, among=ends)
    if link is None or not here:
        return turn.aside("linking.already_apart")
    if turn.choice != "not_me":
        return turn.aside("linking.judged_right")
    await linking.cut(turn.tx, link, now=turn.now)
    await _count_again(turn, ends)
    await _record(turn, "person.unlinked", *ends)
    await _parted(turn, here[0], link.b if link.a in here else link.a)
    return turn.aside("linking.parted")


async def _parted(turn: Turn, gone: int, other: int) -> None:
    """Tell the human on the other side who is gone, and go on as who this is now.

    By the key it is found again and forgotten with who is gone (`storage.shown`).
    """
    app = await naming.app(turn, turn.actor.account_id)
    told = turn.message("linking.parted_other", app=app)
    turn.tell(other, told, key=f"unlink:{gone}:{turn.now.isoformat()}:{other}")
    await household.read_again(turn)


# --- taking this app out -------------------------------------------------------------------------


async def _ask_undo(turn: Turn) -> Outcome:
    found = await ways.to(turn.tx, [turn.actor.person_id])
    here = turn.actor.account_id
    others = [door for door in found.get(turn.actor.person_id, []) if door.account_id != here]
    apps = ", ".join([await naming.app(turn, door.account_id) for door in others])
    return turn.ask(
        "linking.ask_undo",
        hear=undo,
        choices=("linking.keep", "linking.undo_now"),
        apps=apps or turn.text_of("linking.other_app"),
    )


@flow.step(exact=("undo_now",))
async def undo(turn: Turn) -> Outcome:
    """Only this app leaves; the others stay one person."""
    if turn.choice != "undo_now":
        return resume(turn, flow.name, turn.message("linking.kept"))
    together = await linking.group(turn.tx, turn.actor.person_id)
    here = await linking.behind(turn.tx, turn.actor.account_id, among=together)
    if not await linking.part(turn.tx, here, now=turn.now):
        return resume(turn, flow.name, turn.message("linking.already_apart"))
    await _count_again(turn, together)
    await _record(turn, "person.unlinked", *here)
    left = [person for person in together if person not in here]
    await _parted(turn, here[0], left[0])
    return resume(turn, flow.name, turn.message("linking.parted"))
