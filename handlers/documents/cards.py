"""A recorded activity as a small picture, to be forwarded to the hamlet's own chat group."""

from collections.abc import Mapping
from typing import Any, Final

from handlers.documents import pages
from handlers.documents.contents import Card
from handlers.documents.letters import drawable

_TEMPLATE: Final = "activity_card"
_PIXELS: Final = 72  # dots an inch: the template counts in points, 1080 by 810
_LINE: Final = 80  # letters
_LONG: Final = 240
_NUMBER: Final = 24


def activity(data: Mapping[str, Any]) -> bytes:
    """The card of `contents.Card` as a PNG, 1080 by 810 pixels."""
    [picture] = pages.pictures(_TEMPLATE, _words(Card.from_json(data)), ppi=_PIXELS)
    return picture


def _words(card: Card) -> dict[str, Any]:
    topics = ", ".join(topic for topic in card.topics if topic)
    return {
        "sample": drawable(card.sample, at_most=_LINE),
        "movement": drawable(card.movement, at_most=_LINE),
        "place": drawable(card.place, at_most=_LINE),
        "units": drawable(", ".join(unit for unit in card.units if unit), at_most=_LONG),
        "day": drawable(card.day, at_most=_LINE),
        "what": drawable(f"{card.what}: {topics}" if topics else card.what, at_most=_LONG),
        "heads": drawable(card.heads, at_most=_NUMBER),
        "heads_says": drawable(card.heads_says, at_most=_LINE),
        "facts": [
            [drawable(label, at_most=_LINE), drawable(fact, at_most=_LONG)]
            for label, fact in card.facts
        ],
    }
