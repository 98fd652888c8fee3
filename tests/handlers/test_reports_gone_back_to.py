"""Going back, doing it twice, and questions that must be no dead end (U5, U6)."""

import pytest

from handlers.reporting.forms import built_in
from tests.conftest import MakeHouse
from tests.handlers.reports import adds, drafts, has_form, linked, with_a_page
from tests.handlers.test_reporting import ALL, GUIDED, head, reported
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


# --- going back and doing it twice ---------------------------------------------------------------


async def test_u6_going_back_to_the_ways_and_choosing_one_again_loses_nothing(
    house: House, talk: Talk
) -> None:
    """U6: "quay lại" keeps what was answered; the ways begin a blank draft over it."""
    await (await head(talk)).says(*GUIDED, "1", "3", "quay lại", "quay lại", "quay lại")
    assert "Trả lời từng câu" in talk.labels
    await talk.says("1")
    assert (await drafts(house))[0].get("sessions") == 3


async def test_u6_the_ways_still_open_on_another_app_do_not_wipe_the_draft(
    house: House, talk: Talk
) -> None:
    """U6, issue 6 item 2: the question of ways waits on one app while the other one answers."""
    other = await linked(await head(talk))
    await other.says("/baocao")
    await talk.says("/baocao")
    await talk.says("1", *ALL[:3])
    await other.says("1")
    assert (await drafts(house))[0].get("attendances") == 120


async def test_u6_correcting_twice_keeps_what_was_corrected(house: House, talk: Talk) -> None:
    """U6: "Sửa" of a report that counts begins anew over a correction that is being made."""
    other = await linked(await reported(await head(talk)))
    await other.says("/baocao")
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5")
    await other.presses("Sửa")
    assert (await drafts(house))[0]["sessions"] == 5


async def test_u6_a_record_that_was_told_is_kept_when_one_goes_back_twice(
    house: House, talk: Talk
) -> None:
    """U6: the list that an older question remembers is written over the newer one."""
    await (await head(talk)).says(*GUIDED, *ALL[:5], "Nhóm Zalo", "2", "Chợ không tiền mặt")
    await talk.says("quay lại", "quay lại", "1")
    assert [one["name"] for one in (await drafts(house))[0]["models"]] == [
        "Nhóm Zalo",
        "Chợ không tiền mặt",
    ]


async def test_u6_a_record_half_told_is_not_lost_by_leaving(house: House, talk: Talk) -> None:
    """U6: each answer is saved; the name of an exemplar is only in the conversation."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Gương điển hình")
    await talk.says("Bà Tư ở Xóm 5", "trang đầu")
    assert "Bà Tư" in str(await drafts(house))


async def test_n1_a_share_gone_back_to_is_not_read_as_its_whole(house: House, talk: Talk) -> None:
    """U6, N1: the question asks for both again, so one number alone is the part once more."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Hộ dùng thanh toán")
    await talk.says("95", "quay lại")
    assert "trên tổng số hộ" in talk.last
    await talk.says("100")
    assert (await drafts(house))[0].get("payment") != [95, 100]


async def test_u6_pass_at_a_line_that_was_opened_to_edit_changes_nothing(
    house: House, talk: Talk
) -> None:
    """U6: "bỏ qua" leaves a count as it is, and throws a whole share away."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Hộ dùng thanh toán")
    await talk.says("95/180")
    await talk.presses("Xong")
    await talk.says("dòng 9", "bỏ qua")
    assert (await drafts(house))[0].get("payment") == [95, 180]


# --- dead ends and things said that are not so ---------------------------------------------------


async def test_u5_half_a_share_at_sending_is_asked_for(talk: Talk) -> None:
    """U5: half a share is open, not sent."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Hộ dùng thanh toán")
    await talk.says("95", "trang đầu", "/baocao")
    await talk.presses("Xem lại", "Trả lời nốt")
    assert "95 trên tổng số bao nhiêu?" in talk.last


async def test_u5_what_is_passed_over_is_no_achievement(house: House, talk: Talk) -> None:
    """U5, N14: what must be told cannot be passed over, and is not written as an answer."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Gương điển hình")
    await talk.says("Bà Tư ở Xóm 5")
    await talk.says("bỏ qua")
    if "hình thức khen" in talk.last:
        await talk.presses("Bỏ qua")
    assert "bỏ qua" not in str(await drafts(house))


async def test_u5_a_number_is_heard_where_it_was_asked_for_again(house: House, talk: Talk) -> None:
    """U5: "Xin nhắn lại, ví dụ: 35" at a question that reads no number."""
    await (await head(talk)).says(*GUIDED, *ALL[:4], "90-120", "2")
    assert "nhiều nhất là 100" in "\n".join(talk.heard[-2:])
    await talk.says("35", "1")
    assert (await drafts(house))[0].get("team_members") == 35


async def test_t20_a_number_typed_at_is_it_right_is_the_new_answer(
    house: House, talk: Talk
) -> None:
    """U5, T20: "Có đúng là 150?" is answered with the right number, as anybody would."""
    await (await head(talk)).says(*GUIDED, "1", "150", "15")
    assert (await drafts(house))[0].get("sessions") == 15


async def test_not_known_is_no_name_of_a_model(house: House, talk: Talk) -> None:
    """Design §5: "chưa nắm được" is an answer of its own, of every kind."""
    await (await head(talk)).says(*GUIDED, *ALL[:5], "chưa nắm được")
    assert "chưa nắm được" not in str(await drafts(house))


@pytest.mark.parametrize("typed", ["không có mô hình mới", "xóm tôi chưa có", "tạm thời chưa có"])
async def test_n14_there_is_none_is_no_name_of_a_model(
    house: House, talk: Talk, typed: str
) -> None:
    """N14: never more than was said; a sentence that denies is at least asked about."""
    await (await head(talk)).says(*GUIDED, *ALL[:5], typed)
    assert typed not in str(await drafts(house))


async def test_u6_the_rest_is_asked_one_after_the_other(talk: Talk) -> None:
    """U6: "Trả lời nốt" asks all that was passed over; what was passed stays stored as passed."""
    await (await head(talk)).says(*GUIDED, "1", "bỏ qua", "bỏ qua", *ALL[3:])
    await talk.presses("Trả lời nốt")
    await talk.says("3")
    assert "bao nhiêu lượt người dự" in talk.last


async def test_u10_a_practice_report_is_not_said_to_be_kept(talk: Talk) -> None:
    """U10: "nháp được giữ 30 ngày" of a draft that nothing goes on with."""
    await (await head(talk)).says("/baocao", "4", *ALL)
    await talk.presses("Để sau")
    said = "\n".join(talk.heard[-2:])
    await talk.says("/baocao")
    assert "được giữ 30 ngày" not in said or "còn dở" in talk.last


async def test_u7_every_line_of_a_long_summary_can_be_edited(house: House, talk: Talk) -> None:
    """U7: a form has up to 60 fields; line 26 is refused with "Báo cáo có 30 dòng"."""
    form = built_in()["xom"]
    note = form["direction"]
    extra = [
        note.model_copy(update={"key": f"extra_{n}", "required": True, "label": f"Việc {n}"})
        for n in range(1, 23)
    ]
    asked = [one for one in form.fields if one.required]
    rest = [one for one in form.fields if not one.required]
    await head(talk)
    await has_form(house, form.model_copy(update={"fields": (*asked, *extra, *rest)}))
    await talk.says(*GUIDED, *ALL, *["đã làm"] * 22)
    assert "(30) Việc 22" in "\n".join(talk.heard[-3:])
    await talk.says("dòng 30")
    assert "định làm gì" in talk.last
