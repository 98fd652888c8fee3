"""The page of reminders says what /nhac says, and acts by the same rules."""

import re
from datetime import date, timedelta

from storage import deadlines
from storage.tables import AuditRow, Deadline, Reminder, ReminderPause, Unit
from tests.handlers.chasing import an_officer, elsewhere
from tests.handlers.points import ends
from tests.handlers.reminding import asked, comes
from tests.handlers.test_reporting import head
from tests.page.conftest import Sits
from tests.talk import House, Talk

HOSTILE = '<script>alert(1)</script>"><img src=x>'


async def _pauses(house: House) -> list[tuple[str, bool]]:
    rows = await house.rows(ReminderPause.about, ReminderPause.ended_at)
    return [(about, ended is None) for about, ended in rows]


async def _own(house: House, officer: Talk, title: str) -> int:
    """A deadline of the first hamlets, that nobody has done."""
    actor = await officer.actor()
    today = house.clock.wall().date()
    async with house.app.database.transaction() as tx:
        commune = int(actor.grants[0].commune_id)
        new = deadlines.NewDeadline(commune, "own", "", title, "xom", today + timedelta(days=20))
        return await deadlines.add(tx, new, units=[], by=actor.person_id, now=house.clock.wall())


async def test_what_comes_is_what_the_chat_says(talk: Talk, sits: Sits) -> None:
    five = await head(talk)
    officer = await an_officer(five)
    page = await (await sits(officer)).get("/nhac")
    assert page.status == 200
    chat = "\n".join(await officer.asks("/nhac"))
    said = chat.split("Sắp gửi: ")[1].split(" Sau đó")[0].split("Không nhắn")[0].strip()
    assert said in page.text
    assert "chưa có người báo cáo (32)" in page.text
    assert "7 ngày qua chưa gửi tin nhắc nào" in page.text


async def test_what_was_sent_stands_by_day(house: House, talk: Talk, sits: Sits) -> None:
    five = await head(talk)
    officer = await an_officer(five)
    await comes(house, "2026-12-08 08:00")
    assert len(asked(five)) == 1
    page = await (await sits(officer)).get("/nhac")
    chat = "\n".join(await officer.asks("/nhac"))
    week = next(line for line in chat.split("\n") if "7 ngày qua:" in line)
    assert week[week.index("7 ngày qua:") :].split("Xin chọn")[0].strip() in page.text
    assert "Thứ Ba 8/12 2 0 0 0 0" in page.text
    assert "Đến lượt nhắc mà không nhắn được" in page.text


async def test_a_thing_is_held_back_and_let_go_on(house: House, talk: Talk, sits: Sits) -> None:
    officer = await an_officer(await head(talk))
    desk = await sits(officer)
    await desk.get("/nhac")
    page = await desk.post("/nhac/dung", viec="report:2026", noi="tat-ca")
    assert "Đã tạm dừng nhắc: báo cáo năm 2026." in page.text
    assert await _pauses(house) == [("report:2026", True)]
    again = await desk.post("/nhac/dung", viec="report:2026", noi="tat-ca")
    assert "đã tạm dừng từ trước" in again.text
    number = (await house.rows(ReminderPause.id))[0]
    page = await desk.post(f"/nhac/dung/{number}/tiep")
    assert "Đã cho nhắc tiếp: báo cáo năm 2026." in page.text
    page = await desk.post(f"/nhac/dung/{number}/tiep")
    assert "đã được cho nhắc tiếp từ trước" in page.text
    assert await _pauses(house) == [("report:2026", False)]
    acts = await house.rows(AuditRow.action, where=AuditRow.action.startswith("reminders."))
    assert sorted(acts) == ["reminders.paused", "reminders.resumed"]


async def test_one_unit_is_held_back_alone(house: House, talk: Talk, sits: Sits) -> None:
    five = await head(talk)
    officer = await an_officer(five)
    unit = (await house.rows(Unit.id, where=Unit.code == "xom-05"))[0]
    desk = await sits(officer)
    await desk.get("/nhac")
    page = await desk.post("/nhac/dung", viec="tat-ca", noi=unit)
    assert "Đã tạm dừng nhắc: mọi việc của Xóm 5." in page.text
    await comes(house, "2026-12-08 08:00")
    assert asked(five) == []


async def test_half_a_choice_is_no_pause(house: House, talk: Talk, sits: Sits) -> None:
    """W1, 3.3.7: what was chosen stays chosen."""
    desk = await sits(await an_officer(await head(talk)))
    await desk.get("/nhac")
    page = await desk.post("/nhac/dung", viec="report:2026", noi="")
    assert page.status == 422
    assert "Chưa dừng gì" in page.text
    assert 'value="report:2026" selected' in page.html
    assert await _pauses(house) == []


async def test_reminding_now_names_whom_first_and_does_it_once(
    house: House, talk: Talk, sits: Sits
) -> None:
    five = await head(talk)
    desk = await sits(await an_officer(five))
    page = await desk.get("/nhac/ngay/2026")
    assert "Sẽ nhắc 1 nơi Xóm 5." in page.text
    assert "chưa có người báo cáo" in page.text
    assert asked(five) == []
    page = await desk.post("/nhac/ngay/2026", ai="remind_all")
    assert "Đã nhắc 1 nơi." in page.text
    assert len(asked(five)) == 1
    page = await desk.post("/nhac/ngay/2026", ai="remind_all")
    assert "Hôm nay đã nhắc 1 nơi từ trước." in page.text
    assert len(asked(five)) == 1
    assert len(await house.rows(Reminder.id, where=Reminder.stage.startswith("asked"))) >= 1


async def test_a_deadline_ends_for_a_reason(house: House, talk: Talk, sits: Sits) -> None:
    """T49: its title is somebody's words."""
    officer = await an_officer(await head(talk))
    number = await _own(house, officer, HOSTILE)
    desk = await sits(officer)
    page = await desk.get(f"/nhac/han/{number}")
    assert "<script>alert" not in page.html
    assert HOSTILE in page.text
    assert "Đã xong 0/" in page.text
    short = await desk.post(f"/nhac/han/{number}/thoi", ly_do="x")
    assert short.status == 422
    assert 'value="x"' in short.html
    unit = (await house.rows(Unit.id, where=Unit.code == "xom-05"))[0]
    done = await desk.post(f"/nhac/han/{number}/xong", noi=unit)
    assert "Đã ghi Xóm 5 xong việc này." in done.text
    page = await desk.post(f"/nhac/han/{number}/thoi", ly_do="Tỉnh đã lùi việc này")
    assert "Đã thôi hạn." in page.text
    assert "<script>alert" not in page.html
    assert (await desk.post(f"/nhac/han/{number}/thoi", ly_do="Tỉnh đã lùi")).status == 404
    assert [one is None for one in await house.rows(Deadline.ended_at)] == [False]


async def test_a_usual_deadline_leads_into_the_talk(talk: Talk, sits: Sits) -> None:
    desk = await sits(await an_officer(await head(talk)))
    page = await desk.get("/nhac")
    found = re.search(r'href="([^"]+noi=%C4%91%E1%BB%95i[^"]+)"', page.html)
    assert found is not None
    ready = await desk.get(found[1])
    assert 'value="đổi hạn báo cáo năm 2026"' in ready.html


async def test_a_leader_reads_without_persons_and_does_nothing(
    house: House, talk: Talk, sits: Sits
) -> None:
    """A2, P7."""
    await head(talk)
    leader = await talk.somebody("Ông Lãnh", role="leader")
    desk = await sits(leader)
    page = await desk.get("/nhac")
    assert page.status == 200
    assert "/nhac/dung" not in page.html
    assert "/nhac/ngay" not in page.html
    assert (await desk.get("/nhac/ngay/2026")).status == 404
    assert (await desk.post("/nhac/dung", viec="tat-ca", noi="tat-ca")).status == 404
    assert await _pauses(house) == []


async def test_another_commune_is_as_if_it_were_not_there(
    house: House, talk: Talk, sits: Sits
) -> None:
    """T13."""
    officer = await an_officer(await head(talk))
    number = await _own(house, officer, "Danh sách hội viên")
    await elsewhere(house)
    other = await (await talk.somebody("Cán bộ khác")).holds("officer", "xa-khac")
    unit = (await house.rows(Unit.id, where=Unit.code == "xom-05"))[0]
    desk = await sits(other)
    page = await desk.get("/nhac")
    assert "Danh sách hội viên" not in page.text
    assert (await desk.get(f"/nhac/han/{number}")).status == 404
    assert (await desk.post(f"/nhac/han/{number}/thoi", ly_do="vì thế thôi")).status == 404
    assert (await desk.post("/nhac/dung", viec="tat-ca", noi=unit)).status == 404
    assert await _pauses(house) == []


async def test_a_right_that_ended_holds_nothing_back(house: House, talk: Talk, sits: Sits) -> None:
    """A3, T41: between the page and the press."""
    officer = await an_officer(await head(talk))
    desk = await sits(officer)
    await desk.get("/nhac")
    await ends(officer, "officer")
    page = await desk.post("/nhac/dung", viec="tat-ca", noi="tat-ca")
    assert page.status in (401, 404)
    assert await _pauses(house) == []


async def test_a_day_in_the_list_is_the_deadlines_own(talk: Talk, sits: Sits) -> None:
    desk = await sits(await an_officer(await head(talk)))
    page = await desk.get("/nhac")
    due = date(2026, 12, 14)
    assert f"thứ Hai {due.day}/{due.month}/{due.year} (theo lệ thường)" in page.text
