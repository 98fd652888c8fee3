"""The page of broadcasts: the chat's own words for how far each is, and stopping one (T52)."""

from storage.tables import Broadcast
from tests.handlers.broadcasting import (
    DAY,
    MEETING,
    a_resident,
    approver_above,
    at,
    broadcast,
    sent_out,
    states,
    told,
)
from tests.handlers.chasing import an_officer
from tests.handlers.communes import second_commune
from tests.page.conftest import Sits
from tests.talk import House, Talk


async def _made(house: House, talk: Talk, text: str = MEETING) -> tuple[Talk, Talk, int]:
    at(house, DAY)
    resident = await a_resident(house, "200", "xom-05")
    officer = await an_officer(talk)
    await broadcast(officer, text=text)
    return officer, resident, int((await house.rows(Broadcast.id))[-1])


async def test_one_is_stopped_before_anybody_has_read_it(
    house: House, talk: Talk, sits: Sits
) -> None:
    officer, resident, number = await _made(house, talk)
    desk = await sits(officer)
    page = await desk.get("/thong-bao")
    assert "Sắp gửi Xóm 5 0/1" in page.text
    page = await desk.post(f"/thong-bao/{number}/dung")
    assert "Đã dừng tin" in page.text
    assert "Ai chưa nhận thì không nhận nữa" in page.text
    again = await desk.post(f"/thong-bao/{number}/dung")
    assert "đã xong từ trước" in again.text
    await sent_out(house)
    assert told(resident) == []
    assert await states(house) == ["stopped"]


async def test_the_result_is_said_as_in_chat(house: House, talk: Talk, sits: Sits) -> None:
    """T49: its words are somebody's."""
    hostile = 'Họp tối mai <script>x</script> "><img src=x> ở nhà văn hóa.'
    officer, resident, number = await _made(house, talk, hostile)
    await sent_out(house)
    assert len(told(resident)) == 1
    desk = await sits(officer)
    page = await desk.get(f"/thong-bao/{number}")
    assert "<script>x" not in page.html
    assert "đã gửi xong: 1/1 người" in page.text
    assert f"/thong-bao/{number}/dung" not in page.html
    listed = await desk.get("/thong-bao")
    assert "<script>x" not in listed.html
    assert "Đã gửi xong Xóm 5 1/1" in listed.text


async def test_one_is_approved_in_chat_alone(house: House, talk: Talk, sits: Sits) -> None:
    """W5, T52: the page says where; there is no route for it."""
    at(house, DAY)
    await approver_above(house, 0)
    await a_resident(house, "200", "xom-05")
    second = await talk.somebody("Cán bộ Hai", role="officer")
    officer = await an_officer(talk)
    await broadcast(officer)
    number = int((await house.rows(Broadcast.id))[-1])
    desk = await sits(second)
    page = await desk.get(f"/thong-bao/{number}")
    assert "Việc duyệt làm trong cuộc trò chuyện" in page.text
    assert (await desk.post(f"/thong-bao/{number}/duyet")).status == 404
    assert await states(house) == ["asked"]


async def test_leaders_read_and_other_communes_find_nothing(
    house: House, talk: Talk, sits: Sits
) -> None:
    """A2, T13."""
    _, _, number = await _made(house, talk)
    leader = await sits(await talk.somebody("Ông Lãnh", role="leader"))
    page = await leader.get(f"/thong-bao/{number}")
    assert page.status == 200
    assert "/dung" not in page.html
    assert (await leader.post(f"/thong-bao/{number}/dung")).status == 404
    await second_commune(house, hamlet="xom-99")
    other = await sits(await (await talk.somebody("Cán bộ khác")).holds("officer", "xa-khac"))
    assert "Xã chưa gửi thông báo nào" in (await other.get("/thong-bao")).text
    assert (await other.get(f"/thong-bao/{number}")).status == 404
    assert (await other.post(f"/thong-bao/{number}/dung")).status == 404
    assert await states(house) == ["waiting"]
