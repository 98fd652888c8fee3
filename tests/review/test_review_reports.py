"""What a review of issue 6 claims is wrong: each test is a rule that the house breaks today."""

import asyncio
import re
from datetime import date
from typing import Any

import pytest

from handlers.reporting import rules
from handlers.reporting.answers import Answer
from handlers.reporting.form import Form
from handlers.reporting.forms import built_in
from handlers.reporting.reading import Told
from storage import linking, report_files, report_forms, units
from storage.database import Conflict, Database
from storage.tables import (
    Person,
    Report,
    ReportDraft,
    ReportFile,
    SamePerson,
)
from tests.conftest import MakeHouse
from tests.handlers.test_report_sheets import HAMLET, changed, fill, hands_in, sheet_of
from tests.handlers.test_reporting import ALL, GUIDED, SEND, head, reported, sent_versions
from tests.handlers.test_reports_sent import _until, frozen_by
from tests.talk import House, Talk, in_demo_days

PDF = "application/pdf"


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    house: House = await a_house(public_url="https://xa.example")
    house.app.workshop.hand_in = house.app.accept_upload
    return house


async def drafts(house: House) -> list[dict[str, Any]]:
    rows = await house.rows(ReportDraft.id, ReportDraft.answers)
    return [{key: one["value"] for key, one in answers.items()} for _, answers in sorted(rows)]


async def linked(talk: Talk) -> Talk:
    """A second app of the same human."""
    await talk.says("/lienket", "1")
    code = re.findall(r"l_\d{6}", "\n".join(talk.heard))[-1]
    other = await talk.somebody("Trưởng xóm, máy khác")
    await other.says(code)
    await other.presses("Đúng là tôi, nối lại")
    return other


async def parted(house: House) -> None:
    """The two apps were two humans after all."""
    async with house.app.database.transaction() as tx:
        [number] = await house.rows(SamePerson.id)
        link = await linking.find(tx, number)
        assert link is not None
        assert await linking.cut(tx, link, now=house.clock.wall())


async def has_form(house: House, form: Form, *, version: int = 2) -> None:
    """An officer's own form is used from now on."""
    made = form.model_copy(update={"version": version})
    async with house.app.database.transaction() as tx:
        today = house.clock.wall().date()
        [commune, *_] = await units.communes(tx, on=today)
        await report_forms.add(
            tx,
            commune.id,
            form.key,
            version=version,
            definition=made.model_dump(mode="json"),
            by=(await house.rows(Person.id))[0],
            now=house.clock.wall(),
        )


def without(*keys: str) -> Form:
    form = built_in()["xom"]
    fields = tuple(one for one in form.fields if one.key not in keys)
    return form.model_copy(update={"fields": fields})


async def _more(talk: Talk, label: str) -> None:
    """From the summary to one of the things told besides, whatever page it is on."""
    await talk.says("3")
    for _ in range(6):
        if any(label in one for one in talk.labels):
            break
        await talk.presses("Mục khác")
    await talk.presses(label)


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
    await _more(talk, "Gương điển hình")
    await talk.says("Bà Tư ở Xóm 5", "trang đầu")
    assert "Bà Tư" in str(await drafts(house))


async def test_n1_a_share_gone_back_to_is_not_read_as_its_whole(house: House, talk: Talk) -> None:
    """U6, N1: the question asks for both again, so one number alone is the part once more."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Hộ dùng thanh toán")
    await talk.says("95", "quay lại")
    assert "trên tổng số hộ" in talk.last
    await talk.says("100")
    assert (await drafts(house))[0].get("payment") != [95, 100]


async def test_u6_pass_at_a_line_that_was_opened_to_edit_changes_nothing(
    house: House, talk: Talk
) -> None:
    """U6: "bỏ qua" leaves a count as it is, and throws a whole share away."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Hộ dùng thanh toán")
    await talk.says("95/180")
    await talk.presses("Xong")
    await talk.says("dòng 9", "bỏ qua")
    assert (await drafts(house))[0].get("payment") == [95, 180]


# --- dead ends and things said that are not so ---------------------------------------------------


async def test_u5_half_a_share_at_sending_is_asked_for(talk: Talk) -> None:
    """U5: half a share is open, not sent."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Hộ dùng thanh toán")
    await talk.says("95", "trang đầu", "/baocao")
    await talk.presses("Xem lại", "Trả lời nốt")
    assert "95 trên tổng số bao nhiêu?" in talk.last


async def test_u5_what_is_passed_over_is_no_achievement(house: House, talk: Talk) -> None:
    """U5, N14: the question itself says "xin nhắn: bỏ qua", and writes that down as the answer."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Gương điển hình")
    await talk.says("Bà Tư ở Xóm 5")
    assert "xin nhắn: bỏ qua" in talk.last
    await talk.says("bỏ qua")
    if "hình thức khen" in talk.last:
        await talk.presses("Bỏ qua")
    assert "bỏ qua" not in str(await drafts(house))


async def test_u5_a_number_is_heard_where_it_was_asked_for_again(house: House, talk: Talk) -> None:
    """U5: "Xin nhắn lại, ví dụ: 35" at a question that reads no number."""
    await (await head(talk)).says(*GUIDED, *ALL[:4], "90-120", "2")
    assert "nhiều nhất là 100" in "\n".join(talk.heard[-2:])
    await talk.says("35")
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
        await officer.says("/duyet", "1", "Cho Xóm 5 gửi lại")
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


# --- figures -------------------------------------------------------------------------------------


async def police(talk: Talk) -> Talk:
    """Who enters the figure of all hamlets; the question of it is open."""
    async with talk.app.database.transaction() as tx:
        today = talk.house.clock.wall().date()
        [commune, *_] = await units.communes(tx, on=today)
        settings = await units.settings_of(tx, commune.id)
        code = (settings.get("holders") or {}).get("vneid", "")
        unit = await units.by_code(tx, code, on=today)
    assert unit is not None, settings.get("holders")
    await talk.holds("head", unit.code)
    return await talk.says("/baocao", "1")


async def test_t20_the_part_of_the_whole_commune_is_never_more_than_its_whole(
    house: House, talk: Talk
) -> None:
    """T20: 0 ≤ part ≤ whole is asked of each hamlet, and not of the commune."""
    await (await police(talk)).says("cả xã 6000/5200")
    assert await drafts(house) == [{}]


async def test_t20_no_figure_of_all_hamlets_is_above_the_hard_limit(
    house: House, talk: Talk
) -> None:
    """T20: `MOST` holds for every figure; by_hamlet has no limit at all."""
    await (await police(talk)).says("cả xã 2000000/3000000")
    assert await drafts(house) == [{}]


async def test_t20_more_than_the_adults_of_a_hamlet_is_refused_or_asked(
    house: House, talk: Talk
) -> None:
    """T20: above the population of the hamlet."""
    await (await police(talk)).says("Xóm 5: 300000/420000")
    assert "300000" not in str(await drafts(house))


async def test_n14_a_hamlet_that_is_not_there_is_not_guessed(house: House, talk: Talk) -> None:
    """N12, N14: of two hamlets of one number, one is written down for a name that neither has."""
    await (await police(talk)).says("Xóm 3 - xã cũ Giao Châu: 30/40")
    assert await drafts(house) == [{}]


async def test_u5_rows_typed_at_the_question_for_missing_rows_are_read(
    house: House, talk: Talk
) -> None:
    """U5: "Chưa có số của: …" is answered with the rows, as anybody would."""
    await (await police(talk)).says("Xóm 5: 300/420")
    assert "Chưa có số của" in talk.last
    await talk.says("Xóm 6: 200/310")
    assert "[200, 310]" in str(await drafts(house))


async def test_u6_rows_told_later_are_not_lost_by_going_back(house: House, talk: Talk) -> None:
    """U6: "Ghi như vậy" of an older question writes the older rows."""
    await (await police(talk)).says("Xóm 5: 300/420", "2", "Xóm 6: 200/310")
    await talk.says("quay lại", "quay lại", "1")
    assert "[200, 310]" in str(await drafts(house))


async def test_n14_figures_of_one_message_are_judged_together(
    house: House, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N14, T20: both are lowered at once; the whole is measured against the part that goes."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Số người khác nhau")
    await talk.says("80")
    await talk.presses("Xong")

    def both(*_: object, **__: object) -> Told:
        return Told({"attendances": Answer(50), "people": Answer(40)})

    monkeypatch.setattr("handlers.reporting.reading.read", both)
    await talk.says("50 lượt người dự, 40 người khác nhau")
    [draft] = await drafts(house)
    assert (draft["attendances"], draft["people"]) == (50, 40)


async def test_a_correction_has_what_the_book_says_now(talk: Talk) -> None:
    """Issue 6 item 1: "(theo sổ)" in a correction is the book as it was when version 1 was sent."""
    await (await head(talk)).says("/ghi hôm qua xóm 5 có 35 người học VNeID", "1")
    await talk.says("/baocao", "1", "1", "20", "6", "chưa có", "không", "không", SEND)
    await talk.says("/ghi hôm nay xóm 5 có 30 người học VNeID", "1", "/baocao")
    await talk.presses("Sửa")
    assert "35 lượt người (theo sổ)" not in "\n".join(talk.heard[-2:])


async def test_what_was_taken_out_of_the_book_is_not_by_the_book(talk: Talk) -> None:
    """Issue 6 item 1: the only session was undone; the draft goes on with "(theo sổ)"."""
    await (await head(talk)).says("/ghi hôm qua xóm 5 có 35 người học VNeID", "1")
    await talk.says("/baocao", "1", "1", "trang đầu", "/ghi")
    await talk.presses("Các buổi đã ghi")
    await talk.says("1")
    await talk.presses("Bỏ việc này")
    await talk.presses("Bỏ việc này") if "Bỏ việc này" in talk.labels else await talk.says("2")
    await talk.says("/baocao")
    await talk.presses("Xem lại")
    assert "(theo sổ)" not in "\n".join(talk.heard[-2:])


async def test_u10_a_draft_in_which_nothing_was_told_is_not_unfinished(
    house: House, talk: Talk
) -> None:
    """U10, T19: the holder's figure alone makes a draft "còn dở, đã xong 0/8 câu"."""
    other = await police(Talk(house, "u-police", name="Anh Ba"))
    await other.says("Xóm 5: 300/420", "1", "2", "không", "không", "1")
    await (await head(talk)).says(*GUIDED, "trang đầu", "/baocao")
    assert "còn dở" not in talk.last


def test_t20_a_part_of_a_field_that_is_over_is_part_of_what_that_was_part_of() -> None:
    """T20: women ≤ people ≤ attendances; without people nothing holds women any more."""
    form = built_in()["xom"]
    people = form["people"].model_copy(update={"until": 2025})
    fields = tuple(people if one.key == "people" else one for one in form.fields)
    later = form.model_copy(update={"fields": fields}).on(year=2026, occasion="annual")
    assert later["women"].part_of == "attendances"


def test_u5_half_a_share_that_is_not_asked_for_any_more_holds_nothing_up() -> None:
    """U5: its condition does not hold, so its question leads to "không làm tiếp được"."""
    share = built_in()["xom"]["payment"].model_copy(update={"only_if": "plan_issued=yes"})
    answers = {"plan_issued": Answer("no"), "payment": Answer([95, None])}
    assert rules.halves([share], answers) == []


async def test_what_the_holder_entered_meanwhile_is_in_the_report(house: House, talk: Talk) -> None:
    """Design §5: entered once for all hamlets; a draft that was begun before never has it."""
    await (await head(talk)).says(*GUIDED, *ALL[:4])
    other = await police(Talk(house, "u-police", name="Anh Ba"))
    await other.says("Xóm 5: 300/420", "1", "2", "không", "không", "1")
    assert "đã nhận" in "\n".join(other.heard[-2:])
    await talk.says(*ALL[4:])
    assert "300/420" in "\n".join(talk.heard[-3:])


# --- files ---------------------------------------------------------------------------------------


async def gives(talk: Talk, content: bytes) -> None:
    await hands_in(talk, b"%PDF-1.7 " + content, name="minh-chung.pdf", kind=PDF)


async def test_t42_evidence_that_came_after_the_summary_is_shown_before_it_is_sent(
    house: House, talk: Talk
) -> None:
    """T42: exactly what was shown is sent; a file given on the page is not in the summary."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Minh chứng")
    await talk.presses("Xong")
    await gives(talk, b"1")
    assert len(await house.rows(ReportFile.id)) == 1
    await talk.presses("Gửi")
    shown = "\n".join(talk.heard)
    assert await sent_versions(house) == [] or "1 tệp" in shown


async def test_evidence_given_after_sending_is_in_what_counts(house: House, talk: Talk) -> None:
    """Issue 6 item 4: "Đã nhận" is said, and the report that counts never has the file."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Minh chứng")
    await talk.presses("Xong")
    await talk.presses("Gửi")
    await gives(talk, b"1")
    assert len(await house.rows(ReportFile.id)) == 1
    await talk.says("/baocao")
    await talk.presses("Xem")
    assert "1 tệp" in "\n".join(talk.heard[-3:])


async def test_t41_no_evidence_is_taken_once_the_figures_are_frozen(
    house: House, talk: Talk
) -> None:
    """T41: "from then on nothing changes, until an officer reopens it" (`Freeze`)."""
    officer = await talk.somebody("Cán bộ", role="officer")
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Minh chứng")
    await talk.presses("Xong")
    await talk.presses("Gửi")
    await frozen_by(officer)
    await gives(talk, b"1")
    assert await house.rows(ReportFile.id) == []


async def test_evidence_that_was_taken_out_is_in_no_correction(house: House, talk: Talk) -> None:
    """T42: with all files out, their ids of the version before are sent again."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Minh chứng")
    await gives(talk, b"1")
    await talk.presses("Xong")
    await talk.presses("Gửi")
    [number] = await house.rows(ReportFile.id)
    async with house.app.database.transaction() as tx:
        assert await report_files.remove(tx, number, now=house.clock.wall())
    await talk.says("/baocao")
    await talk.presses("Sửa")
    assert "1 tệp" not in "\n".join(talk.heard[-2:])


async def test_u7_the_last_line_is_counted_with_the_evidence(house: House, talk: Talk) -> None:
    """U7: nine lines are shown, "từ 1 đến 8" is asked for."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await _more(talk, "Minh chứng")
    await gives(talk, b"1")
    await talk.presses("Xong")
    assert "(9) Minh chứng" in "\n".join(talk.heard[-2:])
    await talk.presses("Sửa")
    assert "từ 1 đến 9" in talk.last


async def test_t32_cells_that_were_not_read_are_named_whatever_is_being_asked(
    house: House, talk: Talk
) -> None:
    """T32, U5: with another question open, wrong cells and refused figures are said nowhere."""
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await house.make_all()
    await talk.says("/ghi")
    wrong = {**HAMLET, "sessions": "nhiều", "team_members": 500}
    await hands_in(talk, changed(sheet_of(house), fill(wrong)))
    said = "\n".join(talk.heard)
    assert "“nhiều”" in said
    assert "nhiều nhất là 100" in said


# --- one's own data, two communes, two processes -------------------------------------------------


async def test_p4_drafts_and_reports_that_were_sent_are_among_ones_own_data(talk: Talk) -> None:
    """P4: what is stored about a person is seen: notes in a draft, reports under one's name."""
    await (await head(talk)).says(*GUIDED, *ALL, SEND)
    await talk.says("/baocao")
    await talk.presses("Sửa")
    before = len(talk.heard)
    await talk.says("/dulieu", "1")
    assert "báo cáo" in "\n".join(talk.heard[before:]).lower()


async def _second_commune(house: House) -> None:
    new = units.NewUnit("xa-hai", "Xã Hai", "xa hai", "xa", "", "none", None, None, ())
    async with house.app.database.transaction() as tx:
        today = house.clock.wall().date()
        await units.import_all(tx, [new], on=today)


async def test_a3_an_officer_of_two_communes_chooses_whose_form_is_changed(
    house: House, talk: Talk
) -> None:
    """A3: the form of the commune whose role came first is changed, without a word of which."""
    await _second_commune(house)
    await talk.holds("officer", "xa-hai")
    await talk.holds("officer")
    await talk.says("sửa biểu báo cáo")
    await talk.presses("Báo cáo của xóm")
    said = "\n".join(talk.heard[-3:])
    assert "Xã Hai" in said or "Giao Minh" in said


async def test_t14_a_code_of_whoever_is_somebody_else_by_now_takes_no_duty_away(
    house: House, talk: Talk
) -> None:
    """T14, T18, A4: made on a linked app, alive after the two were found to be two humans."""
    await talk.enrolled()
    other = await linked(talk)
    await other.holds("head", "xom-05")
    await talk.says("bàn giao")
    await talk.presses("Bàn giao")
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}", "\n".join(talk.heard))
    await parted(house)
    third = await talk.somebody("Chị Sáu")
    await third.says(codes[-1], "1")
    assert (await other.actor()).has_role("head")


async def test_r4_two_uploads_for_one_unit_do_not_lock_each_other_out(database: Database) -> None:
    """R4, R6: FOR UPDATE waits for every row that points at the unit; `key_share` would not."""
    if database.is_sqlite:
        pytest.skip("SQLite has us alone")
    async with database.transaction() as tx:
        await units.import_all(
            tx,
            [units.NewUnit("xom-1", "Xóm 1", "xom 1", "xom", "", "none", None, None, ())],
            on=date(2026, 1, 1),
        )
    barrier, conflicts = asyncio.Barrier(2), 0

    async def one(code: str) -> None:
        nonlocal conflicts
        try:
            async with database.transaction() as tx:
                new = [units.NewUnit(code, code, code, "xom", "xom-1", "none", None, None, ())]
                await units.import_all(tx, new, on=date(2026, 1, 1))
                await barrier.wait()
                await report_files.hold(tx, 1)
        except Conflict:
            conflicts += 1

    await asyncio.gather(one("a"), one("b"))
    assert conflicts == 0
