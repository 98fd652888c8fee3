"""What is told as if it were certain, and is not: guesses of the sender, others' meetings (N2)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from handlers.reporting.readers.around import BARE, Around
from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.other_numbers import is_year_so_far
from handlers.reporting.readers.told import Said, Unread
from handlers.words import fold
from handlers.words.text import listed

_HEDGES: Final = re.compile(
    r" (?:hinh nhu|chac(?! chan)|co le|em nho(?: la)?|nho la|it nhat|toi da|nhieu nhat|toi thieu|"
    r"chua (?:du|đủ|duoc|toi|ATTEND)|khong (?:duoc|du|toi|den|ATTEND)|khong nho|khong chac|"
    r"khong ro|"
    r"doan chung|nghe noi|nghe dau|chiem|tạm|tam tinh|"
    r"(?:neu|tinh ca|ke ca|gom ca|dang ky|x|chua|khong|chang)(?= (?:\S+ ){0,6}#)) "
)
_ELSEWHERE: Final = {
    *((one, "xa") for one in ("o", "tai", "tren", "len", "ve")),
    *((one, "TRAIN") for one in ("xa", "tinh", "huyen")),
}
"""Lessons of the commune, that people of the hamlet only went to."""
_OTHER_GATHERINGS: Final = listed("hop kham tiem bong thao")
_SOME_HOUSES: Final = listed("kinh buon ngheo tieu chinh trong")
_GROUPS_OF: Final = listed("WOMEN OVER60")
_OTHERS_SAID: Final = (("hoi", "WOMEN"), ("doan", "MEMBERS"), ("MEMBERS", "TRAIN"))
_GATHERING: Final = listed("sessions attendances publicity fraud_talks online_files")
_OTHER_MATTERS: Final = {
    ("chan", "nuoi"), ("phong", "chay"), ("nghi", "quyet"), ("xoa", "mu"), ("trong", "lua"),
    ("trong", "trot"), ("phap", "luat"), ("phap", "luật"), ("suc", "khoe"), ("hoc", "nghe"),
    ("ATTEND", "nghe"), ("khuyen", "nong"), ("so", "cuu"), ("thuc", "pham"), ("tiem", "chung"),
}  # fmt: skip
_ADDED: Final = listed("HELP them dua con OVERSEE dong")
_REST: Final = listed("nua chua len them")
_NO_CLASS: Final = listed("TEAM HELP VNEID LEVEL2 PRAISE SPREAD")
_AVERTED: Final = listed("ngan chan suyt khong hut")
_EVERYBODY: Final = (("ca", "xom"), ("xom", "co"), ("UNIT", "co"), ("toan", "xom"))
_LEARNING: Final = listed("ATTEND LEARNER TRAIN DISTINCT luot ALL buoi hoc du")


def is_unsure(
    around: Around, keys: tuple[str, ...], clause: Clause, *, is_alone: bool, is_about: bool
) -> bool:
    """Whether a figure whose words name one field must be asked all the same.

    `is_alone`: nothing of lessons is said in the message. `is_about`: it is told as rough.
    """
    said = f" {' '.join((*around.left, '#', around.unit, *around.right))} "
    if not is_about and _HEDGES.search(said.replace(" : ", " ")):
        return True
    if keys[0] in _GATHERING and _is_of_other_time_or_matter(clause):
        return True
    if keys[0] in _GATHERING:
        return _is_of_other_lessons(around, keys[0], clause)
    return _is_of_another_group(around, keys[0], clause, is_alone=is_alone)


def _is_of_other_lessons(around: Around, key: str, clause: Clause) -> bool:
    match key:
        case "sessions":
            is_there = bool(_ELSEWHERE & set(pairwise(clause.forms)))
            return is_there or _is_for_some(around) or _is_by_others(around)
        case "publicity" | "fraud_talks":
            return _is_by_others(around)
        case "attendances":
            is_taught = bool({"TRAIN", "ATTEND", "buoi"} & set(clause.forms))
            is_of_some = bool(_GROUPS_OF & {*around.left, *around.head[-2:]})
            return is_of_some or (bool(_OTHER_GATHERINGS & set(clause.forms)) and not is_taught)
    return _is_change(around)


def _is_of_another_group(around: Around, key: str, clause: Clause, *, is_alone: bool) -> bool:
    match key:
        case "payment" | "vneid_level_2":
            is_some = key == "payment" and bool(
                _SOME_HOUSES & {*around.left[-1:], *around.right[:1]}
            )
            return is_some or _is_change(around)
        case "fraud_cases":
            return bool(_AVERTED & {*around.left[-2:], *around.right})
        case "women" | "over_60":
            return _is_of_all(around, clause, is_alone=is_alone)
        case "team_members":
            is_more = "them" in around.left
            return is_more or (around.unit in (BARE, "co") and _is_of_teams(around, clause))
    return False


def _is_of_other_time_or_matter(clause: Clause) -> bool:
    """True for "tháng 11 mở 1 buổi", "tập huấn chăn nuôi 2 buổi"."""
    forms = clause.forms
    is_month = any(
        one.raw in ("tháng", "thang") and not is_year_so_far(forms, place)
        for place, one in enumerate(clause.pieces)
    )
    is_month = is_month and not {"tu", "từ"} & set(forms)
    return is_month or bool(_OTHER_MATTERS & set(pairwise(forms)))


def _is_change(around: Around) -> bool:
    """True for "thêm 15 hộ", "còn 30 người chưa": not all that there are."""
    return bool(_ADDED & set(around.left)) or bool(_REST & set(around.right))


def _is_for_some(around: Around) -> bool:
    """True for "người cao tuổi: 2 buổi": those of one group only."""
    return bool(_GROUPS_OF & {*around.left[-3:], *around.head[-2:]})


def _is_by_others(around: Around) -> bool:
    """True for "hội phụ nữ tuyên truyền 12 buổi" in the report of a hamlet."""
    return any(one in pairwise(around.left[:4]) for one in _OTHERS_SAID)


def _is_of_all(around: Around, clause: Clause, *, is_alone: bool) -> bool:
    """True for "cả xóm có 85 cụ trên 60 tuổi": how many there are, not how many learnt."""
    if "lop" in around.left or _NO_CLASS & {*clause.forms, *around.head}:
        return True
    if _LEARNING & set(clause.forms):
        return False
    is_all = any(pair in _EVERYBODY for pair in pairwise(clause.forms))
    is_bare = around.unit == "WOMEN" or around.left[-1:] == ("co",)
    return is_all or (is_alone and is_bare)


def _is_of_teams(around: Around, clause: Clause) -> bool:
    """True for "2 tổ", and for the number of "tổ 7 có 20 hộ"."""
    is_counted = any(
        one.figure is not None and after.form == "TEAM" and after.end - after.start == len("to")
        for one, after in pairwise(clause.pieces)
    )
    is_named = "co" in (around.unit, *around.right[:1]) and len(clause.figures) > 1
    return is_counted or is_named


# --- what stands beside it -----------------------------------------------------------------------

_SENTENCE_END: Final = re.compile(r"[\n;!?]|[.](?=\s|$)")
_OTHER_PEOPLE: Final = re.compile(
    r"\d+ (?:\S+ )?(?:nguoi|khau|cu|chi|em|ba|dong chi|thanh vien|hoi vien|dang vien|doan vien)\b"
)
_NO_LEARNERS: Final = frozenset(("team_members", "team_helped", "vneid_helped", "awarded"))
_ANEW: Final = re.compile(
    r"(?:.* )?(?:so|ghi|bao|con|lai|nay|thuc te|thuc ra|tinh|hong|hoan|nghi|bot|len|xuong|"
    r"dung|phai)(?: (?:la|thi|chi|co|"
    r"thanh|duoc))* (\d{1,6})(?: (buoi|luot|nguoi|lan|ho|vu))?(?: .{0,12})?"
)
_MORE: Final = re.compile(
    r"(?:(?:buoi|luot|lan|tin|bai|va|sang|chieu|toi|trua|them|roi|lai) )*(\d{1,6}) (\w+)"
)
_PART: Final = re.compile(r"(?:trong do (?:co )?)?(\d{1,6}) (\w+)(?!.*phoi hop)")
_LOOK: Final = 15
"""Characters behind a part in which it is said whose it was: "phối hợp với đoàn"."""
_LOST: Final = re.compile(r"(?:.* )?(\d{1,6}) (\w+) (?:bi )?(?:hoan|huy|hong|khong|nghi)(?: .*)?")
_LEFT_TEAM: Final = re.compile(
    r"(?:.* )?(\d{1,3}) (?:nguoi|thanh vien|dong chi|co|chu|anh|chi|ban)? ?(?:\S+ ){0,3}"
    r"(?:nghi|thoi|rut|roi|chuyen|mat|vang)(?: .*)?|"
    r"(?:.* )?(?:thieu|khuyet|bot|giam) (\d{1,3})(?: .*)?"
)
_NEAR: Final = 40
_OF_MEMBERS: Final = re.compile(r"\b(?:dang vien|doan vien|hoi vien|cong nhan)\b")


def with_neighbours(
    said: Sequence[Said], unread: Sequence[Unread], text: str
) -> tuple[list[Said], list[Unread]]:
    """What is asked because of the figure beside it: "tập huấn 3 buổi, sổ ghi 4"."""
    found = sorted(said, key=lambda one: one.start)
    left: list[Unread] = []
    ends = [one.end for one in found]
    for piece in sorted(unread, key=lambda one: one.start):
        at = _place_before(ends, piece.start)
        mended = _mended(found[at], piece, text) if at >= 0 else None
        if at >= 0 and mended is None:
            at, mended = _parted(found, at, piece, text)
        if mended is None:
            left.append(piece)
        else:
            found[at] = mended
    for place in range(len(found)):
        found[place] = _among(place, found, unread, text)
    return found, left


def _place_before(ends: Sequence[int], start: int) -> int:
    found = [place for place, end in enumerate(ends[:_MOST_SAID]) if end <= start]
    return found[-1] if found else -1


_MOST_SAID: Final = 60


def _mended(one: Said, piece: Unread, text: str) -> Said | None:
    """`one` with the figure that was told instead of it, or of more of it."""
    value = one.values[0]
    is_plain = one.is_sure and len(one.values) == 1 and isinstance(value, int)
    between = text[one.end : piece.start]
    if not is_plain or not isinstance(value, int) or len(between) > _NEAR:
        return None
    if _SENTENCE_END.search(between) or piece.end - one.start > 4 * _NEAR:
        return None
    typed = re.sub(r"[^\w ]+", " ", fold(text[one.start : piece.end]))
    typed = " ".join(typed.split()).lstrip("0123456789 ")
    again, more = _ANEW.fullmatch(typed), _MORE.fullmatch(typed)
    if again is not None and again[2] in (None, _word(one.unit)):
        other = int(again[1])
        return replace(one, values=(value, other), is_sure=False) if other != value else None
    lost = _LOST.fullmatch(typed)
    if lost is not None and lost[2] == one.unit and int(lost[1]) <= value:
        return replace(one, is_sure=False)
    left = _LEFT_TEAM.fullmatch(typed) if one.keys == ("team_members",) else None
    if left is not None:
        return replace(one, values=(value, max(value - int(left[1] or left[2]), 0)), is_sure=False)
    if more is not None and more[2] == one.unit:
        other = int(more[1])
        return replace(one, values=(value + other, value, other), is_sure=False)
    return None


def _parted(said: Sequence[Said], last: int, piece: Unread, text: str) -> tuple[int, Said | None]:
    """Place and mended answer of which "trong đó 3 buổi ở đình" is a part, or all there was."""
    part = _PART.match(fold(text[piece.start : piece.end + _LOOK]))
    led = fold(text[max(piece.start - _LOOK, 0) : piece.start])
    if part is None or not ("trong do" in led or part[0].startswith("trong do")):
        return last, None
    for at in range(last, max(last - 3, -1), -1):
        one = said[at]
        if one.unit == part[2] and one.is_sure and len(one.values) == 1:
            return at, replace(one, values=(one.values[0], int(part[1])), is_sure=False)
    return last, None


def _word(unit: str) -> str:
    return {"PEOPLE": "nguoi", "ALL": "luot", "HOUSES": "ho", "CASE": "vu"}.get(unit, unit)


def _among(place: int, said: Sequence[Said], unread: Sequence[Unread], text: str) -> Said:
    """What stands there, asked if it tells of women in a group that is not the learners."""
    one = said[place]
    if one.keys not in (("women",), ("over_60",)) or not one.is_sure or one.is_unknown:
        return one
    before = said[place - 1] if place else None
    beside = [piece for piece in unread[:_MOST_SAID] if piece.end <= one.start]
    last = max(beside, key=lambda piece: piece.end, default=None)
    if last is not None and (before is None or last.end >= before.end):
        typed = text[last.start : last.end]
        is_group = bool(_OTHER_PEOPLE.search(fold(f"{typed} ")))
        is_other = is_group and not _SENTENCE_END.search(text[last.end : one.start])
        return replace(one, is_sure=False) if is_other else one
    if before is None or _SENTENCE_END.search(text[before.end : one.start]):
        return one
    if before.keys in (("women",), ("over_60",)) and not before.is_sure:
        return replace(one, is_sure=False)
    of_members = fold(text[max(before.start - 12, 0) : before.end])
    is_other = bool(_NO_LEARNERS & set(before.keys)) or (
        not before.is_sure and bool(_OF_MEMBERS.search(of_members))
    )
    return replace(one, is_sure=False) if is_other else one
