"""An officer makes a quick form: about what, the questions, whom, until when."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.quick_forms import doubts, judging, previewing, saying
from handlers.quick_forms.brief import FARTHEST, read_brief, read_due
from handlers.quick_forms.desk import gone
from handlers.quick_forms.flow import flow
from handlers.quick_forms.form import (
    MOST_QUESTIONS,
    TITLE_LETTERS,
    Kind,
    Question,
)
from handlers.quick_forms.plan import Plan
from handlers.quick_forms.previewing import chosen_names, known_units
from handlers.quick_forms.whom import read_whom

_KINDS: Final = tuple(f"quick_forms.kind_{kind.value}" for kind in Kind)
_MOST_SHOWN: Final = 4


async def with_text(turn: Turn, plan: Plan, text: str) -> Outcome:
    if not text:
        return await go_on(turn, plan)
    local = turn.event.at.astimezone(turn.house.timezone)
    brief = read_brief(text, await known_units(turn, plan), sent_at=local)
    if len(brief.question) > TITLE_LETTERS and not brief.question.endswith("?"):
        return await go_on(turn, plan)
    return await go_on(turn, plan.with_brief(brief))


async def go_on(turn: Turn, plan: Plan, before: tuple[Outgoing, ...] = ()) -> Outcome:
    """Ask for the first thing that is not known yet; at the end show it as units will see it."""
    if not plan.title:
        return turn.ask("quick_forms.ask_title", hear=title, draft=plan.draft(), before=before)
    if asked := _about_questions(turn, plan, before):
        return asked
    if plan.units is None:
        return turn.ask("quick_forms.ask_whom", hear=whom, draft=plan.draft(), before=before)
    if plan.doubts:
        return await _ask_unit(turn, plan, before)
    if plan.due is None:
        count = await _echo(turn, plan)
        said = (*before, count)
        return turn.ask("quick_forms.ask_due", hear=due, draft=plan.draft(), before=said)
    return await previewing.preview(turn, plan, before)


def _about_questions(turn: Turn, plan: Plan, before: tuple[Outgoing, ...]) -> Outcome | None:
    draft = plan.draft()
    if plan.text and not plan.kind:
        return turn.ask(
            "quick_forms.ask_kind",
            hear=kind,
            choices=_KINDS,
            draft=draft,
            before=before,
            question=plan.text,
        )
    if plan.text:
        return turn.ask("quick_forms.ask_options", hear=options, draft=draft, before=before)
    number = len(plan.questions) + 1
    if not plan.questions or plan.place >= 0:
        at = plan.place + 1 if plan.place >= 0 else number
        is_again = plan.place >= 0 and plan.questions
        return turn.ask(
            "quick_forms.ask_question",
            hear=question,
            choices=("quick_forms.leave_out",) if is_again else (),
            draft=draft,
            before=before,
            n=at,
        )
    if not plan.is_enough and len(plan.questions) < MOST_QUESTIONS:
        return turn.ask(
            "quick_forms.ask_more",
            hear=more,
            choices=("quick_forms.enough", "quick_forms.add"),
            draft=draft,
            before=before,
            count=len(plan.questions),
        )
    return None


async def _echo(turn: Turn, plan: Plan) -> Outgoing:
    """Whom it goes to, as it was understood."""
    named = await chosen_names(turn, plan)
    return turn.message(
        "quick_forms.to_whom", count=len(named), names=saying.few_names(turn, named)
    )


def planned(turn: Turn) -> Plan | None:
    try:
        return Plan.load(turn.draft)
    except (KeyError, TypeError, ValueError):  # of a release before
        return None


# --- what is asked -------------------------------------------------------------------------------


@flow.step(reads="text")
async def title(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    text = " ".join(turn.text.split())
    if "?" in text and not plan.questions:
        return await with_text(turn, plan, text)
    if wrong := judging.why_not_title(text):
        return turn.ask_again(wrong.text, most=wrong.most)
    return await go_on(turn, replace(plan, title=text))


@flow.step(reads="text")
async def question(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    if turn.choice == "leave_out" or (_is_one_more(plan) and says_enough(turn.text)):
        return await go_on(turn, replace(plan, place=-1, is_enough=True))
    text = " ".join(turn.text.split())
    if wrong := judging.why_not_question(text):
        return turn.ask_again(wrong.text, most=wrong.most)
    return await go_on(turn, replace(plan, text=text, kind=""))


def _is_one_more(plan: Plan) -> bool:
    """Whether the form would be whole without the question that is asked for."""
    return bool(plan.questions) and plan.place in (-1, len(plan.questions))


@flow.step()
async def kind(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    chosen = Kind(turn.choice.removeprefix("kind_"))
    if chosen is Kind.ONE_OF:
        return await go_on(turn, replace(plan, kind=chosen.value))
    return await go_on(turn, plan.with_question(Question(text=plan.text, kind=chosen)))


@flow.step(reads="text")
async def options(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    found = judging.read_options(turn.text)
    if wrong := judging.why_not_options(found):
        return turn.ask_again(wrong.text, most=wrong.most)
    made = Question(text=plan.text, kind=Kind.ONE_OF, options=tuple(found))
    return await go_on(turn, plan.with_question(made))


_ENOUGH: Final = re.compile(
    r"(?:(?:da|vang|thoi|the|vay|chi|co) )*(?:du|het|xong|roi|duoc roi|the thoi|vay thoi|thoi|"
    r"(?:khong|ko|k|kh|khoi)(?: (?:them|can|co|cau|nao|nua|gi|dau|hoi|phai))*)"
    r"(?: (?:roi|ca|het|thoi|a|nhe|nha|day|em|ban))*"
)
_MORE: Final = re.compile(
    r"(?:(?:da|vang|co|u|uh|ok|oke|dong y|hoi|them|mot|1|cau|nua|a|nhe|nha|di)(?: |$))+"
)


def says_enough(text: str) -> bool | None:
    """Read what is said to "another one?": "không", "đủ rồi" True; "có", "thêm" False (N13)."""
    folded = words.fold(text).strip(" .,!")
    if _ENOUGH.fullmatch(folded):
        return True
    return False if _MORE.fullmatch(folded) else None


@flow.step(reads="text")
async def more(turn: Turn) -> Outcome:
    """Enough, one more, or the next question itself."""
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    enough = None if turn.choice else says_enough(turn.text)
    if turn.choice == "enough" or enough:
        return await go_on(turn, replace(plan, is_enough=True))
    if turn.choice == "add" or enough is False:
        number = len(plan.questions) + 1
        return turn.ask("quick_forms.ask_question", hear=question, draft=plan.draft(), n=number)
    return await question(turn)


# --- whom ----------------------------------------------------------------------------------------


@flow.step(reads="number")
async def whom(turn: Turn) -> Outcome:
    """A number is a hamlet's own number."""
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    found = read_whom(turn.text, await known_units(turn, plan))
    if found.unread or not (found.units or found.doubts):
        typed = ", ".join(found.unread)[:80] or turn.text[:80]
        return turn.ask_again("quick_forms.whom_unclear", typed=typed)
    return await go_on(turn, plan.with_whom(found))


async def _ask_unit(turn: Turn, plan: Plan, before: tuple[Outgoing, ...]) -> Outcome:
    typed, ids = plan.doubts[0]
    known = await known_units(turn, plan)
    return turn.ask(
        "quick_forms.which_unit",
        hear=which_unit,
        choices=doubts.choices(turn, known, ids),
        draft=plan.draft(),
        before=before,
        typed=typed,
    )


@flow.step()
async def which_unit(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None or not plan.doubts:
        return gone(turn)
    ids = plan.doubts[0][1]
    picked = doubts.picked(turn.choice, ids)
    joined = tuple(dict.fromkeys((*(plan.units or ()), *picked)))
    plan = replace(plan, units=joined, doubts=plan.doubts[1:])
    if not plan.doubts and not plan.units:
        return await go_on(turn, replace(plan, units=None))
    return await go_on(turn, plan)


# --- until when ----------------------------------------------------------------------------------


@flow.step(reads="text")
async def due(turn: Turn) -> Outcome:
    """Today or later, at most ninety days ahead."""
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    if turn.choice:
        return await _until(turn, plan, date.fromisoformat(turn.choice))
    local = turn.event.at.astimezone(turn.house.timezone)
    match read_due(turn.text, sent_at=local):
        case date() as day:
            return await _until(turn, plan, day)
        case words.DateDoubt(candidates=days) if good := _possible(turn, days):
            choices = [Choice(day.isoformat(), words.say_date(day)) for day in good]
            return turn.ask("quick_forms.ask_day", hear=due, choices=choices, draft=plan.draft())
        case words.DateDoubt():
            return turn.ask_again("quick_forms.day_over")
        case _:
            return turn.ask_again("quick_forms.day_unclear")


def _possible(turn: Turn, days: Sequence[date]) -> list[date]:
    return [day for day in days if turn.today <= day <= turn.today + FARTHEST][:_MOST_SHOWN]


async def _until(turn: Turn, plan: Plan, day: date) -> Outcome:
    if wrong := judging.why_not_due(day, today=turn.today):
        return turn.ask_again(wrong.text, most=wrong.most)
    return await go_on(turn, replace(plan, due=day))
