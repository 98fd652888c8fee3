"""Numbers that count nothing of a report: months, the first of two lessons, "1 lớp gồm 5 buổi"."""

from collections.abc import Sequence
from typing import Final

from handlers.reporting.readers.pieces import Piece, Shape
from handlers.words.text import listed

PARTS: Final = listed("buoi lop dot lan")


_LAST_MONTHS: Final = ("11", "12")
_COUNTED: Final = listed("buoi luot ALL lop lan PEOPLE nguoi")
"""Behind "9 tháng 4" it is no month: "9 tháng 4 buổi"."""
_ROWS: Final = listed("dong hang cot o")
_SET: Final = listed("la : sua thanh ghi = doi phai")


def names_a_line(pieces: Sequence[Piece]) -> bool:
    """True for "dòng 3 là 35": the lines of what was shown are no fields."""
    return any(
        one.form in _ROWS
        and one.raw not in ("đồng", "động", "đông", "hằng", "hạng", "ở")
        and _is_small(pieces[place + 1])
        and pieces[place + 2].form in _SET
        for place, one in enumerate(pieces[:-2])
    )


def _is_small(piece: Piece) -> bool:
    return piece.form.isdecimal() and len(piece.form) < 3


def is_calendar(pieces: Sequence[Piece], place: int) -> bool:
    """True for the 5 of "tháng 5"."""
    figure = pieces[place].figure
    is_count = figure is not None and figure.shape is Shape.COUNT and figure.values[0] < 32
    is_named = place > 0 and pieces[place - 1].form in ("thang", "quy", "ngay", "t")
    is_lasting = place > 1 and pieces[place - 2].figure is not None
    is_counted = place + 1 < len(pieces) and pieces[place + 1].form in _COUNTED
    is_lasting = is_lasting and (pieces[place - 1].form == "ngay" or is_counted)
    return is_count and is_named and not is_lasting


def is_year_so_far(forms: Sequence[str], place: int) -> bool:
    """True for "tính đến tháng 11", "11 tháng", "Tháng 12 rồi": nearly all of the year."""
    before = forms[place - 1] if place else ""
    behind = forms[place + 1] if place + 1 < len(forms) else ""
    is_told = before in ("den", "het") or forms[place + 2 : place + 3] == ("roi",)
    number = behind if is_told else before
    return number.isdecimal() and number in _LAST_MONTHS


def is_ordinal(pieces: Sequence[Piece], place: int, left: Sequence[str], after: int) -> bool:
    """True for the 1 of "buổi 1 ngày 12/4: 40 người"."""
    if not left or left[-1] not in PARTS or place + 1 >= len(pieces):
        return False
    behind = pieces[place + 1].form
    if pieces[place + 1].figure is not None and pieces[place].form.isdecimal():
        return True
    return after < len(pieces) and behind in ("ngay", "thang", ":", "sang", "chieu", "toi", "co")


def holds_meetings(pieces: Sequence[Piece], place: int, later: Sequence[int]) -> bool:
    """True for the 1 of "1 lớp gồm 5 buổi": the 5 is told."""
    if not later or place + 1 >= len(pieces) or pieces[place + 1].form not in ("lop", "TRAIN"):
        return False
    between = {piece.form for piece in pieces[place + 2 : later[0]]}
    counts = later[0] + 1 < len(pieces) and pieces[later[0] + 1].form == "buoi"
    is_one = pieces[place].form == "1"
    return counts and is_one and "EACH" not in between
