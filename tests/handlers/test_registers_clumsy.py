"""The registers in clumsy and hostile hands: asked again, shown back, never guessed (N3, T29)."""

from datetime import date

import pytest

from storage.tables import RegisterEntry
from tests.handlers.test_registers import PLAN, lines
from tests.talk import House, Talk


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Cán bộ").holds("officer")


# --- clumsy and hostile --------------------------------------------------------------------------


async def test_it_is_dropped_and_left(officer: Talk) -> None:
    await officer.says("sổ kế hoạch", PLAN, "3")
    assert officer.text("registers.dropped") in officer.heard
    await officer.says("1", "thôi")
    await officer.says("sổ kế hoạch", "kế hoạch xóm 6", "trang đầu")
    assert await lines(officer.house) == []


@pytest.mark.parametrize("said", ["0", "-5", "1.000.000", "con mèo", "9" * 400])
async def test_n3_a_figure_that_is_none_is_asked_again(officer: Talk, said: str) -> None:
    await officer.says("sổ tuyên truyền", "đăng tin bài hôm nay")
    assert "mấy tin bài" in officer.last
    await officer.says(said)
    assert await lines(officer.house) == []
    assert "Ghi như vậy?" not in officer.last
    await officer.says("3", "1")
    assert await lines(officer.house, RegisterEntry.amount) == [3]


async def test_n2_a_range_is_asked(officer: Talk) -> None:
    await officer.says("sổ tuyên truyền", "đăng tin bài hôm nay", "30-40")
    assert officer.labels == ["30", "40", "Nhập lại"]
    await officer.says("3", "35", "1")
    assert await lines(officer.house, RegisterEntry.amount) == [35]


async def test_t20_an_unusual_figure_is_asked_in_words(officer: Talk) -> None:
    await officer.says("sổ tuyên truyền", "phát thanh 300 buổi hôm nay tổng cộng 900 phút")
    assert "Số buổi: có đúng là 300 (ba trăm) không?" in officer.last
    await officer.says("1", "1")
    assert await lines(officer.house, RegisterEntry.amount) == [300]


async def test_a_day_to_look_again_lies_behind_the_visit(officer: Talk) -> None:
    await officer.says("sổ kiểm tra", "kiểm tra xóm 8 hôm qua: thiếu sổ", "1/11/2026", "1")
    assert "phải sau ngày kiểm tra (21/11/2026)" in "\n".join(officer.heard)
    await officer.says("20/12", "1")
    assert await lines(officer.house, RegisterEntry.due_on) == [date(2026, 12, 20)]


@pytest.mark.parametrize(
    "said",
    [
        "kế hoạch " + "a" * 5_000,
        "kiểm tra xóm 8 hôm qua: " + "b " * 2_000,
        "kế hoạch {evil.__class__} xóm 5 12/7",
        "kiểm tra xóm 5 hôm qua: '; DROP TABLE units; --",
        "phát thanh " + "9" * 300 + " buổi hôm nay",
        "phát thanh 99999 buổi 99999 phút hôm nay",
        "phát thanh 0 buổi 0 phút hôm nay",
        "khen 99999 người xóm 5 hôm nay giấy khen",
        "kế hoạch xóm 5 " + "12/7 " * 80,
        "\u202eke hoach xom 5\u202c 12/7",
        "=cmd|' /C calc'!A0 kế hoạch xóm 5 12/7",
    ],
)
async def test_t29_hostile_sentences_are_asked_or_shown_back(officer: Talk, said: str) -> None:
    await officer.says("sổ theo dõi", said, "1")
    await officer.says("trang đầu")
    for heard in officer.heard:
        assert len(heard) < 4_096
    assert len(await lines(officer.house)) <= 1


async def test_a_finding_with_words_of_other_books_is_one_finding(officer: Talk) -> None:
    await officer.says("sổ kiểm tra", "kiem tra xom 4 hom qua")
    assert "Kết quả kiểm tra thế nào" in officer.last
    await officer.says("kế hoạch xóm 5 chưa có, phát thanh 2 buổi ngày 5/11", "không hẹn", "1")
    [what] = await lines(officer.house, RegisterEntry.what)
    assert what == "kế hoạch xóm 5 chưa có, phát thanh 2 buổi ngày 5/11"


async def test_none_as_a_figure_is_not_taken_for_another_command(talk: Talk) -> None:
    """§3, N5: a step that reads a number owns "không"; here it opens "who cannot be reached"."""
    officer = await talk.holds("officer")
    await officer.says("sổ khen thưởng", "xóm 5 tặng giấy khen ngày 20/11")
    assert "bao nhiêu lượt" in officer.last
    before = len(officer.heard)
    await officer.says("không")
    assert not any("nhắn tới được" in said for said in officer.heard[before:])
