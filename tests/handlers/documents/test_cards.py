"""The card of one activity: the same size whatever people write, and only their words."""

import io
from typing import Any

import pytest
from PIL import Image, ImageChops

from handlers.documents import cards
from tests.handlers.documents.examples import HOSTILE, a_card

MARGIN = 40


def picture(**changes: Any) -> Image.Image:
    return Image.open(io.BytesIO(cards.activity(a_card(**changes)))).convert("RGB")


def colours(drawn: Image.Image, box: tuple[int, int, int, int]) -> set[Any]:
    return {colour for _, colour in drawn.crop(box).getcolors(maxcolors=10_000) or []}


def test_a_card_is_small_enough_to_forward() -> None:
    png = cards.activity(a_card())
    assert Image.open(io.BytesIO(png)).size == (1080, 810)
    assert len(png) <= 300 * 1024


@pytest.mark.parametrize("key", sorted(a_card()))
def test_every_part_is_drawn(key: str) -> None:
    other: Any = "Khác" if isinstance(a_card()[key], str) else ["Khác"]
    if key == "facts":
        other = [["Khác", "Khác"]]
    assert cards.activity(a_card(**{key: other})) != cards.activity(a_card())


def test_a_number_nobody_knows_is_said_in_words() -> None:
    unknown = picture(heads="", heads_says="Chưa nắm được số người dự")
    assert unknown != picture(heads="0")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_text_inside_the_margins(words: str) -> None:
    """Below the band everything is white at the edges; the band keeps its colour there."""
    texts: dict[str, Any] = {
        key: words for key, value in a_card().items() if isinstance(value, str)
    }
    drawn = picture(**texts, units=[words] * 20, topics=[words] * 9, facts=[[words, words]] * 4)
    assert drawn.size == (1080, 810)
    for left in (0, 1080 - MARGIN):
        assert len(colours(drawn, (left, 0, left + MARGIN, 128))) == 1
        assert colours(drawn, (left, 132, left + MARGIN, 810)) == {(255, 255, 255)}
    assert colours(drawn, (0, 790, 1080, 810)) == {(255, 255, 255)}


@pytest.mark.parametrize(("key", "size"), [("units", 76), ("sample", 30), ("movement", 40)])
def test_the_upper_mark_of_a_capital_is_whole(key: str, size: int) -> None:
    """The tilde of "Ẫ" stands above the roof of "Â": a clipped line would cut both alike."""

    def top(letter: str) -> int:
        drawn, empty = (
            picture(**{key: [word] if key == "units" else word}) for word in (letter, ".")
        )
        box = ImageChops.difference(drawn, empty).getbbox()
        assert box
        return box[1]

    assert top("Â") - top("Ẫ") >= size / 10


def test_without_facts_and_topics_it_is_still_a_card() -> None:
    assert picture(facts=[], topics=[]).size == (1080, 810)


def test_equal_data_give_equal_bytes() -> None:
    assert cards.activity(a_card()) == cards.activity(a_card())


@pytest.mark.parametrize(
    "broken", [{"units": []}, {"heads": 35}, {"facts": [["a", "b"]] * 5}, {"more": ""}]
)
def test_what_is_not_the_format_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(broken))):
        cards.activity(a_card(**broken))
