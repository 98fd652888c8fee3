"""The photo of a sign-in sheet after it is kept (A5, P1, P4, T42)."""

from sqlalchemy import func, select

from storage.tables import AuditRow, File
from tests.handlers.test_evidence import (  # noqa: F401 - fixtures
    ASK,
    head,
    house,
    photo,
)
from tests.talk import House, Talk


async def _acts(house: House) -> int:  # noqa: F811
    async with house.app.database.reading() as tx:
        return int(await tx.scalar(select(func.count()).select_from(AuditRow)) or 0)


async def test_a5_a_sheet_is_in_the_record_of_acts(head: Talk) -> None:  # noqa: F811
    """A5: who handed in, or put another over, the evidence of a record stands nowhere."""
    before = await _acts(head.house)
    await head.presses(ASK)
    await photo(head)
    assert await _acts(head.house) > before


async def test_p1_the_sheet_of_a_record_that_was_taken_back_goes_too(head: Talk) -> None:  # noqa: F811
    """P1, P10: names and signatures of residents under a record that counts nowhere, for ever."""
    await head.presses(ASK)
    await photo(head)
    await head.presses("Bỏ việc này", "Bỏ khỏi sổ")
    await head.waits(days=200)
    await head.house.app.jobs.sweep()
    assert await head.house.rows(File.id) == []
