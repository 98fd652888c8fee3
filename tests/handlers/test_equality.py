"""Chat = chart = .xlsx = counted again from the raw rows: every figure, over random histories."""

import io
import random
import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from handlers.statistics import say_share, spans, whole_modules
from handlers.statistics.indicators import INDICATORS, Value, say
from handlers.statistics.spans import Span
from lessons import catalogue
from lessons.catalogue import Catalogue, Module
from storage import units
from storage.statistics import Figures, Scope
from tests.handlers.small_catalogue import TRACKS, a_lesson
from tests.storage import recounting
from tests.storage.histories import LOCAL
from tests.storage.recounting import TOTAL, Asked
from tests.storage.stories import Story
from tests.talk import House, Talk

_ACTS: Final = 90
_TODAY: Final = date(2026, 11, 22)
_PERIODS: Final = {
    "năm nay": spans.year(2026),
    "tháng 11": spans.month(11, 2026),
    "quý 4": spans.quarter(4, 2026),
    "giai đoạn 1": spans.phase(1),
    "từ 3/11 đến 19/11": spans.days(date(2026, 11, 3), date(2026, 11, 19)),
    "tuần này": spans.week(_TODAY),
}
_ASKED: Final = {
    "learners": "số người học",
    "share": "tỷ lệ người học",
    "active": "số người đang hoạt động",
    "lessons": "số lượt học",
    "sessions": "số buổi học",
    "heads": "số lượt dự",
}


@pytest.fixture(autouse=True)
def taught(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """So few lessons that people complete modules, and mức Cơ bản (dan1 and dan2)."""
    modules = (
        Module(id="dan1", title="Bước đầu", level="B", planned=2),
        Module(id="dan2", title="Tìm thông tin", level="B", planned=1),
        Module(id="can1", title="Nghị quyết 57", level="A", planned=3),
    )
    lessons = tuple(
        a_lesson(f"{module.id}-{number}", f"Bài {number} của {module.title}")
        for module in modules
        for number in range(1, module.planned + 1)
    )
    made = Catalogue(Path(), TRACKS, modules, lessons, lessons[0])
    monkeypatch.setattr(catalogue, "load", lambda: made)
    return made


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Cán bộ").holds("officer")


async def _lives(house: House, seed: int) -> None:
    """Weeks of a commune up to this morning: people come, learn, link, move, meet, are erased."""
    async with house.app.database.transaction() as tx:
        known = {unit.code: unit.id for unit in await units.listed(tx, on=_TODAY)}
        ids = {code: known[code] for code in ("xom-01", "xom-02", "xom-03")}
        ids |= {"xa": known["xa-giao-minh"], "truong": known["th-a"]}
        begun = house.clock.wall() - timedelta(days=70)
        taught = house.app.house.lessons
        story = Story(
            tx,
            random.Random(seed),
            now=begun,
            ids=ids,
            lessons=[lesson.id for lesson in taught.lessons],
            modules=whole_modules(taught),
        )
        for _ in range(_ACTS):
            await story.goes_on()
            story.now = min(story.now, house.clock.wall() - timedelta(minutes=1))


async def _counted_again(house: House, span: Span, now: datetime) -> dict[str, Figures]:
    """Code of the unit ("" = hamlet unknown, "*" = all together) -> its figures."""
    async with house.app.database.reading() as tx:
        names: dict[int | None, str] = {None: "", TOTAL: "*"}
        for unit in await units.listed(tx, on=_TODAY):
            names[unit.id] = unit.code
        [commune] = await units.communes(tx, on=_TODAY)
        raw = await recounting.read(tx)
    modules = whole_modules(house.app.house.lessons)
    asked = Asked(Scope(commune.id), span.period(LOCAL), None, modules, now)
    found = recounting.recount(raw, asked)
    return {names[place]: figures for place, figures in found.items()}


def _cell(value: Value) -> Any:
    return float(value / 100) if isinstance(value, Fraction) else value


def _in_sheet(content: bytes) -> dict[str, list[Any]]:
    """Code (or "*") -> its cells behind the name, as Excel would read them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    start = next(n for n, row in enumerate(rows) if row[0] == "Mã")
    found: dict[str, list[Any]] = {}
    for row in rows[start + 1 :]:
        if row[1] == "Tính chung":
            found["*"] = row[2:]
        elif isinstance(row[1], str) and isinstance(row[2], int):
            found[row[0] or ""] = row[2:]
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_every_way_out_says_the_same(house: House, officer: Talk, seed: int) -> None:
    await _lives(house, seed)
    for said, span in _PERIODS.items():
        await officer.says(f"/thongke {said}")
        expected = await _counted_again(house, span, house.clock.wall())
        total = expected["*"]
        overview = next(text for text in officer.heard[-5:] if "toàn xã:" in text)
        assert overview.splitlines()[1].startswith(
            f"{total.learners} người học, {total.lessons} lượt học, "
            f"{total.active} người đang hoạt động. {total.completers} người hoàn thành mô-đun, "
            f"{total.basic} người xong mức Cơ bản."
        )
        if total.activities:
            assert (
                f"{total.sessions} buổi học trong {total.activities} việc đã ghi, "
                f"{total.heads} lượt dự" in overview
            )
        await officer.presses("Vẽ biểu đồ")
        await officer.presses("Xuất Excel")
        (_, chart), (_, sheet) = (await house.ordered())[-2:]
        _check_chart(chart, sheet, expected)
        made = await house.make_all()
        cells = _in_sheet(made[-1].content)
        for code, figures in expected.items():
            counted = [_cell(one.value(figures)) for one in INDICATORS]
            assert [_near(cell) for cell in cells[code][: len(counted)]] == [
                _near(value) for value in counted
            ], (said, code)
            alone, session = cells[code][len(counted) : len(counted) + 2]
            assert alone + session == figures.lessons


def _near(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) else value


def _check_chart(chart: Any, sheet: Any, expected: dict[str, Figures]) -> None:
    code_of = {row["cells"][1]: row["cells"][0] for row in sheet["table"]["rows"]}
    for row in chart["rows"]:
        figures = expected.get(code_of[row["name"]])
        if figures is None:
            assert not row["value"]
        elif figures.share is None:
            assert row["value"] is None
        else:
            assert row["says"] == say_share(figures.share)


@pytest.mark.parametrize("seed", range(2))
async def test_a_single_figure_says_the_same(house: House, officer: Talk, seed: int) -> None:
    await _lives(house, seed)
    for said, span in _PERIODS.items():
        expected = await _counted_again(house, span, house.clock.wall())
        for key, words in _ASKED.items():
            indicator = next(one for one in INDICATORS if one.key == key)
            before = len(officer.heard)
            await officer.says(f"/thongke {words} {said}")
            while any("Xem tiếp" in label for label in officer.labels):
                await officer.presses("Xem tiếp")
            text = "\n".join(officer.heard[before:])
            for code, name in (("xom-01", "Xóm 1"), ("xom-02", "Xóm 2")):
                value = indicator.value(expected.get(code, Figures()))
                found = re.search(rf"^{name}: (.*)$", text, re.MULTILINE)
                assert found is not None, text
                if value is not None and code in expected:
                    assert found[1] == say(value), (said, key)
            total = indicator.value(expected["*"])
            if total is not None:
                assert f"Tính chung: {say(total)}." in text
