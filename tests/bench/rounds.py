"""The whole bench: which targets, which levels, in which order."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.bench import machine, shape
from tests.bench.measuring import OPEN, REPEATS, Figures, measure, median
from tests.bench.starting import starts
from tests.bench.targets import Cores, Target, floor, program

START: Final = "start"
QUIET: Final = 0.3  # cores of others; beyond that a figure says little
LEVELS: Final = ("1", "16", "64", "256", OPEN)
PARTS: Final = (*LEVELS, REPEATS, START)


@dataclass(frozen=True)
class Plan:
    parts: Sequence[str] = PARTS
    rounds: int = 3
    seconds: float = 6.0
    warm: float = 1.5
    starts: int = 5
    tries: int = 3
    """How often a level is measured while somebody else uses the machine; the quietest counts."""
    pinned: bool = True
    drop: float = 0.0
    """Share of replies the floors swallow: to see that the oracle sees it."""
    told: Callable[[str], None] = lambda _: None
    during: Callable[[Target, str], contextlib.AbstractAsyncContextManager[object]] = (
        lambda _target, _level: contextlib.nullcontext()
    )
    """Something to do while a level is measured."""


@dataclass
class Outcome:
    """`figures`: by level and target. `starts`: seconds of first and of second starts."""

    machine: dict[str, object]
    plan: Plan
    figures: dict[tuple[str, str], Figures] = field(default_factory=dict)
    rounds: list[Figures] = field(default_factory=list)
    """In the order in which they were measured."""
    idle: dict[str, float] = field(default_factory=dict)
    starts: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    calls: list[list[str]] = field(default_factory=list)
    """Methods the program calls, by step of the dialogue."""

    measured_again: int = 0

    @property
    def lost(self) -> int:
        return sum(each.lost for each in self.rounds)

    @property
    def doubled(self) -> int:
        return sum(each.doubled for each in self.rounds)


async def run(plan: Plan, folder: Path) -> Outcome:
    cores = Cores(pinned=plan.pinned)
    cores.take_ours()
    outcome = Outcome(machine.described(folder, pinned=cores.pinned), plan)
    if START in plan.parts:
        plan.told("start to first reply")
        outcome.starts = await starts(folder, cores, plan.starts)
    async with contextlib.AsyncExitStack() as stack:
        product = await stack.enter_async_context(program(folder / "product", cores))
        outcome.idle["product"] = product.rss()
        steps = await shape.learn(product)
        outcome.calls = [[method.decode() for method, _ in calls] for calls in steps]
        shape.write(steps, folder / "shape.json")
        targets = [product]
        for more in ([], ["--commits"]):
            drop = ["--drop", str(plan.drop)] if plan.drop else []
            name = f"floor{len(targets)}"
            one = floor(folder / name, cores, folder / "shape.json", *more, *drop)
            one.whole = product.whole
            targets.insert(-1, await stack.enter_async_context(one))
            outcome.idle[one.name] = one.rss()
        await _levels(plan, targets, outcome)
    return outcome


async def _levels(plan: Plan, targets: Sequence[Target], outcome: Outcome) -> None:
    """Floor, product, floor, product: the noise of the machine meets all of them alike."""
    taken: dict[tuple[str, str], list[Figures]] = defaultdict(list)
    for level in [part for part in plan.parts if part != START]:
        # Floors do not recognise a repeated update: only the program is asked.
        asked = targets[-1:] if level == REPEATS else targets
        for number in range(1 if level == REPEATS else plan.rounds):
            for target in asked:
                plan.told(f"{level}: round {number + 1}, {target.name}")
                tried = await _quietly(plan, target, level)
                taken[level, target.name].append(min(tried, key=lambda each: each.others))
                outcome.rounds += tried
                outcome.measured_again += len(tried) - 1
    outcome.figures = {where: median(rounds) for where, rounds in taken.items()}


async def _quietly(plan: Plan, target: Target, level: str) -> list[Figures]:
    """Measure until the machine was ours, as often as is allowed."""
    tried: list[Figures] = []
    while not tried or (len(tried) < plan.tries and tried[-1].others > QUIET):
        async with plan.during(target, level):
            tried.append(await measure(target, level, warm=plan.warm, seconds=plan.seconds))
    return tried
