"""The hours and days that can be chosen, and how they are said."""

from datetime import date, time
from typing import Final

from handlers.flow import Scene
from storage.nudges import Wish

HOURS: Final = ("18:30", "19:00", "19:30", "20:00")
"""Local. What is sent unasked ends at 20:30 (U11)."""
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
