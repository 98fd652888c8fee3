"""A unit reports question by question (/baocao): U6-U10, T01, T20, T41, T42, design §5."""

import re

import pytest

from handlers.reporting.forms import built_in
from storage.tables import AuditRow, Report, ReportDraft, ReportVersion
from tests.talk import House, Talk

GUIDED = ("/baocao", "1")
ALL = ("1", "3", "120", "20", "6", "chưa có", "nhiều cụ chưa có điện thoại", "không")
"""The eight answers of a hamlet, in the order of asking."""
SEND = "1"


async def head(talk: Talk, unit: str = "xom-05") -> Talk:
    return await talk.holds("head", unit)


async def sent_versions(house: House) -> list[tuple[int, dict[str, object], bool]]:
    rows = await house.rows(ReportVersion.number, ReportVersion.answers, ReportVersion.is_late)
    return sorted(rows)


def values(answers: dict[str, dict[str, object]]) -> dict[str, object]:
    return {key: answer["value"] for key, answer in answers.items()}


async def reported(talk: Talk) -> Talk:
    """A hamlet's whole report, sent."""
    await talk.says(*GUIDED, *ALL, SEND)
    assert "đã nhận báo cáo năm 2026" in talk.heard[-1]
    return talk


# --- the way through -----------------------------------------------------------------------------


async def test_a_head_reports_question_by_question(talk: Talk) -> None:
    """U6, U7: one question a message, progress, a summary with numbered lines, a receipt."""
    await (await head(talk)).says("/baocao")
    assert (
        "gửi UBND xã (qua Phòng Văn hóa - Xã hội) trước ngày 15/12 (hết thứ Hai 14/12)"
        in (talk.heard[-2])
    )
    await talk.says("1")
    assert "Câu 1/8 - Xóm 5" in talk.last
    await talk.says(*ALL[:2])
    assert "Câu 3/8" in talk.last
    await talk.says(*ALL[2:])
    summary = talk.heard[-2]
    assert "(2) Số buổi học, tập huấn: 3 buổi" in summary
    assert "(6) Mô hình mới, cách làm hay: chưa có" in summary
    assert "(8) Đề xuất, kiến nghị: không" in summary
    assert talk.labels == ["Gửi", "Sửa", "Ghi thêm", "Để sau"]
    await talk.says(SEND)
    assert "Mã: BC2026-1.1" in talk.last
    assert "Rút lại được trong 10 phút" in talk.last


async def test_a_hamlet_is_asked_eight_questions_at_most() -> None:
    """Design §1: the required part takes at most eight turns."""
    form = built_in()["xom"]
    assert sum(field.required and not field.holder for field in form.fields) <= 8


async def test_what_was_sent_is_exactly_what_was_answered(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    [(number, answers, is_late)] = await sent_versions(house)
    assert (number, is_late) == (1, False)
    assert values(answers) == {  # type: ignore[arg-type]
        "plan_issued": "yes",
        "sessions": 3,
        "attendances": 120,
        "publicity": 20,
        "team_members": 6,
        "models": [],
        "difficulties": "nhiều cụ chưa có điện thoại",
        "proposals": "",
    }


async def test_unknown_and_zero_and_blank_are_three_things(house: House, talk: Talk) -> None:
    """Design §5: a figure, "chưa nắm được" and blank."""
    await (await head(talk)).says(*GUIDED, "1", "chưa nắm được", "0", "20", "6", *ALL[5:], SEND)
    [(_, answers, _)] = await sent_versions(house)
    assert answers["sessions"] == {"value": None, "unknown": True}
    assert answers["attendances"] == {"value": 0}
    assert "people" not in answers


async def test_figures_from_a_thousand_on_are_also_in_words(talk: Talk) -> None:
    """U7."""
    await (await head(talk)).says(*GUIDED, "1", "30", "1.250", *ALL[3:])
    assert "1.250 (một nghìn hai trăm năm mươi) lượt người" in talk.heard[-2]


async def test_a_model_is_told_in_one_line_and_another_may_follow(house: House, talk: Talk) -> None:
    await (await head(talk)).says(*GUIDED, *ALL[:5])
    await talk.says("Nhóm Zalo của xóm: ai hỏi cũng có người trả lời")
    assert "đã ghi 1. Còn nữa không?" in talk.last
    await talk.says("2", "Chợ không tiền mặt", "1", *ALL[6:], SEND)
    [(_, answers, _)] = await sent_versions(house)
    assert answers["models"]["value"] == [  # type: ignore[index]
        {"name": "Nhóm Zalo của xóm", "what": "ai hỏi cũng có người trả lời"},
        {"name": "Chợ không tiền mặt"},
    ]


async def test_what_the_year_recorded_is_filled_in_and_not_asked(talk: Talk) -> None:
    """Issue 6: the book of the year fills it in, and says so."""
    await (await head(talk)).says("/ghi hôm qua xóm 5 có 35 người học VNeID", "1", "/baocao")
    assert "Sổ trong năm đã có sẵn: số buổi học, tập huấn; lượt người dự học" in "\n".join(
        talk.heard
    )
    await talk.says("1")
    assert "Câu 1/6" in talk.last
    await talk.says("1", "20", "6", "chưa có", "không", "không")
    assert "(2) Số buổi học, tập huấn: 1 buổi (theo sổ)" in talk.heard[-2]
    assert "(3) Lượt người dự học: 35 lượt người (theo sổ)" in talk.heard[-2]
    await talk.says("dòng 2", "4")
    assert "(2) Số buổi học, tập huấn: 4 buổi\n" in talk.heard[-2]


async def test_what_was_recorded_since_is_in_the_draft_that_waited(talk: Talk) -> None:
    await (await head(talk)).says("/ghi hôm qua xóm 5 có 35 người học VNeID", "1")
    await talk.says("/baocao", "1", "1", "20", "trang đầu")
    await talk.says("/ghi hôm nay xóm 5 có 20 người học VNeID", "1", "/baocao")
    await talk.presses("Xem lại")
    assert "Số buổi học, tập huấn: 2 buổi (theo sổ)" in talk.heard[-2]
    assert "Lượt người dự học: 55 lượt người (theo sổ)" in talk.heard[-2]
    assert "Số lượt tuyên truyền: 20 lượt" in talk.heard[-2]


# --- answers that are asked again ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nhiều lắm", "Trợ lý chưa đọc được số"),
        ("-5", "không thể nhỏ hơn 0"),
        ("1,5", "Trợ lý chưa đọc được số"),
        ("5000", "nhiều nhất là 2.000"),
    ],
)
async def test_a_figure_that_cannot_be_is_refused_with_a_reason(
    talk: Talk, typed: str, said: str
) -> None:
    """T20, T21, N3, N5: nothing is guessed, and the question stays."""
    await (await head(talk)).says(*GUIDED, "1", typed)
    assert said in "\n".join(talk.heard[-2:])
    await talk.says("3")
    assert "Câu 3/8" in talk.last


async def test_an_unusual_figure_is_asked_in_figures_and_words(talk: Talk) -> None:
    """T20."""
    await (await head(talk)).says(*GUIDED, "1", "150")
    assert "Có đúng là 150 (một trăm năm mươi) không?" in talk.last
    await talk.says("2", "15")
    assert "Câu 3/8" in talk.last


async def test_a_range_is_asked_and_not_chosen(house: House, talk: Talk) -> None:
    """N4: "30-40" is either."""
    await (await head(talk)).says(*GUIDED, "1", "3", "30-40")
    assert talk.labels[:2] == ["30 (ba mươi)", "40 (bốn mươi)"]
    await talk.says("2", *ALL[3:], SEND)
    [(_, answers, _)] = await sent_versions(house)
    assert answers["attendances"] == {"value": 40}


async def test_a_part_is_never_more_than_its_whole(talk: Talk) -> None:
    await (await head(talk)).says(*GUIDED, *ALL, "3")
    await talk.presses("Số người khác nhau đã học")
    await talk.says("121")
    assert "nhiều hơn lượt người dự học là 120" in "\n".join(talk.heard[-2:])
    await talk.says("80")
    await talk.presses("Xong")
    await talk.says("dòng 3", "79")
    assert "ít hơn số người khác nhau đã học là 80" in "\n".join(talk.heard[-2:])


async def test_a_share_told_the_wrong_way_round_is_asked(house: House, talk: Talk) -> None:
    """Design §9: "905 nhiều hơn tổng 780. Có phải 780 trên 905 không?"."""
    await (await head(talk)).says(*GUIDED, *ALL, "3")
    await talk.presses("Mục khác", "Hộ dùng thanh toán")
    await talk.says("180/95")
    assert "180 nhiều hơn tổng 95. Có phải 95 trên 180 không?" in talk.last
    await talk.says("1")
    await talk.presses("Xong")
    assert "95/180 hộ (52,8%)" in talk.heard[-2]


async def test_half_a_share_asks_for_its_whole(talk: Talk) -> None:
    await (await head(talk)).says(*GUIDED, *ALL, "3")
    await talk.presses("Mục khác", "Hộ dùng thanh toán")
    await talk.says("95")
    assert "95 trên tổng số bao nhiêu?" in talk.last
    await talk.says("180")
    await talk.presses("Xong")
    assert "95/180 hộ" in talk.heard[-2]


async def test_nothing_is_sent_while_a_question_is_open(house: House, talk: Talk) -> None:
    """A required question may be passed over, and comes back before sending."""
    await (await head(talk)).says(*GUIDED, "1", "bỏ qua", *ALL[2:])
    assert "Còn thiếu: Số buổi học, tập huấn" in talk.heard[-2]
    assert talk.labels[0] == "Trả lời nốt"
    await talk.says("1")
    assert "mấy buổi học, tập huấn" in talk.last
    await talk.says("3")
    assert talk.labels[0] == "Gửi"
    assert await sent_versions(house) == []


# --- going back, away and on ---------------------------------------------------------------------


async def test_going_back_keeps_the_other_answers(talk: Talk) -> None:
    """U6."""
    await (await head(talk)).says(*GUIDED, "1", "3", "120", "quay lại")
    assert "lượt người dự" in talk.last
    await talk.says("125", *ALL[3:])
    assert "(2) Số buổi học, tập huấn: 3 buổi" in talk.heard[-2]
    assert "(3) Lượt người dự học: 125 lượt người" in talk.heard[-2]


async def test_days_later_it_goes_on_where_it_was(talk: Talk) -> None:
    """U10: nothing told is lost, and nothing is sent by time-out."""
    await (await head(talk)).says(*GUIDED, "1", "3", "120", "trang đầu")
    await talk.waits(days=3)
    await talk.restart()
    await talk.says("báo cáo")
    assert "còn dở, đã xong 3/8 câu" in talk.last
    await talk.says("1")
    assert "Câu 4/8" in talk.last


async def test_another_app_of_the_same_person_goes_on(house: House, talk: Talk) -> None:
    """Issue 6: resume on any of the person's apps."""
    await (await head(talk)).says(*GUIDED, "1", "3", "/lienket", "1")
    code = re.findall(r"l_\d{6}", "\n".join(talk.heard))[-1]
    other = await talk.somebody("Trưởng xóm, máy khác")
    await other.says(code)
    await other.presses("Đúng là tôi, nối lại")
    await other.says("/baocao")
    assert "đã xong 2/8 câu" in other.last


async def test_a_draft_that_changed_elsewhere_is_shown_again_before_sending(talk: Talk) -> None:
    """T42: only what was shown is sent."""
    await (await head(talk)).says(*GUIDED, *ALL)
    old = talk.button("Gửi")
    await talk.says("dòng 2", "4")
    await talk.sends(kind="press", button=old)
    await talk.house.settle()
    assert "đã nhận" not in talk.last


async def test_a_draft_lives_thirty_days(house: House, talk: Talk) -> None:
    """U10."""
    await (await head(talk)).says(*GUIDED, "1", "3", "trang đầu")
    await talk.waits(days=31)
    await house.app.jobs.sweep()
    assert await house.rows(ReportDraft.id) == []
    assert await house.rows(Report.id) == []


# --- correcting one line -------------------------------------------------------------------------


async def test_one_line_is_corrected_by_its_number(talk: Talk) -> None:
    """U7."""
    await (await head(talk)).says(*GUIDED, *ALL, "2", "4", "25")
    assert "(4) Số lượt tuyên truyền: 25 lượt" in talk.heard[-2]


async def test_a_line_that_is_not_there_is_said(talk: Talk) -> None:
    await (await head(talk)).says(*GUIDED, *ALL, "dòng 40")
    assert "Báo cáo có 8 dòng" in "\n".join(talk.heard[-2:])


# --- authority -----------------------------------------------------------------------------------


async def test_only_the_own_unit_can_be_reported_for(house: House, talk: Talk) -> None:
    """T01: refused, noted, and who may is said."""
    await (await head(talk)).says("/baocao xóm 6")
    assert "Chỉ báo cáo được cho Xóm 5" in "\n".join(talk.heard[-2:])
    assert "report.denied" in await house.rows(AuditRow.action)


async def test_a_resident_does_not_learn_of_it(talk: Talk) -> None:
    """T12."""
    await talk.enrolled()
    await talk.says("/baocao")
    with_command = talk.last
    await talk.says("/khongcogi")
    assert talk.last == with_command


async def test_who_reports_for_two_units_is_asked_for_which(talk: Talk) -> None:
    """Design §5: "báo cáo cho nơi nào?"."""
    await (await head(talk)).holds("reporter", "hoi-nct")
    await talk.says("/baocao")
    assert "Báo cáo cho nơi nào?" in talk.last
    await talk.says("hội người cao tuổi")
    assert "Kính đề nghị" in "\n".join(talk.heard[-2:])


async def test_every_act_is_audited(house: House, talk: Talk) -> None:
    """A5."""
    await reported(await head(talk))
    await talk.says("2", "2")
    actions = await house.rows(AuditRow.action)
    assert {"report.sent", "report.withdrawn"} <= set(actions)
