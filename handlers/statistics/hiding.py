"""What everybody may be told of a hamlet (T45): pure functions, no count ever leaves them.

Whoever reads all boards and news, of every month and on every day, must not be able to subtract
a cell under five. So nothing public is made of counts, only of their steps:

1. A count is told as the multiple of five below it ("ít nhất 10"), and only where the whole step
   leaves five people or more on either side. What is told is the same for all counts of one step,
   and two tellings differ by 5k-4 … 5k+4 people, never by a number that could be known.
2. A sum is the sum of told steps. A total of counts, less the hamlets that are told, is the rest.
3. A longer time is the mean of its months' told rates. With a count of its own, five quiet months
   of exactly four people would add up to a told twenty, and each of them would be known.
4. Rates, changes and places are made of told steps, so that they say nothing more.

The caller lets a month grow by whole days only: looking every minute, one would see a step being
taken, and know the count at that moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

STEP: Final = 5  # no cell under five (T45)

Name = TypeVar("Name")


def told(count: int, of: int | None) -> int | None:
    """The step of five at or below `count`; None = hidden, the cell or its complement is small.

    `of` is everybody who is counted or not, None where nobody knows.
    """
    lowest = count - count % STEP
    if lowest < STEP:
        return None
    highest = lowest + STEP - 1
    return None if of is not None and of - highest < STEP else lowest


def told_beside(count: int, beside: int | None) -> int | None:
    """The step of a count that goes with a told one, as lessons with their learners."""
    return None if beside is None else count - count % STEP


def added(steps: Iterable[int | None]) -> int:
    """The sum of what is told of each; nothing of what is hidden is in it."""
    return sum(step for step in steps if step is not None)


def rate(step: int | None, of: int | None) -> int | None:
    """How many of a hundred at least, in tenths; None = hidden, or nobody knows of how many."""
    return step * 1000 // of if step is not None and of else None


def mean(rates: Sequence[int | None]) -> int | None:
    """The mean of the months' rates, a hidden month as none; None = no month is told."""
    return added(rates) // len(rates) if any(one is not None for one in rates) else None


def changes(
    now: Mapping[Name, int | None], before: Mapping[Name, int | None]
) -> dict[Name, int | None]:
    """By how many tenths a rate went up; None where either is hidden, or nothing went up."""
    found: dict[Name, int | None] = {}
    for name, here in now.items():
        there = before.get(name)
        is_up = here is not None and there is not None and here > there
        found[name] = here - there if is_up and here is not None and there is not None else None
    return found


class Place(NamedTuple):
    """A place of a board; all who have the same figure share it."""

    number: int
    figure: int
    names: tuple[str, ...]


def places(figures: Mapping[str, int | None]) -> list[Place]:
    """The board, best first; two firsts are followed by a third. Hidden ones are in no place."""
    shared: dict[int, list[str]] = {}
    for name, figure in figures.items():
        if figure is not None:
            shared.setdefault(figure, []).append(name)
    found: list[Place] = []
    number = 1
    for figure in sorted(shared, reverse=True):
        found.append(Place(number, figure, tuple(shared[figure])))
        number += len(shared[figure])
    return found
