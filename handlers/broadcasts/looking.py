"""The broadcasts there are: how far each is, and "Dừng" while there is something to stop."""

import re
from typing import Final

from handlers import places
from handlers.broadcasts import approving, asking, desk, saying, sentence, service, stopping
from handlers.broadcasts.flow import flow
from handlers.broadcasts.plan import Plan
from handlers.broadcasts.reckoning import known_units
from handlers.broadcasts.whom import read_audience
from handlers.detours import resume
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.words import clean, fold, say_number
from storage import broadcasts
from storage.broadcasts import BroadcastInfo

PAGE: Final = 4
_PIECE: Final = re.compile(r"\S+")
_WHEN: Final = re.compile(
    r"^(?:vay |the )?(?:khi nao|bao gio|luc nao|may gio|bao lau nua)(?: thi)? (?:tin|thong bao)\b"
    r"|^(?:tin|thong bao)(?: nay| do| ay| kia)?(?: thi)?"
    r"(?: (?:di|gui|duoc gui|da di|da gui|gui di|den))* "
    r"(?:khi nao|bao gio|luc nao|may gio|bao lau nua|chua|den dau)\b"
)


@flow.claim
async def is_order(turn: Turn) -> bool:
    """Know "gửi xóm 5 và xóm 7: tối mai họp", if it is clear to whom."""
    if fold(turn.text) in ("thong bao", "gui tin"):
        turn.text = ""
        return True
    if _WHEN.search(fold(turn.text)):
        return await _newest_open(turn) is not None
    if not sentence.is_order(turn.text):
        return False
    whom = sentence.parted(turn.text).whom
    for commune in await service.desks(turn.tx, turn.actor):
        known = await known_units(turn, commune)
        if read_audience(whom, known, asking.modules_of(turn)).is_whole:
            return True
    return False


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """With words behind it a new one, else what there is already."""
    communes = await service.desks(turn.tx, turn.actor)
    if not communes:
        return desk.gone(turn)
    if _WHEN.search(fold(turn.text)) and (info := await _newest_open(turn)):
        return await desk.show(turn, info)
    if not turn.text and (listed := await _listed(turn, communes, after=0)):
        return listed
    return await _new(turn, communes, _as_typed(turn))


async def _newest_open(turn: Turn) -> BroadcastInfo | None:
    """What "khi nào tin đi" is asked about."""
    found = await stopping.stoppable(turn)
    return found[0] if found else None


def _as_typed(turn: Turn) -> str:
    """What stands behind the command, with its lines as they were typed."""
    whole = clean(turn.event.text)
    pieces = list(_PIECE.finditer(whole))
    count = len(turn.text.split())
    return whole[pieces[-count].start() :] if 0 < count <= len(pieces) else turn.text


async def _new(turn: Turn, communes: tuple[int, ...], text: str) -> Outcome:
    if len(communes) == 1:
        return await asking.with_text(turn, Plan(communes[0]), text)
    choices = await places.commune_choices(turn.tx, communes, on=turn.today)
    draft = {"text": text}
    return turn.ask("broadcasts.which_commune", hear=commune, choices=choices, draft=draft)


@flow.step()
async def commune(turn: Turn) -> Outcome:
    communes = await service.desks(turn.tx, turn.actor)
    if not turn.choice.isdecimal() or int(turn.choice) not in communes:
        return desk.gone(turn)
    text = str(turn.draft.get("text", ""))
    return await asking.with_text(turn, Plan(int(turn.choice)), text)


# --- the list ------------------------------------------------------------------------------------


async def _listed(turn: Turn, communes: tuple[int, ...], *, after: int) -> Outcome | None:
    """The newest first; None if there are none (or no more)."""
    found = await broadcasts.of_communes(turn.tx, communes, after=after, limit=PAGE + 1)
    if not found:
        return None
    choices = [Choice("new", turn.text_of("broadcasts.new"))]
    for one in found[:PAGE]:
        label = turn.text_of(
            f"broadcasts.one_{one.state}", code=one.code, count=say_number(one.size)
        )
        choices.append(Choice(str(one.id), label))
    if len(found) > PAGE:
        choices.append(Choice("older", turn.text_of("broadcasts.older")))
    return turn.ask("broadcasts.pick", hear=pick, choices=choices, draft={"after": after})


@flow.step()
async def pick(turn: Turn) -> Outcome:
    communes = await service.desks(turn.tx, turn.actor)
    if not communes:
        return desk.gone(turn)
    if turn.choice == "new":
        return await _new(turn, communes, "")
    if turn.choice == "older":
        after = int(turn.draft.get("after", 0)) + PAGE
        return await _listed(turn, communes, after=after) or turn.aside("broadcasts.no_older")
    info = await desk.found(turn, turn.choice)
    if info is None:
        return desk.gone(turn)
    if info.state == "asked" and await service.may_approve(turn, info):
        return await approving.ask(turn, info)
    return await desk.show(turn, info)


# --- one of them ---------------------------------------------------------------------------------


@flow.step(exact=("stop",))
async def look(turn: Turn) -> Outcome:
    if turn.choice == "home":
        return Outcome().then("menu")
    if turn.choice == "new":
        communes = await service.desks(turn.tx, turn.actor)
        return await _new(turn, communes, "") if communes else desk.gone(turn)
    info = await desk.found(turn, turn.draft.get("broadcast"))
    if info is None:
        return desk.gone(turn)
    if turn.choice == "see_missed":
        return await desk.show(turn, info, await saying.missed(turn, info))
    if turn.choice != "stop":
        return await desk.show(turn, info)
    said = await desk.stop(turn, info)
    now = await desk.found(turn, info.id)
    return await desk.show(turn, now or info, said)


@flow.step(exact=("stop",))
async def halt(turn: Turn) -> Outcome:
    """A button of the colleagues' notice; `turn.about` is checked again here (T13)."""
    info = await desk.found(turn, turn.about)
    if info is None:
        return resume(turn, flow.name, turn.message("broadcasts.not_found"))
    if turn.choice != "stop":
        return turn.aside("broadcasts.let_go_said", code=info.code)
    said = await desk.stop(turn, info)
    now = await desk.found(turn, info.id)
    state = Outgoing(await saying.state(turn, now or info))
    return resume(turn, flow.name, said, state)
