"""What a record reads like: the summary, its line in a list, and the text for the Zalo group."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from handlers import words
from handlers.activities.draft import Draft
from handlers.flow import Turn
from storage.activities import ActivityInfo
from storage.units import UnitInfo

_IN_WORDS_FROM: Final = 1_000  # U7
FEW: Final = 5
"""Below it a text for many names no number (T45)."""


class Names:
    """How units are called, each by a name nobody else has."""

    def __init__(self, known: Sequence[UnitInfo], shown: Mapping[str, str]) -> None:
        self._names = {unit.id: shown.get(unit.code, unit.name) for unit in known}

    def __getitem__(self, unit_id: int) -> str:
        return self._names.get(unit_id, "")

    def all_of(self, units: Sequence[int]) -> str:
        return ", ".join(self._names[one] for one in units if one in self._names)


def summary(turn: Turn, draft: Draft, names: Names) -> str:
    """The numbered lines that are read back before anything is written (U7)."""
    day = words.say_date(draft.day) if draft.day else ""
    held = turn.text_of("activities.line_kind", kind=kind(turn, draft.kind), day=day)
    lines = [f"{names[draft.unit]}: {held}", how_many(turn, draft)]
    if draft.topics:
        lines.append(turn.text_of("activities.line_topics", topics=topics(turn, draft.topics)))
    lines += _where_and_who(turn, draft)
    together = [names[one] for one in draft.partners] + list(draft.others)
    if together:
        units = ", ".join(name for name in together if name)
        lines.append(turn.text_of("activities.line_together", units=units))
    return "\n".join(f"- {line}" for line in lines)


def _where_and_who(turn: Turn, draft: Draft) -> list[str]:
    lines = []
    if draft.place:
        lines.append(turn.text_of("activities.line_place", place=draft.place))
    if draft.led_by:
        lines.append(turn.text_of("activities.line_led_by", name=draft.led_by))
    return lines


def how_many(turn: Turn, draft: Draft) -> str:
    """For example "3 buổi, khoảng 120 lượt người dự, 12 hộ"."""
    parts = []
    if draft.sessions > 1:
        parts.append(turn.text_of("activities.sessions", count=words.say_number(draft.sessions)))
    parts.append(heads(turn, draft.heads, is_about=draft.about))
    if draft.households is not None:
        count = words.say_number(draft.households)
        parts.append(turn.text_of("activities.households", count=count))
    return ", ".join(parts)


def heads(turn: Turn, count: int | None, *, is_about: bool) -> str:
    if count is None:
        return turn.text_of("activities.heads_unknown")
    said = words.say_number(count)
    if count >= _IN_WORDS_FROM:
        said = f"{said} ({words.say_number_in_words(count)})"
    return turn.text_of("activities.heads_about" if is_about else "activities.heads", count=said)


def kind(turn: Turn, word: str) -> str:
    return turn.text_of(f"activities.kind_{word}")


def topics(turn: Turn, chosen: Sequence[str]) -> str:
    return ", ".join(turn.text_of(f"activities.topic_{topic}") for topic in chosen)


def line(turn: Turn, info: ActivityInfo, names: Names) -> str:
    """One activity in a list: "CN 22/11: Xóm 5, Tập huấn, 35 lượt người dự"."""
    return turn.text_of(
        "activities.in_list",
        day=f"{info.held_on.day}/{info.held_on.month}",
        units=names.all_of(_first_of_all(info)),
        kind=kind(turn, info.kind),
        heads=heads(turn, info.people, is_about=info.is_about),
    )


def _first_of_all(info: ActivityInfo) -> list[int]:
    return [info.unit_id, *sorted(info.units - {info.unit_id})]


def is_few(info: ActivityInfo) -> bool:
    """Too few to be told in a group, with hamlet and day beside it (T45)."""
    return info.people is not None and info.people < FEW


def to_forward(turn: Turn, info: ActivityInfo, names: Names) -> str:
    """A short text for the Zalo group: nothing in it but what the group saw."""
    parts = [
        turn.text_of(
            "activities.forward",
            sample=f"{turn.text_of('statistics.sample')} " if turn.house.sample else "",
            units=names.all_of(_first_of_all(info)),
            day=words.say_date(info.held_on),
            kind=kind(turn, info.kind).lower(),
        )
    ]
    if info.topics:
        chosen = topics(turn, info.topics)
        parts.append(turn.text_of("activities.forward_topics", topics=chosen))
    if info.people is not None and not is_few(info):
        said = heads(turn, info.people, is_about=info.is_about)
        parts.append(turn.text_of("activities.forward_heads", heads=said))
    parts.append(turn.text_of("activities.forward_thanks"))
    return " ".join(parts)


def card(turn: Turn, info: ActivityInfo, names: Names, *, commune: str) -> dict[str, Any]:
    """The same as a picture: what handlers/documents/cards.py draws."""
    facts = []
    if info.place:
        facts.append([turn.text_of("activities.card_place"), info.place])
    if info.led_by:
        facts.append([turn.text_of("activities.card_led_by"), info.led_by])
    known = info.people is not None
    about = turn.text_of("activities.card_about") if info.is_about else ""
    return {
        "sample": turn.text_of("statistics.sample").rstrip(".") if turn.house.sample else "",
        "movement": turn.text_of("activities.card_movement"),
        "place": commune,
        "units": [names[one] for one in _first_of_all(info)],
        "day": words.say_date(info.held_on),
        "what": kind(turn, info.kind),
        "topics": [turn.text_of(f"activities.topic_{topic}") for topic in info.topics],
        "heads": f"{about}{words.say_number(info.people or 0)}" if known else "",
        "heads_says": turn.text_of("activities.card_heads" if known else "activities.card_unknown"),
        "facts": facts,
    }
