"""The commune's BÁO CÁO is ordered in the chat and comes as a Word file, for its own desk only."""

import contextlib
import io
import secrets
import time
from collections.abc import AsyncIterator
from datetime import date

import docx
import pytest

from handlers.flow import Turn
from handlers.messages import Incoming, Kind
from handlers.reporting.answers import Answer
from handlers.yearly.letter import order_letter
from storage import conversations, people, points, reports, units
from storage.tables import AuditRow
from tests.handlers.yearly_reports import SENT, sent
from tests.talk import House, Talk

TOLD = {
    "plan_issued": "yes",
    "sessions": 3,
    "attendances": Answer(1_345, about=True),
    "publicity": "?",
    "difficulties": "mạng yếu lắm",
}


@contextlib.asynccontextmanager
async def _turn_of(talk: Talk) -> AsyncIterator[Turn]:
    """A turn outside the dispatcher, to see what is ordered and said."""
    app, there = talk.app, talk.address
    async with app.database.transaction() as tx:
        now = talk.house.clock.wall()
        actor = (await people.lock(tx, [talk.lane]))[talk.lane]
        key = (actor.account_id, there.chat, actor.person_id)
        yield Turn(
            event=Incoming("w1", there.account, there.chat, now, Kind.TEXT),
            state=(await conversations.load(tx, [key]))[key],
            actor=actor,
            now=now,
            tx=tx,
            house=app.house,
            keyed_hash=app.dispatcher._keyed_hash,
            entropy=secrets.token_bytes,
        )


async def commune_of(house: House) -> int:
    async with house.app.database.reading() as tx:
        return (await units.communes(tx, on=house.clock.wall().date()))[0].id


async def letter(house: House) -> tuple[list[str], str]:
    """The paragraphs of the newest file, and the words of its first footer."""
    made = docx.Document(io.BytesIO((await house.make_all())[-1].content))
    footer = made.sections[0].first_page_footer.paragraphs
    return [one.text for one in made.paragraphs], " ".join(one.text for one in footer)


async def test_an_officer_has_the_letter_made(house: House, talk: Talk) -> None:
    await sent(house, "xom-05", TOLD)
    await sent(house, "xom-06", {"sessions": 4})
    await talk.holds("officer")
    await talk.says("/tonghop")
    await talk.presses("Báo cáo Word")
    words, mark = await letter(house)
    said = "\n".join(words)
    assert words[:2] == ["BÁO CÁO", "Kết quả thực hiện Phong trào thi đua"]
    assert "Kính gửi: Sở Nội vụ tỉnh Ninh Bình" in words
    assert "Các đơn vị đã tổ chức 7 buổi học, tập huấn kỹ năng số." in said
    assert "khoảng 1.345 lượt người dự" in said
    assert "Số lượt tuyên truyền: 1 đơn vị chưa nắm được." in said
    assert "mạng yếu lắm" not in said
    assert "Có 1 đơn vị nêu khó khăn, vướng mắc." in said
    assert "Xóm 7" in said.partition("chưa có số liệu")[2]
    assert mark.startswith("DỮ LIỆU MẪU - Số liệu tạm tính đến ")
    assert any("Báo cáo năm 2026 của xã đây." in one for one in talk.heard)


async def test_what_the_officer_picked_stands_in_it(house: House, talk: Talk) -> None:
    await sent(house, "xom-05", TOLD)
    await talk.holds("officer")
    commune, person = await commune_of(house), (await talk.actor()).person_id
    async with house.app.database.transaction() as tx:
        await points.add(
            tx,
            commune_id=commune,
            period="2026",
            kind="difficulty",
            text="Sóng di động ở một số xóm còn yếu",
            sources={},
            by=person,
            now=house.clock.wall(),
        )
    await talk.says("/tonghop")
    await talk.presses("Báo cáo Word")
    words, _ = await letter(house)
    assert "- Sóng di động ở một số xóm còn yếu." in words


async def test_a_frozen_period_has_no_mark_of_a_day(house: House, talk: Talk) -> None:
    """A6: after chốt số liệu the snapshot counts, whatever came later."""
    await sent(house, "xom-05", {"sessions": 3})
    await talk.holds("officer")
    commune, person = await commune_of(house), (await talk.actor()).person_id
    async with house.app.database.transaction() as tx:
        await reports.freeze(tx, commune, "2026", by=person, now=house.clock.wall())
    await sent(house, "xom-05", {"sessions": 9})
    async with _turn_of(talk) as turn:
        await order_letter(turn, commune, "2026")
        [order] = turn.orders
    assert order.body["marks"] == ("DỮ LIỆU MẪU",)
    lines = [line["text"] for line in order.body["sections"][1]["lines"]]
    assert any("3 buổi học" in line for line in lines)


async def test_any_earlier_day_can_be_had(house: House, talk: Talk) -> None:
    """The "đến nay" of a day that is over: what had been sent by its end."""
    await sent(house, "xom-05", {"sessions": 3}, at=SENT)
    await talk.holds("officer")
    commune = await commune_of(house)
    async with _turn_of(talk) as turn:
        await order_letter(turn, commune, "2026", until=date(2026, 12, 1))
        [order] = turn.orders
    assert order.body["marks"][-1] == "Số liệu tạm tính đến 1/12/2026"
    lines = [line["text"] for line in order.body["sections"][1]["lines"]]
    assert lines[0] == "Đến nay chưa có đơn vị nào gửi báo cáo."


@pytest.mark.parametrize("role", ["leader", "head", "reporter", "helper"])
async def test_nobody_but_the_desk_has_it_made(house: House, talk: Talk, role: str) -> None:
    """A2, A3: asked for again in the transaction, whatever led here."""
    await sent(house, "xom-05", TOLD)
    await talk.holds(role, "" if role == "leader" else "xom-05")
    commune = await commune_of(house)
    async with _turn_of(talk) as turn:
        said = await order_letter(turn, commune, "2026")
        assert turn.orders == []
        assert "dành cho cán bộ phụ trách" in said.text


async def test_another_commune_or_period_is_none(house: House, talk: Talk) -> None:
    """T13."""
    await talk.holds("officer")
    async with _turn_of(talk) as turn:
        commune = turn.actor.grants[0].commune_id
        refused = await order_letter(turn, commune + 1, "2026")
        none = await order_letter(turn, commune, "so_ket_2027")
        assert turn.orders == []
        assert refused.text != none.text
    assert [one for one in await house.rows(AuditRow.action) if one == "letter.ordered"] == []


async def test_it_is_audited(house: House, talk: Talk) -> None:
    """A5."""
    await talk.holds("admin")
    commune = await commune_of(house)
    async with _turn_of(talk) as turn:
        await order_letter(turn, commune, "2026")
    acts = await house.rows(AuditRow.action, AuditRow.object, AuditRow.role)
    assert ("letter.ordered", f"period:{commune}:2026", "admin") in acts


async def test_all_units_are_read_in_no_time(house: House, talk: Talk) -> None:
    """Design §6: well below ten seconds for what the turn itself does."""
    for number in range(1, 13):
        await sent(house, f"xom-{number:02}", TOLD)
    await talk.holds("officer")
    commune = await commune_of(house)
    async with _turn_of(talk) as turn:
        begun = time.perf_counter()
        await order_letter(turn, commune, "2026")
        assert time.perf_counter() - begun < 2
