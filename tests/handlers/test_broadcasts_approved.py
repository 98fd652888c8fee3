"""Above a size another human says yes first (T52); who lost the right says nothing (T14, T41)."""

from collections.abc import Awaitable, Callable

import pytest

from storage import linking
from storage.tables import Broadcast
from tests.handlers.broadcasting import (
    DAY,
    MEETING,
    a_resident,
    approver_above,
    at,
    broadcast,
    codes,
    link,
    sent_out,
    states,
    tick,
    told,
)
from tests.handlers.chasing import an_officer
from tests.handlers.points import ends
from tests.talk import House, Talk


@pytest.fixture
async def officer(house: House, talk: Talk) -> Talk:
    at(house, DAY)
    await approver_above(house, 2)
    return await an_officer(talk)


@pytest.fixture
async def second(house: House, officer: Talk) -> Talk:
    return await officer.somebody("Anh Tú", role="admin")


@pytest.fixture
async def three(house: House, officer: Talk) -> list[Talk]:
    return [await a_resident(house, f"dan{number}") for number in range(3)]


async def test_a_second_officer_sees_it_and_says_yes(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    assert await states(house) == ["asked"]
    assert await sent_out(house) == 0
    assert "xin duyệt tin" in second.last
    await second.presses("Xem và duyệt")
    assert told(second) == told(officer)
    assert "Gửi 3 người, ở: Xóm 5." in "\n".join(second.heard[-3:])
    await second.presses("Duyệt gửi")
    assert any("Anh Tú đã duyệt tin" in one for one in officer.heard)
    assert await tick(house, minutes=4) == 0
    assert await sent_out(house) == 3
    assert [len(told(one)) for one in three] == [1, 1, 1]
    assert "Kết quả gửi tin" in officer.last


async def test_few_people_need_nobody_else(house: House, officer: Talk, second: Talk) -> None:
    await a_resident(house, "dan")
    await broadcast(officer)
    assert await states(house) == ["waiting"]


@pytest.mark.parametrize("again", [MEETING, f"Kính báo: {MEETING}", MEETING.upper()])
async def test_t52_two_halves_of_an_audience_need_the_second_too(
    house: House, officer: Talk, second: Talk, again: str
) -> None:
    """Above the size together, below it each: within minutes, nearly the same words."""
    for number in range(2):
        await a_resident(house, f"nam{number}")
        await a_resident(house, f"sau{number}", "xom-06")
    await broadcast(officer, "xóm 5")
    assert await states(house) == ["waiting"]
    await broadcast(officer, "xóm 6", again)
    assert await states(house) == ["waiting", "asked"]
    assert "Tin gần giống nhau trong một ngày thì tính chung" in "\n".join(officer.heard)


@pytest.mark.parametrize(
    ("again", "hours"), [("Mai cúp nước từ bảy giờ sáng ở xóm sáu.", 0), (MEETING, 25)]
)
async def test_other_words_and_other_days_are_counted_by_themselves(
    house: House, officer: Talk, second: Talk, again: str, hours: int
) -> None:
    for number in range(2):
        await a_resident(house, f"nam{number}")
        await a_resident(house, f"sau{number}", "xom-06")
    await broadcast(officer, "xóm 5")
    house.clock.passes(hours=hours)
    await broadcast(officer, "xóm 6", again)
    assert await states(house) == ["waiting", "waiting"]


async def test_it_is_refused_with_a_reason(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await second.presses("Xem và duyệt", "Không duyệt")
    await second.says("ghi nhầm ngày họp")
    assert await states(house) == ["refused"]
    assert "Anh Tú không duyệt tin" in officer.last
    assert "ghi nhầm ngày họp" in officer.last
    assert await sent_out(house) == 0


async def test_nobody_approves_their_own(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await officer.says("/thongbao")
    await officer.types("chờ duyệt")
    assert "Duyệt gửi" not in officer.labels
    assert "Dừng tin này" in officer.labels


async def linked(house: House, maker: Talk, other: Talk) -> None:
    await link(house, maker, other)


async def on_one_phone(house: House, maker: Talk, other: Talk) -> None:
    """Both are known to one phone as two people."""
    from sqlalchemy import insert

    from storage.tables import Membership

    a, b = await maker.actor(), await other.actor()
    async with house.app.database.transaction() as tx:
        row = {"account_id": a.account_id, "person_id": b.person_id}
        await tx.execute(insert(Membership).values(**row, since=house.clock.wall()))
        assert await linking.share_a_phone(tx, [a.person_id], [b.person_id])


@pytest.mark.parametrize("how", [linked, on_one_phone])
async def test_t52_the_second_is_another_human(
    house: House,
    officer: Talk,
    second: Talk,
    three: list[Talk],
    how: Callable[[House, Talk, Talk], Awaitable[None]],
) -> None:
    """Linked after the notice went out, or beside it: one human is not two."""
    await broadcast(officer)
    await second.presses("Xem và duyệt")
    await how(house, officer, second)
    await second.presses("Duyệt gửi")
    assert await states(house) == ["asked"]
    assert "Tin này cần một cán bộ khác duyệt" in "\n".join(second.heard[-2:])


async def test_nobody_there_to_approve_is_said_kindly(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    assert "xã chưa có cán bộ thứ hai" in "\n".join(officer.heard[-3:])
    assert await states(house) == []
    assert "gửi 3" in officer.last


async def test_two_who_approve_send_it_once(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    third = await officer.somebody("Cô Ba", role="officer")
    await broadcast(officer)
    await second.presses("Xem và duyệt")
    await third.presses("Xem và duyệt")
    await second.presses("Duyệt gửi")
    await third.presses("Duyệt gửi")
    assert "đã có người quyết trước đó" in "\n".join(third.heard[-2:])
    assert await sent_out(house) == 3


async def test_who_is_no_officer_any_more_approves_nothing(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    """A3, T41: the right is asked for in the act itself."""
    await broadcast(officer)
    await second.presses("Xem và duyệt")
    await ends(second, "admin")
    await second.presses("Duyệt gửi")
    assert await states(house) == ["asked"]


async def test_what_waited_too_long_is_not_approved(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    house.clock.passes(days=4)
    await second.says("/thongbao")
    await second.types("chờ duyệt")
    await second.presses("Duyệt gửi")
    assert "chờ quá 3 ngày" in "\n".join(second.heard[-2:])
    assert await states(house) == ["asked"]


async def test_t14_who_lost_the_right_before_it_started_sends_nothing(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    """T14, R17: the others hear that it stopped by itself."""
    await approver_above(house, 500)
    await broadcast(officer)
    await ends(officer, "officer")
    await sent_out(house)
    assert [told(one) for one in three] == [[], [], []]
    assert await states(house) == ["stopped"]
    assert "đã tự dừng" in second.last


async def test_an_approver_answers_for_it_when_its_maker_has_left(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await second.presses("Xem và duyệt", "Duyệt gửi")
    await ends(officer, "officer")
    assert await sent_out(house) >= 3
    assert [len(told(one)) for one in three] == [1, 1, 1]


async def test_a_restart_between_any_two_steps(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    """R4, a3: the whole way is in the database."""
    await officer.says("/thongbao")
    await house.restart()
    await officer.says("xóm 5")
    await house.restart()
    await officer.says(MEETING)
    await house.restart()
    await officer.says("gửi 3")
    await house.restart()
    await second.presses("Xem và duyệt")
    await house.restart()
    await second.presses("Duyệt gửi")
    await house.restart()
    assert await tick(house, minutes=6) == 3
    await house.restart()
    await tick(house, minutes=2)  # by then the lease of the one before is over (PostgreSQL)
    assert [len(told(one)) for one in three] == [1, 1, 1]
    assert await states(house) == ["sent"]
    assert len(await codes(house)) == len(await house.rows(Broadcast.id)) == 1


async def test_t13_a_notice_for_another_communes_desk_opens_nothing(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await ends(second, "admin")
    await second.presses("Xem và duyệt")
    assert told(second) == []


async def test_later_is_a_good_answer_too(
    house: House, officer: Talk, second: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await second.presses("Để sau")
    await second.says("tin đã gửi")
    await second.types("chờ duyệt")
    await second.presses("Để sau")
    assert await states(house) == ["asked"]
    await second.says("tin đã gửi")
    await second.types("chờ duyệt")
    await second.presses("Duyệt gửi")
    assert await states(house) == ["waiting"]
