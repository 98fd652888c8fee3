"""Posters and the sheet of a session: what is printed can be scanned, and stays on its page."""

import struct
from typing import Any

import pytest
import zxingcpp

from handlers.documents.poster import (
    poster_pictures,
    posters,
    session_pictures,
    session_sheet,
)
from handlers.joining_links import Doors, Entrance, to_place, to_session, ways
from handlers.poster_contents import Meeting, Paper, Printing, Site
from handlers.poster_contents import posters as contents
from handlers.poster_contents import session_sheet as session_contents
from handlers.texts import load
from tests.handlers.documents.pdf_text import pages_of, words_on
from tests.handlers.documents.test_invite_sheet import red_of, scanned

TEXTS = load()
ZALO = Doors(zalo_oa="https://zalo.me/4318657068771012646")
TWO = Doors(zalo_oa=ZALO.zalo_oa, telegram="https://t.me/hoc_vu_so_bot?start=")
THREE = Doors(ZALO.zalo_oa, "", TWO.telegram, "https://hocvuso.xa.example/?start=")
X5 = Site("Xóm 5", Entrance("h_xom-05", "X5"))
LONG = Site(
    "Tổ dân phố Nguyễn Thị Minh Khai - xã cũ Giao Thiện",
    Entrance("h_x", "Xóm 3 xã cũ Giao Thiện"),
)
A4_MM = 210
QUIET = 33 / (33 + 8)
"""Of a code of the longest links, with the white around it, the dark part."""
CHANNELS = pytest.mark.parametrize("doors", [ZALO, TWO, THREE], ids=["one", "two", "three"])


def a_commune(**changes: Any) -> dict[str, Any]:
    return {
        "name": "xã Giao Minh",
        "office": "Phòng Văn hóa - Xã hội",
        "office_phone": "0228 3 000 000",
        "sample": True,
        **changes,
    }


def a_set(
    *sites: Site, doors: Doors = THREE, paper: Paper = "a4", **commune: Any
) -> dict[str, Any]:
    return contents(Printing(TEXTS, doors, a_commune(**commune)), sites or (X5,), paper=paper)


def a_sheet(doors: Doors = THREE, **said: str) -> dict[str, Any]:
    told = {"title": "Buổi học của Xóm 5", "lesson": "Học bài: Thử", "where": "", "when": ""}
    meeting = Meeting(**{**told, **said})
    return session_contents(Printing(TEXTS, doors, a_commune()), meeting, to_session("4821"))


def links(doors: Doors, entrance: Entrance) -> list[str]:
    return sorted(way.link for way in ways(doors, entrance))


@CHANNELS
@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("sample", [True, False])
def test_every_code_can_be_scanned_and_says_its_link(
    doors: Doors, paper: Paper, sample: bool
) -> None:
    pages = poster_pictures(a_set(doors=doors, paper=paper, sample=sample), ppi=100)
    assert scanned(pages) == links(doors, X5.entrance)


@CHANNELS
def test_the_codes_of_a_session_can_be_scanned(doors: Doors) -> None:
    pages = session_pictures(a_sheet(doors), ppi=100)
    assert scanned(pages) == links(doors, to_session("4821"))


def test_zalo_carries_nothing_the_others_carry_where_from() -> None:
    assert links(THREE, to_place("cho-con", 7)) == [
        "https://hocvuso.xa.example/?start=p_cho-con",
        "https://t.me/hoc_vu_so_bot?start=p_cho-con",
        ZALO.zalo_oa,
    ]


def test_beside_an_official_account_the_bot_of_fifty_people_is_not_on_paper() -> None:
    bot = "https://bot.zaloplatforms.com/bots/1459232241454765289"
    assert links(Doors(zalo_bot=bot), X5.entrance) == [bot]
    assert links(Doors(zalo_oa=ZALO.zalo_oa, zalo_bot=bot), X5.entrance) == [ZALO.zalo_oa]


def said_by(doors: Doors) -> list[str]:
    made = a_set(doors=doors)["posters"][0]
    return [*made["steps"], *(text for code in made["codes"] for text in code.values())]


def test_a_channel_that_is_off_is_spoken_of_nowhere() -> None:
    assert not any("elegram" in text for text in said_by(ZALO))
    assert not any("alo" in text for text in said_by(Doors(telegram=TWO.telegram)))
    assert said_by(Doors())[0] == TEXTS.say("posters.find")


def test_every_code_is_five_centimetres_and_more() -> None:
    """As printed: the white around it counts to it, the frame does not."""
    for pages in (poster_pictures(a_set(), ppi=100), session_pictures(a_sheet(), ppi=100)):
        width = struct.unpack(">I", pages[0][16:20])[0]
        assert _narrowest_code(pages[0]) / width * A4_MM >= 50 * QUIET


def _narrowest_code(page: bytes) -> int:
    corners = [code.position for code in zxingcpp.read_barcodes(red_of(page))]
    return min(corner.top_right.x - corner.top_left.x for corner in corners)


def test_a3_is_a4_made_larger() -> None:
    """The same pixels, but for rounding, when the dots are as many fewer."""
    a4 = poster_pictures(a_set(paper="a4"), ppi=85)[0]
    a3 = poster_pictures(a_set(paper="a3"), ppi=60)[0]
    widths = [struct.unpack(">I", page[16:20])[0] for page in (a4, a3)]
    assert abs(widths[0] - widths[1]) <= 10
    assert scanned([a3]) == scanned([a4])


def test_each_place_has_its_page() -> None:
    assert len(poster_pictures(a_set(X5, LONG, X5), ppi=20)) == 3


@CHANNELS
def test_the_longest_name_and_words_move_no_code(doors: Doors) -> None:
    plain, long = (
        poster_pictures(a_set(site._replace(entrance=entrance), doors=doors), ppi=100)
        for site, entrance in (
            (X5, X5.entrance),
            (LONG, LONG.entrance._replace(payload="h_xom-05")),
        )
    )
    assert len(long) == 1
    assert scanned(long) == scanned(plain)


@pytest.mark.parametrize(
    "name",
    ['#let x = $1+1$ *đậm* <b> `c` @ref \\n [x] "', "😀👨‍👩‍👧‍👦", "W" * 300, "\x00\u202e\n", ""],
)
def test_hostile_names_stay_text_on_one_page(name: str) -> None:
    pages = poster_pictures(a_set(Site(name, Entrance("h_xom-05", name))), ppi=100)
    assert len(pages) == 1
    assert scanned(pages) == links(THREE, X5.entrance)
    sheet = session_pictures(a_sheet(title=name, lesson=name, where=name, when=name), ppi=100)
    assert len(sheet) == 1
    assert scanned(sheet) == links(THREE, to_session("4821"))


def test_without_a_phone_the_office_stands_alone_without_an_office_nothing() -> None:
    assert a_set()["words"]["office"].endswith("0228 3 000 000")
    assert a_set(office_phone="")["words"]["office"] == "Cần giúp: Phòng Văn hóa - Xã hội"
    assert a_set(office="")["words"]["office"] == ""
    assert poster_pictures(a_set(office=""), ppi=40) != poster_pictures(a_set(), ppi=40)


def test_a_sample_says_so_and_looks_different() -> None:
    assert a_set()["sample"] == "DỮ LIỆU MẪU"
    assert a_set(sample=False)["sample"] == ""
    real, sample = (poster_pictures(a_set(sample=one), ppi=40) for one in (False, True))
    assert real != sample


def test_the_same_set_gives_the_same_file() -> None:
    assert posters(a_set()) == posters(a_set())
    assert session_sheet(a_sheet()).startswith(b"%PDF-")


# --- what is read --------------------------------------------------------------------------------


@CHANNELS
@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_everything_that_must_be_known_stands_on_the_page(doors: Doors, paper: Paper) -> None:
    [page] = pages_of(posters(a_set(doors=doors, paper=paper)))
    said = words_on(page)
    for words in (
        *(
            "DỮ LIỆU MẪU",
            "UBND xã Giao Minh",
            "Học kỹ năng số miễn phí",
            "Xóm 5",
            "Nhắn cho Trợ lý",
        ),
        *("Trợ lý không bao giờ hỏi mã OTP, mật khẩu, tiền.", "điện thoại 0228 3 000 000"),
        *("miễn phí, ngay trên điện thoại.", "rồi nhắn X5", "Làm theo tin Trợ lý trả lời."),
    ):
        assert words in said
    assert ("Telegram" in said) == bool(doors.telegram)
    assert ("Trang mạng" in said) == bool(doors.web_chat)


@pytest.mark.parametrize(("paper", "points"), [("a4", 40), ("a3", 56)])
def test_the_main_line_and_the_code_are_read_from_three_metres(paper: Paper, points: int) -> None:
    for doors in (ZALO, THREE):
        [page] = pages_of(posters(a_set(doors=doors, paper=paper)))
        large = [piece for piece in page if piece.points >= points]
        assert words_on(large) == "Học kỹ năng số miễn phí X5"


def test_two_hamlets_of_one_number_have_their_own_page_and_words() -> None:
    first = Site("Xóm 3 - xã cũ A", Entrance("h_xom-03", "Xóm 3 xã cũ A"))
    second = Site("Xóm 3 - xã cũ B", Entrance("h_xom-03b", "X3B"))
    one, two = (words_on(page) for page in pages_of(posters(a_set(first, second))))
    assert "Nhắn Xóm 3 xã cũ A cho Trợ lý." in one
    assert "rồi nhắn Xóm 3 xã cũ A" in one
    assert "Nhắn X3B cho Trợ lý." in two
    assert "xã cũ B" not in one


def test_a_long_name_is_printed_whole() -> None:
    [page] = pages_of(posters(a_set(LONG)))
    assert LONG.name in words_on(page)
    assert "Xóm 3 xã cũ Giao Thiện" in words_on(page)


def test_without_a_phone_none_is_printed() -> None:
    [page] = pages_of(posters(a_set(office_phone="")))
    assert "điện thoại" not in words_on(page).partition("Cần giúp")[2]
    assert words_on(page).endswith("Cần giúp: Phòng Văn hóa - Xã hội")
    [page] = pages_of(posters(a_set(office="")))
    assert "Cần giúp" not in words_on(page)


def test_the_sheet_tells_what_where_when_and_asks_for_no_name() -> None:
    told = {"lesson": "Học bài: Thử", "where": "Ở: Nhà văn hóa", "when": "Chủ nhật 22/11/2026"}
    [page] = pages_of(session_sheet(a_sheet(THREE, **told)))
    said = words_on(page)
    assert [words for words in told.values() if words not in said] == []
    assert "Chỉ đếm số người, không ghi tên." in said
    assert max(page, key=lambda piece: piece.points).text == "B4821"
    assert max(piece.points for piece in page) >= 100
