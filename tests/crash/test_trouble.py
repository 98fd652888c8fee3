"""A small share of the trouble proof; the whole is `make proof PART=trouble N=100`."""

from pathlib import Path

import pytest

from tests.crash.grounds import own_server
from tests.crash.trouble import LENGTH, power_cut, trouble

PEOPLE = 6
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("kind", ["full", "disk", "locked"])
async def test_a_database_that_cannot_write_costs_nobody_anything(
    commune_url: str, tmp_path: Path, kind: str
) -> None:
    """R3, R28, R32: what cannot be stored is not acknowledged, and /ready says so."""
    figures = await trouble(kind, tmp_path, commune_url, seed=1, count=PEOPLE)
    assert figures["events"] == PEOPLE * LENGTH


async def test_a_postgresql_that_loses_power_costs_nobody_anything(tmp_path: Path) -> None:
    """R3, R26, R32."""
    figures = await power_cut(tmp_path, await own_server(), seed=1, count=PEOPLE)
    assert figures["events"] == PEOPLE * LENGTH
    assert figures["refused"] > 0


@on_sqlite
async def test_a_poison_message_delays_nobody_else(commune_url: str, tmp_path: Path) -> None:
    """R7, T38: quarantined after three tries, its writer told, the others finished long before."""
    figures = await trouble("poison", tmp_path, commune_url, seed=1, count=PEOPLE)
    assert figures["events"] == PEOPLE * LENGTH
