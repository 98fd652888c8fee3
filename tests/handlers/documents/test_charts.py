"""What a chart shows: every value, in words and as a length, on a phone and on grey paper (U15)."""

import io
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

import pytest
from matplotlib.ft2font import FT2Font
from PIL import Image

from handlers.documents import canvas, charts, frame, letters, months
from handlers.documents.canvas import WIDTH, Type, wrapped
from handlers.documents.contents import Bars, Improved, Trend
from tests.handlers.documents.examples import (
    HOSTILE,
    a_bar,
    a_change,
    a_trend,
    an_about,
    some_bars,
    some_changes,
)

Draw = Callable[[Mapping[str, Any]], bytes]
BLUE = (31, 78, 121)
WHITE = (255, 255, 255)
MOST_BYTES = 300 * 1024


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def colours(drawn: Image.Image, left: int, right: int) -> set[Any]:
    margin = drawn.crop((left, 0, right, drawn.height))
    return {colour for _, colour in margin.getcolors(maxcolors=10_000) or []}


def runs_of_blue(png: bytes) -> list[tuple[int, int]]:
    """(rows, length) of each filled bar, from the top."""
    drawn = picture(png)
    rows = (drawn.crop((0, y, WIDTH, y + 1)).getcolors() or [] for y in range(drawn.height))
    lengths = [{colour: count for count, colour in row}.get(BLUE, 0) for row in rows]
    runs = ((length, len(list(same))) for length, same in groupby(lengths))
    return [(rows, length) for length, rows in runs if length and rows > 10]


def hostile(words: str) -> list[tuple[Draw, dict[str, Any]]]:
    about = dict.fromkeys(an_about(), words)
    bar = a_bar(words, 5, says=words, detail=words)
    apart = a_bar(words, None, says=words, why=words)
    change = {**a_change(words), "change": words, "before_says": words, "after_says": words}
    trend = a_trend([1, None, 3], note=words, **about)
    for time in trend["times"]:
        time |= {"name": words, "under": words}
    trend["series"][0] |= {"name": words, "says": [words] * 3}
    return [
        (charts.bars, some_bars(a_bar(), bar, apart, **about)),
        (charts.bars, {**some_bars(**about), "nothing": words}),
        (charts.improved, {**some_changes(change, **about), "before": words, "after": words}),
        (charts.trend, trend),
    ]


def test_a_bar_is_as_long_as_its_value() -> None:
    runs = runs_of_blue(charts.bars(some_bars(a_bar("Xóm 1", 10), a_bar("Xóm 2", 5))))
    assert [rows for rows, _ in runs] == [36, 36]
    assert runs[0][1] == pytest.approx(2 * runs[1][1], abs=2)


def test_what_is_not_known_has_no_bar_and_is_not_nought() -> None:
    known, unknown, nought = a_bar("Xóm 1", 10), a_bar("Xóm 2", None), a_bar("Xóm 2", 0)
    apart, zero = (charts.bars(some_bars(known, row)) for row in (unknown, nought))
    assert len(runs_of_blue(apart)) == len(runs_of_blue(zero)) == 1
    assert picture(apart).size != picture(zero).size


def test_why_a_hamlet_has_no_bar_is_said() -> None:
    """T45: hidden cells and unknown denominators are two things."""
    hidden, unknown = (
        charts.bars(some_bars(a_bar(), a_bar("Xóm 2", None, why=why)))
        for why in ("Dưới 5, không nêu số", "Chưa có mẫu số")
    )
    assert hidden != unknown


@pytest.mark.parametrize("key", sorted(an_about()))
def test_each_part_of_the_head_and_the_foot_is_drawn(key: str) -> None:
    one, other = (charts.bars(some_bars(a_bar(), **about)) for about in ({}, {key: "Khác"}))
    assert one != other


def test_before_and_after_are_two_bars_and_words() -> None:
    rows = [a_change("Xóm 1", 2, 8), a_change("Xóm 2", 4, 4), a_change("Xóm 3", None, 5)]
    runs = runs_of_blue(charts.improved(some_changes(*rows)))
    filled = [length for _, length in runs if length > 20]
    assert len(filled) == 2
    assert filled[0] == pytest.approx(2 * filled[1], abs=8)


def test_a_long_period_is_said_once_and_every_value_still_whole() -> None:
    """The values are never what is cut: another value draws another picture."""
    long = {"before": "từ 1/9/2026 đến 15/10/2026", "after": "từ 16/10/2026 đến 30/11/2026"}
    short = charts.improved(some_changes(a_change()))
    one, other = (
        charts.improved({**some_changes({**a_change(), "after_says": says}), **long})
        for says in ("13,8%", "13,9%")
    )
    assert one != other
    assert picture(one).height > picture(short).height


def test_a_month_that_is_not_over_is_hatched_and_said() -> None:
    trend = a_trend([3, 3])
    over = charts.trend(trend)
    trend["times"][1]["note"] = "Cột gạch chéo: tháng 11 chưa hết."
    running = charts.trend(trend)
    assert runs_of_blue(over)[0][1] > 1.5 * max(length for _, length in runs_of_blue(running))
    assert picture(running).height > picture(over).height


def test_two_figures_stand_one_above_the_other() -> None:
    one, two = charts.trend(a_trend([1, 2])), charts.trend(a_trend([1, 2], [5, None]))
    assert picture(two).height > picture(one).height + 300


@pytest.mark.parametrize("count", [1, 15, 60])
@pytest.mark.parametrize("draw", [charts.bars, charts.improved, charts.trend])
def test_any_commune_fits_a_phone(draw: Draw, count: int) -> None:
    names = [f"Xóm {n} - xã cũ Giao Thịnh" for n in range(count)]
    data: dict[str, Any] = {
        "bars": some_bars(*(a_bar(name, n) for n, name in enumerate(names))),
        "improved": some_changes(*(a_change(name, n, n + 1) for n, name in enumerate(names))),
        "trend": a_trend([1000.0 + n for n in range(count)], [n or None for n in range(count)]),
    }
    png = draw(data[draw.__name__])
    width, height = picture(png).size
    assert width == WIDTH
    assert width + height < 10_000  # Telegram's limit for a photo
    assert len(png) <= MOST_BYTES


def test_the_most_rows_fit_and_more_are_refused() -> None:
    rows = [a_bar(f"Xóm {n}", n) for n in range(121)]
    assert len(charts.bars(some_bars(*rows[:120]))) <= MOST_BYTES
    with pytest.raises(ValueError, match="rows"):
        charts.bars(some_bars(*rows))


@pytest.mark.parametrize(
    ("draw", "data"),
    [
        (charts.bars, some_bars()),
        (charts.bars, some_bars(a_bar("Xóm 1", None))),
        (charts.bars, some_bars(a_bar("Xóm 1", 0))),
        (charts.improved, some_changes()),
        (charts.improved, some_changes(a_change("Xóm 1", 0, 0))),
        (charts.trend, a_trend([])),
        (charts.trend, a_trend([None, 0])),
    ],
)
def test_nothing_to_draw_is_still_a_picture(draw: Draw, data: dict[str, Any]) -> None:
    assert picture(draw(data)).width == WIDTH


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_text_inside_the_margins(words: str) -> None:
    """A `$` begins no formula, a missing glyph (a warning, so a failure here) is never drawn."""
    for draw, data in hostile(words):
        drawn = picture(draw(data))
        for left, right in ((0, 30), (WIDTH - 30, WIDTH)):
            assert colours(drawn, left, right) == {WHITE}


def test_two_hamlets_of_one_name_are_told_apart_by_its_end() -> None:
    one, other = (
        charts.bars(some_bars(a_bar(f"Xóm 3 - xã cũ Giao Thiện Giao Hương {end}"))) for end in "AB"
    )
    assert one != other


def test_equal_data_give_equal_bytes() -> None:
    for draw, data in hostile("Xóm 5"):
        assert draw(data) == draw(data)


def test_no_letter_is_smaller_than_24_pixels() -> None:
    kinds = [
        kind
        for module in (charts, frame, months)
        for value in vars(module).values()
        for kind in (value if isinstance(value, tuple) else [value])
        if isinstance(kind, Type)
    ]
    assert len(kinds) > 10
    assert min(kind.size for kind in kinds) == 24
    assert canvas.fitted("W" * 400, Type("Bold", 46), 100, least=24).size == 24


def test_ink_is_readable_in_grey() -> None:
    """WCAG 7:1 for words; bars 3:1 on paper and on the band."""

    def light(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    for ink in (canvas.INK, canvas.QUIET, canvas.BAR):
        assert light(canvas.BAND) / light(ink) >= 7


@pytest.mark.parametrize("weight", letters.WEIGHTS)
def test_the_letters_of_the_font_are_read_rightly(weight: str) -> None:
    """And every weight has the same: what is drawable is drawable in bold."""
    face = FT2Font(letters.font_file(weight))
    assert letters.letters(weight) == {chr(code) for code in face.get_charmap()}
    assert letters.letters(weight) == letters.letters()


@pytest.mark.parametrize("words", HOSTILE)
def test_only_letters_of_the_font_are_drawn(words: str) -> None:
    assert set(letters.drawable(words, at_most=400)) <= letters.letters() | {letters.BREAK}


@pytest.mark.parametrize(
    ("words", "drawn"),
    [("Ễ Ặ ỷ - 1.234 “2,9%”", "Ễ Ặ ỷ - 1.234 “2,9%”"), ("Xóm 日 5", "Xóm ? 5"), ("a\u0336b", "ab")],
)
def test_a_letter_the_font_lacks_is_a_question_mark(words: str, drawn: str) -> None:
    assert letters.drawable(words, at_most=40) == drawn


def test_lines_keep_every_word() -> None:
    words = letters.drawable("Đoàn Thanh niên " * 5 + "x" * 90, at_most=400)
    kind = Type("Regular", 26)
    lines = wrapped(words, kind, 300)
    assert max(kind.width(line) for line in lines) <= 300
    kept = "".join(lines).replace(" ", "").replace(letters.BREAK, "")
    assert kept == words.replace(" ", "").replace(letters.BREAK, "")


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**some_bars(), "more": 1},
        some_bars(a_bar(value=-1.0)),
        some_bars({**a_bar(), "value": "2,9"}),
        some_bars({**a_bar(), "value": float("nan")}),
        some_bars({**a_bar(), "name": None}),
    ],
)
def test_what_is_not_the_format_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any key may be named
        charts.bars(broken)


def test_a_series_has_one_value_for_each_time() -> None:
    broken = a_trend([1, 2])
    broken["times"].pop()
    with pytest.raises(ValueError, match="one value"):
        charts.trend(broken)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Bars, some_bars(a_bar(), a_bar("Xóm 2", None))),
        (Improved, some_changes(a_change())),
        (Trend, a_trend([1, None])),
    ],
)
def test_the_turn_may_build_it_as_objects(kind: type[Bars], data: dict[str, Any]) -> None:
    made = kind.from_json(data)
    assert kind.from_json(asdict(made)) == made
