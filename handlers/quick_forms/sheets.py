"""What came in as a workbook: typed cells, totals equal to the chat (design §6, T26)."""

from typing import Any, Final

from handlers.documents.contents import SHEET_WORDS
from handlers.flow import Turn
from handlers.quick_forms import saying
from handlers.quick_forms.form import Answer, Kind, Question
from handlers.quick_forms.tally import Line, Tally
from handlers.words import say_date, say_short_date

KIND: Final = "statistics_sheet"


def contents(turn: Turn, tally: Tally, *, commune: str) -> dict[str, Any]:
    """What `handlers.documents.contents.Workbook` reads: one row a unit, also who is missing."""
    now = turn.now.astimezone(turn.house.timezone)
    return {
        "title": tally.form.title,
        "sample": turn.text_of("statistics.sample").rstrip(".") if turn.house.sample else "",
        "made": now.replace(tzinfo=None, second=0, microsecond=0).isoformat(),
        "facts": _facts(turn, tally, commune),
        "table": {
            "columns": _columns(turn, tally),
            "rows": [_row(turn, tally, line) for line in tally.lines],
            "total": _total(turn, tally),
        },
        "trend": None,
        "definitions": [
            [one.text, turn.text_of(f"quick_forms.means_{one.kind.value}")]
            for one in tally.questions
        ],
        "words": {key: turn.text_of(f"documents.{key}") for key in SHEET_WORDS},
    }


def file_name(tally: Tally) -> str:
    return f"phieu-hoi-nhanh-{tally.form.id}.xlsx"


def _facts(turn: Turn, tally: Tally, commune: str) -> list[list[str]]:
    now = turn.now.astimezone(turn.house.timezone)
    answered = turn.text_of(
        "quick_forms.sheet_answered", answered=len(tally.answered), asked=tally.asked
    )
    values = {
        "scope": commune,
        "due": say_date(tally.form.due_on),
        "state": answered,
        "moment": f"{now:%H:%M} {say_date(now.date())}",
    }
    return [[turn.text_of(f"quick_forms.sheet_{key}"), said] for key, said in values.items()]


def _columns(turn: Turn, tally: Tally) -> list[dict[str, str]]:
    first = [_column(turn, key) for key in ("code", "unit")]
    last = [_column(turn, key) for key in ("sent", "source")]
    asked = [
        {"name": one.text, "kind": "count" if one.kind is Kind.NUMBER else "text"}
        for one in tally.questions
    ]
    return [*first, *asked, *last]


def _column(turn: Turn, key: str) -> dict[str, str]:
    return {"name": turn.text_of(f"quick_forms.sheet_{key}"), "kind": "text"}


def _row(turn: Turn, tally: Tally, line: Line) -> dict[str, Any]:
    told = line.answers or {}
    cells = [_cell(turn, one, told.get(at)) for at, one in enumerate(tally.questions)]
    sent = line.sent_at.astimezone(turn.house.timezone) if line.sent_at else None
    when = f"{sent:%H:%M} {say_short_date(sent)}" if sent else ""
    source = turn.text_of(f"quick_forms.source_{line.source}") if line.source else ""
    return {"cells": [line.code, line.name, *cells, when, source], "note": _note(turn, tally, line)}


def _cell(turn: Turn, question: Question, answer: Answer | None) -> str | int | None:
    """A figure is a number; what is not known is an empty cell with a note, never 0."""
    if answer is None or answer.is_blank:
        return None
    if question.kind is Kind.NUMBER:
        return answer.number
    return saying.say_answer(turn, question, answer)


def _note(turn: Turn, tally: Tally, line: Line) -> str:
    """What an empty cell means, and what is to be known of a row."""
    if line.answers is None:
        return turn.text_of("quick_forms.note_missing" if line.exists else "quick_forms.merged")
    notes = []
    for what in ("unknown", "blank", "about"):
        places = [
            str(at + 1)
            for at, one in enumerate(tally.questions)
            if _is(what, line.answers.get(at, Answer()), one)
        ]
        if places:
            notes.append(turn.text_of(f"quick_forms.note_{what}", places=", ".join(places)))
    if line.is_late:
        notes.append(turn.text_of("quick_forms.late"))
    if not line.exists:
        notes.append(turn.text_of("quick_forms.merged"))
    return "; ".join(notes)


def _is(what: str, answer: Answer, question: Question) -> bool:
    if what == "blank":
        return answer.is_blank
    if what == "about":
        return answer.about
    return answer.unknown and question.kind is Kind.NUMBER


def _total(turn: Turn, tally: Tally) -> dict[str, Any]:
    cells: list[str | int | None] = []
    for at, one in enumerate(tally.questions):
        found = tally.sum_of(at)
        is_count = one.kind is Kind.NUMBER
        cells.append(found.total if is_count else saying.say_sum(turn, one, found))
    counted = [
        f"{at}: {saying.say_sum(turn, one, tally.sum_of(at - 1))}"
        for at, one in enumerate(tally.questions, 1)
        if one.kind is Kind.NUMBER
    ]
    first = ["", turn.text_of("quick_forms.sheet_total")]
    return {"cells": [*first, *cells, "", ""], "note": "; ".join(counted)}
