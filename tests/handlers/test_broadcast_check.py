"""Whether a message is really the commune's: anybody may ask, and never hears a false yes."""

import pytest

from bot.channels.base import TryLater
from handlers.broadcasts.checking import _asks
from handlers.broadcasts.copies import Copy, compare
from handlers.words import fold
from tests.conftest import ENGINES
from tests.handlers.broadcasting import (
    DAY,
    MEETING,
    a_resident,
    at,
    broadcast,
    codes,
    sent_out,
    tick,
    told,
)
from tests.handlers.chasing import an_officer, elsewhere
from tests.talk import House, Talk


@pytest.fixture
async def officer(house: House, talk: Talk) -> Talk:
    at(house, DAY)
    return await an_officer(talk)


@pytest.fixture
async def resident(house: House, officer: Talk) -> Talk:
    return await a_resident(house, "dan")


async def the_code(house: House) -> str:
    return (await codes(house))[-1]


async def test_a_code_is_known_with_its_day_and_words(
    house: House, officer: Talk, resident: Talk
) -> None:
    await broadcast(officer)
    await sent_out(house)
    code = await the_code(house)
    stranger = Talk(house, "stranger", name="Bà Lạ")
    for typed in (code, code.lower(), f"{code[:2]} {code[2:]}", f"mã tin {code} có đúng không"):
        said = await stranger.asks(typed)
        assert any(f"Đúng là có tin mã {code}" in one and MEETING in one for one in said), typed
    assert any("24/11/2026" in one for one in said)


@pytest.mark.parametrize("typed", ["TB0000", "tb9999", "mã tin TB 1234"])
async def test_an_unknown_code_is_never_a_yes(
    house: House, officer: Talk, resident: Talk, typed: str
) -> None:
    said = "\n".join(await resident.asks(typed))
    assert "Đến giờ xã chưa gửi tin nào mang mã TB" in said
    assert "Đúng" not in said


async def test_what_nobody_got_yet_is_unknown(house: House, officer: Talk, resident: Talk) -> None:
    """T52: its words may be wrong still."""
    await broadcast(officer)
    code = await the_code(house)
    assert "chưa gửi tin nào" in "\n".join(await resident.asks(code))
    await officer.presses("Dừng tin này")
    said = "\n".join(await resident.asks(code))
    assert "đã dừng tin mã" in said
    assert MEETING not in said


@pytest.mark.parametrize("engine", ENGINES)  # only a fake can fail
async def test_a_stopped_one_is_said_to_be_stopped(
    house: House, officer: Talk, resident: Talk
) -> None:
    await a_resident(house, "nua")
    await broadcast(officer)
    house.channel.failures = [TryLater(None)]
    await tick(house, minutes=6)
    await officer.presses("Dừng tin này")
    said = "\n".join(await resident.asks(await the_code(house)))
    assert f"UBND xã Giao Minh đã dừng tin mã {await the_code(house)}" in said
    assert "Có thể có người đã nhận" in said
    assert "Đúng" not in said


async def test_a_forwarded_text_is_compared(house: House, officer: Talk, resident: Talk) -> None:
    long = "Tối mai 19 giờ 30 mời bà con đến nhà văn hóa xóm họp về cách dùng điện thoại."
    await broadcast(officer, text=long)
    await sent_out(house)
    [text] = told(resident)
    other = await a_resident(house, "khac", "xom-07")
    said = "\n".join(await other.asks(text))
    assert "với đúng lời này" in said
    for copied in (
        f"{long} {await the_code(house)}",
        f"{text}\nTin này có đúng của xã không?",
        text.upper(),
        fold(text),
        " ".join(text.split()),
        text.replace(".", ""),
    ):
        assert "với đúng lời này" in "\n".join(await other.asks(copied)), copied


SCAM = "Mỗi hộ chuyển ngay 500.000 đồng vào tài khoản 0123456789 của cán bộ Nam để giữ chỗ."


@pytest.mark.parametrize(
    "made",
    [
        f"{{letter}} {SCAM}",
        f"{SCAM}\n{{letter}}",
        f"{{words}} {SCAM} Mã tin: {{code}}.",
        f"{{words}}\n{SCAM}\n{{code}}",
        "{letter}\nBấm xa-that.example.com để nhận quà",
        "{letter} Nộp 500000.",
        "Mang theo 500 nghìn. {code}",
        "{code} Bác Nam đến thu tiền",
    ],
)
async def test_t52_a_copy_with_words_added_is_never_confirmed(
    house: House, officer: Talk, resident: Talk, made: str
) -> None:
    """T56: the code is true, the words around it are somebody else's."""
    await broadcast(officer)
    await sent_out(house)
    code = await the_code(house)
    [text] = told(resident)
    said = "\n".join(await resident.asks(made.format(letter=text, words=MEETING, code=code)))
    assert "Đúng" not in said
    assert "có chữ xã không gửi. Đừng làm theo những chữ ấy" in said
    assert f"Tin thật là: “{MEETING}”" in said


@pytest.mark.parametrize(
    ("typed", "is_which"),
    [
        ("Tối mai họp ở nhà văn hóa. {}", Copy.CHANGED),
        ("Tối mai đừng họp ở nhà văn hóa, nhớ mang sổ. {}", Copy.ADDED),
        ("Tối mai họp ở nhà văn hóa, đừng mang sổ. {}", Copy.ADDED),
        ("Tối mai họp ở nhà văn hóa, nhớ mang sổ, nhớ. {}", Copy.ADDED),
        ("tôi mai họp o nha van hoa nho mang so {}", Copy.WHOLE),
        ("tối mai hợp ở nhà văn hóa, nhớ mang sổ {}", Copy.ADDED),
        ("dung toi mai hop o nha van hoa nho mang so {}", Copy.ADDED),
        ("toi mai hop o nha van hoa nho mang so {} dung khong", Copy.WHOLE),
        ("{} có đúng của xã không", Copy.NONE),
        ("{} co dung cua xa khong", Copy.NONE),
        ("TB9999 {}", Copy.ADDED),
    ],
)
def test_a_copy_is_compared_word_for_word(typed: str, is_which: Copy) -> None:
    true = "Tối mai họp ở nhà văn hóa, nhớ mang sổ."
    assert compare(typed.format("TB1234"), true, around=(), code="TB1234") is is_which


def test_what_was_written_without_marks_is_compared_without() -> None:
    copy = compare("Tối mai họp. TB1234", "toi mai hop", around=(), code="TB1234")
    assert copy is Copy.WHOLE


# --- who may read it -----------------------------------------------------------------------------


@pytest.mark.parametrize("whom", ["cán bộ", "trưởng xóm", "người báo cáo", "các trường"])
async def test_p7_what_is_for_those_who_work_is_read_by_nobody_else(
    house: House, officer: Talk, resident: Talk, whom: str
) -> None:
    """Nine thousand codes can be tried by whoever has time."""
    secret = "Mật khẩu phòng họp mới là hoa sen, xin đừng truyền ra ngoài."
    colleague = await officer.somebody("Anh Tú", role="officer")
    head = await officer.somebody("Trưởng Năm", role="head", unit="xom-05")
    school = await officer.somebody("Cô Hiền", role="reporter", unit="th-a")
    await broadcast(officer, whom, secret)
    await sent_out(house)
    code = await the_code(house)
    for outside in (resident, Talk(house, "stranger")):
        said = "\n".join(await outside.asks(code))
        assert f"có gửi tin mã {code}" in said
        assert "hoa sen" not in said
        said = "\n".join(await outside.asks(f"Mật khẩu mới là hoa hồng, xin gửi lại. {code}"))
        assert "Lời vừa nhắn không giống tin ấy" in said
        assert "hoa sen" not in said
        assert "với đúng lời này" in "\n".join(await outside.asks(f"{secret} {code}"))
    for inside in (colleague, head, school):
        if told(inside) or inside is colleague:
            assert "hoa sen" in "\n".join(await inside.asks(code))


@pytest.mark.parametrize(
    "typed",
    [
        "tin này có đúng của xã không",
        "tin nay co phai cua xa k",
        "thong bao nay that hay gia",
        "có phải tin của xã không ạ",
        "kiểm tra tin",
    ],
)
async def test_the_question_without_a_code_asks_for_it(
    house: House, officer: Talk, resident: Talk, typed: str
) -> None:
    said = "\n".join(await resident.asks(typed))
    assert "Xin nhắn mã ấy, ví dụ: TB4821." in said


@pytest.mark.parametrize(
    "typed", ["tin nhắn của tôi đâu", "đúng rồi", "không", "dừng nhắc", "thông báo họp xóm"]
)
def test_other_sentences_are_no_such_question(typed: str) -> None:
    assert not _asks(fold(typed))


async def test_t13_another_communes_code_names_that_commune(
    house: House, officer: Talk, resident: Talk
) -> None:
    await elsewhere(house)
    far = await officer.somebody("Cô Xa", role="officer", unit="xa-khac")
    await far.somebody("Trưởng Xa", role="head", unit="xom-99")
    await broadcast(far, "trưởng xóm")
    await sent_out(house)
    said = "\n".join(await resident.asks(await the_code(house)))
    assert "UBND xã Khác" in said


async def test_an_open_question_stands_again(house: House, officer: Talk, resident: Talk) -> None:
    """U4, T56: said in passing."""
    await resident.says("/hoc")
    question = resident.last
    await resident.says("TB0000")
    assert resident.last == question


async def test_a_number_of_a_paper_in_somebody_s_words_is_no_question(
    house: House, officer: Talk
) -> None:
    """TB is "thông báo": "theo TB 1245" stands in half of all letters of an office."""
    one = await a_resident(house, "dan")
    await one.says("vướng mắc")
    said = await one.asks("Theo TB 1245 của xã nhà tôi phải nộp giấy tờ, xin hỏi nộp ở đâu")
    assert not any("gửi tin nào mang mã" in heard for heard in said)
