"""Entering what a unit answered to a quick form by phone or on paper; the unit hears of it."""

from typing import Any, Final

from bot.web.admin.visit import DESK, Answer, Missing, Moved, Route, Shown, Visit
from handlers.quick_forms import entering, filling, saying, service, work
from handlers.quick_forms import form as forms
from handlers.quick_forms.form import Kind, Question
from handlers.quick_forms.kinds import NO, YES, read_one, too_large
from handlers.quick_forms.work import Work
from storage import quick_forms
from storage.quick_forms import FormInfo

_SAID: Final = {"co": YES, "khong": NO, "chua": forms.UNKNOWN, "": forms.BLANK}
"""What a chosen answer is sent as, beside the places of options."""


async def found(visit: Visit) -> FormInfo:
    """The form of the path. Raises `Missing`."""
    form = await quick_forms.find(visit.turn.tx, visit.id("id"), (visit.commune_id,))
    if form is None:
        raise Missing
    return form


async def _work(visit: Visit, source: str) -> Work | Moved:
    """Raises `Missing` for a unit that was not asked."""
    form, unit = await found(visit), visit.id("unit")
    opened = await work.opened(visit.turn, form.id, unit, source=source)
    if isinstance(opened, Work):
        return opened
    if form.is_open:
        raise Missing
    return Moved(visit.link(f"/phieu/{form.id}"), visit.turn.text_of(opened))


async def ask(visit: Visit) -> Answer:
    opened = await _work(visit, "phone")
    return opened if isinstance(opened, Moved) else _asked(visit, opened, {})


def _asked(
    visit: Visit, opened: Work, refused: dict[int, str], *, again: str = "", strange: str = ""
) -> Shown:
    """`refused`: place of a question -> what is wrong; `strange`: what has to be looked at."""
    turn = visit.turn
    standing = ""
    if opened.counted is not None:
        said = saying.in_short(turn, opened.questions, opened.standing)
        standing = turn.text_of("quick_forms.standing", unit=opened.name, said=said)
    values: dict[str, Any] = {
        "form": opened.form,
        "unit": opened.unit.id,
        "name": opened.name,
        "questions": opened.questions,
        "typed": dict(visit.form),
        "base": opened.counted.number if opened.counted else 0,
        "standing": standing,
        "refused": refused,
        "again": again,
        "strange": strange,
    }
    is_wrong = bool(refused or again or strange)
    return Shown("quick_enter.html", values, status=422 if is_wrong else 200)


async def enter(visit: Visit) -> Answer:
    source = visit.form.get("nguon", "")
    if source not in service.BY_HAND:
        source = "phone"
    opened = await _work(visit, source)
    if isinstance(opened, Moved):
        return opened
    base = visit.form.get("ban", "")
    opened.base = int(base) if base.isdecimal() and len(base) < 10 else 0
    refused = _read(visit, opened)
    if refused:
        return _asked(visit, opened, refused)
    strange = " ".join(one.text for one in filling.strange(visit.turn, opened))
    if strange and visit.form.get("chac", "") != "1":
        return _asked(visit, opened, {}, strange=strange)
    return await _written(visit, opened)


async def _written(visit: Visit, opened: Work) -> Answer:
    turn = visit.turn
    try:
        said = await entering.save(turn, opened)
    except service.Overtaken as overtaken:
        opened.counted = overtaken.counted
        return _asked(
            visit, opened, {}, again=turn.text_of("quick_forms.overtaken", unit=opened.name)
        )
    except service.Closed:
        closed = turn.text_of("quick_forms.is_closed")
        return Moved(visit.link(f"/phieu/{opened.form.id}"), closed)
    except (service.Denied, service.Impossible):
        raise Missing from None
    return Moved(visit.link(f"/phieu/{opened.form.id}"), said.text)


def _read(visit: Visit, opened: Work) -> dict[int, str]:
    """Fill in the answers; place of a question -> why its field cannot be read."""
    refused = {}
    for place, question in enumerate(opened.questions):
        said = visit.form.get(f"cau{place}", "").strip()
        answer = _chosen(question, said) or _typed(question, said)
        if answer is None:
            refused[place] = _why(visit, question, said)
        else:
            opened.answers[place] = answer
    return refused


def _chosen(question: Question, said: str) -> forms.Answer | None:
    if question.kind is Kind.ONE_OF and said.isdecimal() and int(said) < len(question.options):
        return forms.Answer(option=int(said))
    is_listed = question.kind in (Kind.YES_NO, Kind.ONE_OF) or not said
    return _SAID.get(said) if is_listed else None


def _typed(question: Question, said: str) -> forms.Answer | None:
    """Read as in chat; what can be read in two ways is asked again."""
    if question.kind in (Kind.YES_NO, Kind.ONE_OF):
        return None
    read = read_one(said, question)
    return read.candidates[0] if read is not None and read.is_certain else None


def _why(visit: Visit, question: Question, said: str) -> str:
    turn = visit.turn
    read = read_one(said, question)
    if read is not None and not read.is_certain:
        candidates = ", ".join(saying.say_answer(turn, question, one) for one in read.candidates)
        return turn.text_of("page_quick_forms.in_two_ways", candidates=candidates)
    is_large = question.kind is Kind.NUMBER and too_large(said)
    key = "too_large" if is_large else f"unclear_{question.kind.value}"
    return turn.text_of(f"quick_forms.{key}")


ROUTES: Final = (
    Route("GET", "/phieu/{id}/nhap/{unit}", DESK, ask),
    Route("POST", "/phieu/{id}/nhap/{unit}", DESK, enter),
)
