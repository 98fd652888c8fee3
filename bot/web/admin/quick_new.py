"""A new quick form: written on one page, shown as its units will read it, then sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from bot.web.admin.visit import DESK, Answer, Missing, Moved, Route, Shown, Visit
from handlers import places
from handlers.flow import Turn
from handlers.quick_forms import judging, previewing, saying, sending, service
from handlers.quick_forms.brief import FARTHEST, guess_kind
from handlers.quick_forms.form import MOST_QUESTIONS, Kind, Question, store_questions
from handlers.quick_forms.judging import Wrong
from handlers.quick_forms.plan import Plan
from handlers.quick_forms.service import NewForm
from storage import quick_forms
from storage.units import UnitInfo

_KINDS: Final = (
    *("xom", "truong_hoc", "co_quan", "mttq_ctxh"),
    *("luc_luong_vu_trang", "doanh_nghiep"),
)
_OTHER: Final = "khac"
_SAME_WITHIN: Final = timedelta(minutes=10)
"""So long the very same form is a second press, not a second form (T42)."""
_NEWEST: Final = 20


@dataclass(slots=True)
class Typed:
    """What the fields tell; `wrong`: name of a field -> what is wrong with it."""

    plan: Plan
    wrong: dict[str, str] = field(default_factory=dict)


async def ask(visit: Visit) -> Answer:
    return await _asked(visit, {})


async def _asked(visit: Visit, wrong: Mapping[str, str]) -> Shown:
    turn = visit.turn
    known = await previewing.known_units(turn, Plan(visit.commune_id))
    values: dict[str, Any] = {
        "numbers": range(1, MOST_QUESTIONS + 1),
        "kinds": [(kind.value, turn.text_of(f"quick_forms.kind_{kind.value}")) for kind in Kind],
        "groups": _groups(turn, known),
        "typed": dict(visit.form),
        "chosen": set(visit.forms.get("noi", ())),
        "whole": set(visit.forms.get("ca", ())),
        "today": turn.today.isoformat(),
        "last": (turn.today + FARTHEST).isoformat(),
        "wrong": wrong,
    }
    return Shown("quick_new.html", values, status=422 if wrong else 200)


def _groups(turn: Turn, known: list[UnitInfo]) -> list[tuple[str, str, list[tuple[int, str]]]]:
    """(kind, its name, its units) of every kind that the commune has; the last are all others."""
    names = places.shown(known)
    of: dict[str, list[tuple[int, str]]] = {kind: [] for kind in (*_KINDS, _OTHER)}
    for one in known:
        of[_kind(one)].append((one.id, names[one.code]))
    return [(kind, _named(turn, kind), mine) for kind, mine in of.items() if mine]


def _kind(unit: UnitInfo) -> str:
    return unit.kind if unit.kind in _KINDS else _OTHER


def _named(turn: Turn, kind: str) -> str:
    is_other = kind == _OTHER
    return turn.text_of("page_quick_forms.other_units" if is_other else f"yearly.kind_{kind}")


# --- reading -------------------------------------------------------------------------------------


async def _read(visit: Visit) -> Typed:
    """By the rules of the chat's dialogue."""
    turn, form = visit.turn, visit.form
    known = await previewing.known_units(turn, Plan(visit.commune_id))
    title = " ".join(form.get("ten", "").split())
    told = Typed(Plan(visit.commune_id, title, units=_chosen(visit, known), due=_day(visit)))
    _note(turn, told, "ten", judging.why_not_title(title))
    if not title:
        told.wrong["ten"] = turn.text_of("page_quick_forms.title_empty")
    questions = [one for at in range(1, MOST_QUESTIONS + 1) if (one := _question(visit, told, at))]
    told.plan = _with(told.plan, tuple(questions))
    if not questions and not told.wrong.keys() & {"cau1", "kieu1", "y1"}:
        told.wrong["cau1"] = turn.text_of("page_quick_forms.questions_none")
    if not told.plan.units:
        told.wrong["noi"] = turn.text_of("page_quick_forms.whom_none")
    if told.plan.due is None:
        told.wrong["han"] = turn.text_of("page_quick_forms.day_empty")
    else:
        _note(turn, told, "han", judging.why_not_due(told.plan.due, today=turn.today))
    return told


def _with(plan: Plan, questions: tuple[Question, ...]) -> Plan:
    for one in questions:
        plan = plan.with_question(one)
    return plan


def _note(turn: Turn, told: Typed, name: str, wrong: Wrong | None) -> None:
    if wrong is not None:
        told.wrong[name] = turn.text_of(wrong.text, most=wrong.most)


def _question(visit: Visit, told: Typed, at: int) -> Question | None:
    """The question of these fields; None where there is none, or something is wrong with it."""
    turn = visit.turn
    text = " ".join(visit.form.get(f"cau{at}", "").split())
    if not text:
        return None
    _note(turn, told, f"cau{at}", judging.why_not_question(text))
    said = visit.form.get(f"kieu{at}", "")
    kind = Kind(said) if said in set(Kind) else guess_kind(text)
    options: list[str] = []
    if kind is None:
        told.wrong[f"kieu{at}"] = turn.text_of("page_quick_forms.kind_empty")
    elif kind is Kind.ONE_OF:
        options = judging.read_options(visit.form.get(f"y{at}", ""))
        _note(turn, told, f"y{at}", judging.why_not_options(options))
    if kind is None or told.wrong.keys() & {f"cau{at}", f"kieu{at}", f"y{at}"}:
        return None
    return Question(text=text, kind=kind, options=tuple(options))


def _chosen(visit: Visit, known: list[UnitInfo]) -> tuple[int, ...]:
    """The units that were ticked, and all of the kinds that were; of this commune alone (T13)."""
    ticked, whole = set(visit.forms.get("noi", ())), set(visit.forms.get("ca", ()))
    return tuple(one.id for one in known if str(one.id) in ticked or _kind(one) in whole)


def _day(visit: Visit) -> date | None:
    try:
        return date.fromisoformat(visit.form.get("han", ""))
    except ValueError:
        return None


# --- the preview, and sending --------------------------------------------------------------------


async def preview(visit: Visit) -> Answer:
    """Exactly as units will see it, to how many, and whom nothing reaches (U18)."""
    turn = visit.turn
    if visit.form.get("sua"):
        return await _asked(visit, {})
    told = await _read(visit)
    plan = told.plan
    if told.wrong or plan.due is None:
        return await _asked(visit, told.wrong)
    named = await previewing.chosen_names(turn, plan)
    values = {
        "names": named,
        "shown": saying.body(turn, named[0], plan.title, plan.questions, plan.due),
        "lost": [one.text for one in await previewing.lost(turn, plan)],
        "fields": [
            (name, value) for name, values in visit.forms.items() for value in values if value
        ],
    }
    return Shown("quick_preview.html", values)


async def send(visit: Visit) -> Answer:
    """All is read and judged again: a unit or the day may be over since (T41)."""
    turn = visit.turn
    told = await _read(visit)
    plan = told.plan
    if told.wrong or plan.due is None:
        return await _asked(visit, told.wrong)
    if (there := await _same(visit, plan)) is not None:
        return Moved(visit.link(f"/phieu/{there}"), turn.text_of("page_quick_forms.stands"))
    new = NewForm(plan.title, plan.questions, plan.units or (), plan.due)
    try:
        form, said = await sending.dispatch(turn, visit.commune_id, new)
    except (service.Denied, service.Impossible):
        raise Missing from None
    return Moved(visit.link(f"/phieu/{form.id}"), said.text)


async def _same(visit: Visit, plan: Plan) -> int | None:
    """The very same form that was sent just now."""
    newest = await quick_forms.of_communes(visit.turn.tx, [visit.commune_id], limit=_NEWEST)
    asked = store_questions(plan.questions)
    for one in newest:
        is_fresh = visit.turn.now - one.made_at < _SAME_WITHIN
        if is_fresh and (one.title, one.questions, one.due_on) == (plan.title, asked, plan.due):
            return one.id
    return None


ROUTES: Final = (
    Route("GET", "/phieu/moi", DESK, ask),
    Route("POST", "/phieu/moi", DESK, preview),
    Route("POST", "/phieu/moi/gui", DESK, send),
)
