"""Every planted bug has to be found by a few seasons: `make proof PART=seasons_planted N=12`."""

from typing import Any, Final

from tests.crash.seasons import season
from tests.crash.seasons_mutants import MUTANTS, Mutant

MOST: Final = 60
"""Seasons in which a bug has to show itself."""


async def found_by(mutant: Mutant) -> tuple[int, str] | None:
    """The first season that shows it and would not without it, and what it says."""
    for seed in range(MOST):
        with mutant.plant():
            _, wrong = await season(seed, engine="sqlite")
        shown = [line for line in wrong if line.startswith(mutant.shows)]
        if not shown:
            continue
        _, healthy = await season(seed, engine="sqlite")
        if not any(line.startswith(mutant.shows) for line in healthy):
            return seed, shown[0]
    return None


async def trial(seed: int) -> dict[str, Any]:
    mutant = MUTANTS[seed % len(MUTANTS)]
    found = await found_by(mutant)
    assert found is not None, f"{mutant.name}: not found by {MOST} seasons"
    return {"mutant": mutant.name, "found_by": str(found[0]), "said": found[1]}
