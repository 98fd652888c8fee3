"""Roles are changed by beginning on the page and confirming in the chat (W5, A4, T14-T16)."""

from tests.page.conftest import Sits
from tests.page.desk import Desk, Page
from tests.talk import Talk


async def begins(desk: Desk, officer: Talk, act: str) -> Page:
    role = (await officer.actor()).grants[0].id
    await desk.get("/nguoi")
    return await desk.post(f"/nguoi/{role}/{act}")


async def test_a_role_ends_when_the_chat_has_confirmed_it(talk: Talk, sits: Sits) -> None:
    await talk.holds("admin")
    officer = await (await talk.somebody("Cô Tư")).holds("officer")
    desk = await sits(talk)
    page = await begins(desk, officer, "thu-hoi")
    assert "Đã gửi câu hỏi vào cuộc trò chuyện" in page.text
    assert "Thu hồi Cán bộ" in talk.last
    assert (await officer.actor()).grants
    await talk.presses("Đồng ý, làm ngay")
    assert not (await officer.actor()).grants
    assert "Thu hồi" not in (await desk.get("/nguoi")).text.split("Cô Tư")[-1][:40]


async def test_it_is_not_done_after_ten_minutes_nor_after_a_no(talk: Talk, sits: Sits) -> None:
    await talk.holds("admin")
    officer = await (await talk.somebody("Cô Tư")).holds("officer")
    desk = await sits(talk)
    await begins(desk, officer, "thu-hoi")
    talk.house.clock.passes(minutes=11)
    assert "không còn chờ nữa" in "\n".join(await talk.gets("Đồng ý, làm ngay"))
    await begins(desk, officer, "thu-hoi")
    await talk.presses("Không làm")
    assert (await officer.actor()).grants


async def test_the_right_is_asked_for_again_when_it_is_done(talk: Talk, sits: Sits) -> None:
    """A3: the admin who began it is none any more."""
    await talk.holds("admin")
    officer = await (await talk.somebody("Cô Tư")).holds("officer")
    other = await (await talk.somebody("Chú Ba")).holds("admin")
    await begins(await sits(talk), officer, "khoa")
    await other.says("/quantri", "1")
    await other.presses("Bác Năm", "Thu hồi")
    await talk.presses("Đồng ý, làm ngay")
    assert (await officer.actor()).grants


async def test_nobody_ends_their_own_role(talk: Talk, sits: Sits) -> None:
    """A4."""
    await talk.holds("admin")
    page = await begins(await sits(talk), talk, "thu-hoi")
    assert "Không ai tự thu hồi" in page.text


async def test_an_invite_comes_in_the_chat(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    desk = await sits(talk)
    page = await desk.get("/nguoi")
    assert "Thu hồi" not in page.text
    assert 'value="admin"' not in page.html
    unit = page.html.split(">Xóm 6<")[0].rsplit('value="', 1)[1].split('"')[0]
    await desk.post("/nguoi/moi", role="head", unit=unit)
    assert "Trưởng xóm - Xóm 6" in talk.last
    await talk.presses("Đồng ý, làm ngay")
    assert "Xin nhắn cho Trợ lý mã này" in "\n".join(talk.heard[-3:])
    refused = await desk.post("/nguoi/moi", role="admin", unit=unit)
    assert "Lời mời này chưa làm được" in refused.text


async def test_a_hostile_name_stays_a_name(talk: Talk, sits: Sits) -> None:
    """T49."""
    await talk.holds("admin")
    await (await talk.somebody('"><img src=x onerror=alert(1)>')).holds("officer")
    page = await (await sits(talk)).get("/nguoi")
    assert "<img" not in page.html
    assert "&gt;&lt;img" in page.html
