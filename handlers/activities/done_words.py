"""How people speak of what was done, and of what was not: the patterns of `recorded`."""

import re
from typing import Final

from handlers.activities.sentence import spoken

COMMAND: Final = spoken(
    r"(?:(?:dạ|vâng|alo|chào|xin|kính|thưa|trợ lý|bot|ơi|em|tôi|anh|chị|bác|cháu|làm ơn|nhờ|hãy|"
    r"giúp|hộ|bạn|cho|,|\.|!|:) )*(?:xóa|hủy|sửa|rút|xem|biết|hỏi (?:về|cách|chút|xem|tí)|xuất|"
    r"liệt kê|nhắc|dừng nhắc|đổi (?:buổi|số|thành|ngày)|bỏ (?:cái |cả )?(?:buổi|bản|lần|ghi|lớp)|"
    r"chuyển (?:cái )?(?:lớp|buổi|bản|lần)|tổng hợp|"
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
ERASED: Final = spoken(
    r"(?<=[,.;!] )(?:xóa|hủy (?:bản|ghi|lệnh)|bỏ (?:buổi|bản|lần) (?:này|hôm|tối|sáng|chiều|đó|"
    r"ghi))"
)
NOTE: Final = spoken(r"ghi|lưu|nhận|nhập|báo|tính")
ASKED: Final = spoken(
    r"là gì|như thế nào|thế nào|ra sao|làm sao|tại sao|vì sao|bao giờ|khi nào|lúc nào|mấy giờ|"
    r"ở đâu|nơi nào|có ai biết|ai biết|(?:xóm|đơn vị|bài|lớp|người) nào(?! cũng)|ai dạy|"
    r"(?<=^ )(?:hôm|ngày|tối|sáng|chiều|thứ) nào(?! cũng)|(?:bài|nội dung|môn|chủ đề|cái|việc) gì|"
    r"gì (?:thế|vậy|nhỉ|hả)|(?<=^ )(?:trợ lý ơi )?(?:sao|vì sao)|"
    r"(?:(?<=^ )|(?<=[,.] ))(?:có )?ai (?:chỉ|giúp|bày|hộ|rảnh)|"
    r"(?:có )?nên (?:mở|tổ chức|dạy|học|cho|để|làm|chọn) .{1,60}|học gì|dạy gì|làm gì|được không|"
    r"(?<!được )(?<!duoc )mấy (?:người|bà con|hộ|buổi|lớp|lần|xóm)(?: \S+){0,5} (?:rồi|nhỉ|vậy|thế|"
    r"hả)(?: ạ)? [.?!]|(?:ghi|báo|nhập|lưu|học|dạy|mở|có)(?: \S+)? mấy (?:buổi|lớp|lần|"
    r"bản)(?: \S+)? rồi|"
    r"(?:học|dạy|có|được) mấy (?:buổi|lần|người|hộ) [.?!]|"
    r"(?<=^ )ai (?:đã|vừa|dạy|mở|đứng|hướng|là)|"
    r"có phải|phải không|đúng không|mấy (?:người|buổi|hộ) .{0,40}(?:vậy|thế|nhỉ|hả) [.?!]|"
    r"(?:(?<!thì )không|chưa|nhỉ|hả)(?: (?:ạ|nhỉ|vậy|thế|hả|em|anh|chị|bạn|nhé|trợ lý))* [.?!]"
)
CONFIRMED: Final = spoken(r"(?:có )?(?:phải|đúng) (?:không|chưa)|đúng chứ|nhỉ|hả")
HOW_MANY: Final = spoken(r"bao nhiêu")
NOT_COUNTED: Final = spoken(r"chưa|không|chẳng|đếm|nắm|khó|chịu|quên|nhớ")
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
AHEAD: Final = spoken(
    r"(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|từ) mai|(?:sáng|trưa|chiều|tối|ngày) mốt|ngày kia|"
    rf"(?<=[.,] )mai|(?<=^ )mai|{_NO_NAME}mai (?:sẽ|mở|họp|học|xóm|tổ)|{_NO_NAME}sẽ|sắp tới|"
    rf"sắp(?! xếp)|dự kiến|dự định|"
    r"dự tính|đang tính|(?<!nhiệt )tính (?:(?:tuần|tháng|tối|hôm|này|nay) )*(?:mở|tổ chức|"
    r"làm (?![,.]))|"
    r"(?<=[.,] )nếu|(?<=^ )nếu|ước gì|(?:lên|chốt|xếp|báo) lịch|"
    r"(?:kế hoạch|chỉ tiêu|mỗi xóm|các xóm|được giao|yêu cầu)(?: \S+){0,4} phải|(?<=^ )(?:lịch|"
    r"kế hoạch|chỉ tiêu|mục tiêu|quy định|định mức)|"
    r"thống nhất|bàn (?:việc |chuyện )?(?:mở|tổ)|"
    r"(?:lát|tí|chút|chốc|xíu|mấy hôm|vài hôm|ít hôm) nữa|sang năm|năm (?:tới|sau)|"
    r"cuối (?:tháng|tuần|năm|quý) (?:này|nay)|từ nay|từ giờ|từ \d{1,2}/12|vào \d{1,2}/12|"
    r"\d{1,2}/\d{1,2} (?:này|tới)|`tháng `12 `này|"
    rf"{_NO_PLACE}định (?:mở|tổ chức|dạy|học|làm|đi|tập|họp|phát|sẽ|cho|hướng|tuyên)|"
    r"(?<!hoạch )(?<!vụ )(?<!việc )(?<!mùa )(?:tuần|tháng|năm|quý|kỳ) (?:sau|tới)(?! (?:\d|~))|"
    r"(?:buổi|lần) (?:sau|`tới)(?! (?:\d|~))|thời gian tới|tới đây|"
    r"(?:kính )?mời (?:bà con|mọi người|các|toàn thể|cả(?! (?:\d|~)))|"
    r"sang (?:tuần|tháng)|(?:thứ \S+|chủ nhật) (?:tới|sau|tuần sau|tuần tới)|cuối tuần tới|"
    r"chuẩn bị (?:cho )?(?:lớp|buổi|mở|tổ chức|học|dạy|tập|đi|họp|ra)|"
    r"(?<!ghi )(?<!báo )(?<!nộp )(?<!gửi )(?<!đến )(?<!về )(?<!đi )(?<!tới )muốn(?! (?:ghi|báo|lưu|"
    r"nhập|khai|gửi))|mong|nhé (?:bà con|mọi người|các)|"
    r"đăng ký (?:mở|tổ chức)|xin (?:mở|phép|được (?:học|dạy|tập)|"
    r"được mở|kinh phí)|"
    r"(?:có|lên|lập) kế hoạch|hẹn|cần (?:mở|tập|thêm|người|giúp|hỗ trợ|một|\d+)|"
    r"nhờ .{1,30} (?:đến|xuống|về) (?:dạy|hướng|tập)|đề nghị|cho (?:tôi|em|xóm) (?:đăng ký|xin|"
    r"mượn)"
)
PAST: Final = spoken(
    r"(?:hôm|tối|sáng|chiều|trưa|đêm|bữa|ngày hôm) (?:qua|kia|kìa)|đã|vừa|(?:hôm|sáng|chiều|"
    r"trưa) nay|"
    r"xong|vừa rồi|vừa qua|(?:tuần|tháng|hôm|ngày) (?:trước|rồi|qua)"
)
INSTEAD: Final = spoken(r"mà|nhưng|thực tế|thực ra|song|chỉ có|chỉ được|đến được")
OFF: Final = spoken(
    rf"{_NO_NAME}hoãn|(?:dời|lùi|chuyển|lui|rời) (?:lại|sang|đến|lịch|ngày|`tới)(?! (?:từ|tiền|"
    rf"nhà|hội))|"
    rf"(?:nên|đành|phải) (?:thôi|bỏ|dừng|nghỉ)(?! (?:phiếu|tiền))|giải tán|không (?:diễn ra|"
    rf"thành)|phải (?:về|đóng)|"
    rf"hủy(?! (?:tài|đăng|liên|kết|thẻ|đơn|lệnh|gói|dịch))|"
    rf"nghỉ (?:học|dạy|lớp|buổi)|"
    rf"phải nghỉ|cho nghỉ|(?:lớp|buổi)(?: (?!ai )[^\W\d_]+){{0,4}} nghỉ(?= (?:[,.]|$))|"
    r"(?:không|chưa) (?:kịp |thể |có )?(?:mở|tổ chức|dạy|họp|triển khai|làm|phát|đi|tập huấn|học|"
    r"lớp|buổi|ra quân|hướng dẫn|tuyên truyền)(?! (?:ai|người|hết|đông|xong))(?: được| lớp|"
    r" buổi| gì)*"
)
NOT_ALL: Final = spoken(
    r"(?:(?<!xóm )(?<!xom )(?<!x )(?<!thôn )(?<!thon )\d+ \S+|số|mấy \S+|vài \S+|nhiều \S+|ai|"
    r"bà con|một số) "
    r"(?:\S+ )?(?:còn |thì |vẫn )?(?:không|chưa) \S+"
)
ANYWAY: Final = spoken(
    r"(?:mới|vẫn|lại|bù|rồi|nên) (?:mở|dạy|học|tổ chức|họp|làm|phát|đi|tập|hướng)|"
    r"(?:dạy|học|mở|tổ chức|họp) (?:lại|bù|được)"
)
INSTEAD_OF: Final = spoken(r"(?:học|dạy|mở|tổ chức|làm|họp)(?: \S+)? (?:bù|thay)")
NOT_THIS: Final = spoken(
    r"(?:hôm|sáng|chiều|tối) (?:nay|kia|qua) thì (?:không|chưa)(?: \S+){0,2}(?= (?:[,.]|$))|"
    r"thay vì .{1,40}?(?= ,)|không phải(?: là)? .{1,40}? (?:,|mà|như)|"
    r"chứ không phải .{1,40}?(?= [,.])"
)
ACT: Final = spoken(
    r"học|dạy|lớp|tập huấn|hướng dẫn|tuyên truyền|họp|phát|treo|dán|lắp|cài|cuộc thi|thi tìm hiểu|"
    r"hội thi|nói chuyện|đi (?:từng|đến|tận|các)|từng nhà|tận nhà|từng hộ|từng ngõ|tận nơi|"
    r"ra quân|truyền thanh|loa|buổi|bồi dưỡng|chia sẻ|phổ biến|quán triệt|hội nghị|giao lưu|tặng|"
    r"trao|mở|tổ chức|giúp|hỗ trợ|khảo sát|kèm|đến nhà|nói về|ghé|triển khai|lồng ghép|"
    r"sinh hoạt|tọa đàm|nghe|diễu hành|mít tinh|dự|tham gia|truyền đạt"
)
TOOK_PART: Final = spoken(r"\d+ \S+(?: con| viên)? (?:dự|tham dự|tham gia|có mặt|họp|nghe)")
LIVE: Final = spoken(
    r"(?:xóm|thôn|x|nhà|hội|trường|gia đình)(?: \d+| tôi| em| mình| \S+)? có \d+ [^\W\d_]+"
    r"(?: [^\W\d_]+){0,3}(?= (?:[.!]|$))"
)
HEARSAY: Final = spoken(
    r"nghe (?:nói|đâu|bảo|đồn|kể|phong thanh|loáng thoáng)(?! (?:về|chuyện|cách))|"
    r"nghe (?:bà con|mọi người|người ta|ai|dân|họ) (?:nói|bảo|đồn|kể)(?! (?:về|chuyện))|"
    r"(?:có|mấy) (?:người|ai|bác|chị|anh) (?:nói|`bảo|kể(?! chuyện)|đồn)|theo (?:như )?(?:tôi|em|"
    r"mình) (?:được )?(?:biết|nghe)|"
    r"thấy (?:bảo|nói|kể|đồn)|"
    r"(?:người ta|thiên hạ) (?:bảo|nói|kể|đồn|khoe)|không biết .{1,60} không(?= (?:ạ |nhỉ )?[.?!])"
)
"""Told by others: no record, unless a number of people was told before it."""
UNSURE: Final = spoken(
    r"hình như|chắc (?:là|hôm|tối|bên|xóm)|có lẽ|không chắc|nghe nói|"
    r"(?:mọi người|bà con|họ|các (?:bác|cụ|ông|bà|chị)|(?:anh|chị|cô|bác|chú|ông|"
    r"bà) \S+)(?: (?:cũng|có))? "
    r"(?:`bảo|kể(?! chuyện)|đồn|khoe)|thấy (?:mọi người|người ta|bên|xóm|họ)|"
    r"tivi|ti vi|vtv\S*|thời sự|(?:đài|báo)(?: (?!xã|cáo)\S+){0,4} (?:đăng|đưa tin|viết)|"
    r"trên báo|đăng bài|đưa tin"
)
"""Before any word of the deed: rumours, guesses and what the news say."""
TRIED: Final = spoken(
    r"(?:(?:dạ|alo|em|tôi|cho|trợ lý|ơi|,) )*(?:thử (?:ghi|nhập|xem|gõ|nhắn|báo|:)|test|ví dụ|vd|"
    r"giả sử|"
    r"giả dụ|chẳng hạn)"
)
COURTESY: Final = spoken(
    r"cảm ơn|cám ơn|biết ơn|`chúc|chúc (?:mừng|bà con|các|mọi|em|trợ|xã|xóm)|tri ân|hoan nghênh|"
    r"khen|xin lỗi|chia buồn|"
    r"(?:đã|vừa|mới) (?:gửi|nộp) (?:\S+ )?(?:ảnh|báo cáo|danh sách|số liệu|tin|video)"
)
LISTED: Final = spoken(
    r"(?:danh sách|(?:trên )?bảng|lịch|biểu|số liệu|thống kê|kết quả|điểm|link|ảnh|file|tài liệu|"
    r"giáo án)(?! \d)"
)
"""Opening a sentence that counts nobody: no report."""
WRONGLY: Final = spoken(
    r"(?<! à )(?<! ấy )(?:ghi|nhập|báo|gửi|lưu|tính) (?:bị )?(?:sai|nhầm|thiếu|trùng|lộn|(?:2|"
    r"hai) lần)|"
    r"(?<=^ )(?:ghi|nhập|lưu)(?: (?![,.:])\S+){1,4}? (?:sai|nhầm)"
)
FAULT: Final = spoken(
    r"hỏng|lỗi|mất (?:mạng|điện|sóng|wifi|tín)|không (?:vào|được|có)|yếu|chập chờn|cúp|đứt|treo máy"
)
SMALL_TALK: Final = spoken(
    r"(?<!bà )(?:con|cháu|mẹ|má|bố|vợ|chồng)(?: gái| trai)? (?:tôi|em|mình)|"
    r"(?<!chị )(?<!anh )(?<!chi )(?:tôi|em|mình) (?:đã |vừa |mới )*(?:tự (?:học|cài|làm|tìm)|mua)|"
    r"(?<=^ )(?:khen|hoan hô)|"
    r"(?<!xóm )(?<!lớp )(?<!chúng )(?:tôi|em|mình|cháu) (?:đã |vừa |mới |đang )*(?:học|xem|"
    r"làm)(?: xong)?"
    r"(?: được)? bài|"
    r"(?:hay|giỏi|kém|ồn|chán|tuyệt|dở|chậm) (?:quá|lắm|thật|"
    r"ghê|thế)|(?:còn )?thiếu \d+ (?:buổi|lớp)|"
    r"(?<!xóm )(?<!bên )(?<!lớp )(?<!hội )(?<!chỗ )(?<!nhà )(?<!tổ )(?<!bọn )(?<!chúng )(?<!cho )"
    r"(?<!các )(?<!trường )(?<!với )(?<!thôn )(?<!đoàn )(?<!\d )"
    r"(?:tôi|em|mình|cháu)(?: (?:đã|vừa|mới|cũng|được|đang))* (?:đi )?(?:học|tập huấn)"
    r"(?! (?:sinh|viên|trò|cho))"
)
"""Opinions, thanks and what one learnt oneself: no record unless it is said how many came."""
DOER: Final = spoken(r"(?:xóm|thôn|x) \d+|(?:hội|đoàn|trường) \S+")
TONIGHT: Final = spoken(r"(?:tối|đêm|chiều) nay")
CAME_WORDS: Final = spoken(r"được|đã|vừa|xong|rồi|đi từng|loa|tận nhà|tuyên truyền")
CLAUSE: Final = re.compile(r" [,.;!?](?= )")
STOP: Final = re.compile(r" [.;!?](?= )")
