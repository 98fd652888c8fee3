"""The figures a sentence names: people awarded, broadcasts and minutes, articles. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_WORDS: Final[Mapping[str, int]] = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi": 10,
}  # fmt: skip
_N: Final = rf"(?<![\d.,/-])(?P<n>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,5}}|\b(?:{'|'.join(_WORDS)})(?= ))"
_NOUNS: Final[Mapping[str, str]] = {
    "award": (
        "nguoi|ca nhan|tap the|giao vien|hoc sinh|hoi vien|doan vien|can bo|dong chi|guong|"
        "ho gia dinh|ho|gia dinh|thanh vien|chi em|em|dang vien|cong chuc|d/c|ng|hs|gv|hv|dv"
    ),
    "broadcast": (
        "buoi|lan|luot|chuong trinh|ban tin|bai phat thanh|bai tuyen truyen|tin phat thanh|dot"
    ),
    "article": "tin bai|tin, ?bai|tin/bai|tin|bai viet|bai bao|bai|phong su|video|chuyen muc",
}
_COUNTED: Final[Mapping[str, re.Pattern[str]]] = {
    kind: re.compile(rf"{_N} ?(?:{nouns})\b") for kind, nouns in _NOUNS.items()
}
_PART: Final[Mapping[str, re.Pattern[str]]] = {
    kind: re.compile(rf"\b(?:moi|tung) (?:\S+ ){{1,3}}?{_N} ?(?:{nouns})\b")
    for kind, nouns in _NOUNS.items()
}
"""A part of the whole: "2 đợt, mỗi đợt 5 người"."""
_MINUTES: Final = re.compile(
    r"(?<!luc )(?<!vao )(?<!tu )(?<!den )(?<![\d.,/-])"
    r"(?:(?P<h>\d{1,3}) ?(?P<unit>gio|tieng|h)"
    r"(?: ?(?:(?P<half>ruoi)|(?P<m>\d{1,2})(?P<said> ?(?:phut|ph|p))?))?"
    r"|(?P<only>\d{1,5}(?:\.\d{3})?) ?(?:phut|ph|p))\b"
)
_LASTS: Final = re.compile(
    r"\b(?:trong|suot|dai|het|luong|(?:moi|tung) \S+|tong(?: cong| so| thoi luong)?|tat ca|"
    r"ca thay|cong lai)(?: (?:vong|la|khoang|gan|hon|keo dai|dai|het))* ?:? ?$"
)
"""Before an hour: it says how long, else it may be the clock's ("17h", "5 giờ")."""
_PART_OF_DAY: Final = re.compile(r" ?(?:sang|trua|chieu|toi|dem|khuya)\b")
_EACH: Final = re.compile(
    r"\b(?:moi|mot|tung) (?:buoi|lan|luot|ban tin|chuong trinh|dot)\b|/ ?buoi"
)
_TOGETHER: Final = re.compile(
    r"\b(?:tong(?: cong| so| thoi luong)?|tat ca|ca thay|het thay|cong lai)\b"
)
_OF_THEM: Final = re.compile(r"\b(?:gom|bao gom|trong do|trong so do)\b")


@dataclass(frozen=True, slots=True)
class Figure:
    """`certain`, or what it `may_be`: then it is asked. Neither: it was not told."""

    certain: int | None = None
    may_be: tuple[int, ...] = ()


_CLOCK: Final = re.compile(
    r"\b(?:luc|vao|tu|den) \d{1,2} ?(?:gio|h)(?: ?(?:ruoi|\d{1,2}(?: ?(?:phut|p))?))?\b"
)
_TIMES: Final = (
    r"(?:buoi(?! (?:sang|trua|chieu|toi|dem)\b)|lan|luot|dot|ban tin|chuong trinh|tin|bai)\b"
)
_AGAIN: Final = re.compile(
    r"\b(?:moi|hang|moi mot|1|mot|tung) (?:tuan|ngay|thang|quy)\b|/ ?(?:tuan|ngay|thang|quy)\b"
    r"|\b(?:ngay|tuan|thang|quy) nao cung\b|\b(?:dinh ky|deu dan)\b"
    r"|(?<!trong )(?<!dau )(?<!giua )(?<!cuoi )\b(?:ngay|tuan|thang) "
    rf"(?:(?:dang|phat|viet|co|duoc|phat thanh|phat loa|phat song) )?(?:\d{{1,3}}|hai|ba) ?{_TIMES}"
)
"""How often, not how many: "mỗi tuần 2 buổi"."""


def read_amount(said: str, kind: str) -> Figure:
    """How many people, broadcasts, articles; several groups together, unless one is the whole."""
    pattern = None if _AGAIN.search(said) else _COUNTED.get(kind)
    if pattern and (part := _PART[kind].search(said)):
        return _parts_together(said, part, kind)
    told = [_value(one["n"]) for one in pattern.finditer(said)] if pattern else []
    if kind == "broadcast" and _EACH.search(said):
        told = [one for one in told if one > 1] or told
    if not told:
        return Figure()
    whole = sum(told)
    if len(told) > 1 and _OF_THEM.search(said):
        return Figure(may_be=tuple(dict.fromkeys((told[0], whole))))
    return Figure(whole)


def _parts_together(said: str, part: re.Match[str], kind: str) -> Figure:
    """Say ten for "2 đợt, mỗi đợt 5 người"; of anything less plain it is asked how many."""
    of_what = part[0].split()[1]
    times = [_value(one["n"]) for one in re.finditer(rf"{_N} ?{re.escape(of_what)}\b", said)]
    others = _COUNTED[kind].sub(" ", said[: part.start()] + said[part.end() :])
    is_plain = kind == "award" and len(times) == 1 and not _PART[kind].search(others)
    return Figure(times[0] * _value(part["n"]) if is_plain else None)


def read_minutes(said: str, times: int | None) -> Figure:
    """Minutes of all broadcasts together; "3 buổi 45 phút" may be 45 or 135: asked."""
    said = _CLOCK.sub(" ", said)
    told = [_length(one) for one in _MINUTES.finditer(said) if not _may_be_clock(said, one)]
    if len(told) != 1 or _AGAIN.search(said):
        return Figure()
    if times is None or times < 2:
        return Figure(told[0])
    is_each, is_together = bool(_EACH.search(said)), bool(_TOGETHER.search(said))
    if is_each != is_together:
        return Figure(told[0] * times if is_each else told[0])
    return Figure(may_be=(told[0], told[0] * times))


def _value(typed: str) -> int:
    return _WORDS.get(typed) or int(typed.replace(".", ""))


def _may_be_clock(said: str, found: re.Match[str]) -> bool:
    """An hour of the day, or not surely a length: "17h", "5 giờ sáng", "5h30"."""
    if found["only"] or found["unit"] == "tieng":
        return False
    if _PART_OF_DAY.match(said, found.end()):
        return True
    return not found["said"] and not _LASTS.search(said[: found.start()])


def _length(found: re.Match[str]) -> int:
    if found["only"]:
        return int(found["only"].replace(".", ""))
    return int(found["h"]) * 60 + (30 if found["half"] else int(found["m"] or 0))
