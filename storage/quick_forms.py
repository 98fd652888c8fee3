"""Quick forms: what an officer asks of chosen units, and every answer with its corrections (A6).

Times are the domain's clock. Who may do what is the caller's to decide; every question names the
communes or the units it is about (T13).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, insert, select, update

from storage.database import Transaction, upsert
from storage.tables import Json, QuickAnswer, QuickForm, QuickFormUnit


@dataclass(frozen=True, slots=True)
class FormInfo:
    id: int
    commune_id: int
    title: str
    questions: Json
    due_on: date
    """The last local day on time."""
    state: str
    made_by: int | None
    made_at: datetime
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class AnswerInfo:
    form_id: int
    unit_id: int
    number: int
    answers: Json
    source: str
    sent_by: int | None
    sent_as: str
    sent_at: datetime


_FORM: Final = tuple(getattr(QuickForm, one.name) for one in fields(FormInfo))
_ANSWER: Final = tuple(getattr(QuickAnswer, one.name) for one in fields(AnswerInfo))


async def add(
    tx: Transaction,
    *,
    commune_id: int,
    title: str,
    questions: Json,
    due_on: date,
    units: Collection[int],
    by: int,
    now: datetime,
) -> int:
    """Write a form and whom it asks; its id."""
    values = {"commune_id": commune_id, "title": title, "questions": questions, "due_on": due_on}
    new = upsert(tx, QuickForm).values(**values, state="open", made_by=by, made_at=now)
    form_id = int(await tx.scalar(new.returning(QuickForm.id)))
    await tx.execute(
        insert(QuickFormUnit), [{"form_id": form_id, "unit_id": unit} for unit in sorted(units)]
    )
    return form_id


async def find(tx: Transaction, form_id: int, communes: Collection[int]) -> FormInfo | None:
    """One form of these communes; None for any other, as if it were not there (T13)."""
    statement = select(*_FORM).where(QuickForm.id == form_id, QuickForm.commune_id.in_(communes))
    row = (await tx.execute(statement)).first()
    return FormInfo(*row) if row else None


async def find_asked(tx: Transaction, form_id: int, unit_id: int) -> FormInfo | None:
    """One form, if it asks this unit (T13)."""
    statement = select(*_FORM).join(QuickFormUnit, QuickFormUnit.form_id == QuickForm.id)
    mine = statement.where(QuickForm.id == form_id, QuickFormUnit.unit_id == unit_id)
    row = (await tx.execute(mine)).first()
    return FormInfo(*row) if row else None


async def of_communes(
    tx: Transaction, communes: Collection[int], *, after: int = 0, limit: int = 100
) -> list[FormInfo]:
    """Open ones first, then closed ones, each newest first; `after` = how many to leave out."""
    statement = select(*_FORM).where(QuickForm.commune_id.in_(communes))
    ordered = statement.order_by(QuickForm.state.desc(), QuickForm.id.desc())
    return [FormInfo(*row) for row in await tx.execute(ordered.offset(after).limit(limit))]


async def open_for(tx: Transaction, units: Collection[int]) -> list[tuple[FormInfo, int]]:
    """Every open form with each of `units` that it asks, newest first."""
    statement = (
        select(*_FORM, QuickFormUnit.unit_id)
        .join(QuickFormUnit, QuickFormUnit.form_id == QuickForm.id)
        .where(QuickFormUnit.unit_id.in_(units), QuickForm.state == "open")
        .order_by(QuickForm.id.desc(), QuickFormUnit.unit_id)
    )
    return [(FormInfo(*row[:-1]), row[-1]) for row in await tx.execute(statement)]


async def units_of(tx: Transaction, form_id: int) -> list[int]:
    """Everybody it asked, whatever has become of them."""
    statement = select(QuickFormUnit.unit_id).where(QuickFormUnit.form_id == form_id)
    return list((await tx.execute(statement.order_by(QuickFormUnit.unit_id))).scalars())


# --- answers -------------------------------------------------------------------------------------


async def hold(tx: Transaction, form_id: int) -> None:
    """Nobody else answers or closes this form until we commit (T19, T41); SQLite has us alone."""
    await tx.execute(select(QuickForm.id).where(QuickForm.id == form_id).with_for_update())


async def newest(tx: Transaction, form_id: int, unit_id: int) -> AnswerInfo | None:
    """What a unit's answer is now."""
    statement = select(*_ANSWER).where(
        QuickAnswer.form_id == form_id, QuickAnswer.unit_id == unit_id
    )
    row = (await tx.execute(statement.order_by(QuickAnswer.number.desc()).limit(1))).first()
    return AnswerInfo(*row) if row else None


async def all_newest(tx: Transaction, form_id: int) -> Mapping[int, AnswerInfo]:
    """Unit id -> its answer as it is now."""
    statement = select(*_ANSWER).where(QuickAnswer.form_id == form_id)
    rows = await tx.execute(statement.order_by(QuickAnswer.number))
    return {row.unit_id: AnswerInfo(*row) for row in rows}


async def first_sent(tx: Transaction, form_id: int) -> Mapping[int, datetime]:
    """Unit id -> when it answered first: corrected later, it came on time."""
    statement = select(QuickAnswer.unit_id, func.min(QuickAnswer.sent_at))
    rows = statement.where(QuickAnswer.form_id == form_id).group_by(QuickAnswer.unit_id)
    return {row[0]: row[1] for row in await tx.execute(rows)}


async def answered(tx: Transaction, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these (form id, unit id) that have an answer."""
    forms = {form for form, _ in pairs}
    statement = select(QuickAnswer.form_id, QuickAnswer.unit_id).distinct()
    rows = await tx.execute(statement.where(QuickAnswer.form_id.in_(forms)))
    return {(row[0], row[1]) for row in rows} & set(pairs)


async def answer(
    tx: Transaction,
    form_id: int,
    unit_id: int,
    *,
    number: int,
    answers: Json,
    source: str,
    by: int,
    role: str,
    now: datetime,
) -> None:
    """Write the answer of that number; the caller holds the form."""
    values = {"number": number, "answers": answers, "source": source}
    await tx.execute(
        insert(QuickAnswer).values(
            form_id=form_id, unit_id=unit_id, sent_by=by, sent_as=role, sent_at=now, **values
        )
    )


async def close(tx: Transaction, form_id: int, *, now: datetime) -> bool:
    """True for the one call that closed it."""
    statement = update(QuickForm).where(QuickForm.id == form_id, QuickForm.state == "open")
    return (await tx.execute(statement.values(state="closed", closed_at=now))).rowcount == 1
