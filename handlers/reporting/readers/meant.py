"""Which field a told figure belongs to: by what it counts and what is said around it.

`meant` decides only where the words leave one field; where they leave two it gives both, and
where they name none of this form it gives nothing.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Final

from handlers.reporting.form import Form
from handlers.reporting.readers.around import (
    BARE,
    MEETINGS,
    PERSONS,
    ROUNDS,
    TIMES,
    TURNS,
    Around,
    Meant,
)
from handlers.reporting.readers.not_told import CAME, is_absent, is_change, is_group, is_planned
from handlers.words.text import listed

_OTHER_TURNS: Final = listed("truy xem tiep kham like cap tuong theo dang tai ghe vao view khach")
_OTHER_WORK: Final = listed("PAY VNEID LEVEL2 FILES FILE PARENT MODEL PRAISE")
_OTHER_MEETINGS: Final = listed(
    "họp hop van the bong ve don lao lien trong sinh chao tiem hoi dong giao mit to tong xuong "
    "di doi truc lam quet MODEL OVERSEE hien tinh"
)
_HEARERS: Final = listed("PEOPLE LEARNER ALL MEMBERS")
_GATHERED: Final = {
    ("sinh", "hoat"),
    ("giao", "ban"),
    ("van", "nghe"),
    ("ra", "quan"),
    ("ve", "sinh"),
}
"""Meetings of another kind, told before their number: "tổ sinh hoạt 4 buổi"."""
_CANCELLED: Final = listed("hoan huy")
_LESSONS: Final = (("hoc",), ("giang",), ("kiem",), ("tap",), ("thi",), ("ATTEND",), ("TRAIN",))
_PLAIN: Final = listed(
    "uoc ang thu hut "
    "dat voi su cua gan duoc co tong la den hon cho ca nam so mo ve qua tren a : ' va roi "
    "thi luot du xom bc trong cung nhat lai voi gom het nay moi toan vien rieng nhe em tat ra con "
    "voi với tới tu ngay ban phuc vu don hoi chuc tong thoi buoi lop ở o khoang b hoc nguoi "
    "cac di tham gia hien lop den dong gop day bao cao mo bac bc thuc tong tung"
)


_NOUNS: Final = TURNS | MEETINGS | listed("PEOPLE LEARNER MEMBERS STAFF PUPIL ATTEND HOUSES CASE")


def _head_noun(around: Around) -> str:
    """What a label counts: the first noun of "lượt người tham gia các buổi tập huấn"."""
    return next((one for one in around.left if one in _NOUNS), "")


def meant(around: Around, form: Form) -> Meant | None:
    """The field or fields of `form`; None: none of them."""
    if around.near & _CANCELLED or is_change(around) or is_planned(around):
        return None
    found = _own_field(around) or _meant(around)
    if found == _sure("team_helped") and around.unit in TURNS and not _has_any(found, form):
        found = _asked("attendances")
    if around.unit in ("WOMEN", "cu", "OVER60") and not _has_any(found, form):
        found = _meant(replace(around, unit="PEOPLE"))
    if found is None:
        return None
    keys = tuple(key for key in found.keys if (one := form.get(key)) and one.asked)
    is_single = keys == ("attendances",) and "people" in found.keys and _came(around)
    return Meant(keys, found.is_sure or is_single) if keys else None


def _came(around: Around) -> bool:
    """Whether it is said of those who came, or of nobody else."""
    return bool(around.near & CAME) or not any(one.islower() for one in around.right)


def _has_any(found: Meant | None, form: Form) -> bool:
    return found is not None and any(form.get(key) is not None for key in found.keys)


def _own_field(around: Around) -> Meant | None:
    keys = [form[1:] for form in (*around.left, *around.right) if form[:1] == "@"]
    return Meant((keys[-1] if around.left and keys[-1:] else keys[0],)) if keys else None


def _meant(around: Around) -> Meant | None:
    if around.unit in TURNS and around.left[:1] == ("lop",):
        return _asked("attendances")
    for judge in (_fraud, _praise, _who, _identity, _team, _skill, _paying, _spread, _sessions):
        found = judge(around, around.near)
        if found is not None:
            return found if found.keys else None
    return _attending(around, around.near)


_NO_FIELD: Final = Meant(())


def _sure(*keys: str) -> Meant:
    return Meant(keys)


def _asked(*keys: str) -> Meant:
    return Meant(keys, is_sure=False)


def _fraud(around: Around, near: frozenset[str]) -> Meant | None:
    unit, left = around.unit, around.left
    if unit == "CASE" or (unit == BARE and "CASE" in left):
        return _sure("fraud_cases") if "FRAUD" in near else _asked("fraud_cases")
    if "FRAUD" not in near:
        return None
    if unit == BARE and _head_noun(around) in _HEARERS:
        return _NO_FIELD
    if unit in MEETINGS or (unit == BARE and near & {"buoi", "SPREAD"}):
        return _asked("fraud_talks", "sessions") if "TRAIN" in near else _sure("fraud_talks")
    if unit == BARE:
        return _asked("fraud_talks", "fraud_cases")
    if unit in TIMES:
        return _asked("fraud_talks", "publicity")
    is_victim = unit in PERSONS and not near & {"nghe", "SPREAD", "ATTEND"}
    return _asked("fraud_cases") if is_victim else _NO_FIELD


def _praise(around: Around, near: frozenset[str]) -> Meant | None:
    if "PRAISE" not in near:
        return None
    return (
        _sure("awarded")
        if around.unit in (*TURNS, BARE, "PRAISE", "tap", "ca")
        else _asked("awarded")
    )


def _who(around: Around, near: frozenset[str]) -> Meant | None:
    """Those who learnt, by what they are: different ones, women, the old."""
    if around.unit not in ("", "PEOPLE", "LEARNER", "cu", "ong", "WOMEN", "OVER60", "DISTINCT"):
        return None
    close = {*around.left[-4:], around.unit, *around.right[:5]}
    if close & {"VNEID", "LEVEL2", "HELP", "TEAM", "PAY", "SKILL"} or "FRAUD" in near:
        return None
    if is_absent(around.right) or ("duoi", "OVER60") in pairwise((*around.left, around.unit)):
        return _NO_FIELD
    found = [
        key
        for meaning, key in (("DISTINCT", "people"), ("OVER60", "over_60"), ("WOMEN", "women"))
        if meaning in close
    ]
    if not found or (found == ["people"] and close & set(TURNS) and around.unit == BARE):
        return None
    return _sure(*found) if len(found) == 1 else _asked(*found)


def _identity(around: Around, near: frozenset[str]) -> Meant | None:
    unit = around.unit
    is_person = unit in PERSONS or unit in (BARE, "OVER60", "WOMEN", *TURNS)
    if not is_person or not near & {"VNEID", "LEVEL2"}:
        return None
    if near & {"PARENT", "PUPIL"} or unit == "chau":
        return _NO_FIELD
    is_helped = "HELP" in near or ("cai" in near and "cho" in around.left[-2:])
    if "LEVEL2" in near:
        return _asked("vneid_helped", "vneid_level_2") if is_helped else _sure("vneid_level_2")
    if not is_helped:
        return _asked("vneid_helped", "vneid_level_2")
    if "TEAM" in near:
        return _asked("team_helped", "vneid_helped")
    return _asked("vneid_helped", "team_helped") if unit in TURNS else _sure("vneid_helped")


def _team(around: Around, near: frozenset[str]) -> Meant | None:
    unit = around.unit
    if unit not in (*PERSONS, *TURNS, BARE, "MEMBER", "lan") or "SPREAD" in near:
        return None
    if unit == BARE and "buoi" in around.left:
        return None
    if "HELP" in near:
        return _helped(around, near)
    if unit == "MEMBER" or "MEMBER" in near:
        return _sure("team_members") if "TEAM" in near else _asked("team_members")
    if "TEAM" not in near or unit == "lan":
        return None
    if unit in TURNS:
        return _asked("team_helped", "attendances")
    if near & {"ATTEND", "TRAIN", "LEARNER", "luot", "buoi"}:
        return _asked("team_members", "attendances")
    return _sure("team_members")


def _helped(around: Around, near: frozenset[str]) -> Meant | None:
    if near & {"PAY", "FILES", "FILE", "PARENT", "TRAIN"} and around.unit not in TURNS:
        return _asked("team_helped") if "TEAM" in near else _NO_FIELD
    if around.unit in TURNS or "TEAM" in near:
        return _sure("team_helped")
    return _asked("team_helped", "vneid_helped")


def _skill(around: Around, near: frozenset[str]) -> Meant | None:
    unit = around.unit
    if unit not in PERSONS and unit not in (BARE, "FILE", "FILES"):
        return None
    if unit == BARE and _head_noun(around) in TURNS:
        return None
    if near & {"FILES"} or unit == "FILE":
        return _sure("online_files") if "FILES" in near else _asked("online_files")
    if "PARENT" in near:
        return _NO_FIELD
    is_pupil = (
        unit in ("PUPIL", "em") or "PUPIL" in around.left or (unit == BARE and "PUPIL" in near)
    )
    if "SKILL" in near:
        return _sure("pupils_skilled") if is_pupil else _sure("skilled")
    if is_pupil:
        return _asked("attendances", "pupils_skilled")
    return _asked("attendances", "skilled") if "STAFF" in near else None


def _paying(around: Around, near: frozenset[str]) -> Meant | None:
    if "PAY" not in near or around.unit not in (*PERSONS, BARE, "HOUSES"):
        return None
    if near & {"PARENT", "PUPIL", "phi"}:
        return _NO_FIELD
    return _sure("payment") if around.unit in (BARE, "HOUSES") else _asked("payment")


def _spread(around: Around, near: frozenset[str]) -> Meant | None:
    unit = around.unit
    if "SPREAD" not in near:
        is_news = unit in ("tin", "bai") and around.right[:1] not in _LESSONS
        return _asked("publicity") if is_news else None
    if unit == BARE and _head_noun(around) in _HEARERS:
        return _NO_FIELD
    if unit in MEETINGS and near & {"TRAIN", "ATTEND", "SKILL"}:
        return _asked("sessions", "publicity")
    if unit == "hoi" and around.right[:1] in (("nghi",), ("thi",)):
        return _asked("publicity")
    is_counted = unit in TIMES or unit in MEETINGS or unit == BARE
    return _sure("publicity") if is_counted else _NO_FIELD


def _sessions(around: Around, near: frozenset[str]) -> Meant | None:
    unit, left = around.unit, frozenset(around.left)
    if unit == BARE and _head_noun(around) not in ("", "buoi", "b"):
        return None
    if unit in ("buoi", "b") or (unit == BARE and left & {"buoi", "b"}):
        first = next((one for one in around.right if one not in ("huong", "day", "ve", "cho")), "")
        is_other = first in _OTHER_MEETINGS or bool(left & {"OVERSEE", "hop"})
        is_other = is_other or bool(set(pairwise(around.left)) & _GATHERED)
        if is_other and "TRAIN" not in near and "ATTEND" not in near:
            return _told_there(around)
        return _sure("sessions")
    if unit == "cuoc" and around.right[:1] == ("hop",):
        return _told_there(around)
    if unit in ROUNDS or (unit == BARE and left & {"lop"} and not left & set(PERSONS)):
        return _asked("sessions")
    if unit == BARE and "TRAIN" in near and not left & {*PERSONS, *TURNS, "ATTEND"}:
        return _sure("sessions") if around.left[-1:] in (("TRAIN",), (":",)) else _asked("sessions")
    if unit == "lan" and "TRAIN" in near:
        return _asked("sessions")
    return None


def _told_there(around: Around) -> Meant:
    """Whether a meeting of another kind was one that spoke of the movement: "nói về phong trào"."""
    said = " ".join(around.right)
    is_told = any(one in said for one in ("noi ve", "phong trao", "pho bien", "long ghep"))
    return _asked("publicity") if is_told else _NO_FIELD


def _is_plain(around: Around) -> bool:
    """Whether nothing unknown stands right before the figure: a misspelt label, another matter."""
    if around.unit == BARE:
        return True
    return all(not one.islower() or one in _PLAIN or one in PERSONS for one in around.left[-2:])


def _attending(around: Around, near: frozenset[str]) -> Meant | None:
    unit, left = around.unit, frozenset(around.left)
    if is_absent(around.right) or is_group(around):
        return None
    if unit in TURNS or ((unit in PERSONS or unit == BARE) and left & set(TURNS)):
        if frozenset(around.right[:2]) & _OTHER_TURNS or near & _OTHER_WORK:
            return None
        return _sure("attendances") if _is_plain(around) else _asked("attendances")
    is_person = unit in PERSONS or (unit == BARE and left & {"PEOPLE", "LEARNER", "MEMBERS"})
    if not is_person and not (unit == BARE and around.left[-1:] == ("ATTEND",)):
        return None
    if near & {"ATTEND", "LEARNER", "TRAIN", "EACH"} or not around.is_alone:
        return _asked("attendances", "people")
    is_bare = not frozenset(around.right) and not left - {"co", ":", "khoang", "ca"}
    return _asked("attendances", "people", "team_members") if is_bare else None
