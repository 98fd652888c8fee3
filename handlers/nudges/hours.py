"""The hours and days that can be chosen, and how they are said."""

from datetime import date, time
from typing import Final

from handlers.flow import Scene
from storage.nudges import Wish

HOURS: Final = ("18:30", "19:00", "19:30", "20:00")
"""Local. What is sent unasked ends at 20:30 (U11)."""
SAID: Final = {
    "18:30": ("18 rưỡi", "18 giờ rưỡi", "18h rưỡi", "6 rưỡi", "6 rưỡi tối", "6 giờ rưỡi", "6h30"),
    "19:00": ("19h", "19 giờ", "7h", "7h tối", "7 giờ", "7 giờ tối", "bảy giờ tối", "7 tối"),
    "19:30": ("19 rưỡi", "19 giờ rưỡi", "19h rưỡi", "7 rưỡi", "7 rưỡi tối", "7 giờ rưỡi", "7h30"),
    "20:00": ("20h", "20 giờ", "8h", "8h tối", "8 giờ", "8 giờ tối", "tám giờ tối", "8 tối"),
}
"""As people say them; "7" alone is no hour: it may be a number in a list."""
USUAL: Final = "19:00"
OPENS, CLOSES = time(18, 30), time(20, 30)
SUNDAY: Final = 6
DAYS: Final = (SUNDAY, 0, 1, 2, 3, 4, 5)
"""Sunday first: then "3" is the third choice and Tuesday, "thứ Ba"."""


def usual(today: date) -> Wish:
    """The weekday it was agreed on, at the usual hour."""
    return Wish(today.weekday(), USUAL)


def day_of(scene: Scene, wish: Wish) -> str:
    return scene.text_of(f"nudges.day_{wish.weekday}")


def said(scene: Scene, wish: Wish) -> str:
    """For example "19:00 thứ Ba"."""
    return f"{wish.at} {day_of(scene, wish)}"


def in_words() -> dict[str, tuple[str]]:
    """What is said -> the hour, also with "tối" and "lúc" around it."""
    return {
        said: (hour,)
        for hour, ways in SAID.items()
        for way in ways
        for said in (way, f"{way} tối", f"{way} buổi tối", f"lúc {way}", f"lúc {way} tối")
    }
