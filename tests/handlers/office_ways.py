"""What the reviewing tests of issue 7 do again and again."""

from datetime import date, timedelta

from sqlalchemy import update

from storage.tables import Unit
from tests.talk import House, Talk, in_demo_days

WHY = "Thiếu số người từ 60 tuổi"


async def on_day(house: House, year: int, month: int, day: int) -> None:
    """Move the house to the same hour of that day."""
    there = date(year, month, day)
    await in_demo_days(house, (there - house.clock.wall().date()) // timedelta(days=1))


async def waits_till(talk: Talk, year: int, month: int, day: int) -> None:
    """Let real days pass up to that one (demo days would age the buttons of notices)."""
    await talk.waits(days=(date(year, month, day) - talk.house.clock.wall().date()).days)


async def marks(officer: Talk, unit: str, mark: str, *typed: str) -> None:
    """Set a mark through the card of one unit."""
    await officer.says(f"nộp chưa {unit}")
    await officer.presses(mark)
    if typed:
        await officer.says(*typed)
    await officer.presses("Đồng ý")


async def returns(officer: Talk, why: str = WHY) -> None:
    """Give the oldest report of the queue back."""
    await officer.says("/duyet")
    await officer.presses("Duyệt lần lượt")
    await officer.presses("Trả lại")
    await officer.says(why)
    await officer.presses("Gửi")


async def lives(house: House, code: str, since: date | None, until: date | None) -> None:
    """The unit exists from one day, up to another."""
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Unit).where(Unit.code == code).values(since=since, until=until))


def since(talk: Talk, count: int) -> str:
    """Everything this person was told after the first `count` messages."""
    return "\n".join(talk.heard[count:])
