"""What tests about difficulties and collected points do again and again."""

from sqlalchemy import update

from storage import points, roles, units
from storage.tables import Role
from tests.handlers.test_reporting import GUIDED, SEND
from tests.talk import House, Talk

FIVE = "Nhiều người cao tuổi chưa có điện thoại"
SIX = "Mạng yếu ở nhà văn hóa"


async def reports(
    talk: Talk,
    unit: str,
    *,
    model: str = "chưa có",
    difficulty: str = "không",
    proposal: str = "không",
) -> Talk:
    """A hamlet whose head sent its report with these words in it."""
    head = await talk.somebody(f"Trưởng {unit}", role="head", unit=unit)
    more = () if model == "chưa có" else ("1",)
    await head.says(*GUIDED, "1", "3", "120", "20", "6", model, *more, difficulty, proposal, SEND)
    assert "đã nhận báo cáo năm 2026" in head.last
    return head


async def officer_of(talk: Talk, unit: str = "") -> Talk:
    return await talk.somebody("Chị Cán Bộ", role="officer", unit=unit)


async def two_difficulties(talk: Talk) -> tuple[Talk, Talk, Talk]:
    """Heads of Xóm 5 and Xóm 6 who told one each, and an officer at the list of them."""
    five = await reports(talk, "xom-05", difficulty=FIVE, proposal="Xin xã cấp tài liệu chữ to")
    six = await reports(talk, "xom-06", difficulty=SIX)
    officer = await officer_of(talk)
    await at_list(officer)
    return five, six, officer


async def at_list(officer: Talk, kind: str = "Khó khăn, vướng mắc") -> None:
    await officer.says("tổng hợp khó khăn")
    await officer.presses(kind, "Chọn ý")


async def both_put_up(officer: Talk) -> None:
    """Both difficulties merged into one point and put before UBND xã."""
    await officer.says("1, 2")
    await officer.presses("Ghi")
    await officer.says("tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("tất cả")
    await officer.presses("Làm văn bản")


async def decides(officer: Talk, text: str = "Xã lắp thêm bộ phát sóng") -> None:
    await officer.presses("Ghi ý kiến UBND xã")
    await officer.says("1", text)
    await officer.presses("Hôm nay", "Ghi và báo")


async def ends(talk: Talk, role: str, unit: str = "") -> None:
    """The right ends while something is open; of `unit`, or everywhere."""
    actor = await talk.actor()
    now = talk.house.clock.wall()
    async with talk.app.database.transaction() as tx:
        for grant in await roles.held_by(tx, actor.canonical_id):
            if grant.role == role and unit in ("", grant.unit_code):
                await tx.execute(update(Role).where(Role.id == grant.id).values(until=now))


async def kept(house: House, commune: str = "xa-giao-minh") -> list[points.PointInfo]:
    async with house.app.database.reading() as tx:
        unit = await units.by_code(tx, commune, on=house.clock.wall().date())
        assert unit is not None
        return await points.of(tx, unit.id, "2026")


async def give(talk: Talk, role: str, unit: str) -> None:
    """A right comes while something is open."""
    actor = await talk.actor()
    now = talk.house.clock.wall()
    async with talk.app.database.transaction() as tx:
        found = await units.by_code(tx, unit, on=now.date())
        assert found is not None
        person = actor.person_id
        await roles.grant(
            tx,
            person_id=person,
            role=role,
            unit_id=found.id,
            granted_by=None,
            invite_id=None,
            now=now,
        )
