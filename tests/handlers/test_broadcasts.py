"""/thongbao: to whom, what, how many; confirmed by typing, stoppable, reported (T52, U11, U18)."""

import pytest
from sqlalchemy import update

from handlers.messages import Kind
from storage import roles
from storage.tables import AuditRow, Broadcast, BroadcastPerson, Consent
from tests.handlers.broadcasting import (
    DAY,
    MEETING,
    a_resident,
    at,
    broadcast,
    codes,
    confirms,
    link,
    sent_out,
    states,
    tick,
    to_type,
    told,
)
from tests.handlers.chasing import an_officer, elsewhere
from tests.handlers.points import ends
from tests.talk import House, Talk


@pytest.fixture
async def officer(house: House, talk: Talk) -> Talk:
    at(house, DAY)
    return await an_officer(talk)


@pytest.fixture
async def three(house: House, officer: Talk) -> list[Talk]:
    return [await a_resident(house, f"dan{number}") for number in range(3)]


# --- made and sent -------------------------------------------------------------------------------


async def test_one_sentence_is_enough(house: House, officer: Talk, three: list[Talk]) -> None:
    said = await officer.asks(f"gui xom 5 va xom 7: {MEETING}")
    assert any(MEETING in one and "dừng nhắc" in one for one in said)
    assert any("Gửi 3 người, ở: Xóm 5, Xóm 7." in one for one in said)
    await confirms(officer)
    assert await states(house) == ["waiting"]
    assert await sent_out(house) == 3
    [code] = await codes(house)
    for one in three:
        [heard] = told(one)
        assert MEETING in heard
        assert f"Mã tin: {code}." in heard
        assert "UBND xã" in heard
        assert "Có tin này vì đã đồng ý nhận tin" in heard
    assert "3/3" in officer.last
    assert await states(house) == ["sent"]


async def test_step_by_step_in_plain_words(house: House, officer: Talk, three: list[Talk]) -> None:
    await officer.says("gửi thông báo", "xóm 5")
    assert "Xin nhắn lời của tin" in officer.last
    await officer.says(MEETING)
    assert to_type(officer) == "gửi 3"
    await officer.says("gửi 3")
    assert await sent_out(house) == 3


async def test_the_lines_of_the_words_stay(house: House, officer: Talk, three: list[Talk]) -> None:
    await broadcast(officer, text="Tối mai họp.\n- Mang theo sổ\n- Đến sớm")
    await sent_out(house)
    assert "Tối mai họp.\n- Mang theo sổ\n- Đến sớm\nMã tin" in told(three[0])[0]


async def test_the_preview_is_what_people_get(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await officer.says(f"/thongbao xóm 5: {MEETING}")
    [preview] = told(officer)
    await confirms(officer)
    await sent_out(house)
    assert told(three[0]) == [preview]


async def test_whoever_works_for_a_hamlet_belongs_to_it(house: House, officer: Talk) -> None:
    head = await officer.somebody("Trưởng Năm", role="head", unit="xom-05")
    other = await officer.somebody("Trưởng Sáu", role="head", unit="xom-06")
    await broadcast(officer, "xóm 5")
    await sent_out(house)
    assert (len(told(head)), len(told(other))) == (1, 0)


@pytest.mark.parametrize(
    ("whom", "gets"),
    [
        ("trưởng xóm", ["head"]),
        ("các trưởng xóm và tổ công nghệ số cộng đồng", ["head", "helper"]),
        ("người báo cáo", ["head", "school"]),
        ("các trường", ["school"]),
        ("người báo cáo các xóm", ["head"]),
        ("trưởng xóm 5, trường tiểu học a", ["head", "school"]),
        ("xóm 5", ["head", "helper", "lives"]),
        ("bà con toàn xã", ["head", "helper", "lives"]),
        ("tất cả mọi người", ["head", "helper", "lives", "school"]),
        ("người học", ["learns", "lives"]),
        ("người học phòng chống lừa đảo", ["learns", "lives"]),
        ("xóm 1, 2 và 4", ["learns"]),
        ("tất cả các xóm trừ xóm 5", ["learns"]),
        ("xóm 5, xóm 4 và các trường", ["head", "helper", "learns", "lives", "school"]),
    ],
)
async def test_an_audience_is_the_union_of_what_is_named(
    house: House, officer: Talk, whom: str, gets: list[str]
) -> None:
    people = {
        "head": await officer.somebody("Trưởng Năm", role="head", unit="xom-05"),
        "helper": await officer.somebody("Tổ Năm", role="helper", unit="xom-05"),
        "school": await officer.somebody("Cô Hiền", role="reporter", unit="th-a"),
        "lives": await a_resident(house, "lives"),
        "learns": await a_resident(house, "learns", "xom-04"),
    }
    if whom == "bà con toàn xã" or "mọi người" in whom:
        gets = sorted([*gets, "learns"])
    await broadcast(officer, whom)
    await sent_out(house)
    assert sorted(name for name, one in people.items() if told(one)) == sorted(gets)


async def test_two_hamlets_of_one_name_are_asked(house: House, officer: Talk) -> None:
    """N12: never guessed."""
    await officer.says(f"/thongbao xóm 3: {MEETING}")
    assert "Có hơn một nơi" in officer.last
    await officer.presses("Cả 2 nơi")
    assert "Chưa có ai nhận được tin này" in "\n".join(officer.heard[-3:])


async def test_what_is_not_understood_is_asked_with_an_example(house: House, officer: Talk) -> None:
    await officer.says(f"/thongbao xóm 99 và câu lạc bộ: {MEETING}")
    assert "chưa rõ gửi cho ai: xóm 99, cau lac" in officer.heard[-2]
    await officer.says("qwrtp")
    assert "ví dụ: xóm 5" in officer.last


# --- who is told, who is not ---------------------------------------------------------------------


async def test_p3_residents_are_told_only_if_they_agreed(house: House, officer: Talk) -> None:
    """P3: to learn is no consent to messages of the commune; the preview says how many."""
    learner = await Talk(house, "learner").enrolled()
    reader = await a_resident(house, "reader")
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {MEETING}"))
    assert "Gửi 1 người" in said
    assert "1 người không nhận được: 1 chưa đồng ý nhận tin hoặc đã thôi việc." in said
    await confirms(officer)
    await sent_out(house)
    assert (len(told(learner)), len(told(reader))) == (0, 1)
    assert "Ngay từ đầu: 1 người không nhận được" in officer.last


async def test_p3_who_agreed_to_the_monthly_news_alone_gets_no_broadcast(
    house: House, officer: Talk
) -> None:
    """P3: version 1 of the words promised one short text a month about one's hamlet."""
    one, two = await a_resident(house, "dan0"), await a_resident(house, "dan1")
    me = (await one.actor()).person_id
    async with house.app.database.transaction() as tx:
        of_news = update(Consent).where(Consent.purpose == "news", Consent.person_id == me)
        await tx.execute(of_news.values(version=1))
    await broadcast(officer)
    await sent_out(house)
    assert (len(told(one)), len(told(two))) == (0, 1)


async def test_an_audience_of_nobody_is_said_kindly(house: House, officer: Talk) -> None:
    await Talk(house, "learner").enrolled()
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {MEETING}"))
    assert "Chưa có ai nhận được tin này" in said
    assert "1 chưa đồng ý nhận tin" in said
    assert "Gửi cho ai?" in officer.last
    reader = await a_resident(house, "reader", "xom-07")
    await officer.says("xóm 7")
    await confirms(officer)
    await sent_out(house)
    assert len(told(reader)) == 1


async def test_u11_muted_and_gone_are_not_in_it(house: House, officer: Talk) -> None:
    await (await a_resident(house, "muted")).says("dừng nhắc")
    await (await a_resident(house, "gone")).does(Kind.LEFT)
    stays = await a_resident(house, "stays")
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {MEETING}"))
    assert "Gửi 1 người" in said
    assert "1 đã tắt tin nhắc" in said
    assert "1 không còn liên lạc được" in said
    await confirms(officer)
    await sent_out(house)
    assert len(told(stays)) == 1


async def test_t15_locked_people_are_not_in_it(house: House, officer: Talk) -> None:
    locked = await officer.somebody("Trưởng Khóa", role="head", unit="xom-05")
    person = (await locked.actor()).person_id
    async with house.app.database.transaction() as tx:
        await roles.suspend(tx, [person])
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {MEETING}"))
    assert "1 tài khoản đang khóa" in said


async def test_one_human_on_two_apps_is_told_once(house: House, officer: Talk) -> None:
    phone, tablet = await a_resident(house, "phone"), await a_resident(house, "tablet")
    await link(house, phone, tablet)
    await broadcast(officer)
    assert await sent_out(house) == 1
    assert len(told(phone)) + len(told(tablet)) == 1


async def test_u11_who_heard_something_today_hears_it_tomorrow(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await sent_out(house)
    said = "\n".join(await officer.asks("/thongbao xóm 5: Ngày mai đóng điện muộn hơn."))
    assert "3 người hôm nay đã có tin khác, sẽ nhận vào 7:30 ngày mai." in said
    await confirms(officer)
    assert await sent_out(house) == 0
    at(house, "2026-11-25 07:29")
    assert await tick(house) == 0
    at(house, "2026-11-25 07:30")
    assert await tick(house) == 3
    assert [len(told(one)) for one in three] == [2, 2, 2]


# --- rights --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", "helper", "reporter", "head"])
async def test_t12_others_hear_of_no_such_command(house: House, officer: Talk, role: str) -> None:
    unit = "th-a" if role == "reporter" else "xom-05"
    other = await officer.somebody("Người Khác", role=role, unit=unit)
    if not role:
        await other.enrolled()
    await other.says("trang đầu")
    said = await other.asks("/thongbao")
    await other.says("trang đầu")
    assert said == await other.asks("/khong_co_that")
    await other.says(f"gửi xóm 5: {MEETING}")
    assert await states(house) == []


async def test_t13_another_communes_hamlets_are_no_hamlets(house: House, officer: Talk) -> None:
    await elsewhere(house)
    await officer.says(f"/thongbao xóm 99: {MEETING}")
    assert "Trợ lý chưa rõ gửi cho ai" in "\n".join(officer.heard[-2:])
    assert await house.rows(BroadcastPerson.person_id) == []


async def test_t13_another_communes_broadcast_is_not_found(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await elsewhere(house)
    far = await officer.somebody("Cô Xa", role="officer", unit="xa-khac")
    await broadcast(officer)
    said = "\n".join(await far.asks("/thongbao"))
    assert (await codes(house))[0] not in said


async def test_t41_a_right_that_ended_before_the_confirmation(
    house: House, talk: Talk, officer: Talk, three: list[Talk]
) -> None:
    await officer.says(f"/thongbao xóm 5: {MEETING}")
    typed = to_type(officer)
    await ends(officer, "officer")
    await officer.says(typed)
    assert await states(house) == []


async def test_every_act_is_audited_without_words(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """A5, P9: ids and numbers only."""
    await broadcast(officer)
    await officer.presses("Dừng tin này")
    like = AuditRow.action.like("broadcast.%")
    rows = await house.rows(AuditRow.id, AuditRow.action, AuditRow.after, where=like)
    acts = [(action, after) for _, action, after in sorted(rows, key=lambda row: row[0])]
    assert acts == [("broadcast.confirmed", {"people": 3}), ("broadcast.stopped", None)]


async def test_the_text_is_kept_as_it_was_confirmed(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    [stored] = await house.rows(Broadcast.audience)
    assert stored["lost"] == {}
    assert await house.rows(Broadcast.text, Broadcast.size) == [(MEETING, 3)]
