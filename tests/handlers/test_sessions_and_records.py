"""A session held by a code and the book of /ghi: each person once (T18, T19, T42, design §5)."""

from storage import activities, sessions
from storage.tables import Activity
from tests.handlers.test_sessions import closes, head, learner, opened, people_at, states  # noqa: F401
from tests.talk import House, Talk


async def test_t42_a_corrected_session_keeps_its_content(head: Talk) -> None:  # noqa: F811
    """T42: "Sửa" of the place writes ND-5 over the content that the lesson gave (here ND-6)."""
    await opened(head)
    await closes(head, "20")
    [before] = await head.house.rows(Activity.contents)
    await head.says("xem sổ", "1")
    await head.presses("Sửa", "Sửa", "Nơi làm")
    await head.says("nhà văn hóa")
    await head.presses("Ghi vào sổ")
    assert await head.house.rows(Activity.contents) == [before]


async def test_t18_who_joined_by_code_is_not_counted_again_by_a_correction(
    head: Talk,  # noqa: F811
    learner: Talk,  # noqa: F811
) -> None:
    """The list says 21 people; whoever corrects that to 22 gets 23."""
    code = await opened(head)
    await learner.says(f"B{code}")
    await closes(head, "20")
    assert await people_at(head.house) == [21]
    await head.says("xem sổ")
    assert any("21 lượt người dự" in label for label in head.labels) or "21" in head.last
    await head.says("1")
    await head.presses("Sửa", "Sửa", "Số người")
    await head.says("22")
    assert "22 lượt người dự" in head.last
    await head.presses("Ghi vào sổ")
    assert await people_at(head.house) == [22]


async def test_t19_closing_a_session_already_told_by_ghi_is_asked(
    head: Talk,  # noqa: F811
) -> None:
    """Told by the head at eight, closed by the helper at nine: 70 for 35 people, unasked."""
    helper = await Talk(head.house, "u-helper", name="Chị Hai").holds("helper", "xom-05")
    await head.says("trang đầu", "sáng nay xóm 5 có 35 bà con học vneid")
    await head.presses("Ghi vào sổ")
    await opened(helper)
    await closes(helper, "35")
    assert "Có phải cùng buổi này không?" in helper.last
    await helper.presses("Cùng một buổi, giữ buổi có mã")
    assert sorted(await states(head.house)) == ["recorded", "undone"]


async def test_a_session_whose_code_is_free_again_is_not_called_bnone(
    head: Talk,  # noqa: F811
) -> None:
    """After six hours the sweep takes the code away; the session is then called "BNone"."""
    await opened(head)
    await head.says("trang đầu")
    await head.waits(hours=7)
    async with head.house.app.database.transaction() as tx:
        await sessions.retire_codes(tx, now=head.house.clock.wall())
    await head.says("trang đầu", "/buoihoc")
    assert not any("None" in said for said in head.heard)


async def test_t44_nobody_looks_at_the_oddity_of_an_own_session(house: House) -> None:
    """T44: an officer who closed an odd session marks its flag as seen without another person."""
    officer = await Talk(house, "u-officer", name="Cán bộ").holds("officer")
    await officer.says("/buoihoc", "xóm 5")
    while not any("Không học" in label for label in officer.labels):
        await officer.presses("Bài khác")
    await officer.presses("Không học", "Bỏ qua", "Không, tự tổ chức")
    async with house.app.database.transaction() as tx:
        [number] = await house.rows(Activity.id)
        await activities.flag(tx, number, "many_heads", now=house.clock.wall())
    await officer.says("đóng buổi học", "20")
    await officer.presses("Đóng và ghi")
    await officer.says("cần xem lại")
    assert not any("Đã xem" in label for label in officer.labels)
