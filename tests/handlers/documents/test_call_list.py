"""The call list on paper: all that was told is on it, whatever it is, with room to write."""

from typing import Any

import pytest

from handlers.documents.call_list import call_list, call_list_pictures

COLUMNS = (
    *("Đơn vị", "Tình trạng", "Người báo cáo", "Điện thoại", "Nhắn tới được"),
    *("Số lần đã nhắc", "Nhắc lần cuối", "Kết quả gọi"),
)


def a_list(*rows: list[str], **changes: Any) -> dict[str, Any]:
    return {
        "title": "Danh sách gọi đôn đốc báo cáo năm 2026",
        "sample": "DỮ LIỆU MẪU",
        "facts": [
            ["Đơn vị lập", "UBND xã Giao Minh, Phòng Văn hóa - Xã hội"],
            ["Hạn", "trước ngày 15/12 (hết thứ Hai 14/12)"],
            ["Dùng cho", "Chỉ dùng nội bộ để gọi đôn đốc"],
        ],
        "columns": list(COLUMNS),
        "rows": [list(row) for row in rows],
        "page": "Trang",
        **changes,
    }


def a_row(number: int = 1, **changes: str) -> list[str]:
    cells = {
        "unit": f"Xóm {number}",
        "standing": "Chưa nộp, đã qua hạn",
        "person": f"Nguyễn Văn Số {number} (Trưởng xóm)",
        "phone": "0912 345 678",
        "reach": "Không: hết cửa sổ nhắn tin Zalo (quá 7 ngày chưa nhắn lại)",
        "times": "3",
        "last": "10/12/2026",
        "result": "",
    }
    return list({**cells, **changes}.values())


def test_equal_data_give_equal_bytes() -> None:
    assert call_list(a_list(a_row())) == call_list(a_list(a_row()))


def test_a_hundred_lines_take_several_pages() -> None:
    assert len(call_list_pictures(a_list(*(a_row(number) for number in range(100))), ppi=20)) > 3


def test_nobody_to_phone_is_a_page_too() -> None:
    assert len(call_list_pictures(a_list(), ppi=20)) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("#panic()", "*đậm* _nghiêng_ $x$", "=cmd|' /C calc'!A0", "<b>x</b>", "{evil.__class__}"),
        *("👍👍", "\u202eevil\u202c", "Z\u0351\u036b" * 200, "a" * 3_000, "", "\\u{0}"),
    ],
)
def test_whatever_people_are_called_is_only_text(text: str) -> None:
    """T26, T28: no markup, no template, nothing leaves its box."""
    assert call_list(a_list(a_row(unit=text, person=text))).startswith(b"%PDF")


def test_a_line_that_does_not_fit_the_columns_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        call_list(a_list(["Xóm 1"]))
