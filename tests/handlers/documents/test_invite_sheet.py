"""What is printed can be scanned, read and cut apart."""

import struct
import zlib
from collections.abc import Sequence
from datetime import date

import pytest
import zxingcpp

from handlers.documents.invite_sheet import SheetInvite, invite_pictures, invite_sheet
from handlers.documents.pages import printable

UNTIL = date(2027, 1, 5)
URL = "https://t.me/hoc_vu_so_bot?start=i_Ab3dEf6hIj9kLm2nOp5qRs"


def an_invite(number: int = 0, **changes: str | None) -> SheetInvite:
    given: dict[str, str | None] = {
        "unit_name": f"Xóm {number}",
        "role_name": "Trưởng xóm",
        "code_typed": f"K7QM2XWA{number:04}",
        "telegram_url": None,
        "zalo_hint": "Mở Zalo, tìm “UBND xã Giao Minh”",
    }
    return SheetInvite(**{**given, **changes})  # type: ignore[arg-type]  # None only where allowed


def drawn(invites: Sequence[SheetInvite], *, sample: bool = True) -> list[bytes]:
    return invite_pictures(invites, commune="xã Giao Minh", expires=UNTIL, sample=sample)


def scanned(pages: Sequence[bytes]) -> list[str]:
    found = [code for page in pages for code in zxingcpp.read_barcodes(red_of(page))]
    assert all(code.format == zxingcpp.BarcodeFormat.QRCode for code in found)
    return sorted(code.text for code in found)


def red_of(png: bytes) -> memoryview:
    """The red channel of an 8-bit RGBA or RGB picture, so that no picture library is needed."""
    width, height, _, colour = struct.unpack(">IIBB", png[16:26])
    bands = {2: 3, 6: 4}[colour]
    raw = zlib.decompress(b"".join(_chunks(png, b"IDAT")))
    above = [0] * width
    out = bytearray()
    for row in range(height):
        begins = row * (width * bands + 1)
        above = _unfiltered(
            raw[begins], raw[begins + 1 : begins + 1 + width * bands : bands], above
        )
        out += bytes(above)
    return memoryview(bytes(out)).cast("B", (height, width))


def _chunks(png: bytes, wanted: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == wanted:
            found.append(png[at + 8 : at + 8 + size])
        at += size + 12
    return found


def _unfiltered(kind: int, line: bytes, above: list[int]) -> list[int]:
    out: list[int] = []
    left = corner = 0
    for value, up in zip(line, above, strict=True):
        left = (value + _predicted(kind, left, up, corner)) & 255
        corner = up
        out.append(left)
    return out


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))


def test_every_code_on_every_page_can_be_scanned() -> None:
    invites = [an_invite(n, telegram_url=f"{URL}{n}" if n % 2 else None) for n in range(8)]
    pages = drawn(invites)
    assert len(pages) == 2  # six slips a page
    assert scanned(pages) == sorted(one.telegram_url or one.code_typed for one in invites)


@pytest.mark.parametrize(
    "name",
    [
        '#let x = $1+1$ *đậm* <b> _a_ `c` @ref \\n [x] "',
        "😀👨‍👩‍👧‍👦",
        "W" * 400,
        "Đoàn Thanh niên " * 20,
        "\x00\u202e\n\t",
        "",
    ],
)
def test_hostile_words_stay_text_and_leave_the_rest_alone(name: str) -> None:
    hostile = an_invite(unit_name=name, role_name=name, zalo_hint=name, telegram_url=URL)
    pages = drawn([hostile, an_invite(1)])
    assert len(pages) == 1
    assert scanned(pages) == sorted([URL, an_invite(1).code_typed])


def test_the_longest_name_stays_on_its_slip() -> None:
    """Everything of the second slip is where it is beside a short name."""
    short, long = (
        red_of(drawn([an_invite(unit_name=name), an_invite(1)])[0])
        for name in ("Xóm 1", "Ủy ban " * 40)
    )
    width = short.shape[1] if short.shape else 0
    height = (short.shape[0] if short.shape else 0) // 3
    half = width // 2 + 4
    for row in range(height):
        begins, ends = row * width + half, (row + 1) * width
        assert short.tobytes()[begins:ends] == long.tobytes()[begins:ends]


def test_the_same_invites_give_the_same_pdf() -> None:
    made = [
        invite_sheet([an_invite(5)], commune="xã Giao Minh", expires=UNTIL, sample=True)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-")


def test_a_sample_looks_different() -> None:
    assert drawn([an_invite(5)], sample=True) != drawn([an_invite(5)], sample=False)


def test_no_invites_are_one_page_that_says_so() -> None:
    assert len(drawn([])) == 1


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Xóm 5 😀", "Xóm 5"),
        ("a\u202eb\x00", "ab"),
        ("20 °C ^ `", "20 °C ^ `"),
        ("Xo\u0301m", "Xóm"),
        ("dài quá", "dài q…"),
    ],
)
def test_what_paper_cannot_show_is_left_out(text: str, printed: str) -> None:
    assert printable(text, at_most=6 if "quá" in text else 20) == printed


def test_a_long_word_can_be_broken_but_not_inside_a_letter() -> None:
    word = "x\u0323\u0301" * 30
    broken = printable(word, at_most=120)
    assert broken.replace("\u200b", "") == word
    assert "\u200b\u0323" not in broken
