"""What was taught and how: topics and the kind of activity."""

import re
from typing import Final

from handlers.activities.sentence import Sentence, hide_all, spoken, taken_apart
from handlers.words.text import listed

_MEANS: Final = spoken(
    r"(?:qua|trên|bằng|số) (?:(?:cuộc gọi|chiếc) )?(?:điện thoại|mạng(?: xã hội)?|zalo|"
    r"internet|máy tính|facebook)|lớp bình dân học vụ số (?=.{0,60}(?:vneid|dịch vụ|chuyển khoản|"
    r"vssid|lừa đảo|điện thoại|mật khẩu|chatgpt))"
)
_CALLS: Final = spoken(r"(?:gọi|nghe) (?:điện thoại|zalo)|(?:xem|nghe) (?:livestream|mạng)")
_PAPERS: Final = spoken(r"(?:theo|căn cứ) (?:kế hoạch|công văn|đề án|phong trào)")
# In this order: what is read is hidden from the topics below.
_TOPICS: Final = (
    ("selling", spoken(
        r"bán (?:\S+ ){0,3}(?:online|trên|qua|mạng|livestream|onl|ol)(?: mạng)?|"
        r"(?<!hộ )bán (?:hàng|nông sản)|"
        r"livestream|live stream|thương mại điện tử|sàn (?:thương|giao|tmdt|online)|shopee|lazada|"
        r"tiktok(?: shop)?|postmart|voso|buôn bán (?:trên )?mạng|kinh doanh (?:online|trên mạng)|"
        r"đưa .{1,30} lên sàn|quay clip bán|chốt đơn|lên sàn"
    )),
    ("services", spoken(
        r"dịch vụ công|nộp (?:hồ sơ|giấy tờ|đơn)|hồ sơ trực tuyến|thủ tục (?:hành chính|"
        r"trực tuyến)|"
        r"hồ sơ (?:qua|trên) mạng|nộp trực tuyến|dvcqg|đăng ký khai sinh|giấy tờ trên mạng"
    )),
    ("security", spoken(
        r"mật khẩu|bảo mật|(?:bị )?mất (?:tài khoản )?(?:zalo|facebook|nick|tài khoản)|"
        r"(?:zalo|facebook|tài khoản|nick)(?: \S+){0,2} bị (?:mất|hack|chiếm|lấy|khóa)|hack|otp|"
        r"xác thực (?:2|hai) (?:lớp|bước|yếu)|(?:2|hai) lớp bảo|"
        r"(?:bảo vệ|giữ(?: gìn)?|giữ an toàn) (?:tài khoản|nick|zalo|facebook|điện thoại)|"
        r"khóa (?:màn hình|tài khoản)|mã pin|"
        r"lấy lại (?:zalo|facebook|tài khoản|nick)|an toàn(?: mạng)?"
    )),
    ("vneid", spoken(
        r"vneid|vn eid|vnid|vneiđ|vnied|vneeid|định danh(?: điện tử)?|căn cước|"
        r"(?:mức|(?<!trường )(?<!thcs )cấp) (?:độ )?(?:2|hai)"
    )),
    ("health", spoken(
        r"(?:sổ|hồ sơ) sức khỏe|sức khỏe điện tử|vssid|vsid|bảo hiểm (?:y tế|xã hội)|sổ skđt|"
        r"khám (?:bệnh )?từ xa|đặt lịch khám|bảo hiểm"
    )),
    ("payment", spoken(
        r"thanh toán|không (?:dùng )?tiền mặt|chuyển khoản|chuyển tiền|qr|mã vạch|quét mã|"
        r"(?<!giả )(?<!giả danh )ngân hàng|ví điện tử|momo|viettel money|vnpay|banking|"
        r"nhận tiền|trả tiền|(?:nộp|đóng) tiền"
    )),
    ("fraud", spoken(r"lừa|lừa đảo|giả danh|mạo danh|kẻ gian|lừa gạt|chiêu trò")),
    ("data", spoken(
        r"dữ liệu (?:cá nhân|riêng)|tin giả|tin (?:xấu|độc|bịa|đồn)(?: độc)?|thông tin cá nhân|"
        r"lộ (?:thông tin|dữ liệu)|bảo vệ (?:dữ liệu|thông tin)|dữ liệu|kiểm chứng tin"
    )),
    ("ai", spoken(
        r"trí tuệ nhân tạo|chatgpt|chat gpt|gpt|gemini|copilot|trợ lý ảo|"
        r"(?:\S+ )?ai(?! (?:cũng|đó|nấy|biết|dạy|học|đến|đi))"
    )),
    ("office", spoken(
        r"văn bản điện tử|(?:chữ )?ký số|chữ ký (?:số|điện tử)|phần mềm|quản lý văn bản|"
        r"hồ sơ công việc|văn phòng điện tử|hồ sơ điện tử|một cửa điện tử|thư điện tử|"
        r"email công vụ|"
        r"văn phòng số"
    )),
    ("device", spoken(
        r"điện thoại(?: thông minh)?|smart phone|wifi|wi fi|internet|3g|4g|5g|máy tính|vào mạng|"
        r"kết nối mạng|lên mạng|dùng mạng|mạng|smartphone|máy thông minh|dùng zalo|cài zalo|"
        r"gọi (?:video|zalo)|(?:nhắn|gửi|học|và|biết|sử dụng|mở|tài khoản|học chung|học về|"
        r"học cách) zalo"
    )),
    ("movement", spoken(
        r"thi đua|nghị quyết(?: số)?(?: 57)?|bình dân học vụ(?: số)?|phong trào|chuyển đổi số|"
        r"(?:nội dung|về|khai|phổ biến|triệt|biến|truyền|học|bàn|đọc) (?:\S+ )?kế hoạch|"
        r"kế hoạch số|"
        r"đề án 06"
    )),
)  # fmt: skip

_NOT_THIS: Final = spoken(r"không phải(?: là)? \S+(?: \S+){0,2}?(?= (?:,|mà|đâu))")
_BEFORE: Final = spoken(r"(?:họp|phát|học|sinh hoạt)(?: \S+){0,3} xong")
_LITERACY: Final = spoken(r"bình dân học vụ(?: số)?")
_VISITS: Final = spoken(
    r"(?:từng|tận) (?:nhà|hộ|ngõ|nơi|gia đình|xóm ngõ)|mỗi (?:nhà|hộ|ngõ)(?! (?:\d|một|có|cử|"
    r"`ba))|tại nhà (?:cho )?(?:từng|các|\d+|dân|"
    r"bà)|"
    r"(?:đến|tới|vào|qua|ghé|xuống|sang|thăm|đi)(?: thăm)? (?:~?\d[\d~]* )?(?:nhà|hộ)(?! văn| thờ)|"
    r"gõ cửa|ngõ (?:từng|gõ)|(?:đi|đến|tới|xuống|ghé|vào|thăm) (?:các|mấy|những) (?:hộ|nhà|ngõ|"
    r"gia đình)|"
    r"(?:đến|tới|ghé|đi|vào|thăm) (?:được )?~?\d[\d~]* (?:hộ|nhà|gia đình)|đi nhà dân|đến nhà|"
    r"tới nhà"
)
_LOUD: Final = spoken(
    r"(?:phát |đọc |trên |bằng |qua )?loa(?: truyền thanh| phát thanh| xóm| kéo)?|truyền thanh|"
    r"phát thanh|băng rôn|băng zôn|khẩu hiệu|pano|áp phích|ra quân|diễu hành|mít tinh|cổ động|"
    r"họp xóm|họp dân|họp thôn|lồng ghép|(?:hội nghị|buổi) tuyên truyền|phát động|lễ ra mắt"
)
_TELLS: Final = (
    r"tuyên truyền|(?:phát|dán|rải) (?:\S+ ){0,3}?(?:tờ rơi|tờ gấp|tài liệu|tờ)|tờ rơi|tờ gấp|họp|"
    r"vận động|cổ động"
)
_TELLING: Final = spoken(_TELLS)
_OTHER: Final = spoken(
    r"(?:hội|cuộc) thi|thi (?:tìm|đố|vui|kiến|rung|văn|viết|vẽ|nấu)|tổ chức thi|lắp(?: đặt)?|tặng|"
    r"(?:lập|tạo|dựng|làm|in|cấp|mở) (?:\S+ ){0,2}?(?:gian hàng|mã qr|cửa hàng|nhóm zalo|biển|thẻ)|"
    r"cấp (?:\S+ ){0,2}?(?:chữ ký|tài khoản)|"
    r"trao (?:tặng|quà|điện|máy|giải)|quyên góp|ủng hộ|khảo sát|giao lưu|văn nghệ|tham quan|"
    r"bàn giao|ra mắt|thành lập|`đấu|`bóng|tọa đàm|sửa (?:máy|wifi|điện thoại|chữa)|"
    r"`dọn|`chấm|hái hoa|trực (?:ở|tại|hỗ)|đố vui|rung chuông|kiểm tra|rà soát|điều tra|"
    r"thống kê|chụp|quay (?:video|clip)|viết bài"
)
_CONTEST: Final = spoken(
    r"(?:hội|cuộc) thi|thi (?:tìm|đố|vui|kiến|rung|viết|vẽ)|tổ chức thi|hái hoa dân chủ|đố vui|"
    r"rung chuông vàng|trực (?:ở|tại)|thi nấu"
)
_AND_VISITS: Final = spoken(
    rf"vừa (?:\S+ ){{0,6}}(?:{_TELLS}).* vừa .*|vừa .* vừa (?:\S+ ){{0,6}}(?:{_TELLS})"
)
"""Two things at once: "vừa phát tờ rơi vừa vào tận nhà"."""
_LEARNING: Final = spoken(
    r"học(?! sinh| viên| trò)|dạy|lớp|lớp học|tập huấn|hướng dẫn|bồi dưỡng|đứng lớp|giảng|kèm|"
    r"truyền đạt|đào tạo|"
    r"thực hành|ôn|chỉ cách|cài|làm quen"
)
_LESSON: Final = spoken(
    r"(?:mở|lớp|dự|buổi|đi|tổ chức|có) (?:lớp|học|tập huấn)|lớp|tập huấn|(?:bà con|người|viên|"
    r"em|học sinh|cụ|dân|nhau) (?:\S+ )?học|hướng dẫn|dạy|bồi dưỡng"
)
_HEARD: Final = spoken(
    r"nghe|xem|theo dõi|nói chuyện|nói về|chia sẻ|phổ biến|quán triệt|triển khai|trao đổi"
)
CLASS: Final = "class"
_NOBODY: Final = listed("không có chẳng khong chang chưa chua")
_TAUGHT: Final = listed(
    "học dạy về huấn dùng dụng cụ với và bằng môn lớp "
    "lop hoc day ve huan dung cu voi va bang mon dung"
)


def read_topics(text: str) -> tuple[str, ...]:
    """The topics named in `text`, in the order of their names."""
    return topics_of(taken_apart(text))


def topics_of(sentence: Sentence, said: str | None = None) -> tuple[str, ...]:
    said = hide_all(sentence.said if said is None else said, _MEANS, _PAPERS)
    return _named(sentence, hide_all(said, _CALLS)) or _named(sentence, said)


def _named(sentence: Sentence, said: str) -> tuple[str, ...]:
    found: list[tuple[int, str]] = []
    for topic, pattern in _TOPICS:
        match = pattern.search(said)
        if match and not _is_short_for_somebody(topic, match, sentence):
            found.append((match.start(), topic))
            said = hide_all(said, pattern)
    return tuple(topic for _, topic in sorted(found))


def _is_short_for_somebody(topic: str, match: re.Match[str], sentence: Sentence) -> bool:
    """True for the "ai" of "có ai": somebody."""
    if topic != "ai" or match[0].split()[-1] != "ai":
        return False
    before = match[0].split()[0]
    if before in _NOBODY:
        return True
    is_loud = sentence.text.isupper() or sentence.quote(match.end() - 2, match.end()) != "AI"
    return is_loud and before not in _TAUGHT


def read_kind(said: str, *, has_topic: bool) -> tuple[str, tuple[str, ...]]:
    """(kind, candidates): candidates only when it must be asked."""
    said = hide_all(said, _NOT_THIS, _BEFORE, _LITERACY)
    visits, loud = bool(_VISITS.search(said)), bool(_LOUD.search(said))
    if visits and (loud or _AND_VISITS.search(said)):
        return "home_visit", ("campaign", "home_visit")
    if visits:
        return "home_visit", ()
    if loud:
        return "campaign", ()
    return _quieter_kind(said, has_topic=has_topic)


def _quieter_kind(said: str, *, has_topic: bool) -> tuple[str, tuple[str, ...]]:
    is_lesson = bool(_LESSON.search(said))
    if _CONTEST.search(said) or (_OTHER.search(said) and not _LEARNING.search(said)):
        return "other", ()
    if _TELLING.search(said) and not is_lesson:
        return "campaign", ()
    if is_lesson or _LEARNING.search(said):
        return CLASS, ()
    if _HEARD.search(said) or not has_topic:
        return CLASS, (CLASS, "campaign", "other") if not has_topic else (CLASS, "campaign")
    return CLASS, ()
