"""Whether a message is a report at all, or a question, a greeting, the record of one evening."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.other_numbers import names_a_line
from handlers.reporting.readers.pieces import Shape
from handlers.reporting.readers.told import Said
from handlers.words.text import fold

_REPORT: Final = re.compile(
    r"\b(?:bao cao|bc|so lieu|tong hop|ca nam|nam nay|thong ke|gui em|gui chi|gui lai|gui so|sl|"
    r"so buoi|so luot|tong so|ket qua|cot|nam 20\d\d)\b"
)
_TODAY: Final = re.compile(
    r"\b(?:(?:toi|sang|chieu|trua|dem|hom) (?:qua|nay|kia)|vua (?:xong|roi|mo|day|hoc)|hqua|tqua|"
    r"cuoi tuan|tuan nay|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|toi (?:thu|t)[2-7 ]|"
    r"hom (?:truoc|no))\b"
)
_ONE_EVENING: Final = {
    "sessions", "attendances", "people", "women", "over_60", "vneid_helped", "vneid_level_2",
    "fraud_talks", "publicity", "team_helped", "team_members", "pupils_skilled", "skilled",
    "payment",
}  # fmt: skip
_MANY: Final = 3


def tells_one_activity(clauses: Sequence[Clause], said: Sequence[Said], text: str) -> bool:
    """True for "tối qua có 35 người học": that is a record of its own (/ghi)."""
    plain = fold(text)
    days = sum(
        piece.figure is not None
        and (piece.figure.shape is Shape.DAY or (place and one.pieces[place - 1].form == "ngay"))
        for one in clauses
        for place, piece in enumerate(one.pieces)
    )
    if _REPORT.search(plain) or not (_TODAY.search(plain) or days == 1):
        return False
    keys = {key for one in said for key in one.keys}
    held = [value for one in said if one.keys == ("sessions",) for value in one.values]
    return keys <= _ONE_EVENING and all(value in (0, 1) for value in held) and len(said) <= _MANY


def tells_figures(clauses: Sequence[Clause], text: str, unread: Collection[str]) -> bool:
    """Whether what nobody understood is meant as a report."""
    if not unread:
        return False
    is_named = any(
        one.figures and not one.is_open and any(form[0].isupper() for form in one.forms)
        for one in clauses
    )
    if any(names_a_line(one.pieces) for one in clauses):
        return True
    return is_named or len(unread) >= _MANY or _REPORT.search(fold(text)) is not None
