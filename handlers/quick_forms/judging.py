"""What a new form may be: the rules of its parts, for the dialogue and the page alike. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from handlers import words
from handlers.quick_forms.brief import FARTHEST
from handlers.quick_forms.form import (
    MOST_OPTIONS,
    OPTION_LETTERS,
    QUESTION_LETTERS,
    TITLE_LETTERS,
)

_FEWEST: Final = 2


class Wrong(NamedTuple):
    """Text id of what is wrong, and the figure that it names."""

    text: str
    most: int = 0


def why_not_title(title: str) -> Wrong | None:
    if len(title) > TITLE_LETTERS:
        return Wrong("quick_forms.title_too_long", TITLE_LETTERS)
    return None


def why_not_question(text: str) -> Wrong | None:
    if len(text) > QUESTION_LETTERS:
        return Wrong("quick_forms.question_too_long", QUESTION_LETTERS)
    return None


def read_options(text: str) -> list[str]:
    """Parted by semicolons or lines, else by commas; each once."""
    sign = ";" if ";" in text else "\n" if "\n" in text else ","
    said = [" ".join(part.split()).strip(" .") for part in text.split(sign)]
    return list({words.fold(one): one for one in said if one}.values())


def why_not_options(options: Sequence[str]) -> Wrong | None:
    if not _FEWEST <= len(options) <= MOST_OPTIONS:
        return Wrong("quick_forms.options_unclear", MOST_OPTIONS)
    if any(len(one) > OPTION_LETTERS for one in options):
        return Wrong("quick_forms.option_too_long", OPTION_LETTERS)
    return None


def why_not_due(day: date, *, today: date) -> Wrong | None:
    """Today or later, at most ninety days ahead."""
    if day < today:
        return Wrong("quick_forms.day_over")
    if day > today + FARTHEST:
        return Wrong("quick_forms.day_too_far", FARTHEST // timedelta(days=1))
    return None
