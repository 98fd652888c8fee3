"""The plan as a report tells it: whether there is one, its sign and its day (N7-N9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from handlers import words
from handlers.reporting.form import Form
from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.pieces import Piece, Shape
from handlers.reporting.readers.told import Said, Unread
from handlers.reporting.readers.told_words import launch_told, plan_told


def read_plan(
    clauses: Sequence[Clause], text: str, form: Form, *, today: date, taken: set[int]
) -> tuple[list[Said], list[Unread], list[Clause]]:
    """What is told of the plan, and the clauses without the figures that belong to it."""
    said: list[Said] = []
    unread: list[Unread] = []
    rest: list[Clause] = []
    line = -1
    for place, clause in enumerate(clauses):
        if place in taken or clause.is_past or clause.is_open:
            rest.append(clause)
            continue
        is_plan = any(one.startswith("PLAN") for one in clause.forms)
        has_sign = any(_is_sign(piece) for piece in clause.pieces)
        has_sign = has_sign and (is_plan or any("/kh" in one for one in clause.forms))
        if is_plan or has_sign:
            line = clause.sentence
        said += _choices(clause, form, has_sign=has_sign)
        is_near = clause.sentence == line
        if is_near:
            said += _papers(clause, text, form, today)
        if has_sign and "plan_number" not in _keys(form):
            unread += [Unread(one.start, one.end) for one in clause.pieces if _is_sign(one)]
        rest.append(_without(clause) if is_near else clause)
    return said, unread, rest


def _keys(form: Form) -> set[str]:
    return {field.key for field in form.fields if field.asked}


def _is_sign(piece: Piece) -> bool:
    figure = piece.figure
    return figure is not None and figure.shape is Shape.CODE


def _choices(clause: Clause, form: Form, *, has_sign: bool) -> list[Said]:
    pieces = clause.pieces
    span = (pieces[0].start, pieces[-1].end)
    told = plan_told(pieces)
    if told != "no" and (has_sign or _has_papers(clause)):
        told = "yes"
    found: list[Said] = []
    if told and "plan_issued" in _keys(form):
        values = ("yes", "no") if told == "?" else (told,)
        found.append(Said(("plan_issued",), values, *span, is_sure=told != "?"))
    launched = launch_told(pieces)
    if launched and "launched" in _keys(form):
        found.append(Said(("launched",), (launched,), *span))
    return found


def _has_papers(clause: Clause) -> bool:
    """Whether the plan's number or day is told."""
    forms = clause.forms
    is_plan = any(one in ("PLAN", "PLANNUMBER", "PLANDAY") for one in forms[:3])
    has_day = any(_is_day(clause.pieces, place) for place in range(len(clause.pieces)))
    return is_plan and (has_day or _bare_number(clause) is not None)


def _is_day(pieces: Sequence[Piece], place: int) -> bool:
    """True for "15/7/2026", and for "15/7" behind "ngày"."""
    figure = pieces[place].figure
    before = {one.form for one in pieces[max(place - 3, 0) : place]}
    is_short = figure is not None and figure.shape is Shape.SHARE and {"ngay", "PLANDAY"} & before
    return bool(is_short) or (figure is not None and figure.shape is Shape.DAY)


def _bare_number(clause: Clause) -> Piece | None:
    """The 15 of "kế hoạch số 15"."""
    row = clause.pieces
    for place in range(len(row) - 2):
        if row[place].form == "PLAN" and row[place + 1].form == "so" and row[place + 2].figure:
            return row[place + 2] if row[place + 2].form.isdecimal() else None
    return None


def _papers(clause: Clause, text: str, form: Form, today: date) -> list[Said]:
    found: list[Said] = []
    bare = _bare_number(clause)
    for place, piece in enumerate(clause.pieces):
        if (_is_sign(piece) or piece is bare) and "plan_number" in _keys(form):
            written = text[piece.start : piece.end]
            found.append(Said(("plan_number",), (written,), piece.start, piece.end))
        day = _day(clause, place, text, today)
        if day and "plan_date" in _keys(form):
            found.append(Said(("plan_date",), (day.isoformat(),), piece.start, piece.end))
    return found


def _day(clause: Clause, place: int, text: str, today: date) -> date | None:
    piece = clause.pieces[place]
    before = {one.form for one in clause.pieces[max(place - 3, 0) : place]}
    is_day = piece.figure is not None and piece.figure.shape is Shape.DAY
    is_short = piece.figure is not None and piece.figure.shape is Shape.SHARE
    if not (is_day or is_short) or (is_short and not before & {"ngay", "PLANDAY"}):
        return None
    sent = datetime.combine(today, time(12), tzinfo=UTC)
    read = words.read_date(text[piece.start : piece.end], sent_at=sent, expects="past")
    return read if isinstance(read, date) and read <= today else None


def _without(clause: Clause) -> Clause:
    """The clause without signs and days, and the numbers of "ngày 5/9"."""
    bare = _bare_number(clause)
    kept = [
        piece
        for place, piece in enumerate(clause.pieces)
        if not _is_sign(piece)
        and piece is not bare
        and not (piece.figure is not None and piece.figure.shape is Shape.DAY)
        and not (
            piece.figure is not None
            and piece.figure.shape is Shape.SHARE
            and {"ngay", "PLANDAY"} & {one.form for one in clause.pieces[max(place - 3, 0) : place]}
        )
    ]
    return replace(clause, pieces=tuple(kept))
