"""Telling a difficulty, one's own or a unit's; officers answer it as they answer any question."""

from dataclasses import asdict
from typing import Any, Final

from handlers import places, tickets, words
from handlers.detours import between, leave, resume
from handlers.difficulties import letter
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice
from handlers.reporting import periods
from handlers.reporting.place import form_of, reporting_units
from handlers.reporting.service import acting_as
from handlers.roles import DESK, communes_of
from storage import audit, roles, units
from storage import tickets as stored
from storage.units import UnitInfo

MAX_OPEN_OF_UNIT: Final = 10
_LEAST: Final = 5
_OWN: Final = "own"
_LETTER: Final = "unit_report"

flow = Flow(
    "difficulties",
    allow=EVERYONE,
    command="/vuongmac",
    words=("vướng mắc", "nêu khó khăn", "khó khăn của tôi", "khó khăn vướng mắc của tôi"),
    menu="difficulties.menu",
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """What followed the command is the difficulty itself."""
    return between(await _whose(turn, turn.text))


async def _whose(turn: Turn, told: str) -> Outcome:
    mine = await reporting_units(turn.tx, turn.actor, on=turn.today)
    is_desk = bool(communes_of(turn.actor.grants, *DESK))
    if not is_desk and len(mine) <= 1:
        return await _begun(turn, mine[0] if mine else None, told)
    names = await _names(turn)
    listed = [Choice(str(one.id), names[one.code]) for one in mine]
    if is_desk:
        listed.append(Choice("collected", turn.text_of("difficulties.collected")))
    listed.append(Choice(_OWN, turn.text_of("difficulties.own")))
    choices = [*listed[: MAX_CHOICES - 2], *listed[MAX_CHOICES - 2 :][-2:]]
    return turn.ask("difficulties.whose", hear=whose, choices=choices, draft={"told": told})


async def _names(turn: Turn) -> dict[str, str]:
    return places.shown(await units.listed(turn.tx, on=turn.today))


@flow.step()
async def whose(turn: Turn) -> Outcome:
    if turn.choice == "collected":
        return Outcome().then("points")
    told = str(turn.draft.get("told", ""))
    if turn.choice == _OWN:
        return await _begun(turn, None, told)
    unit = await _unit(turn, turn.choice)
    return await _begun(turn, unit, told) if unit else _gone(turn)


async def _unit(turn: Turn, number: object) -> UnitInfo | None:
    """The unit, if this person reports for it now (A3)."""
    mine = await reporting_units(turn.tx, turn.actor, on=turn.today)
    return next((one for one in mine if str(one.id) == str(number)), None)


def _gone(turn: Turn) -> Outcome:
    return resume(turn, flow.name, turn.message("difficulties.gone"))


async def _begun(turn: Turn, unit: UnitInfo | None, told: str) -> Outcome:
    most = MAX_OPEN_OF_UNIT if unit else tickets.MAX_OPEN
    me, mine = turn.actor.canonical_id, unit.id if unit else None
    if await stored.open_of(turn.tx, me, unit_id=mine) >= most:
        said = turn.message("tickets.enough")
        return resume(turn, flow.name, said, *await tickets.phone(turn))
    draft = {"unit": unit.id if unit else 0}
    if _fits(told):
        return await _ask_whether(turn, unit, told)
    if unit is None:
        return turn.ask("difficulties.ask", hear=read_difficulty, draft=draft)
    name = (await _names(turn))[unit.code]
    return turn.ask("difficulties.ask_unit", hear=read_difficulty, draft=draft, unit=name)


def _fits(told: str) -> bool:
    return _LEAST <= len(told) <= tickets.MAX_TEXT


# --- the difficulty ------------------------------------------------------------------------------


@flow.step(reads="text")
async def read_difficulty(turn: Turn) -> Outcome:
    if words.looks_courteous(turn.text):
        return turn.aside("menu.thanked")
    if words.read_yes_no(turn.text) is False:  # "không", "chưa có": there is none
        return resume(turn, flow.name, turn.message("difficulties.dropped"))
    if not _fits(turn.text):
        return turn.ask_again("difficulties.unclear", limit=tickets.MAX_TEXT)
    number = turn.draft.get("unit", 0)
    unit = await _unit(turn, number) if number else None
    return _gone(turn) if number and unit is None else await _ask_whether(turn, unit, turn.text)


async def _ask_whether(turn: Turn, unit: UnitInfo | None, told: str) -> Outcome:
    values: dict[str, Any] = {"question": told}
    if unit is not None:
        values["unit"] = (await _names(turn))[unit.code]
    return turn.ask(
        "difficulties.check_unit" if unit else "difficulties.check",
        hear=check,
        choices=("tickets.send", "tickets.rewrite", "tickets.drop"),
        draft={"unit": unit.id if unit else 0, "text": told},
        **values,
    )


@flow.step(reads="text")
async def check(turn: Turn) -> Outcome:
    answer = tickets.answered(turn, no="drop")
    if not answer:  # written once more instead of pressed: the new words count
        return await read_difficulty(turn)
    if answer == "drop":
        return resume(turn, flow.name, turn.message("difficulties.dropped"))
    number = turn.draft.get("unit", 0)
    unit = await _unit(turn, number) if number else None
    if number and unit is None:
        return _gone(turn)
    if answer == "rewrite":
        return await _begun(turn, unit, "")
    commune = unit.commune_id if unit else await tickets.commune_of(turn)
    if commune is None:
        return resume(turn, flow.name, turn.message("tickets.no_commune"))
    return await _send(turn, unit, commune)


async def _send(turn: Turn, unit: UnitInfo | None, commune: int) -> Outcome:
    await tickets.consented(turn, "difficulties.check")
    told = str(turn.draft["text"])
    number = await stored.add(
        turn.tx,
        person_id=turn.actor.person_id,
        account_id=turn.actor.account_id,
        commune_id=commune,
        question=told,
        now=turn.now,
        kind=stored.DIFFICULTY,
        unit_id=unit.id if unit else None,
    )
    reached = await _tell_officers(turn, number, commune, unit, told)
    said = turn.message("difficulties.sent" if reached else "difficulties.nobody")
    if unit is None:
        return resume(turn, flow.name, said, *await tickets.phone(turn))
    await _recorded(turn, unit, number)
    leave(turn, flow.name)  # nobody goes back to sending it a second time
    return turn.ask(
        "difficulties.ask_letter",
        hear=after,
        choices=("difficulties.letter", "difficulties.enough"),
        draft={"unit": unit.id, "ticket": number},
        before=[said],
    )


async def _tell_officers(
    turn: Turn, number: int, commune: int, unit: UnitInfo | None, told: str
) -> bool:
    if unit is not None:
        name = (await _names(turn))[unit.code]
        message = turn.message("difficulties.asked_unit", unit=name, question=told)
    else:
        home = await tickets.whose(turn)
        message = turn.message("difficulties.asked", whose=home, question=told)
    return await tickets.tell_officers(turn, number, commune, message)


async def _recorded(turn: Turn, unit: UnitInfo, number: int) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=acting_as(turn.actor, unit.id),
        action="difficulty.told",
        about=f"ticket:{number}",
        now=turn.now,
        after={"unit": unit.id},
    )


# --- the letter ----------------------------------------------------------------------------------


@flow.step(yes="letter", no="enough")
async def after(turn: Turn) -> Outcome:
    if turn.choice != "letter":
        return resume(turn, flow.name, turn.message("difficulties.thanks"))
    unit = await _unit(turn, turn.draft.get("unit"))
    ticket = await _own_ticket(turn, unit)
    if unit is None or ticket is None:
        return _gone(turn)
    return resume(turn, flow.name, turn.message(await _order(turn, unit, ticket.question)))


async def _own_ticket(turn: Turn, unit: UnitInfo | None) -> stored.TicketInfo | None:
    """The difficulty just told, if it is this person's and this unit's (T13)."""
    if unit is None:
        return None
    number = int(turn.draft.get("ticket", 0))
    ticket = await stored.find(turn.tx, number, [unit.commune_id])
    if ticket is None or ticket.unit_id != unit.id:
        return None
    author = await roles.canonical_of(turn.tx, ticket.person_id)
    return ticket if author == turn.actor.canonical_id else None


async def _order(turn: Turn, unit: UnitInfo, told: str) -> str:
    """Have the letter made; id of what is said meanwhile."""
    settings = await units.settings_of(turn.tx, unit.id)
    period = periods.open_on(turn.today, settings)[0]
    name = (await _names(turn))[unit.code]
    contents = letter.contents_of(
        turn.house.texts,
        form=await form_of(turn.tx, unit, period),
        unit=unit,
        name=name,
        settings=settings,
        period=period,
        told=told,
        is_sample=turn.house.sample,
    )
    message = turn.message("difficulties.letter_here", unit=name)
    turn.order(_LETTER, asdict(contents), name=f"kho-khan-{unit.code}.docx", message=message)
    return "difficulties.letter_coming"
