"""Random walks through the whole program: no dead end, no exception, no leak (robustness §6, §10).

`WALK_STEPS=100000 pytest tests/handlers/test_walks.py` for a long proof, `WALK_SEED` to begin
elsewhere. A failure prints its seed and the shortest list of acts that was found.
"""

import contextlib
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import pytest

from bot.channels.base import Capabilities
from tests.conftest import Templates, _copy
from tests.fakes import BUTTONS, NUMBERS_ONLY
from tests.handlers.walking import Act, Walker, make_acts, repeatable, shrunk
from tests.talk import House, settings_for

A_WALK: Final = 300
LONG: Final = int(os.environ.get("WALK_STEPS", "0"))
FIRST_SEED: Final = int(os.environ.get("WALK_SEED", "1"))
TRIES: Final = int(os.environ.get("WALK_TRIES", "60"))

Walk = Callable[[Sequence[Act], int], Awaitable[tuple[str, Walker]]]


@pytest.fixture
def able() -> Capabilities:
    return BUTTONS


@pytest.fixture
def walk(
    engine: str,
    able: Capabilities,
    templates: Templates,
    postgres_server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Walk:
    """Play acts in a fresh house; what went wrong, "" if nothing did."""

    async def play(acts: Sequence[Act], seed: int) -> tuple[str, Walker]:
        repeatable(monkeypatch, seed)
        async with _fresh(engine, able, templates, postgres_server, tmp_path) as house:
            walker = Walker(house)
            await walker.settle_in()
            try:
                await walker.play(acts)
            except AssertionError as error:
                return str(error), walker
            return "", walker

    return play


@contextlib.asynccontextmanager
async def _fresh(
    engine: str, able: Capabilities, templates: Templates, server: str, folder: Path
) -> AsyncIterator[House]:
    copy: AbstractAsyncContextManager[str] = _copy(
        engine, templates.commune[engine], server, folder
    )
    async with copy as url:
        house = House(settings_for(url, folder), able)
        await house.open()
        try:
            yield house
        finally:
            await house.close()


async def _walks(walk: Walk, *, first: int, steps: int) -> set[tuple[str, str]]:
    """Walks of `A_WALK` acts until `steps` are done; the questions that were visited."""
    visited: set[tuple[str, str]] = set()
    for seed in itertools.count(first):
        acts = make_acts(seed, min(A_WALK, steps))
        failure, walker = await walk(acts, seed)
        visited |= walker.steps_seen
        if failure:
            await _explain(walk, acts, seed, failure)
        steps -= len(acts)
        if steps <= 0:
            return visited
    return visited


async def _explain(walk: Walk, acts: Sequence[Act], seed: int, failure: str) -> None:
    async def replay(fewer: Sequence[Act]) -> str:
        return (await walk(fewer, seed))[0]

    number = int(failure.split()[1])
    few = await shrunk(acts[:number], replay, tries=TRIES)
    said = await replay(few) or failure
    lines = "\n".join(f"    {act!r}," for act in few)
    pytest.fail(f"seed {seed}: {failure}\n{len(few)} acts are enough: {said}\n[\n{lines}\n]")


@pytest.mark.timeout(max(120, LONG))
@pytest.mark.parametrize(
    ("engine", "able", "steps"),
    [
        ("sqlite", BUTTONS, 600),
        ("sqlite", NUMBERS_ONLY, 150),
        ("postgresql", BUTTONS, 150),
    ],
    indirect=["engine"],
)
async def test_nobody_gets_lost_whatever_they_do(walk: Walk, steps: int) -> None:
    await _walks(walk, first=FIRST_SEED, steps=LONG or steps)
