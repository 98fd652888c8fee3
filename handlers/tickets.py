"""/gapcanbo: a person answers. Residents ask, officers answer, the first answer wins."""

import hashlib
from typing import Final, NamedTuple

from handlers import reach, words
from handlers.detours import between, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Choice, Notice, Outgoing
from handlers.roles import communes_of, once_each, post
from storage import audit, people, roles, tickets, units
from storage.tickets import TicketInfo

MAX_TEXT: Final = 360  # shown back with a sentence around it, below 500 (U1)
MAX_OPEN: Final = 3
PAGE: Final = 3  # and "more" and "I need help": five choices (U3)
CONSENT_VERSION: Final = 1
_DESK: Final = ("officer", "admin")
_SHORT: Final = 60

flow = Flow(
    "tickets",
    allow=EVERYONE,
    command="/gapcanbo",
    words=("gap can bo", "can nguoi giup", "nguoi dan can giup", "yeu cau dang cho"),
    menu="menu.tickets",
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """Whoever answers sees what waits; everybody else is asked at once."""
    listed = await _waiting(turn, after=0)
    return between(listed or await _ask(turn))


# --- asking --------------------------------------------------------------------------------------


async def _ask(turn: Turn) -> Outcome:
    if await tickets.open_of(turn.tx, turn.actor.canonical_id) >= MAX_OPEN:
        return resume(turn, flow.name, turn.message("tickets.enough"), *await phone(turn))
    return turn.ask("tickets.ask", hear=read_question, draft={})


@flow.step(reads="text")
async def read_question(turn: Turn) -> Outcome:
    if words.looks_courteous(turn.text):  # not a question to anybody
        return turn.aside("menu.thanked")
    if not 0 < len(turn.text) <= MAX_TEXT:
        return turn.ask_again("tickets.too_long", limit=MAX_TEXT)
    return turn.ask(
        "tickets.check",
        hear=check,
        choices=("tickets.send", "tickets.rewrite", "tickets.drop"),
        draft={"text": turn.text},
        question=turn.text,
    )


@flow.step(reads="text")
async def check(turn: Turn) -> Outcome:
    answer = answered(turn, no="drop")
    if not answer:  # written once more instead of pressed: the new words count
        return await read_question(turn)
    turn.choice = answer
    if turn.choice == "rewrite":
        return await _ask(turn)
    if turn.choice == "drop":
        return resume(turn, flow.name, turn.message("tickets.dropped"))
    commune = await commune_of(turn)
    if commune is None:
        return resume(turn, flow.name, turn.message("tickets.no_commune"))
    return await _send(turn, commune)


def answered(turn: Turn, *, no: str) -> str:
    """The choice pressed, or the one that a plain yes or no stands for: "ok" is no question."""
    return turn.choice or words.plain_choice(turn.text, yes="send", no=no)


async def commune_of(turn: Turn) -> int | None:
    """Where the question belongs: the hamlet's commune, a role's, or the only one there is."""
    if turn.actor.unit_id is not None:
        home = await roles.place(turn.tx, turn.actor.unit_id)
        if home is not None:
            return home.commune_id
    if turn.actor.grants:
        return turn.actor.grants[0].commune_id
    known = await units.communes(turn.tx, on=turn.today)
    return known[0].id if len(known) == 1 else None


async def _send(turn: Turn, commune: int) -> Outcome:
    await consented(turn, "tickets.check")
    question = str(turn.draft["text"])
    number = await tickets.add(
        turn.tx,
        person_id=turn.actor.person_id,
        account_id=turn.actor.account_id,
        commune_id=commune,
        question=question,
        now=turn.now,
    )
    message = turn.message("tickets.asked", whose=await whose(turn), question=question)
    reached = await tell_officers(turn, number, commune, message)
    said = turn.message("tickets.sent" if reached else "tickets.nobody")
    return resume(turn, flow.name, said, *await phone(turn))


async def consented(turn: Turn, asked: str) -> None:
    """Pressing "Gửi" under the shown text (`asked`) is the consent to keep just this (P3)."""
    if turn.actor.has_consent or "ticket" in turn.actor.consents:
        return
    await people.consent(
        turn.tx,
        turn.actor,
        purpose="ticket",
        version=CONSENT_VERSION,
        text_hash=hashlib.sha256(turn.house.texts[asked].encode()).hexdigest(),
        now=turn.now,
    )


async def tell_officers(turn: Turn, number: int, commune: int, told: Outgoing) -> bool:
    """Tell the desk once, with a way to answer; True if at least one officer can be reached.

    `told` names the hamlet or the unit, never the person (P7).
    """
    desk = await roles.holding(turn.tx, commune, _DESK)
    me = turn.actor.canonical_id
    persons = once_each(one for one in desk if one.canonical_id != me)
    lost = await reach.unreachable(turn, list(persons))
    choices = [Choice(key, turn.text_of(f"tickets.{key}")) for key in ("reply", "later")]
    notice = Notice(flow.name, "take_up", str(number))
    ask = Outgoing(told.text, choices=tuple(choices), notice=notice)
    for person in persons:
        turn.tell(person, ask, key=f"ticket:{number}:{person}")
    return len(lost) < len(persons)


async def whose(turn: Turn) -> str:
    """Say where this person lives: " ở Xóm 5"; "" where nobody knows."""
    home = await roles.place(turn.tx, turn.actor.unit_id) if turn.actor.unit_id else None
    return f" {turn.text_of('tickets.of_hamlet', hamlet=home.name)}" if home else ""


async def phone(turn: Turn) -> list[Outgoing]:
    """The office's number when the commune has told it; else where to go."""
    settings = await units.settings_of(turn.tx, turn.actor.unit_id)
    number = str(settings.get("office_phone") or "")
    office = str(settings.get("office") or "")
    if number:
        return [turn.message("tickets.phone", office=office, phone=number)]
    return [turn.message("tickets.no_phone")]


# --- answering -----------------------------------------------------------------------------------


async def _desks(turn: Turn) -> tuple[int, ...]:
    """The communes this person answers for, as of this moment (A3)."""
    return communes_of(await roles.held_by(turn.tx, turn.actor.canonical_id), *_DESK)


async def _waiting(turn: Turn, *, after: int) -> Outcome | None:
    """The open questions, oldest first; None if there are none or it is not this one's desk."""
    communes = await _desks(turn)
    found = await tickets.open_in(turn.tx, communes, after=after, limit=PAGE + 1)
    if not found:
        return None
    choices = [Choice(str(one.id), _line(turn, one)) for one in found[:PAGE]]
    if len(found) > PAGE:
        choices.append(Choice("more", turn.text_of("tickets.more")))
    choices.append(Choice("mine", turn.text_of("tickets.mine")))
    return turn.ask("tickets.desk", hear=pick, choices=choices, draft={"after": after})


def _line(turn: Turn, ticket: TicketInfo) -> str:
    short = " ".join(ticket.question.split())
    cut = words.cut(short, _SHORT)
    told_by = ticket.unit or ticket.hamlet or turn.text_of("tickets.somebody")
    if ticket.kind == tickets.DIFFICULTY:
        return turn.text_of("tickets.difficulty", whose=told_by, question=cut)
    return f"{told_by}: {cut}"


@flow.step()
async def pick(turn: Turn) -> Outcome:
    if turn.choice == "mine":
        return await _ask(turn)
    if turn.choice == "more":
        after = int(turn.draft.get("after", 0)) + PAGE
        return await _waiting(turn, after=after) or turn.aside("tickets.no_more")
    return await _take_up(turn, int(turn.choice))


@flow.step()
async def take_up(turn: Turn) -> Outcome:
    """A button of the notice; `turn.about` is the ticket, checked again here (T13)."""
    if turn.choice != "reply":
        return turn.aside("tickets.kept")
    return between(await _take_up(turn, int(turn.about)))


async def _take_up(turn: Turn, number: int) -> Outcome:
    ticket = await tickets.find(turn.tx, number, await _desks(turn))
    if ticket is None:
        return turn.aside("tickets.not_found")
    if ticket.state != "open":
        return turn.aside("tickets.already", by=await _answerer(turn, ticket))
    return _ask_answer(turn, ticket)


def _ask_answer(turn: Turn, ticket: TicketInfo) -> Outcome:
    draft = {"ticket": ticket.id}
    return turn.ask("tickets.answer", hear=read_answer, draft=draft, question=ticket.question)


async def _answerer(turn: Turn, ticket: TicketInfo) -> str:
    """The role of whoever answered, never the name."""
    desk = await roles.holding(turn.tx, ticket.commune_id, _DESK)
    answered = await roles.canonical_of(turn.tx, ticket.answered_by or 0)
    holder = next((one for one in desk if one.canonical_id == answered), None)
    return post(turn, holder) if holder else turn.text_of("tickets.another")


@flow.step(reads="text")
async def read_answer(turn: Turn) -> Outcome:
    if not 0 < len(turn.text) <= MAX_TEXT:
        return turn.ask_again("tickets.too_long", limit=MAX_TEXT)
    return turn.ask(
        "tickets.check_answer",
        hear=check_answer,
        choices=("tickets.send", "tickets.rewrite", "tickets.later"),
        draft={"ticket": turn.draft["ticket"], "text": turn.text},
        answer=turn.text,
    )


@flow.step(reads="text")
async def check_answer(turn: Turn) -> Outcome:
    answer = answered(turn, no="later")
    if not answer:
        return await read_answer(turn)
    turn.choice = answer
    if turn.choice == "later":
        return resume(turn, flow.name, turn.message("tickets.kept"))
    communes = await _desks(turn)
    ticket = await tickets.find(turn.tx, int(turn.draft["ticket"]), communes)
    if ticket is None:
        return resume(turn, flow.name, turn.message("tickets.not_found"))
    if turn.choice == "rewrite" and ticket.state == "open":
        return _ask_answer(turn, ticket)
    given = await give(turn, ticket, str(turn.draft["text"]))
    return resume(turn, flow.name, given.said)


class Given(NamedTuple):
    """What became of an answer."""

    counts: bool
    """False: somebody was first."""
    said: Outgoing


async def give(turn: Turn, ticket: TicketInfo, text: str) -> Given:
    """Answer a ticket of one of this person's desks; of two the first counts. Also for the page."""
    communes = await _desks(turn)
    is_first = await tickets.answer(
        turn.tx, ticket.id, communes, text=text, by=turn.actor.person_id, now=turn.now
    )
    if not is_first:
        by = await _answerer(turn, ticket)
        return Given(counts=False, said=turn.message("tickets.already", by=by))
    return Given(counts=True, said=await _deliver(turn, ticket, text))


async def _deliver(turn: Turn, ticket: TicketInfo, text: str) -> Outgoing:
    mine = await roles.holders_of(turn.tx, turn.actor.canonical_id)
    holder = next(h for h in mine if h.role in _DESK and h.commune_id == ticket.commune_id)
    answer = turn.message("tickets.answered_you", by=post(turn, holder), answer=text)
    turn.tell(ticket.person_id, answer, key=f"ticket:{ticket.id}:answer")
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=holder.role,
        action="ticket.answered",
        about=f"ticket:{ticket.id}",
        now=turn.now,
    )
    return await _answered_whom(turn, ticket)


async def _answered_whom(turn: Turn, ticket: TicketInfo) -> Outgoing:
    """An officer who believes an answer has arrived would not phone (R13)."""
    why = await reach.why_not(turn, ticket.person_id)
    if why is None:
        return turn.message("tickets.answered")
    return turn.message("tickets.answer_kept", why=turn.text_of(f"call.{why.name.lower()}"))
