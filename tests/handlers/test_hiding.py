"""T45: no sequence of public outputs lets a reader subtract a cell under five."""

import itertools
from collections.abc import Iterable
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.statistics import hiding

COUNTS: Final = st.integers(0, 60)
ADULTS: Final = st.one_of(st.none(), st.integers(0, 80))
WIDE: Final = 80


def could_be(step: int | None, of: int | None) -> list[int]:
    """Every count that a reader has to reckon with: the rules are public."""
    most = WIDE if of is None else of
    return [count for count in range(most + 1) if hiding.told(count, of) == step]


# --- one cell ------------------------------------------------------------------------------------


@given(COUNTS, ADULTS)
def test_a_small_cell_and_its_small_complement_are_hidden(count: int, adults: int | None) -> None:
    step = hiding.told(count, adults)
    if count < 5 or (adults is not None and adults - count < 5):
        assert step is None
    if step is not None:
        assert step <= count < step + 5
        assert step % 5 == 0


def test_five_is_told_and_four_is_not() -> None:
    assert hiding.told(4, 420) is None
    assert hiding.told(5, 420) == 5
    assert hiding.told(12, None) == 10
    assert hiding.told(410, 420) == 410
    assert hiding.told(415, 420) is None  # only those who do not learn are few then
    assert hiding.told(430, 420) is None  # the figure of adults is old


@given(COUNTS, ADULTS)
def test_what_is_told_fits_five_counts_at_least(count: int, adults: int | None) -> None:
    assume(adults is None or adults >= max(count, 5))
    fitting = could_be(hiding.told(count, adults), adults)
    assert count in fitting
    assert len(fitting) >= 5
    if hiding.told(count, adults) is None:
        assert {0, 1, 2, 3, 4} <= set(fitting)  # any small cell, all alike


# --- every board there is ------------------------------------------------------------------------

World = dict[str, list[int]]
"""Hamlet -> its learners in each month."""


def outputs(world: World, adults: dict[str, int | None]) -> object:
    """Everything public that is made of these counts: months, quarters, the year, sums, boards."""
    steps = {
        name: [hiding.told(count, adults[name]) for count in months]
        for name, months in world.items()
    }
    rates = {
        name: [hiding.rate(step, adults[name]) for step in months] for name, months in steps.items()
    }
    length = len(next(iter(world.values())))
    months = [{name: rates[name][n] for name in world} for n in range(length)]
    spans = [rates_of[a:b] for rates_of in rates.values() for a, b in _spans(length)]
    return (
        steps,
        rates,
        [hiding.added(steps[name][n] for name in world) for n in range(length)],
        [hiding.places(month) for month in months],
        [hiding.places(hiding.changes(b, a)) for a, b in itertools.pairwise(months)],
        [hiding.mean(span) for span in spans],
    )


def _spans(length: int) -> Iterable[tuple[int, int]]:
    return itertools.combinations(range(length + 1), 2)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, dict[str, int | None]]:
    names = [f"xom-{n}" for n in range(draw(st.integers(1, 4)))]
    length = draw(st.integers(1, 4))
    adults = {name: draw(ADULTS) for name in names}
    counts = {
        name: draw(st.lists(st.integers(0, adults[name] or 60), min_size=length, max_size=length))
        for name in names
    }
    return counts, adults


@given(worlds(), st.data())
def test_t45_nothing_public_tells_two_counts_of_one_step_apart(
    made: tuple[World, dict[str, int | None]], data: st.DataObject
) -> None:
    """So no reckoning with totals, months, quarters and years leads into a step."""
    world, adults = made
    others: World = {
        name: [
            data.draw(st.sampled_from(could_be(hiding.told(count, adults[name]), adults[name])))
            if adults[name] is None or count <= (adults[name] or 0)
            else count
            for count in months
        ]
        for name, months in world.items()
    }
    assert outputs(others, adults) == outputs(world, adults)


@given(st.lists(COUNTS, min_size=2, max_size=6), ADULTS)
def test_t45_a_later_view_less_an_earlier_one_is_never_known(
    steps_up: list[int], adults: int | None
) -> None:
    """A month grows day by day: who came between two looks could be few."""
    counts = sorted(steps_up)
    assume(adults is None or counts[-1] <= adults)
    assume(adults is None or adults >= 5)
    views = [hiding.told(count, adults) for count in counts]
    for (a, _), (b, _) in itertools.combinations(zip(views, counts, strict=True), 2):
        differences = {
            later - earlier
            for earlier in could_be(a, adults)
            for later in could_be(b, adults)
            if earlier <= later
        }
        assert len(differences) >= 5 or len(could_be(None, adults)) == (adults or 0) + 1


def test_t45_months_of_four_do_not_add_up_to_a_year_that_is_told() -> None:
    months = [hiding.rate(hiding.told(4, 420), 420)] * 5
    assert hiding.mean(months) is None
    assert hiding.mean([*months, hiding.rate(hiding.told(21, 420), 420)]) == 47 // 6


@given(worlds())
def test_t45_the_sum_is_the_sum_of_what_is_told(
    made: tuple[World, dict[str, int | None]],
) -> None:
    world, adults = made
    first = {name: hiding.told(months[0], adults[name]) for name, months in world.items()}
    assert hiding.added(first.values()) <= sum(months[0] for months in world.values())
    hidden = [name for name, step in first.items() if step is None]
    emptied = {name: [0] if name in hidden else months[:1] for name, months in world.items()}
    again = [hiding.told(months[0], adults[name]) for name, months in emptied.items()]
    assert hiding.added(again) == hiding.added(first.values())


# --- boards --------------------------------------------------------------------------------------


def test_equal_rates_share_a_place_and_the_next_one_counts_them() -> None:
    board = hiding.places({"a": 10, "b": 25, "c": 10, "d": None, "e": 3})
    assert [(p.number, p.figure, p.names) for p in board] == [
        (1, 25, ("b",)),
        (2, 10, ("a", "c")),
        (4, 3, ("e",)),
    ]


def test_a_change_needs_two_told_rates_and_a_rise() -> None:
    now = {"up": 30, "down": 10, "new": 30, "gone": None, "same": 20}
    before = {"up": 10, "down": 20, "new": None, "gone": 20, "same": 20}
    assert hiding.changes(now, before) == {
        "up": 20,
        "down": None,
        "new": None,
        "gone": None,
        "same": None,
    }


def test_lessons_are_told_only_beside_learners() -> None:
    assert hiding.told_beside(33, 10) == 30
    assert hiding.told_beside(33, None) is None
