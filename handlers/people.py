"""Welcome, consent, hamlet: from a code to lesson 1 in at most three presses (design §1)."""

import hashlib
import re
from typing import Any, Final

from handlers import arriving, places, waiting, words
from handlers.conversation import TYPED_CODE
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Choice
from handlers.passing import place_code, session_code
from storage import households, people, units
from storage.units import UnitInfo

CONSENT_VERSION: Final = 1

WORDS: Final = (
    *("dong y luu", "xin chao", "chao"),
    *("doi xom", "chuyen xom", "sua xom", "nham xom", "sai xom", "ghi nham xom", "ghi sai xom"),
)
flow = Flow("people", allow=EVERYONE, command="/start", words=WORDS)

_PAYLOAD: Final = re.compile(r"(h|p|b|i|[lL])_([A-Za-z0-9_-]{1,62})")
_PLACEHOLDERS: Final = frozenset({"nguoi dung zalo", "zalo user", "nguoi dung", "user"})
_OTHER_HAMLET: Final = re.compile(r"\b(?:doi|chuyen|sua|nham|sai) xom\b")
_PUPIL: Final = re.compile(r"\bhoc sinh\b|\blop [1-9]\b")


@flow.entry
async def arrive(turn: Turn) -> Outcome:
    """`turn.text` is a payload, a code alone, a hamlet ("x5"), any first word, or nothing."""
    payload = _PAYLOAD.fullmatch(turn.text)
    kind = payload[1] if payload else ""
    if kind == "i" or (not payload and TYPED_CODE.fullmatch(turn.text)):
        return Outcome().then("roles")
    if kind.lower() == "l":
        return Outcome().then("linking")
    if kind == "b" or session_code(turn.text):
        return Outcome().then("joining")
    said = arriving.hamlet_said(turn.text)
    by_link = await _find(turn, payload[2]) if payload and kind == "h" else []
    found = [unit for unit, _ in by_link] or await arriving.find_hamlets(turn, turn.text)
    await arriving.note(turn, found)
    if turn.actor.has_consent:
        return await _welcome_back(turn, found, said=said)
    if turn.state.offered.get("minor"):
        return turn.ask("people.who", hear=of_age, choices=("people.young", "people.grown"))
    return await _ask_consent(turn, found or await _named_before(turn))


async def _named_before(turn: Turn) -> list[UnitInfo]:
    """The hamlet of the code, when a greeting came before the answer about storing."""
    if (turn.state.flow, turn.state.step) != (flow.name, "consent"):
        return []
    known = await units.hamlets(turn.tx, on=turn.today)
    return [unit for unit in known if unit.code in turn.draft.get("hamlets", [])]


@flow.step()
async def of_age(turn: Turn) -> Outcome:
    """Somebody said here to be under 16: the phone may be a parent's all the same (P6)."""
    if turn.choice != "grown":
        return turn.say("people.too_young").then(waiting.onward(turn))
    turn.state.offered.pop("minor", None)
    return await _ask_consent(turn, [])


# --- a session's code ----------------------------------------------------------------------------


async def ask_consent(turn: Turn, *, session: str, near: str) -> Outcome:
    """Ask somebody who came with a session's code; `near`: the hamlet where it is held, or ""."""
    kept = {"session": session, "near": near}
    if turn.state.offered.get("minor"):
        keys = ("people.young", "people.grown")
        return turn.ask("people.who", hear=of_age, choices=keys, draft=kept)
    return await _ask_consent(turn, await _named_before(turn), kept)


async def _find(turn: Turn, text: str) -> list[tuple[UnitInfo, bool]]:
    """The hamlets a text may mean, each with whether that is sure; [] for none.

    Searched inside the person's commune (design §7).
    """
    return places.meant(text, await units.hamlets(turn.tx, on=turn.today))


def full_name(unit: UnitInfo, among: list[UnitInfo]) -> str:
    """A hamlet's name; with its old commune where two have the same (design §5)."""
    twin = any(other.name == unit.name and other.id != unit.id for other in among)
    return unit.aliases[0] if twin and unit.aliases else unit.name


# --- consent -------------------------------------------------------------------------------------


async def _ask_consent(
    turn: Turn, found: list[UnitInfo], kept: dict[str, Any] | None = None
) -> Outcome:
    hamlet = f" {found[0].name}" if len(found) == 1 else ""
    commune = await _commune(turn, found)
    return turn.ask(
        "people.consent",
        hear=consent,
        choices=("people.agree", "people.decline"),
        draft={"hamlets": [unit.code for unit in found], **(kept or waiting.kept(turn))},
        before=[turn.message("people.welcome", hamlet=hamlet, commune=commune)],
        commune=commune,
    )


async def _commune(turn: Turn, found: list[UnitInfo]) -> str:
    settings = await units.settings_of(turn.tx, found[0].id if found else turn.actor.unit_id)
    return str(settings.get("name") or "xã")


@flow.step(reads="text")
async def consent(turn: Turn) -> Outcome:
    if not turn.choice:
        return await _consent_in_words(turn)
    if turn.choice == "decline":
        return turn.say("people.declined").then(waiting.onward(turn))
    return await _agree(turn)


async def _consent_in_words(turn: Turn) -> Outcome:
    """A child, a hamlet, or yes and no; going on talking is no consent (P2, P6, N13)."""
    folded = words.fold(turn.text)
    if words.says_under_age(turn.text, year=turn.today.year) or _PUPIL.search(folded):
        turn.state.offered["minor"] = True
        return turn.say("people.too_young").then(waiting.onward(turn))
    if place_code(folded):
        await arriving.note(turn, [])
        return await _ask_consent(turn, await _named_before(turn))
    if arriving.hamlet_said(turn.text):
        found = await arriving.find_hamlets(turn, turn.text)
        await arriving.note(turn, found)
        return (
            await _ask_consent(turn, found) if found else turn.ask_again("people.consent_unclear")
        )
    match words.read_yes_no(turn.text):
        case True:
            return await _agree(turn)
        case False:
            return turn.say("people.declined").then(waiting.onward(turn))
        case _:
            return turn.ask_again("people.consent_unclear")


async def _agree(turn: Turn) -> Outcome:
    shown = str(turn.state.offered.get("text", ""))
    await people.consent(
        turn.tx,
        turn.actor,
        purpose="learning",
        version=CONSENT_VERSION,
        text_hash=hashlib.sha256(shown.encode()).hexdigest(),
        now=turn.now,
    )
    turn.has_agreed()
    await waiting.attend(turn)
    if turn.actor.name:
        return await _find_home(turn)
    if turn.actor.chosen_at is not None:  # a shared phone: its name may be somebody else's
        return turn.ask("people.ask_name", hear=called)
    if shown_as := _shown_name(turn.event.name):
        await _rename(turn, shown_as)
    return await _find_home(turn)


def _shown_name(shown: str) -> str | None:
    """The platform's display name, unless it only says that there is none."""
    return None if words.fold(shown) in _PLACEHOLDERS else words.clean_name(shown)


async def _rename(turn: Turn, name: str) -> None:
    await people.rename(turn.tx, turn.actor.person_id, name=name, folded=words.fold(name))


@flow.step(reads="name")
async def called(turn: Turn) -> Outcome:
    """How the second person of a phone wants to be called: by this they are found again."""
    if words.says_unknown(turn.text):
        return await _find_home(turn)
    name = words.clean_name(turn.text)
    if name is None or not any(char.isalpha() for char in name):
        return turn.ask_again("people.name_unclear")
    await _rename(turn, name)
    return await _find_home(turn)


async def _find_home(turn: Turn) -> Outcome:
    """The hamlet of the code, or that of the household, which is only offered; else ask."""
    codes = list(turn.draft.get("hamlets", []))
    if codes or turn.actor.chosen_at is None or turn.actor.unit_id is not None:
        return await _settle_or_ask(turn, codes)
    members = await households.members(turn.tx, turn.actor.account_id)
    theirs = {member.unit_id for member in members if member.unit_id is not None}
    known = await units.hamlets(turn.tx, on=turn.today)
    offered = [unit for unit in known if unit.id in theirs]
    return _ask_which(turn, offered, known) if offered else await _settle_or_ask(turn, [])


async def _settle_or_ask(turn: Turn, codes: list[str]) -> Outcome:
    known = await units.hamlets(turn.tx, on=turn.today)
    meant = [unit for unit in known if unit.code in codes]
    if len(meant) == 1:
        return await _settle(turn, meant[0], known)
    if turn.actor.unit_id is not None and not meant:  # told on a linked app
        return turn.say(waiting.thanks(turn), hamlet="").then(waiting.onward(turn))
    if meant:
        return _ask_which(turn, meant, known)
    if not known:
        return turn.say(waiting.thanks(turn), hamlet="").then(waiting.onward(turn))
    near = [unit for unit in known if unit.code == turn.draft.get("near")]
    return _ask_which(turn, near, known) if near else turn.ask("people.hamlet", hear=hamlet)


# --- hamlet --------------------------------------------------------------------------------------


@flow.step(reads="number")
async def hamlet(turn: Turn) -> Outcome:
    """A number is the hamlet's own number (design §3)."""
    if words.says_unknown(turn.text):
        return turn.say("people.skipped").then(waiting.onward(turn))
    found = await _find(turn, turn.text)
    if not found:
        return turn.ask_again("people.hamlet_unclear")
    if not found[0][1]:
        known = await units.hamlets(turn.tx, on=turn.today)
        return _ask_which(turn, [unit for unit, _ in found], known)
    return await _settle_or_ask(turn, [found[0][0].code])


def _ask_which(turn: Turn, meant: list[UnitInfo], known: list[UnitInfo]) -> Outcome:
    choices = [Choice(unit.code, full_name(unit, known)) for unit in meant[:4]]
    one = len(choices) == 1
    none = Choice("none", turn.text_of("people.not_this" if one else "people.none_of_these"))
    asked = "people.this_hamlet" if one else "people.which_hamlet"
    return turn.ask(asked, hear=which_hamlet, choices=[*choices, none])


@flow.step()
async def which_hamlet(turn: Turn) -> Outcome:
    if turn.choice == "none":
        return turn.ask("people.hamlet", hear=hamlet)
    return await _settle_or_ask(turn, [turn.choice])


async def _settle(turn: Turn, unit: UnitInfo, known: list[UnitInfo]) -> Outcome:
    if turn.actor.unit_id not in (None, unit.id):
        return await _welcome_back(turn, [unit])
    await people.settle_in(turn.tx, turn.actor.person_id, unit_id=unit.id)
    turn.now_lives_in(unit.id)
    name = f" {full_name(unit, known)}"
    return turn.say(waiting.thanks(turn), hamlet=name).then(waiting.onward(turn))


# --- somebody we know ----------------------------------------------------------------------------


async def _welcome_back(turn: Turn, found: list[UnitInfo], *, said: str = "") -> Outcome:
    known = await units.hamlets(turn.tx, on=turn.today)
    if len(found) > 1:
        return _ask_which(turn, found, known)
    home = next((unit for unit in known if unit.id == turn.actor.unit_id), None)
    if not found and known and (said or _OTHER_HAMLET.search(words.fold(turn.event.text))):
        return turn.ask("people.hamlet_unclear" if said else "people.hamlet", hear=hamlet)
    if not found:
        name = f" {turn.actor.name}" if turn.actor.name else ""
        return turn.say("people.welcome_back", name=name).then("menu")
    new = found[0]
    if home is None:
        await people.settle_in(turn.tx, turn.actor.person_id, unit_id=new.id)
        return turn.say("people.settled", hamlet=full_name(new, known)).then("menu")
    if home.id == new.id:
        return turn.say("people.already_here", hamlet=full_name(home, known)).then("menu")
    old_name, new_name = full_name(home, known), full_name(new, known)
    return turn.ask(
        "people.move",
        hear=move,
        choices=(
            Choice("stay", turn.text_of("people.stay", old=old_name)),
            Choice("go", turn.text_of("people.go", new=new_name)),
        ),
        draft={"old": old_name, "new": new_name, "code": new.code},
        old=old_name,
        new=new_name,
    )


@flow.step(exact=("go",))
async def move(turn: Turn) -> Outcome:
    """Moving keeps the old counts: attempts carry the hamlet of their time (design §5)."""
    if turn.choice == "stay":
        return turn.say("people.kept", old=turn.draft["old"]).then("menu")
    unit = await units.by_code(turn.tx, turn.draft["code"], on=turn.today)
    if unit is None:
        return turn.say("people.hamlet_unclear").then("menu")
    await people.settle_in(turn.tx, turn.actor.person_id, unit_id=unit.id)
    return turn.say("people.moved", new=turn.draft["new"]).then("menu")
