"""Whom a deadline asks: a group, as "các xóm", or units by their names. Pure (N12)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers import words
from handlers.quick_forms.whom import read_whom
from handlers.reminding.deadlines.line import CUT, Line
from storage.units import HAMLET, UnitInfo

ASKED: Final = "asked"
"""Who must report and who is asked for it kindly."""
REQUIRED: Final = "required"
_KINDS: Final = {
    "xom": "xom", "thon": "xom", "xom thon": "xom", "thon xom": "xom", "truong xom": "xom",
    "truong": "truong_hoc", "truong hoc": "truong_hoc", "nha truong": "truong_hoc",
    "co quan": "co_quan", "phong ban": "co_quan", "co quan phong ban": "co_quan",
    "doan the": "mttq_ctxh", "mttq va doan the": "mttq_ctxh", "hoi doan the": "mttq_ctxh",
    "mttq doan the": "mttq_ctxh", "mat tran va doan the": "mttq_ctxh",
    "mttq va cac doan the": "mttq_ctxh", "doanh nghiep": "doanh_nghiep",
    "luc luong vu trang": "luc_luong_vu_trang",
    "don vi bat buoc": REQUIRED, "noi bat buoc": REQUIRED, "don vi phai bao cao": REQUIRED,
    "don vi": ASKED, "noi": ASKED, "co quan don vi": ASKED, "don vi trong xa": ASKED,
}  # fmt: skip
_MANY: Final = re.compile(r"^(?:(?:tat ca|toan bo|toan the|cac|nhung|moi|het|ca)\b ?)+")
_ALONE: Final = frozenset({"doan the", "doanh nghiep", "don vi bat buoc", "noi bat buoc"})
"""Means the group without "các", too."""
_PLACE: Final = re.compile(
    r"(?:xom|thon|truong|tram|phong|hoi|doan|ban|cong an|cac|tat ca|toan bo|moi|nhung|don vi|htx|"
    r"cong ty|doanh nghiep|mttq|mat tran|co quan|trung tam|van phong)\b"
)
_NO_PLACE: Final = frozenset({"xom", "thon", "truong", "hoi", "xa", "ubnd xa", "co quan", "don vi"})
"""Says nothing of which."""
_NO_NAME: Final = re.compile(r"\b(?:ngay|truoc|thang|tuan|gio|nhac|han|den|nua|hang)\b")
_SO_MANY: Final = re.compile(r"\d{1,2} (?:xom|thon|truong|don vi|noi)\b")
"""Which five of them?"""
_RECIPIENT: Final = re.compile(r"(?:ubnd )?xa\b")
_HAMLET: Final = re.compile(r"(?:cac )?(?:xom|thon)\b(?!.*[,&]|.*\bva\b)")
_FOR: Final = re.compile(r"\b(?:cho|doi voi|danh cho|giao cho|giao)\b ?:? ?")
_OF: Final = re.compile(r"\bcua\b ")
_SUBJECT: Final = re.compile(
    r"^[ ;,:]*(?P<who>.+?) (?:phai |can |se |xin )?(?:nop|gui|hoan thanh)\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom it asks; nothing at all: it was not said, or cannot be read."""

    group: str = ""
    """A kind of units, `ASKED` or `REQUIRED`: whoever is of it on the day."""
    units: tuple[int, ...] = ()
    doubts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """(as typed, the units it may mean)."""

    @property
    def is_known(self) -> bool:
        return bool(self.group or self.units or self.doubts)


NOBODY: Final = Asked()


def read_asked(text: str, known: Sequence[UnitInfo]) -> Asked:
    """Read whom a text names; `NOBODY` unless all of it is understood."""
    folded = " ".join(re.sub(r"[,.;:]", " ", words.fold(text)).split())
    if group := group_of(folded):
        return Asked(group)
    if not folded or folded in _NO_PLACE or _NO_NAME.search(folded) or _SO_MANY.match(folded):
        return NOBODY
    found = read_whom(text.strip(" ;:,."), known)
    if found.unread or not (found.units or found.doubts):
        return NOBODY
    named = {*found.units, *(one for _, ones in found.doubts for one in ones)}
    if _HAMLET.match(folded) and any(one.kind != HAMLET for one in known if one.id in named):
        return NOBODY  # "thôn Đông" is no "Hội đồng"
    return Asked("", found.units, found.doubts)


def group_of(folded: str) -> str:
    """The group that folded words mean; "" if none."""
    many = _MANY.match(folded)
    rest = folded[many.end() :].strip() if many else folded
    for tail in (" trong xa", " tren dia ban", " toan xa"):
        rest = rest.removesuffix(tail)
    if many and not rest:
        return ASKED
    return _KINDS.get(rest, "") if many or rest in _ALONE else ""


def members(group: str, among: Sequence[UnitInfo]) -> list[UnitInfo]:
    """The units of a group, as they are on the day that `among` is of."""
    if group == REQUIRED:
        return [one for one in among if one.duty == "required"]
    if group == ASKED:
        return [one for one in among if one.duty in ("required", "requested")]
    return [one for one in among if one.kind == group and one.duty != "none"]


def cut_asked(line: Line, known: Sequence[UnitInfo]) -> tuple[Asked, Line]:
    """Take out whom a sentence names."""
    for cut in (_behind_for, _as_subject, _behind_of, _as_piece):
        found = cut(line, known)
        if found is not None:
            return found
    return NOBODY, line


def _behind_for(line: Line, known: Sequence[UnitInfo]) -> tuple[Asked, Line] | None:
    """Find "cho các xóm"; a place that nobody knows is taken out too, and asked for."""
    hits = [one for one in _FOR.finditer(line.plain) if not _RECIPIENT.match(line.plain, one.end())]
    if not hits:
        return None
    hit = hits[-1]
    end = _end(line, hit.end())
    asked = read_asked(line.typed[hit.end() : end], known)
    if not asked.is_known and not _PLACE.match(line.plain, hit.end()):
        return None
    return asked, line.without(hit.start(), end)


def _as_subject(line: Line, known: Sequence[UnitInfo]) -> tuple[Asked, Line] | None:
    """Find whom "các trường nộp ảnh" begins with; a place that nobody knows is asked for."""
    hit = _SUBJECT.match(line.plain)
    if hit is None:
        return None
    asked = read_asked(line.typed[hit.start("who") : hit.end("who")], known)
    if not asked.is_known and not _PLACE.match(hit["who"]):
        return None
    return asked, line.without(hit.start(), hit.end())


def _behind_of(line: Line, known: Sequence[UnitInfo]) -> tuple[Asked, Line] | None:
    """Find "của các xóm"; "danh sách của Hội Nông dân" may be what, not whom: that is asked."""
    for hit in reversed(list(_OF.finditer(line.plain))):
        end = _end(line, hit.end())
        asked = read_asked(line.typed[hit.end() : end], known)
        if asked.group:
            return asked, line.without(hit.start(), end)
    return None


def _as_piece(line: Line, known: Sequence[UnitInfo]) -> tuple[Asked, Line] | None:
    """A piece between signs that is nothing but places."""
    start = 0
    for piece in re.split(r"[,;:]", line.plain):
        end = start + len(piece)
        if _PLACE.match(piece.strip()):
            asked = read_asked(line.typed[start:end], known)
            if asked.is_known:
                return asked, line.without(start, end)
        start = end + 1
    return None


def _end(line: Line, start: int) -> int:
    """Up to where something was cut out, or to the end."""
    end = line.plain.find(CUT, start)
    return end if end >= 0 else len(line.plain)
