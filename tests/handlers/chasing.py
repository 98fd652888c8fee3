"""What the tests of who owes, of returning and of freezing do again and again."""

from datetime import date, timedelta

from sqlalchemy import update

from storage import units
from storage.tables import DutyMark, Reminder, Unit
from tests.handlers.communes import second_commune
from tests.handlers.receiving import WHY
from tests.talk import House, Talk, in_demo_days

MTTQ = "mttq"
BUSINESS = "htx-a"


async def an_officer(talk: Talk, name: str = "Cô Hương") -> Talk:
    return await talk.somebody(name, role="officer")


async def asks(officer: Talk, *texts: str) -> str:
    """Say these; everything that was answered, as one text."""
    return "\n".join(await officer.asks(*texts))


async def answers(person: Talk, label: str) -> str:
    """Press this; everything that was answered, as one text."""
    return "\n".join(await person.gets(label))


async def marks(house: House) -> list[tuple[str, bool]]:
    """(kind, stands) of every mark, oldest first."""
    rows = await house.rows(DutyMark.id, DutyMark.kind, DutyMark.ended_at)
    return [(kind, ended is None) for _, kind, ended in sorted(rows, key=lambda row: row[0])]


async def reminders(house: House) -> list[tuple[str, str, str]]:
    """(unit's code, about, stage)."""
    return sorted(
        await house.rows(
            Unit.code, Reminder.about, Reminder.stage, where=Unit.id == Reminder.unit_id
        )
    )


async def elsewhere(house: House) -> None:
    """A second commune in the same database, with one hamlet that must report."""
    await second_commune(house, hamlet="xom-99")
    async with house.app.database.transaction() as tx:
        found = await units.by_code(tx, "xa-khac", on=house.clock.wall().date())
        assert found is not None
        await units.write_settings(tx, found.id, {"name": "xã Khác"})


async def ends_on(house: House, code: str, day: str) -> None:
    """A unit is no more from that day on."""
    async with house.app.database.transaction() as tx:
        await tx.execute(
            update(Unit).where(Unit.code == code).values(until=date.fromisoformat(day))
        )


async def lives(house: House, code: str, since: date | None, until: date | None) -> None:
    """The unit exists from one day, up to another."""
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Unit).where(Unit.code == code).values(since=since, until=until))


async def deadlines(house: House, **days: object) -> None:
    """The commune sets days besides the yearly one."""
    async with house.app.database.transaction() as tx:
        [commune, *_] = await units.communes(tx, on=house.clock.wall().date())
        settings = await units.settings_of(tx, commune.id)
        settings["deadlines"] = {**settings.get("deadlines", {}), **days}
        await units.write_settings(tx, commune.id, settings)


async def on_day(house: House, year: int, month: int, day: int) -> None:
    """Move the house to the same hour of that day."""
    there = date(year, month, day)
    await in_demo_days(house, (there - house.clock.wall().date()) // timedelta(days=1))


async def waits_till(talk: Talk, year: int, month: int, day: int) -> None:
    """Let real days pass up to that one (demo days would age the buttons of notices)."""
    await talk.waits(days=(date(year, month, day) - talk.house.clock.wall().date()).days)


def since(talk: Talk, count: int) -> str:
    """Everything this person was told after the first `count` messages."""
    return "\n".join(talk.heard[count:])


async def marks_unit(officer: Talk, unit: str, mark: str, *typed: str) -> None:
    """Set a mark through the card of one unit."""
    await officer.says(f"nộp chưa {unit}")
    await officer.presses(mark)
    if typed:
        await officer.says(*typed)
    await officer.presses("Đồng ý")


async def nudges(officer: Talk, asked: str = "ai chưa nộp") -> str:
    """Remind everybody who owes; what the officer was answered."""
    await officer.says(asked)
    await officer.presses("Nhắc lại")
    return await answers(officer, next(one for one in officer.labels if one.startswith("Nhắc ")))


async def returns_one(officer: Talk, button: str = "Trả lại") -> None:
    """Give the oldest report of the queue back."""
    await officer.says("/duyet")
    await officer.presses("Duyệt lần lượt", button)
    await officer.says(WHY)
    await officer.presses("Gửi")


async def group_text(officer: Talk) -> str:
    """What is pasted into the group."""
    await officer.says("ai chưa nộp")
    await officer.presses("Việc khác")
    return await answers(officer, "Tin dán vào nhóm Zalo")
