"""Lessons read aloud: from the officer's phone to the learner's (T30, T34, P5)."""

from typing import Any

import pytest
from sqlalchemy import update

from handlers.messages import Kind
from storage import erase
from storage.tables import AuditRow, File, LessonRecording, Role
from tests.conftest import MakeHouse
from tests.handlers.communes import second_commune
from tests.handlers.reports import with_a_page
from tests.handlers.small_catalogue import (
    a_catalogue,
    a_lesson,
    small_catalogue,  # noqa: F401 - a fixture
    teach,
)
from tests.handlers.test_evidence import photo, wired
from tests.handlers.test_report_sheets import hands_in
from tests.talk import House, Talk

OGG = b"OggS\x00\x02" + bytes(200)
LISTEN = "Nghe đọc bài này"
FIRST = "Bảy dấu hiệu lừa đảo"


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    house = wired(await with_a_page(a_house))
    house.channel.media |= {"voice": OGG, "other": OGG + b"2", "noise": b"GIF89a"}
    return house


@pytest.fixture
async def admin(house: House) -> Talk:
    return await Talk(house, "u-admin", name="Chị Quản").holds("admin")


async def voice(talk: Talk, media: str = "voice", **more: Any) -> None:
    """A voice message and whatever it leads to."""
    await photo(talk, media, kind=Kind.VOICE.value, **more)


async def reads_aloud(admin: Talk, lesson: str = "dan5-1", media: str = "voice") -> None:
    await admin.says("bản đọc bài học", lesson)
    await voice(admin, media)


async def recorded(house: House) -> list[str]:
    return sorted(await house.rows(LessonRecording.lesson_id))


async def test_from_the_officers_voice_to_the_learners_ear(house: House, admin: Talk) -> None:
    await admin.says("/quantri")
    await admin.presses("Xem tiếp", "Bản đọc bài học")
    assert any("Đã có bản đọc 0/11 bài." in heard for heard in admin.heard)
    assert "Người dân: 0/10; Cán bộ, xóm: 0/1." in " ".join(admin.heard)
    await admin.presses(f"{FIRST} (dan5-1)")
    assert "cho xã dùng giọng mình" in " ".join(admin.heard[-3:])
    await voice(admin)
    assert any(f"Đã có bản đọc của bài “{FIRST}”" in heard for heard in admin.heard)
    assert await house.rows(AuditRow.action) == ["recording.added"]
    learner = Talk(house, "u-learner", name="Bác Năm")
    await learner.says("/hoc")
    assert learner.labels == ["Xem tiếp", LISTEN]
    await learner.presses(LISTEN)
    assert any(f"Bản đọc của bài “{FIRST}”." in heard for heard in learner.heard)
    assert LISTEN in learner.labels  # the page is open still
    await learner.presses("Xem tiếp")
    assert "(2/3)" in learner.last
    assert learner.labels == ["Xem tiếp"]


async def test_coverage_is_shown_by_programme(house: House, admin: Talk) -> None:
    await reads_aloud(admin)
    await reads_aloud(admin, "can1-1", "other")
    await admin.says("bản đọc")
    said = " ".join(admin.heard[-3:])
    assert "Đã có bản đọc 2/11 bài. Người dân: 1/10; Cán bộ, xóm: 1/1." in said
    assert admin.labels == ["Giả công an (dan5-2)"]  # the next without one


async def test_a_lesson_is_found_by_words_of_its_title(admin: Talk) -> None:
    await admin.says("bản đọc", "mat khau")
    assert any("Có 7 bài giống như vậy" in heard for heard in admin.heard[-2:])
    await admin.says("cong an")
    assert "Bài “Giả công an”" in " ".join(admin.heard[-3:])
    await admin.says("bản đọc", "bài về máy bay")
    assert admin.text("recordings.not_found") in admin.heard


async def test_a_corrected_lesson_is_to_be_read_again(house: House, admin: Talk) -> None:
    """Nobody listens to what is not taught any more."""
    await reads_aloud(admin)
    teach(house, a_catalogue([a_lesson("dan5-1", FIRST, minutes=5, pages=["Mới.", "Hai.", "Ba."])]))
    learner = Talk(house, "u-learner")
    await learner.says("/hoc")
    assert learner.labels == ["Xem tiếp"]
    await admin.says("bản đọc")
    assert any("Các bài đã sửa lời" in heard and "dan5-1" in heard for heard in admin.heard)
    await admin.says("dan5-1")
    assert "bà con chưa nghe được bản này" in admin.last
    await admin.presses("Thay bằng bản khác")
    await voice(admin, "other")
    await learner.says("/hoc bài 1")
    assert LISTEN in learner.labels
    assert len(await house.rows(File.id)) == 1  # the old one is gone


async def test_it_is_heard_replaced_and_taken_away(house: House, admin: Talk) -> None:
    await reads_aloud(admin)
    await admin.says("bản đọc", "dan5-1")
    await admin.presses("Nghe bản này")
    assert any(f"Bản đọc của bài “{FIRST}”." in heard for heard in admin.heard)
    await admin.says("dan5-1")
    await admin.presses("Bỏ bản đọc", "Giữ lại")
    assert await recorded(house) == ["dan5-1"]
    await admin.says("dan5-1")
    await admin.presses("Bỏ bản đọc", "Bỏ bản đọc")
    assert await recorded(house) == []
    assert sorted(await house.rows(AuditRow.action)) == ["recording.added", "recording.removed"]


async def test_who_was_on_the_page_when_it_was_taken_away_is_told(
    house: House, admin: Talk
) -> None:
    await reads_aloud(admin)
    learner = Talk(house, "u-learner")
    await learner.says("/hoc")
    await admin.says("bản đọc", "dan5-1")
    await admin.presses("Bỏ bản đọc", "Bỏ bản đọc")
    await learner.presses(LISTEN)
    assert learner.text("recordings.no_more") in learner.heard


async def test_t34_a_voice_nobody_asked_for_is_not_fetched(house: House, admin: Talk) -> None:
    await voice(admin)
    assert house.channel.fetches == []
    assert await recorded(house) == []


async def test_a_photo_is_no_voice_and_a_voice_no_photo(house: House, admin: Talk) -> None:
    await admin.says("bản đọc", "dan5-1")
    await photo(admin)
    assert house.channel.fetches == []
    await voice(admin)
    assert await recorded(house) == ["dan5-1"]


async def test_t30_what_is_no_sound_is_not_kept(house: House, admin: Talk) -> None:
    await reads_aloud(admin, media="noise")
    assert any("Bản đọc phải là loại OGG, MP3, M4A" in heard for heard in admin.heard)
    assert await recorded(house) == []
    assert await house.rows(File.id) == []


async def test_r2_the_same_voice_twice_is_one(house: House, admin: Talk) -> None:
    await admin.says("bản đọc", "dan5-1")
    await voice(admin, event="v1")
    await voice(admin, event="v1")
    assert await recorded(house) == ["dan5-1"]
    assert await house.rows(AuditRow.action) == ["recording.added"]


async def test_it_comes_by_the_page_too(house: House, admin: Talk) -> None:
    await admin.says("bản đọc", "dan5-1")
    assert any("Có sẵn tệp OGG, MP3, M4A" in heard for heard in admin.heard)
    await hands_in(admin, b"ID3\x04" + bytes(50), name="ghi âm (3).mp3", kind="audio/mpeg")
    assert await house.rows(File.name) == ["bai-doc-dan5-1.mp3"]  # not the sender's word


async def test_what_is_handed_in_and_is_no_sound_is_said(house: House, admin: Talk) -> None:
    await admin.says("bản đọc", "dan5-1")
    await hands_in(admin, b"%PDF-1.7", name="a.pdf", kind="application/pdf")
    assert any("không phải bản ghi âm" in heard for heard in admin.heard)
    assert await house.rows(File.id) == []


async def test_t12_only_an_admin_reads_for_the_commune(house: House, talk: Talk) -> None:
    await talk.holds("officer")
    await talk.says("bản đọc bài học")
    assert talk.text("recordings.here") not in talk.heard


async def test_a3_a_right_that_ended_meanwhile_adds_nothing(house: House, admin: Talk) -> None:
    await admin.says("bản đọc", "dan5-1")
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=house.clock.wall()))
    await voice(admin)
    assert await recorded(house) == []


async def test_p5_whose_voice_it_is_takes_it_along(house: House, admin: Talk) -> None:
    await reads_aloud(admin)
    me = await admin.actor()
    async with house.app.database.transaction() as tx:
        await erase.erase(tx, me.canonical_id, keyed_hash=str, now=house.clock.wall())
    assert await recorded(house) == []
    assert await house.rows(File.id) == []


async def test_another_commune_hears_its_own(house: House, admin: Talk) -> None:
    await reads_aloud(admin)
    await second_commune(house, hamlet="khac-xom-09")
    near = await Talk(house, "u-near").enrolled()
    far = await near.somebody("Bà Xa", role="head", unit="khac-xom-09")
    await near.says("/hoc")
    await far.says("/hoc")
    assert LISTEN in near.labels
    assert LISTEN not in far.labels
