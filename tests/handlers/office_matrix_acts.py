"""Every act of an officer's year, as the rules of its feature offer it, or as a forged press.

What has rules for the chat, the page and jobs alike is called as they would call it; what lives in
a conversation alone is pressed, with a draft that says whatever the attempt wants.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from handlers.flow import Turn
from handlers.office.chasing import marks, nudging, owed
from handlers.office.chasing.marks import At, Wish
from handlers.office.receiving import verdicts
from handlers.office.receiving.verdicts import Shown
from handlers.quick_forms import desk
from handlers.quick_forms import service as quick_rules
from handlers.quick_forms.form import Answer as QuickAnswer
from handlers.quick_forms.form import Kind, Question
from handlers.quick_forms.service import NewForm
from handlers.reporting import periods, place, rules
from handlers.reporting import service as report_rules
from handlers.reporting.answers import UNKNOWN, stored
from handlers.roles import make_invite
from storage import reports, units
from storage.database import Transaction
from storage.report_drafts import DraftInfo
from tests.handlers.office_matrix import Target, pressed

DAY = timedelta(days=1)
Do = Callable[[Turn, Target], Awaitable[object]]


async def unit_of(turn: Turn, number: int) -> units.UnitInfo:
    found = await units.by_id(turn.tx, number, on=turn.today)
    assert found is not None
    return found


# --- who owes ------------------------------------------------------------------------------------


async def see_owing(turn: Turn, at: Target) -> bool:
    return await owed.look(turn, owed.Spot(at.commune, "2026")) is not None


async def see_call_list(turn: Turn, at: Target) -> object:
    draft = owed.Spot(at.commune, "2026").dump()
    return await pressed(turn, "owing", "act", choice="call_list", **draft)


async def order_call_list(turn: Turn, at: Target) -> object:
    draft = owed.Spot(at.commune, "2026").dump()
    return await pressed(turn, "owing", "files", choice="pdf", **draft)


async def _at(tx: Transaction, commune: int, turn: Turn) -> At:
    period = periods.annual(2026, await units.settings_of(tx, commune))
    return At(commune, period, turn.now, turn.today)


def marking(kind: str) -> Do:
    async def mark(turn: Turn, at: Target) -> object:
        where = await _at(turn.tx, at.commune, turn)
        until = where.period.due + 3 * DAY if kind == "extended" else None
        wish = Wish(at.unit, kind, until=until, reason="nơi này xin như vậy")
        return await marks.make(turn.tx, where, wish, by=turn.actor)

    return mark


async def end_mark(turn: Turn, at: Target) -> object:
    where = await _at(turn.tx, at.commune, turn)
    return await marks.end(turn.tx, where, at.mark, by=turn.actor)


async def remind(turn: Turn, at: Target) -> object:
    draft = owed.Spot(at.commune, "2026").dump()
    return await pressed(turn, "owing", "remind", choice="remind_all", **draft)


async def remind_by_rule(turn: Turn, at: Target) -> object:
    await nudging.nudge(turn, about="report:2026", commune_id=at.commune, unit_ids=[at.unit])
    return False


async def invite(turn: Turn, at: Target) -> object:
    draft = owed.at_unit(owed.Spot(at.commune, "2026"), at.unit).dump()
    return await pressed(turn, "owing", "card", choice="invite", **draft)


async def invite_by_rule(turn: Turn, at: Target) -> object:
    return await make_invite(
        turn.tx,
        role="reporter",
        unit_id=at.unit,
        by=turn.actor,
        now=turn.now,
        entropy=turn.entropy,
        keyed_hash=turn.keyed_hash,
    )


# --- reports -------------------------------------------------------------------------------------


def sending(source: str) -> Do:
    async def send(turn: Turn, at: Target) -> object:
        where = await _place(turn, at.unit, source)
        counted = await reports.of_unit(turn.tx, at.unit, "2026")
        answers = {one.key: UNKNOWN for one in rules.open_ones(where.fields, {})}
        return await report_rules.submit(
            turn.tx,
            where,
            _draft(turn, where, stored(answers), counted.version if counted else 0),
            by=turn.actor,
            said_at=turn.now,
            now=turn.now,
            zone=turn.house.timezone,
        )

    return send


async def _place(turn: Turn, unit: int, source: str) -> place.Place:
    known = await units.listed(turn.tx, on=turn.today)
    found = await place.find(
        turn.tx,
        await unit_of(turn, unit),
        "2026",
        known=known,
        today=turn.today,
        source=source,
    )
    assert found is not None
    return found


def _draft(turn: Turn, where: place.Place, answers: dict[str, Any], base: int) -> DraftInfo:
    whose = (turn.actor.person_id, where.unit.id, where.form.key, "2026")
    return DraftInfo(0, *whose, False, answers, {}, base, "guided", 1, turn.now)


async def withdraw(turn: Turn, at: Target) -> object:
    where = await _place(turn, at.unit, "unit")
    return await report_rules.withdraw(turn.tx, where, number=1, by=turn.actor, now=turn.now)


def _shown(at: Target) -> Shown:
    return Shown(at.commune, "2026", at.report, 1)


async def accept(turn: Turn, at: Target) -> object:
    return await verdicts.accept(turn.tx, _shown(at), by=turn.actor, now=turn.now)


async def accept_all(turn: Turn, at: Target) -> object:
    return await verdicts.accept_all(turn.tx, [_shown(at)], by=turn.actor, now=turn.now)


async def give_back(turn: Turn, at: Target) -> object:
    why = "thiếu số người dự"
    return await verdicts.give_back(turn.tx, _shown(at), reason=why, by=turn.actor, now=turn.now)


async def freeze(turn: Turn, at: Target) -> object:
    return await report_rules.freeze(turn.tx, at.commune, "2026", by=turn.actor, now=turn.now)


async def reopen(turn: Turn, at: Target) -> object:
    return await report_rules.reopen(
        turn.tx, at.commune, "2027", reason="sót một nơi", by=turn.actor, now=turn.now
    )


# --- quick forms ---------------------------------------------------------------------------------


async def ask_quickly(turn: Turn, at: Target) -> object:
    question = Question(text="Bao nhiêu hộ?", kind=Kind.NUMBER)
    new = NewForm("Phiếu mới", [question], [at.unit], turn.today + DAY)
    return await quick_rules.send(
        turn.tx, at.commune, new, by=turn.actor, today=turn.today, now=turn.now
    )


async def see_form(turn: Turn, at: Target) -> bool:
    return await desk.found(turn, at.form) is not None


def quick_press(choice: str) -> Do:
    async def press(turn: Turn, at: Target) -> object:
        return await pressed(turn, "quick", "look", choice=choice, form=at.form)

    return press


async def close(turn: Turn, at: Target) -> object:
    return await quick_rules.close(turn.tx, at.form, by=turn.actor, now=turn.now)


def answering(source: str) -> Do:
    async def answer(turn: Turn, at: Target) -> object:
        return await quick_rules.answer(
            turn.tx,
            at.form,
            at.unit,
            {0: QuickAnswer(number=12)},
            base=0,
            source=source,
            by=turn.actor,
            today=turn.today,
            now=turn.now,
            zone=turn.house.timezone,
        )

    return answer
