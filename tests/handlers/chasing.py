"""What several files of tests about who owes do again and again."""

from datetime import date

from sqlalchemy import update

from storage import units
from storage.tables import DutyMark, Reminder, Unit
from storage.units import NewUnit
from tests.talk import House, Talk

MTTQ = "mttq"
BUSINESS = "htx-a"


async def an_officer(talk: Talk, name: str = "Cô Hương") -> Talk:
    return await talk.somebody(name, role="officer")


async def asks(officer: Talk, *texts: str) -> str:
    """Say these; everything that was answered, as one text."""
    before = len(officer.heard)
    await officer.says(*texts)
    return "\n".join(officer.heard[before:])


async def answers(person: Talk, label: str) -> str:
    """Press this; everything that was answered, as one text."""
    before = len(person.heard)
    await person.presses(label)
    return "\n".join(person.heard[before:])


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
    far = NewUnit("xa-khac", "Xã khác", "xa khac", "ubnd_xa", "", "none", None, None, ())
    hamlet = NewUnit("xom-99", "Xóm 99", "xom 99", "xom", "xa-khac", "required", None, None, ())
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, [far, hamlet], on=house.clock.wall().date())
        found = await units.by_code(tx, "xa-khac", on=house.clock.wall().date())
        assert found is not None
        await units.write_settings(tx, found.id, {"name": "xã Khác"})


async def ends_on(house: House, code: str, day: str) -> None:
    """A unit is no more from that day on."""
    async with house.app.database.transaction() as tx:
        await tx.execute(
            update(Unit).where(Unit.code == code).values(until=date.fromisoformat(day))
        )


async def deadlines(house: House, **days: object) -> None:
    """The commune sets days besides the yearly one."""
    async with house.app.database.transaction() as tx:
        [commune, *_] = await units.communes(tx, on=house.clock.wall().date())
        settings = await units.settings_of(tx, commune.id)
        settings["deadlines"] = {**settings.get("deadlines", {}), **days}
        await units.write_settings(tx, commune.id, settings)
