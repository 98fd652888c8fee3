"""What a message of the program says to whoever gets it: which unit, what, and in which manner."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from tests.crash.seasons_commune import PLACES
from tests.crash.seasons_facts import NAMES, REPORT, Call, Form, World

_DAYS: Final = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
_UNITS: Final = {place.name: code for code, place in PLACES.items()}
_LATE: Final = ("đến nay chưa có", "quá hạn", "đã qua hạn")
_UNKIND: Final = (*_LATE, "chưa nộp", "phải", "bắt buộc", "chậm", "muộn")
_ASKED: Final = re.compile(r"\n(?=Kính gửi|Trợ lý xin nhắc)")
"""Where what is asked of an officer's own unit begins."""
_MORE: Final = re.compile(r"và (\d+) nơi nữa")
_CUT: Final = 10
"""Letters of a name that is cut on its button."""
_COUNTED: Final = re.compile(r"(?:còn|chưa gửi) (\d+):")


class Said(NamedTuple):
    """One thing that a message names, with the words that are about it."""

    unit: str
    about: str
    words: str


def items(call: Call, forms: Mapping[str, Form]) -> list[Said]:
    """All that a message asks or tells; raises `AssertionError` for words it cannot place."""
    text = call.text
    if "còn thiếu" not in text:
        return _asked(text, call.buttons, forms)
    names, *rest = _ASKED.split(text, maxsplit=1)
    asked = _asked("".join(rest), call.buttons, forms) if rest else []
    return [Said("", NAMES, names), *asked]


def _asked(text: str, buttons: Sequence[str], forms: Mapping[str, Form]) -> list[Said]:
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    is_one_form = any(form.title in text for form in forms.values()) and "phiếu này" in text
    if not lines or is_one_form:
        return [_one(text, forms)]
    shown = [Said(unit, _about(line, forms), line) for line in lines for unit in _each(line)]
    hidden = [said for line in lines for said in _hidden(line, shown, buttons, forms)]
    return shown + hidden


def _one(words: str, forms: Mapping[str, Form]) -> Said:
    units = _named(words)
    assert len(units) == 1, f"which unit is it about? {words!r}"
    return Said(units.pop(), _about(words, forms), words)


def _about(words: str, forms: Mapping[str, Form]) -> str:
    return next((key for key, form in forms.items() if form.title in words), REPORT)


def _each(line: str) -> list[str]:
    """The units of one line of several, one as often as it is named."""
    found = [
        code for name, code in _UNITS.items() for _ in re.findall(rf"{re.escape(name)}\b", line)
    ]
    assert found, f"which units is it about? {line!r}"
    return found


def _hidden(
    line: str, shown: Sequence[Said], buttons: Sequence[str], forms: Mapping[str, Form]
) -> list[Said]:
    """What a line leaves out ("và 3 nơi nữa") can still be pressed: labels, perhaps cut.

    A label does not say of which form; those that were asked by it are meant before any other.
    """
    more = _MORE.search(line)
    if more is None:
        return []
    about = _about(line, forms)
    do = "Báo cáo " if about == REPORT else "Phiếu "
    named = {said.unit for said in shown if said.about == about}
    labels = [label.removeprefix(do).rstrip("…. ") for label in buttons if label.startswith(do)]
    left = [
        code
        for label in labels
        for name, code in _UNITS.items()
        if (name == label or (len(label) > _CUT and name.startswith(label))) and code not in named
    ]
    if about in forms:
        left.sort(key=lambda code: code not in forms[about].units)
    left = left[: int(more[1])]
    assert len(left) == int(more[1]), f"which units are left out? {line!r} {buttons}"
    return [Said(unit, about, line) for unit in left]


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
