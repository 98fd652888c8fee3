"""What letters within a commune say of it, as far as its settings know. Pure."""

import re
from typing import Final

from handlers.reporting.letter.writing import one_line
from handlers.reporting.periods import Settings
from handlers.texts import Texts

_KIND_OF_PLACE: Final = re.compile(r"^(xã|phường|thị trấn|đặc khu)\s+", re.IGNORECASE)


def full_name(settings: Settings) -> str:
    """As the settings name it, for example "xã Giao Minh"; "" = not known."""
    return one_line(str(settings.get("name") or ""))


def bare_name(settings: Settings) -> str:
    """Only "Giao Minh": what stands before the day; "" = not known."""
    return _KIND_OF_PLACE.sub("", full_name(settings))


def council(texts: Texts, settings: Settings) -> str:
    """UBND xã, by its name."""
    name = full_name(settings)
    return texts.say("letter.council", commune=name) if name else texts["letter.council_unknown"]


def office(texts: Texts, settings: Settings) -> str:
    """Phòng Văn hóa - Xã hội, as the commune calls it."""
    return one_line(str(settings.get("office") or "")) or texts["letter.office"]


def ground(texts: Texts, settings: Settings) -> str:
    """The commune's plan; its number and day are the clerk's (plan.md §0)."""
    where = full_name(settings) or texts["letter.where_unknown"]
    return texts.say(
        "letter.ground",
        number=texts["letter.plan_number"],
        day=texts["letter.plan_day"],
        council=council(texts, settings),
        about=texts.say("letter.plan_about", movement=texts["letter.movement"], where=where),
    )
