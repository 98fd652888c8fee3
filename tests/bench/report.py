"""The table, with the aims of performance.md beside what was measured."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from tests.bench.measuring import OPEN, REPEATS, Figures
from tests.bench.rounds import QUIET, Outcome

TARGETS: Final = {
    "bare": "bare aiohttp, nothing stored (the limit)",
    "commits": "bare aiohttp + shared commits",
    "product": "this program, everything on",
}
NOT_MEASURED: Final = "not measured"


class Aim(NamedTuple):
    what: str
    floor: float
    goal: float
    unit: str
    measured: Callable[[Outcome], float | None]
    more_is_better: bool = False

    def reached(self, figure: float) -> str:
        sign = -1 if self.more_is_better else 1
        if sign * figure <= sign * self.goal:
            return "yes"
        return "floor only" if sign * figure <= sign * self.floor else "no"


def _of(outcome: Outcome, level: str, target: str, name: str) -> float | None:
    figures = outcome.figures.get((level, target))
    return None if figures is None else float(getattr(figures, name))


def _over(a: float | None, b: float | None) -> float | None:
    return a / b if a is not None and b else None


def _rate_of_bare(level: str) -> Callable[[Outcome], float | None]:
    def measured(outcome: Outcome) -> float | None:
        ours = _of(outcome, level, "product", "rate")
        share = _over(ours, _of(outcome, level, "bare", "rate"))
        return None if share is None else 100 * share

    return measured


def _steady(outcome: Outcome) -> float | None:
    return _over(_of(outcome, "256", "product", "rate"), _of(outcome, "16", "product", "rate"))


def _p99_open(outcome: Outcome) -> float | None:
    return _over(_of(outcome, OPEN, "product", "p99"), _of(outcome, OPEN, "commits", "p99"))


def _p99_at_64(outcome: Outcome) -> float | None:
    return _over(_of(outcome, "64", "product", "p99"), _of(outcome, "64", "bare", "p99"))


def _start(which: int) -> Callable[[Outcome], float | None]:
    def measured(outcome: Outcome) -> float | None:
        return statistics.median(outcome.starts[which]) if outcome.starts[which] else None

    return measured


AIMS: Final = (
    Aim("updates/s at 64 users, of bare", 12, 20, "%", _rate_of_bare("64"), more_is_better=True),
    Aim("updates/s at 256 users / at 16", 0.8, 0.9, "x", _steady, more_is_better=True),
    Aim("p99 at 200 updates/s / shared commits", 3, 2, "x", _p99_open),
    Aim("p99 at 64 users / bare", 5, 3, "x", _p99_at_64),
    Aim("lost", 0, 0, "", lambda outcome: outcome.lost),
    Aim("doubled", 0, 0, "", lambda outcome: outcome.doubled),
    Aim("idle memory", 150, 120, "MiB", lambda outcome: outcome.idle.get("product")),
    Aim("first start to first reply", 1.5, 0.8, "s", _start(0)),
    Aim("second start to first reply", 1.5, 0.8, "s", _start(1)),
)
ELSEWHERE: Final = (
    "kill -9 (make proof), growth to 100,000 learners, statistics over 1,000,000 answers, "
    "queueing 100,000 reminders, delivering 10,000"
)


def report(outcome: Outcome) -> str:
    parts = (
        _machine(outcome),
        _calls(outcome),
        _levels(outcome),
        _repeats(outcome),
        _aims(outcome),
    )
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _machine(outcome: Outcome) -> Iterator[str]:
    yield "machine: " + ", ".join(f"{name} {value}" for name, value in outcome.machine.items())
    plan = outcome.plan
    yield (
        f"each level {plan.warm:g} s + {plan.seconds:g} s, median of {plan.rounds} interleaved "
        f"rounds; open = 200 updates/s at random times, measured from when they were due"
    )
    again = outcome.measured_again
    yield (
        f"client = share of its core, others = share of a core used by somebody else: over "
        f"{100 * QUIET:.0f} % a level is measured again, {plan.tries} times at most "
        f"({again} were); a line that is still over it says little"
    )
    yield "limits changed for the bench: none"


def _calls(outcome: Outcome) -> Iterator[str]:
    count = sum(len(calls) for calls in outcome.calls)
    steps = len(outcome.calls)
    yield f"API calls per update: {count}/{steps} = {count / steps:.2f}; the floors make the same"
    for number, calls in enumerate(outcome.calls):
        yield f"  {number + 1}. {', '.join(calls)}"


_HEAD: Final = (
    f"{'users':>7} {'target':<8} {'updates/s':>9} {'of bare':>8} {'p50':>7} {'p95':>7} {'p99':>7} "
    f"{'CPU ms':>7} {'calls':>6} {'MiB':>6} {'client':>7} {'others':>7} "
    f"{'lost':>5} {'doubled':>7} {'refused':>7}"
)


def _levels(outcome: Outcome) -> Iterator[str]:
    yield "; ".join(f"{name} = {what}" for name, what in TARGETS.items())
    yield _HEAD
    for level in dict.fromkeys(level for level, _ in outcome.figures):
        for target in TARGETS:
            figures = outcome.figures.get((level, target))
            if figures is not None:
                # At a given rate all are equally fast.
                bare = None if level == OPEN else _of(outcome, level, "bare", "rate")
                yield _line(figures, bare)
    idle = ", ".join(f"{name} {mib:.0f}" for name, mib in outcome.idle.items())
    yield f"idle MiB: {idle or NOT_MEASURED}"
    for name, seconds in zip(("first", "second"), outcome.starts, strict=True):
        yield f"{name} start to first reply, s: {_seconds(seconds)}"


def _line(f: Figures, bare: float | None) -> str:
    share = f"{100 * f.rate / bare:.0f} %" if bare else ""
    return (
        f"{f.level:>7} {f.target:<8} {f.rate:>9,.0f} {share:>8} {f.p50:>7.1f} {f.p95:>7.1f} "
        f"{f.p99:>7.1f} {f.cpu:>7.2f} {f.calls:>6.2f} {f.rss:>6.0f} {100 * f.ours:>5.0f} % "
        f"{100 * f.others:>5.0f} % {f.lost:>5} {f.doubled:>7} {f.refused:>7}"
    )


def _seconds(taken: Sequence[float]) -> str:
    if not taken:
        return NOT_MEASURED
    return f"median {statistics.median(taken):.2f} ({', '.join(f'{s:.2f}' for s in taken)})"


def _repeats(outcome: Outcome) -> Iterator[str]:
    figures = outcome.figures.get((REPEATS, "product"))
    if figures is None:
        yield f"repeated updates: {NOT_MEASURED}"
        return
    yield (
        f"repeated updates (5 %) at 64 users: {figures.repeated} repeated of {figures.done} "
        f"measured and more, lost {figures.lost}, doubled {figures.doubled}"
    )


def _aims(outcome: Outcome) -> Iterator[str]:
    yield f"{'aim':<40} {'measured':>12} {'floor':>8} {'goal':>8}  reached"
    for aim in AIMS:
        figure = aim.measured(outcome)
        if figure is None:
            yield f"{aim.what:<40} {NOT_MEASURED:>12} {aim.floor:>8g} {aim.goal:>8g}  ?"
            continue
        shown = f"{figure:.2f} {aim.unit}".strip() if aim.unit else f"{figure:g}"
        yield (f"{aim.what:<40} {shown:>12} {aim.floor:>8g} {aim.goal:>8g}  {aim.reached(figure)}")
    yield f"measured elsewhere: {ELSEWHERE}"
