"""What people found who told reports in one message (N2, N14, T01)."""

from typing import Final

import pytest

from handlers.reporting.reading import read
from tests.handlers.report_scoring import KNOWN, TODAY, form_for, told


@pytest.mark.parametrize(
    "text",
    [
        "xom 6 to chuc 5 buoi, 60 luot nguoi, tuyen truyen 20 luot",
        "xom 6 thi 5 buoi 60 luot",
        "Xóm 6 5 buổi 60 lượt",
    ],
)
def test_t01_what_is_told_of_another_hamlet_names_it(text: str) -> None:
    found = told(text, "xom-07")
    assert found is not None
    assert found.unit == "xom-06"


@pytest.mark.parametrize(
    "text",
    [
        "xóm 7 3 buổi 90 lượt, xóm 6 5 buổi 60 lượt",
        "Xóm 7: 3 buổi, 90 lượt\nXóm 6: 5 buổi, 60 lượt",
        "xóm 6: 5 buổi, 60 lượt, xóm 7: 3 buổi, 90 lượt",
        "em ở xóm 7 báo cáo: 3 buổi, 90 lượt. Xóm 6 thì 5 buổi 60 lượt",
        "3 buổi, 90 lượt. Xóm 6 thì 5 buổi, 60 lượt",
    ],
)
def test_t01_another_hamlets_figures_are_listed_and_never_mixed_in(text: str) -> None:
    found = told(text, "xom-07")
    assert found is not None
    assert {key: one.value for key, one in found.answers.items()} == {
        "sessions": 3,
        "attendances": 90,
    }
    assert (found.doubts, found.unit) == ((), "xom-07")
    listed = " ".join(found.unread)
    assert "5 buổi" in listed
    assert "60 lượt" in listed


@pytest.mark.parametrize(
    "text",
    [
        "xóm 5 và xóm 6 cùng mở 2 buổi, 70 lượt",
        "kết hợp với xóm 6 mở 2 buổi, 70 lượt",
        "2 buổi (xóm 6 sang 20 người), 70 lượt",
    ],
)
def test_t01_a_hamlet_told_beside_is_not_the_one_that_tells(text: str) -> None:
    found = told(text, "xom-05")
    assert found is not None
    assert found.unit in ("", "xom-05")
    assert found.answers["sessions"].value == 2
    assert found.answers["attendances"].value == 70


def test_t01_without_a_speaker_the_first_unit_named_is_the_one_told_for() -> None:
    text = "xóm 6: 5 buổi. Xóm 7: 3 buổi"
    found = read(text, form=form_for("xom-07"), today=TODAY, known=KNOWN)
    assert found is not None
    assert (found.unit, found.answers["sessions"].value) == ("xom-06", 5)


def test_n2_a_slip_of_the_tongue_is_asked_of_the_field_it_mends() -> None:
    found = told("tuyen truyen 12 luot a 15 luot", "xom-07")
    assert found is not None
    assert not found.answers
    (doubt,) = found.doubts
    assert {(one.key, one.answer.value) for one in doubt.readings} == {
        ("publicity", 12),
        ("publicity", 15),
    }


@pytest.mark.parametrize("text", ["dong 3 la 35 dong 4 la 20", "dòng 3: 35", "Dòng 3 là 35"])
def test_n14_the_lines_of_a_summary_are_no_figures(text: str) -> None:
    found = told(text, "xom-07")
    assert found is not None
    assert (dict(found.answers), found.doubts) == ({}, ())
    assert found.unread


def test_n14_publicity_told_in_parts_is_asked_with_its_sum() -> None:
    text = "tuyên truyền: 4 buổi chào cờ, 01 hội nghị phụ huynh, 12 tin, bài"
    found = told(text, "thcs-a")
    assert found is not None
    assert (dict(found.answers), found.unread) == ({}, ())
    (doubt,) = found.doubts
    assert [one.answer.value for one in doubt.readings] == [17, 4, 1, 12]
    assert {one.key for one in doubt.readings} == {"publicity"}


def test_n14_numbers_of_sections_tell_nothing() -> None:
    text = "I. Kết quả\n3.1 Tập huấn 3 buổi\n4.2. Lượt người 120\n2) loa 20 lần\na) tổ 6 người"
    found = told(text)
    assert found is not None
    assert {key: one.value for key, one in found.answers.items()} == {
        "sessions": 3,
        "attendances": 120,
        "publicity": 20,
        "team_members": 6,
    }
    assert (found.doubts, found.unread) == ((), ())


def test_n14_what_is_listed_is_cut_between_words() -> None:
    text = (
        "3 buổi tập huấn. Xóm trồng được 1.250 cây xanh dọc các tuyến đường liên xóm và nhà văn hóa"
    )
    found = told(text)
    assert found is not None
    (piece,) = found.unread
    assert len(piece) <= 60
    assert f"{piece} " in text


def test_n14_a_persons_deed_and_award_are_told_apart() -> None:
    text = "Gương điển hình: Cô Nguyễn Thị Hoa - xây dựng kho bài giảng - Giấy khen UBND xã"
    found = told(text, "thcs-a")
    assert found is not None
    assert found.answers["exemplars"].value == [
        {"name": "Cô Nguyễn Thị Hoa", "what": "xây dựng kho bài giảng", "award": "ht_6"}
    ]


def test_n14_an_award_that_is_not_offered_stays_in_the_text() -> None:
    text = "Gương điển hình: Cô Nguyễn Thị Hoa - xây dựng kho bài giảng - Bằng khen Bộ Giáo dục"
    found = told(text, "thcs-a")
    assert found is not None
    assert found.answers["exemplars"].value == [
        {"name": "Cô Nguyễn Thị Hoa", "what": "xây dựng kho bài giảng - Bằng khen Bộ Giáo dục"}
    ]


def test_n14_a_plan_that_is_not_there_is_never_one_that_is() -> None:
    for text in ("kế hoạch chưa có", "ke hoach chua co", "kế hoạch của xóm chưa có"):
        found = told(text)
        assert found is not None
        assert found.answers["plan_issued"].value == "no"


def test_n2_some_of_the_lessons_are_asked_with_all_of_them() -> None:
    found = told("tập huấn 4 buổi cho 155 lượt. Trong đó 3 buổi ở nhà văn hóa")
    assert found is not None
    assert {key: one.value for key, one in found.answers.items()} == {"attendances": 155}
    (doubt,) = found.doubts
    assert [one.answer.value for one in doubt.readings] == [4, 3]


def test_n14_letters_of_praise_are_awards() -> None:
    found = told("3 lượt giấy khen trong năm", "thcs-a")
    assert found is not None
    assert {key: one.value for key, one in found.answers.items()} == {"awarded": 3}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('Mô hình: "Thư viện số" - mượn sách bằng mã QR', '"Thư viện số"'),
        ("mô hình “Tổ zalo 5 phút”", "“Tổ zalo 5 phút”"),
        ('mô hình: "Thư viện số', "Thư viện số"),
    ],
)
def test_n14_a_name_keeps_its_quotation_marks(text: str, name: str) -> None:
    found = told(text)
    assert found is not None
    assert found.answers["models"].value[0]["name"] == name  # type: ignore[index]


def test_n14_models_told_one_after_the_other_are_all_kept() -> None:
    found = told("Mô hình 1: Tổ zalo. Mô hình 2: Mã QR nhà văn hóa")
    assert found is not None
    assert found.answers["models"].value == [{"name": "Tổ zalo"}, {"name": "Mã QR nhà văn hóa"}]


def test_n2_a_correction_is_quoted_as_it_was_typed() -> None:
    found = told("a nham buoi hoc la 3 chu ko phai 2")
    assert found is not None
    (doubt,) = found.doubts
    assert [(one.key, one.answer.value) for one in doubt.readings] == [
        ("sessions", 3),
        ("sessions", 2),
    ]
    assert "buoi hoc la 3 chu ko phai 2" in doubt.typed


_NOT_CERTAIN: Final = {
    "xom-05": (
        "nghỉ 2 buổi", "thiếu 3 buổi so với kế hoạch", "tổ công nghệ số sinh hoạt 4 buổi",
        "30 + 25 lượt", "đạt 3 trên 5 buổi", "năm 2026 xóm đăng ký 5 buổi, làm được 4",
        "cần 3 buổi nữa", "xóm tôi 168 hộ thì 121 hộ có thanh toán không tiền mặt",
        "cài cho 12 cụ và 8 chị em", "dạy 12 cụ và 9 chị em dùng zalo",
        "Ban công tác mặt trận 7 người, 3 nữ", "tổ công nghệ số cộng đồng: 3 nam 2 nữ",
        "được xã khen 2 người, nữ 1", "xóm 5 có 60 cụ trên 60 tuổi",
        "lớp phụ nữ 30 người, lớp người cao tuổi 25 người", "dưới 60 tuổi 70 người", "nữ 50 lượt",
        "phụ nữ: 2 buổi", "hình như 3 buổi, lượt chắc 90",
        "Số buổi tập huấn em nhớ là 3, rà lại sổ là 4", "không nhớ rõ 3 hay là 4 buổi",
        "lượt dự 120 người ta báo 130", "tổ có 6 người nghỉ 1 còn 5",
        "tổ công nghệ số cộng đồng 2 tổ, 12 người", "tổ 7 có 20 hộ", "mở 3 buổi, hỏng 1",
        "3 buổi (1 buổi hoãn)", "chưa đủ 3 buổi", "tính cả xóm 6 thì 5 buổi",
        "loa phát 3 lần một tuần", "phát loa sáng 2 lần chiều 2 lần",
        "tập huấn ở xã 2 buổi có 3 người đi", "họp xóm 4 lần có 200 lượt người",
        "tháng 11 mở 1 buổi tập huấn 25 lượt", "tập huấn chăn nuôi 2 buổi 60 lượt",
        "thêm 15 hộ thanh toán số", "xóm còn 30 người chưa mức 2",
        "30/50 hộ kinh doanh thanh toán số", "ngăn được 2 vụ lừa đảo", "kế hoạch có mà chưa ký",
        "trẻ em 40 cháu có mức 2", "tuyên truyền cho 30 chị em", "vận động 30 chị em dùng zalo",
        "tạm tính 3 buổi", "3 buổi nhưng chỉ tính 2", "tổ công nghệ số thêm 2 người",
        "hộ nghèo 12/20 thanh toán số", "chi hội phụ nữ xóm tập huấn 3 buổi",
        "chi hội nông dân xóm tập huấn 3 buổi, 80 lượt", "hội phụ nữ tuyên truyền 12 buổi",
        "hội phụ nữ phối hợp mở 3 buổi tập huấn, 90 lượt", "đoàn thanh niên mở 2 buổi tập huấn",
        "hội phụ nữ 60 chị em tham gia", "6 tháng đầu năm 2 buổi, 50 lượt",
        "sáu tháng cuối năm 2 buổi, 40 lượt", "6 tháng đầu năm\n- 2 buổi\n- 50 lượt",
        "9 tháng 4 buổi, 120 lượt", "tháng 10 mở 2 buổi, 50 lượt, loa 5 lần",
        "quý 3: 2 buổi, 50 lượt", "số liệu tạm 3 buổi 90 lượt",
        "số tạm thời: 3 buổi, 90 lượt, loa 20 lần", "3x30 lượt", "3 x 30 lượt",
        "chỉ 1 trong 3 buổi có người", "tổ công nghệ số 6 nhưng 1 người mới xin nghỉ",
        "tổ công nghệ số 6 người nhưng 1 người xin nghỉ",
    ),
    "mn-a": (
        "tập huấn xong rồi, 2 đồng chí đang nghỉ thai sản",
    ),
    "thcs-a": (
        "khối 6: 110 em, khối 7: 105 em được học kỹ năng số",
    ),
    "tt-pvhcc": (
        "hồ sơ 5600, trực tuyến 4980", "hồ sơ trực tuyến 100 hồ sơ quá hạn trên 5000",
    ),
    "dn-b": (
        "Công ty có 45 lao động, 40 người có kỹ năng số",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "speaker"), [(text, one) for one, texts in _NOT_CERTAIN.items() for text in texts]
)
def test_n14_a_figure_of_something_else_is_never_taken_as_certain(text: str, speaker: str) -> None:
    found = told(text, speaker)
    assert found is None or not found.answers


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("loa 20 lần, nữ 40 người", {"publicity": 20}),
        ("loa 20 lần, trên 60 tuổi 30 người", {"publicity": 20}),
        (
            "tập huấn 3 buổi 90 lượt. hội phụ nữ tuyên truyền 12 buổi",
            {"sessions": 3, "attendances": 90},
        ),
        ("tập huấn 3 buổi x 30 lượt", {"sessions": 3}),
        ("tập huấn 3 buổi mỗi buổi 30 lượt", {"sessions": 3}),
        ("hội phụ nữ mở 2 buổi, xóm mở 3 buổi, 90 lượt", {"attendances": 90}),
    ],
)
def test_n2_what_stands_beside_it_stays_certain(text: str, sure: dict[str, int]) -> None:
    found = told(text)
    assert found is not None
    assert {key: one.value for key, one in found.answers.items()} == sure
    assert found.doubts


@pytest.mark.parametrize(
    "text",
    [
        "tập huấn 3 buổi (tháng 4, tháng 7), 114 lượt, tổ công nghệ số 6 người",
        "Tháng 12 rồi xóm xin chốt: tập huấn 3 buổi, 114 lượt, tổ công nghệ số 6 người",
        "Cháu Thắng gửi số liệu: tập huấn 3 buổi, 114 lượt, tổ công nghệ số 6 người",
        "Lượt dự 114 / buổi 3 / tổ 6 người",
        "Hội phụ nữ cùng xóm mở 3 buổi tập huấn, 114 lượt, tổ công nghệ số 6 người",
        "Xóm đã hoàn thành 3 buổi tập huấn, 114 lượt dự, tổ công nghệ số 6 người",
    ],
)
def test_n14_a_plain_report_stays_certain(text: str) -> None:
    found = told(text)
    assert found is not None
    assert {key: one.value for key, one in found.answers.items()} == {
        "sessions": 3,
        "attendances": 114,
        "team_members": 6,
    }
    assert (found.doubts, found.unread) == ((), ())


@pytest.mark.parametrize("before", ["", "3 buoi tap huan, ", "chua co mo hinh, "])
@pytest.mark.parametrize("note", ["song yeu cuoi xom", "sóng yếu cuối xóm", "con it may, mang yeu"])
def test_n14_a_note_keeps_its_first_word(before: str, note: str) -> None:
    """Tried on the page: "sóng" is no "song" (but), and the note no "không có"."""
    read_back = told(f"{before}kho khan: {note}, kien nghi khong")
    assert read_back is not None
    assert read_back.answers["difficulties"].value == note
    assert read_back.answers["proposals"].value == ""
