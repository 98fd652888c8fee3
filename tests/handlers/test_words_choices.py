"""N12, N13, U3, U4 and the collisions of design §3."""

import pytest

from handlers.words import (
    Close,
    Count,
    Exact,
    Match,
    NoMatch,
    Several,
    Universal,
    fold,
    match_choice,
    read_count,
    read_yes_no,
    universal,
)

SEND = [("send", "Gửi"), ("edit", "Sửa"), ("later", "Để sau")]
CONSENT = [("yes", "Đồng ý"), ("no", "Không, vẫn xem bài")]
DELETE = [("keep", "Giữ lại"), ("delete", "Xóa dữ liệu của tôi")]
OFFICER = [
    ("calls", "Danh sách gọi"),
    ("enter", "Nhập giúp"),
    ("remind", "Nhắc lại"),
    ("table", "Bảng tổng hợp"),
]
REMINDED = [("now", "Làm ngay"), ("later", "Để sau"), ("paper", "Đã nộp bản giấy")]
HAMLETS = [("3", "Xóm 3"), ("13", "Xóm 13"), ("5", "Xóm 5")]
RISKS = [
    ("keep", "Giữ lại"),
    ("delete", "Xóa"),
    ("cancel", "Hủy báo cáo"),
    ("withdraw", "Rút đồng ý"),
    ("lock", "Khóa"),
]
DANGEROUS = frozenset(("delete", "cancel", "withdraw", "lock"))


@pytest.mark.parametrize(
    "typed",
    ["có", "co", "Có ạ", "ok", "OK em", "ừ", "uh", "đúng", "dung", "ĐÚNG RỒI", "vâng", "dạ",
    "dạ vâng", "👍",
     "👍🏽", "đồng ý", "dong y", "được", "dc", "dạ có ạ", "ừ đúng rồi", "có, đúng rồi", "phải",
     "rồi", "có ❤️", "có, cảm ơn", "vâng cảm ơn em"],
)  # fmt: skip
def test_n13_yes(typed: str) -> None:
    assert read_yes_no(typed) is True


@pytest.mark.parametrize(
    "typed",
    ["không", "khong", "ko", "k", "hông", "chưa", "chua", "sai", "sai rồi", "👎", "❌", "không ạ",
    "dạ không",
     "không đúng", "ko dc", "không phải", "không đồng ý", "chưa đúng", "không, sai rồi", "khỏi"],
)  # fmt: skip
def test_n13_no(typed: str) -> None:
    assert read_yes_no(typed) is False


@pytest.mark.parametrize(
    "typed",
    ["có... không biết", "đúng không", "có không", "có?", "có hay không", "không, đúng rồi", "👍👎",
    "có 👎",
     "có lẽ", "không sai", "không biết", "dừng", "đừng", "vàng", "cô", "", "1", "0", "35", "thôi",
     "chùa",
     "không phải không", "đúng nhưng chưa đủ", "vâng nhưng để sau"],
)  # fmt: skip
def test_n13_neither_or_both_is_asked_again(typed: str) -> None:
    assert read_yes_no(typed) is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1", "send"), ("1.", "send"), ("số 1", "send"), ("so 1 nhe", "send"), ("câu 2", "edit"),
        ("2️⃣", "edit"), ("(3)", "later"), ("３", "later"), ("chọn 2", "edit"),
        ("em chọn số 2 ạ", "edit"),
        ("một", "send"), ("số hai", "edit"), ("gửi", "send"), ("GUI", "send"), ("gửi đi ạ", "send"),
        ("de sau", "later"), ("Để sau nhé", "later"), ("01", "send"), ("bấm 1", "send"),
    ],
)  # fmt: skip
def test_u3_number_word_and_label_do_the_same(typed: str, key: str) -> None:
    assert match_choice(typed, SEND) == Exact(key)


@pytest.mark.parametrize(
    "typed", ["4", "0", "12", "đừng gửi", "không gửi", "gửi gì", "thôi", "35 người", "", "...", "?"]
)
def test_u3_what_is_not_offered_is_not_guessed(typed: str) -> None:
    assert match_choice(typed, SEND) == NoMatch()


@pytest.mark.parametrize(
    ("typed", "key"),
    [("a", "yes"), ("A.", "yes"), ("đáp án B", "no"), ("b ạ", "no"), ("câu a", "yes")],
)
def test_u3_letters_only_where_they_are_shown(typed: str, key: str) -> None:
    assert match_choice(typed, CONSENT, letters=True) == Exact(key)
    assert match_choice(typed, CONSENT) == NoMatch()


def test_u3_two_numbers_are_asked() -> None:
    assert match_choice("1 và 2", SEND) == Several(("send", "edit"))


def test_n12_a_number_that_is_also_a_label_is_asked() -> None:
    ages = [("two", "2"), ("three", "3"), ("four", "4")]
    assert match_choice("3", ages) == Several(("four", "three"))


@pytest.mark.parametrize(
    ("typed", "choices", "found"),
    [
        ("tong hop", OFFICER, Close("table")),
        ("danh sach goj", OFFICER, Close("calls")),
        ("nhaapj giups", OFFICER, Close("enter")),
        ("nha65p giu1p", OFFICER, Close("enter")),
        ("lam ngayy", REMINDED, Close("now")),
        ("nộp bản giấy", REMINDED, Close("paper")),
        ("tôi đã nộp bản giấy rồi", REMINDED, Close("paper")),
        ("không", CONSENT, Close("no")),
        ("khong dong y", CONSENT, NoMatch()),
        ("chưa nộp bản giấy", REMINDED, NoMatch()),
        ("xóm 3", HAMLETS, Exact("3")),
        ("xom 13", HAMLETS, Exact("13")),
        ("xom3", HAMLETS, Exact("3")),
        ("xóm 33", HAMLETS, NoMatch()),
        ("xoms 3", HAMLETS, Close("3")),
        ("xóm", HAMLETS, Several(("3", "13", "5"))),
    ],
)
def test_n12_one_clear_winner_or_none(
    typed: str, choices: list[tuple[str, str]], found: Match
) -> None:
    assert match_choice(typed, choices) == found


def test_n12_other_tones_are_another_word() -> None:
    confirm = [("right", "Đúng"), ("again", "Nhập lại"), ("fix", "Sửa")]
    assert match_choice("dung", confirm) == Exact("right")
    assert match_choice("dừng", confirm) == NoMatch()
    assert match_choice("sữa", confirm) == Exact("fix")  # hỏi and ngã are often mixed up


def test_n12_two_labels_of_the_same_letters_need_their_tones() -> None:
    pair = [("right", "Đúng"), ("stop", "Dừng")]
    assert match_choice("đúng", pair) == Exact("right")
    assert match_choice("dừng", pair) == Exact("stop")
    assert match_choice("dung", pair) == Several(("right", "stop"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2", Exact("delete")),
        ("Xóa dữ liệu của tôi", Exact("delete")),
        ("xoa du lieu cua toi", Exact("delete")),
        ("xoa", Several(("delete",))),
        ("xóa dữ liệu", Several(("delete",))),
        ("xoas duwx lieeuj cuar tooi", Several(("delete",))),
        ("xoa du lieu cua tui", Several(("delete",))),
        ("giu laj", Close("keep")),
    ],
)
def test_n12_destructive_choices_are_never_guessed(typed: str, found: Match) -> None:
    assert match_choice(typed, DELETE, exact_only={"delete"}) == found


# Design §3: each collision, typed while nothing, a number or a name is being read.
COLLISIONS = [
    ("dung", Universal.UNSURE_STOP, Universal.UNSURE_STOP, None),
    ("đúng", None, None, None),
    ("dừng", Universal.STOP, Universal.STOP, None),
    ("đừng", Universal.UNSURE_STOP, Universal.UNSURE_STOP, None),
    ("dung lai", Universal.UNSURE_STOP, Universal.UNSURE_STOP, Universal.UNSURE_STOP),
    ("dung roi", None, None, None),
    ("dung nhac", Universal.STOP, Universal.STOP, Universal.STOP),
    ("dừng nhắc nhé", Universal.STOP, Universal.STOP, Universal.STOP),
    ("đúng nhắc", None, None, None),
    ("huy", None, None, None),
    ("Huy", None, None, None),
    ("hủy", Universal.CANCEL, None, None),
    ("huỷ", Universal.CANCEL, None, None),
    ("huy bo", Universal.CANCEL, Universal.CANCEL, Universal.CANCEL),
    ("hủy bỏ", Universal.CANCEL, Universal.CANCEL, Universal.CANCEL),
    ("0", Universal.HOME, None, None),
    ("0️⃣", Universal.HOME, None, None),
    ("không", None, None, None),
    ("khong", None, None, None),
    ("mai", None, None, None),
    ("nam", None, None, None),
    ("năm", None, None, None),
    ("sau", None, None, None),
    ("thôi", Universal.CANCEL, Universal.CANCEL, Universal.CANCEL),
    ("thoi", Universal.CANCEL, Universal.CANCEL, None),
    ("thoát", Universal.CANCEL, Universal.CANCEL, None),
    ("thoat", Universal.CANCEL, Universal.CANCEL, None),
    ("nhận nhắc", Universal.STOP, Universal.STOP, Universal.STOP),
    ("muon bat lai tin nhac", Universal.STOP, Universal.STOP, Universal.STOP),
    ("nhan nham", None, None, None),
    ("nhắn nhầm", None, None, None),
    ("muon nhan", None, None, None),
    ("trang đầu", Universal.HOME, Universal.HOME, Universal.HOME),
    ("trang dau", Universal.HOME, Universal.HOME, Universal.HOME),
    ("quay lai", Universal.BACK, Universal.BACK, Universal.BACK),
    ("giúp", Universal.HELP, Universal.HELP, Universal.HELP),
    ("?", Universal.HELP, Universal.HELP, Universal.HELP),
    ("tro giup", Universal.HELP, Universal.HELP, Universal.HELP),
    ("gap can bo", Universal.HUMAN, Universal.HUMAN, Universal.HUMAN),
    ("can nguoi giup", Universal.HUMAN, Universal.HUMAN, Universal.HUMAN),
    ("noi lai", Universal.AGAIN, Universal.AGAIN, Universal.AGAIN),
    ("nhac lai", None, None, None),
    ("/huy", Universal.CANCEL, Universal.CANCEL, Universal.CANCEL),
    ("/huy@HocVuSoBot", Universal.CANCEL, Universal.CANCEL, Universal.CANCEL),
    ("/dung", Universal.STOP, Universal.STOP, Universal.STOP),
    ("/dừng", Universal.STOP, Universal.STOP, Universal.STOP),
    ("/đúng", None, None, None),
    ("/trogiup", Universal.HELP, Universal.HELP, Universal.HELP),
    ("/gapcanbo", Universal.HUMAN, Universal.HUMAN, Universal.HUMAN),
    ("/start x5", None, None, None),
]


@pytest.mark.parametrize(("typed", "free", "number", "name"), COLLISIONS)
def test_u4_collisions_of_design_3(
    typed: str, free: Universal | None, number: Universal | None, name: Universal | None
) -> None:
    assert universal(typed) == free
    assert universal(typed, owns={"number"}) == number
    assert universal(typed, owns={"name"}) == name


@pytest.mark.parametrize("typed", ["thoat", "thoát"])
def test_u4_leaving_is_a_word_of_the_text_where_one_is_read(typed: str) -> None:
    assert universal(typed, owns={"text"}) is None


def test_u4_owned_words_are_read_by_the_step() -> None:
    assert read_count("0") == Count(0)
    assert read_count("không") == Count(0, in_words=True)
    assert read_count("nam") == Count(5, in_words=True)
    assert read_count("sau") == Count(6, in_words=True)
    assert read_count("huy") is read_count("mai") is None
    assert read_yes_no("dung") is True
    assert read_yes_no("dừng") is None


@pytest.mark.parametrize(
    "typed", ["gửi", "xóm 5", "bao cao", "học tiếp", "tôi muốn dừng xe", "hủy báo cáo", "", "/hoc"]
)
def test_u4_other_words_are_not_universal(typed: str) -> None:
    assert universal(typed) is None


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [("gap cb", Universal.HUMAN), ("trang ddaauf", Universal.HOME), ("tro75 giu1p", Universal.HELP),
     ("dungf nhawcs", Universal.STOP), ("trang đâu ạ", Universal.HOME),
     ("QUAY LẠI", Universal.BACK)],
)  # fmt: skip
def test_n11_universal_words_survive_leftovers(typed: str, meaning: Universal) -> None:
    assert universal(typed) == meaning


# Robustness §10: clumsy command words, at least 98 % right, no wrong destructive act.
LABELS = [
    ("learn", "Học tiếp"), ("report", "Gửi báo cáo"), ("correct", "Sửa báo cáo"),
    ("calls", "Danh sách gọi"),
    ("enter", "Nhập giúp"), ("table", "Bảng tổng hợp"), ("mine", "Xem dữ liệu của tôi"),
    ("paper", "Đã nộp bản giấy"),
    ("later", "Nhắc tôi sau"), ("board", "Kết quả các xóm"), ("call", "Gặp cán bộ xã"),
    ("word", "Xuất tệp Word"),
    ("delete", "Xóa dữ liệu"), ("cancel", "Hủy phiếu này"), ("withdraw", "Rút báo cáo"),
    ("lock", "Khóa tài khoản"),
]  # fmt: skip
TELEX = str.maketrans(
    {"ọ": "oj", "ế": "ees", "ử": "uwr", "á": "as", "ữ": "uwx", "ệ": "eej", "ủ": "ur", "ả": "ar",
     "ổ": "oor", "ợ": "owj", "ấ": "aas", "ó": "os", "ú": "us", "ậ": "aaj", "ô": "oo", "đ": "dd",
     "ộ": "ooj", "ắ": "aws", "ặ": "awj", "ã": "ax", "à": "af"}
)  # fmt: skip


def clumsy(label: str) -> list[str]:
    plain = fold(label)
    middle = len(plain) // 2
    return [
        label.upper(),
        plain,
        f"  {plain.replace(' ', '  ')} ",
        f"{label} ạ",
        f"dạ {plain} nhé",
        plain.replace(" ", ""),
        plain[:middle] + plain[middle + 1 :],
        plain[: middle - 1] + plain[middle] + plain[middle - 1] + plain[middle + 1 :],
        label.lower().translate(TELEX),
        plain + plain[-1],
        f"tôi muốn {label.lower()}",
    ]


def menu_of(key: str) -> list[tuple[str, str]]:
    """Five choices, among them one that destroys, as on the screen."""
    place = next(n for n, (known, _) in enumerate(LABELS) if known == key)
    around = [LABELS[(place + step) % len(LABELS)] for step in (0, 3, 6, 9, 13)]
    return sorted(around)


PHRASES = [(phrase, key) for key, label in LABELS for phrase in clumsy(label)]


def test_n12_clumsy_commands_are_found_and_nothing_is_destroyed() -> None:
    wrong: list[tuple[str, Match]] = []
    destroyed: list[tuple[str, Match]] = []
    for phrase, key in PHRASES:
        found = match_choice(phrase, menu_of(key), exact_only=DANGEROUS)
        if key in DANGEROUS:
            right = found in (Exact(key), Several((key,)))
        else:
            right = found in (Exact(key), Close(key))
        if not right:
            wrong.append((phrase, found))
        if isinstance(found, Close) and found.key in DANGEROUS:
            destroyed.append((phrase, found))
        if isinstance(found, Exact) and found.key != key:
            destroyed.append((phrase, found))
    assert len(PHRASES) >= 150
    assert not destroyed
    assert len(wrong) <= 0.02 * len(PHRASES), wrong


@pytest.mark.parametrize("phrase", sorted({phrase for phrase, _ in PHRASES}))
def test_n12_no_phrase_destroys_what_it_did_not_name(phrase: str) -> None:
    found = match_choice(phrase, RISKS, exact_only=DANGEROUS)
    assert not isinstance(found, Close) or found.key not in DANGEROUS
    assert not isinstance(found, Exact) or fold(dict(RISKS)[found.key]) in fold(phrase)
