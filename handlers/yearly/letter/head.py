"""The first page and the end: who writes to whom, on what ground, who signs, who gets a copy.

Number, day and name come from the commune's settings; without them they are left to the clerk.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from handlers.documents.letter_contents import Head, Signature
from handlers.reporting.letter import commune
from handlers.reporting.letter.writing import one_line
from handlers.words import fold
from handlers.yearly.letter.framing import each_of
from handlers.yearly.letter.writing import Writing

_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ENDS: Final = " .;,"


def head(writing: Writing) -> Head:
    place = commune.bare_name(writing.gathered.settings) or writing.house("place_unknown")
    return Head(
        over="",
        unit=writing.say("unit").upper(),
        number=number(writing),
        nation=writing.house("nation"),
        motto=writing.house("motto"),
        place=writing.say("place", place=place, day=day(writing)),
    )


def number(writing: Writing) -> str:
    """For example "Số: ……/BC-UBND"; a whole "123/BC-UBND" of the settings stays as it is."""
    own = _letterhead(writing, "so")
    text = writing.say("number", so=own or writing.house("dots"))
    return f"{text.partition(':')[0]}: {own}" if "/" in own else text


def day(writing: Writing) -> str:
    """For example "ngày 20 tháng 12 năm 2026", dots for what is not known."""
    own = _letterhead(writing, "ngay")
    if found := _DAY.fullmatch(own):
        try:
            return writing.say_day(date(int(found[3]), int(found[2]), int(found[1])))
        except ValueError:
            return own
    return own or writing.say("day_unknown", year=writing.gathered.period.due.year)


def _letterhead(writing: Writing, key: str) -> str:
    own: Mapping[str, Any] = writing.gathered.settings.get("letterhead") or {}
    return one_line(str(own.get(key) or ""))


def subject(writing: Writing) -> tuple[str, ...]:
    return _lines(writing.say(f"subject_{writing.gathered.period.occasion}"))


def addressees(writing: Writing) -> tuple[str, ...]:
    return each_of(writing.say("addressees"))


def grounds(writing: Writing) -> tuple[str, ...]:
    """The province's plan, where we know which it is, and the commune's own."""
    province = "ground_province" if _is_known(writing) else "ground_elsewhere"
    about = writing.say("plan_about")
    said = (writing.say(province), writing.say("ground_commune", viec=about))
    first, last = (one_line(one).rstrip(_ENDS) for one in said)
    return f"{first};", f"{last}."


def _is_known(writing: Writing) -> bool:
    """Its number is that of Ninh Bình (plan.md §0); elsewhere an officer has to write it."""
    is_own = "ground_province" in writing.known.own
    return is_own or "ninh binh" in fold(writing.setting("province"))


def opening(writing: Writing) -> str:
    return one_line(writing.say("opening"))


def closing(writing: Writing) -> str:
    """Ends with "./.", however the sentence was written."""
    return f"{one_line(writing.say('closing')).rstrip('./ ')}./."


def recipients(writing: Writing) -> tuple[str, ...]:
    names = each_of(writing.say("recipients"))
    return (*(f"- {name};" for name in names[:-1]), *(f"- {name}." for name in names[-1:]))


def signature(writing: Writing) -> Signature:
    *above, signs = each_of(writing.say("signature"))
    return Signature(above=tuple(above), signs=signs, name=_letterhead(writing, "nguoi_ky"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(one_line, text.split("\n"))))
