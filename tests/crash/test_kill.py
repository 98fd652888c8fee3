"""Thirty kill trials, the oracle's own proof, and the pragmas that no kill can test."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from bot.config import Settings
from storage.database import Database
from tests.crash import kill
from tests.crash.dialogues import Doubled, Lost, Unexpected
from tests.crash.kill import Script
from tests.crash.launcher import MUTANTS, POINTS
from tests.crash.stage import Blow, Workshop

GROUPS: Final = 2
TRIALS: Final = 30
_SOON: Final = 6.0  # seconds: a mutant's silence is heard early enough


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


def _seeds(group: int) -> range:
    return range(group, TRIALS, GROUPS)


@pytest.mark.parametrize("group", range(GROUPS))
async def test_nothing_is_lost_or_done_twice(
    group: int, shop: Workshop, postgres_server: str
) -> None:
    """R1, R2, R6, R8, R9: fifteen trials at once; each raises when a promise is broken."""
    async with asyncio.TaskGroup() as trials:
        for seed in _seeds(group):
            trials.create_task(_trial(seed, shop, postgres_server))


async def _trial(seed: int, shop: Workshop, server: str) -> None:
    try:
        counted = await kill.trial(seed, server=server, shop=shop)
    except AssertionError as broken:
        broken.add_note(f"make proof PART=kill SEED={seed}")
        raise
    assert counted["kills"] >= 1
    assert counted["acknowledged"] == counted["updates"] > 0
    # A point that no trial reaches any more would be tested by nobody.
    first = kill.script(seed).blows[0].point
    assert not first or counted.get(f"at {first}"), f"seed {seed} never came to {first}"


def test_the_trials_strike_at_every_point() -> None:
    drawn = [kill.script(seed) for seed in range(TRIALS)]
    first = Counter(one.blows[0].point for one in drawn)
    assert set(first) == {*POINTS, ""}
    assert {(one.webhook, one.postgres) for one in drawn} >= {(True, True), (True, False)}
    assert not all(one.webhook for one in drawn)


# --- the oracle sees what is wrong ---------------------------------------------------------------

BROKEN: Final[dict[str, tuple[tuple[Blow, ...], type[Exception] | tuple[type[Exception], ...]]]] = {
    "acknowledges early": ((Blow("accept.before", 1, 4.0),), Lost),
    "sends everything again": ((Blow("notice.after", 1, 20.0),), Doubled),
    "knows no duplicates": ((), (Doubled, Unexpected)),
    "never recovers": ((Blow("claim.after", 1, 4.0),), Lost),
    "commits in two steps": ((Blow("turn.before", 16, 20.0),), (Doubled, Unexpected)),
}


def test_every_mutant_is_tried() -> None:
    assert BROKEN.keys() == MUTANTS.keys()


@pytest.mark.parametrize("mutant", BROKEN)
async def test_a_build_with_a_broken_promise_is_caught(mutant: str, shop: Workshop) -> None:
    """A test that cannot fail proves nothing: R1, R9, R2, R7, R6 broken one by one.

    Three tries: where the n-th passage falls is not always the same.
    """
    for later in range(3):
        if await _caught(mutant, shop, later):
            return
    pytest.fail(f"three trials of “{mutant}” and nothing was noticed")


async def _caught(mutant: str, shop: Workshop, later: int) -> bool:
    blows, wrong = BROKEN[mutant]
    moved = tuple(blow._replace(nth=blow.nth + later) for blow in blows)
    try:
        await kill.trial(1, played=_played(mutant, moved), shop=shop)
    except wrong:
        return True
    return False


def _played(mutant: str, blows: tuple[Blow, ...]) -> Script:
    return Script(
        seed=1,
        blows=blows,
        webhook=True,
        postgres=False,
        on_page=1,
        on_telegram=1,
        has_admin=False,
        speed=20.0,
        mutant=mutant,
        patience=_SOON,
        presses=1.0,  # words that come again at once are a double tap (T37), which would hide it
    )


# --- what no SIGKILL can show --------------------------------------------------------------------


@pytest.fixture
async def default_database(tmp_path: Path) -> AsyncIterator[Database]:
    settings = Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    database = Database(settings.url_of_database)
    yield database
    await database.close()


async def test_the_promised_pragmas_are_in_force(default_database: Database) -> None:
    """R25: without `synchronous=FULL` a power cut could lose what was acknowledged."""
    promised: dict[str, Any] = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }
    for door in (default_database.transaction, default_database.reading):
        async with door() as tx:
            found = {
                name: (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in promised
            }
        assert found == promised
