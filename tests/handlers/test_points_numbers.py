"""Which lines of a list are meant (N1, N3, T29)."""

import pytest

from handlers.points.numbers import Beyond, read_lines


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("1", (1,)),
        ("1, 3, 4", (1, 3, 4)),
        ("1 va 3", (1, 3)),
        ("1 và 3 ạ", (1, 3)),
        ("1;3.4", (1, 3, 4)),
        ("4 3 4", (4, 3)),
        ("1-3", (1, 2, 3)),
        ("3 - 1", (1, 2, 3)),
        ("từ 2 đến 4", (2, 3, 4)),
        ("gộp số 1 với số 3 nhé", (1, 3)),
        ("(2)", (2,)),
        ("một và ba", (1, 3)),
        ("tất cả", (1, 2, 3, 4, 5)),
        ("chon het", (1, 2, 3, 4, 5)),
        ("1-2, 5", (1, 2, 5)),
    ],
)
def test_numbers_however_they_are_typed(typed: str, numbers: tuple[int, ...]) -> None:
    assert read_lines(typed, count=5) == numbers


@pytest.mark.parametrize(("typed", "number"), [("9", 9), ("1, 6", 6), ("0", 0), ("2-40", 40)])
def test_a_number_the_list_does_not_have_is_named(typed: str, number: int) -> None:
    assert read_lines(typed, count=5) == Beyond(number)


@pytest.mark.parametrize(
    "typed", ["", "xóm 5", "1 triệu", "-", "các ý", "1x", "99999", "1 " * 150, "không có số"]
)
def test_anything_else_is_not_understood(typed: str) -> None:
    assert read_lines(typed, count=5) is None


def test_t29_long_garbage_is_refused_at_once() -> None:
    assert read_lines("1-" * 100_000, count=5) is None
