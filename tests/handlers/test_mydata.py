"""/dulieu: P4, P5, U18, T54."""

import re
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from bot.channels.base import Capabilities
from storage import dossier, erase, people, units
from storage.people import Actor
from storage.tables import (
    Account,
    Activity,
    AnswerRow,
    Attempt,
    Attendance,
    AuditRow,
    Consent,
    Fact,
    File,
    LessonProgress,
    Membership,
    Person,
    Role,
    Table,
    Ticket,
)
from tests.conftest import MakeHouse
from tests.handlers.test_sessions import opened
from tests.talk import House, Talk


async def with_history(talk: Talk) -> Actor:
    """Somebody who agreed, lives in a hamlet, learned, answered and asked."""
    await talk.enrolled()
    me = await talk.actor()
    now = talk.house.clock.wall()
    async with talk.app.database.transaction() as tx:
        await tx.execute(
            LessonProgress.__table__.insert().values(  # type: ignore[attr-defined]
                person_id=me.person_id, lesson_id="bai-1", page=3, updated_at=now, finished_at=now
            )
        )
        await tx.execute(
            Attempt.__table__.insert().values(  # type: ignore[attr-defined]
                id=7, person_id=me.person_id, unit_id=me.unit_id, lesson_id="bai-1",
                content_version="1", started_at=now, finished_at=now,
            )
        )  # fmt: skip
        await tx.execute(
            AnswerRow.__table__.insert().values(  # type: ignore[attr-defined]
                attempt_id=7, question_id="q1", option=1, correct=True, at=now
            )
        )
    await talk.says("gặp cán bộ", "Câu hỏi rất riêng của tôi", "1")
    return me


async def everything(house: House) -> dict[str, list[tuple[Any, ...]]]:
    async with house.app.database.reading() as tx:
        return {
            name: [tuple(row) for row in await tx.execute(select(table))]
            for name, table in Table.metadata.tables.items()
        }


async def pointing_at(house: House, column: str, number: int) -> set[str]:
    """`table.column` of every foreign key column that still holds this id."""
    found = set[str]()
    async with house.app.database.reading() as tx:
        for table in Table.metadata.tables.values():
            for key in table.foreign_keys:
                if key.target_fullname != column:
                    continue
                hits = select(key.parent).where(key.parent == number)
                if (await tx.execute(hits)).first() is not None:
                    found.add(f"{table.name}.{key.parent.name}")
    return found


# --- see, correct, download ----------------------------------------------------------------------


async def test_p4_what_is_stored_is_said_in_words(talk: Talk) -> None:
    await with_history(talk)
    await talk.says("dữ liệu của tôi", "1")
    said = "\n".join(talk.heard[-3:])
    assert f"Tên gọi: {talk.shown_name or 'chưa có'}" in said
    assert "Xóm: Xóm 5" in said
    assert "Bài đã học xong: 1" in said
    assert "lưu việc học từ 22/11/2026" in said
    assert "Câu đã hỏi cán bộ: 1" in said


async def test_p4_a_stranger_hears_that_nothing_is_there(talk: Talk) -> None:
    await talk.says("/dulieu", "1")
    assert "Tên gọi: chưa có" in talk.heard[-3]
    await talk.says("2", "1")
    assert talk.text("mydata.no_consent") in talk.heard


async def test_p4_name_and_hamlet_are_corrected_at_once(talk: Talk) -> None:
    await with_history(talk)
    await talk.says("/dulieu", "2", "1", "Bác  Năm\u202e Xóm Chợ")
    assert (await talk.actor()).name == "Bác Năm Xóm Chợ"  # T23
    await talk.says("2", "2", "3")
    assert "Xóm 3 - xã cũ A" in talk.last
    await talk.says("2")
    assert talk.text("mydata.moved", hamlet="Xóm 3 - xã cũ B") in talk.heard
    [(attempt_unit, person_unit)] = await talk.house.rows(
        Attempt.unit_id, Person.unit_id, where=Attempt.person_id == Person.id
    )
    assert attempt_unit != person_unit  # moving keeps old counts
    assert (await talk.house.rows(AuditRow.action)).count("data.corrected") == 2


async def test_p4_attendances_are_among_what_is_stored_about_me(house: House) -> None:
    """P4: which sessions somebody was at, and when, is shown nowhere to that person."""
    head = await Talk(house, "u-head", name="Trưởng Năm").holds("head", "xom-05")
    code = await opened(head, "Không học bài nào")
    somebody = await Talk(house, "u-1", name="Bác Năm").enrolled()
    await somebody.says("trang đầu", f"B{code}")
    told = len(somebody.heard)
    await somebody.says("/dulieu", "1")
    said = " ".join(somebody.heard[told:]).lower()
    assert "buổi học đã vào: 1" in said
    assert "22/11/2026: xóm 5" in said


async def test_p4_every_attendance_is_in_what_can_be_taken_away(talk: Talk) -> None:
    me = await (await talk.enrolled()).actor()
    days = [date(2026, 11, day) for day in range(1, 8)]
    async with talk.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=days[0])
        now = talk.house.clock.wall()
        for number, day in enumerate(days, 1):
            held = {
                "commune_id": commune.id, "unit_id": me.unit_id, "state": "recorded",
                "source": "session", "kind": "class", "held_on": day, "recorded_as": "head",
            }  # fmt: skip
            await tx.execute(insert(Activity).values(id=number, created_at=now, **held))
            joined = {"activity_id": number, "person_id": me.person_id, "at": now}
            await tx.execute(insert(Attendance).values(joined))
    told = len(talk.heard)
    await talk.says("/dulieu", "3")
    said = " ".join(talk.heard[told:])
    assert [said.count(f"{day:%d/%m/%Y}: Xóm 5") for day in days] == [1] * len(days)


async def test_p4_everything_can_be_taken_away_as_text(talk: Talk) -> None:
    await with_history(talk)
    await talk.says("/dulieu", "3")
    assert any("bai-1: 22/11/2026" in heard for heard in talk.heard)
    assert "data.downloaded" in await talk.house.rows(AuditRow.action)


# --- withdraw ------------------------------------------------------------------------------------


async def test_p3_withdrawing_ends_the_consent_and_gives_a_receipt(talk: Talk) -> None:
    await with_history(talk)
    await talk.says("/dulieu", "4")
    assert talk.last.splitlines()[-2].startswith("1. Giữ lại")
    await talk.says("1")
    assert (await talk.actor()).has_consent
    await talk.says("4", "2")
    assert not (await talk.actor()).has_consent
    assert re.search(r"RD-[0-9A-Z]{4}", talk.last)


# --- delete --------------------------------------------------------------------------------------


async def test_p5_deleting_leaves_no_row_that_leads_to_the_person(talk: Talk) -> None:
    officer = await talk.somebody("Anh Bình", role="officer")
    me = await with_history(talk)
    await officer.presses("Trả lời")
    await talk.says("/dulieu", "5")
    assert talk.last.splitlines()[-2].startswith("1. Giữ lại")  # U18
    await talk.says("xóa đi")  # not the exact word: nothing happens
    assert await talk.house.rows(Attempt.id) == [7]
    await talk.says("2")
    receipt = re.search(r"XD-([0-9A-Z]{4})", talk.last)
    assert receipt is not None
    assert await pointing_at(talk.house, "persons.id", me.person_id) == set()
    for table in (LessonProgress, Attempt, AnswerRow, Ticket):
        assert await talk.house.rows(table) == []
    rows = str(await everything(talk.house))
    for word in ("Bác Năm", "bac nam", "Câu hỏi rất riêng", "B\\u00e1c N\\u0103m"):
        assert word not in rows
    audit = await talk.house.rows(AuditRow.action, AuditRow.after)
    assert ("data.erased", {"receipt": receipt[1]}) in audit


async def test_p5_afterwards_the_account_is_a_strangers(talk: Talk) -> None:
    me = await with_history(talk)
    await talk.says("/dulieu", "5", "2", "xin chào")
    again = await talk.actor()
    assert again.person_id != me.person_id
    assert (again.name, again.unit_id, again.has_consent) == ("", None, False)
    assert any(talk.text("people.agree") in heard for heard in talk.heard[-1:])
    before = len(talk.heard)
    await talk.says("1")  # the new conversation works: nothing conflicts
    assert len(talk.heard) > before


async def test_p5_a_head_who_leaves_ends_the_role_and_no_name_stays_anywhere(talk: Talk) -> None:
    admin = await talk.somebody("Chị Quản", role="admin")
    await talk.holds("head", "xom-05")
    me = await talk.actor()
    await admin.says("/quantri", "1")
    assert "Bác Năm" in admin.last
    await talk.says("/dulieu", "5")
    assert "Trưởng xóm - Xóm 5" in talk.last  # the consequence is said
    await talk.says("2")
    assert admin.last == talk.text("roles.ended_by", post="Trưởng xóm - Xóm 5")
    assert await pointing_at(talk.house, "persons.id", me.person_id) == set()
    rows = str(await everything(talk.house))
    assert "Bác Năm" not in rows
    assert "B\\u00e1c N\\u0103m" not in rows
    await admin.says("1")  # the list that was open still works


async def test_t14_the_last_admin_cannot_leave_by_deleting(talk: Talk) -> None:
    await talk.holds("admin")
    await talk.says("/dulieu", "5", "2")
    assert talk.text("mydata.last_admin") in talk.heard
    assert (await talk.actor()).has_role("admin")
    assert await talk.house.rows(Fact.key, where=Fact.scope == "erased") == []
    assert await talk.house.rows(Role.until) == [None]


async def test_p5_a_linked_app_is_erased_too_and_the_household_stays(talk: Talk) -> None:
    me = await with_history(talk)
    other = await talk.somebody("Bác Năm")
    await other.says("xin chào")
    linked = await other.actor()
    wife = await talk.somebody("Bác gái")
    await wife.says("xin chào")
    she = await wife.actor()
    now = talk.house.clock.wall()
    async with talk.app.database.transaction() as tx:
        await tx.execute(
            Person.__table__.update()  # type: ignore[attr-defined]
            .where(Person.id == linked.person_id)
            .values(canonical_id=me.person_id, name="Bác Năm")
        )
        await tx.execute(
            Membership.__table__.insert().values(  # type: ignore[attr-defined]
                account_id=linked.account_id, person_id=she.person_id, since=now
            )
        )
    await talk.says("/dulieu", "5", "2")
    assert await pointing_at(talk.house, "persons.id", linked.person_id) == set()
    speaks = dict(await talk.house.rows(Account.id, Account.person_id))
    assert speaks[linked.account_id] == she.person_id
    assert speaks[wife and she.account_id] == she.person_id


async def test_p5_a_restored_backup_forgets_again(talk: Talk) -> None:
    me = await with_history(talk)
    keyed_hash = talk.app.dispatcher._keyed_hash
    async with talk.app.database.reading() as tx:
        lane = await people.lane_of(tx, me.account_id)
    later = talk.house.clock.wall().replace(year=2027)
    listed = {keyed_hash(f"erased|{lane}|{me.person_id}"): later.isoformat()}
    async with talk.app.database.transaction() as tx:
        assert await erase.reapply(tx, listed, keyed_hash=keyed_hash, now=later) == 1
    async with talk.app.database.transaction() as tx:
        assert await erase.reapply(tx, {}, keyed_hash=keyed_hash, now=later) == 0
        kept = await dossier.kept(tx, me.canonical_id)
        assert listed == await erase.deletions(tx)
    assert (kept.hamlet, kept.lessons, kept.consents, kept.tickets) == ("", [], [], 0)
    assert await talk.house.rows(Consent.id) == []
    assert str(lane) not in str(listed)  # hash only


def test_p5_every_column_that_points_at_somebody_has_a_fate() -> None:
    for target, fates in (
        ("persons.id", erase.PERSON_COLUMNS),
        ("accounts.id", erase.ACCOUNT_COLUMNS),
    ):
        pointing = {
            f"{table.name}.{key.parent.name}"
            for table in Table.metadata.tables.values()
            for key in table.foreign_keys
            if key.target_fullname == target
        }
        assert pointing == set(fates)


async def test_p5_the_table_that_went_into_the_chat_goes_too(a_house: MakeHouse) -> None:
    able = Capabilities(max_text=2000, max_buttons=5, max_label=100, files=frozenset({"csv"}))
    house = await a_house(able, public_url="https://hoc.example.vn")
    talk = await Talk(house, "u1", name="Nguyễn Văn Năm").enrolled()
    await talk.says("/dulieu", "3")
    assert len(await house.rows(File.name)) == 1
    await talk.says("/dulieu", "5", "2")
    assert "XD-" in " ".join(talk.heard[-3:])
    assert await house.rows(File.name) == []
