"""Saying no more than a line has room for."""

from collections.abc import Sequence
from itertools import accumulate


def cut(text: str, letters: int) -> str:
    """The beginning of a text that is longer."""
    return text if len(text) <= letters else f"{text[:letters].rstrip()}…"


def cut_list(said: str, letters: int, *, sign: str = ",") -> str:
    """The beginning of a list, cut behind a whole name."""
    return said if len(said) <= letters else f"{said[:letters].rpartition(sign)[0]}…"


def few_of(names: Sequence[str], letters: int) -> tuple[str, int]:
    """As many names as there is room for, at least one, and how many more there are."""
    ends = accumulate(len(name) + 2 for name in names)
    shown = names[: max(1, sum(end - 2 <= letters for end in ends))]
    return ", ".join(shown), len(names) - len(shown)
