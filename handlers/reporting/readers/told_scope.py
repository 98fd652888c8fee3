"""What is told of some months, for now, or of others: all of it is asked, not one figure (N2)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from handlers.reporting.form import Form
from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.other_numbers import is_year_so_far
from handlers.reporting.readers.pieces import STRONG
from handlers.reporting.readers.told import Said
from handlers.words.text import fold, listed
from storage.units import HAMLET


class Scope(StrEnum):
    """Why what a clause tells is not certain."""

    NONE = ""
    SOME_MONTHS = "some_months"
    FOR_NOW = "for_now"
    OTHERS = "others"
    BY_OTHERS = "by_others"
    """Who came to the lessons of others told just before."""


_MONTHS: Final = ("tháng", "thang", "quý", "quy")
_QUARTERS: Final = listed("i ii iii iv")
_SINCE: Final = listed("tu từ ngay")
_WHOLE_YEAR: Final = 12
_SPELT: Final = ("sáu", "chín", "ba")
_FAR: Final = 3
_ENDS: Final = listed("NOW SUM")
_NOT_FOR_NOW: Final = listed("tru vang nghi dung hoan ung ngung on dong biet")
_FIGURES: Final = listed("so lieu bao cao")
_TOPICS: Final = listed("PLAN TEAM MODEL HARD ASKS AHEAD HERO IDEA LAUNCH")
_HALF: Final = ("nua", "dau", "nam")
_ORGANISATION: Final = (
    r"(?:(?:chi|phan) )?(?:hoi (?:lien hiep )?(?:phu nu|nong dan|cuu chien binh|ccb|khuyen hoc|"
    r"nguoi cao tuoi|nct|cuu giao chuc)|doan (?:thanh nien|tncs|xa)|chi doan|"
    r"ben (?:phu nu|nong dan|doan)|(?:xom|thon) (?:ben|ban|khac))\b"
)
_LED_BY: Final = re.compile(
    r"(?:[^\w]|\b(?:con|thi|va|rieng|ben|ngoai ra|do|co|nam nay|cac|phia|tai|o)\b)*"
    + _ORGANISATION
    + r"(?! (?:xom )?(?:(?:phoi hop|ket hop) )?(?:cung|va|voi) (?:xom|to|chung|minh|em)\b)"
)
_DONE_BY: Final = re.compile(r"\bdo " + _ORGANISATION)
_FOR_NOW: Final = re.compile(
    r"\bso lieu (?:so bo|chua chot|chua chinh thuc|chua day du|"
    r"tam\b(?! (?:buoi|luot|nguoi|lan|ho|muoi|tram|tru|vang)))"
)
"""Without marks "tạm" may be "tám", that is 8."""
_SELF: Final = listed("xom UNIT minh toi em")
_CAME: Final = frozenset(("sessions", "attendances", "people", "women", "over_60"))
_LESSONS: Final = frozenset(("sessions", "attendances", "people"))
_GROUPS: Final = (("women",), ("over_60",))
_LEARNT: Final = re.compile(r"\b(?:du|hoc|tap huan|lop|tham gia|buoi)\b")


def scopes_of(
    clauses: Sequence[Clause], form: Form, text: str, *, taken: Collection[int]
) -> list[Scope]:
    """For each clause why it is not certain; `taken`: places of those that are notes."""
    is_for_now = _FOR_NOW.search(fold(text)) is not None
    if is_for_now or any(
        _is_all_for_now(one) for place, one in enumerate(clauses) if place not in taken
    ):
        return [Scope.FOR_NOW] * len(clauses)
    found: list[Scope] = []
    now, is_heading = Scope.NONE, False
    for clause in clauses:
        begins = _begun(clause, form, text)
        is_over = clause.before == STRONG and not is_heading
        if begins:
            now, is_heading = begins, begins is Scope.SOME_MONTHS and _is_heading(clause)
        elif is_over or clause.before == ")" or _ENDS & set(clause.forms) or _is_own(now, clause):
            now, is_heading = Scope.NONE, False
        elif now is Scope.OTHERS:
            now = Scope.BY_OTHERS
        found.append(now)
    return found


def in_scope(said: Sequence[Said], scope: Scope) -> list[Said]:
    """What the clause tells, asked where it stands in such a scope."""
    if not scope:
        return list(said)
    keys = _CAME if scope is Scope.BY_OTHERS else None
    return [
        one
        if one.is_unknown or (keys is not None and not keys & set(one.keys))
        else replace(one, is_sure=False)
        for one in said
    ]


def with_learners(said: Sequence[Said], text: str) -> list[Said]:
    """Women and the old only count beside learners: "loa 20 lần, nữ 40 người" is asked."""
    is_learnt = any(_LESSONS & set(one.keys) for one in said)
    if is_learnt or not any(one.keys in _GROUPS for one in said) or _LEARNT.search(fold(text)):
        return list(said)
    return [
        replace(one, is_sure=False) if one.keys in _GROUPS and not one.is_unknown else one
        for one in said
    ]


def _begun(clause: Clause, form: Form, text: str) -> Scope:
    if _tells_for_now(clause):
        return Scope.FOR_NOW
    at = _month_at(clause)
    is_told = len(clause.figures) > 1 or _is_heading(clause)
    if at >= 0 and is_told and not _TOPICS & set(clause.forms):
        return Scope.SOME_MONTHS
    return Scope.OTHERS if HAMLET in form.kinds and _is_of_others(clause, text) else Scope.NONE


def _is_of_others(clause: Clause, text: str) -> bool:
    """True for "hội phụ nữ tuyên truyền 12 buổi" in the report of a hamlet."""
    typed = fold(text[clause.pieces[0].start : clause.pieces[-1].end])
    return bool(_LED_BY.match(typed) or _DONE_BY.search(typed))


def _is_own(now: Scope, clause: Clause) -> bool:
    return now in (Scope.OTHERS, Scope.BY_OTHERS) and clause.forms[0] in _SELF


def _is_heading(clause: Clause) -> bool:
    """True for a line "6 tháng đầu năm:" of its own."""
    at = _month_at(clause)
    return clause.before == STRONG and 0 <= at <= _FAR and len(clause.figures) < 2


def _month_at(clause: Clause) -> int:
    """Where some months of the year are named: "tháng 3", "6 tháng", "quý II"; -1 = nowhere."""
    forms = clause.forms
    for place, piece in enumerate(clause.pieces):
        before, behind = forms[max(place - 1, 0)], forms[place + 1 : place + 2]
        if forms[place : place + len(_HALF)] == _HALF:
            return place
        is_other = bool(_SINCE & set(forms[max(place - 2, 0) : place]))
        if piece.raw not in _MONTHS or is_other or is_year_so_far(forms, place):
            continue
        is_named = bool(behind) and (behind[0].isdecimal() or behind[0] in _QUARTERS)
        is_spelt = clause.pieces[place - 1].raw in _SPELT
        is_counted = before.isdecimal() and int(before[:4]) < _WHOLE_YEAR
        is_long = place > 0 and (is_spelt or is_counted)
        if is_long or (is_named and not before.isdecimal()):
            return place
    return -1


def _has(forms: Sequence[str], *rows: tuple[str, ...]) -> bool:
    said = f" {' '.join(forms)} "
    return any(f" {' '.join(row)} " in said for row in rows)


def _tells_for_now(clause: Clause) -> bool:
    return any(
        one.raw == "tạm" and not _NOT_FOR_NOW & set(clause.forms[place + 1 : place + 2])
        for place, one in enumerate(clause.pieces)
    ) or _has(clause.forms, ("tam", "thoi"), ("tam", "tinh"))


def _is_all_for_now(clause: Clause) -> bool:
    """True for "số liệu tạm": all of the message is."""
    is_led = _has(clause.forms[:3], ("tam", "thoi"), ("tạm", "thoi"))
    if is_led or _has(clause.forms, ("lieu", "tam"), ("so", "tam", "thoi")):
        return True
    return _tells_for_now(clause) and any(
        before in _FIGURES and one.raw == "tạm"
        for before, one in zip(clause.forms, clause.pieces[1:], strict=False)
    )
