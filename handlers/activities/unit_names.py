"""Where units are named in a story (N12)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from handlers import places, words
from handlers.activities.sentence import spoken
from handlers.words.text import plain_of
from storage.units import HAMLET, UnitInfo

_MOST: Final = 12  # mentions; more is no story of one activity
_HAMLET: Final = spoken(
    r"(?:xóm|x|thôn) (?:số |\. |"
    r": )?\d{1,2}(?: ?[abc](?= [,.+]))?(?: (?:- )?(?:của )?(?:xã )?cũ \S+)?"
)
_FURTHER: Final = spoken(
    r"(?P<joint>và|với|cùng|\+|,|-) (?P<number>\d{1,2})(?= (?:và|với|,|\.|phối|cùng|học|tổ|làm|"
    r"chung|mở|"
    r"tập|họp|dạy|có|tối|sáng|chiều|·))"
)
_SHORTER: Final = (
    ("phu nu", "pn"), ("lien hiep phu nu", "lhpn"), ("lien hiep phu nu", "phu nu"),
    ("nong dan", "nd"), ("thanh nien", "tn"), ("tncs ho chi minh", "thanh nien"),
    ("cuu chien binh", "ccb"), ("nguoi cao tuoi", "nct"), ("nguoi cao tuoi", "cao tuoi"),
    ("tieu hoc", "th"), ("mam non", "mn"), ("y te", "yt"), ("mat tran to quoc", "mat tran"),
    ("thcs", "cap 2"), ("tieu hoc", "cap 1"), ("hanh chinh cong", "hcc"), ("hoi ", "hoi lh"),
    ("van hoa xa hoi", "vhxh"), ("ban chqs", "quan su"), ("cong an", "ca"),
    ("tram y te", "tram xa"),
    ("truong ", ""), ("ubnd", "uy ban nhan dan"), ("uy ban mttq viet nam", "uy ban mttq"),
    ("doan thanh nien", "doan"), ("doan thanh nien", "chi doan"),
)  # fmt: skip
_MEETING: Final = spoken(r"họp|toàn")
_CROWD: Final = spoken(r"người|bà con|hộ|dân|hội viên|ng|lượt")
_LOCAL: Final = spoken(r"xóm|thôn")
_CHI: Final = spoken(r"chi")


@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    codes: tuple[str, ...]
    is_hamlet: bool
    is_further: bool = False
    """The 6 of "xóm 5, 6"."""
    is_branch: bool = False
    """A hamlet's own branch of an organisation: which of the two is meant is asked."""


def mentions_in(said: str, known: Sequence[UnitInfo]) -> list[Mention]:
    hamlets = [unit for unit in known if unit.kind == HAMLET]
    found: list[Mention] = []
    for match in _HAMLET.finditer(said):
        if len(found) < _MOST and not _is_crowd(said, match):
            codes = _found(match[0], hamlets)
            found.append(Mention(*match.span(), codes, is_hamlet=True))
            found += _further(said, match.end(), hamlets)
    found += _named(said, _names(tuple(known)))
    return found


def _is_crowd(said: str, match: re.Match[str]) -> bool:
    """True for the "xóm 65" of "họp xóm 65 người"."""
    return bool(
        _MEETING.match(said, max(match.start() - 4, 0)) and _CROWD.match(said, match.end() + 1)
    )


def _found(text: str, among: Sequence[UnitInfo]) -> tuple[str, ...]:
    number = re.search(r"\d+", text)
    named = f"xóm {number[0]}{text[number.end() :]}" if number else text
    return tuple(unit.code for unit in places.find(named, among))


def _further(said: str, place: int, hamlets: Sequence[UnitInfo]) -> Iterator[Mention]:
    """The 6 and 7 of "xóm 5, 6 và 7"."""
    while (match := _FURTHER.match(said, place + 1)) is not None:
        codes = _found(f"xóm {match['number']}", hamlets)
        if not codes:
            return
        yield Mention(
            match.start("number"), match.end("number"), codes, is_hamlet=True, is_further=True
        )
        place = match.end("number")


Names = dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]


@lru_cache(8)  # the units of a commune change seldom
def _names(known: tuple[UnitInfo, ...]) -> Names:
    """First word -> the names beginning with it, longest first, with the codes they may mean."""
    meant: dict[str, set[str]] = {}
    for unit in known:
        if unit.kind == HAMLET and any(char.isdecimal() for char in unit.name):
            continue
        for name in _variants((unit.name, *unit.aliases)):
            meant.setdefault(name, set()).add(unit.code)
    names: Names = {}
    for name in sorted(meant, key=len, reverse=True):
        split = tuple(name.split())
        names.setdefault(split[0], []).append((split, tuple(sorted(meant[name]))))
    return names


def _variants(names: Sequence[str]) -> set[str]:
    """The folded names and their usual short forms; nothing of a single short word."""
    found = {plain_of(name) for name in names}
    for long, short in _SHORTER:
        found |= {f"{name} ".replace(long, short).strip() for name in found if long in f"{name} "}
    found |= {name.removesuffix(" xa") for name in found}
    found |= {f"htx {name[-1]}" for name in found if re.fullmatch(r"htx .* [a-z]", name)}
    found |= {name[:-2] for name in found if re.search(r" [a-z]$", name) and len(name) > 6}
    return {name for name in found if len(name) > 3 and name not in _TOO_SHORT}


_TOO_SHORT: Final = frozenset(
    ("uy ban", "doan", "hoi", "truong", "tram", "phong", "cong an", "cao tuoi", "phu nu", "quan su",
     "nong dan", "thanh nien", "co so kinh doanh", "cong ty tnhh", "htx nong nghiep", "tieu hoc",
     "mam non", "cap 1", "cap 2", "thcs", "ca xa")
)  # fmt: skip


def _named(said: str, names: Names) -> list[Mention]:
    tokens = [(match.start(), words.fold(match[0])) for match in re.finditer(r"\S+", said)]
    found: list[Mention] = []
    place = 0
    while place < len(tokens) and len(found) < _MOST:
        for name, codes in names.get(tokens[place][1], ()):
            row = tokens[place : place + len(name)]
            if tuple(word for _, word in row) == name:
                end = row[-1][0] + len(said[row[-1][0] :].split(" ", 1)[0])
                found.append(_mention(said, tokens[place][0], end, codes))
                place += len(name) - 1
                break
        place += 1
    return found


def _mention(said: str, start: int, end: int, codes: tuple[str, ...]) -> Mention:
    is_local = bool(_LOCAL.match(said, end + 1)) or bool(_CHI.match(said, max(start - 4, 0)))
    is_local |= bool(_CHI.match(said, start))
    return Mention(start, end, codes, is_hamlet=False, is_branch=is_local)
