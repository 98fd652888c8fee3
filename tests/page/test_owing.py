"""Who owes, on the page: the chat's own sentence, and marks by the chat's own rules (T13, T41)."""

import pytest

from tests.page.conftest import Sits
from tests.page.desk import Desk
from tests.talk import Talk


async def unit_of(desk: Desk, name: str) -> str:
    """Number of a unit, out of the list."""
    page = await desk.get("/tien-do")
    return page.html.split(f">{name}</a>")[0].rsplit("/tien-do/", 1)[1].split("?")[0]


async def test_the_page_says_what_the_chat_says(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    page = await (await sits(talk)).get("/tien-do")
    said = await talk.asks("ai chưa nộp")
    for line in "\n".join(said[:-1]).split("\n"):
        assert " ".join(line.split()) in page.text
    assert page.text.count("Chưa nộp") >= 30


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "paper"}, "Đã ghi: nhận bản giấy của Xóm 6"),
        ({"kind": "exempt", "reason": "Xóm đang ngập lũ"}, "Đã miễn báo cáo"),
        ({"kind": "extended", "until": "2026-12-20", "reason": "Xóm đang ngập lũ"}, "Đã gia hạn"),
    ],
)
async def test_a_mark_is_made_told_and_taken_away(
    talk: Talk, sits: Sits, fields: dict[str, str], says: str
) -> None:
    head = await (await talk.somebody("Bác Sáu")).holds("head", "xom-06")
    await talk.holds("officer")
    desk = await sits(talk)
    number = await unit_of(desk, "Xóm 6")
    await desk.get(f"/tien-do/{number}")
    page = await desk.post(f"/tien-do/{number}/danh-dau", **fields)
    assert says in page.text
    assert "Xóm 6" in head.last or "báo cáo" in head.last
    mark = page.html.split('name="mark" value="')[1].split('"')[0]
    page = await desk.post(f"/tien-do/{number}/bo-danh-dau", mark=mark)
    assert "Chưa có đánh dấu nào" in page.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Xin chọn một việc"),
        ({"kind": "gone"}, "Xin chọn một việc"),
        ({"kind": "exempt", "reason": "lũ"}, "từ 5 đến 300 chữ cái"),
        ({"kind": "extended", "until": "", "reason": "Đang ngập lũ"}, "Ngày gia hạn phải sau"),
        ({"kind": "extended", "until": "2026-12-01", "reason": "Đang ngập"}, "phải sau hạn nộp"),
        ({"kind": "extended", "until": "2027-12-01", "reason": "Đang ngập"}, "không quá 60 ngày"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    talk: Talk, sits: Sits, fields: dict[str, str], says: str
) -> None:
    await talk.holds("officer")
    desk = await sits(talk)
    number = await unit_of(desk, "Xóm 6")
    await desk.get(f"/tien-do/{number}")
    page = await desk.post(f"/tien-do/{number}/danh-dau", **fields)
    assert page.status == 422
    assert says in page.text
    assert f'value="{fields.get("reason", "")}"' in page.html
    assert "Chưa có đánh dấu nào" in page.text


async def test_a_mark_twice_stands_once(talk: Talk, sits: Sits) -> None:
    """T37: the button was pressed twice, or two officers were at it."""
    await talk.holds("officer")
    desk = await sits(talk)
    number = await unit_of(desk, "Xóm 6")
    await desk.get(f"/tien-do/{number}")
    await desk.post(f"/tien-do/{number}/danh-dau", kind="paper")
    page = await desk.post(f"/tien-do/{number}/danh-dau", kind="paper")
    assert page.html.count('name="mark"') == 1
