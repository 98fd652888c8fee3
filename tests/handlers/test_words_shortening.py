"""What a line has no room for is left out whole, and is counted (U1)."""

import pytest

from handlers import words


@pytest.mark.parametrize(
    ("letters", "said", "more"),
    [
        (100, "Xóm 1, Xóm 2, Xóm 3", 0),
        (19, "Xóm 1, Xóm 2, Xóm 3", 0),
        (18, "Xóm 1, Xóm 2", 1),
        (12, "Xóm 1, Xóm 2", 1),
        (11, "Xóm 1", 2),
        (2, "Xóm 1", 2),
    ],
)
def test_names_without_room_are_counted_and_one_is_always_said(
    letters: int, said: str, more: int
) -> None:
    assert words.few_of(["Xóm 1", "Xóm 2", "Xóm 3"], letters) == (said, more)


def test_of_no_names_nothing_is_said() -> None:
    assert words.few_of([], 10) == ("", 0)


def test_a_list_is_cut_behind_a_whole_name() -> None:
    assert words.cut_list("Xóm 1, Xóm 2, Xóm 3", 19) == "Xóm 1, Xóm 2, Xóm 3"
    assert words.cut_list("Xóm 1, Xóm 2, Xóm 3", 16) == "Xóm 1, Xóm 2…"
    assert words.cut_list("Lan (sai số); Hoa (đã chặn)", 16, sign=";") == "Lan (sai số)…"


def test_a_text_is_cut_without_a_blank_before_the_dots() -> None:
    assert words.cut("Thiếu máy", 9) == "Thiếu máy"
    assert words.cut("Thiếu máy", 6) == "Thiếu…"
