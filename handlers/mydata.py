"""/dulieu: see, correct, download, withdraw, delete one's own data, at once (P4, P5, T54)."""

from typing import Final

from handlers import household, mydata_seen, places, words
from handlers.documents import tables
from handlers.files import carrying
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.roles import LastAdmin, announce_end, give_up_all
from handlers.statistics import news
from storage import audit, dossier, erase, files, households, nudges, people, units

LEARNING: Final = frozenset(
    {"learning", "reminders", "naming", "ticket", news.PURPOSE, nudges.PURPOSE}
)
"""Purposes that a person withdraws here; a role's own ends with the role."""
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

flow = Flow(
    "mydata",
    allow=EVERYONE,
    command="/dulieu",
    words=("du lieu cua toi", "xoa du lieu", "xoa het", "xoa tai khoan", "thong tin cua toi"),
    menu="menu.mydata",
)


_ACTS = ("see", "correct", "download", "withdraw", "erase", "home")


@flow.entry
async def begin(turn: Turn) -> Outcome:
    return _menu(turn)


def _menu(turn: Turn, *before: Outgoing) -> Outcome:
    choices = [f"mydata.{key}" for key in _ACTS]
    return turn.ask("mydata.menu", hear=choose, choices=choices, draft={}, before=before)


@flow.step(exact=("withdraw", "erase"))
async def choose(turn: Turn) -> Outcome:
    match turn.choice:
        case "see":
            return _menu(turn, *await mydata_seen.seen(turn))
        case "correct":
            return _ask_what(turn)
        case "download":
            return await _download(turn)
        case "withdraw":
            return _ask_withdraw(turn)
        case "home":
            return Outcome().then("menu")
        case _:
            return await _ask_erase(turn)


# --- see and download ----------------------------------------------------------------------------


async def _download(turn: Turn) -> Outcome:
    """The whole of it as text that can be copied, and as a file where one can be fetched."""
    await _recorded(turn, "data.downloaded")
    told = await mydata_seen.all_of_it(turn)
    return _menu(turn, *told, await _as_file(turn, told))


async def _as_file(turn: Turn, told: list[Outgoing]) -> Outgoing:
    """The same lines as a table: what was told is what is in the file."""
    if not turn.house.file_address:
        return turn.message("mydata.copy")
    lines = "\n".join(message.text for message in told).splitlines()
    cells = [[part.strip() for part in line.partition(":")[::2]] for line in lines]
    table = tables.csv_of(cells)
    kind = tables.MEDIA_TYPE
    file = await files.keep(
        turn.tx, name="du-lieu-cua-toi.csv", media_type=kind, body=table, now=turn.now
    )
    return carrying(turn, "mydata.file", file_id=file)


async def _recorded(turn: Turn, action: str) -> str:
    """Write the act; the receipt code that belongs to it (P4)."""
    code = "".join(_LETTERS[byte % len(_LETTERS)] for byte in turn.entropy(4))
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="",
        action=action,
        about=f"person:{turn.actor.canonical_id}",
        now=turn.now,
        after={"receipt": code},
    )
    return code


# --- correct -------------------------------------------------------------------------------------


def _ask_what(turn: Turn) -> Outcome:
    keys = ("mydata.name", "mydata.hamlet", "mydata.back")
    return turn.ask("mydata.what", hear=pick_what, choices=keys)


@flow.step()
async def pick_what(turn: Turn) -> Outcome:
    needed = {"name": {"learning", "role"}, "hamlet": {"learning"}}.get(turn.choice)
    if needed is not None and not needed & turn.actor.consents:  # P3: each purpose by itself
        return _menu(turn, turn.message("mydata.no_consent"))
    match turn.choice:
        case "name":
            return turn.ask("mydata.ask_name", hear=read_name)
        case "hamlet":
            return turn.ask("mydata.ask_hamlet", hear=read_hamlet)
        case _:
            return _menu(turn)


@flow.step(reads="name")
async def read_name(turn: Turn) -> Outcome:
    name = words.clean_name(turn.text)
    if name is None:
        return turn.ask_again("mydata.name_unclear")
    await people.rename(turn.tx, turn.actor.person_id, name=name, folded=words.fold(name))
    await _recorded(turn, "data.corrected")
    return _menu(turn, turn.message("mydata.renamed", name=name))


@flow.step(reads="number")
async def read_hamlet(turn: Turn) -> Outcome:
    """A number is the hamlet's own number (design §3)."""
    among = await units.hamlets(turn.tx, on=turn.today)
    found = places.find(turn.text, among)
    if not found:
        return turn.ask_again("mydata.hamlet_unclear")
    if len(found) == 1:
        return await _move(turn, found[0].code)
    shown = places.shown(among)
    choices = [Choice(unit.code, shown[unit.code]) for unit in found]
    return turn.ask("mydata.which_hamlet", hear=pick_hamlet, choices=choices)


@flow.step()
async def pick_hamlet(turn: Turn) -> Outcome:
    return await _move(turn, turn.choice)


async def _move(turn: Turn, code: str) -> Outcome:
    """Moving keeps the old counts: attempts carry the hamlet of their time (design §5)."""
    among = await units.hamlets(turn.tx, on=turn.today)
    unit = next((unit for unit in among if unit.code == code), None)
    if unit is None:
        return _menu(turn, turn.message("mydata.hamlet_unclear"))
    await people.settle_in(turn.tx, turn.actor.person_id, unit_id=unit.id)
    turn.now_lives_in(unit.id)
    await _recorded(turn, "data.corrected")
    return _menu(turn, turn.message("mydata.moved", hamlet=places.shown(among)[code]))


# --- withdraw ------------------------------------------------------------------------------------


def _ask_withdraw(turn: Turn) -> Outcome:
    if turn.actor.consents.isdisjoint(LEARNING):
        return _menu(turn, turn.message("mydata.no_consent"))
    keys = ["mydata.keep_consent", "mydata.withdraw_now"]
    if news.PURPOSE in turn.actor.consents:  # each purpose by itself (P3)
        keys.append("news.stop_only")
    if nudges.PURPOSE in turn.actor.consents:
        keys.append("nudges.stop_nudges")
    return turn.ask("mydata.ask_withdraw", hear=withdraw, choices=keys)


@flow.step(exact=("withdraw_now", "stop_only", "stop_nudges"))
async def withdraw(turn: Turn) -> Outcome:
    if turn.choice == "stop_only":
        await news.withdraw(turn)
        code = await _recorded(turn, "consent.withdrawn")
        return _menu(turn, turn.message("news.stop_only_done", code=f"RD-{code}"))
    if turn.choice == "stop_nudges":
        await dossier.withdraw(
            turn.tx, turn.actor.canonical_id, purposes={nudges.PURPOSE}, now=turn.now
        )
        code = await _recorded(turn, "consent.withdrawn")
        return _menu(turn, turn.message("nudges.stop_nudges_done", code=f"RD-{code}"))
    if turn.choice != "withdraw_now":
        return _menu(turn, turn.message("mydata.kept"))
    me = turn.actor.canonical_id
    await dossier.withdraw(turn.tx, me, purposes=LEARNING, now=turn.now)
    code = await _recorded(turn, "consent.withdrawn")
    return turn.say("mydata.withdrawn", code=f"RD-{code}")


# --- delete --------------------------------------------------------------------------------------


async def _ask_erase(turn: Turn) -> Outcome:
    held = await mydata_seen.roles_of(turn)
    also = f" {turn.text_of('mydata.roles_end', roles=held)}" if held else ""
    keys = ("mydata.keep_all", "mydata.erase_now")
    return turn.ask("mydata.ask_erase", hear=erase_all, choices=keys, also=also)


@flow.step(exact=("erase_now",))
async def erase_all(turn: Turn) -> Outcome:
    """At once, for every linked app (P5)."""
    if turn.choice != "erase_now":
        return _menu(turn, turn.message("mydata.kept"))
    return await erase_now(turn)


async def erase_now(turn: Turn) -> Outcome:
    """Erase who speaks, without a question; the phone is the next member's, else a stranger's."""
    me = turn.actor.canonical_id
    members = await households.members(turn.tx, turn.actor.account_id)
    try:
        ended = await give_up_all(turn.tx, turn.actor, now=turn.now)
    except LastAdmin:
        return _menu(turn, turn.message("mydata.last_admin"))
    for one in ended:
        announce_end(turn, one)
    code = await _recorded(turn, "data.erased")
    await erase.erase(turn.tx, me, keyed_hash=turn.keyed_hash, now=turn.now)
    await household.speak_as_chosen(turn)
    said = turn.message("mydata.erased", code=f"XD-{code}")
    if all(one.canonical_id == me for one in members):
        return Outcome((said,))
    return Outcome((said, household.who_speaks(turn)), aside=True)


# --- the platform says so ------------------------------------------------------------------------


withdrawal = Flow("withdrawal", allow=EVERYONE)


@withdrawal.entry
async def withdraw_all(turn: Turn) -> Outcome:
    """Everybody of this account, because who speaks at that moment is chance.

    Whoever came later and can be reached elsewhere only leaves this phone.
    """
    account = turn.actor.account_id
    owner, *others = await households.members(turn.tx, account)
    for one in others:
        if await households.other_accounts(turn.tx, one.person_id, besides=account):
            await households.remove(turn.tx, account, one.person_id, now=turn.now)
    outcome = Outcome()
    for one in (*others, owner):
        if await households.choose(turn.tx, account, one.person_id, now=turn.now):
            await household.speak_as_chosen(turn)
            outcome = await erase_now(turn)
    return outcome
