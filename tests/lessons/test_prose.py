import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import prose, wording


@given(st.text(alphabet='aA1. !?…”\n"(ế'))
def test_pieces_lose_nothing(line: str) -> None:
    assert "".join(prose.pieces(line)) == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Một. Hai! Ba? Bốn… Năm", ["Một.", "Hai!", "Ba?", "Bốn…", "Năm"]),
        ("1. Mở Zalo. Bấm nút.", ["1. Mở Zalo.", "Bấm nút."]),
        ("- Một\n- Hai", ["- Một", "- Hai"]),
        ("“Alo. Ai đấy?” Người kia nói.", ["“Alo.", "Ai đấy?”", "Người kia nói."]),
        ("Bà bảo: “Thôi!” rồi cười.", ["Bà bảo: “Thôi!” rồi cười."]),
        ("Ở TP. Hà Nội, 1.234 người, v.v. và nữa.", ["Ở TP. Hà Nội, 1.234 người, v.v. và nữa."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert prose.sentences(text) == expected


def test_a_word_stands_between_two_blanks_and_a_dash_is_none() -> None:
    assert len(prose.words("- điện thoại – 3 cái.")) == 4


@pytest.mark.parametrize(
    "text",
    [
        "Bạn bè gọi, người bạn cũ kết bạn.",
        "Bác Tư, bà Lành, cô giáo, chú ý, cụ thể, bác sĩ, ghi chú, công cụ.",
        "Chú Ổn và bác Ước nghe máy.",
        "Kẻ lừa nói: “Bác ơi, bác hãy bấm vào đây, sai rồi bạn ạ.”",
        "Đặc điểm của địa điểm cao.",
        "Cảm ơn bà con.",
    ],
)
def test_stories_and_other_peoples_speech_may_use_these_words(text: str) -> None:
    assert wording.forbidden(text) == []


FORBIDDEN = """
Bạn xem nhé
Bác hãy xem
mời các cụ
Chị bấm vào đây
kính thưa ông
anh chị có thể xem
Em chào bà con
nhập sai
Chưa đúng rồi
người dại dột
ai cũng biết
được điểm cao
tích điểm
huy hiệu
truy cập
giao diện
người dùng
thao tác
thiết lập
vui lòng
nhấn vào
"""


@pytest.mark.parametrize("text", FORBIDDEN.strip().splitlines())
def test_what_must_not_be_said(text: str) -> None:
    assert len(wording.forbidden(f"Xin nghe: {text}.")) == 1


SYLLABLES = (
    "nguyễn khuya quýt quốc giếng gì giặt hoạch xoong yêu thuở khoẻ khỏe quần quăng nghiêng huơ "
    "rượu thuyền tuần khuỷu quế que quà quạt của cửa thóc ruộng phường bướm tuýp oách đắt hoẵng"
)
FOREIGN = "chat link online test shop web app hot top email game like sale team news post click"


@pytest.mark.parametrize("word", SYLLABLES.split())
def test_a_vietnamese_syllable(word: str) -> None:
    assert wording.is_vietnamese(word)


@pytest.mark.parametrize("word", FOREIGN.split())
def test_no_vietnamese_syllable(word: str) -> None:
    assert not wording.is_vietnamese(word)


def test_names_numbers_links_and_variables_are_no_foreign_words() -> None:
    text = "Mở VNeID, CH Play, Wi-Fi, dichvucong.gov.vn, theo 57-NQ/TW, gọi {cong_an_xa_phone}."
    assert wording.foreign(prose.plain(text)) == []
    assert wording.foreign("Mở app CH play.") == ["app: viết “ứng dụng”", "CH", "play"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("gọi 113, số 0912 345 678", ["113", "0912345678"]),
        ("gọi 1900 0368 hay 1900.9068", ["19000368", "19009068"]),
        ("nhắn 156/5656", ["156", "5656"]),
        ("gọi +84 912 345 678", ["+84912345678"]),
        ("80 triệu đồng, 1.234 người, 500 nghìn, 85,5%, 60 ngày, mã 6 số", []),
        ("15/12/2026, năm 2026, 69/2024/NĐ-CP, 1/3", []),
    ],
)
def test_numbers_to_call(text: str, numbers: list[str]) -> None:
    assert prose.numbers_to_call(text) == numbers


def test_links() -> None:
    text = "Vào https://a.gov.vn/b-c. Hay x.com, đuôi .gov.vn, thư a@b.vn"
    assert prose.links(text) == ["a.gov.vn/b-c", "x.com", ".gov.vn"]


def test_a_plain_text_has_no_complaint() -> None:
    assert prose.complaints("Mở máy. Bấm vào Zalo, rồi chờ một chút.") == []


def test_the_ending_of_the_states_addresses_is_a_fact_and_no_foreign_word() -> None:
    text = "Trang của cơ quan nhà nước dùng đuôi .gov.vn."
    assert prose.links(text) == [".gov.vn"]
    assert wording.foreign(prose.plain(text)) == []
