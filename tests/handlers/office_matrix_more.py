"""The acts on registers, points, the commune's own report, past figures and difficulties.

As in `office_matrix_acts`: rules where a feature has them, a forged press where it has none.
"""

from collections.abc import Awaitable, Callable

from handlers.flow import Turn
from handlers.points import service as points_rules
from handlers.points.sheet import Spot, sheet_of
from handlers.registers import service as register_rules
from handlers.yearly import looking, past_writing, past_year
from handlers.yearly.letter import order_letter
from handlers.yearly.looking import View
from handlers.yearly.past_writing import Own
from storage import figure_imports, units
from storage.registers import NewEntry
from tests.handlers.office_matrix import Target, pressed
from tests.handlers.office_matrix_world import DIFFICULTY, FRAME

Do = Callable[[Turn, Target], Awaitable[object]]

# --- registers -----------------------------------------------------------------------------------


def _line(turn: Turn, at: Target) -> NewEntry:
    return NewEntry(at.commune, at.unit, "award", 2026, turn.today, number="9/QĐ", what="letter")


async def write_entry(turn: Turn, at: Target) -> object:
    return await register_rules.write(turn.tx, _line(turn, at), by=turn.actor, now=turn.now)


async def correct_entry(turn: Turn, at: Target) -> object:
    line = _line(turn, at)
    return await register_rules.correct(turn.tx, at.entry, line, by=turn.actor, now=turn.now)


async def see_entry(turn: Turn, at: Target) -> bool:
    return await register_rules.find(turn.tx, turn.actor, at.entry) is not None


async def done_entry(turn: Turn, at: Target) -> None:
    await register_rules.mark_done(turn.tx, at.visit, by=turn.actor, now=turn.now)


async def remove_entry(turn: Turn, at: Target) -> None:
    await register_rules.remove(turn.tx, at.entry, by=turn.actor, now=turn.now)


# --- points --------------------------------------------------------------------------------------


def _spot(at: Target) -> Spot:
    return Spot(at.commune, "2026", "difficulty")


async def see_points(turn: Turn, at: Target) -> bool:
    return await sheet_of(turn, _spot(at)) is not None


async def pick(turn: Turn, at: Target) -> object:
    return await points_rules.collect(turn, _spot(at), [at.key], text="")


async def rewrite(turn: Turn, at: Target) -> None:
    was, text = "Xin cấp thêm tài liệu", "Xin cấp thêm tài liệu chữ to"
    await points_rules.rewrite(turn, _spot(at), at.point, was=was, text=text)


async def remove_point(turn: Turn, at: Target) -> None:
    await points_rules.remove(turn, _spot(at), at.point)


async def submit_point(turn: Turn, at: Target) -> object:
    return await points_rules.submit(turn, _spot(at), [at.point])


async def decide(turn: Turn, at: Target) -> object:
    return await points_rules.decide(
        turn, _spot(at), at.submitted, was="", decision="Đồng ý cấp thêm", on=turn.today
    )


# --- the commune's own report --------------------------------------------------------------------


async def see_totals(turn: Turn, at: Target) -> bool:
    return await looking.look(turn, View(at.commune, "2026")) is not None


def yearly_press(choice: str) -> Do:
    async def press(turn: Turn, at: Target) -> object:
        draft = View(at.commune, "2026").dump()
        return await pressed(turn, "yearly", "then", choice=choice, **draft)

    return press


async def word(turn: Turn, at: Target) -> object:
    await order_letter(turn, at.commune, "2026")
    return False


async def change_frame(turn: Turn, at: Target) -> object:
    text = "Ủy ban nhân dân {xa} kính gửi báo cáo {ky}"
    draft = {"commune": at.commune, "key": "opening", "text": text, "seen": "", "part": "head"}
    return await pressed(turn, "frames", "check", choice="save", **draft)


async def reset_frame(turn: Turn, at: Target) -> object:
    draft = {"commune": at.commune, "key": "closing", "seen": FRAME, "part": "head"}
    return await pressed(turn, "frames", "original", choice="to_original", **draft)


async def note_onward(turn: Turn, at: Target) -> object:
    draft = {"commune": at.commune, "period": "2026", "addressee": "Sở Nội vụ", "number": ""}
    day = turn.today.isoformat()
    return await pressed(turn, "onward", "check", choice="save", day=day, **draft)


async def remove_onward(turn: Turn, at: Target) -> object:
    draft = {"commune": at.commune, "period": "2026", "note": at.note}
    return await pressed(turn, "onward", "remove", choice="remove", **draft)


# --- figures of a past year ----------------------------------------------------------------------


async def write_import(turn: Turn, at: Target) -> object:
    kept, year = await _import(turn, at, at.waiting)
    return await past_writing.write(turn.tx, kept, year, Own.KEEP, by=turn.actor, now=turn.now)


async def undo_import(turn: Turn, at: Target) -> object:
    kept, year = await _import(turn, at, at.written)
    return await past_writing.undo(turn.tx, kept, year, by=turn.actor, now=turn.now)


async def _import(
    turn: Turn, at: Target, number: int
) -> tuple[figure_imports.ImportInfo, past_year.Year]:
    """The import as it is stored, and the year of whichever commune the attempt names."""
    everywhere = [one.id for one in await units.communes(turn.tx, on=turn.today)]
    kept = await figure_imports.find(turn.tx, number, everywhere)
    year = await past_year.load(turn.tx, at.commune, "2025", today=turn.today)
    assert kept is not None
    assert year is not None
    return kept, year


async def press_import(turn: Turn, at: Target) -> object:
    return await pressed(turn, "past", "decide", choice="write", **{"import": at.waiting})


async def press_undo(turn: Turn, at: Target) -> object:
    return await pressed(turn, "past", "undo_sure", choice="undo_it", **{"import": at.written})


# --- a difficulty --------------------------------------------------------------------------------


async def own_difficulty(turn: Turn, at: Target) -> object:
    draft = {"unit": 0, "text": DIFFICULTY}
    return await pressed(turn, "difficulties", "check", choice="send", **draft)


async def unit_difficulty(turn: Turn, at: Target) -> object:
    draft = {"unit": at.unit, "text": DIFFICULTY}
    return await pressed(turn, "difficulties", "check", choice="send", **draft)
