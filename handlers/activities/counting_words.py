"""How people say how many: the patterns of `counted`."""

from typing import Final

from handlers.activities.sentence import spoken

N: Final = r"~?\d[\d~]*"
ABOUT: Final = (
    r"(?:(?:khoảng|"
    r"(?<!hoc )(?<!học )(?<!lam )(?<!làm )(?<!mo )(?<!mở )(?<!hop )(?<!họp )(?<!chuc )chừng|tầm|"
    r"`cỡ|hơn|gần|trên dưới|trên|dưới|ngót nghét|ngót|xấp xỉ|`độ|ước chừng|ước tính|ước|"
    r"quãng|`non|~|chưa đến|chưa tới|không đến|không tới|khoảng chừng|đâu khoảng|tròm trèm|"
    r"suýt soát) )"
)
_KIND: Final = (
    r"(?:người(?: dân| lớn| cao tuổi| học| già)?|bà con|bc|bcon|học viên|hội viên|đoàn viên|"
    r"đảng viên|"
    r"xã viên|thành viên|cán bộ|công chức|cb|giáo viên|thầy cô|cô giáo|thầy giáo|thầy|học sinh|"
    r"phụ huynh|anh chị em|chị em|anh em|anh chị|ông bà|cụ|cô bác|cô chú|bác|chú|cháu|em|chị|anh|"
    r"ông|bà|cô|bạn|thanh niên|phụ nữ|công dân|nông dân|nhân dân|dân|tiểu thương|công nhân|"
    r"lao động|nhân viên|chủ hộ|đại biểu|chiến sĩ|cựu chiến binh|lượt(?: người| bà con)?|khẩu|mẹ|"
    r"vị|đồng chí|sinh viên|chủ cửa hàng|hội viên nông dân|trẻ|giáo dân|phật tử|viên chức|"
    r"quần chúng|dân quân|tổ viên|tình nguyện viên|đoàn thanh niên|chủ quán|khách|bố mẹ)"
)
PEOPLE: Final = rf"(?:{_KIND}(?: {_KIND})?)"
HOUSES: Final = r"(?:hộ(?: gia đình| dân)?|gia đình|nhà)"

# Figures that are no people: times, ages, ordinals, resolutions, levels, prices, telephones.
NEVER: Final = (
    spoken(rf"số nhà {N}|nhà số {N}|năm \d{{4}}"),
    spoken(rf"\d{{1,2}}[hg]\d{{0,2}}|\d{{1,2}} ?: ?\d{{2}}(?! {PEOPLE} )|"
           r"\d{1,2} giờ(?: \d{1,2}(?: phút)?| rưỡi)?"),
    spoken(r"0\d{8,10}|0\d{2,4}[ .]\d{3}[ .]\d{3,4}|0\d{3} \d{3} \d{3}"),
    spoken(rf"(?:trên |từ |dưới |ngoài |hơn |gần )?{N} tuổi(?: trở lên)?|(?:trên|từ|dưới) 60"),
    spoken(rf"(?:nghị quyết|quyết định|kế hoạch|đề án|chỉ thị|công văn)(?: số)? {N}(?: / \S+)?"),
    spoken(rf"(?:mức|cấp|độ|khóa|bài|câu|trang|quý|`năm|tháng|ngõ|"
    rf"(?<!sĩ )(?<!si )(?<!quân )(?<!quan )(?<!tổng )(?<!tong )số|tổ|đội|khu|phiên bản|"
           rf"chương|tiết|(?<=sinh )lớp|khối|điểm) (?:độ |thứ |số )?{N}(?! {PEOPLE} )"),
    spoken(rf"{N} (?:tiếng|phút|giờ|tuần|tháng|`năm|%|nghìn|triệu|đồng(?! chí)|k|phần trăm|g|gb|"
        rf"km|mét)"),
    spoken(rf"{N} (?:băng rôn|tờ|máy|bài|câu|tin|video|điểm|loa|cái|chiếc|bộ|suất|tài khoản|nhóm|"
           rf"đội|ngõ|xóm|nội dung|phần|chủ đề|cuốn|quyển|phòng|bàn|ghế|mã|ứng dụng|app)"),
)  # fmt: skip
POPULATION: Final = spoken(
    rf"(?:xóm|xã|thôn|toàn xóm|cả xóm|xóm tôi|xóm em|trên tổng số|tổng số dân|trong tổng số|trên)"
    rf"(?: (?:tôi|em|mình|ta|·+))? ?(?:có )?(?:tổng (?:cộng |số )?)?{N} (?:hộ|nhân khẩu|khẩu|dân)"
    r"(?: dân| gia đình)?(?= [,.])"
)
SIDES: Final = spoken(r"(?P<part>lớp|nhóm|khu|xóm|tổ|đội|cụm|tầng|thôn) (?:trên|dưới)")
AGED: Final = spoken(
    rf"(?:từ|trên|ngoài|dưới) {N} tuổi(?: trở (?:lên|xuống))?(?: (?:có|là|chiếm|thì|"
    rf":))+ {N} {PEOPLE}|"
    rf"(?<=, )(?:(?:có|riêng|kể cả|cả) )+{N} {PEOPLE} (?:từ|trên|ngoài|dưới) {N} tuổi(?! \S+ và)"
)
INHABITED: Final = spoken(
    rf"(?:xóm|xã|thôn|x|toàn xóm|cả xóm)(?: (?:tôi|em|mình|ta|chúng|này|\d+))*(?: (?:có|gồm|tổng|"
    rf"cộng|số|là|được))* {N} (?:hộ|nhân khẩu|khẩu|dân|người lớn|người dân|người)(?: gia đình|"
    rf" dân)?"
    r"(?= (?:(?:,|mà|nhưng|thì|\.) )+·)"
)
"""How many live there: told before the day and the number of those who came."""
_SERVES: Final = (
    r"(?:phục vụ|giữ xe|trông|phụ|đỡ|giúp|hỗ trợ|nấu|pha|lo|dọn|đun|hướng dẫn|dạy|kèm|đứng lớp|"
    r"cầm tay|ghi chép|chụp|điều hành|làm mẫu|quay|giảng|đi cùng|chỉ cho|chỉ cách|tiếp nước)"
)
ASIDES: Final = (
    spoken(rf"(?:[1-9]|10) {PEOPLE}(?: (?:đến|đi|cùng|tổ|đoàn|xóm|xã|nữa|ra|đứng))* {_SERVES}"),
    spoken(
        rf"{N} {PEOPLE}(?: (?:thì|phải|xin|có|việc|bận|ra))* (?:về sớm|về trước|bỏ về|về giữa|"
        rf"nghỉ giữa|về giữa chừng|ra về)"
    ),
    spoken(
        rf"(?:đợt|lần|buổi|hôm|kỳ|tháng|tối|bữa|tuần) trước(?: (?!·|,)\S+){{0,2}} {N}(?: {PEOPLE})?"
    ),
    spoken(
        r"(?:mời|giấy mời|phát giấy|đăng ký|danh sách|kế hoạch|chỉ tiêu|dự kiến)(?: (?:là|có|được|"
        rf"cho))* {N}(?: {PEOPLE})?(?= (?:đến|nhưng|mà|thì|có|chỉ|được|tới|đi|,))"
    ),
)
"""Numbers that count no learners where another number does."""
NEVER_CAME: Final = spoken(
    rf"(?:vắng|thiếu|nghỉ|mời|giấy mời|đăng ký|kế hoạch|dự kiến|chỉ tiêu|danh sách|mục tiêu|"
    rf"phấn đấu|trong số|định mời|giao|trên tổng số|trừ)(?: (?:là|có|được|của|cho))* {ABOUT}?{N} "
    rf"(?:{PEOPLE}|{HOUSES})|"
    rf"{N} {PEOPLE}(?: [^\W\d_]+)? (?:đăng ký|được mời|trong danh sách|theo kế hoạch|vắng|"
    rf"nghỉ|xin nghỉ|không đến|không đi|chưa đến|bỏ về|chưa có|chưa biết|chưa làm|chưa cài|"
    rf"không (?:làm|cài|học))"
)
SUM: Final = spoken(rf"(?P<low>{N}) \+ (?P<high>{N}) {PEOPLE}")
PARTLY: Final = spoken(
    r"(?:trong đó|trong số đó|trong ấy|bao gồm|gồm)(?: (?:có|là|cả|~?\d[\d~]*|[^\W\d_]+|,|"
    r"và)){0,24}"
)
AFTERWARDS: Final = spoken(
    rf"{N} (?:{PEOPLE} )?(?:đã |vừa )?(?:cài|làm|nộp|đạt|biết|tự|kích hoạt|đăng nhập|chuyển|hoàn "
    r"thành|thành công|qua)(?: \S+){0,2}? (?:được|xong|thành công|thạo|rồi|luôn)"
)
MANAGED: Final = spoken(
    rf"(?:cài|làm|nộp|kích hoạt|đăng ký) (?:được|xong)(?: \S+){{0,2}}? {N} {PEOPLE}"
)
ABSENT: Final = spoken(rf"(?:vắng|thiếu|nghỉ)(?: mặt)? {N}")
REMAINING: Final = spoken(r"(?:chỉ )?còn(?: lại)?(?: có| được)?")
WALKED: Final = spoken(rf"{N} {PEOPLE} (?:cùng )?đi(?= [,.])")
PER_HOUSE: Final = spoken(rf"(?:mỗi|một) (?:hộ|nhà|gia đình)(?: có| cử)? {N}(?: {PEOPLE})?")
NAMED_PARTS: Final = spoken(
    rf"(?:{N} (?:nam|nữ)(?: giới)?|(?:nam|nữ)(?: giới)? (?:là |: |có )?{N})"
    rf"(?: ?(?:,|và|với|\+))? (?:{N} (?:nam|nữ)(?: giới)?|(?:nam|nữ)(?: giới)? (?:là |: |có )?{N})"
)
RANGE: Final = spoken(
    rf"(?:từ )?(?P<low>{N})(?:(?: {PEOPLE})?(?: ?- ?| đến | `tới | hoặc | hay )| toi |"
    rf" , )(?P<high>{N})"
    rf"(?: {PEOPLE})(?! (?:hộ|nhà))"
)
GLUED_RANGE: Final = spoken(rf"(?P<low>\d+)[-/](?P<high>\d+)(?: {PEOPLE})")
VAGUE: Final = spoken(
    rf"(?P<n>{N}) mấy (?:{PEOPLE})|(?:vài|mấy|hàng|cả|hơn|gần|dăm|chừng)(?: (?:vài|mấy))? "
    rf"(?:chục|trăm|nghìn|ngàn)(?: {PEOPLE})?|(?:vài|mấy|dăm)(?: ba)? người(?! (?:dạy|hướng|kèm))|"
    rf"(?:dăm|vài|mấy) {N} {PEOPLE}|"
    rf"(?:chục|trăm) {PEOPLE}|(?P<most>(?:nhiều nhất|đông nhất|tối đa|ít nhất|tối thiểu|cao nhất|"
    rf"không quá|không dưới|có hôm|hôm (?:nhiều|đông|ít)(?: nhất)?|lúc đông)(?: (?:là|có|"
    rf"được))* {N}"
    rf"(?: {PEOPLE})?)"
)
NOBODY: Final = spoken(
    r"(?:không|chẳng|chả) (?:có |một )?(?:ai|người nào|bà con nào|ma nào)"
    r"(?: (?:đến|đi|học|dự|tham gia|tới|cả|hết|nào)|(?= [.,])|(?= $))"
)
_NOT_KNOWN: Final = (
    r"số (?:người|lượng|liệu)(?: \S+){0,3} (?:báo|gửi|bổ sung|tính|ghi) sau|"
    r"(?:chưa|không|chẳng|ch) (?:kịp |thể |có |ai )?(?:nắm|đếm|thống kê|tổng hợp|rõ|biết|nhớ|ghi|"
    r"chốt|xác định|tính|điểm danh)(?: \S+){0,4}? ?(?:người|số|bao nhiêu|mấy|được|lượng|danh|nổi|"
    r"chính xác|xuể|hết|cụ thể|kịp|nghe|ai)|"
    r"(?:chưa|không|quên|khó|chẳng|chịu)(?: \S+)? (?:nắm|đếm|thống kê|điểm danh|xuể)|"
    r"(?:mấy|bao nhiêu) (?:người|bà con)(?: \S+){0,3} (?:chịu|chưa|không|quên)|con số chưa|"
    r"(?:chịu|không rõ|chưa rõ|không biết|chưa biết|không nhớ)(?: \S+)? (?:mấy|bao nhiêu)|"
    r"số (?:người|lượng) (?:thì )?(?:\S+ ){0,3}?"
    r"(?:chưa|không)|chưa có (?:số|con số|số liệu)|không (?:ai )?đếm|quên (?:không )?(?:đếm|ghi|"
    r"số)|"
    r"chịu không đếm|bao nhiêu người (?:thì )?(?:chưa|không)"
)
UNKNOWN: Final = spoken(
    rf"(?:{_NOT_KNOWN})(?: (?:được|rõ|là|có|cả))*(?: mấy (?:chục|trăm)(?: {PEOPLE})?)?"
)
TOTAL: Final = spoken(
    rf"(?:tổng(?: cộng| số| là| lớp| xóm| người)*|cả thảy|tất cả|cộng lại|vị chi|cộng|tất tật|"
    rf"cả (?:ba|hai|bốn|\d+) "
    rf"(?:buổi|lớp|lần|hôm|tối|đợt)|gộp lại)(?: (?:là|được|có|cả|:|thì))*(?! thêm) {ABOUT}?"
    rf"(?P<n>{N})(?: (?P<noun>{PEOPLE}))?(?! (?:buổi|lớp|lần|hộ|nhà|tối|đợt))"
)
EACH: Final = spoken(
    rf"(?:mỗi|một|từng|1) (?P<part>buổi|lớp|nhóm|tổ|đội|bàn|tối|lần|hôm|đợt|ca|bữa|ngày)(?: (?:có|"
    rf"được|là|:|thì|đều|học))* "
    rf"{ABOUT}?(?P<a>{N})(?: {PEOPLE})?(?! (?:buổi|hộ))|"
    rf"{ABOUT}?(?P<b>{N})(?: {PEOPLE})? (?:mỗi|một|/ 1|/|1|trên|từng) ?(?:buổi|lớp|tối|lần|hôm|"
    rf"đợt|ca|bữa)|"
    rf"(?:buổi|tối|lần|hôm|lớp) nào cũng(?: (?:có|được|đủ))* {ABOUT}?(?P<c>{N})(?: {PEOPLE})?|"
    rf"(?:đều|đều đặn)(?: có| được)? {ABOUT}?(?P<d>{N}) {PEOPLE}|x (?P<e>{N})(?: {PEOPLE})"
)
COUNT: Final = spoken(
    rf"(?P<about>{ABOUT}*)(?P<n>{N})(?P<lots> (?:hơn|\+|lẻ))? (?P<noun>{PEOPLE})"
    r"(?P<some> (?:trở lên|gì đó|đổ lại|đổ lên|là ít|là cùng|xấp xỉ|tầm đó|tầm tầm|khoảng đó|"
    r"chừng đó|hoặc hơn|hơn chút|hơn một chút|có lẻ|ước chừng|áng chừng))?"
)
LABELLED: Final = spoken(
    rf"(?:sĩ số|quân số|số (?:người|lượng|học viên|bà con)|có mặt|người (?:học|dự|tham gia|nghe)|"
    rf"học viên|số|đông)(?: (?:là|học|dự|tham gia|:|được|có|tham dự|đến|đi))* (?P<about>{ABOUT}*)"
    rf"(?P<n>{N})(?= (?:[.,;!·]|$))"
)
BARE: Final = spoken(rf"(?P<about>{ABOUT}*)(?P<n>{N})(?= (?:[.,;!]|$|·))")
ADDED: Final = spoken(
    r"(?:,|và)? ?(?:(?:cộng thêm|thêm|cộng|\+|và|với|cùng với|cùng|lẫn|và cả|cả|ngoài ra(?: còn)?|"
    r"còn có) ?(?:cả |có |khoảng )?)+"
)
LATER: Final = spoken(
    r"(?:(?:[,.;]|và|·+|đến|tới|về|vào|lúc|sau|muộn|sớm|trước|đó|đúng|giờ|rồi|lại|có|còn|được|"
    r"cũng|khi|giữa|buổi|ra) )*thêm(?: (?:có|được|khoảng|cả|cũng|là|chừng))*|"
    r"(?:đến|tới|vào) (?:trước|sớm|đúng giờ|từ đầu|muộn|sau)(?: ,)?(?: (?:và|với|cùng|cộng))?"
)
ACTUAL: Final = spoken(
    r"(?:mà|nhưng|chỉ|thực tế|có mặt|đến được|mới)(?: (?:\S+ ){0,5}?)?(?:chỉ|có|được|còn|là|đến|"
    r"mới|"
    r"thấy)"
)
PART_OF: Final = spoken(
    r"(?:đến|tới|vào) (?:sớm|muộn|trước|sau|đúng giờ)|"
    r"(?:lớp|ca|nhóm|buổi|lần|tối|sáng|chiều|hôm|đợt|xóm|điểm|khu|tổ|đội|cụm|tầng)(?: (?:trên|"
    r"dưới|đầu|sau|trước|1|2|3|"
    r"một|hai|ba|thứ|nhất|kia|này|còn|lại|cuối|già|trẻ|·+))*(?: (?:có|được|là|:|thì|học))*"
)
HOUSEHOLDS: Final = spoken(
    rf"(?P<about>{ABOUT}*)(?P<n>{N}) (?P<noun>{HOUSES})(?! (?:văn|thờ|nước))(?P<more> nữa)?"
)
OF_HOUSES: Final = spoken(rf"\d+/\d+ {HOUSES}|{N} ?(?:/|-) ?{N} {HOUSES}")
ABOUT_ALONE: Final = spoken(ABOUT.rstrip(" )") + "))")
