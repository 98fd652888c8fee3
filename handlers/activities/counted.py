"""How many people and households, in how many sessions (N1-N5). What is not sure is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from handlers.activities import counting_words as said_as
from handlers.activities.sentence import TAKEN, hide_all
from handlers.activities.sessions_said import without_ordinals

_ONCE: Final = re.compile(r"(?:1|m[ộo]t) ")
_TAKES_PLACE: Final = 40  # characters looked at before a number


@dataclass(frozen=True, slots=True)
class Counted:
    heads: int | None = None
    is_about: bool = False
    is_unknown: bool = False
    households: int | None = None
    heads_doubt: tuple[int, ...] | None = None
    households_doubt: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class _One:
    start: int
    end: int
    values: tuple[int, ...]
    is_about: bool
    is_sure: bool


def without_other_figures(said: str) -> str:
    """`said` without the figures that count neither people nor households nor sessions."""
    said = said_as.SIDES.sub(_without_side, said) if _has_both_sides(said) else said
    said = _without_aside(said, said_as.AGED)
    return hide_all(said, *said_as.NEVER, said_as.POPULATION)


def inhabitants_in(said: str) -> tuple[tuple[int, int], ...]:
    """Where `said`, with its days hidden, tells how many live in the hamlet, and then who came."""
    rest = hide_all(said, said_as.INHABITED)
    if not (said_as.COUNT.search(rest) or said_as.HOUSEHOLDS.search(rest)):
        return ()
    return tuple(match.span() for match in said_as.INHABITED.finditer(said))


def _has_both_sides(said: str) -> bool:
    """Whether "trên" and "dưới" name two classes: no "more than"."""
    return len({match[0].split()[-1] for match in said_as.SIDES.finditer(said)}) > 1


def _without_side(match: re.Match[str]) -> str:
    return match["part"] + " " + TAKEN * (len(match[0]) - len(match["part"]) - 1)


def _without_aside(said: str, pattern: re.Pattern[str]) -> str:
    """`said` without what `pattern` counts, if there is another number of people."""
    rest = hide_all(said, pattern)
    return rest if said_as.COUNT.search(rest) or said_as.TOTAL.search(rest) else said


def read_counts(said: str, *, sessions: int, corrected_at: int, visits: bool) -> Counted:
    households = _households(said, corrected_at, visits=visits)
    if households.households is not None:
        said = hide_all(said, said_as.WALKED)
    said = hide_all(said, said_as.HOUSEHOLDS)
    heads = _heads(said, sessions, corrected_at, households.households)
    return Counted(
        heads.heads,
        heads.is_about or (heads.heads is None and households.is_about),
        heads.is_unknown,
        households.households,
        heads.heads_doubt,
        households.households_doubt,
    )


def _households(said: str, corrected_at: int, *, visits: bool) -> Counted:
    said = hide_all(said, said_as.NEVER_CAME)
    found = [
        _one(match)
        for match in said_as.HOUSEHOLDS.finditer(said)
        if visits or not match["noun"].startswith("nh")
    ]
    found = [one for one in found if one.start > corrected_at] or found
    if not found and not said_as.OF_HOUSES.search(said):
        return Counted()
    values = {value for one in found for value in one.values}
    if ratio := said_as.OF_HOUSES.search(said):
        return Counted(households_doubt=_numbers(ratio[0]))
    if all(one.is_sure for one in found):
        if len(found) == 1 and not said[: found[0].end].endswith(("nữa", "nua")):
            return Counted(households=values.pop(), is_about=found[0].is_about)
        if all(_is_part(said, one) for one in found):
            return Counted(households=sum(one.values[0] for one in found))
    return Counted(households_doubt=tuple(sorted(values)))


def _heads(said: str, sessions: int, corrected_at: int, households: int | None) -> Counted:
    if per_house := said_as.PER_HOUSE.search(said):
        number = int(re.findall(r"\d+", per_house[0])[-1])
        said = hide_all(said, said_as.PER_HOUSE)
        if not said_as.COUNT.search(said):
            return _asked(*([number * households] if households else []))
    if _is_unknown(said):
        return Counted(is_unknown=True)
    for pattern in said_as.ASIDES:
        said = _without_aside(said, pattern)
    if total := _last(said_as.TOTAL, said):
        return _asked(*_numbers(total["n"])) if said_as.ABSENT.search(said) else _sure(total)
    return _vague_heads(said, sessions) or _plain_heads(said, sessions, corrected_at)


def _is_unknown(said: str) -> bool:
    """Whether it is said that nobody knows, and no number is told."""
    if all(re.search(r"\d", match[0]) for match in said_as.UNKNOWN.finditer(said)):
        return False
    rest = hide_all(said, said_as.UNKNOWN)
    told = (said_as.COUNT, said_as.VAGUE, said_as.LABELLED, said_as.TOTAL)
    return not any(pattern.search(rest) for pattern in told)


def _vague_heads(said: str, sessions: int) -> Counted | None:
    """What is a range, a sum, a vague figure, or a figure for each session."""
    if vague := said_as.VAGUE.search(said):
        rest = hide_all(said, said_as.VAGUE)
        if not said_as.COUNT.search(rest):
            return _asked(*_numbers(vague["most"] or "")) if vague["most"] else _asked()
    if added := said_as.SUM.search(said):
        return _asked(sum(_numbers(added[0])))
    plain = without_ordinals(said)
    if ranged := said_as.GLUED_RANGE.search(plain) or said_as.RANGE.search(plain):
        return _asked(*_numbers(ranged["low"]), *_numbers(ranged["high"]))
    if each := said_as.EACH.search(said):
        return _each(each, max(sessions, _parts(said, each["part"])))
    return None


def _plain_heads(said: str, sessions: int, corrected_at: int) -> Counted:
    gendered = said_as.NAMED_PARTS.search(said)
    said_rest = hide_all(said, said_as.NAMED_PARTS) if gendered else said
    whole = hide_all(said_rest, said_as.PARTLY)
    said_rest = whole if said_as.COUNT.search(whole) else said_rest
    came = hide_all(said_rest, said_as.NEVER_CAME)
    found = [_one(match) for match in said_as.COUNT.finditer(came)]
    if gendered:
        return _gendered(_numbers(gendered[0]), found, sessions)
    if not found and said_as.NOBODY.search(came):
        return Counted(heads=0)
    if len(found) > 1:
        reduced = hide_all(came, said_as.AFTERWARDS, said_as.MANAGED)
        found = [_one(match) for match in said_as.COUNT.finditer(reduced)] or found
    if not found:
        return _without_noun(came, sessions, is_planned=came != said_rest)
    if (absent := said_as.ABSENT.search(said)) and len(found) == 1 and found[0].is_sure:
        number = found[0].values[0]
        if said_as.REMAINING.search(said, absent.end(), found[0].start):
            return Counted(heads=number, is_about=found[0].is_about)
        return _asked(number, max(number - _numbers(absent[0])[-1], 0))
    return _together(came, found, sessions, corrected_at)


def _together(said: str, found: list[_One], sessions: int, corrected_at: int) -> Counted:
    corrected = [match for match in said_as.BARE.finditer(said) if match.start() > corrected_at > 0]
    later = [one for one in found if one.start > corrected_at]
    found = later or [_one(match) for match in corrected] or found
    numbers = [one.values[0] for one in found]
    if not all(one.is_sure for one in found):
        return _asked(*(value for one in found for value in one.values))
    is_about = any(one.is_about for one in found)
    if len(set(numbers)) == 1:
        return _times(numbers[0], sessions, said, found[0], is_about=is_about)
    if _are_added(said, found):
        return Counted(heads=sum(numbers), is_about=is_about)
    last = said[max(found[-1].start - _TAKES_PLACE, found[-2].end) : found[-1].start + 1]
    if len(found) == 2 and said_as.ACTUAL.search(f" {last}"):
        return Counted(heads=numbers[-1], is_about=found[-1].is_about)
    return _asked(*numbers)


def _are_added(said: str, found: Sequence[_One]) -> bool:
    """Whether the numbers are parts: "65 người cộng thêm 5 cháu", "lớp trên 17, lớp dưới 19"."""
    if all(_is_part(said, one) for one in found):
        return True
    gaps = list(pairwise(found))
    if _is_joined(said, *_between(gaps[-1])):  # "5 cán bộ, 10 hội viên và 15 bà con"
        gaps = [gap for gap in gaps if said[slice(*_between(gap))].strip() != ","]
    return all(_is_joined(said, *_between(gap)) for gap in gaps)


def _between(gap: tuple[_One, _One]) -> tuple[int, int]:
    return gap[0].end, gap[1].start


def _is_joined(said: str, end: int, start: int) -> bool:
    """Whether there is nothing but an "and" between two numbers."""
    if start - end == 1:  # "15 cô 10 chú"
        return True
    matches = (said_as.ADDED.match(said, end + 1), said_as.LATER.match(said, end + 1))
    return any(match is not None and match.end() >= start - 1 for match in matches)


def _is_part(said: str, one: _One) -> bool:
    before = said[max(one.start - _TAKES_PLACE, 0) : one.start]
    before = before[before.find(" ") :] if " " in before else " "
    return any(match.end() >= len(before) - 1 for match in said_as.PART_OF.finditer(before))


def _times(number: int, sessions: int, said: str, one: _One, *, is_about: bool) -> Counted:
    """One number in several sessions: each time, or in all? It is asked."""
    is_total = "lượt" in said[one.start : one.end] or "luot" in said[one.start : one.end]
    if sessions == 0 and not is_total:
        return _asked(number)
    if sessions > 1 and number and not is_total:
        return _asked(number, number * sessions)
    return Counted(heads=number, is_about=is_about)


def _gendered(numbers: Sequence[int], found: Sequence[_One], sessions: int) -> Counted:
    total = sum(numbers)
    if found and any(one.values != (total,) for one in found):
        return _asked(*(value for one in found for value in one.values), total)
    return _asked(total, total * sessions) if sessions > 1 else Counted(heads=total)


def _parts(said: str, part: str | None) -> int:
    """The 2 of "2 ca, mỗi ca 15 người"; 0 when it is not said."""
    is_class = part in (None, "lớp", "lop")  # it may be a session
    found = None if is_class else re.search(rf" (\d+) {part} ", said)
    return int(found[1]) if found else 0


def _each(each: re.Match[str], sessions: int) -> Counted:
    number = next(each[name] for name in "abcde" if each[name])
    values = _numbers(number)
    is_about = bool(said_as.ABOUT_ALONE.search(f" {each[0]} "))
    is_one = len(values) == 1 and "~" not in number
    if sessions == 1 and is_one and _ONCE.match(each[0]):
        return Counted(heads=values[0], is_about=is_about)
    if sessions > 1 and is_one:
        return Counted(heads=values[0] * sessions, is_about=is_about)
    return _asked(*values)


def _without_noun(said: str, sessions: int, *, is_planned: bool) -> Counted:
    if labelled := said_as.LABELLED.search(said):
        one = _one(labelled)
        if one.is_sure:
            return _times(one.values[0], sessions, said, one, is_about=one.is_about)
        return _asked(*one.values)
    said = without_ordinals(said)
    bare = [value for match in said_as.BARE.finditer(said) for value in _numbers(match["n"])]
    return _asked(*bare) if bare and not is_planned else Counted()


def _one(match: re.Match[str]) -> _One:
    groups = match.groupdict()
    is_about = bool(groups["about"] or groups.get("lots") or groups.get("some"))
    return _One(*match.span(), _numbers(match["n"]), is_about, "~" not in match["n"])


def _sure(match: re.Match[str]) -> Counted:
    values = _numbers(match["n"])
    if "~" in match["n"]:
        return _asked(*values)
    return Counted(heads=values[0], is_about=bool(said_as.ABOUT_ALONE.search(f" {match[0]} ")))


def _last(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    found = list(pattern.finditer(said))
    return found[-1] if found else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(figure) for figure in re.findall(r"\d+", text))


def _asked(*values: int) -> Counted:
    return Counted(heads_doubt=tuple(dict.fromkeys(values)))
