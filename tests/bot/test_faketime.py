"""The real process on other days, against a real Telegram server of ours (R15-R18, R20, R21, R26).

libfaketime moves its wall clock only; what waits goes by the monotonic clock, which stays real. So
the hand is moved by at most nine minutes at a time, once the process has seen where it was: a leap
of more, or a wall that runs faster than the timers, is what R20 distrusts. Nothing here sleeps: the
tests wait for what has to come, and a slow machine only makes them longer.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.app import App, built
from bot.gate import lane_of
from bot.jobs import LIFE
from bot.simulated_people import due_in, send_report
from storage import memory, people, roles, units
from storage.database import Database
from storage.people import Caller
from storage.tables import Lease, OutboxRow
from tests import faketime
from tests.fake_telegram import FakeTelegram
from tests.fakes import FakeClock
from tests.handlers.reminding import local
from tests.service import ROOT, Service
from tests.talk import settings_for

SECRET: Final = "a secret of the tests only"
WITHIN: Final = 60.0
"""Real seconds for a message that comes in ten: a busy machine is no failure."""
SHORTLY_BEFORE: Final = local("2026-12-08 07:59") + timedelta(seconds=45)
"""Where the wall stands while the program starts."""
ALMOST: Final = local("2026-12-08 07:59") + timedelta(seconds=59)
HEADS: Final = {501: "xom-05", 502: "xom-06", 503: "xom-07", 504: "xom-08"}


@pytest.fixture(autouse=True, scope="module")
def library() -> None:
    if faketime.find() is None:
        pytest.fail(faketime.MISSING)


class Kept(NamedTuple):
    """One reminder in the outbox, by the process's own wall clock."""

    state: str
    made: datetime
    ended: datetime | None
    """None while it waits."""

    @property
    def sent(self) -> datetime:
        assert self.state == "sent"
        assert self.ended is not None
        return self.ended


class Commune:
    """The sample commune with four heads on Telegram, prepared before the process runs."""

    def __init__(self, fake: FakeTelegram, url: str, folder: Path) -> None:
        self.fake, self.url, self.folder = fake, url, folder
        self._database = Database(url)

    async def prepared(self, at: datetime, *, reported: Sequence[int] = ()) -> "Commune":
        """Everybody has a role at that moment; whom `reported` names has sent the report."""
        settings = settings_for(self.url, self.folder, app_secret=SecretStr(SECRET))
        async with built(settings, clock=FakeClock(at), make_channels=lambda _: []) as app:
            for user in HEADS:
                await self._seat(app, user, at)
            for user in reported:
                await self._report(app, user, at)
        return self

    def _lane(self, app: App, user: int) -> Caller:
        bot = self.fake.token.partition(":")[0]
        return Caller(lane_of(app.secret, "telegram", bot, str(user)), "telegram", bot, str(user))

    async def _seat(self, app: App, user: int, at: datetime) -> None:
        caller = self._lane(app, user)
        async with app.database.transaction() as tx:
            actor = (await people.meet(tx, [caller], now=at))[caller.lane]
            await people.seen(tx, {actor.account_id: str(user)}, now=at)
            unit = await units.by_code(tx, HEADS[user], on=at.date())
            assert unit is not None
            await roles.grant(
                tx,
                person_id=actor.person_id,
                role="head",
                unit_id=unit.id,
                granted_by=None,
                invite_id=None,
                now=at,
            )

    async def _report(self, app: App, user: int, at: datetime) -> None:
        lane = self._lane(app, user).lane
        zone = app.house.timezone
        async with app.database.transaction() as tx:
            by = (await people.lock(tx, [lane]))[lane]
            unit = await units.by_code(tx, HEADS[user], on=at.date())
            assert unit is not None
            [period] = due_in(at.date(), at.date(), await units.settings_of(tx, None))
            await send_report(tx, unit, period, by=by, now=at, zone=zone)

    def process(self, wall: faketime.Wall) -> Service:
        return Service(
            self.folder,
            DATABASE_URL=self.url,
            APP_SECRET=SECRET,
            TELEGRAM_TOKEN=self.fake.token,
            TELEGRAM_API_URL=self.fake.url,
            **wall.environment,
        )

    async def reminders(self) -> list[Kept]:
        async with self._database.reading() as tx:
            asked = select(OutboxRow.state, OutboxRow.created_at, OutboxRow.settled_at)
            rows = await tx.execute(asked.where(OutboxRow.kind == "reminder"))
            return [Kept(*row) for row in rows]

    async def looked(self) -> None:
        """Wait until a process has looked for the first time what is due."""
        await self._until(self._has_looked)

    async def seen(self, moment: datetime, *, processes: int = 1) -> None:
        """Wait until so many processes have worked with that moment behind them: two beats."""
        two_beats = timedelta(seconds=LIFE + 5)

        async def has_seen() -> bool:
            async with self._database.reading() as tx:
                process = Lease.name.startswith(memory.PROCESS)
                until = list((await tx.execute(select(Lease.until).where(process))).scalars())
            return len(until) == processes and min(until) >= moment + two_beats

        await self._until(has_seen)

    async def _has_looked(self) -> bool:
        async with self._database.reading() as tx:
            return bool(await memory.scope(tx, "reminders"))

    async def _until(self, has_come: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(WITHIN):
            while not await has_come():  # noqa: ASYNC110 - a database sends no event
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        await self._database.close()


@pytest.fixture
async def fake() -> Any:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def commune(fake: FakeTelegram, commune_url: str, tmp_path: Path) -> Any:
    commune = Commune(fake, commune_url, tmp_path)
    yield commune
    await commune.close()


async def reminded(fake: FakeTelegram, *users: int) -> None:
    for user in users:
        said = await fake.wait_for_message(user, 1, WITHIN)
        assert "báo cáo" in said.text


async def reminded_some(fake: FakeTelegram, count: int) -> None:
    await fake.wait_until(lambda: len(fake.sent) >= count, WITHIN)


def counts(fake: FakeTelegram) -> dict[int, int]:
    return {user: len(fake.seen(user)) for user in HEADS}


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_at_eight_exactly_those_who_owe_hear_of_it(
    commune: Commune, fake: FakeTelegram, tmp_path: Path
) -> None:
    """R15, R17: started at 07:59, it sends at 08:00, and nothing to a head who has reported."""
    await commune.prepared(local("2026-12-02 09:00"), reported=[502])
    wall = faketime.Wall(tmp_path, stands=SHORTLY_BEFORE)
    async with commune.process(wall):
        assert fake.sent == []
        wall.goes(ALMOST)
        await reminded(fake, 501, 503, 504)
    assert counts(fake) == {501: 1, 502: 0, 503: 1, 504: 1}
    for one in await commune.reminders():
        assert local("2026-12-08 08:00") <= one.made <= one.sent < local("2026-12-08 08:10")


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_stopped_over_a_stage_it_makes_up_for_it_once(
    commune: Commune, fake: FakeTelegram, tmp_path: Path
) -> None:
    """R16, R21: off from 11/12 to 13/12; one message each for 12/12, spread over half an hour."""
    await commune.prepared(local("2026-12-09 09:00"), reported=[502, 504])
    wall = faketime.Wall(tmp_path, stands=local("2026-12-11 15:00"))
    async with commune.process(wall):
        await commune.looked()
    assert fake.sent == []
    wall = faketime.Wall(tmp_path, stands=local("2026-12-13 09:20"))
    async with commune.process(wall):
        await reminded_some(fake, 1)
        assert len(fake.sent) == 1
        for moment in ("09:28", "09:36"):
            wall.goes(local(f"2026-12-13 {moment}"))
            await commune.seen(local(f"2026-12-13 {moment}"))
        await reminded(fake, 501, 503)
    assert counts(fake) == {501: 1, 502: 0, 503: 1, 504: 0}
    kept = await commune.reminders()
    assert {f"{one.made:%d %H:%M}" for one in kept} == {"13 02:20"}
    assert max(one.sent - one.made for one in kept) >= timedelta(minutes=15)


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_started_twice_on_one_database_one_of_them_sends(
    commune: Commune, fake: FakeTelegram, tmp_path: Path
) -> None:
    """R15, R26: both look at eight and again later, and everybody hears it once."""
    await commune.prepared(local("2026-12-02 09:00"))
    wall = faketime.Wall(tmp_path, stands=SHORTLY_BEFORE)
    one, other = commune.process(wall), commune.process(wall)
    async with one, other:
        wall.goes(ALMOST)
        await reminded(fake, *HEADS)
        wall.goes(local("2026-12-08 08:05"))
        await commune.seen(local("2026-12-08 08:05"), processes=2)
    assert counts(fake) == dict.fromkeys(HEADS, 1)
    assert [one.state for one in await commune.reminders()] == ["sent"] * len(HEADS)


def test_where_the_library_is_missing_one_command_is_named(tmp_path: Path) -> None:
    """What a machine without it says; nothing is installed where another file was named."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faketime"],
        cwd=ROOT,
        env={**os.environ, "LIBFAKETIME": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "sudo apt-get update && sudo apt-get install -y libfaketime" in done.stderr
    assert "Traceback" not in done.stderr
