"""N11, T23, T29: cleaning, folding and leftovers of typing."""

import time
import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import (
    Named,
    clean,
    clean_name,
    find_named,
    fold,
    looks_secret,
    looks_urgent,
    mask_secrets,
    match_choice,
    read_count,
    read_percent,
    read_yes_no,
    unfold_typing,
    universal,
)

Form = Literal["NFC", "NFD"]
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"
LETTERS = sorted(
    {
        letter
        for vowel in VOWELS
        for tone in TONES
        for letter in (unicodedata.normalize("NFC", vowel + tone),)
        if not letter.isascii()
    }
    | {"đ"}
)
ACCENTED = LETTERS + [letter.upper() for letter in LETTERS]
letters = st.sampled_from(ACCENTED)
forms: st.SearchStrategy[Form] = st.sampled_from(("NFC", "NFD"))


def bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter.lower().replace("đ", "d"))[0]


def test_n11_there_are_134_accented_letters() -> None:
    assert len(LETTERS) == 67  # 12 vowels of 6 tones without the 6 bare ones, and đ
    assert len(set(ACCENTED)) == 134


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("letter", ACCENTED)
def test_n11_every_letter_folds_in_both_forms(letter: str, form: Form) -> None:
    typed = unicodedata.normalize(form, letter)
    assert fold(typed) == bare(letter)
    assert clean(typed) == letter


@given(st.lists(st.one_of(letters, st.sampled_from("bcdghklmnpqrstvx  ")), max_size=30), forms)
def test_n11_any_vietnamese_text_folds_alike(chars: list[str], form: Form) -> None:
    text = "".join(chars)
    typed = unicodedata.normalize(form, text)
    assert fold(typed) == " ".join("".join(map(bare, text)).split())
    assert fold(typed.upper()) == fold(typed.lower())


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoà", "hòa"), ("huỷ", "hủy"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("toà", "tòa"),
     ("hoá đơn", "hóa đơn"), ("uỷ ban", "ủy ban"), ("Xoá", "xóa")],
)  # fmt: skip
def test_n11_old_and_new_places_of_the_tone_are_equal(old: str, new: str) -> None:
    assert fold(old) == fold(new)
    assert match_choice(old, [("it", new), ("other", "khác")]) == match_choice(
        new, [("it", old), ("other", "khác")]
    )
    assert universal(old) == universal(new)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đồng  Ý", "dong y"), ("１２３", "123"), ("٣٥", "35"), ("xóm\u00a05", "xom 5"),
        ("ðúng", "dung"),
        ("xo\u200bm", "xom"), ("ＸÓＭ", "xom"), ("5️⃣", "5"), ("a\r\nb", "a b"), ("ÐÀ", "da"),
    ],
)  # fmt: skip
def test_n11_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("xosm 5", "xom 5"), ("baos caso", "bao cao"), ("ba1o ca1o", "bao cao"), ("x5", "xom 5"),
        ("nop bc", "nop bao cao"), ("ko dc", "khong duoc"), ("ddoongf ys", "dong y"),
        ("xom1 5", "xom 5"), ("d9o62ng", "dong"), ("truwowngf", "truong"), ("gap cb", "gap can bo"),
        ("hocj tieeps", "hoc tiep"),
    ],
)  # fmt: skip
def test_n11_leftovers_are_unfolded(typed: str, found: str) -> None:
    assert found in unfold_typing(typed)
    assert len(unfold_typing(typed)) <= 3


@pytest.mark.parametrize("text", ["", "xom 5", "35", "gui bao cao", "?", "zalo"])
def test_n11_plain_text_gives_no_further_candidates(text: str) -> None:
    assert unfold_typing(text) == ()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\u202eb\u2066c", "abc"),
        ("a\u200b\u200c\u200d\ufeffb", "ab"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\u200d👩", "a👩"),
        ("👍🏽 ❤️", "👍🏽 ❤️"),
        ("1️⃣", "1️⃣"),
        ("dòng 1\r\ndòng 2\rdòng 3", "dòng 1\ndòng 2\ndòng 3"),
        ("Z\u0351\u036b\u0343\u0363o", "Z\u0351\u036bo"),
        ("e\u0302\u0301\u0316\u0317\u0318", unicodedata.normalize("NFC", "ế\u0316\u0317")),
        ("\x00\x1b[31m", "[31m"),
        ("\ud800a", "a"),
        ("  a\tb ", "a b"),
    ],
)
def test_t23_clean(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@pytest.mark.parametrize("typed", ["", " ", "\u200b\u200d", "\u3164\u2800", "\u202e\n", "\u0301"])
def test_t23_an_invisible_name_is_none(typed: str) -> None:
    assert clean_name(typed) is None


def test_t23_a_name_is_one_short_line() -> None:
    assert clean_name("Nguyễn\nVăn   An ") == "Nguyễn Văn An"
    assert clean_name("Nguyễn " * 600) == ("Nguyễn " * 9)[:60].strip()
    assert clean_name(unicodedata.normalize("NFD", "ế" * 80)) == "ế" * 60


def visible(text: str) -> int:
    return sum(unicodedata.category(char)[0] not in "MC" for char in text)


@given(st.text(max_size=200))
def test_t23_clean_and_fold_are_idempotent_on_any_text(text: str) -> None:
    shown, folded = clean(text), fold(text)
    assert clean(shown) == shown
    assert fold(folded) == folded == fold(shown)
    assert unicodedata.is_normalized("NFC", shown)
    shown.encode()
    name = clean_name(text)
    assert name is None or (0 < visible(name) <= 60 and "\n" not in name)
    assert name is None or clean_name(name) == name


BITS = (
    "xóm 5 năm mươi lăm trăm nghìn không ko chưa có 1.234 1,5 12/15 thứ sáu tuần rưỡi linh",
    "- + ~ % / . , ? 0 dừng hủy otp mã mật khẩu bị lừa",
)
FUZZ = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(" ".join(BITS).split()), max_size=12).map(" ".join),
)
CHOICES = [("yes", "Đồng ý"), ("no", "Không, vẫn xem bài"), ("del", "Xóa dữ liệu")]
UNITS = [Named("5", ("Xóm 5", "xom-05")), Named("nam", ("Xóm Nam",))]


@given(FUZZ)
def test_t29_nothing_typed_raises(text: str) -> None:
    assert read_count(text) == read_count(clean(text))
    assert read_yes_no(text) == read_yes_no(clean(text))
    read_percent(text)
    universal(text)
    match_choice(text, CHOICES, letters=True, exact_only={"del"})
    find_named(text, UNITS)
    unfold_typing(text)


def seconds(read: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    read(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    "text",
    [
        "a" * 70_000, "1" * 70_000, "1." * 35_000, "1 " * 35_000, "a " * 35_000, "năm " * 18_000,
        "e\u0301\u0302" * 23_000, "\u200d" * 70_000, "mật khẩu: " * 7_000, "không có " * 8_000,
        "0123 " * 14_000, "otp la la " * 7_000, "x1" * 35_000, "vừa chuyển " * 6_000, "-" * 70_000,
    ],
)  # fmt: skip
def test_t29_64_kb_take_at_most_50_ms_each(text: str) -> None:
    readers: tuple[Callable[[str], object], ...] = (
        clean, fold, clean_name, read_count, read_percent, read_yes_no, universal, unfold_typing,
        looks_secret, mask_secrets, looks_urgent,
        lambda typed: match_choice(typed, CHOICES), lambda typed: find_named(typed, UNITS),
    )  # fmt: skip
    for read in readers:
        assert min(seconds(read, text) for _ in range(3)) < 0.05  # the best: others work here too
