"""The registers as data: what each line has, in which column it stands, and what is asked for it.

A *kind* is what a line is about and what `RegisterEntry.register` holds; a *book* is what an
officer opens: the register of plans has three kinds of line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

FieldKey = Literal["unit", "number", "on", "what", "amount", "minutes", "due"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of line. The words for each column are `registers.<kind>_<column>` texts."""

    key: str
    asked: tuple[FieldKey, ...]
    """Columns in the order of asking; each may be answered with "chưa rõ" where that can be."""
    owned: bool = True
    """Whether a line belongs to one unit; else to the commune, unless a unit was named."""
    most: int = 0
    """The greatest `amount` that is taken; 0 = it has none."""
    unusual: int = 0
    """Above it one is asked whether it is right (T20)."""


@dataclass(frozen=True, slots=True)
class Book:
    key: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    """Said alone they open this book."""


KINDS: Final[Mapping[str, Kind]] = {
    one.key: one
    for one in (
        Kind("plan", ("unit", "number", "on")),  # NV-1.1
        Kind("programme", ("unit", "number", "on")),  # NV-1.2
        Kind("launch", ("unit", "on")),  # NV-1.1, phát động hằng năm
        Kind("visit", ("unit", "on", "what", "due")),  # GP-5
        Kind("award", ("unit", "what", "amount", "number", "on"), most=5_000, unusual=200),
        Kind("broadcast", ("amount", "minutes", "on"), owned=False, most=1_000, unusual=100),
        Kind("article", ("amount", "on"), owned=False, most=1_000, unusual=100),  # NV-3.1
    )
}
BOOKS: Final[Mapping[str, Book]] = {
    one.key: one
    for one in (
        Book("plans", ("plan", "programme", "launch"), ("sổ kế hoạch", "sổ theo dõi kế hoạch")),
        Book("visits", ("visit",), ("sổ kiểm tra", "sổ theo dõi kiểm tra")),
        Book("awards", ("award",), ("sổ khen thưởng", "sổ theo dõi khen thưởng")),
        Book("publicity", ("broadcast", "article"), ("sổ tuyên truyền", "sổ phát thanh")),
    )
}
BOOK_OF: Final[Mapping[str, str]] = {kind: one.key for one in BOOKS.values() for kind in one.kinds}
MOST_MINUTES: Final = 100_000
UNUSUAL_MINUTES: Final = 3_000
MOST_LETTERS: Final = 300
"""Of a finding, of the words for an award."""
MOST_NUMBER: Final = 40
"""Of số, ký hiệu: the column has 60."""
FORMS: Final = ("praise", "certificate", "merit", "flag", "order")
"""Forms of an award that can be chosen (`registers.form_…`); any other is typed."""
