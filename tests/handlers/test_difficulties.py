"""/vuongmac: a difficulty of one's own or of a unit, and its letter to sign (NV-5.1)."""

import io

import pytest
from docx import Document

from storage.tables import AuditRow, Consent, Ticket
from tests.handlers.points import ends, officer_of
from tests.handlers.test_reporting import head
from tests.talk import House, Talk

TOLD = "Nhiều người cao tuổi chưa có điện thoại"


async def stored(house: House) -> list[tuple[str, str]]:
    return await house.rows(Ticket.kind, Ticket.question)


async def test_a_resident_tells_one_and_hears_the_answer(house: House, talk: Talk) -> None:
    await talk.enrolled()
    officer = await officer_of(talk)
    await talk.says("/vuongmac", TOLD)
    assert f"“{TOLD}”" in talk.last
    assert talk.labels == ["Gửi", "Viết lại", "Thôi"]
    await talk.says("1")
    assert await stored(house) == [("difficulty", TOLD)]
    assert await house.rows(Ticket.unit_id) == [None]
    assert "Một người dân ở Xóm 5 nêu khó khăn" in officer.last
    assert talk.name not in officer.last
    await officer.presses("Trả lời")
    await officer.says("Xã cho mượn máy.", "1")
    assert "Xã cho mượn máy." in talk.last


async def test_officers_find_it_at_the_same_desk_named_for_what_it_is(talk: Talk) -> None:
    officer = await officer_of(talk)
    await (await head(talk)).says("/vuongmac", TOLD, "1")
    await officer.says("/gapcanbo")
    assert any(one.startswith("Khó khăn, Xóm 5: Nhiều người") for one in officer.labels)


async def test_p3_sending_is_the_consent_to_keep_just_this(house: House, talk: Talk) -> None:
    await talk.says("/vuongmac", TOLD)
    assert await stored(house) == []
    await talk.says("1")
    assert await house.rows(Consent.purpose) == ["ticket"]


@pytest.mark.parametrize("said", ["3", "không", "thôi", "trang đầu"])
async def test_there_is_always_a_way_out(house: House, talk: Talk, said: str) -> None:
    await talk.says("/vuongmac", TOLD, said)
    assert await stored(house) == []


async def test_it_may_be_written_again(house: House, talk: Talk) -> None:
    await talk.says("/vuongmac", TOLD, "2", "Mạng yếu ở xóm", "Mạng rất yếu ở xóm", "1")
    assert await stored(house) == [("difficulty", "Mạng rất yếu ở xóm")]


async def test_what_follows_the_words_is_the_difficulty(house: House, talk: Talk) -> None:
    await talk.enrolled()
    await talk.says(f"vướng mắc {TOLD}")
    assert TOLD.lower() in talk.last.lower()
    await talk.says("1")
    assert len(await stored(house)) == 1


@pytest.mark.parametrize("said", ["abc", "x" * 361])
async def test_too_short_or_too_long_is_asked_again(house: House, talk: Talk, said: str) -> None:
    await talk.says("/vuongmac", said)
    assert "ví dụ: Nhiều người" in talk.last
    assert await stored(house) == []


async def test_t28_t57_what_was_told_is_only_ever_a_value(house: House, talk: Talk) -> None:
    """T28, T57: shown to officers as it is, to nobody else."""
    officer = await officer_of(talk)
    neighbour = await talk.somebody("Trưởng Sáu", role="head", unit="xom-06")
    odd = "Đồ tồi {evil} %s <b>x</b> =1+1"
    await (await head(talk)).says("/vuongmac", odd, "1")
    assert odd in officer.last
    assert not any("Đồ tồi" in heard for heard in neighbour.heard)


# --- a unit --------------------------------------------------------------------------------------


async def test_a_heads_is_the_units_and_is_audited(house: House, talk: Talk) -> None:
    officer = await officer_of(talk)
    await (await head(talk)).says("/vuongmac")
    assert "khó khăn, vướng mắc của Xóm 5" in talk.last
    await talk.says(TOLD, "1")
    [unit] = await house.rows(Ticket.unit_id)
    assert unit is not None
    assert "Xóm 5 nêu khó khăn, vướng mắc" in officer.last
    assert "difficulty.told" in await house.rows(AuditRow.action)


async def test_who_reports_for_several_is_asked_for_which(house: House, talk: Talk) -> None:
    await (await head(talk)).holds("reporter", "cong-an-xa")
    await talk.says("/vuongmac")
    assert len(talk.labels) == 3  # two units, and one's own
    await talk.presses("Xóm 5")
    await talk.says(TOLD, "1")
    assert "phản ánh bằng văn bản" in talk.last


async def test_the_written_letter_comes_to_sign(house: House, talk: Talk) -> None:
    """NV-5.1: "phản ánh bằng văn bản về UBND xã (qua Phòng Văn hóa - Xã hội)"."""
    await (await head(talk)).says("/vuongmac", f"{TOLD} & <w:p/>", "1")
    await talk.presses("Làm tệp Word")
    made = await house.make_all()
    document = Document(io.BytesIO(made[-1].content))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "UBND xã Giao Minh (qua Phòng Văn hóa - Xã hội)" in words
    assert f"{TOLD} & <w:p/>." in words
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("TRƯỞNG XÓM" in one for one in cells)
    assert "Phụ lục" not in words
    assert any("in ra, ký" in heard for heard in talk.heard)


async def test_a_school_signs_as_a_school(house: House, talk: Talk) -> None:
    school = await talk.somebody("Thầy Hiệu", role="reporter", unit="thcs-a")
    await school.says("/vuongmac", TOLD, "1")
    await school.presses("Làm tệp Word")
    document = Document(io.BytesIO((await house.make_all())[-1].content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("HIỆU TRƯỞNG" in one for one in cells)


async def test_back_does_not_send_it_twice(house: House, talk: Talk) -> None:
    await (await head(talk)).says("/vuongmac", TOLD, "1", "quay lại", "1")
    assert len(await stored(house)) == 1


async def test_a_double_press_sends_once(house: House, talk: Talk) -> None:
    """T05."""
    officer = await officer_of(talk)
    await (await head(talk)).says("/vuongmac", TOLD)
    button = talk.button("Gửi")
    for _ in range(2):
        await talk.sends(kind="press", button=button)
    await house.settle()
    assert len(await stored(house)) == 1
    assert len([heard for heard in officer.heard if "nêu khó khăn" in heard]) == 1


async def test_t41_who_is_head_no_more_sends_nothing_for_the_unit(house: House, talk: Talk) -> None:
    await (await head(talk)).says("/vuongmac", TOLD)
    await ends(talk, "head")
    await talk.says("1")
    assert await stored(house) == []
    assert "không gửi được nữa" in "\n".join(talk.heard[-2:])


async def test_t41_who_is_head_no_more_gets_no_letter(house: House, talk: Talk) -> None:
    await (await head(talk)).says("/vuongmac", TOLD, "1")
    await ends(talk, "head")
    await talk.says("1")
    assert await house.ordered() == []


async def test_it_survives_a_restart(house: House, talk: Talk) -> None:
    await (await head(talk)).says("/vuongmac", TOLD)
    await talk.restart()
    await talk.says("1")
    assert len(await stored(house)) == 1


async def test_an_open_report_goes_on_afterwards(talk: Talk) -> None:
    """U6: it came between."""
    await (await head(talk)).says("/baocao", "1", "1")
    question = talk.last
    await talk.says("/vuongmac", TOLD, "1", "2")
    assert talk.last == question


async def test_an_officer_comes_from_here_to_what_was_collected(talk: Talk) -> None:
    officer = await officer_of(talk)
    await officer.says("/vuongmac")
    await officer.presses("Xem ý kiến các nơi")
    assert "Ý kiến các đơn vị, năm 2026" in officer.last


# --- which words it is ---------------------------------------------------------------------------

BEGINS = ("vướng mắc", "vuong mac", "nêu khó khăn", "khó khăn vướng mắc của tôi", "/vuongmac")
NOT_HERE = (
    "xóm 5: 3 buổi tập huấn, 120 lượt người, khó khăn: nhiều người chưa có máy",
    "3 buổi tập huấn, 20 lần phát loa, vướng mắc: thiếu máy",
    "khó khăn: không có\nđề xuất: không",
)


@pytest.mark.parametrize("said", BEGINS)
async def test_these_words_begin_it(talk: Talk, said: str) -> None:
    await (await head(talk)).says(said)
    assert "Xin nhắn khó khăn, vướng mắc của Xóm 5" in talk.last


@pytest.mark.parametrize("said", NOT_HERE)
async def test_a_difficulty_inside_a_report_belongs_to_the_report(
    house: House, talk: Talk, said: str
) -> None:
    """Design §3, collisions: "khó khăn:" is a line of one message of a report."""
    await (await head(talk)).says("/baocao", "1", "2", said)
    assert "Xin nhắn khó khăn, vướng mắc" not in talk.last
    assert "Gửi cán bộ xã khó khăn" not in talk.last


@pytest.mark.parametrize("said", NOT_HERE[:2])
async def test_also_where_nothing_is_open(house: House, talk: Talk, said: str) -> None:
    await (await head(talk)).says(said)
    assert "Gửi cán bộ xã khó khăn" not in talk.last


async def test_difficulties_of_the_unit_do_not_silence_the_heads_own_question(talk: Talk) -> None:
    """U5: three difficulties wait for UBND xã for weeks; until then /gapcanbo says "enough".

    `open_of` counts both kinds: whoever reports most cannot reach a person.
    """
    head = await talk.somebody("Trưởng xóm", role="head", unit="xom-05")
    for number in range(3):
        await head.says(f"/vuongmac Thiếu máy tính cho lớp số {number}", "1", "2")
    before = len(head.heard)
    await head.says("/gapcanbo")
    assert head.text("tickets.enough") not in head.heard[before:]
