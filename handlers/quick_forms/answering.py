"""The unit's side: an open form is answered by one message, corrected until it is closed (T19)."""

from collections.abc import Awaitable, Callable
from typing import Final

from handlers import places, words
from handlers.detours import between, resume
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice, Kind, Outgoing
from handlers.quick_forms import (
    claiming,
    filling,
    form,
    reading,
    saying,
    service,
    telling,
    work,
)
from handlers.quick_forms.filling import Side
from handlers.quick_forms.work import Work
from handlers.reporting.flow import WHO
from storage import quick_forms, units
from storage.quick_forms import FormInfo
from storage.units import UnitInfo

Pair = tuple[FormInfo, UnitInfo]
_SHOWN: Final = 8
_LONGEST_CLAIM: Final = 200  # letters: an answer that nobody asked for just now is short

flow = Flow(telling.ANSWERS, allow=WHO, words=("trả lời phiếu", "phiếu của xóm"))


@flow.claim
async def is_answer(turn: Turn) -> bool:
    """Words that answer open forms wholly; right after a form's notice also a part of it."""
    return 0 < len(turn.text) <= _LONGEST_CLAIM and bool(await _answered_by(turn, turn.text))


async def _answered_by(turn: Turn, text: str) -> list[Pair]:
    """Open, unanswered forms that `text` answers wholly, else the one just told of, in part."""
    open_ones = await _open(turn)
    done = await quick_forms.answered(turn.tx, [(one.id, unit.id) for one, unit in open_ones])
    last = await claiming.just_told(turn)
    whole: list[Pair] = []
    part: list[Pair] = []
    for one, unit in open_ones:
        questions = form.load_questions(one.questions)
        said = reading.read(text, questions)
        if (one.id, unit.id) in done or not _may_be(unit, said.unit):
            continue
        is_last = last == f"{one.id}:{unit.id}"
        if said.is_whole(questions):
            is_meant = await claiming.may_take(turn, text, questions, is_last=is_last)
            whole += [(one, unit)] if is_meant else []
        elif is_last and claiming.may_begin(text, questions, said):
            part.append((one, unit))
    return whole or part


def _may_be(unit: UnitInfo, named: str) -> bool:
    return not named or bool(places.find(named, [unit]))


async def _open(turn: Turn) -> list[Pair]:
    mine = {one.id: one for one in await service.mine(turn.tx, turn.actor, today=turn.today)}
    found = await quick_forms.open_for(turn.tx, list(mine))
    pairs = [(one, mine[unit_id]) for one, unit_id in found]
    return [(one, unit) for one, unit in pairs if unit.commune_id == one.commune_id]


@flow.entry
async def begin(turn: Turn) -> Outcome:
    text = turn.text[:_LONGEST_CLAIM]
    pairs = await _answered_by(turn, text) if text else []
    if not pairs:
        text, pairs = "", await _open(turn)
    if not pairs:
        return between(resume(turn, flow.name, turn.message("quick_forms.nothing_open")))
    if len(pairs) == 1:
        return between(await _opened(turn, pairs[0][0].id, pairs[0][1].id, text))
    return between(await _ask_which(turn, pairs, text))


async def _ask_which(turn: Turn, pairs: list[Pair], text: str) -> Outcome:
    """Which form, and for which unit: one question, several forms or several units."""
    done = await quick_forms.answered(turn.tx, [(one.id, unit.id) for one, unit in pairs])
    names = places.shown(await units.listed(turn.tx, on=turn.today))
    pairs = sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id) in done)
    choices = []
    for one, unit in pairs[:_SHOWN]:
        label = f"{names[unit.code]}: {saying.short(one.title)}"
        mark = turn.text_of("quick_forms.answered_mark") if (one.id, unit.id) in done else ""
        choices.append(Choice(f"{one.id}:{unit.id}", f"{label}{mark}"))
    return turn.ask("quick_forms.which", hear=which, choices=choices, draft={"text": text})


@flow.step()
async def which(turn: Turn) -> Outcome:
    form_id, unit_id = _parts(turn.choice)
    return await _opened(turn, form_id, unit_id, str(turn.draft.get("text", "")))


def _parts(about: str) -> tuple[int, int]:
    """(form id, unit id); whatever is no such thing is found nowhere (T13)."""
    first, _, second = about.partition(":")
    return (int(first), int(second)) if first.isdecimal() and second.isdecimal() else (0, 0)


async def _opened(turn: Turn, form_id: int, unit_id: int, text: str = "") -> Outcome:
    """The form is open before this person; `text` is an answer that was typed already."""
    found = await work.opened(turn, form_id, unit_id, source="unit")
    if isinstance(found, str):
        return resume(turn, flow.name, turn.message(found))
    if not text:
        return filling.begin(turn, found, SIDE)
    if claiming.may_be_choice(turn, text):
        return _ask_meant(turn, found, text)
    return await _told(turn, found, SIDE, text)


async def _told(turn: Turn, found: Work, side: Side, text: str) -> Outcome:
    said = reading.read(text, found.questions)
    if said.is_nothing:
        return filling.begin(turn, found, side)
    return await filling.take(turn, found, side, said)


# --- the notice ----------------------------------------------------------------------------------


@flow.step()
async def take_up(turn: Turn) -> Outcome:
    """A choice of the notice; `turn.about` is checked again here (T13).

    Without buttons a bare "2" may be the answer itself: then it is asked.
    """
    form_id, unit_id = _parts(turn.about)
    found = await work.opened(turn, form_id, unit_id, source="unit")
    if isinstance(found, str):
        return turn.aside(found)
    typed = words.fold(turn.text) if turn.event.kind is Kind.TEXT else ""
    if typed.isdecimal() and _is_one_figure(found):
        return between(_ask_meant(turn, found, typed))
    if turn.choice != "answer_now":
        return turn.aside("quick_forms.kept")
    return between(filling.begin(turn, found, SIDE))


def _is_one_figure(found: Work) -> bool:
    return [one.kind for one in found.questions] == [form.Kind.NUMBER]


def _ask_meant(turn: Turn, found: Work, typed: str) -> Outcome:
    """A choice of the notice is `turn.choice`, without one it may be what was open before."""
    meant = {"typed": typed, "wanted": turn.choice, **found.draft()}
    answer = Choice("answer", turn.text_of("quick_forms.meant_answer", typed=typed))
    other = f"quick_forms.{turn.choice or 'meant_choice'}"
    choices = [answer, Choice("choice", turn.text_of(other, typed=typed))]
    return turn.ask(
        "quick_forms.ask_meant", hear=meant_what, choices=choices, draft=meant, typed=typed
    )


@flow.step(yes="answer")
async def meant_what(turn: Turn) -> Outcome:
    return await _go(turn, _meant)


async def _meant(turn: Turn, found: Work, side: Side) -> Outcome:
    if turn.choice == "answer":
        return await _told(turn, found, side, str(turn.draft.get("typed", "")))
    wanted = turn.draft.get("wanted")
    if wanted == "answer_now":
        return filling.begin(turn, found, side)
    if not wanted:
        return resume(turn, flow.name)
    return await _leave(turn, found, turn.message("quick_forms.kept"))


# --- answering -----------------------------------------------------------------------------------


@flow.step(reads="number")
async def tell(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_all)


@flow.step(reads="number")
async def one(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_one)


@flow.step(reads="text", exact=("replace",))
async def check(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_check)


@flow.step()
async def edit(turn: Turn) -> Outcome:
    return await _go(turn, filling.heard_edit)


async def _go(turn: Turn, then: Callable[[Turn, Work, Side], Awaitable[Outcome]]) -> Outcome:
    """With what is being answered; the role or the unit may have ended meanwhile (T41)."""
    found = await work.loaded(turn)
    if found is None:
        return resume(turn, flow.name, turn.message("quick_forms.not_found"))
    return await then(turn, found, SIDE)


async def _save(turn: Turn, found: Work) -> Outcome:
    try:
        answered = await filling.write(turn, found)
    except service.Overtaken as overtaken:
        found.counted = overtaken.counted
        before = (turn.message("quick_forms.overtaken", unit=found.name),)
        return await filling.ask_check(turn, found, SIDE, before)
    except service.Closed:
        told = await telling.tell_closed(turn, found)
        text_id = "quick_forms.closed_meanwhile" if told else "quick_forms.closed_untold"
        return resume(turn, flow.name, turn.message(text_id))
    except (service.Denied, service.Impossible):
        return resume(turn, flow.name, turn.message("quick_forms.not_found"))
    await telling.tell_colleagues(turn, found, answered.number)
    text_id = "quick_forms.sent_late" if answered.is_late else "quick_forms.sent"
    said = saying.in_short(turn, found.questions, found.answers)
    return resume(turn, flow.name, turn.message(text_id, unit=found.name, said=said))


async def _leave(turn: Turn, _: Work, said: Outgoing) -> Outcome:
    return resume(turn, flow.name, said)


SIDE: Final = Side(tell=tell, one=one, check=check, edit=edit, save=_save, leave=_leave)
