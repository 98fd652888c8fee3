"""Whether something done is told at all, and which of its words tell of it (is_record)."""

import re
from typing import Final

from handlers.activities.counting_words import COUNT, HOUSEHOLDS, LABELLED, NEVER
from handlers.activities.sentence import TAKEN, hide, hide_all, spoken

_COMMAND: Final = spoken(
    r"(?:(?:dạ|vâng|alo|chào|xin|kính|thưa|trợ lý|bot|ơi|em|tôi|anh|chị|bác|cháu|làm ơn|nhờ|hãy|"
    r"giúp|hộ|bạn|cho|,|\.|!|:) )*(?:xóa|hủy|sửa|rút|xem|biết|hỏi (?:về|cách|chút|xem|tí)|xuất|"
    r"liệt kê|nhắc|dừng nhắc|đổi (?:buổi|số|thành|ngày)|bỏ (?:buổi|bản|lần|ghi)|tổng hợp|"
    r"thống kê|in (?:ra|giúp|báo)|gỡ|(?:kính )?mời (?:bà con|các|mọi|anh|chị|toàn)|đề nghị|"
    r"yêu cầu|thông báo|báo (?:cho )?(?:bà con|mọi người|các)|"
    r"gửi (?:cho |lại )*(?:tôi|em|anh|chị|mình|bác|xã) (?:danh sách|bảng|link|file|mẫu|lịch|"
    r"tài liệu|ảnh|số liệu|"
    r"thống kê)|hướng dẫn (?:cho )?(?:tôi|em|mình)(?! (?:qua|\d|t |thu))|"
    r"(?:dạy|chỉ) (?:cho )?(?:tôi|em|mình)(?! (?:qua|\d|t |thu))|mở (?:bài|menu)|tìm|"
    r"muốn(?! (?:ghi|báo|lưu|nhập|khai|gửi))|cần (?:mở|học|tập|giúp|hỗ|người)|đăng ký (?:học|"
    r"lớp|tham|cho)|cần (?:\d|mấy|thêm)\S*|"
    r"xin (?:(?:cho|em|cô|thầy|anh|chị|lại) )*(?:số (?:điện|cô|thầy|anh|chị|liên|máy|của)|lịch|"
    r"tài liệu|danh sách|link|đường|mẫu|ảnh|giúp|ý kiến|kinh phí|được|hỗ trợ|giáo án|bài|file|"
    r"thông tin|phép))"
)
_ERASED: Final = spoken(
    r"(?<=[,.;!] )(?:xóa|hủy (?:bản|ghi|lệnh)|bỏ (?:buổi|bản|lần) (?:này|hôm|tối|sáng|chiều|đó|"
    r"ghi))"
)
_NOTE: Final = spoken(r"ghi|lưu|nhận|nhập|báo|tính")
_ASKED: Final = spoken(
    r"là gì|như thế nào|thế nào|ra sao|làm sao|tại sao|vì sao|bao giờ|khi nào|lúc nào|mấy giờ|"
    r"ở đâu|nơi nào|có ai biết|ai biết|(?:xóm|đơn vị|bài|lớp|người) nào(?! cũng)|ai dạy|"
    r"(?:có )?nên (?:mở|tổ chức|dạy|học|cho|để|làm|chọn) .{1,60}|học gì|dạy gì|làm gì|được không|"
    r"mấy (?:người|bà con|hộ|buổi|lớp|lần|xóm)(?: \S+){0,5} (?:rồi|nhỉ|vậy|thế|hả) [.?!]|"
    r"(?:học|dạy|có|được) mấy (?:buổi|lần|người|hộ) [.?!]|"
    r"(?<=^ )ai (?:đã|vừa|dạy|mở|đứng|hướng|là)|"
    r"có phải|phải không|đúng không|mấy (?:người|buổi|hộ) .{0,40}(?:vậy|thế|nhỉ|hả) [.?!]|"
    r"(?:(?<!thì )không|chưa|nhỉ|hả)(?: (?:ạ|nhỉ|vậy|thế|hả|em|anh|chị|bạn|nhé|trợ lý))* [.?!]"
)
_MY_LESSON: Final = spoken(
    r"(?:tôi|em|mình|cháu) (?:đã |vừa |mới |đang )*(?:học|xem|làm)(?: xong)?(?: được)? bài|"
    r"học (?:xong )?bài \d+"
)
_CONFIRMED: Final = spoken(r"(?:có )?(?:phải|đúng) (?:không|chưa)|đúng chứ|nhỉ|hả")
_HOW_MANY: Final = spoken(r"bao nhiêu")
_NOT_COUNTED: Final = spoken(r"chưa|không|chẳng|đếm|nắm|khó|chịu|quên|nhớ")
_NO_NAME: Final = "".join(
    f"(?<!{title} )"
    for title in (
        "co", "cô", "thay", "thầy", "anh", "chi", "chị", "bac", "bác", "chu", "chú", "ong", "ông",
        "ba", "bà", "chau", "cháu", "em", "chi", "ban", "bạn", "chia",
    )
)  # fmt: skip
_NO_PLACE: Final = "".join(
    f"(?<!{word} )" for word in ("o", "ở", "tai", "tại", "san", "sân", "gia", "ngoai", "cua")
)
_AHEAD: Final = spoken(
    r"(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|từ) mai|(?:sáng|trưa|chiều|tối|ngày) mốt|ngày kia|"
    rf"(?<=[.,] )mai|(?<=^ )mai|{_NO_NAME}mai (?:sẽ|mở|họp|học|xóm|tổ)|{_NO_NAME}sẽ|sắp tới|"
    rf"sắp(?! xếp)|dự kiến|dự định|"
    r"dự tính|đang tính|(?<!nhiệt )tính (?:(?:tuần|tháng|tối|hôm|này|nay) )*(?:mở|tổ chức|"
    r"làm (?![,.]))|"
    r"(?<=[.,] )nếu|(?<=^ )nếu|ước gì|(?:lên|chốt|xếp|báo) lịch|(?<=^ )(?:lịch|kế hoạch)|"
    r"thống nhất|bàn (?:việc |chuyện )?(?:mở|tổ)|"
    r"(?:lát|tí|chút|chốc|xíu|mấy hôm|vài hôm|ít hôm) nữa|sang năm|năm (?:tới|sau)|"
    r"cuối (?:tháng|tuần|năm|quý) (?:này|nay)|từ nay|từ giờ|từ \d{1,2}/12|vào \d{1,2}/12|"
    r"\d{1,2}/\d{1,2} (?:này|tới)|`tháng `12 `này|"
    rf"{_NO_PLACE}định (?:mở|tổ chức|dạy|học|làm|đi|tập|họp|phát|sẽ|cho|hướng|tuyên)|"
    r"(?:tuần|tháng|buổi|lần|năm|quý|kỳ) (?:sau|tới)(?! (?:\d|~))|thời gian tới|tới đây|"
    r"(?:kính )?mời (?:bà con|mọi người|các|toàn thể|cả)|"
    r"sang (?:tuần|tháng)|(?:thứ \S+|chủ nhật) (?:tới|sau|tuần sau|tuần tới)|cuối tuần tới|"
    r"chuẩn bị (?:cho )?(?:lớp|buổi|mở|tổ chức|học|dạy|tập|đi|họp|ra)|"
    r"(?<!ghi )(?<!báo )(?<!nộp )(?<!gửi )(?<!đến )(?<!về )(?<!đi )(?<!tới )muốn(?! (?:ghi|báo|lưu|"
    r"nhập|khai|gửi))|mong|nhé (?:bà con|mọi người|các)|"
    r"đăng ký (?:mở|tổ chức)|xin (?:mở|phép|được (?:học|dạy|tập)|"
    r"được mở|kinh phí)|"
    r"(?:có|lên|lập) kế hoạch|hẹn|cần (?:mở|tập|thêm|người|giúp|hỗ trợ|một)|"
    r"nhờ .{1,30} (?:đến|xuống|về) (?:dạy|hướng|tập)|đề nghị|cho (?:tôi|em|xóm) (?:đăng ký|xin|"
    r"mượn)"
)
_PAST: Final = spoken(
    r"(?:hôm|tối|sáng|chiều|trưa|đêm|bữa|ngày hôm) (?:qua|kia|kìa)|đã|vừa|(?:hôm|sáng|chiều|"
    r"trưa) nay|"
    r"xong|vừa rồi|vừa qua|(?:tuần|tháng|hôm|ngày) (?:trước|rồi|qua)"
)
_INSTEAD: Final = spoken(r"mà|nhưng|thực tế|thực ra|song|chỉ có|chỉ được|đến được")
_OFF: Final = spoken(
    rf"{_NO_NAME}hoãn|(?:dời|lùi|chuyển|lui|rời) (?:lại|sang|đến|lịch|ngày|`tới)(?! (?:từ|tiền|"
    rf"nhà|hội))|"
    rf"(?:nên|đành) thôi|giải tán|phải (?:về|bỏ|đóng)|(?:bị|phải|nên|đã) hủy|hủy (?:lớp|buổi)|"
    rf"nghỉ (?:học|dạy|lớp|buổi)|"
    rf"phải nghỉ|cho nghỉ|(?:lớp|buổi)(?: (?!ai )[^\W\d_]+){{0,4}} nghỉ(?= (?:[,.]|$))|"
    r"(?:không|chưa) (?:kịp |thể |có )?(?:mở|tổ chức|dạy|họp|triển khai|làm|phát|đi|tập huấn|học|"
    r"lớp|buổi|ra quân|hướng dẫn|tuyên truyền)(?! (?:ai|người|hết|đông|xong))(?: được| lớp|"
    r" buổi| gì)*"
)
_NOT_ALL: Final = spoken(
    r"(?:\d+ \S+|số|mấy \S+|vài \S+|nhiều \S+|ai|bà con|một số) "
    r"(?:\S+ )?(?:còn |thì |vẫn )?(?:không|chưa) \S+"
)
_ANYWAY: Final = spoken(
    r"(?:mới|vẫn|lại|bù|rồi|nên) (?:mở|dạy|học|tổ chức|họp|làm|phát|đi|tập|hướng)|"
    r"(?:dạy|học|mở|tổ chức|họp) (?:lại|bù|được)"
)
_INSTEAD_OF: Final = spoken(r"(?:học|dạy|mở|tổ chức|làm|họp)(?: \S+)? (?:bù|thay)")
_NOT_THIS: Final = spoken(
    r"(?:hôm|sáng|chiều|tối) (?:nay|kia|qua) thì (?:không|chưa)(?: \S+){0,2}(?= (?:[,.]|$))|"
    r"không phải(?: là)? .{1,40}? (?:,|mà|như)|chứ không phải .{1,40}?(?= [,.])"
)
_ACT: Final = spoken(
    r"học|dạy|lớp|tập huấn|hướng dẫn|tuyên truyền|họp|phát|treo|dán|lắp|cài|cuộc thi|thi tìm hiểu|"
    r"hội thi|nói chuyện|đi (?:từng|đến|tận|các)|từng nhà|tận nhà|từng hộ|từng ngõ|tận nơi|"
    r"ra quân|truyền thanh|loa|buổi|bồi dưỡng|chia sẻ|phổ biến|quán triệt|hội nghị|giao lưu|tặng|"
    r"trao|mở|tổ chức|giúp|hỗ trợ|khảo sát|kèm|đến nhà|nói về|ghé|triển khai|lồng ghép|"
    r"sinh hoạt|tọa đàm|nghe|diễu hành|mít tinh|dự|tham gia|truyền đạt"
)
_TOOK_PART: Final = spoken(r"\d+ \S+(?: con| viên)? (?:dự|tham dự|tham gia|có mặt|họp|nghe)")
_LIVE: Final = spoken(
    r"(?:xóm|thôn|x)(?: \d+| tôi| em| mình) có \d+ \S+(?: dân| lớn)?(?= (?:[.!]|$))"
)
_HEARSAY: Final = spoken(r"nghe (?:nói|đâu|bảo|đồn)|thấy (?:bảo|nói)")
_SMALL_TALK: Final = spoken(
    r"(?<=^ )(?:cảm ơn|chúc|khen|hoan hô)|(?:hay|giỏi|kém|ồn|chán|tuyệt|dở|chậm) (?:quá|lắm|thật|"
    r"ghê|thế)|(?:còn )?thiếu \d+ (?:buổi|lớp)|"
    r"(?<!xóm )(?<!bên )(?<!lớp )(?<!hội )(?<!chỗ )(?<!nhà )(?<!tổ )(?<!bọn )(?<!chúng )(?<!cho )"
    r"(?<!các )(?<!trường )(?<!với )(?<!thôn )(?<!đoàn )(?<!\d )"
    r"(?:tôi|em|mình|cháu)(?: (?:đã|vừa|mới|cũng|được|đang))* (?:đi )?(?:học|tập huấn)"
    r"(?! (?:sinh|viên|trò|cho))"
)
"""Opinions, thanks and what one learnt oneself: no record unless it is said how many came."""
_TONIGHT: Final = spoken(r"(?:tối|đêm|chiều) nay")
_CAME_WORDS: Final = spoken(r"được|đã|vừa|xong|rồi|đi từng|loa|tận nhà|tuyên truyền")
_CLAUSE: Final = re.compile(r" [,.;!?](?= )")
_STOP: Final = re.compile(r" [.;!?](?= )")


def told_of(said: str) -> str | None:
    """The words that tell of something done, the others hidden; None when nothing is told."""
    if _COMMAND.match(said, 1) or _ERASED.search(said) or _MY_LESSON.search(said):
        return None
    said = _NOT_THIS.sub(lambda found: TAKEN * len(found[0]), said)
    is_past = bool(_PAST.search(said))
    kept = _without_plans(_without_questions(said), is_past=is_past)
    kept = None if kept is None else _without_cancelled(kept)
    if kept is None or _is_tonight(kept) or _HEARSAY.match(kept, 1):
        return None
    counts = (COUNT, HOUSEHOLDS, LABELLED)
    is_counted = any(pattern.search(kept) for pattern in counts) and not _LIVE.match(kept, 1)
    if _SMALL_TALK.search(kept) and not is_counted:
        return None
    if not (is_counted or _ACT.search(kept)):
        return None
    return kept


def _is_tonight(told: str) -> bool:
    """Whether it may be still to come: "tối nay mở lớp", and nothing says that anybody came."""
    if not _TONIGHT.search(told) or _PAST.search(_TONIGHT.sub(" ", told)):
        return False
    said = hide_all(told, *NEVER)
    return not (COUNT.search(said) or HOUSEHOLDS.search(said) or _CAME_WORDS.search(said))


def _pieces(said: str, ends: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the parts between signs stand, each with its sign."""
    cuts = [match.end() for match in ends.finditer(said)]
    return list(zip([0, *cuts], [*cuts, len(said)], strict=True))


def _without_questions(said: str) -> str:
    for start, end in reversed(_pieces(said, _STOP)):
        sentence = f" {said[start:end].strip()} "
        closed = sentence if sentence[-2:-1] in ("?", ".", "!") else f"{sentence}. "
        if _is_asked(closed):
            start = _start_of_request(said, start, end)
            said = hide(said, [(start, end)])
    return said


def _is_asked(sentence: str) -> bool:
    if sentence.rstrip().endswith("?") or _ASKED.search(sentence):
        return True
    return bool(_HOW_MANY.search(sentence)) and not _NOT_COUNTED.search(sentence)


def _start_of_request(said: str, start: int, end: int) -> int:
    """Where "..., ghi giúp được không?" begins: what comes before it is told, not asked."""
    clauses = _pieces(said[start:end], _CLAUSE)
    clauses = [c for c in clauses if said[start + c[0] : start + c[1]].strip(" ,.;!?")]
    last = clauses[-1] if clauses else (0, 0)
    if len(clauses) < 2:
        return start
    asked = f" {said[start + last[0] : start + last[1]].strip()} "
    before = said[start : start + last[0]]
    is_told = COUNT.search(before) and not (_HOW_MANY.search(before) or _CONFIRMED.match(asked))
    is_request = _NOTE.search(asked) or is_told
    return start + last[0] if is_request else start


def _without_plans(said: str, *, is_past: bool) -> str | None:
    while found := _AHEAD.search(said):
        if not is_past and not re.search(r"\d[/.]\d|thứ|thu \d|chủ nhật|chu nhat", said):
            return None
        start, end = _around(said, found.start())
        before = said[start : found.start()] + " "
        behind = _INSTEAD.search(said[found.end() - 1 : end] + " ")
        if behind:
            end = found.end() - 1 + behind.start()
        if behind or _PAST.search(before) or COUNT.search(before):
            said = hide(said, [(found.start(), end)])
        else:
            said = hide(said, [(start, _end_of_plan(said, end))])
    return said


def _end_of_plan(said: str, end: int) -> int:
    """A plan goes on to the end of its sentence, unless something past comes behind."""
    stop = _STOP.search(said, end - 1)
    last = stop.start() if stop else len(said) - 1
    told = next((m for p in (_PAST, _INSTEAD, _TOOK_PART) if (m := p.search(said, end - 1))), None)
    return end if told and told.start() < last else last


def _around(said: str, place: int) -> tuple[int, int]:
    """The clause a word stands in."""
    starts = [match.end() for match in _CLAUSE.finditer(said, 0, place)]
    following = _CLAUSE.search(said, place)
    return (starts[-1] if starts else 0), (following.start() if following else len(said) - 1)


def _without_cancelled(said: str) -> str | None:
    open_said = _NOT_ALL.sub(lambda found: TAKEN * len(found[0]), said)
    found = _OFF.search(open_said)
    if found is None:
        return said
    if _INSTEAD_OF.search(said, 0, found.end()):
        return hide(said, [found.span()])
    if not _ANYWAY.search(said, found.end()):
        return None
    start, end = _around(said, found.start())
    behind = _INSTEAD.search(said, found.end(), end)
    return hide(said, [(found.start(), behind.start()) if behind else (start, end)])
