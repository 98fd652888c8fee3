"""What others, the calendar and the office do while somebody reports (T19, T41, T42, U9, U10)."""

import re

import pytest

from handlers.reporting.forms import built_in
from storage.tables import (
    Report,
    ReportDraft,
)
from tests.conftest import MakeHouse
from tests.handlers.reports import drafts, has_form, linked, parted, with_a_page, without
from tests.handlers.test_reporting import ALL, GUIDED, SEND, head, reported, sent_versions
from tests.handlers.test_reports_sent import _until, frozen_by
from tests.talk import House, Talk, in_demo_days


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


# --- what others do meanwhile --------------------------------------------------------------------


async def test_u9_what_somebody_else_has_sent_since_is_not_taken_back(
    house: House, talk: Talk
) -> None:
    """U9, T19: an open receipt takes back its own version, never a colleague's correction."""
    other = await talk.somebody("Chị Hai", role="reporter", unit="xom-05")
    await reported(await head(talk))
    await other.says("/baocao")
    await other.presses("Sửa")
    await other.says("dòng 2", "5", SEND)
    await talk.presses("Rút lại")
    await talk.says("2")
    assert await house.rows(Report.version) == [2]


async def test_u9_after_a_correction_is_taken_back_it_is_said_what_counts(talk: Talk) -> None:
    """U9, U18: "thành chưa gửi" is not so: the version before counts again."""
    await reported(await head(talk))
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    await talk.presses("Rút lại")
    assert "thành chưa gửi" not in talk.last


async def test_t19_whoever_was_told_not_to_send_hears_that_it_was_taken_back(
    house: House, talk: Talk
) -> None:
    """T19, U9: "Nơi đây không phải gửi lại" is not so any more, and nobody says it."""
    other = await talk.somebody("Chị Hai", role="reporter", unit="xom-05")
    await reported(await head(talk))
    assert "không phải gửi lại" in other.heard[-1]
    await talk.presses("Rút lại")
    await talk.says("2")
    assert "rút" in other.heard[-1].lower()


async def test_u10_a_draft_of_the_year_before_is_found_in_february(
    house: House, talk: Talk
) -> None:
    """U10: "nháp được giữ 30 ngày. Làm tiếp lúc nào cũng được", and on 1 February it is gone."""
    await head(talk)
    await _until(house, 1, 25)
    await talk.says(*GUIDED, *ALL)
    await talk.presses("Để sau")
    await in_demo_days(house, 75)  # 5 February, eleven days later
    await talk.says("/baocao")
    assert "2026" in "\n".join(talk.heard[-2:])


async def test_t41_the_office_hears_of_every_refusal(talk: Talk) -> None:
    """T41: frozen, reopened, frozen again; the notice of the second refusal has the first's key."""
    officer = await talk.somebody("Cán bộ", role="officer")
    await (await head(talk)).says(*GUIDED, *ALL)
    for times in (1, 2):
        await frozen_by(officer)
        await talk.presses("Gửi")
        assert sum("muốn gửi hoặc sửa báo cáo" in said for said in officer.heard) == times
        await officer.says("/duyet")
        await officer.presses("Mở lại")
        await officer.says("Cho Xóm 5 gửi lại")
        await talk.says("/baocao")
        await talk.presses("Xem lại")


async def test_t19_who_has_handed_the_duty_over_is_not_said_to_be_at_it(talk: Talk) -> None:
    """T14, T19: the draft of who reports no more is announced to the successor as a colleague's."""
    await (await head(talk)).says(*GUIDED, *ALL[:3], "trang đầu", "bàn giao")
    await talk.presses("Bàn giao")
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}", "\n".join(talk.heard))
    new = await talk.somebody("Chị Sáu")
    await new.says(codes[-1], "1", "/baocao")
    assert "cũng đang làm báo cáo này" not in "\n".join(new.heard)


async def test_a_correction_of_a_report_on_time_is_not_late(house: House, talk: Talk) -> None:
    """`Report.first_sent_at`: the first version that stands "decides what is late"."""
    await _until(house, 12, 10)
    await reported(await head(talk))
    await _until(house, 12, 20)
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    assert "sau hạn" not in talk.last


async def test_u10_naming_the_unit_of_a_report_that_was_sent_begins_nothing(
    house: House, talk: Talk
) -> None:
    """U10: looking at "/baocao xóm 5" leaves a draft, and from then on it is "còn dở"."""
    await reported(await head(talk))
    await talk.says("/baocao xóm 5")
    assert await drafts(house) == []


async def test_u10_a_draft_that_was_dropped_does_not_come_back_from_the_other_app(
    house: House, talk: Talk
) -> None:
    """U10: two apps with a draft each are linked; dropping one brings the older one up."""
    other = await talk.somebody("Trưởng xóm, máy khác", role="head", unit="xom-05")
    await (await head(talk)).says(*GUIDED, *ALL[:3], "trang đầu")
    await other.says("/baocao", "1", *ALL[:2], "trang đầu")
    await talk.says("/lienket", "1")
    await other.says(re.findall(r"l_\d{6}", "\n".join(talk.heard))[-1])
    await other.presses("Đúng là tôi, nối lại")
    await other.says("/baocao")
    await other.presses("Bỏ nháp này")
    assert await drafts(house) == []


async def test_u10_after_sending_no_draft_of_the_same_human_is_left(
    house: House, talk: Talk
) -> None:
    """U10, T18, T19: the older draft of the other app says "còn dở" of what was sent."""
    other = await talk.somebody("Trưởng xóm, máy khác", role="head", unit="xom-05")
    await (await head(talk)).says(*GUIDED, *ALL[:3], "trang đầu")
    await other.says("/baocao", "1", *ALL)
    await talk.says("/lienket", "1")
    await other.says(re.findall(r"l_\d{6}", "\n".join(talk.heard))[-1])
    await other.presses("Đúng là tôi, nối lại")
    await other.says("/baocao")
    await other.presses("Xem lại", "Gửi")
    await other.says("/baocao")
    assert "đã gửi UBND xã" in "\n".join(other.heard[-2:])


async def test_t18_a_draft_stays_with_whom_told_it_when_two_apps_are_parted(
    house: House, talk: Talk
) -> None:
    """T18, P5: what the head told is stored as the other person's, and stays there."""
    await talk.enrolled()
    other = await linked(talk)
    await other.holds("head", "xom-05")
    await other.says("/baocao", "1", *ALL[:3])
    await parted(house)
    [owner] = await house.rows(ReportDraft.person_id)
    assert owner == (await other.actor()).person_id


async def test_t41_a_report_pressed_before_midnight_is_on_time(house: House, talk: Talk) -> None:
    """Design §5: on time until 23:59:59; what waits in the inbox is no later for that (R4)."""
    await _until(house, 12, 14)
    await (await head(talk)).says(*GUIDED, *ALL)
    local = house.clock.wall().astimezone(house.app.house.timezone)
    await talk.waits(hours=23 - local.hour, minutes=59 - local.minute)
    await talk.sends(kind="press", button=talk.button("Gửi"))
    await talk.waits(minutes=5)
    assert [late for *_, late in await sent_versions(house)] == [False]


# --- the form is changed meanwhile ---------------------------------------------------------------


async def test_t42_a_summary_of_a_form_that_was_changed_is_shown_again(
    house: House, talk: Talk
) -> None:
    """T42: what was shown is sent; here a line of the summary falls away silently."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await has_form(house, without("publicity"))
    await talk.presses("Gửi")
    assert await sent_versions(house) == []


async def test_a6_a_report_is_shown_by_the_form_it_was_made_with(house: House, talk: Talk) -> None:
    """A6: "each report version keeps the one it was made with", and nothing reads it."""
    await reported(await head(talk))
    await has_form(house, without("publicity"))
    await talk.says("/baocao")
    await talk.presses("Xem")
    assert "Số lượt tuyên truyền: 20 lượt" in "\n".join(talk.heard[-3:])


async def test_u5_an_answer_whose_option_is_gone_is_asked_again(house: House, talk: Talk) -> None:
    """U5, T42: "Kế hoạch của xóm: -" counts as answered and is sent."""
    await (await head(talk)).says(*GUIDED, "1", "3", "trang đầu")
    form = built_in()["xom"]
    plan = form["plan_issued"]
    options = [
        plan.options[0].model_copy(update={"key": "whole", "label": "Kế hoạch riêng"}),
        plan.options[1],
    ]
    other = plan.model_copy(update={"options": tuple(options)})
    fields = tuple(other if one.key == plan.key else one for one in form.fields)
    await has_form(house, form.model_copy(update={"fields": fields}))
    await talk.says("/baocao", "1")
    assert "kế hoạch" in talk.last
