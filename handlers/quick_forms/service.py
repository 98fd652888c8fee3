"""The rules of quick forms: send, answer, close; for the chat, the page and jobs alike.

All of it happens in the caller's transaction, and rights are those of this very moment (A3, T41).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from handlers.quick_forms.brief import FARTHEST
from handlers.quick_forms.form import (
    Answers,
    Question,
    fits,
    load_questions,
    open_ones,
    store_answers,
    store_questions,
)
from handlers.quick_forms.whom import askable
from handlers.reporting.flow import WHO
from handlers.roles import DESK, communes_of, desk_role
from storage import audit, quick_forms, roles, units
from storage.database import Transaction
from storage.people import Actor
from storage.quick_forms import AnswerInfo, FormInfo
from storage.units import UnitInfo

BY_HAND: Final = frozenset({"phone", "paper"})


class Denied(Exception):
    """This person may not, or no such thing is there for them; nothing was written (T13)."""


class Impossible(Exception):
    """No unit, a day that is over or too far, answers that fit no question: nothing written."""


class Closed(Exception):
    """The form was closed meanwhile; nothing was written (T41)."""


class Overtaken(Exception):
    """Somebody else has answered for the unit since (T19); `counted` is what stands."""

    def __init__(self, counted: AnswerInfo) -> None:
        super().__init__(str(counted.number))
        self.counted = counted


@dataclass(frozen=True, slots=True)
class NewForm:
    title: str
    questions: Sequence[Question]
    units: Sequence[int]
    due_on: date


@dataclass(frozen=True, slots=True)
class Answered:
    number: int
    is_late: bool

    @property
    def is_correction(self) -> bool:
        return self.number > 1


async def desks(tx: Transaction, by: Actor) -> tuple[int, ...]:
    """The communes this person answers for, as of this moment (A3)."""
    return communes_of(await roles.held_by(tx, by.canonical_id), *DESK)


async def mine(tx: Transaction, by: Actor, *, today: date) -> list[UnitInfo]:
    """The units this person reports for now, in the order of the commune's list (A3, T01)."""
    held = await roles.held_by(tx, by.canonical_id)
    own = {grant.unit_id for grant in held if grant.role in WHO}
    return [one for one in await units.listed(tx, on=today) if one.id in own]


async def _desk(tx: Transaction, by: Actor, commune_id: int) -> str:
    """The role at that commune's desk; raises `Denied`."""
    role = desk_role(await roles.held_by(tx, by.canonical_id), commune_id)
    if not role:
        raise Denied
    return role


async def send(
    tx: Transaction, commune_id: int, new: NewForm, *, by: Actor, today: date, now: datetime
) -> FormInfo:
    """Write the form; telling the units is the caller's. Raises `Denied`, `Impossible`."""
    role = await _desk(tx, by, commune_id)
    known = {one.id for one in askable(await units.listed(tx, on=today), commune_id)}
    is_good_day = today <= new.due_on <= today + FARTHEST
    if not new.units or not known.issuperset(new.units) or not is_good_day:
        raise Impossible
    form_id = await quick_forms.add(
        tx,
        commune_id=commune_id,
        title=new.title,
        questions=store_questions(new.questions),
        due_on=new.due_on,
        units=set(new.units),
        by=by.person_id,
        now=now,
    )
    after = {"units": len(set(new.units)), "questions": len(new.questions)}
    about = f"quick:{form_id}"
    await audit.record(tx, by=by, role=role, action="quick.sent", about=about, now=now, after=after)
    made = await quick_forms.find(tx, form_id, [commune_id])
    if made is None:
        raise Impossible
    return made


async def answer(
    tx: Transaction,
    form_id: int,
    unit_id: int,
    answers: Answers,
    *,
    base: int,
    source: str,
    by: Actor,
    today: date,
    now: datetime,
    zone: tzinfo,
) -> Answered:
    """Write what a unit answered; `base`: the number that was seen before, 0 for none.

    `source` "unit" for whoever reports for the unit, "phone" or "paper" for the commune's desk.
    Raises `Denied`, `Closed`, `Overtaken`, `Impossible`; then nothing was written.
    """
    form = await quick_forms.find_asked(tx, form_id, unit_id)
    if form is None:
        raise Denied
    role = await _may_answer(tx, form, unit_id, source, by=by, today=today)
    await quick_forms.hold(tx, form_id)
    form = await quick_forms.find_asked(tx, form_id, unit_id)
    if form is None or not form.is_open:
        raise Closed
    _check(form, answers)
    before = await quick_forms.newest(tx, form_id, unit_id)
    if before is not None and before.number != base:
        raise Overtaken(before)
    number = (before.number if before else 0) + 1
    await quick_forms.answer(
        tx,
        form_id,
        unit_id,
        number=number,
        answers=store_answers(answers),
        source=source,
        by=by.person_id,
        role=role,
        now=now,
    )
    await audit.record(
        tx,
        by=by,
        role=role,
        action="quick.corrected" if before else "quick.answered",
        about=f"quick:{form_id}",
        now=now,
        after={"unit": unit_id, "number": number, "source": source},
    )
    first = (await quick_forms.first_sent(tx, form_id)).get(unit_id, now)
    return Answered(number, first.astimezone(zone).date() > form.due_on)


def _check(form: FormInfo, answers: Answers) -> None:
    questions = load_questions(form.questions)
    is_whole = not open_ones(questions, answers) and len(answers) == len(questions)
    if not is_whole or not all(fits(questions[at], one) for at, one in answers.items()):
        raise Impossible


async def _may_answer(
    tx: Transaction, form: FormInfo, unit_id: int, source: str, *, by: Actor, today: date
) -> str:
    """As what; raises `Denied`, also for a unit that is none any more."""
    unit = await units.by_id(tx, unit_id, on=today)
    if unit is None or unit.commune_id != form.commune_id:
        raise Denied
    if source in BY_HAND:
        return await _desk(tx, by, form.commune_id)
    for grant in await roles.held_by(tx, by.canonical_id):
        if grant.role in WHO and grant.unit_id == unit_id and source == "unit":
            return grant.role
    raise Denied


async def close(tx: Transaction, form_id: int, *, by: Actor, now: datetime) -> bool:
    """True for whoever closed it, False if it was closed before. Raises `Denied`."""
    form = await quick_forms.find(tx, form_id, await desks(tx, by))
    if form is None:
        raise Denied
    role = await _desk(tx, by, form.commune_id)
    await quick_forms.hold(tx, form_id)
    if not await quick_forms.close(tx, form_id, now=now):
        return False
    await audit.record(
        tx, by=by, role=role, action="quick.closed", about=f"quick:{form_id}", now=now
    )
    return True
