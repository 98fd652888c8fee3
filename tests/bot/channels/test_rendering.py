"""Outgoing x Capabilities: nothing is dropped, every choice has a number, nothing is too long."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Capabilities, Picture
from bot.channels.rendering import render, split
from handlers.messages import Choice, Notice, Outgoing

BUTTONS = Capabilities(max_text=4096, max_buttons=9, max_label=24, pictures=True, max_caption=1024)
PLAIN = Capabilities(max_text=2000)
PAGE = Capabilities(max_text=4000, max_buttons=9, max_label=200, numbers_in_text=False)
AGREE = (Choice("agree", "Đồng ý"), Choice("decline", "Không, vẫn xem bài"))


def no_picture(stem: str) -> Picture | None:
    return None


def a_picture(stem: str) -> Picture | None:
    return Picture("key", f"/pictures/{stem}.png", "")


def test_choices_are_buttons_and_numbers() -> None:
    """U3: the number, the word and the button do the same."""
    (part,) = render(Outgoing("Xin chọn:", choices=AGREE), BUTTONS, token="t", picture=no_picture)
    assert part.text == "Xin chọn:\n1. Đồng ý\n2. Không, vẫn xem bài"
    assert part.buttons == (("Đồng ý", "t1"), ("Không, vẫn xem bài", "t2"))


@pytest.mark.parametrize("able", [BUTTONS, PAGE])
def test_a_notice_has_buttons_without_numbers(able: Capabilities) -> None:
    """A typed digit answers the open question: a message that came between must not ask for one."""
    notice = Outgoing("Có đúng người không?", choices=AGREE, notice=Notice("roles", "judge", "7"))
    (part,) = render(notice, able, token="t", picture=no_picture)
    assert part.text == "Có đúng người không?"
    assert part.buttons == (("Đồng ý", "t1"), ("Không, vẫn xem bài", "t2"))


def test_a_channel_without_buttons_gets_numbers() -> None:
    """U17."""
    (part,) = render(Outgoing("Xin chọn:", choices=AGREE), PLAIN, token="t", picture=no_picture)
    assert part.text.endswith("1. Đồng ý\n2. Không, vẫn xem bài")
    assert part.buttons == ()


def test_the_page_shows_each_choice_once() -> None:
    (part,) = render(Outgoing("Xin chọn:", choices=AGREE), PAGE, token="t", picture=no_picture)
    assert part.text == "Xin chọn:"
    assert [button.label for button in part.buttons] == ["1. Đồng ý", "2. Không, vẫn xem bài"]


def test_long_labels_become_numbers_and_stay_in_the_text() -> None:
    long = (Choice("a", "Tắt máy, gọi số in trên thẻ để hỏi lại"), Choice("b", "Đọc mã"))
    (part,) = render(Outgoing("Nên làm gì?", choices=long), BUTTONS, token="t", picture=no_picture)
    assert [button.label for button in part.buttons] == ["1", "2"]
    assert "1. Tắt máy, gọi số in trên thẻ để hỏi lại" in part.text


def test_numbers_of_a_page_and_of_the_choices_are_kept_apart() -> None:
    page = Outgoing("Ba dấu hiệu:\n1. Xưng danh\n2. Giục gấp", choices=AGREE[:1])
    (part,) = render(page, PLAIN, token="t", picture=no_picture)
    assert part.text == "Ba dấu hiệu:\n1. Xưng danh\n2. Giục gấp\n\n1. Đồng ý"


def test_a_picture_goes_with_its_text_or_before_it() -> None:
    page = Outgoing("Ngắn.", picture="dan5-1", picture_alt="Bảy tin")
    (together,) = render(page, BUTTONS, token="", picture=a_picture)
    assert together.picture is not None
    long = Outgoing("Dài. " * 300, picture="dan5-1", picture_alt="Bảy tin")
    first, second = render(long, BUTTONS, token="", picture=a_picture)
    assert (first.text, second.picture) == ("", None)
    assert first.picture is not None


@pytest.mark.parametrize("able", [PLAIN, BUTTONS])
def test_where_no_picture_can_be_shown_its_words_stand(able: Capabilities) -> None:
    page = Outgoing("Xem hình.", picture="dan5-1", picture_alt="Bảy tin của số lạ.")
    (part,) = render(page, able, token="", picture=no_picture)
    assert part.text == "[Hình: Bảy tin của số lạ.]\nXem hình."


TEXTS = st.text(st.sampled_from("ab ế.!?\n…đ"), min_size=1, max_size=400)


@given(TEXTS, st.integers(5, 60))
def test_splitting_keeps_every_letter_and_no_piece_is_too_long(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_text_is_cut_at_sentence_ends() -> None:
    sentences = [f"Câu số {n} kết thúc ở đây." for n in range(20)]
    pieces = split(" ".join(sentences), 120)
    assert all(piece.endswith(".") for piece in pieces)
    assert all(a != b for a, b in pairwise(pieces))


@given(TEXTS, st.integers(0, 9), st.sampled_from([PLAIN, BUTTONS, PAGE]))
def test_every_choice_can_be_reached(text: str, count: int, able: Capabilities) -> None:
    choices = tuple(Choice(str(n), f"Lựa chọn {n}") for n in range(count))
    parts = render(Outgoing(text, "Đầu đề", choices), able, token="tok", picture=no_picture)
    shown = "\n".join(part.text for part in parts)
    labels = [button.label for part in parts for button in part.buttons]
    for n in range(count):
        assert f"{n + 1}. Lựa chọn {n}" in shown or f"{n + 1}. Lựa chọn {n}" in labels
    assert all(part.heading == ("Đầu đề" if k == 0 else "") for k, part in enumerate(parts))


def test_never_more_than_nine_choices() -> None:
    with pytest.raises(ValueError, match="never more than 9"):
        Outgoing("x", choices=tuple(Choice(str(n), str(n)) for n in range(10)))
