"""What cannot be read or made stops nothing but itself (R7, T60)."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.reminding import Reminding
from handlers.flow import Mail, Scene
from handlers.messages import Outgoing
from handlers.reminding.due import Due, Kind
from storage import units
from storage.tables import OutboxRow, Reminder
from tests.conftest import ENGINES
from tests.handlers.communes import second_commune
from tests.handlers.reminding import asked, comes, local, passes
from tests.handlers.test_reporting import head
from tests.talk import House, Talk


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """On both engines: on PostgreSQL an error in the database ends the whole transaction."""
    return str(request.param)


async def raises(scene: Scene, commune: int) -> list[Due]:
    raise ValueError


async def fails(scene: Scene, commune: int) -> list[Due]:
    await scene.tx.execute(text("SELECT nothing FROM nowhere"))
    return []


async def planned(house: House) -> None:
    """It is eight, and everything is queued that is due."""
    now = house.clock.wall()
    house.clock.passes(seconds=(local("2026-12-08 08:00") - now).total_seconds())
    await house.app.reminding.tick()


def breaks(house: House, kind: Kind) -> None:
    """From now on no reminder can be made where it is sent."""
    claim = house.app.delivery._taking._claim
    claim._house = replace(house.app.house, reminders=(kind,))  # type: ignore[attr-defined]


def mends(house: House) -> None:
    claim = house.app.delivery._taking._claim
    claim._house = house.app.house  # type: ignore[attr-defined]


async def answered(house: House, person: Talk) -> None:
    """An officer's answer is on its way to this person."""
    me, now = await person.actor(), house.clock.wall()
    async with house.app.database.transaction() as tx:
        mail = Mail(me.person_id, Outgoing("Cán bộ đã trả lời."), "other:1")
        await house.app.post.queue(Scene(now, tx, house.app.house), [mail])


async def messages(house: House) -> list[tuple[str, str]]:
    return await house.rows(OutboxRow.state, OutboxRow.reason, where=OutboxRow.key.like("remind:%"))


# --- where it is sent ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [raises, fails])
async def test_r7_a_reminder_that_cannot_be_made_holds_up_nothing_else(
    house: House, talk: Talk, kind: Kind
) -> None:
    """Claimed in the transaction that also takes notices."""
    five = await head(talk)
    other = await talk.somebody("Bà Sáu", role="head", unit="xom-06")
    await planned(house)
    breaks(house, kind)
    await answered(house, other)
    await house.settle()
    assert "Cán bộ đã trả lời." in other.heard
    assert set(await messages(house)) == {("retry_wait", "broken 1")}
    mends(house)
    await five.waits(minutes=2)
    assert (len(asked(five)), len(asked(other))) == (1, 1)


async def test_r7_after_a_few_tries_it_is_given_up_and_seen(
    house: House, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    """Of the claim nothing is kept: the next day it is due again, as if it had not been tried."""
    five = await head(talk)
    await planned(house)
    breaks(house, raises)
    with caplog.at_level(logging.ERROR):
        for _ in range(6):
            await five.waits(minutes=31)
    assert [one.message for one in caplog.records] == ["message cannot be made"]
    assert await messages(house) == [("failed", "broken")]
    ours = Reminder.stage == "2026-12-08 08:00"
    assert "due" in await house.rows(Reminder.state, where=ours)
    mends(house)
    await passes(house, "2026-12-08 14:00", "2026-12-08 16:00")
    assert asked(five) == []
    await comes(house, "2026-12-09 08:00")
    assert len(asked(five)) == 1


async def test_r7_one_that_is_broken_leaves_the_others_of_its_batch(
    house: House, talk: Talk
) -> None:
    """Each is told or not as if it were alone; what was written of the broken one is undone."""
    await second_commune(house, hamlet="khac-xom-09")
    five = await head(talk)
    nine = await talk.somebody("Ông Chín", role="head", unit="khac-xom-09")
    await planned(house)
    first = await _first_commune(house)
    good = house.app.house

    async def half(scene: Scene, commune: int) -> list[Due]:
        if commune == first:
            await fails(scene, commune)
        return [due for kind in good.reminders for due in await kind(scene, commune)]

    breaks(house, half)
    await house.settle()
    assert (len(asked(five)), len(asked(nine))) == (0, 1)


# --- where it is planned -------------------------------------------------------------------------


async def test_a_commune_that_cannot_be_read_stops_no_other(
    house: House, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    """R15, T60: it is said in the log, and tried again at the next look."""
    await second_commune(house, hamlet="khac-xom-09")
    five = await head(talk)
    nine = await talk.somebody("Ông Chín", role="head", unit="khac-xom-09")
    first = await _first_commune(house)
    good = house.app.post

    async def broken(_: Scene, commune: int) -> list[Due]:
        if commune == first:
            raise ValueError
        return []

    kinds = (broken, *good.house.reminders)
    house.app.reminding = Reminding(replace(good, house=replace(good.house, reminders=kinds)))
    with caplog.at_level(logging.ERROR):
        await comes(house, "2026-12-08 08:00")
    assert (len(asked(five)), len(asked(nine))) == (0, 1)
    assert [one.message for one in caplog.records] == ["reminders not planned"]
    house.app.reminding = Reminding(good)
    await comes(house, "2026-12-08 08:01")
    assert (len(asked(five)), len(asked(nine))) == (1, 1)


async def _first_commune(house: House) -> int:
    async with house.app.database.transaction() as tx:
        return (await units.communes(tx, on=house.clock.wall().date()))[0].id
