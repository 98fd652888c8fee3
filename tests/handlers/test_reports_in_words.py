"""What people typed who tried it (docs/tried 10-13): plain words where a number was expected."""

import pytest

from storage.tables import Activity, ReportDraft
from tests.handlers.test_report_messages import WHOLE
from tests.handlers.test_reporting import ALL, GUIDED, head, reported, sent_versions, values
from tests.talk import House, Talk


@pytest.mark.parametrize("typed", ["dòng 4: 25 lượt", "dong 4 la 25", "sửa dòng 4 thành 25"])
async def test_a_line_and_its_figure_in_one_go(talk: Talk, typed: str) -> None:
    """The line that is named, and no other one."""
    await (await head(talk)).says(*GUIDED, *ALL, typed)
    assert "(4) Số lượt tuyên truyền: 25 lượt" in talk.heard[-2]
    assert "(3) Lượt người dự học: 120 lượt người" in talk.heard[-2]


async def test_a_line_whose_figure_cannot_be_is_asked_again(talk: Talk) -> None:
    await (await head(talk)).says(*GUIDED, *ALL, "dòng 5: nhiều lắm")
    assert "chưa đọc được số" in "\n".join(talk.heard[-3:])
    assert "Tổ công nghệ số cộng đồng" in talk.last


@pytest.mark.parametrize("typed", ["65 nguoi chu luot gi", "the 65 nguoi khong co a"])
async def test_an_answer_never_becomes_a_class_to_record(
    house: House, talk: Talk, typed: str
) -> None:
    """Persona 10: a figure at a question of readings left the report for the activity book."""
    await (await head(talk)).says("/baocao 3 buoi tap huan, 65 nguoi", typed)
    assert "ngày nào" not in talk.last
    assert "65" in "\n".join(talk.heard[-2:])
    assert await house.rows(Activity.id) == []


@pytest.mark.parametrize("typed", ["tap thu", "cho toi thu truoc dc ko", "so gui nham lam"])
async def test_who_is_afraid_may_try_first(talk: Talk, typed: str) -> None:
    await (await head(talk)).says("báo cáo", typed)
    assert "không gửi đi đâu" in "\n".join(talk.heard[-2:])


@pytest.mark.parametrize(
    "typed", ["gui lai", "gửi luôn", "ok gửi đi", "đúng", "dung", "đúng rồi ạ"]
)
async def test_sending_in_words(house: House, talk: Talk, typed: str) -> None:
    await (await head(talk)).says(*GUIDED, *ALL, typed)
    assert len(await sent_versions(house)) == 1


@pytest.mark.parametrize("typed", ["ừ", "có", "ok", "dừng"])
async def test_a_plain_yes_sends_nothing(house: House, talk: Talk, typed: str) -> None:
    """U18: "còn gì nữa không?" is asked too: "có" is no yes to sending."""
    await (await head(talk)).says(*GUIDED, *ALL, typed)
    assert await sent_versions(house) == []


async def test_looking_again_shows_the_whole_at_every_question(talk: Talk) -> None:
    await (await head(talk)).says(*GUIDED, *ALL[:3], "xem lại")
    assert "(3) Lượt người dự học: 120 lượt người" in talk.heard[-2]
    await talk.presses("Trả lời nốt")
    assert "Câu 4/8" in talk.last


@pytest.mark.parametrize("typed", ["co roi", "có", "rồi", "đã có rồi ạ"])
async def test_a_plain_yes_is_an_answer_where_one_is_asked(talk: Talk, typed: str) -> None:
    await (await head(talk)).says(*GUIDED, typed)
    assert "Câu 2/8" in talk.last


@pytest.mark.parametrize("typed", ["gui di", "xong", "ok", "xem di"])
async def test_words_of_command_are_no_difficulties(house: House, talk: Talk, typed: str) -> None:
    """Persona 10: "Khó khăn: gui di" was sent."""
    await (await head(talk)).says(*GUIDED, *ALL[:6], typed)
    [stored] = await house.rows(ReportDraft.answers)
    assert "difficulties" not in stored


@pytest.mark.parametrize("typed", ["ay khoan, gui nham roi, rut lai di", "rút lại", "rut bao cao"])
async def test_taking_back_in_words(talk: Talk, typed: str) -> None:
    await (await reported(await head(talk))).says(typed)
    assert talk.labels == ["Giữ lại", "Rút lại"]


async def test_too_late_to_take_back_is_said_with_the_way_that_is_left(talk: Talk) -> None:
    await reported(await head(talk))
    await talk.waits(minutes=20)
    await talk.says("rut lai")
    assert "Đã quá 10 phút" in "\n".join(talk.heard[-2:])


async def test_a_correction_in_a_sentence_after_sending(house: House, talk: Talk) -> None:
    await (await reported(await head(talk))).says("sua lai tuyen truyen 130 luot")
    assert "(4) Số lượt tuyên truyền: 130 lượt" in talk.heard[-2]
    await talk.presses("Gửi")
    assert [values(one[1])["publicity"] for one in await sent_versions(house)] == [20, 130]  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["da gui chua", "cho xem"])
async def test_whether_it_was_sent_is_shown(talk: Talk, typed: str) -> None:
    await (await reported(await head(talk))).says(typed)
    assert "(2) Số buổi học, tập huấn: 3 buổi" in "\n".join(talk.heard[-3:])


@pytest.mark.parametrize("typed", ["xom 6 thi 5 buoi 60 luot", "xóm 6: 5 buổi tập huấn, 60 lượt"])
async def test_another_hamlets_figures_do_not_overwrite_ones_own(talk: Talk, typed: str) -> None:
    """Persona 12, T01."""
    await (await head(talk)).says(WHOLE, typed)
    assert "nói về nơi khác" in "\n".join(talk.heard[-3:])
    await talk.says("xem lại")
    await talk.says("dòng 4: 21")
    assert "(2) Số buổi học, tập huấn: 3 buổi" in talk.heard[-2]


async def test_after_the_deadline_it_is_said_that_it_is_still_taken(talk: Talk) -> None:
    await head(talk)
    await talk.waits(days=25)
    await talk.says("báo cáo")
    assert "đã quá hạn" in talk.heard[-2]
    assert "vẫn nhận" in talk.heard[-2]
