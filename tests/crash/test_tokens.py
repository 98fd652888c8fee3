"""Zalo's tokens under faults and SIGKILL; the whole is `make proof PART=tokens N=40`."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any, Final

import pytest

from bot.channels.zalo_oa.oauth import ExchangeFailed
from bot.channels.zalo_oa.pairs import PAIR, Pair, Standing
from bot.channels.zalo_oa.renewal import Outcome, Renewal
from tests.crash import token_lives, tokens

LIVES: Final = 1_000
GROUPS: Final = 2
KILLED: Final = (0, 4, 7)
"""Seeds whose trials strike at six different points."""


@pytest.fixture
def quiet() -> Iterator[None]:
    """What is logged of a thousand troubles is not what is tested here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("group", range(GROUPS))
async def test_a_thousand_lives_with_a_fault_at_every_step(group: int, quiet: None) -> None:
    """R22-R24: lost only where no answer could be committed; then one alarm, and no loop."""
    figures: Counter[str] = Counter()
    for seed in range(group, LIVES, GROUPS):
        try:
            figures.update(await token_lives.trial(seed))
        except AssertionError as broken:
            broken.add_note(f"tests.crash.token_lives.trial({seed})")
            raise
    assert figures["alive"] + figures["lost"] == LIVES / GROUPS
    assert figures["lost"] > 50  # what never happens is not tested


async def test_killed_processes_never_lose_the_chain() -> None:
    """R22, R23: real processes, SIGKILL."""
    done = await asyncio.gather(*(tokens.trial(seed) for seed in KILLED))
    assert sum(figures["kills"] for figures in done) >= 9
    assert sum(figures.get("lost", 0) for figures in done) >= 1


# --- the oracle sees what is wrong ---------------------------------------------------------------


async def forgets(_: Renewal, store: Callable[[], Awaitable[None]]) -> None:
    """Tries to store what was given, once."""
    with suppress(Exception):
        await store()


async def overwrites(self: Renewal, _before: str | None, pair: Pair) -> None:
    """Asks nobody whether somebody has logged in meanwhile."""
    await self._memory.put(PAIR, pair.json())


async def gives_up_at_once(
    self: Renewal, _failure: ExchangeFailed, standing: Standing, token: str
) -> Outcome:
    """Takes every failure for the end."""
    return await self._give_up(standing, token)


MUTANTS: Final[list[tuple[type, str, Any]]] = [
    (Renewal, "_surely", forgets),
    (Renewal, "_replace", overwrites),
    (Renewal, "_after", gives_up_at_once),
    (Standing, "is_doubtful", lambda _self, _token: True),
    (Standing, "is_doubtful", lambda _self, _token: False),
    (Renewal, "owes_alarm", lambda _self, _standing: False),
    (Renewal, "owes_alarm", lambda self, standing: standing.needs_login(self._seed)),
]


@pytest.mark.parametrize(("owner", "name", "broken"), MUTANTS)
async def test_a_build_with_one_promise_broken_is_caught(
    owner: type, name: str, broken: Any, monkeypatch: pytest.MonkeyPatch, quiet: None
) -> None:
    monkeypatch.setattr(owner, name, broken)
    with pytest.raises(AssertionError):  # noqa: PT012 - in one of these lives
        for seed in range(LIVES):
            await token_lives.trial(seed)
