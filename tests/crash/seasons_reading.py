"""What a message of the program says to whoever gets it: which unit, what, and in which manner."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from tests.crash.seasons_commune import PLACES
from tests.crash.seasons_facts import NAMES, REPORT, Form, World

_DAYS: Final = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
_UNITS: Final = {place.name: code for code, place in PLACES.items()}
_LATE: Final = ("đến nay chưa có", "quá hạn", "đã qua hạn")
_UNKIND: Final = (*_LATE, "chưa nộp", "phải", "bắt buộc", "chậm", "muộn")
_ASKED: Final = re.compile(r"\n(?=Kính gửi|Trợ lý xin nhắc)")
"""Where what is asked of an officer's own unit begins."""
_MORE: Final = re.compile(r"và (\d+) nơi nữa")
_COUNTED: Final = re.compile(r"(?:còn|chưa gửi) (\d+):")


class Said(NamedTuple):
    """One thing that a message names, with the words that are about it."""

    unit: str
    about: str
    words: str


def items(text: str, forms: Mapping[str, Form]) -> list[Said]:
    """All that a message asks or tells; raises `AssertionError` for words it cannot place."""
    if "còn thiếu" in text:
        names, *rest = _ASKED.split(text, maxsplit=1)
        asked = items("".join(rest), forms) if rest else []
        return [Said("", NAMES, names), *asked]
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    is_one_form = any(form.title in text for form in forms.values()) and "phiếu này" in text
    parts = lines if lines and not is_one_form else [text]
    return [_item(part, forms) for part in parts]


def _item(words: str, forms: Mapping[str, Form]) -> Said:
    units = _named(words)
    assert len(units) == 1, f"which unit is it about? {words!r}"
    about = next((key for key, form in forms.items() if form.title in words), REPORT)
    return Said(units.pop(), about, words)


def said_day(day: date) -> str:
    weekday = "Chủ nhật" if day.weekday() == 6 else f"thứ {_DAYS[day.weekday()]}"
    return f"{weekday} {day.day}/{day.month}"


# --- is it true now? -----------------------------------------------------------------------------


def wrongs(said: Said, world: World, today: date) -> Iterator[str]:
    """What is not so on that day in these words (R18, design §5: never "quá hạn" to MTTQ)."""
    if said.about == NAMES:
        yield from _wrong_names(said.words, world, today)
        return
    due, duty = world.due(said.unit, said.about), world.duty(said.unit)
    if said.about != REPORT:
        if f"{due.day}/{due.month}" not in said.words:
            yield "another day than the form's"
        return
    is_late = any(word in said.words for word in _LATE)
    is_returned = world.standing.get(said.unit) == "returned"
    if duty != "required":
        yield from (f"unkind: {word}" for word in _UNKIND if word in said.words)
        if duty == "encouraged":
            return
    elif is_late != (today > due and not is_returned):
        yield "late although it is not" if is_late else "nothing of its being late"
    if is_returned != ("bổ sung" in said.words):
        yield "returned or not"
    yield from _wrong_day(said.words, due, today, is_named=not is_returned)


def _wrong_day(words: str, due: date, today: date, *, is_named: bool) -> Iterator[str]:
    before = due + timedelta(days=1)
    told = re.search(r"trước ngày (\d+/\d+)", words)
    if told and today > due:
        yield f"a day that is over: {told[1]}"
    if told and told[1] != f"{before.day}/{before.month}":
        yield f"another day: {told[1]}"
    if is_named and today <= due and (not told or f"hết {said_day(due)}" not in words):
        yield "no day named"


def _wrong_names(words: str, world: World, today: date) -> Iterator[str]:
    """Who is missing, each duty apart (design §3), and whose paper has to be looked for."""
    due: dict[str, set[str]] = {"required": set(), "requested": set(), "encouraged": set()}
    for unit in world.missing(today):
        due[world.duty(unit)].add(unit)
    due["paper"] = world.looked_for(today)
    lists = {line: _whose(line, world) for line in words.splitlines() if _named(line)}
    for whose, names in due.items():
        mine = "\n".join(line for line, one in lists.items() if one == whose)
        yield from _wrong_list(mine, names)


def _whose(line: str, world: World) -> str:
    """Which list this line is: of paper, or of the duty of any one it names."""
    return "paper" if "bản giấy" in line else world.duty(min(_named(line)))


def _named(words: str) -> set[str]:
    return {code for name, code in _UNITS.items() if re.search(rf"{re.escape(name)}\b", words)}


def _wrong_list(line: str, due: set[str]) -> Iterator[str]:
    """A long list is cut: it says how many more there are, and it says how many there are."""
    named, more, counted = _named(line), _MORE.search(line), _COUNTED.search(line)
    rest = int(more[1]) if more else 0
    if not named <= due or len(named) + rest != len(due):
        yield f"names {sorted(named)} and {rest} more instead of {sorted(due)}"
    if counted and int(counted[1]) != len(due):
        yield f"counts {counted[1]} instead of {len(due)}"
