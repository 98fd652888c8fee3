"""Sentences that set a deadline: the corpus written before the reader (N7-N12, R19)."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from handlers import words
from handlers.reminding.deadlines.reading import Said, is_said, read
from handlers.units import SAMPLE_COMMUNE, read_commune
from storage.units import UnitInfo
from tests.handlers.reminding import ZONE

_CORPUS: Final = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "deadlines.toml").read_text(encoding="utf-8")
)
SENT_AT: Final = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
COMMUNE: Final = 1


def _known() -> list[UnitInfo]:
    rows = read_commune(SAMPLE_COMMUNE).units
    return [
        UnitInfo(number, row.code, row.name, row.kind, row.duty, COMMUNE, tuple(row.aliases))
        for number, row in enumerate(rows, COMMUNE)
        if row.code != "xa-giao-minh"
    ]


KNOWN: Final = _known()
_CODES: Final = {one.id: one.code for one in KNOWN}


def told(said: Said) -> dict[str, Any]:
    """Everything that was taken as certain, and what will be asked."""
    possible = {"days": list(said.possible)} if said.possible else {}
    found = {
        "kind": said.meant.kind,
        "period": said.meant.period,
        "title": said.title,
        "group": said.asked.group,
        "units": [_CODES[one] for one in said.asked.units],
        "due": said.due,
        "no_such_day": said.day.unreal,
        "before": list(said.before or ()),
        "asks": said.asks,
    }
    return {key: value for key, value in found.items() if value} | possible


@pytest.mark.parametrize("case", _CORPUS["said"], ids=lambda case: case["text"][:60])
def test_nothing_is_guessed_in_silence(case: dict[str, Any]) -> None:
    """What was read is what was meant; everything else is asked."""
    found = told(read(case["text"], KNOWN, sent_at=SENT_AT))
    right = {key: value for key, value in case.items() if key != "text"}
    if not right.get("kind"):
        found.pop("group", None)
        found.pop("units", None)
        found.pop("title", None)
    assert found == right


@pytest.mark.parametrize("case", _CORPUS["said"], ids=lambda case: case["text"][:60])
def test_it_is_known_where_nothing_was_asked(case: dict[str, Any]) -> None:
    assert is_said(case["text"], sent_at=SENT_AT)
    assert is_said(f"{words.fold(case['text'])} ạ", sent_at=SENT_AT)


@pytest.mark.parametrize("case", _CORPUS["said"], ids=lambda case: case["text"][:60])
def test_tones_make_no_difference(case: dict[str, Any]) -> None:
    """N11: typed without tones and in small letters it says the same."""
    plain = told(read(words.fold(case["text"]), KNOWN, sent_at=SENT_AT))
    full = told(read(case["text"], KNOWN, sent_at=SENT_AT))
    for key in ("title", "no_such_day"):  # both as typed
        plain.pop(key, None)
        full.pop(key, None)
    assert plain == full


@pytest.mark.parametrize("case", _CORPUS["other"], ids=lambda case: case["text"][:60])
def test_what_others_say_is_no_deadline(case: dict[str, Any]) -> None:
    assert not is_said(case["text"], sent_at=SENT_AT)
