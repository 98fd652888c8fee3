"""Figures in words, ranges, "khoảng", and pairs said as a share (N1-N6): still only what is said.

`with_numbers` gives the same row of pieces with each of these as one piece.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from handlers.reporting.readers.pieces import Figure, Piece, Shape, number
from handlers.words.spelling import Kind, Part
from handlers.words.spelling import word_part as read_part
from handlers.words.text import listed

COUNTED: Final = listed(
    "buoi luot nguoi ho vu lan lop thanh hoi em chau cu giao hoc can tin bai cuoc dong toi dot "
    "nha doan truong chi anh ong dang mo sang"
)
"""What begins behind a number in words: "hai người", not "hai bên"."""
_LONGEST: Final = 8
_SCALES: Final = listed("tram nghin ngan chuc muoi van k")
_MONEY: Final = listed("trieu tr ty ti dong vnd nghin ngan")
_ABOUT: Final = listed(
    "khoang gan hon chung tam uoc xap ngot quang duoi ~ cỡ độ tầm tren hơn gần do"
)
_ABOUT_NEXT: Final = {"uoc": "tinh", "xap": "xi", "uớc": "tinh", "khoang": "chung"}
_VAGUE: Final = listed("vai may dam mươi hang")
_YEAR: Final = listed("dau cuoi trong ca moi hang tung giua suot nhung cac")
_NEVER: Final = listed("khong linh")
_LEADS: Final = listed(
    ": duoc co mo hoc huan chuc la luot buoi to vien | loa nu nguoi va du ' truyen thoai hon gan so"
)


@lru_cache(4096)
def word_part(typed: str) -> Part | None:
    return read_part(typed)


def with_numbers(pieces: Sequence[Piece]) -> list[Piece]:
    """The row with numbers in words, ranges and "khoảng 120" as one piece each."""
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        length, made = _number_at(pieces, place)
        if made is None:
            found.append(pieces[place])
        else:
            found.append(_with_about(found, made))
        place += max(length, 1)
    return _joined_ranges(found)


def _number_at(pieces: Sequence[Piece], place: int) -> tuple[int, Piece | None]:
    first = pieces[place]
    if first.figure is not None and first.figure.shape is not Shape.COUNT:
        if not _is_scaled(pieces, place):
            return 1, first if first.figure.shape is Shape.SHARE else None
    elif first.figure is None and first.form in _VAGUE and first.raw not in ("hàng", "hãng"):
        return _vague(pieces, place)
    for length in range(_run(pieces, place), 0, -1):
        row = pieces[place : place + length]
        if length == 1 and first.figure is None and not _stands_alone(pieces, place):
            return 1, None
        if made := _read(row, pieces[place - 1] if place else None):
            return length, made
    return 1, first if first.figure is not None else None


def _is_scaled(pieces: Sequence[Piece], place: int) -> bool:
    """True for the 1,5 of "1,5 trăm"."""
    behind = pieces[place + 1].form if place + 1 < len(pieces) else ""
    is_decimal = pieces[place].form.replace(",", "").replace(".", "").isdecimal()
    return is_decimal and behind in _SCALES


def _run(pieces: Sequence[Piece], place: int) -> int:
    """How many pieces from `place` may be one number."""
    length = 0
    while length < _LONGEST and place + length < len(pieces):
        piece = pieces[place + length]
        if length and piece.figure is not None and not _follows_scale(pieces, place + length):
            break
        if piece.figure is None and not _is_number_word(pieces, place + length, length):
            break
        length += 1
    return length


def _follows_scale(pieces: Sequence[Piece], place: int) -> bool:
    return pieces[place - 1].form in _SCALES and pieces[place].form.isdecimal()


def _is_number_word(pieces: Sequence[Piece], place: int, at: int) -> bool:
    piece = pieces[place]
    if piece.is_sign or word_part(piece.raw) is None or (not at and piece.form in _NEVER):
        return False
    if piece.form == "van" and piece.raw != "vạn":
        return False
    if not at and not _may_begin(pieces, place):
        return False
    behind = pieces[place + 1].form if place + 1 < len(pieces) else ""
    if piece.raw == "ba" and behind == "con":
        return False
    if at and pieces[place - 1].figure is not None:
        return piece.form in _SCALES
    is_year = piece.raw in ("nam", "năm") and behind in ("nay", "sau", "ngoai", "hoc", "toi")
    return at > 0 or not is_year


def _may_begin(pieces: Sequence[Piece], place: int) -> bool:
    """Whether a size may be the first word of a number: "mười hai", "trăm hai", "độ chục"."""
    form = pieces[place].form
    if form not in _SCALES or form == "muoi":
        return True
    behind = pieces[place + 1] if place + 1 < len(pieces) else None
    is_more = form == "tram" and behind is not None and word_part(behind.raw) is not None
    return is_more or (place > 0 and pieces[place - 1].form in _ABOUT)


def _stands_alone(pieces: Sequence[Piece], place: int) -> bool:
    """Whether one word is a number here: before what is counted, or the whole of an answer."""
    piece = pieces[place]
    before = pieces[place - 1].form if place else "|"
    behind = pieces[place + 1] if place + 1 < len(pieces) else None
    if piece.form in _SCALES:
        is_ten = piece.raw in ("mười", "muoi")
        return is_ten or before in _ABOUT
    is_last = behind is None or behind.form in ("|", ",", ")", "/")
    if is_last:
        return before == ":" and not (piece.raw.isascii() and piece.form == "nam")
    if behind is None or behind.form not in COUNTED or behind.figure is not None:
        return False
    if behind.raw in ("tổ", "tới", "hội", "chỉ", "sang", "tôi", "tối"):
        return False
    if piece.form == "nam" and before in _YEAR:
        return False
    if piece.raw in ("sau", "nam", "tu", "ba", "tam"):
        return before in _LEADS and behind.form not in ("hoc", "hoi", "thanh", "chi", "anh", "ong")
    return True


def _read(row: Sequence[Piece], before: Piece | None) -> Piece | None:
    raws = " ".join(piece.raw for piece in row)
    figure = row[0].figure if len(row) == 1 and row[0].figure else None
    if figure is None:
        figure = _tens(row, before) or number(raws)
    if figure.shape is Shape.OTHER and row[0].figure is None:
        return None
    form = "-".join(str(value) for value in figure.values) or row[0].form
    return Piece(form, row[0].start, row[-1].end, raws, figure)


def _tens(row: Sequence[Piece], before: Piece | None) -> Figure | None:
    """Read "ba bốn chục" (30 or 40) and a bare "chục", "trăm" behind "độ", "hơn"."""
    if len(row) == 1 and row[0].form in ("tram", "chuc") and before and before.form in _ABOUT:
        return Figure(Shape.COUNT, (100 if row[0].form == "tram" else 10,))
    if len(row) != 3 or row[2].form not in ("chuc", "muoi", "tram"):
        return None
    low, high = word_part(row[0].raw), word_part(row[1].raw)
    if not low or not high or low.kind is not Kind.DIGIT or high.kind is not Kind.DIGIT:
        return None
    size = 100 if row[2].form == "tram" else 10
    values = (int(low.readings[0]) * size, int(high.readings[0]) * size)
    return Figure(Shape.COUNT, values, is_loose=True) if 0 < values[0] < values[1] else None


def _vague(pieces: Sequence[Piece], place: int) -> tuple[int, Piece | None]:
    """Read "dăm buổi", "vài chục người": a figure that nobody can take down."""
    row = [pieces[place]]
    while len(row) < 3 and place + len(row) < len(pieces):
        piece = pieces[place + len(row)]
        if piece.form not in (*_SCALES, "ba", "nam", "bon"):
            break
        row.append(piece)
    behind = pieces[place + len(row)] if place + len(row) < len(pieces) else None
    if behind is None or behind.form not in COUNTED or behind.raw in ("tổ", "tới", "tối", "chỉ"):
        return 1, None
    raws = " ".join(piece.raw for piece in row)
    return len(row), Piece("0?", row[0].start, row[-1].end, raws, Figure(Shape.OTHER))


def _with_about(found: list[Piece], made: Piece) -> Piece:
    """`made`, having taken "khoảng" away from before it."""
    figure = made.figure
    if figure is None or figure.shape not in (Shape.COUNT, Shape.SHARE) or not found:
        return made
    last = found[-1]
    if (len(found) > 1 and (found[-2].form, last.form) == ("chua", "den")) or (
        len(found) > 1 and _ABOUT_NEXT.get(found[-2].form) == last.form
    ):
        found.pop()
    elif last.form not in _ABOUT or _is_other_word(last, found, figure):
        return made
    start = found.pop().start
    if found and found[-1].form in ("chi", "co", "khoang"):
        start = found.pop().start if found[-1].form == "khoang" else start
    return replace(made, start=start, figure=replace(figure, is_about=True))


def _is_other_word(last: Piece, found: Sequence[Piece], figure: Figure) -> bool:
    """True for the "trên" of "102 trên 154 hộ" and of "trên 60 tuổi"."""
    if last.form == "do":
        return last.raw != "do" or (len(found) > 1 and found[-2].form in ("trong", "tu", "luc"))
    if last.form == "duoi":
        return figure.values == (60,)
    if last.form != "tren":
        return False
    return figure.values in ((60,), (55,), (50,), (70,), (80,)) or (
        any(piece.figure is not None for piece in found[-8:])
    )


def _joined_ranges(pieces: Sequence[Piece]) -> list[Piece]:
    """The row with "30 đến 40 người" and "1 hay 2 buổi" as one piece each."""
    found: list[Piece] = []
    for piece in pieces:
        joined = _range(found, piece)
        if joined is None:
            found.append(piece)
            continue
        low = found[joined]
        del found[joined:]
        values = (*(low.figure.values if low.figure else ()), *_values(piece))
        figure = Figure(Shape.COUNT, values[:4], is_loose=True)
        form = "-".join(str(value) for value in values)
        found.append(Piece(form, low.start, piece.end, "", figure))
    return found


def _range(found: Sequence[Piece], piece: Piece) -> int | None:
    """Where the lower end stands if `piece` is the upper one."""
    if len(_values(piece)) != 1 or len(found) < 2:
        return None
    at = len(found) - 2
    if found[-1].form == "la" and found[-2].form in ("hay", "hoac"):
        at -= 1
    elif found[-1].form not in ("den", "hay", "hoac", "toi", "tới"):
        return None
    if at < 0:
        return None
    if at and not _values(found[at]) and found[at].form in COUNTED:
        at -= 1
    is_range = len(_values(found[at])) == 1
    return at if is_range and _values(found[at])[0] < _values(piece)[0] else None


def _values(piece: Piece) -> tuple[int, ...]:
    is_count = piece.figure is not None and piece.figure.shape is Shape.COUNT
    return piece.figure.values if is_count and piece.figure else ()
