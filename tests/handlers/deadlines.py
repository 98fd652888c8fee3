"""What tests of deadlines do again and again."""

from datetime import date

from storage.tables import AuditRow, Deadline
from tests.handlers.chasing import answers
from tests.talk import House, Talk


async def sets(officer: Talk, sentence: str) -> str:
    """Set one in a sentence that leaves nothing open; what was read back."""
    await officer.says("trang đầu", sentence)
    said = officer.last
    assert "Đặt hạn này" in officer.labels, said
    await officer.presses("Đặt hạn này")
    return said


async def standing(house: House) -> list[tuple[str, str, date, list[int]]]:
    """(kind, period or title, last day, rungs) of every one that stands."""
    rows = await house.rows(
        *(Deadline.id, Deadline.kind, Deadline.period, Deadline.title),
        *(Deadline.due_on, Deadline.rungs),
        where=Deadline.ended_at.is_(None),
    )
    return [
        (kind, period or title, due, rungs.get("before", []))
        for _, kind, period, title, due, rungs in sorted(rows)
    ]


async def acts(house: House) -> list[str]:
    rows = await house.rows(AuditRow.id, AuditRow.action)
    return [action for _, action in sorted(rows) if action.startswith("deadline.")]


async def ends(officer: Talk, label: str, why: str = "Tỉnh đã lùi việc này") -> str:
    """End one from the list; what was said."""
    await officer.says("trang đầu", "các hạn đang đặt")
    await officer.presses(label, "Thôi hạn này")
    await officer.says(why)
    return await answers(officer, "Thôi hạn")
