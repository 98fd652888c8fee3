"""Figures said without a figure: "chưa mở buổi nào", "tổ thì chưa có", "lượt chưa nắm được"."""

import re
from dataclasses import replace
from typing import Final

from handlers.reporting.form import Form, Kind
from handlers.reporting.readers.around import BARE, Around
from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.meant import meant
from handlers.reporting.readers.shares_meant import share_meant
from handlers.reporting.readers.told import Said
from handlers.reporting.readers.told_hamlets import KEY
from handlers.reporting.readers.told_words import said_of
from handlers.words.text import listed

_PRE: Final = (
    r"(?:(?:da|em|xom|NOW|thi|con|ve|hien|nay|tai|minh|tuy|nhien|rieng|UNIT|bc|bao|cao|thua|cac|"
    r"vi|nen|xa|may|qua|mung|that|tram|phong|chung|toi|nhung|cung|tu|dau|nam|den|gio|"
    r"ma|so|:|truong|hoi|don|so) )*"
)
_END: Final = (
    r"(?:(?:nao|a|ạ|dau|het|ca|roi|em|nhe|thoi|gi|luon|day|NOW|duoc|chi|trong|hiện|hien|ve|qua|"
    r"mang|tren|bc|bao|cao|ai|dia|ban|xom|o|:|xay|ra|anh|cho) )*"
)
_NOT: Final = (
    r"(?:khong|chua|kh|chang) (?:(?:he|co|thay|mo|lam|~organise|duoc|phat|xay|ra|bi|ghi|"
    r"nhan|ai|thanh|lap|kip|nao) )*"
)
_CASES: Final = re.compile(
    _PRE + r"(?:" + _NOT + r"(?:ai |CASE |truong hop |nguoi |PEOPLE |nao |bi )*FRAUD "
    + _END + r"|(?:CASE )?FRAUD (?:(?:duoc|bao|CASE|thi|la|:|so) )*" + _NOT + _END
    + r"|" + _NOT + r"(?:CASE )(?:\S+ ){0,3}(?:FRAUD )?"
    + _END + r"|CASE (?:FRAUD )?(?:(?:duoc|bao|thi|:) )*"
    + _NOT + _END + r")"
)  # fmt: skip
_TALKS: Final = re.compile(
    _PRE + r"(?:buoi )?(?:SPREAD )?(?:ve )?FRAUD (?:\S+ ){0,3}?" + _NOT + r"(?:buoi )" + _END
    + r"|" + _PRE + _NOT + r"(?:buoi )?SPREAD (?:\S+ ){0,3}?FRAUD (?:buoi )?" + _END
)  # fmt: skip
_SESSIONS: Final = re.compile(
    _PRE + r"(?:(?:so )?(?:buoi |lop )?(?:TRAIN|buoi|ATTEND) (?:TRAIN )?(?:(?:thi|la|:|"
    r"hien|nay|xom|cung|van|deu|con|nam) )*"
    + _NOT + r"(?:(?:buoi|lop|TRAIN) )*" + _END
    + r"|" + _NOT + r"(?:(?:buoi|lop) )*(?:TRAIN|buoi|lop) (?:(?:buoi|lop|TRAIN|ATTEND) )*"
    + _END + r")"
)  # fmt: skip
_SPREAD: Final = re.compile(
    _PRE + r"(?:SPREAD (?:(?:SPREAD|thi|:|la|luot|buoi|lan) )*"
    + _NOT + r"(?:(?:luot|lan|buoi) )*" + _END
    + r"|" + _NOT + r"(?:luot |lan )?SPREAD (?:luot |lan )?" + _END + r")"
)  # fmt: skip
_TEAM: Final = re.compile(
    _PRE + r"(?:(?:MEMBER )?TEAM (?:(?:thi|:|la|cua|xom) )*"
    + _NOT + r"(?:TEAM )?" + _END + r"|" + _NOT + r"TEAM " + _END + r")"
)  # fmt: skip
_PRAISE: Final = re.compile(
    _PRE + r"(?:PRAISE (?:(?:thi|:|la|luot) )*" + _NOT + r"(?:luot )?" + _END
    + r"|" + _NOT + r"PRAISE " + _END + r")"
)  # fmt: skip
_ZEROS: Final = (
    ("fraud_talks", _TALKS), ("fraud_cases", _CASES), ("sessions", _SESSIONS),
    ("publicity", _SPREAD), ("team_members", _TEAM), ("awarded", _PRAISE),
)  # fmt: skip
_IDLE: Final = listed(
    "UNKNOWN duoc : ' thi em cung so NOW NEN xom UNIT cu the lieu con phan chinh xac bao nhieu "
    "nhung ma gio van may toi minh thuc a ro"
)


def told_without_figure(clause: Clause, form: Form) -> list[Said]:
    """Zeros in words, and what is not known."""
    said = re.sub(r" (?:vi|boi|tai vi) .*", " ", said_of(clause.pieces))
    span = (clause.pieces[0].start, clause.pieces[-1].end)
    if "UNKNOWN" in said:
        return _unknown(clause, form, span)
    if not re.search(r"(?:^| )(?:khong|chua|kh|chang) ", said) or len(clause.pieces) > 25:
        return []
    for key, pattern in _ZEROS:
        field = form.get(key)
        if field is not None and field.asked and pattern.fullmatch(said):
            return [Said((key,), (0,), *span)]
    return _own_zero(clause, form, span)


def _own_zero(clause: Clause, form: Form, span: tuple[int, int]) -> list[Said]:
    """Read "số máy tính: chưa có" of an officer's own count."""
    forms = clause.forms
    key = forms[0][1:] if forms[0][:1] == "@" else ""
    field = form.get(key) if key else None
    if field is None or field.kind is not Kind.COUNT or len(forms) > 6:
        return []
    rest = [one for one in forms[1:] if one not in (":", "thi", "co", "nao", "'")]
    is_zero = len(rest) == 1 and rest[0] in ("khong", "chua", "kh")
    return [Said((key,), (0,), *span)] if is_zero else []


def _unknown(clause: Clause, form: Form, span: tuple[int, int]) -> list[Said]:
    left = tuple(one for one in clause.forms if one not in _IDLE)
    around = Around(left or clause.head, BARE, ())
    if "LEVEL2" in around.near and form.get(KEY) is not None:
        return [Said((KEY,), (None,), *span, is_unknown=True)]
    if "VNEID" in left and "LEVEL2" not in left:
        found = meant(replace(around, left=("HELP", *left)) if "cai" in left else around, form)
    else:
        found = share_meant(around, form) or meant(around, form)
    if found is None or (
        set(left) & {"SUM", "HOUSES"} and not set(left) & {"PAY", "buoi", "luot", "ALL"}
    ):
        return []
    return [Said(found.keys, (None,), *span, is_sure=found.is_sure, is_unknown=True)]
