"""T34 (secrets are masked) and T56 (somebody in danger is heard)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import (
    clean,
    looks_asked_for_code,
    looks_secret,
    looks_taken_over,
    looks_urgent,
    mask_secrets,
)
from handlers.words.spelling import say_number

# Written before the rules: what people in trouble write, with and without marks.
URGENT = """
bị lừa mất tiền
tôi bị lừa
con toi bi lua
toi bi lừa 20tr
mất tiền rồi
tài khoản bị trừ tiền
tôi lỡ đọc mã OTP rồi
co nguoi goi bao toi doc OTP
họ bắt tôi chuyển tiền ngay
công an gọi bảo tôi chuyển tiền
toi lo bam vao link la
zalo bi chiem
bị hack zalo
tôi vừa chuyển tiền cho công an giả
bi lua mat tien roi
cứu với
cuu voi
cứu tôi với
vua doc ma otp cho nguoi la
chay nha
cháy nhà rồi
tôi bị lừa mất 20 triệu
em vừa bị lừa chuyển khoản 5 triệu
tôi lỡ chuyển tiền cho kẻ lừa đảo rồi
toi lo doc otp cho no roi
mẹ tôi vừa chuyển tiền cho kẻ gian
bố em mới bị lừa hết tiền tiết kiệm
tài khoản bị trừ hết tiền rồi
tai khoan cua toi bi tru tien
tôi bị mất hết tiền trong tài khoản
mat het tien trong tai khoan roi
tôi vừa bấm vào link lạ và mất tiền
vừa bấm vào link lạ xong bị trừ tiền
công an đang gọi bắt tôi chuyển tiền
có người xưng công an đang yêu cầu tôi chuyển tiền
dang co nguoi goi bat toi doc ma otp
nó đang bắt tôi chuyển tiền
họ đang ép tôi chuyển tiền ngay
đang bị công an giả gọi video bắt chuyển tiền
toi bi lua roi phai lam sao
tôi bị lừa rồi
em bi lua tien roi
bi lua roi giup toi voi
cứu em với bị lừa hết tiền
lỡ đưa mã otp cho người lạ rồi
tôi trót cung cấp mật khẩu cho người lạ
vừa cài app lạ xong điện thoại bị điều khiển
dien thoai toi dang bi dieu khien tu xa
tôi bị hack zalo, nó đang mượn tiền người nhà
zalo cua toi bi hack roi
facebook của em bị chiếm mất rồi
gọi cấp cứu giúp tôi
can cap cuu gap
có người đuối nước
có trộm vào nhà
nhà đang cháy
co nguoi bi dien giat
bà ngoại tôi ngất xỉu rồi
hàng xóm vừa bị lừa mất 50 triệu giờ làm sao
tôi đã chuyển tiền cho chúng nó rồi
lo bam link la mat tien roi
chuyển nhầm cho kẻ lừa rồi
chuyen nham cho ke lua roi
tôi chuyển nhầm tiền cho kẻ lừa đảo
có người đòi phí lấy lại tiền
co nguoi doi phi lay lai tien
họ bắt nộp phí mới lấy lại được tiền
nguoi ta bao nop 400 nghin de lay lai tien
có người nhận lấy lại tiền hộ, đòi trả trước 2 triệu
co nguoi nhan lay lai facebook, doi tien truoc
mất zalo
mat facebook roi
zalo của tôi bị mất rồi
có người lấy zalo của tôi đi vay tiền
may toi no hien ma otp toi co doc cho ho khong
ho bao toi doc ma otp
có được đọc otp cho nhân viên ngân hàng không
co nen doc ma otp cho ngan hang khong
nguoi ta goi bao toi doc ma otp
co nguoi hoi ma otp cua toi
ngân hàng gọi hỏi mã OTP
nó xin tôi cái mã otp
đọc mã otp cho họ có sao không
doc ma otp duoc khong
toi sap doc ma otp cho ho
họ nhờ đọc giúp mã xác nhận
ho keu gui ma otp cho ho
mã otp có gửi cho ai được không
""".strip().splitlines()

# Lesson answers, questions, reports, talk about scams: no emergency.
CALM = """
lừa đảo là gì
lua dao la gi
bài lừa đảo
bảy dấu hiệu lừa đảo
cách nhận biết công an giả
nếu bị lừa thì làm gì
khi bị lừa phải gọi số nào
bị lừa thì báo cho ai
không đọc mã otp cho người lạ
khong chuyen tien cho nguoi la
tuyệt đối không chuyển tiền cho công an giả
đừng bấm vào link lạ
không bấm link lạ
cúp máy và gọi công an
gọi 113
mã otp là gì
otp để làm gì
otp la gi
toi da hoc bai ma otp
ma otp co 6 so a
ngân hàng gửi mã otp về máy
ngan hang yeu cau nhap ma otp
khong doc ma otp cho ai
ho hoi ma otp thi lam the nao
không ai được hỏi mã otp của mình
ngân hàng không hỏi mã otp
bai ma otp co doc lai duoc khong
toi chua nhan duoc ma otp
co phai nhap ma otp khong
ngan hang co gui ma otp cho minh khong
otp het han co nhan lai duoc khong
ngân hàng báo đã gửi mã otp
tôi vừa học xong bài otp
vừa học bài về công an giả
em vừa làm xong bài lừa đảo
tôi chưa bị lừa bao giờ
xóm 5 không có ai bị lừa
chưa ai bị lừa
số người bị lừa trong năm
tuyên truyền cho bà con về lừa đảo chuyển tiền
đã tuyên truyền cho 50 người về công an giả
tập huấn phòng chống lừa đảo 35 người
tối qua xóm 5 có 35 bà con học về lừa đảo qua mạng
cảnh báo lừa đảo chuyển khoản
công an giả gọi thì phải làm sao
người lạ hỏi mã otp thì làm thế nào
có nên chuyển tiền cho người lạ không
đáp án b
báo công an
khóa thẻ và gọi ngân hàng
tôi vừa chuyển tiền điện qua app
vừa chuyển tiền học cho con
đã chuyển khoản tiền điện
em vừa cài vneid xong
tôi vừa quét mã qr trả tiền
làm sao để chuyển tiền
hướng dẫn chuyển tiền
chuyển tiền an toàn
chạy nhanh
ăn chay nhà chùa
phòng cháy chữa cháy
lớp học phòng cháy nhà
sơ cấp cứu
số điện thoại cấp cứu là gì
cứu hỏa gọi số nào
gặp cán bộ
cần người giúp
giúp tôi với
giúp với
mất mật khẩu vneid
tôi quên mật khẩu
mất sóng rồi
mất điện
mất mạng rồi
hết tiền điện thoại
thẻ bị khóa thì làm sao
ví dụ có người đang gọi bắt chuyển tiền
câu 3 bị lừa mất tiền là đáp án nào
dấu hiệu điện thoại bị điều khiển từ xa
tài khoản bị trừ tiền là sao
làm sao biết tài khoản bị hack
phòng tránh bị hack zalo
50 người bị lừa
có 3 người bị lừa
có người bị lừa
nộp báo cáo
xom 5 to chuc 3 buoi khoang 120 nguoi
người lạ
kẻ gian giả danh công an yêu cầu chuyển tiền
đối tượng lừa đảo thường bắt nạn nhân chuyển tiền
ai đòi phí lấy lại tiền thì không đưa
ai doi tien de lay lai tien thi khong dua
đừng nộp phí lấy lại tiền
dịch vụ lấy lại tiền là gì
dich vu lay lai tien
lấy lại tiền có mất phí không
làm sao lấy lại tiền
gọi ngân hàng để lấy lại tiền
có người chuyển nhầm tiền cho tôi
chuyen nham tien cho nguoi quen
tôi chuyển nhầm tiền cho em gái
gửi nhầm nhóm rồi
mất zalo thì làm gì
mat zalo thi bao ai
kẻ gian lấy zalo của người khác để vay tiền
tôi dùng zalo của con tôi
bài mất zalo, facebook
lấy lại mật khẩu zalo
không có
0
chưa nắm được
""".strip().splitlines()


def test_t56_the_corpus_is_large_enough() -> None:
    assert len(set(URGENT)) >= 40
    assert len(set(CALM)) >= 60


@pytest.mark.parametrize("text", URGENT)
def test_t56_a_person_in_danger_is_heard(text: str) -> None:
    assert looks_urgent(text)


@pytest.mark.parametrize("text", CALM)
def test_t56_talk_about_scams_is_no_emergency(text: str) -> None:
    assert not looks_urgent(text)


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("họ bảo tôi đọc mã otp", True),
        ("may toi no hien ma otp toi co doc cho ho khong", True),
        ("tôi lỡ đọc mã OTP rồi", False),
        ("vua doc ma otp cho nguoi la", False),
        ("bị lừa mất tiền", False),
        ("bài otp có đọc lại được không", False),
    ],
)
def test_t56_a_code_that_is_asked_for_is_told_from_one_that_is_gone(
    text: str, is_asked: bool
) -> None:
    assert looks_asked_for_code(text) is is_asked


@pytest.mark.parametrize(
    ("text", "is_account"),
    [
        ("mất zalo", True),
        ("mat facebook roi", True),
        ("zalo bi chiem", True),
        ("tôi bị hack zalo, nó đang mượn tiền người nhà", True),
        ("có người lấy zalo của tôi đi vay tiền", True),
        ("co nguoi doi 2 trieu lay lai facebook", True),
        ("bị lừa mất tiền rồi", False),
        ("bị lừa qua zalo mất 5 triệu", False),
        ("bấm link lạ mất zalo", False),
        ("zalo giả công an lấy hết tiền của tôi", False),
        ("điện thoại của tôi đang bị điều khiển", False),
        ("tài khoản ngân hàng bị hack", False),
    ],
)
def test_t56_a_lost_chat_account_is_told_from_lost_money(text: str, is_account: bool) -> None:
    assert looks_taken_over(text) is is_account


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("036085001234", "036085001234"),
        ("căn cước của tôi 036085001234 nhé", "036085001234"),
        ("cccd: 036 085 001 234", "036 085 001 234"),
        ("CMND 161234567", "161234567"),
        ("mã OTP là 123456", "123456"),
        ("otp 1234", "1234"),
        ("ma xac nhan cua toi la 88 12 34", "88 12 34"),
        ("Mã xác thực: 482913", "482913"),
        ("482913 là mã otp", "482913"),
        ("mật khẩu: Abc@1234", "Abc@1234"),
        ("mk la hoa123", "hoa123"),
        ("mã pin 2580", "2580"),
        ("thẻ 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("9704229200000000004 CVV 123", "123"),
        ("4111-1111-1111-1111", "4111-1111-1111-1111"),
        ("０３６０８５００１２３４", "０３６０８５００１２３４"),
    ],
)
def test_t34_a_secret_is_masked(text: str, hidden: str) -> None:
    assert looks_secret(text)
    assert hidden not in mask_secrets(text)
    assert not looks_secret(mask_secrets(text))


@pytest.mark.parametrize(
    "text",
    [
        "0912345678", "0912 345 678", "+84912345678", "1.234", "123.456.789.012", "35 người",
        "mã otp là gì", "mật khẩu là gì", "tập huấn OTP cho 1200 người", "OTP: 1200 người học",
        "năm 2026 có 45 người biết dùng mã OTP", "15/12/2026", "xóm 5: 42 người, 3 buổi, 30 đạt",
        "mã liên kết 123456", "4111 1111 1111 1112", "0912345678 0987654321", "quên mật khẩu",
        "số người có otp 120 người", "mật khẩu mạnh", "đổi mật khẩu cho 35 bà con",
    ],
)  # fmt: skip
def test_t34_counts_dates_and_telephones_stay(text: str) -> None:
    assert not looks_secret(text)
    assert mask_secrets(text) == clean(text)


@given(st.integers(0, 10**11 - 1))
def test_t34_counts_are_never_masked(number: int) -> None:
    assert not looks_secret(str(number))
    assert not looks_secret(f"{say_number(number)} người")


@given(st.text(max_size=200))
def test_t34_t56_any_text_is_survived(text: str) -> None:
    masked = mask_secrets(text)
    assert mask_secrets(masked) == masked
    looks_urgent(text)
