"""The call list on paper: A4 across, room to write the result of each call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handlers.documents import pages
from handlers.documents.contents import Content
from handlers.documents.pages import printable

_TEMPLATE: Final = "call_list"
_MOST: Final = 160
"""Letters of one cell; the largest names fit."""


@dataclass(frozen=True, slots=True)
class CallList(Content):
    """What is printed; every text is ready to be shown."""

    title: str
    sample: str
    """"DỮ LIỆU MẪU", or "" for real figures."""
    facts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    """The last one is where the result is written by hand."""
    rows: tuple[tuple[str, ...], ...]
    page: str
    """The word "Trang"."""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row needs one cell for each column")


def call_list(data: Mapping[str, Any]) -> bytes:
    """Make the PDF. Equal data give equal bytes."""
    return pages.pdf(_TEMPLATE, _content(data))


def call_list_pictures(data: Mapping[str, Any], *, ppi: int = 90) -> list[bytes]:
    """Draw the same pages as PNG."""
    return pages.pictures(_TEMPLATE, _content(data), ppi=ppi)


def _content(data: Mapping[str, Any]) -> dict[str, Any]:
    made = CallList.from_json(data)
    return {
        "title": printable(made.title, at_most=_MOST),
        "sample": printable(made.sample, at_most=_MOST),
        "facts": [[printable(part, at_most=_MOST) for part in fact] for fact in made.facts],
        "columns": [printable(name, at_most=_MOST) for name in made.columns],
        "rows": [[printable(cell, at_most=_MOST) for cell in row] for row in made.rows],
        "page": made.page,
    }
