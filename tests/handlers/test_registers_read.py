"""What one sentence of an officer means for the registers (N12): read, or asked, never guessed."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.registers.reading import Reading, read
from storage.units import UnitInfo

SENT_AT = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
DATA = Path(__file__).parents[1] / "data" / "so_open.toml"
PHRASES: list[dict[str, Any]] = tomllib.loads(DATA.read_text())["phrase"]
_SAMPLE = Path(__file__).parents[2] / "handlers" / "sample" / "commune.toml"
_FORMS = {"certificate": "Giấy khen", "praise": "Biểu dương"}
_COLUMNS = ("unit", "number", "on", "what", "amount", "minutes", "due")


def _units() -> tuple[UnitInfo, ...]:
    listed = tomllib.loads(_SAMPLE.read_text())["units"]
    return tuple(
        UnitInfo(place, one["code"], one["name"], one["kind"], "", 1, tuple(one.get("aliases", ())))
        for place, one in enumerate(listed, 1)
    )


KNOWN = _units()


def heard(text: str, *hint: str) -> Reading | None:
    return read(text, KNOWN, sent_at=SENT_AT, hint=hint)


def expected(phrase: dict[str, Any]) -> dict[str, Any]:
    wanted = {key: phrase[key] for key in _COLUMNS if key in phrase}
    wanted |= {key: day.isoformat() for key, day in wanted.items() if isinstance(day, date)}
    return wanted | ({"due": None} if phrase.get("no_due") else {})


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda one: one["text"][:40])
def test_the_open_corpus_is_read_as_it_was_meant(phrase: dict[str, Any]) -> None:
    found = heard(phrase["text"])
    if phrase.get("is_entry") is False:
        assert found is None
        return
    assert found is not None
    values = dict(found.values)
    if found.kinds == ("award",) and "what" in values:
        values["what"] = _FORMS.get(str(values["what"]), values["what"])
    assert values == expected(phrase)
    assert (found.kinds == (phrase["kind"],)) if "kind" in phrase else len(found.kinds) > 1
    may_be = phrase.get("minutes_may_be")
    assert not may_be or found.doubts["minutes"] == tuple(map(str, may_be))


def test_what_an_open_book_knows_settles_the_kind() -> None:
    said = "phát thanh 2 buổi và đăng 3 tin bài ngày 16/11"
    asked = heard(said)
    assert asked is not None
    assert asked.kinds == ("broadcast", "article")
    found = heard(said, "article")
    assert found is not None
    assert (found.kinds, found.values["amount"]) == (("article",), 3)


def test_a_number_is_no_unit_and_a_unit_no_number() -> None:
    found = heard("kế hoạch số 03/KH-X5 ngày 12/7/2026")
    assert found is not None
    assert "unit" not in found.values
    found = heard("xóm số 5 phát động hôm qua")
    assert found is not None
    assert "number" not in found.values


@pytest.mark.parametrize(
    "said",
    ["", " ", "?" * 50, "a" * 5_000, "xóm " * 200, "1" * 500, "kế hoạch " * 100, "\u202e\u200b"],
)
def test_t29_what_is_no_sentence_is_none(said: str) -> None:
    assert heard(said) is None


@pytest.mark.parametrize("said", ["xóm 5 có kế hoạch chưa", "xóm 5 đã phát động chưa?"])
def test_a_question_writes_nothing(said: str) -> None:
    assert heard(said) is None


def test_groups_inside_a_group_are_asked() -> None:
    found = heard("hội nông dân khen 5 người gồm 3 hội viên 2 cán bộ ngày 3/11")
    assert found is not None
    assert found.doubts["amount"] == ("5", "10")
