"""What a message says, piece by piece, and what must be asked of it."""

from dataclasses import dataclass

from handlers.reporting.answers import Answer, Value


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a doubtful piece may mean."""

    key: str
    """Of the field; "" = of none: it is left out."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class Doubt:
    """A piece of the message that may mean several things: asked, with numbered readings."""

    typed: str
    """The piece as it was typed: "khoang 120 nguoi"."""
    readings: tuple[Reading, ...]
    """At least two different ones, likeliest first, at most four."""


@dataclass(frozen=True, slots=True)
class Said:
    """`keys`: the fields it may be of; `values`: what it may be. One of each, and sure: certain."""

    keys: tuple[str, ...]
    values: tuple[Value, ...]
    start: int
    """Where it stood in the text."""
    end: int
    is_sure: bool = True
    is_about: bool = False
    is_unknown: bool = False
    is_part: bool = False
    """Told for one class, one month: never the whole by itself."""
    is_correction: bool = False
    is_each: bool = False
    """Told for each time: "mỗi buổi 40 người"."""
    unit: str = ""
    is_of_them: bool = False
    """Told behind "trong đó"."""
    quote_from: int = -1
    """Where its label begins, to show it as it was typed; -1 = at `start`."""


@dataclass(frozen=True, slots=True)
class Unread:
    start: int
    end: int
    total: int = 0
    """A whole that may belong to the share told beside it; 0 = none."""
    is_sum: bool = False
    """It is called a total."""


def words_up_to(text: str, letters: int) -> str:
    """The first whole words of a text, together at most that long."""
    if len(text) <= letters:
        return text
    head, blank, _ = text[: letters + 1].rpartition(" ")
    return head if blank else text[:letters]
