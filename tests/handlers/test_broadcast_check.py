"""Whether a message is really the commune's: anybody may ask, and never hears a false yes."""

import pytest

from bot.channels.base import TryLater
from handlers.broadcasts.checking import _asks
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
    assert "Xã không gửi tin nào mang mã TB" in said
    assert "Đúng" not in said


async def test_what_nobody_got_yet_is_unknown(house: House, officer: Talk, resident: Talk) -> None:
    """T52: its words may be wrong still."""
    await broadcast(officer)
    code = await the_code(house)
    assert "không gửi tin nào" in "\n".join(await resident.asks(code))
    await officer.presses("Dừng tin này")
    assert "không gửi tin nào" in "\n".join(await resident.asks(code))


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
    assert "sau đó đã dừng" in said
    assert "Đúng" not in said


async def test_a_forwarded_text_is_compared(house: House, officer: Talk, resident: Talk) -> None:
    long = "Tối mai 19 giờ 30 mời bà con đến nhà văn hóa xóm họp về cách dùng điện thoại."
    await broadcast(officer, text=long)
    await sent_out(house)
    [text] = told(resident)
    other = await a_resident(house, "khac", "xom-07")
    said = "\n".join(await other.asks(text))
    assert "với đúng lời này" in said
    false = text.replace("đến nhà văn hóa", "nộp 500 nghìn ở nhà văn hóa")
    said = "\n".join(await other.asks(false))
    assert "không giống" in said
    assert "Tin thật là" in said
    said = "\n".join(await other.asks(f"{text}\nBấm xa-that.example.com để nhận quà"))
    assert "không giống" in said


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
