"""Where a figure's words end and those of the next one begin."""

from collections.abc import Sequence
from typing import Final

from handlers.reporting.readers.around import (
    BARE,
    MEETINGS,
    PERSONS,
    ROUNDS,
    SILENT,
    TIMES,
    TURNS,
)
from handlers.reporting.readers.clauses import is_count
from handlers.reporting.readers.pieces import Piece
from handlers.words.text import listed

UNITS: Final = (
    MEETINGS | TURNS | TIMES | PERSONS | ROUNDS | SILENT
    | listed("HOUSES CASE MEMBER WOMEN OVER60 FILE FILES PRAISE MODEL DISTINCT")
)  # fmt: skip
NEUTRAL: Final = listed(
    "a nhe nha roi thoi duoc trong o tai thi la cho ve de NOW da co ' : TRAIN SPREAD FRAUD TEAM "
    "VNEID LEVEL2 PAY SKILL HELP ATTEND tren den cai gi day nay moi do nua them khoang dat hay "
    "SUM ma chi theo vao qua bang đó này đấy hết het nhỉ dung voi với không khong thoi ạ day cung "
    "mo nhung chu luon lien day em chi anh xin con"
)
KNOWN: Final = UNITS | NEUTRAL | listed("so luot du hoc buoi loa nguoi khac")
"""Words a clause may consist of that tells nothing but a figure."""
STARTERS: Final = listed("TEAM HELP PAY OVER60 WOMEN LEVEL2 MEMBER SUM PRAISE")
TOPICS: Final = STARTERS | listed("TRAIN SPREAD FRAUD VNEID SKILL PUPIL STAFF FILES luot ALL")


def counted_at(pieces: Sequence[Piece], place: int, after: int) -> str:
    if place >= after or pieces[place].is_sign or pieces[place].form in NEUTRAL - UNITS:
        return BARE
    if pieces[place].form in ("WOMEN", "OVER60") and _labels_next(pieces, place):
        return BARE
    return pieces[place].form if pieces[place].form != "SPREAD" else "SPREAD"


def _labels_next(pieces: Sequence[Piece], place: int) -> bool:
    """True for the "nữ" of "nam 20 nữ 30"."""
    if place < 2 or place + 1 >= len(pieces) or not is_count(pieces[place + 1].figure):
        return False
    is_led = not pieces[place - 2].is_sign and pieces[place - 2].figure is None
    behind = pieces[place + 2 : place + 3]
    return is_led and (not behind or behind[0].is_sign or behind[0].form in STARTERS)


def right_end(
    pieces: Sequence[Piece], start: int, after: int, left: Sequence[str], unit: str
) -> int:
    """Where the words of the next figure begin."""
    stops = STARTERS
    if set(left) & TOPICS:
        stops = TOPICS
    if unit in PERSONS:
        stops = stops - {"LEVEL2", "OVER60", "WOMEN"}
    if unit == "SPREAD":
        stops = TOPICS
    for place in range(start, after):
        piece = pieces[place]
        if piece.form in stops or (piece.form == "SPREAD" and piece.raw in ("loa", "phat")):
            return place
    return after
