"""What the admins are told, at most once a day; channels that fall silent (R33)."""

from datetime import timedelta

import pytest

from bot.channels.base import ChannelDown
from bot.watch import watch
from bot.watching import TROUBLES
from handlers.reach import rules_of
from handlers.units.delivery import DeliveryRules
from storage import units
from storage.tables import CommuneSettings
from tests.conftest import MakeHouse
from tests.talk import House, Talk


async def told(admin: Talk) -> list[str]:
    await admin.app.alarms.close()
    await admin.house.settle()
    return admin.heard


async def test_every_admin_is_told_once_a_day(house: House) -> None:
    admins = [await Talk(house, f"a{n}", name=f"Quản trị {n}").holds("admin") for n in range(2)]
    for _ in range(3):
        house.app.alarms("zalo_oa_reauth")
    said = admins[0].text("alarm.zalo_oa_reauth")
    for admin in admins:
        assert (await told(admin)).count(said) == 1
    await house.restart()
    house.app.alarms("zalo_oa_reauth")
    assert (await told(admins[0])).count(said) == 1
    house.clock.passes(days=1)
    house.app.alarms("zalo_oa_reauth")
    assert (await told(admins[0])).count(said) == 2


async def test_residents_hear_of_no_alarm(talk: Talk) -> None:
    await talk.enrolled()
    before = len(talk.heard)
    talk.app.alarms("zalo_oa_forged", times=3)
    assert len(await told(talk)) == before


async def test_a_channel_that_refuses_us_is_told_to_the_admins(house: House) -> None:
    admin = await Talk(house, "a1", name="Quản trị").holds("admin")
    house.channel.failures = [ChannelDown("401")]
    await admin.says("trang đầu")
    house.clock.passes(minutes=6)
    assert admin.text("alarm.channel_down", channel="fake") in await told(admin)


# --- silence -------------------------------------------------------------------------------------


async def look(house: House) -> None:
    app = house.app
    await watch(
        app.database,
        app.channels,
        texts=app.house.texts,
        alarm=app.alarms,
        now=house.clock.wall(),
    )


@pytest.mark.parametrize(("events", "hours", "alarmed"), [(25, 25, 1), (25, 23, 0), (3, 25, 0)])
async def test_a_busy_channel_that_falls_silent_alarms(
    house: House, events: int, hours: int, alarmed: int
) -> None:
    """zalo.md 3.10: after five failures Zalo sends nothing more and says nothing of it."""
    admin = await Talk(house, "a1", name="Quản trị").holds("admin")
    for _ in range(events):
        await admin.says("trang đầu")
    house.clock.passes(hours=hours)
    await look(house)
    said = admin.text("alarm.channel_silent", channel="fake", hours=hours)
    assert (await told(admin)).count(said) == alarmed


async def test_a_commune_says_how_long_is_too_long(house: House) -> None:
    admin = await Talk(house, "a1", name="Quản trị").holds("admin")
    for _ in range(25):
        await admin.says("trang đầu")
    async with house.app.database.transaction() as tx:
        kept = await units.settings_of(tx, None)
        commune = (await house.rows(CommuneSettings.unit_id))[0]
        await units.write_settings(tx, commune, {**kept, "delivery": {"silent_hours": 3}})
    house.clock.passes(hours=4)
    await look(house)
    said = admin.text("alarm.channel_silent", channel="fake", hours=4)
    assert said in await told(admin)


def test_a_commune_that_says_nothing_has_the_platforms_own_limits() -> None:
    assert rules_of({}) == DeliveryRules()
    assert timedelta(hours=rules_of({}).zalo_oa.free_hours) == timedelta(days=2)


async def test_every_alarm_has_its_sentence(a_house: MakeHouse) -> None:
    """An alarm without words would raise where something is already going wrong."""
    import re
    from pathlib import Path

    house = await a_house()
    source = "\n".join(
        f.read_text("utf-8") for f in (Path(__file__).parents[2] / "bot").rglob("*.py")
    )
    used = set(re.findall(r'alarm\(\s*"(\w+)"', source))
    used |= {"restored", *TROUBLES, *(f"over_{name}" for name in TROUBLES)}
    known = {name.partition(".")[2] for name in house.app.house.texts if name.startswith("alarm.")}
    assert used == known
