"""What stands behind "chưa báo cáo": a period, a kind of unit, or one unit. Pure."""

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from handlers.words import fold

_SPECIAL: Final = re.compile(r"\b(so ket|tong ket)(?: nam)?(?: (20\d\d))?\b")
_YEAR: Final = re.compile(r"\b(?:nam )?(20\d\d)\b")
_OF_NO_MEANING: Final = re.compile(
    r"\b(?:cac|nhung|nao|ben|khoi|nhom|bao cao|bc|ky|ve|cua|thi|la|chua|nop|gui|ai|con|don vi)\b"
)
KINDS: Final[Mapping[str, str]] = {
    "xom": "xom",
    "thon": "xom",
    "thon xom": "xom",
    "xom thon": "xom",
    "truong": "truong_hoc",
    "truong hoc": "truong_hoc",
    "nha truong": "truong_hoc",
    "co quan": "co_quan",
    "phong ban": "co_quan",
    "luc luong vu trang": "luc_luong_vu_trang",
    "mttq": "mttq_ctxh",
    "mat tran": "mttq_ctxh",
    "doan the": "mttq_ctxh",
    "mttq doan the": "mttq_ctxh",
    "mat tran doan the": "mttq_ctxh",
    "doanh nghiep": "doanh_nghiep",
}


class Wanted(NamedTuple):
    period: str
    """A key of `periods.by_key`; "" = none was named."""
    kind: str
    unit: str
    """What is left: perhaps a unit's name."""
    no_such: str = ""
    """A period that was named and that there is none of, as it was typed."""


def read(text: str, *, known: Collection[str]) -> Wanted:
    """Take a text apart; `known` are the keys of the periods that there are."""
    folded = fold(text)
    named = _SPECIAL.search(folded) or _YEAR.search(folded)
    period = _key(named, known) if named else ""
    no_such = named[0] if named and not period else ""
    left = folded.replace(named[0], " ") if named else folded
    left = " ".join(_OF_NO_MEANING.sub(" ", left).split())
    if left in KINDS:
        return Wanted(period, KINDS[left], "", no_such)
    return Wanted(period, "", left, no_such)


def _key(named: re.Match[str], known: Collection[str]) -> str:
    if named.re is _YEAR:
        return named[1] if named[1] in known else ""
    begins = f"{named[1].replace(' ', '_')}_{named[2] or ''}"
    return next((one for one in sorted(known) if one.startswith(begins)), "")
