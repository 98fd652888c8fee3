"""A small share of the proof of reminders; the whole is `make proof PART=seasons N=1000`."""

import pytest

from tests.crash.seasons import season
from tests.crash.seasons_mutants import MUTANTS, Mutant

SEEDS = (3, 17, 28, 35, 41, 56, 57, 59, 61, 64, 65, 67)


@pytest.mark.parametrize("seed", SEEDS)
async def test_everybody_hears_what_is_theirs_and_nothing_else(seed: int) -> None:
    """R15-R21, T58-T60, U11: nothing doubled, stale, at night or forgotten."""
    _, wrong = await season(seed, engine="sqlite")
    assert wrong == []


async def test_so_on_postgresql() -> None:
    _, wrong = await season(55, engine="postgresql")
    assert wrong == []


@pytest.mark.parametrize(
    ("mutant", "seed"), [(MUTANTS[0], 28), (MUTANTS[8], 65)], ids=["asks nobody", "keeps none out"]
)
async def test_a_planted_bug_is_found(mutant: Mutant, seed: int) -> None:
    """R17, R26: whoever has reported is reminded; two processes send the same message."""
    with mutant.plant():
        _, wrong = await season(seed, engine="sqlite")
    assert any(line.startswith(mutant.shows) for line in wrong)
