"""Every figure there is: how it is called, what it means, and what it is of a line's `Figures`.

The only list of them: chat, chart and .xlsx read it, so a figure is the same everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from handlers.statistics.figures import say_share
from handlers.words import say_number
from storage.statistics import Figures

Value = int | Fraction | None
"""A count, a percentage (100 = all of them), or unknown: never 0 for unknown."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """`statistics.figure_<key>` is its name, `statistics.means_<key>` its definition."""

    key: str
    value: Callable[[Figures], Value]
    is_share: bool = False


INDICATORS: Final = (
    Indicator("learners", lambda figures: figures.learners),
    Indicator("share", lambda figures: figures.share, is_share=True),
    Indicator("active", lambda figures: figures.active),
    Indicator("lessons", lambda figures: figures.lessons),
    Indicator("completers", lambda figures: figures.completers),
    Indicator("basic", lambda figures: figures.basic),
    Indicator("right", lambda figures: figures.right_share, is_share=True),
    Indicator("sessions", lambda figures: figures.sessions),
    Indicator("activities", lambda figures: figures.activities),
    Indicator("heads", lambda figures: figures.heads),
    Indicator("unknown_heads", lambda figures: figures.unknown_heads),
    Indicator("adults", lambda figures: figures.adults),
    Indicator("households", lambda figures: figures.households),
)
BY_KEY: Final[Mapping[str, Indicator]] = {one.key: one for one in INDICATORS}


def say(value: Value) -> str:
    """For example "1.234" or "2,9%"; unknown is "": the caller has its own words for it."""
    if value is None:
        return ""
    return say_share(value) if isinstance(value, Fraction) else say_number(value)
