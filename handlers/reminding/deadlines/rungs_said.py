"""Reading "nhắc 30-14-7-3-1": on how many days before the last day on time to remind. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from handlers.reminding.deadlines.line import Line
from handlers.reminding.ladders import of_days, too_often

FARTHEST: Final = 90
MOST: Final = 10
_NUMBERS: Final = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi": 10,
}  # fmt: skip
_UNIT: Final = r"(?:ngay|hom|tuan)\b"
_ITEM: Final = (
    rf"(?:(?:nhac )?(?:truoc )?(?:\d{{1,3}}(?! ?(?:h|g|gio|lan|thang|quy|nam|%)\b)(?: ?{_UNIT})?"
    rf"|(?:{'|'.join(_NUMBERS)}) {_UNIT}))"
)
_AND: Final = r",? ?\b(?:va|voi|roi|cung)(?: lai)?"
_LEAD: Final = r"(?: ?(?:nho|nop|truoc|han|cac|moc|lai|la|cach|ta|luc|vao|don|don doc))*[ :]*"
_LIST: Final = re.compile(
    rf"(?P<items>{_ITEM}(?: ?(?P<by>[-–,/.+&]| ) ?{_ITEM}(?: ?(?:(?P=by)) ?{_ITEM})*)?"
    rf"(?:{_AND} {_ITEM})*)(?!\d)(?! ?[-–/.] ?\d)"
    rf"(?P<last>(?:{_AND}|,)? ?(?:vao )?(?:dung (?:han|ngay|ngay han|hom han)|(?:ngay|hom) cuoi)"
    r"(?: cung)?)?"
    r"(?: ?ngay)?(?: truoc(?: han)?| nua den han)?"
)
_ASKED: Final = re.compile(
    rf"\b(?<!am )(?<!ca )(?P<not>(?:khong|dung|chua)(?: can| phai)? )?nhac\b{_LEAD}"
)
_GOES_ON: Final = re.compile(
    r"(?:cho|cua|doi voi|danh cho) (?:cac|tat ca|xom|thon|truong|hoi|doan|don vi|moi|co quan)\b"
    r"|(?:a|nhe|nha|em|cam on)\b|voi$|(?:dat )?han (?:nop|gui|bao cao)\b"
)
_MORE: Final = re.compile(
    r"(?:moi|hang|sau do|tiep|roi|luc|va|voi|cung|neu|con lai)\b"
    r"|(?:truoc )?\d{1,3} ?(?:ngay|hom|tuan|lan)\b(?! nua)"
    r"|(?:buoi )?(?:sang|chieu|toi|trua|dem)? ?\d{1,2} ?(?:h|g|gio|:)(?!\w*/)"
)
"""Behind a comma: still of reminding."""
_HOUR: Final = re.compile(
    r",? ?(?:luc |vao )?(?:(?:buoi )?(?:sang|chieu|toi|trua) )?(?:luc )?"
    r"\d{1,2}(?: ?(?:h|g|gio)\b ?(?:\d{1,2}\b|ruoi\b)?|h\d\d|:\d\d)(?: (?:sang|chieu|toi|trua))?"
)
_REST: Final = re.compile(r"[^;]*")
_ONE: Final = re.compile(rf"(\d+|\b(?:{'|'.join(_NUMBERS)})(?= {_UNIT}))(?: ?(ngay|hom|tuan))?")
_DAY_LIKE: Final = re.compile(r"\d{1,2} ?[/.] ?\d{1,2}")
_UP: Final = re.compile(r"(\d{1,2}) ?- ?(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Rungs:
    """What was said of reminding."""

    rest: Line
    """The sentence without it."""
    is_said: bool = False
    before: tuple[int, ...] | None = None
    """Days, the most first; None: nothing was said, or it cannot be read."""


def cut_rungs(line: Line) -> Rungs:
    """Take out what a sentence says of reminding."""
    hits = [one for one in _ASKED.finditer(line.plain) if _is_no_music(line.typed[one.start() :])]
    if not hits:
        return Rungs(line)
    asked = hits[0]
    found = _LIST.match(line.plain, asked.end())
    is_whole = found and not asked["not"] and hits[-1].start() < found.end()
    before = _days(found) if found and is_whole and _is_all(line, found.end()) else None
    if found is None or before is None:
        end = _REST.match(line.plain, asked.end())
        return Rungs(line.without(asked.start(), end.end() if end else asked.end()), is_said=True)
    return Rungs(line.without(asked.start(), found.end()), is_said=True, before=before)


def _is_no_music(typed: str) -> bool:
    return "nhạc" not in typed.casefold()[: len("không phải nhạc")].partition("nhắc")[0]


def _is_all(line: Line, end: int) -> bool:
    """Whether nothing else is said of reminding: "7-3-1 lúc 9h" is more than days."""
    here, *behind = (one.strip() for one in re.split(r"[,;]|[.](?!\d)", line.plain[end:]))
    if here and not _GOES_ON.match(here):
        return False
    return not any(map(_MORE.match, behind))


def read_rungs(text: str) -> tuple[int, ...] | None:
    """Read "30-14-7" typed alone, with or without "nhắc"; None if it cannot be."""
    line = Line.of(text)
    asked = _ASKED.match(line.plain)
    found = _LIST.fullmatch(line.plain.rstrip(" ."), asked.end() if asked else 0)
    return _days(found) if found else None


def without_hour(text: str) -> str:
    """Leave out at what hour to remind: they all go at eight."""
    return _HOUR.sub("", Line.of(text).plain)


def _days(found: re.Match[str]) -> tuple[int, ...] | None:
    items = found["items"]
    if _DAY_LIKE.fullmatch(items) or _is_rising(items):  # "7/3", "3-12": days of the year?
        return None
    days = {_count(one) for one in _ONE.finditer(items)}
    if found["last"]:
        days.add(0)
    return fitting(days)


def _is_rising(items: str) -> bool:
    pair = _UP.fullmatch(items)
    return pair is not None and int(pair[1]) < int(pair[2]) <= 12


def _count(one: re.Match[str]) -> int:
    number = int(one[1]) if one[1].isdecimal() else _NUMBERS[one[1]]
    return number * (7 if one[2] == "tuan" else 1)


def fitting(days: set[int]) -> tuple[int, ...] | None:
    """In order; None if they are too many, too far, or too often (design §5)."""
    ordered = tuple(sorted(days, reverse=True))
    if not ordered or len(ordered) > MOST or ordered[0] > FARTHEST or too_often(of_days(ordered)):
        return None
    return ordered


def say_rungs(before: tuple[int, ...]) -> str:
    """As it can be typed again: "30-14-7-3-1"."""
    return "-".join(map(str, before))
