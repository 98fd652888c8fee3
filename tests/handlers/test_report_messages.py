"""A whole report in one message: shown, asked about, never more than was said (N14, U8, T40)."""

import pytest

from storage.tables import ReportDraft, ReportVersion
from tests.handlers.test_reporting import head, sent_versions, values
from tests.talk import House, Talk

WHOLE = (
    "xóm 5: đã có kế hoạch, 3 buổi tập huấn, 120 lượt người, 20 lượt tuyên truyền, "
    "tổ công nghệ số 6 người, chưa có mô hình, khó khăn: nhiều nhà chưa có mạng, kiến nghị: không"
)


async def test_two_turns_are_enough(house: House, talk: Talk) -> None:
    """Issue 6, robustness §10: a report by one message takes two."""
    await (await head(talk)).says(WHOLE)
    assert "(2) Số buổi học, tập huấn: 3 buổi" in talk.heard[-2]
    assert talk.labels[0] == "Gửi"
    await talk.says("1")
    [(_, answers, _)] = await sent_versions(house)
    assert values(answers) == {  # type: ignore[arg-type]
        "plan_issued": "yes",
        "sessions": 3,
        "attendances": 120,
        "publicity": 20,
        "team_members": 6,
        "models": [],
        "difficulties": "nhiều nhà chưa có mạng",
        "proposals": "",
    }
    assert await house.rows(ReportVersion.via) == ["message"]


async def test_what_is_ambiguous_is_asked_with_numbered_readings(house: House, talk: Talk) -> None:
    """Design §9: lượt or people, helped this year or all of level 2."""
    await (await head(talk)).says(
        "/baocao xom 5 to chuc 3 buoi, khoang 120 nguoi, 45 nguoi cai vneid"
    )
    assert "- Số buổi học, tập huấn: 3 buổi" in talk.heard[-2]
    assert "Xin hỏi thêm 2 điều" in talk.heard[-2]
    assert talk.labels[0] == "Lượt người dự học: khoảng 120 lượt người"
    await talk.says("1")
    assert talk.labels[0] == "Người được giúp cài VNeID trong kỳ: 45 người"
    await talk.says("1")
    [stored] = await house.rows(ReportDraft.answers)
    assert stored["attendances"] == {"value": 120, "about": True, "sure": True}
    assert stored["vneid_helped"]["value"] == 45


async def test_a_figure_of_another_holder_is_not_taken_from_a_hamlet(
    house: House, talk: Talk
) -> None:
    """Design §5: VNeID level 2 is entered once, by Công an xã."""
    await (await head(talk)).says("/baocao 3 buoi tap huan, 45 nguoi cai vneid", "2")
    assert "nơi phụ trách nhập chung" in "\n".join(talk.heard[-3:])
    [stored] = await house.rows(ReportDraft.answers)
    assert "vneid_level_2" not in stored
    assert "vneid_helped" not in stored


async def test_none_of_the_readings_is_listed_as_not_understood(talk: Talk) -> None:
    await (await head(talk)).says(f"{WHOLE}, 45 người cài VNeID")
    await talk.presses("Không phải các mục này")
    assert "Chưa hiểu nên chưa ghi" in talk.heard[-2]
    assert "45" in talk.heard[-2]


async def test_what_is_not_understood_is_listed_and_not_dropped(talk: Talk) -> None:
    """N14."""
    await (await head(talk)).says(f"{WHOLE}, 17 con gà")
    assert 'Chưa hiểu nên chưa ghi: "17' in talk.heard[-2]


async def test_a_sentence_at_the_summary_mends_what_it_names(house: House, talk: Talk) -> None:
    await (await head(talk)).says(WHOLE, "4 buổi tập huấn thôi")
    assert "(2) Số buổi học, tập huấn: 4 buổi" in talk.heard[-2]
    assert "(3) Lượt người dự học: 120 lượt người" in talk.heard[-2]


async def test_a_figure_that_cannot_be_is_said_and_not_written(house: House, talk: Talk) -> None:
    """T20."""
    await (await head(talk)).says(WHOLE.replace("6 người", "600 người"))
    assert "chưa ghi. Số này lớn quá, nhiều nhất là 100" in "\n".join(talk.heard)
    [stored] = await house.rows(ReportDraft.answers)
    assert "team_members" not in stored


async def test_an_unusual_figure_is_asked_before_it_is_written(house: House, talk: Talk) -> None:
    """T20."""
    await (await head(talk)).says(WHOLE.replace("3 buổi", "300 buổi"))
    assert "300 buổi" in talk.labels[0]
    await talk.says("1")
    assert talk.labels[0] == "Gửi"


@pytest.mark.parametrize(
    "other",
    ["xóm 6: 3 buổi tập huấn, 120 lượt người, 20 lượt tuyên truyền", "/baocao xóm 6 3 buổi"],
)
async def test_another_unit_cannot_be_reported_for(house: House, talk: Talk, other: str) -> None:
    """T01."""
    await (await head(talk)).says(other)
    assert "Chỉ báo cáo được cho Xóm 5" in "\n".join(talk.heard[-2:])
    assert await house.rows(ReportDraft.id) == []


async def test_a_forwarded_report_goes_through_the_summary(house: House, talk: Talk) -> None:
    """T40."""
    await (await head(talk)).says(WHOLE, forwarded=True)
    assert await sent_versions(house) == []
    assert talk.labels[0] == "Gửi"


async def test_one_class_of_one_evening_is_still_an_activity(talk: Talk) -> None:
    await (await head(talk)).says("tối qua xóm 5 có 35 bà con học VNeID")
    assert talk.labels[0] == "Ghi vào sổ"


async def test_lines_of_a_template_are_read(talk: Talk) -> None:
    """U8: the template that was offered, filled in."""
    await (await head(talk)).says("/baocao")
    await talk.presses("Nhắn một tin")
    await talk.says(
        "Kế hoạch của xóm: đã có\nSố buổi học, tập huấn: 3\nLượt người dự học: 120\n"
        "Số lượt tuyên truyền: 20\nThành viên Tổ công nghệ số cộng đồng: 6\n"
        "Mô hình mới, cách làm hay: chưa có\nKhó khăn, vướng mắc: không\nĐề xuất, kiến nghị: không"
    )
    assert talk.labels[0] == "Gửi"
