"""The head of a hamlet, who reports while the program is killed: sent once, as it was told."""

from typing import Final

from tests.crash.officials import Official

_ANSWERS: Final = (
    ("3", "Câu 3/8"),
    ("120", "Câu 4/8"),
    ("20", "Câu 5/8"),
    ("6", "Câu 6/8"),
    ("chưa có", "Câu 7/8"),
    ("sóng yếu ở cuối xóm", "Câu 8/8"),
)
_SUMMARY: Final = "xin xem lại(?s:.*)3 buổi(?s:.*)120 lượt người(?s:.*)sóng yếu ở cuối xóm"


class Head(Official):
    """Reports for one hamlet, question by question."""

    async def report(self) -> None:
        await self.says("/baocao", "gửi UBND xã", "Xin chọn cách báo cáo")
        await self.chooses("Trả lời từng câu", "Câu 1/8")
        await self.chooses("Đã có", "Câu 2/8")
        for said, following in _ANSWERS:
            await self.says(said, following)
        await self.chooses("Không có", _SUMMARY, "Đúng chưa")
        await self.chooses("Gửi", "Mã: BC2026-1.1")

    async def look_back(self) -> None:
        """One report, of one version, with what was told (R6)."""
        await self.says("/baocao", "đã gửi UBND xã(?s:.*)Mã: BC2026-1.1")
        await self.chooses("Xem", "3 buổi(?s:.*)120 lượt người", "Xin chọn việc tiếp theo")
